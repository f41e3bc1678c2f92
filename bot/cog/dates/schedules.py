"""Recurrences: words or cron in, cron out, and the instants of a cron expression."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from bot.cog.dates.times import CLOCK, read_clock
from bot.cog.dates.words import NUMBERS, WEEKDAYS, normal, one_of

_CRON = re.compile(r"[0-9*,/-]+ [0-9*,/-]+( [0-9a-z*,/#-]+){3}")
_SOME_DAY = datetime(2024, 1, 1, tzinfo=UTC)

_ORDINALS = {
    **dict.fromkeys(("first", "premier", "1st", "1er"), "#1"),
    **dict.fromkeys(("second", "deuxieme", "2nd", "2e", "2eme"), "#2"),
    **dict.fromkeys(("third", "troisieme", "3rd", "3e", "3eme"), "#3"),
    **dict.fromkeys(("fourth", "quatrieme", "4th", "4e", "4eme"), "#4"),
    **dict.fromkeys(("fifth", "cinquieme", "5th", "5e", "5eme"), "#5"),
    **dict.fromkeys(("last", "dernier"), "L"),
}
_WEEKDAYS = WEEKDAYS | {"mar": 1}
_W = rf"(?:{one_of(_WEEKDAYS)})s?"
_NAMES = re.compile(rf"\b{_W}\b")
_THE = r"(?:(?:on the|on|the|every|each|le|chaque|tous les) )?"
_MONTHLY = r"(?:of (?:the|each|every) month|du mois|de chaque mois)"
_EVERY = r"(?:(?:every|each|on|le|les|chaque|tous les) )?"


def is_cron(cron: str) -> bool:
    """Whether these are 5 cron fields that CronSim accepts and that happen at least once in 50 years."""
    if len(cron.split()) != 5:
        return False
    try:
        return next(CronSim(cron, _SOME_DAY), None) is not None
    except (CronSimError, ValueError):
        return False


def _cron_day(name: str) -> int:
    return (_WEEKDAYS[name if name in _WEEKDAYS else name.removesuffix("s")] + 1) % 7


def cron_days(days: Iterable[int]) -> str:
    """The day-of-week field for cron days, 0 being Sunday: "*", "1-5" or "1,4"."""
    chosen = sorted(set(days))
    if chosen == [1, 2, 3, 4, 5]:
        return "1-5"
    return "*" if len(chosen) == 7 else ",".join(map(str, chosen))


def _listed(match: re.Match[str]) -> str:
    return f"* * {cron_days(map(_cron_day, _NAMES.findall(match['days'])))}"


def _range(match: re.Match[str]) -> str:
    first, last = _cron_day(match["from"]), _cron_day(match["to"])
    return f"* * {cron_days((first + step) % 7 for step in range((last - first) % 7 + 1))}"


def _nth(match: re.Match[str]) -> str:
    return f"* * {_cron_day(match['w'])}{_ORDINALS[match['nth']]}"


def _date(match: re.Match[str]) -> str:
    return f"{int(match['d'])} * *"


_SHAPES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = tuple(
    (re.compile(pattern), build)
    for pattern, build in (
        (r"every ?day|each day|daily|tous les jours|chaque jour", lambda _: "* * *"),
        (r"(?:(?:on|every) )?weekdays?|en semaine|(?:(?:tous )?les )?jours ouvres", lambda _: "* * 1-5"),
        (r"(?:(?:on|every) )?weekends?|(?:le|les|chaque|tous les) week-?ends?", lambda _: "* * 0,6"),
        (rf"{_EVERY}(?P<days>{_W}(?:(?: ?, ?|,? (?:and|et) ){_EVERY}{_W})*)", _listed),
        (rf"(?:from |du )?(?P<from>{_W}) (?:to|through|au|a) (?P<to>{_W})", _range),
        (rf"{_THE}(?P<nth>{one_of(_ORDINALS)}) (?P<w>{_W}) {_MONTHLY}", _nth),
        (rf"{_THE}(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th|er)? {_MONTHLY}", _date),
        (rf"{_THE}(?:first day|first|premier jour|premier) {_MONTHLY}", lambda _: "1 * *"),
        (rf"{_THE}(?:last day|dernier jour) {_MONTHLY}", lambda _: "L * *"),
    )
)
_TIMED = (
    re.compile(rf"(?P<what>.+?)(?: ?, ?| ){CLOCK}"),
    re.compile(rf"{CLOCK}(?: ?, ?| )(?P<what>.+)"),
)
_INTERVAL = re.compile(
    rf"(?:hourly|(?:every|each|toutes les|chaque) (?:(?P<n>[0-9]{{1,2}}) ?|(?P<word>{one_of(NUMBERS)}) )?"
    r"(?:hours?|heures?|h|(?P<minutes>minutes?|mins?)))"
)


def _interval(match: re.Match[str]) -> str:
    step = NUMBERS[match["word"]] if match["word"] else int(match["n"] or 1)
    minutes = bool(match["minutes"])
    if (minutes, step) in ((False, 1), (True, 60)):
        return "0 * * * *"
    if step == 0 or (60 if minutes else 24) % step or (step == 24 and not minutes):
        raise ValueError(f"cron cannot repeat every {step}")
    if minutes:
        return "* * * * *" if step == 1 else f"*/{step} * * * *"
    return f"0 */{step} * * *"


def _split_time(plain: str) -> tuple[str, int, int]:
    """What recurs, then the minute and hour."""
    for pattern in _TIMED:
        timed = pattern.fullmatch(plain)
        if timed and not (clock := read_clock(timed)).bare:
            return timed["what"], clock.minute, clock.hour
    return plain, 0, 9


def _in_words(plain: str) -> str:
    if interval := _INTERVAL.fullmatch(plain):
        return _interval(interval)
    what, minute, hour = _split_time(plain)
    for pattern, build in _SHAPES:
        if match := pattern.fullmatch(what):
            return f"{minute} {hour} {build(match)}"
    raise ValueError("no such recurrence")


def parse_schedule(text: str) -> str:
    """The 5-field cron expression, as CronSim reads it, of a recurrence in words (French or English) or in cron.

    Without a time of day it is 09:00. Steps must divide the hour or the day: "every 15 minutes", "toutes les 2 heures".
    Raises ValueError for anything not understood entirely, or that never happens.
    """
    try:
        plain = normal(text)
        cron = plain.upper() if _CRON.fullmatch(plain) else _in_words(plain)
    except ValueError as error:
        raise ValueError(f"not a schedule: {text!r}") from error
    if not is_cron(cron):
        raise ValueError(f"not a schedule: {text!r}")
    return cron


def next_times(cron: str, *, after: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """UTC instants of a cron expression read as wall time in `zone`, strictly after `after` (aware), ascending.

    A fixed time comes once a day: at the end of the gap when it does not exist, the first time when it is ambiguous.
    Raises ValueError, at the call, when the expression is not 5 valid fields or `after` is naive.
    """
    if after.tzinfo is None:
        raise ValueError("after has no time zone")
    if not is_cron(cron):
        raise ValueError(f"not a cron expression: {cron!r}")
    return _instants(cron, after, zone)


def _instants(cron: str, after: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    last = after
    try:
        for wall in CronSim(cron, after.astimezone(zone)):
            instant = wall.astimezone(UTC)
            if instant > last:
                last = instant
                yield instant
    except OverflowError:
        return

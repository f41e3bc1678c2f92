"""Moments: a small grammar of pieces (a day, a weekday, a time, a part of the day, a delay), in any order."""

import calendar
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from fractions import Fraction
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.cog.dates.durations import SECONDS, SPAN, read_span
from bot.cog.dates.times import CLOCK, Clock, read_clock
from bot.cog.dates.words import FRENCH_WEEKDAYS, MONTHS, WEEKDAYS, Hint, NotADate, is_french, normal, one_of

DAY = timedelta(days=1)
MORNING = time(9)


class Days(NamedTuple):
    """Candidate dates from the local date of today, in order; `ahead`: the first one in the future is meant."""

    candidates: Callable[[date], Iterable[date]]
    ahead: bool


class Delay(NamedTuple):
    """Months and days by the calendar, then an exact duration; `exact`: no time of day may be added."""

    months: int
    days: int
    rest: timedelta
    exact: bool


class Part(NamedTuple):
    """A part of the day: its usual hour, and the hours that belong to it."""

    usual: time
    hours: range


_PARTS = {
    **dict.fromkeys(("morning", "matin"), Part(MORNING, range(12))),
    **dict.fromkeys(("afternoon", "apres-midi", "apres midi"), Part(time(14), range(12, 20))),
    **dict.fromkeys(("evening", "soir"), Part(time(20), range(17, 24))),
}
_EVENING = _PARTS["evening"]


@dataclass(slots=True)
class Draft:
    """What the pieces of one text said so far."""

    text: str
    language: str
    days: Days | None = None
    weekday: int | None = None
    clock: Clock | None = None
    part: Part | None = None
    delay: Delay | None = None
    today: bool = False

    def put(self, name: str, value: Days | Clock | Part | Delay | int) -> None:
        """Keep a fact. Raises NotADate when the text already said one of that kind."""
        if getattr(self, name) is not None:
            raise self.wrong()
        setattr(self, name, value)

    def wrong(self, hint: Hint = "unknown") -> NotADate:
        return NotADate(self.text, hint)


Reader = Callable[[Draft, re.Match[str]], None]


def _one(pick: Callable[[date], date]) -> Days:
    return Days(lambda today: (pick(today),), False)


def _from_today(count: int) -> Days:
    return _one(lambda today: today + count * DAY)


def _valid(year: int, month: int, day: int) -> Iterator[date]:
    if 1 <= year <= 9999 and day <= calendar.monthrange(year, month)[1]:
        yield date(year, month, day)


def _put_date(draft: Draft, year: int | None, month: int, day: int) -> None:
    try:
        known = date(2000 if year is None else year, month, day)
    except ValueError:
        raise draft.wrong("nonexistent_day") from None
    if year is None:
        draft.put("days", Days(lambda t: (d for y in range(9) for d in _valid(t.year + y, month, day)), True))
    else:
        draft.put("days", _one(lambda _: known))


def _put_day_of_month(draft: Draft, day: int) -> None:
    if not 1 <= day <= 31:
        raise draft.wrong("nonexistent_day")

    def days(today: date) -> Iterator[date]:
        for month in range(today.month - 1, today.month + 13):
            yield from _valid(today.year + month // 12, month % 12 + 1, day)

    draft.put("days", Days(days, True))


def _now(draft: Draft, _: re.Match[str]) -> None:
    draft.put("delay", Delay(0, 0, timedelta(0), True))


def _day_word(draft: Draft, match: re.Match[str]) -> None:
    count = _DAY_WORDS[match["day"].replace("-", " ").replace("'", "")]
    draft.put("days", _from_today(count))
    draft.today = count == 0


def _ymd(draft: Draft, match: re.Match[str]) -> None:
    _put_date(draft, int(match["y"]), int(match["m"]), int(match["d"]))


def _numeric(draft: Draft, match: re.Match[str]) -> None:
    first, second = int(match["a"]), int(match["b"])
    year = int(match["y"]) if match["y"] else None
    american = draft.language.replace("_", "-") == "en-US"
    swapped = first <= 12 if american else second > 12 and not is_french(draft.language)
    day, month = (second, first) if swapped else (first, second)
    _put_date(draft, 2000 + year if year is not None and len(match["y"]) == 2 else year, month, day)


def _worded(draft: Draft, match: re.Match[str]) -> None:
    _put_date(draft, int(match["y"]) if match["y"] else None, MONTHS[match["month"]], int(match["d"]))


def _month_first(draft: Draft, match: re.Match[str]) -> None:
    if match["month"] == "mar" and is_french(draft.language):  # "mar. 3" is a Tuesday there
        raise draft.wrong()
    _worded(draft, match)


def _day_of_month(draft: Draft, match: re.Match[str]) -> None:
    _put_day_of_month(draft, int(match["d"]))


def _weekday_and_day(draft: Draft, match: re.Match[str]) -> None:
    draft.put("weekday", WEEKDAYS[match["w"]])
    _put_day_of_month(draft, int(match["d"]))


def _weekday(draft: Draft, match: re.Match[str]) -> None:
    draft.put("weekday", WEEKDAYS[match["w"]])


def _next_weekday(draft: Draft, match: re.Match[str]) -> None:
    weekday, later = WEEKDAYS[match["w"]], 7 if match["later"] == "en huit" else 0
    draft.put("days", _one(lambda today: today + ((weekday - today.weekday() - 1) % 7 + 1 + later) * DAY))


def _part_of_day(draft: Draft, match: re.Match[str]) -> None:
    draft.put("part", _PARTS[match["part"]])
    if match["this"]:
        draft.put("days", _from_today(0))


def _tonight(draft: Draft, _: re.Match[str]) -> None:
    draft.put("part", _EVENING)
    draft.put("days", _from_today(0))


def _this_noon(draft: Draft, _: re.Match[str]) -> None:
    draft.put("days", _from_today(0))
    draft.put("clock", Clock(12, 0, True, False, False))


def _clock(draft: Draft, match: re.Match[str]) -> None:
    clock = read_clock(match)
    if clock.bare:
        raise draft.wrong()
    draft.put("clock", clock)


def _whole(draft: Draft, amount: Fraction) -> int:
    if amount.denominator != 1:
        raise draft.wrong()
    return int(amount)


def _delay(draft: Draft, match: re.Match[str]) -> None:
    if _DAYS_THEN_HOUR.search(match["span"]):
        raise draft.wrong()
    parts = read_span(match["span"])
    sign = -1 if match["past"] else 1
    months = 12 * _whole(draft, parts.pop("year", Fraction(0))) + _whole(draft, parts.pop("month", Fraction(0)))
    exact = sum((amount * SECONDS[unit] for unit, amount in parts.items()), Fraction(0))
    days = int(7 * parts.get("week", Fraction(0)) + parts.get("day", Fraction(0)))
    rest = timedelta(microseconds=round((exact - days * SECONDS["day"]) * 1_000_000))
    if not (months or exact):
        raise draft.wrong()
    draft.put("delay", Delay(sign * months, sign * days, sign * rest, bool(rest)))


_DAY_WORDS = {
    **dict.fromkeys(("avant hier", "day before yesterday", "the day before yesterday"), -2),
    **dict.fromkeys(("hier", "yesterday"), -1),
    **dict.fromkeys(("today", "aujourdhui"), 0),
    **dict.fromkeys(("tomorrow", "demain"), 1),
    **dict.fromkeys(("apres demain", "day after tomorrow", "the day after tomorrow"), 2),
}
_DAYS_THEN_HOUR = re.compile(
    r"(?:jours?|j|days?|semaines?|weeks?|mois|months?|ans?|years?)(?: |,|, )[0-9]{1,2} ?h(?![a-z])"
)
_W = rf"(?P<w>{one_of(WEEKDAYS)})\.?"
_D = r"(?P<d>[0-9]{1,2})"
_TH = r"(?:er|e|eme|st|nd|rd|th)?"
_MONTH = rf"(?P<month>{one_of(MONTHS)})\.?"
_YEAR = r"(?:,? (?P<y>[1-9][0-9]{3}))?"
_THE = r"(?:(?:le|on the|on|the) )?"
_PART_NAMES = one_of(_PARTS)

_PIECES: tuple[tuple[re.Pattern[str], Reader], ...] = tuple(
    (re.compile(rf"(?:{pattern})(?=$|[ ,])"), reader)
    for pattern, reader in (
        (r"now|maintenant", _now),
        (r"(?P<day>avant[- ]hier|apres[- ]demain|aujourd'?hui)", _day_word),
        (rf"(?P<day>{one_of(_DAY_WORDS)})", _day_word),
        (r"tonight", _tonight),
        (r"ce midi", _this_noon),
        (rf"(?P<past>il y a )(?P<span>{SPAN})", _delay),
        (rf"(?:in|dans) (?P<past>)(?P<span>{SPAN})", _delay),
        (rf"(?P<span>{SPAN}) (?:(?P<past>ago)|from now)", _delay),
        (rf"{_THE}(?P<y>[1-9][0-9]{{3}})(?P<s>[-/])(?P<m>[0-9]{{1,2}})(?P=s){_D}", _ymd),
        (rf"{_THE}(?P<a>[0-9]{{1,2}})/(?P<b>[0-9]{{1,2}})(?:/(?P<y>[1-9][0-9]{{3}}|[0-9]{{2}}))?", _numeric),
        (rf"{_THE}(?P<a>[0-9]{{1,2}})(?P<s>[.-])(?P<b>[0-9]{{1,2}})(?P=s)(?P<y>[1-9][0-9]{{3}})", _numeric),
        (rf"{_THE}{_D}{_TH}(?: of)? {_MONTH}{_YEAR}", _worded),
        (rf"{_THE}{_MONTH} (?:the )?{_D}{_TH}{_YEAR}", _month_first),
        (rf"(?:le )?(?P<w>{one_of(FRENCH_WEEKDAYS)}) {_D}(?:er)?(?=$|,| a )", _weekday_and_day),
        (rf"le {_D}(?:er)?", _day_of_month),
        (rf"{_THE}{_D}(?:st|nd|rd|th)", _day_of_month),
        (rf"(?:on )?next {_W}(?P<later>)", _next_weekday),
        (rf"(?:le )?{_W} (?P<later>prochain|en huit)", _next_weekday),
        (rf"(?:(?:le|on|ce|this) )?{_W}", _weekday),
        (rf"(?:(?P<this>ce |cet |this )|du |de l'|in the |dans l')?(?P<part>{_PART_NAMES})", _part_of_day),
        (CLOCK, _clock),
    )
)
_SEPARATOR = re.compile(r" ?,? ?")
_ISO = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})[t ](?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})"
    r"(?::(?P<second>[0-9]{2})(?:\.(?P<rest>[0-9]{1,6}))?)?"
    r" ?(?:(?P<utc>z|utc)|(?P<sign>[+-])(?P<oh>[0-9]{2}):?(?P<om>[0-5][0-9]))?"
)


def resolve_wall(wall: datetime, zone: ZoneInfo) -> datetime:
    """The UTC instant of a naive wall time: the first of two, and the end of the gap for one that does not exist."""
    while True:
        there = wall.replace(tzinfo=zone, fold=0)
        instant = there.astimezone(UTC)
        if instant.astimezone(zone).replace(tzinfo=None) == wall:
            return instant
        wall = wall.replace(second=0, microsecond=0) + timedelta(minutes=1)


def _read_piece(draft: Draft, plain: str, position: int) -> int:
    for pattern, reader in _PIECES:
        if match := pattern.match(plain, position):
            reader(draft, match)
            return match.end()
    raise draft.wrong()


def _read_pieces(draft: Draft, plain: str) -> None:
    position = _read_piece(draft, plain, 0)
    while position < len(plain):
        separator = _SEPARATOR.match(plain, position)
        position = _read_piece(draft, plain, separator.end() if separator else position)


def _wall_time(draft: Draft) -> tuple[time, int]:
    """The time of day, and how many days later it is."""
    clock, part = draft.clock, draft.part
    if clock is None:
        return (part.usual if part else MORNING), 0
    if clock.midnight and (draft.today or part is _EVENING):
        return time(0), 1
    hour = clock.hour
    if part:
        if not clock.settled and 1 <= hour < 12 <= part.hours[-1]:
            hour += 12
        if hour not in part.hours:
            raise draft.wrong()
    return time(hour, clock.minute), 0


def _days(draft: Draft) -> Days:
    if draft.days:
        return draft.days
    if draft.weekday is not None:
        weekday = draft.weekday
        return Days(lambda today: (today + ((weekday - today.weekday()) % 7 + more) * DAY for more in (0, 7)), True)
    if draft.clock is None:
        raise draft.wrong()
    return Days(lambda today: (today, today + DAY, today + 2 * DAY), True)


def _add_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _after_delay(draft: Draft, delay: Delay, now: datetime, zone: ZoneInfo) -> datetime:
    timed = draft.clock is not None or draft.part is not None
    if draft.days or draft.weekday is not None or (timed and delay.exact):
        raise draft.wrong()
    local = now.astimezone(zone)
    day = _add_months(local.date(), delay.months) + delay.days * DAY
    if timed:
        moment, more = _wall_time(draft)
        return resolve_wall(datetime.combine(day + more * DAY, moment), zone)
    start = now if day == local.date() else resolve_wall(datetime.combine(day, local.time()), zone)
    return start.astimezone(UTC) + delay.rest


def _resolve(draft: Draft, now: datetime, zone: ZoneInfo) -> datetime:
    if draft.delay:
        return _after_delay(draft, draft.delay, now, zone)
    days = _days(draft)
    moment, more = _wall_time(draft)
    for day in days.candidates(now.astimezone(zone).date()):
        instant = resolve_wall(datetime.combine(day + more * DAY, moment), zone)
        if instant > now or not days.ahead:
            if draft.weekday not in (None, day.weekday()):
                raise draft.wrong()
            return instant
    raise draft.wrong()


def _from_iso(text: str, match: re.Match[str], zone: ZoneInfo) -> datetime:
    try:
        day = date.fromisoformat(match["date"])
    except ValueError:
        raise NotADate(text, "nonexistent_day") from None
    fraction = int((match["rest"] or "").ljust(6, "0"))
    clock = time(int(match["hour"]), int(match["minute"]), int(match["second"] or 0), fraction)
    wall = datetime.combine(day, clock)
    if match["utc"]:
        return wall.replace(tzinfo=UTC)
    if match["sign"]:
        offset = timedelta(hours=int(match["oh"]), minutes=int(match["om"]))
        return wall.replace(tzinfo=timezone(-offset if match["sign"] == "-" else offset)).astimezone(UTC)
    return resolve_wall(wall, zone)


def parse_moment(text: str, *, now: datetime, zone: ZoneInfo, language: str = "en") -> datetime:
    """The UTC instant that `text` names, seen from `now` (aware) in `zone`; it may be past.

    French and English are both understood. `language` decides the order of "03/04" alone: day first; with "en-US"
    month first; except in French, the other order is taken when the second number cannot be a month (or, in "en-US",
    the first). "26" as a year is 2026.
    - A day without time is at 09:00 (afternoon 14:00, evening 20:00); "in 2 days" keeps the time of `now`.
    - A time, a weekday, a day of the month or a date without year is its next occurrence, strictly after `now`;
      "next friday" is never today, "lundi en huit" is a week after the next Monday.
    - Hours are those of a 24-hour clock unless am, pm or a part of the day says otherwise ("tonight at 8").
    - "midnight" begins the day named, except that of today, tonight or an evening, which ends it.
    - A wall time that does not exist is moved to the end of the gap, an ambiguous one is the first.

    Raises NotADate for anything not understood entirely, or contradictory; ValueError when `now` is naive.
    """
    if now.tzinfo is None:
        raise ValueError("now has no time zone")
    try:
        plain = normal(text)
        if iso := _ISO.fullmatch(plain):
            return _from_iso(text, iso, zone)
        draft = Draft(text, language)
        _read_pieces(draft, plain)
        return _resolve(draft, now, zone)
    except NotADate:
        raise
    except (ValueError, OverflowError):
        raise NotADate(text) from None

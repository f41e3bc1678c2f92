"""Moments, durations, times and schedules said in English (international, 24-hour clock) and in French."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, get_day_names
from babel.lists import format_list
from babel.units import format_unit

from bot.cog.dates.durations import split
from bot.cog.dates.schedules import cron_days, is_cron
from bot.cog.dates.words import is_french

_NARROW = "\u202f"
_ENGLISH, _FRENCH = Locale("en", "GB"), Locale("fr")

_EVERY_DAY = ("every day", "tous les jours")
_WEEKDAYS = ("weekdays", "en semaine")
_ONE_DAY = ("every {}", "chaque {}")
_SOME_DAYS = ("every {}", "les {}")
_NTH = ("the {} {} of the month", "le {} {} du mois")
_DATE = ("the {} of the month", "le {} du mois")
_AT = ("{} at {}", "{} à {}")
_LAST_DAY = ("last day", "dernier jour")
_ORDINALS = {
    "#1": ("first", "premier"),
    "#2": ("second", "deuxième"),
    "#3": ("third", "troisième"),
    "#4": ("fourth", "quatrième"),
    "#5": ("fifth", "cinquième"),
    "L": ("last", "dernier"),
}
_INTERVALS = {"0 * * * *": ("every hour", "toutes les heures"), "* * * * *": ("every minute", "toutes les minutes")}
_STEPS = (
    (re.compile(r"\*/([0-9]+) \* \* \* \*"), 60, ("every {} minutes", "toutes les {} minutes")),
    (re.compile(r"0 \*/([0-9]+) \* \* \*"), 24, ("every {} hours", "toutes les {} heures")),
)


def _locale(language: str) -> Locale:
    return _FRENCH if is_french(language) else _ENGLISH


def _day_name(cron_day: int, french: bool) -> str:
    name: str = get_day_names("wide", locale=_FRENCH if french else _ENGLISH)[(cron_day - 1) % 7]
    return name


def say_time(t: time, *, language: str) -> str:
    """The time of day to the minute: "09:00" in English, "9 h" or "9 h 30" in French (with U+202F)."""
    if not is_french(language):
        return f"{t:%H:%M}"
    return f"{t.hour}{_NARROW}h" + (f"{_NARROW}{t.minute:02}" if t.minute else "")


def say_day(day: date, *, language: str, pattern: str = "EEEE d MMMM y") -> str:
    """The day, as "Monday 23 November 2026" or in another of CLDR's patterns; French says "1er mars"."""
    if is_french(language) and day.day == 1:
        pattern = pattern.replace("d MMM", "d'er' MMM")
    said: str = format_date(day, pattern, locale=_locale(language))
    return said


def say_moment(moment: datetime, *, zone: ZoneInfo, language: str) -> str:
    """The moment (aware) as `zone` sees it, to the minute, with the weekday and the year.

    "Monday 23 November 2026 at 09:00", "lundi 23 novembre 2026 à 9 h"; parse_moment reads it back, except in a fold.
    Raises ValueError when `moment` is naive.
    """
    if moment.tzinfo is None:
        raise ValueError("the moment has no time zone")
    local = moment.astimezone(zone)
    day = say_day(local.date(), language=language)
    return _AT[is_french(language)].format(day, say_time(local.time(), language=language))


def say_duration(delta: timedelta, *, language: str) -> str:
    """Every non-zero unit from days to seconds: "2 hours 30 minutes", "2 heures 30 minutes".

    Fractions of a second are dropped. Raises ValueError for a negative duration.
    """
    locale = _locale(language)
    said = (format_unit(count, f"duration-{unit}", "long", format="0", locale=locale) for unit, count in split(delta))
    return " ".join(said)


def _days(match: re.Match[str], french: bool) -> str:
    days = {int(day) % 7 for day in match[1].split(",")}
    if cron_days(days) == "1-5":
        return _WEEKDAYS[french]
    if len(days) == 7:
        return _EVERY_DAY[french]
    names = [_day_name(day, french) for day in sorted(days, key=lambda day: (day - 1) % 7)]
    if len(names) == 1:
        return _ONE_DAY[french].format(names[0])
    plural = [f"{name}s" for name in names] if french else names
    return _SOME_DAYS[french].format(format_list(plural, locale=_FRENCH if french else _ENGLISH))


def _nth(match: re.Match[str], french: bool) -> str:
    return _NTH[french].format(_ORDINALS[match[2]][french], _day_name(int(match[1]), french))


def _date(match: re.Match[str], french: bool) -> str:
    day = int(match[1])
    if french:
        return _DATE[1].format("1er" if day == 1 else day)
    suffix = "th" if day in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return _DATE[0].format(f"{day}{suffix}")


_SHAPES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], bool], str]], ...] = tuple(
    (re.compile(pattern), say)
    for pattern, say in (
        (r"\* \* \*", lambda _, french: _EVERY_DAY[french]),
        (r"\* \* 1-5", lambda _, french: _WEEKDAYS[french]),
        (r"\* \* ([0-7](?:,[0-7])*)", _days),
        (r"\* \* ([0-7])(#[1-5]|L)", _nth),
        (r"([0-9]{1,2}) \* \*", _date),
        (r"L \* \*", lambda _, french: _DATE[french].replace("{}", _LAST_DAY[french])),
    )
)
_TIMED = re.compile(r"([0-9]{1,2}) ([0-9]{1,2}) (.+)")


def _say_interval(cron: str, french: bool) -> str | None:
    if cron in _INTERVALS:
        return _INTERVALS[cron][french]
    for pattern, whole, words in _STEPS:
        match = pattern.fullmatch(cron)
        if match and 1 < int(match[1]) < whole and whole % int(match[1]) == 0:
            return words[french].format(match[1])
    return None


def _say_timed(cron: str, language: str) -> str | None:
    timed = _TIMED.fullmatch(cron)
    if timed is None:
        return None
    at = say_time(time(int(timed[2]), int(timed[1])), language=language)
    french = is_french(language)
    for pattern, say in _SHAPES:
        if match := pattern.fullmatch(cron, timed.start(3)):
            return _AT[french].format(say(match, french), at)
    return None


def say_schedule(cron: str, *, language: str) -> str:
    """The schedule in words for the shapes that parse_schedule makes, "every Monday at 09:00", "chaque lundi à 9 h".

    Any other expression, even invalid, is returned as it is. parse_schedule reads the words back.
    """
    if not is_cron(cron):
        return cron
    return _say_interval(cron, is_french(language)) or _say_timed(cron, language) or cron

"""Durations: read, and written in a compact form."""

import re
from datetime import timedelta
from fractions import Fraction

from bot.cog.dates.words import NUMBERS, is_french, normal, one_of

LONGEST = timedelta(days=36525)

SECONDS = {"week": 604800, "day": 86400, "hour": 3600, "minute": 60, "second": 1}
_ORDER = ("year", "month", *SECONDS)
_SPELLINGS = {
    "year": "year years yr yrs an ans annee annees",
    "month": "month months mois",
    "week": "w wk wks week weeks sem semaine semaines",
    "day": "d day days j jr jrs jour jours",
    "hour": "h hr hrs hour hours heure heures",
    "minute": "m mn min mins minute minutes",
    "second": "s sec secs second seconds seconde secondes",
}
_UNITS = {spelling: unit for unit, spellings in _SPELLINGS.items() for spelling in spellings.split()}
_SMALLER = {"hour": "minute", "minute": "second"}

_AMOUNT = rf"(?:[0-9]{{1,9}}(?:[.,][0-9]{{1,6}})? ?|(?:{one_of(NUMBERS)}) )"
_PART = rf"{_AMOUNT}(?:{one_of(_UNITS)})(?![a-z])"
SPAN = rf"{_PART}(?:(?: ?,| and| et)? ?{_PART})*(?: ?[0-9]{{1,2}}(?![0-9]))?"

_SPAN = re.compile(SPAN)
_READ = re.compile(rf"({_AMOUNT})({one_of(_UNITS)})?(?![a-z])")
_ISO_NUMBER = r"([0-9]{1,9}(?:[.,][0-9]{1,6})?)"
_ISO = re.compile(
    rf"p(?=[0-9t])(?:{_ISO_NUMBER}w)?(?:{_ISO_NUMBER}d)?"
    rf"(?:t(?=[0-9])(?:{_ISO_NUMBER}h)?(?:{_ISO_NUMBER}m)?(?:{_ISO_NUMBER}s)?)?"
)


def _number(word: str) -> Fraction:
    return Fraction(NUMBERS[word]) if word in NUMBERS else Fraction(word.replace(",", "."))


def read_span(span: str) -> dict[str, Fraction]:
    """Amount by unit ("year" … "second") of a text that SPAN matched.

    Raises ValueError when units repeat or do not go down, or when a last bare number follows neither hours nor minutes.
    """
    parts: dict[str, Fraction] = {}
    last = ""
    for amount, spelling in _READ.findall(span):
        number = _number(amount.strip())
        unit = _UNITS[spelling] if spelling else _SMALLER.get(last, "")
        if not unit or (last and _ORDER.index(unit) <= _ORDER.index(last)):
            raise ValueError(f"not a duration: {span!r}")
        if not spelling and (number >= 60 or parts[last].denominator != 1):
            raise ValueError(f"not a duration: {span!r}")
        parts[unit] = number
        last = unit
    return parts


def _parts(text: str) -> dict[str, Fraction]:
    plain = normal(text)
    if iso := _ISO.fullmatch(plain):
        return {unit: _number(amount) for unit, amount in zip(SECONDS, iso.groups(), strict=True) if amount}
    if _SPAN.fullmatch(plain):
        return read_span(plain)
    if plain == "0":
        return {"second": Fraction(0)}
    raise ValueError(f"not a duration: {text!r}")


def parse_duration(text: str, *, allow_zero: bool = False) -> timedelta:
    """The duration: "2h30", "90 min", "2 jours", "un jour", "1,5 h", "1w2d", "PT2H30M".

    A day is 24 hours, a week 7 days.
    Raises ValueError for anything else: a number without unit but 0, months and years (they have no fixed length),
    zero unless `allow_zero`, more than 100 years (36,525 days).
    """
    parts = _parts(text)
    if not parts.keys() <= SECONDS.keys():
        raise ValueError(f"months and years have no fixed length: {text!r}")
    seconds = sum(amount * SECONDS[unit] for unit, amount in parts.items())
    if seconds > LONGEST.total_seconds():
        raise ValueError(f"more than 100 years: {text!r}")
    if not seconds and not allow_zero:
        raise ValueError(f"no time at all: {text!r}")
    return timedelta(microseconds=round(seconds * 1_000_000))


def split(delta: timedelta) -> list[tuple[str, int]]:
    """Non-zero whole days, hours, minutes and seconds, in that order; [("second", 0)] below one second.

    Fractions of a second are dropped. Raises ValueError for a negative duration.
    """
    if delta < timedelta(0):
        raise ValueError(f"negative duration: {delta}")
    minutes, second = divmod(delta.seconds, 60)
    hour, minute = divmod(minutes, 60)
    units = (("day", delta.days), ("hour", hour), ("minute", minute), ("second", second))
    return [(unit, count) for unit, count in units if count] or [("second", 0)]


_SHORT_FRENCH = {"day": "j", "hour": "h", "minute": "min", "second": "s"}


def short(delta: timedelta, *, language: str = "en") -> str:
    """The compact form that parse_duration reads back: "7d", "2h30m", in French "7 j", "2 h 30 min".

    Below two minutes seconds alone: "90s". Fractions are dropped. Raises ValueError for a negative duration.
    """
    brief = timedelta(0) <= delta < timedelta(minutes=2)
    parts = [("second", delta.seconds)] if brief else split(delta)
    if is_french(language):
        return " ".join(f"{count} {_SHORT_FRENCH[unit]}" for unit, count in parts)
    return "".join(f"{count}{unit[0]}" for unit, count in parts)

"""What every reader of dates shares: the normal form of a text, and the names of days, months and numbers."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Literal

Hint = Literal["unknown", "nonexistent_day"]

LONGEST_TEXT = 200


class NotADate(ValueError):
    """A text that is not a moment.

    `hint` is "nonexistent_day" when a day was understood but no calendar has it (31 February), "unknown" otherwise.
    """

    def __init__(self, text: str, hint: Hint = "unknown") -> None:
        super().__init__(f"not a date: {text[:LONGEST_TEXT]!r}")
        self.hint: Hint = hint


_QUOTES = dict.fromkeys(map(ord, "\u2018\u2019\u02bc\u00b4`"), "'")
_DASHES = dict.fromkeys(range(0x2010, 0x2014), "-")

_PHRASES = tuple(
    (re.compile(pattern), said)
    for pattern, said in (
        (r"\b(?:half(?: an)? hour|(?:une )?demi[- ]heures?)\b", "30 min"),
        (r"\btrois[- ]quarts d'heure\b", "45 min"),
        (r"\b(?:un )?quart d'heure\b", "15 min"),
        (r" (?:et demie?|and a half)\b", " 30"),
        (r" et quart\b", " 15"),
    )
)

_FRENCH_DAYS = "lundi mardi mercredi jeudi vendredi samedi dimanche"
_ENGLISH_DAYS = "monday tuesday wednesday thursday friday saturday sunday"
_SHORT_DAYS = {
    "lun": 0, "mon": 0, "tue": 1, "tues": 1, "mer": 2, "wed": 2, "jeu": 3, "thu": 3, "thur": 3, "thurs": 3,
    "ven": 4, "fri": 4, "sam": 5, "sat": 5, "dim": 6, "sun": 6,
}  # fmt: skip
FRENCH_WEEKDAYS = {name: number for number, name in enumerate(_FRENCH_DAYS.split())}
WEEKDAYS = FRENCH_WEEKDAYS | {name: number for number, name in enumerate(_ENGLISH_DAYS.split())} | _SHORT_DAYS

_MONTH_NAMES = (
    "january janvier jan janv",
    "february fevrier feb fev fevr",
    "march mars mar",
    "april avril apr avr",
    "may mai",
    "june juin jun",
    "july juillet jul juil",
    "august aout aug aou",
    "september septembre sep sept",
    "october octobre oct",
    "november novembre nov",
    "december decembre dec",
)
MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}

_NUMBER_NAMES = (
    "a an one un une",
    "two deux",
    "three trois",
    "four quatre",
    "five cinq",
    "six",
    "seven sept",
    "eight huit",
    "nine neuf",
    "ten dix",
    "eleven onze",
    "twelve douze",
)
_ROUND_NUMBERS = {"fifteen": 15, "quinze": 15, "twenty": 20, "vingt": 20, "thirty": 30, "trente": 30}
NUMBERS = {name: number for number, names in enumerate(_NUMBER_NAMES, 1) for name in names.split()} | _ROUND_NUMBERS


def one_of(names: Iterable[str]) -> str:
    """A pattern without group that matches any of the names, the longest first."""
    return "|".join(map(re.escape, sorted(names, key=len, reverse=True)))


def normal(text: str) -> str:
    """The text folded for reading: no accent, no case, plain spaces, quotes and dashes, "half an hour" as "30 min".

    Raises ValueError beyond 200 characters.
    """
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"more than {LONGEST_TEXT} characters")
    folded = "".join(map(_letter, text.translate(_QUOTES))).casefold().translate(_DASHES)
    spaced = " ".join(folded.split())
    for pattern, said in _PHRASES:
        spaced = pattern.sub(said, spaced)
    return spaced


def _letter(character: str) -> str:
    if unicodedata.category(character) == "No":  # "²" must not become a digit
        return character
    return "".join(c for c in unicodedata.normalize("NFKD", character) if unicodedata.category(c) not in ("Mn", "Cf"))


def is_french(language: str) -> bool:
    """Whether a language tag ("fr", "fr-CA", "fr@tu") is French."""
    return re.split(r"[-_@]", language.lower(), maxsplit=1)[0] == "fr"

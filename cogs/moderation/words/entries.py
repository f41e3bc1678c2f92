"""What a word list says, and where a message said it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ALLOW = "allow"
"""The category of what exonerates instead of accusing."""

LISTS = Path(__file__).parent / "lists"

HEADING = re.compile(r"\[\s*(?P<category>[^\]\s\d][^\]\s]*)?\s*(?P<severity>[1-3])?\s*\]")


@dataclass(frozen=True)
class Entry:
    """A listed word or phrase. A ``*`` at either end stands for the rest of a word.

    ``language`` is a code such as ``fr``, or empty for every language; ``severity`` goes from 1 to 3.
    """

    text: str
    language: str = ""
    category: str = ""
    severity: int = 1
    source: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """An entry, and the part of the message that says it: ``text[start:end]``."""

    entry: Entry
    start: int
    end: int


def read_list(text: str, *, language: str = "", source: str = "") -> tuple[Entry, ...]:
    """One entry a line. ``#`` opens a comment, ``[insult 2]`` gives category and severity to what follows.

    Under ``[allow]`` stand the words and phrases that exonerate: give them to ``prepare`` like the others.
    """
    return tuple(_entries(text, language, source))


def _entries(text: str, language: str, source: str) -> Iterator[Entry]:
    category, severity = "", 1
    for line in text.lstrip("\ufeff").splitlines():
        said = re.sub(r"(^|\s)#.*", "", line).strip()
        if heading := HEADING.fullmatch(said):
            category, severity = heading["category"] or "", int(heading["severity"] or 1)
        elif said:
            yield Entry(said, language, category, severity, source)


def curated(language: str) -> tuple[Entry, ...]:
    """The list written for this project, with what it allows; empty where there is none for the language."""
    path = LISTS / f"{language}.txt"
    return read_list(path.read_text("utf-8"), language=language, source="relais") if path.is_file() else ()

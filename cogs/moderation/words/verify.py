"""Is it really said? The few candidates are compared with what the person wrote, character by character."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, takewhile

from cogs.moderation.words.fold import (
    DIGITS,
    MARKS,
    MERGED,
    SYMBOLS,
    Folding,
    hard,
    hard_places,
    letter,
    soft,
    soft_places,
)
from cogs.moderation.words.forms import STRICT, Folded, Shape

APOSTROPHES = frozenset("'`´")
STRONG = frozenset("@$¤§ª")
"""Symbols that are read as letters at once: each counts for half a letter, a digit for none."""
LEGIBLE = 0.25
"""The share of a word that must be true letters: with fewer nobody reads it, and numbers would."""
PLAIN_IN_LINKS = 5
"""In an address only entries of this many letters count, plainly written."""
LONGEST_GAP = 5
NEAR = 12
"""How far around a spelled word one-letter words are looked for."""
UNITS = re.compile(
    r"\d+(?:st|nde?|rd|th|[eè]re?|[eè]mes?|er|e|h|hr|k|ko|kb|m|mn|min|ms|s|sec|g|kg|mg|cm|mm|km|l|cl|ml|gb|go|mb|mo|tb|to"
    r"|x|d|p|px|fps|hz|w|v|a|ans?|j|yo|y|f|m|c|b|t|i|ii)",
    re.IGNORECASE,
)
BANGS = re.compile(r"[!|¡]+(?![\w@$!|¡])")
HEX = re.compile(r"[0-9a-fA-F]+")
MARKED = re.compile("[" + re.escape(MARKS.decode("latin-1")) + "]+")


class Said:
    """A message, its two readings side by side, and the way back from them."""

    def __init__(self, text: str, latin: bytes, folding: Folding) -> None:
        self.text, self.latin, self.folding = text, latin, folding
        self.hard = hard(latin)
        self.readings = side_by_side(self.hard, soft(latin))

    @cached_property
    def _hard_places(self) -> Sequence[int]:
        return hard_places(self.latin)

    @cached_property
    def _soft_places(self) -> Sequence[int]:
        return soft_places(self.latin)

    @cached_property
    def _owners(self) -> Sequence[int]:
        return self.folding.owners(self.text, self.latin)

    @cached_property
    def written(self) -> str:
        """``latin`` as text."""
        return self.latin.decode("latin-1")

    def place(self, start: int, end: int) -> Region:
        """The part of ``latin`` that a part of the readings comes from."""
        softly = start > len(self.hard)
        offset = len(self.hard) + 3 if softly else 1
        places = self._soft_places if softly else self._hard_places
        return Region(places[start - offset], places[end - 1 - offset] + 1, softly)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a part of ``latin`` is in the text, with the invisible characters that follow it."""
        first, last = self._owners[start], self._owners[end - 1] + 1
        if len(self.latin) != len(self.text):
            while last < len(self.text) and not self.folding.plain[ord(self.text[last])]:
                last += 1
        return first, last


def side_by_side(hard_reading: bytes, soft_reading: bytes) -> bytes:
    return b" %b  %b " % (hard_reading, soft_reading)


@dataclass(frozen=True, slots=True)
class Region:
    start: int
    end: int
    soft: bool


def holds(said: Said, region: Region, folded: Folded, shape: Shape, spared: frozenset[str]) -> bool:
    """Does this region say the entry, and nothing innocent?"""
    written = said.written
    if not _edges(written, region, folded, shape):
        return False
    first, last = said.span(region.start, region.end)
    plain = said.text[first:last].casefold() == folded.text
    if _address(said.text, first, last):
        return plain and folded.size >= PLAIN_IN_LINKS
    return plain or _disguised(written, region, folded, shape, spared)


def _disguised(written: str, region: Region, folded: Folded, shape: Shape, spared: frozenset[str]) -> bool:
    inside = written[region.start : region.end]
    signs = [char for char in inside if letter(char) or char in DIGITS or char in SYMBOLS]
    if shape is not Shape.SPELLED and "".join(inside.split()).casefold() in spared:
        return False
    return (
        _legible(signs, inside, written[region.start - 1 : region.start])
        and _same_letters(signs, folded)
        and _gaps(inside, folded, shape, region)
        and (shape is not Shape.SPELLED or _alone(written, region, folded))
    )


def _edges(written: str, region: Region, folded: Folded, shape: Shape) -> bool:
    """What touches the region belongs to no longer word."""
    if shape is Shape.BANG:
        return BANGS.match(written, region.end) is not None
    if region.soft or shape is Shape.SPELLED:
        return True
    left = folded.before or _outer(written, region.start - 1, -1, folded)
    return left and (folded.after or _outer(written, region.end, 1, folded))


def _outer(written: str, at: int, step: int, folded: Folded) -> bool:
    """From a boundary of the hard reading outwards: digits may stick to a long word, signs for letters may not."""
    start = at
    while 0 <= at < len(written) and (written[at] in DIGITS or written[at] in SYMBOLS):
        at += step
    stuck = written[start:at] if step > 0 else written[at + 1 : start + 1]
    if not stuck:
        return True
    inner = 0 <= at < len(written) and bool(letter(written[at]))
    if inner:
        return folded.size > STRICT and not set(stuck) - set("!|¡+")
    return folded.size > STRICT or not any(char in DIGITS for char in stuck)


def _legible(signs: Sequence[str], inside: str, before: str) -> bool:
    letters = sum(1.0 if letter(char) else 0.5 if char in STRONG else 0.0 for char in signs)
    if letters == len(signs):
        return True
    if letters < 1 or letters < LEGIBLE * len(signs) or UNITS.fullmatch(inside):
        return False
    return not (before == "#" and HEX.fullmatch(inside))


def _same_letters(signs: Sequence[str], folded: Folded) -> bool:
    """Runs at least as long as the entry's; in a short entry, letters that are drawn alike are not interchanged."""
    read = [letter(char) or DIGITS.get(char) or SYMBOLS[char] for char in signs]
    if len(read) == len(folded.letters):
        if folded.size > STRICT:
            return True
        return all(
            got == wanted or not letter(char) for got, wanted, char in zip(read, folded.letters, signs, strict=True)
        )
    got, wanted = _runs("".join(read)), _runs(folded.letters)
    if [run[0] for run in got] != [run[0] for run in wanted]:
        return False
    enough = 2 if folded.size <= STRICT else 1
    return all(has == least or has >= least + enough for (_, has), (_, least) in zip(got, wanted, strict=True))


def _runs(letters: str) -> list[tuple[str, int]]:
    return [(code, len(list(run))) for code, run in groupby(letters.translate(MERGED))]


def _gaps(inside: str, folded: Folded, shape: Shape, region: Region) -> bool:
    """Marks between all letters, or a few between some."""
    if shape is Shape.SPLIT:
        return re.search(r"[^\s]\s{1,3}[^\s]", inside) is not None and not set(inside) & set("\r\n")
    gaps = MARKED.findall(inside)
    if shape is Shape.SPELLED:
        return folded.size > STRICT or not any("," in gap or "\n" in gap for gap in re.findall(r"[^\w]+", inside))
    if not region.soft or not gaps:
        return True
    signs = sum(1 for char in inside if letter(char) or char in DIGITS or char in SYMBOLS)
    if max(map(len, gaps)) > LONGEST_GAP:
        return False
    if len(gaps) == signs - 1:
        return folded.size > STRICT or not (inside.isupper() and "." in inside)
    if folded.size <= STRICT or all(set(gap) <= APOSTROPHES for gap in gaps) or ".." in inside:
        return False
    return not re.search(r"[a-z][.,;:?/][A-Z]", inside)


def _alone(written: str, region: Region, folded: Folded) -> bool:
    """A spelled word is no part of a longer one: at most one one-letter word touches a short one on each side."""
    allowed = 0 if folded.size <= STRICT else 1 if folded.size <= STRICT + 1 else 2
    left = _lone(re.findall(r"\w+", written[max(0, region.start - NEAR) : region.start])[::-1])
    right = _lone(re.findall(r"\w+", written[region.end : region.end + NEAR]))
    return max(left, right) <= allowed


def _lone(words: Sequence[str]) -> int:
    """How many one-letter words come first."""
    return sum(1 for _ in takewhile(lambda word: len(word) == 1 and word.isalpha(), words))


def _address(text: str, first: int, last: int) -> bool:
    """Is this inside a link, or a custom emoji of the platform?"""
    start = max(text.rfind(blank, 0, first) for blank in " \n\t") + 1
    chunk = text[start:last]
    return "://" in chunk or chunk.startswith(("www.", "<:", "<a:"))

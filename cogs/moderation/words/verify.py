"""Is it really said? The few candidates are compared with what the person wrote, character by character."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import groupby

from cogs.moderation.words.fold import DIGITS, MARKS, MERGED, SYMBOLS, letter
from cogs.moderation.words.forms import STRICT, Folded, Shape, runs_of
from cogs.moderation.words.said import Region, Said

LEGIBILITY: Mapping[str, float] = {**dict.fromkeys("!|¡+", 0.2), **dict.fromkeys("@$¤§ª", 0.5)}
"""How much of a letter a symbol is to who reads it; a digit is none."""
LEGIBLE = 0.25
"""The share of a word that must be true letters: with fewer nobody reads it, and numbers would."""
PLAIN_IN_ADDRESS = 5
"""In an address only entries of this many letters count, plainly written."""
IDENTIFIER = 20
"""An unbroken row of this many characters that mixes small letters, capitals and digits is an identifier."""
LONGEST_GAP = 5

LETTERS: Mapping[str, str] = {char: letter(char) for char in map(chr, range(256)) if letter(char)}
SIGNS: Mapping[str, str] = {**SYMBOLS, **DIGITS, **LETTERS}
"""What may stand for a letter, and for which."""

UNITS = re.compile(
    r"\d+(?:st|nde?|rd|th|[eè]re?|[eè]mes?|er|e|h|hr|k|ko|kb|m|mn|min|ms|s|sec|g|kg|mg|cm|mm|km|l|cl|ml|gb|go|mb|mo|tb|to"
    r"|x|d|p|px|fps|hz|w|v|a|ans?|j|yo|y|f|c|b|t|i|ii)",
    re.IGNORECASE,
)
HEX = re.compile(r"[0-9a-fA-F]+")
BANGS = re.compile(r"[!|¡]+(?![\w@$!|¡])")
UNBROKEN = re.compile(r"[^ \n\t]*")
MIXED = re.compile(r"[a-z][A-Z][A-Za-z]*\d|\d[A-Za-z]*[a-z][A-Z]")
MARKED = re.compile("[" + re.escape(MARKS.decode("latin-1")) + "]+")
CONTRACTED = re.compile(r"[^'´`]+['´`](?:ll|re|ve|[sdtm])", re.IGNORECASE)
SENTENCES = re.compile(r"[a-z][.,;:?/][A-Z]|\.\.")
INITIALS = re.compile(r"(?<![\w.])[A-Z]\.[A-Z](?!\.?\w)")
NUMBERED = re.compile(r"-\d")
WIDTHS = re.compile(r"\W+")
PARTED = re.compile(r"\w+(?: {1,3}|-?\n|['´`])\w+")


class Judge:
    """Remembers what it decided within one message, so that saying a thing a thousand times costs no more."""

    def __init__(self, said: Said, spared: frozenset[str]) -> None:
        self._said, self._spared = said, spared
        self._decided: dict[tuple[str, bytes, Shape, bool], bool] = {}
        self._chunks: dict[int, tuple[str, bool]] = {}

    def holds(self, region: Region, folded: Folded, shape: Shape) -> bool:
        """Does this region say the entry, and nothing innocent?"""
        written = self._said.written
        inside = written[region.start : region.end]
        if shape is Shape.SPLIT and not PARTED.fullmatch(inside):
            return False
        plain = inside.casefold() == folded.plain
        if not plain and (folded.bare or not self._disguised(inside, folded, shape, region.soft)):
            return False
        if not _edges(written, region, folded, shape):
            return False
        if self._address(region):
            return plain and folded.size >= PLAIN_IN_ADDRESS
        return plain or not (written[region.start - 1 : region.start] == "#" and HEX.fullmatch(inside))

    def _disguised(self, inside: str, folded: Folded, shape: Shape, softly: bool) -> bool:
        key = inside, folded.key, shape, softly
        decided = self._decided.get(key)
        if decided is None:
            decided = self._decided[key] = disguised(inside, folded, shape, softly, self._spared)
        return decided

    def _address(self, region: Region) -> bool:
        """Is this inside a link, a custom emoji of the platform, or an identifier?"""
        written, first = self._said.written, region.start
        start = max(written.rfind(" ", 0, first), written.rfind("\n", 0, first), written.rfind("\t", 0, first)) + 1
        if start not in self._chunks:
            found = UNBROKEN.match(written, start)
            chunk = found[0] if found else ""
            self._chunks[start] = chunk, len(chunk) >= IDENTIFIER and MIXED.search(chunk) is not None
        chunk, identifier = self._chunks[start]
        return identifier or "://" in chunk[: region.end - start] or chunk.startswith(("www.", "<:", "<a:"))


def disguised(inside: str, folded: Folded, shape: Shape, softly: bool, spared: frozenset[str]) -> bool:
    """Is what was written between two boundaries this entry in disguise?"""
    if shape is Shape.SPLIT and CONTRACTED.fullmatch(inside):
        return False
    if shape is not Shape.SPELLED and inside.casefold() in spared:
        return False
    known = SIGNS if softly or shape is not Shape.WHOLE else LETTERS
    signs = [char for char in inside if char in known]
    return (
        _legible(signs, inside, folded, shape)
        and _same_letters(signs, folded)
        and _gaps(signs, inside, folded, shape, softly)
    )


def _legible(signs: Sequence[str], inside: str, folded: Folded, shape: Shape) -> bool:
    """Enough true letters, and no number with its unit."""
    if all(char in LETTERS for char in signs):
        return True
    if shape is Shape.SPLIT or (shape is Shape.SPELLED and folded.size <= STRICT):
        return False
    once = [char for char, _ in groupby(signs)]
    letters = sum(1.0 if char in LETTERS else LEGIBILITY.get(char, 0.0) for char in once)
    return letters >= max(1.0, LEGIBLE * len(once)) and not UNITS.fullmatch(inside)


def _same_letters(signs: Sequence[str], folded: Folded) -> bool:
    """Runs at least as long as the entry's; in a short entry, letters that are drawn alike are not interchanged."""
    read = [SIGNS[char] for char in signs]
    if len(read) == len(folded.letters):
        return folded.size > STRICT or all(
            got == wanted or char not in LETTERS for got, wanted, char in zip(read, folded.letters, signs, strict=True)
        )
    found = runs_of("".join(read).translate(MERGED))
    codes, lengths = "".join([code for code, _ in found]), [length for _, length in found]
    return codes == folded.codes and long_enough(lengths, folded.runs, folded)


def long_enough(lengths: Sequence[int], least: Sequence[int], folded: Folded) -> bool:
    """Is each run at least that long? In a short entry, one letter more is not enough of a disguise."""
    more = 2 if folded.size <= STRICT else 1
    return all(has == one or has >= one + more for has, one in zip(lengths, least, strict=True))


def _gaps(signs: Sequence[str], inside: str, folded: Folded, shape: Shape, softly: bool) -> bool:
    """Marks between all letters, or a few between some."""
    if shape is Shape.SPLIT:
        return True
    if shape is Shape.SPELLED:
        return folded.size > STRICT or not ("," in inside or "\n" in inside or len(set(WIDTHS.findall(inside))) > 1)
    gaps = MARKED.findall(inside) if softly else ()
    if not gaps:
        return True
    if max(map(len, gaps)) > LONGEST_GAP or (" " in inside and INITIALS.search(inside)):
        return False
    if len(gaps) == len(signs) - 1:
        return folded.size > STRICT or not (inside.isupper() and "." in inside)
    return folded.size > STRICT and not SENTENCES.search(inside)


def _edges(written: str, region: Region, folded: Folded, shape: Shape) -> bool:
    """What touches the region belongs to no longer word."""
    if shape is Shape.BANG:
        return BANGS.match(written, region.end) is not None
    touching = written[region.start - 1 : region.start] + written[region.end : region.end + 1]
    if shape is Shape.SPLIT and any(map(str.isdigit, touching)):
        return False
    if region.soft or shape is Shape.SPELLED:
        return True
    left = folded.before or _outer(written, region.start - 1, -1, folded)
    return left and (folded.after or _outer(written, region.end, 1, folded)) and not _code(written, region)


def _code(written: str, region: Region) -> bool:
    """Are these the capitals of a registration or a product, such as ``PD-001``?"""
    last = written[region.start : region.end].rpartition(" ")[2]
    return len(last) <= STRICT and last.isupper() and NUMBERED.match(written, region.end) is not None


def _outer(written: str, at: int, step: int, folded: Folded) -> bool:
    """From a boundary of the hard reading outwards: digits may stick to a long word, signs for letters may not."""
    stuck = ""
    while 0 <= at < len(written) and written[at] in SIGNS and written[at] not in LETTERS:
        stuck += written[at]
        at += step
    if not stuck:
        return True
    if 0 <= at < len(written) and written[at] in LETTERS:
        return folded.size > STRICT and not set(stuck) - set("!|¡+")
    return folded.size > STRICT or not any(char in DIGITS for char in stuck)

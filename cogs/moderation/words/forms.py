"""The shapes an entry is searched in. Each is a literal: an automaton finds them all in one pass, however many."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import combinations, groupby

from cogs.moderation.words.entries import Entry
from cogs.moderation.words.fold import DIGITS, MARKS, MERGED, SYMBOLS, Folding, collapsed

VEIL = b"-"
JOINED = b"aiy"
"""Letters that are a word."""
STRICT = 3
"""Entries up to this many letters are found in few disguises: too many ordinary texts come near them."""
VOWELS = "aeiou", "aeiouy"
OUTSIDE = "!|+¡" + MARKS.decode("latin-1")
"""What may surround an entry without being part of it."""
GLUED = 6
"""A phrase is also found without its spaces from this many letters."""


class Shape(IntEnum):
    WHOLE = 0
    """The letters in a row, one or all of them perhaps doubled."""
    SPELLED = 1
    """Letter by letter: ``f u c k``."""
    SPLIT = 2
    """Cut in two: ``fu ck``."""
    BANG = 3
    """Followed by ``!``, which is also drawn like an ``i``."""


SHAPES = len(Shape)
"""A meaning is an entry's number times this, plus the shape."""


@dataclass(frozen=True, slots=True)
class Folded:
    """An entry as it is searched: its words in classes, and at which ends it is open."""

    text: str
    """Without its stars, in small letters."""
    plain: str
    """The same as ``Said.written`` would have it."""
    words: tuple[bytes, ...]
    key: bytes
    """The words, with a space between."""
    key_runs: tuple[int, ...]
    """How long each run is in the key; each space is one."""
    letters: str
    codes: str
    """The letters in classes, each run once."""
    runs: tuple[int, ...]
    size: int
    before: bool
    after: bool
    bare: bool
    """Too little to recognise in any disguise: two letters, or one letter over and over."""

    @property
    def spelled(self) -> str:
        """With letters for the digits and symbols that stand for them."""
        return "".join(DIGITS.get(char) or SYMBOLS.get(char) or char for char in self.plain)

    @property
    def glued(self) -> bytes:
        """A phrase without its spaces, if it is long enough to be recognised."""
        return b"".join(self.words) if len(self.words) > 1 and self.size >= GLUED else b""


def fold(entry: Entry, folding: Folding) -> Folded:
    text = entry.text.strip()
    bare, inner = text.strip("*"), text.strip(OUTSIDE)
    if len(inner) > STRICT:
        bare = inner
    words = folding.words(bare)
    plain = folding.latin(bare.casefold()).decode("latin-1")
    key = b" ".join(words)
    letters, size = folding.letters(bare), sum(map(len, words))
    runs = runs_of(letters.translate(MERGED))
    return Folded(
        bare.casefold(),
        plain,
        tuple(words),
        key,
        tuple(length for _, length in runs_of(key.decode())),
        letters,
        "".join(code for code, _ in runs),
        tuple(length for _, length in runs),
        size,
        text.startswith("*"),
        text.endswith("*"),
        size < STRICT or len(set(letters)) < 2,
    )


def runs_of(letters: str) -> list[tuple[str, int]]:
    """Each letter that follows another, and how many of it."""
    return [(code, len(list(run))) for code, run in groupby(letters)]


def forms(folded: Folded, ordinary: Container[bytes], *, rich: bool) -> Iterator[tuple[bytes, Shape]]:
    """What the automaton looks for, but for what ``ordinary`` words say together or glued.

    ``rich`` adds pairs of doubled letters and words cut in two, which a list of many thousands cannot afford.
    """
    key = folded.key
    if folded.bare:
        yield _bounded(key, folded), Shape.WHOLE
        return
    for row in {key, *(_doubled(key, rich=rich) if folded.size > STRICT else ())}:
        yield _bounded(row, folded), Shape.WHOLE
    if len(folded.words) > 1:
        yield _bounded(b"  ".join(folded.words), folded), Shape.WHOLE
    if folded.glued and folded.glued not in ordinary:
        yield _bounded(folded.glued, folded), Shape.WHOLE
    yield b" " + b" ".join(bytes([code]) for word in folded.words for code in word) + b" ", Shape.SPELLED
    if folded.size > STRICT and not folded.after:
        yield from (
            (_bounded(key + bang, folded).rstrip() + end, Shape.BANG) for bang, end in ((b"i", b" "), (b"ii", b""))
        )
    if rich and len(folded.words) == 1 and folded.size > STRICT:
        for cut in range(1, len(key)):
            if key[:cut] not in ordinary or key[cut:] not in ordinary:
                yield _bounded(key[:cut] + b" " + key[cut:], folded), Shape.SPLIT


def masked(folded: Folded, *, rich: bool) -> Iterator[bytes]:
    """With stars for inner letters: one or two in a row, all vowels, or all; ``rich``: any number in a row."""
    key = folded.key
    if len(folded.words) == 1 and folded.size > STRICT and not folded.bare:
        for start, end in combinations(range(1, len(key)), 2):
            if rich or end - start <= 2:
                yield _bounded(key[:start] + b"*" * (end - start) + key[end:], folded)
        for hidden in (*VOWELS, folded.letters):
            inner = "".join("*" if letter in hidden else letter for letter in folded.letters[1:-1]).translate(MERGED)
            yield _bounded(key[:1] + inner.encode() + key[-1:], folded)


def veiled(folded: Folded, ordinary: Container[bytes]) -> Iterator[bytes]:
    """With a sign that also joins words, as ``VEIL``, for one inner letter or two: not between two ordinary words."""

    def word(part: bytes) -> bool:
        return part in ordinary and (len(part) > 1 or part in JOINED)

    key = folded.key
    if len(folded.words) == 1 and folded.size > STRICT and not folded.bare:
        for start, end in combinations(range(1, len(key)), 2):
            if end - start <= 2 and not (word(key[:start]) and word(key[end:])):
                yield _bounded(key[:start] + VEIL * (end - start) + key[end:], folded)


def collapsed_forms(folded: Folded) -> Iterator[bytes]:
    """For a reading in which every run counts once."""
    yield _bounded(collapsed(folded.key), folded)


def _bounded(row: bytes, folded: Folded) -> bytes:
    return (b"" if folded.before else b" ") + row + (b"" if folded.after else b" ")


def _doubled(key: bytes, *, rich: bool) -> Iterator[bytes]:
    places = [at for at, code in enumerate(key) if code != 32 and key[at : at + 1] != key[at - 1 : at][:1]]
    for count in (1, 2) if rich and len(key) <= 12 else (1,):
        for chosen in combinations(places, count):
            yield _repeat(key, chosen, 2)
    yield _repeat(key, places, 2)
    yield from (_repeat(key, (at,), times) for at in places if key[at] in b"iu" for times in (3, 4))


def _repeat(key: bytes, places: Sequence[int], times: int) -> bytes:
    return b"".join(key[at : at + 1] * (times if at in places else 1) for at in range(len(key)))

"""The first look at a message: one reading in which nothing is dropped, and what must be in it for a listed word.

Marks are one class here, so that a word at the end of a sentence is found like any other. Whatever could hide a word
(a digit, a symbol, a mark before a letter, two spaces) is by itself a reason for the second look, which decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product

from cogs.moderation.words.fold import APOSTROPHES, CLASSES, HARD, MARKS, SYMBOLS, UNSEEN
from cogs.moderation.words.forms import SHAPES, Shape

ODD, MARK = 1, ord(".")
PLAIN_MARKS = frozenset(MARKS.decode("latin-1")) - frozenset("*|`\\-")
"""Those that hide nothing unless a letter follows."""
ENDS = b" ", b"."
GAPS = b". ", b" . ", b"... ", b" ... "
"""What people put between letters that stand alone."""
SPELLED = 3
"""So many letters that stand alone in a row are looked at again."""


def _seen(code: int) -> int:
    char = chr(code)
    if char in PLAIN_MARKS or char == "!":
        return MARK
    if char.isspace() or char in APOSTROPHES.replace("`", ""):
        return HARD[code]
    return ODD if code in UNSEEN or HARD[code] == ord(" ") or char in SYMBOLS else HARD[code]


GLANCE = bytes(map(_seen, range(256)))


def glances(words: Iterable[tuple[bytes, int]]) -> Iterator[bytes]:
    """What to look for at first: one of these is in every message that says one of ``words``, literals with their
    meanings."""
    yield bytes([ODD])
    yield b"  "
    yield from (b"." + letter for letter in CLASSES)
    yield from (b" %b%b%b%b" % row for row in product(CLASSES, GAPS, CLASSES, ENDS))
    for literal, meaning in words:
        shape = meaning % SHAPES
        if shape == Shape.SPELLED:
            yield literal[: 2 * SPELLED]
        elif shape != Shape.BANG and b"  " not in literal:
            yield from _word(literal) if shape == Shape.SPLIT else _phrase(literal)


def _phrase(literal: bytes) -> Iterator[bytes]:
    """Of several words the first two, or the second one after a mark."""
    _, *others = literal.split()
    if not others:
        yield from _word(literal)
        return
    closed = b" " if literal.endswith(b" ") else b""
    yield literal[: literal.index(b" ", 1) + 1] + others[0]
    yield from _word(b". " + others[0] + closed)


def _word(literal: bytes) -> Iterator[bytes]:
    """Before a space or a mark; the mark may be drawn like its last letter."""
    yield literal
    if literal.endswith(b" "):
        yield literal[:-1] + b"."
        if literal.endswith(b"i "):
            yield literal[:-2] + b"."

"""Data made safe to show: no invisible tricks, and no markup unless we wrote it."""

from __future__ import annotations

import re
import unicodedata

from bot.chat.text.tree import Md

MAX_MARKS = 4
"""Combining marks kept on one base character; living languages need three at most."""

_DROPPED = {
    *range(0x00, 0x09),
    *range(0x0B, 0x20),
    *range(0x7F, 0xA0),
    *range(0x202A, 0x202F),
    *range(0x2066, 0x206A),
    0xFEFF,
    *range(0xD800, 0xE000),
}
_DROP = dict.fromkeys(_DROPPED)
_LINE_ENDS = re.compile("\r\n?|\u2028|\u2029")
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_BLANK_LINES = re.compile(r"\n[^\S\n]*(?=\n)")


def clean(text: str) -> str:
    """Text without control characters, direction overrides, lone surrogates and piled-up marks; ends of lines are \\n."""
    text = _LINE_ENDS.sub("\n", text).translate(_DROP)
    return text if text.isascii() else _few_marks(text)


def _few_marks(text: str) -> str:
    kept, run = [], 0
    for character in text:
        run = run + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if run <= MAX_MARKS:
            kept.append(character)
    return "".join(kept)


def escape(text: str) -> Md:
    """User text as Markdown that shows just that text: nothing in it can format, link, mention or date.

    Blank lines at both ends go, and a run of blank lines becomes one: Markdown cannot say them.
    """
    return Md(_PUNCTUATION.sub(r"\\\1", _BLANK_LINES.sub("\n", clean(text))))

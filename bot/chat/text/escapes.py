"""Data made harmless: ``clean`` for what nobody should see or send, ``escape`` for what would be markup.

One rule, the same everywhere, code included: a backslash before an ASCII punctuation character, a space, a tab or a
newline stands for that character; before U+2060 (word joiner) it stands for nothing and only keeps two markers apart.
"""

from __future__ import annotations

import re
from unicodedata import category

from bot.chat.text.tree import Md

MAX_MARKS = 4
"""Combining marks kept on one base character."""

APART = "\\\u2060"
"""Markup for nothing: keeps two markers, or two lists, from being read as one."""

ESCAPABLE = r"!-/:-@\[-`{-~ \t\n\u2060"
"""What a backslash escapes, as the inside of a regular expression's character class."""

_NEWLINE = re.compile(r"\r\n?")
_UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_ESCAPE = re.compile(rf"\\([{ESCAPABLE}])")
_MARKUP = re.compile(r"[\\`*_~|<>\[\](){}#@:]")
_OWN_LABEL = re.compile(r"\[([^\s\[\]()]+)\]\((?:https?://|mailto:)?\1/?\)", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]*+(?=\.)")


def clean(text: str) -> str:
    """``text`` without control characters, bidirectional overrides, U+FEFF and lone surrogates. Idempotent.

    Newlines become ``\\n``; tabs, joiners and combining marks stay, at most ``MAX_MARKS`` marks a base character.
    """
    text = _UNWANTED.sub("", _NEWLINE.sub("\n", text))
    return text if text.isascii() else _few_marks(text)


def _few_marks(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for char in text:
        kind = category(char)
        if kind[0] == "M":
            marks += 1
        elif kind != "Cf":
            marks = 0
        if kind[0] != "M" or marks <= MAX_MARKS:
            kept.append(char)
    return "".join(kept)


def escape(text: str) -> Md:
    """Markup for exactly ``clean(text)``: plain text and line breaks, wherever it is put, code and labels included.

    Nothing is lost: spaces at both ends and newlines are escaped too, so that ``plain(escape(x)) == clean(x)`` and
    the text never ends the paragraph, the title or the list item it is put in.
    """
    return protect(clean(text))


def protect(text: str) -> Md:
    """``escape`` for a text which is clean already."""
    body = _MARKUP.sub(r"\\\g<0>", text).replace("\n", "\\\n")
    if text[:1] in {"-", " ", "\t"}:
        body = "\\" + body
    elif (head := _NUMBER.match(text)) is not None:
        body = f"{head[0]}\\{body[head.end() :]}"
    if len(text) > 1 and text[-1] in " \t":
        body = f"{body[:-1]}\\{body[-1]}"
    return Md(body)


def unescape(md: str) -> str:
    """The characters that escaped ``md`` stands for."""
    return _ESCAPE.sub(lambda found: "" if found[1] == APART[1] else found[1], md)


def as_typed(md: str) -> str:
    """What somebody typed whose message is ``md``: its escapes undone, and an address that is its own label told once.

    What has another label keeps its markup, and so does what stands out.
    """
    return _OWN_LABEL.sub(r"\1", unescape(md)) if "\\" in md or "](" in md else md

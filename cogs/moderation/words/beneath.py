"""What a text says beneath its markup, and where: entities decoded, what people put between letters taken out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import unquote

TURNED = "\u202e"
"""From here on text runs from right to left."""
MARKUP = re.compile(
    r"(?<=\w)<(?:@[!&]?|#|a?:\w{1,32}:)\w{1,25}>(?=\w)|(?<=\w)(?:</?[a-zA-Z]{1,10}>)++(?=\w)|<!--[^<>]{0,99}-->(?=\w)"
    r"|(?P<quoted>(?<=[^\W\d_])(?:%[46][1-9a-fA-F]|%[57][\daA])++|(?:%[46][1-9a-fA-F]|%[57][\daA])++(?=[^\W\d_]))"
    r"|\]\([^()\s]{1,300}\)(?=\w)|(?P<label>\]\()"
    r"|(?P<entity>&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,31});)"
    f"|{TURNED}(?P<reversed>[^\u202c\u202e\n]*)"
)
"""Mentions, emoji, tags and addresses of links between letters; letters in an address's code; the end of a
link's label; entities; what a control character turns round."""
BETWEEN = "·"


def shown(text: str) -> str:
    """The text as it is read: what stood between letters is one mark between them.

    Without ``<``, ``&``, ``%``, ``](`` and U+202E it is the text itself.
    """
    return MARKUP.sub(_read, text)


def _read(markup: re.Match[str]) -> str:
    if markup["label"]:
        return "] ("
    if markup["quoted"]:
        return unquote(markup[0])
    if markup["entity"]:
        return unescape(markup[0])
    return markup[0][::-1] if markup["reversed"] is not None else BETWEEN


class Places:
    """The way back from ``shown(text)`` to the text."""

    def __init__(self, text: str) -> None:
        self._spans = list(_spans(text))

    def span(self, start: int, end: int) -> tuple[int, int]:
        inside = self._spans[start:end]
        return min(first for first, _ in inside), max(last for _, last in inside)


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """For each character of ``shown(text)`` what it stands for."""
    last = 0
    for markup in MARKUP.finditer(text):
        start, end = markup.span()
        yield from ((at, at + 1) for at in range(last, start))
        if markup["reversed"] is not None:
            yield from ((at, at + 1) for at in reversed(range(start, end)))
        else:
            yield from ((start, end) for _ in _read(markup))
        last = end
    yield from ((at, at + 1) for at in range(last, len(text)))

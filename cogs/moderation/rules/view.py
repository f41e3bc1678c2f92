"""One thing seen, while the rules look at it: what several of them need is worked out once."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime
from enum import IntFlag

from cogs.moderation.rules.addresses import Address, addresses
from cogs.moderation.rules.windows import Windows
from cogs.moderation.seen import Hit, Seen, base_language
from cogs.moderation.words import Match

Recent = deque[tuple[datetime, Seen]]
"""What a window holds, oldest first."""
Search = Callable[[str, str], tuple[Match, ...]]
"""Finds the words of all lists in a text of a language."""
Links = Callable[[str], tuple[Address, ...]]
"""Finds the links of a text."""


class Sign(IntFlag):
    """What costs nothing to see in a message, and spares most triggers a look."""

    DOT = 1
    COLON = 2
    AT = 4
    LINES = 8
    FOREIGN = 16
    """Characters beyond ASCII."""
    FILES = 32
    LISTED = 64
    """A word of one of the lists."""

    ALL = 127


EVERY = int(Sign.ALL)


def signs(view: View) -> int:
    """The signs of a message as a plain number: the enumeration would take longer than the tests."""
    seen = view.seen
    if seen.quoted:
        return EVERY
    text = seen.text
    found = 0
    if "." in text:
        found |= 1
    if ":" in text:
        found |= 2
    if seen.mentions or "@" in text or "<!" in text:
        found |= 4
    if "\n" in text:
        found |= 8
    if not text.isascii():
        found |= 16
    if seen.attachments:
        found |= 32
    if view.words:
        found |= 64
    return found


class View:
    """``text`` is what the person wrote, ``texts`` also what the message quotes, numbered from 0."""

    __slots__ = ("_addresses", "_memory", "_recent", "_words", "links", "search", "seen", "text", "windows")

    def __init__(self, seen: Seen, windows: Windows, search: Search, links: Links = addresses) -> None:
        self.seen = seen
        self.text = seen.text
        self.windows = windows
        self.search = search
        self.links = links
        self._memory = ""
        self._words: tuple[tuple[int | None, Match], ...] | None = None
        self._addresses: tuple[tuple[int | None, Address], ...] | None = None

    @property
    def texts(self) -> Iterator[tuple[int | None, str]]:
        """Character for character, without half surrogates, which no search reads."""
        yield None, _readable(self.text)
        for at, text in enumerate(self.seen.quoted):
            yield at, _readable(text)

    @property
    def words(self) -> tuple[tuple[int | None, Match], ...]:
        """Every listed word, with the number of the quote that holds it."""
        if self._words is None:
            seen, text = self.seen, self.text
            language = self.language if seen.text_language else ""
            found = self.search(text if text.isascii() else _readable(text), language)
            self._words = tuple([(None, match) for match in found]) if found else ()
            if seen.quoted:
                self._words += tuple(self._quoted_words(language))
        return self._words

    def _quoted_words(self, language: str) -> Iterator[tuple[int, Match]]:
        for at, text in enumerate(self.seen.quoted):
            for match in self.search(_readable(text), language):
                yield at, match

    def recent(self, memory: str, size: int, now: datetime) -> Recent:
        """The last messages of its author in that memory, this one the last: told once, however many ask."""
        if memory != self._memory:
            seen = self.seen
            self._memory = memory
            self._recent = recent = self.windows(memory, seen.author, size).seen
            if not recent or recent[-1][1] is not seen:
                recent.append((now, seen))
        return self._recent

    @property
    def language(self) -> str:
        """That of the text, ``fr`` of ``fr-CA``; empty when unknown."""
        return base_language(self.seen.text_language)

    @property
    def addresses(self) -> tuple[tuple[int | None, Address], ...]:
        """Every link, with the number of the quote that holds it."""
        if self._addresses is None:
            self._addresses = tuple((at, one) for at, text in self.texts for one in self.links(text))
        return self._addresses

    def part(self, quote: int | None) -> str:
        return self.text if quote is None else self.seen.quoted[quote]

    def hit(self, trigger: str, start: int, end: int, *, quote: int | None = None, detail: str = "") -> Hit:
        """A hit of what stands there."""
        return Hit(trigger, self.part(quote)[start:end], (start, end), detail, quote)


def _readable(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        return _HALVES.sub("\ufffd", text)
    return text


_HALVES = re.compile("[\ud800-\udfff]")
_CODE = re.compile(r"```.+?```|`[^`\n]+`", re.DOTALL)
"""As Discord and Slack know it: what is not closed is no code."""


def spoken(text: str) -> str:
    """The text with blanks in place of code, which shouts at nobody and calls nobody."""
    return _CODE.sub(_blank, text) if "`" in text else text


def _blank(code: re.Match[str]) -> str:
    return " " * len(code[0])


Look = Callable[[View], Hit | None]
"""A trigger made ready: says where it matched, or that it did not."""

"""What cogs get from addresses elsewhere, which are often chosen by people."""

from __future__ import annotations

from dataclasses import dataclass

from bot.chat.words import Words

LIMIT = 5_000_000
"""Bytes that an answer may hold unless the cog says otherwise."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address gave. ``body`` is ``None`` when it says that nothing changed.

    Give ``etag`` and ``modified`` back the next time. ``media`` is its type, such as ``text/plain``.
    """

    url: str
    body: bytes | None
    media: str = ""
    etag: str = ""
    modified: str = ""


class Unreachable(Exception):
    """An address that gives nothing that can be used; ``words`` say why, for whoever chose it."""

    def __init__(self, words: Words) -> None:
        super().__init__(words)
        self.words = words

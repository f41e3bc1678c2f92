"""The tree of the small Markdown: what ``parse`` gives and adapters render. Every node is immutable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

MAX_DEPTH = 10
"""Levels of nodes from the root, the block and the leaf included. Markers which would go deeper are text."""

MOMENT_STYLES = "tTdDfFR"
"""Short and long time, short and long date, date with time, the same with the day of the week, relative."""


class Md(str):
    """Text already in the small Markdown, trusted. A plain ``str`` is data, to be escaped."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Text:
    value: str


@dataclass(frozen=True, slots=True)
class Break:
    """A new line in the same paragraph, title or list item."""


@dataclass(frozen=True, slots=True)
class Bold:
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Italic:
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Strike:
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Spoiler:
    """Hidden until its reader asks for it."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Code:
    value: str


@dataclass(frozen=True, slots=True)
class Link:
    """``url`` is http, https or mailto, without spaces, parentheses, quotes, angle brackets or backslashes.

    ``children`` is never empty when parsed, and holds neither links nor mentions.
    """

    url: str
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class MemberMention:
    id: str


@dataclass(frozen=True, slots=True)
class ChannelMention:
    id: str


@dataclass(frozen=True, slots=True)
class CommandMention:
    """A slash command; ``rest`` is what is typed after it, ``None`` where it is only named in a sentence.

    ``id`` is the platform's, once an adapter put it there.
    """

    path: str
    rest: str | None = None
    id: str = ""

    @property
    def typed(self) -> str:
        """As somebody types it."""
        return f"/{self.path} {self.rest}" if self.rest else f"/{self.path}"


@dataclass(frozen=True, slots=True)
class Moment:
    """``at`` is aware, in UTC, to the second; ``style`` is one of ``MOMENT_STYLES``."""

    at: datetime
    style: str = "f"


@dataclass(frozen=True, slots=True)
class Paragraph:
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """``level`` is 1, 2 or 3."""

    level: int
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Bullets:
    """A flat list; ``ordered`` items are numbered from 1. An item may be empty."""

    items: tuple[tuple[Inline, ...], ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class CodeBlock:
    value: str
    language: str = ""


Wrapper: TypeAlias = Bold | Italic | Strike | Spoiler
Leaf: TypeAlias = Text | Break | Code | MemberMention | ChannelMention | CommandMention | Moment
Inline: TypeAlias = Leaf | Wrapper | Link
Block: TypeAlias = Paragraph | Heading | Quote | Bullets | CodeBlock

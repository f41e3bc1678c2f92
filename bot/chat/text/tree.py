"""What a text of Relais is made of, once parsed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


class Md(str):
    """Text already in the small Markdown: authored by us or escaped. A plain ``str`` is data."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Text:
    value: str


@dataclass(frozen=True, slots=True)
class Break:
    """The end of a line inside a paragraph."""


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
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Code:
    value: str


@dataclass(frozen=True, slots=True)
class Link:
    """``url`` is http, https or mailto; ``children`` hold neither links nor mentions."""

    url: str
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class MemberMention:
    id: str


@dataclass(frozen=True, slots=True)
class ChannelMention:
    id: str


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant that each reader sees in their own zone. ``style`` is one of ``t T d D f F R``, as on Discord."""

    at: datetime
    style: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """``level`` is 1 to 3."""

    level: int
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Bullets:
    items: tuple[tuple[Inline, ...], ...]
    ordered: bool


@dataclass(frozen=True, slots=True)
class CodeBlock:
    value: str
    language: str


Inline = Text | Break | Bold | Italic | Strike | Spoiler | Code | Link | MemberMention | ChannelMention | Moment
Block = Paragraph | Heading | Quote | Bullets | CodeBlock

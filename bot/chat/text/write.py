"""Writing the small Markdown: mentions, moments, links, templates; and back from the tree."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from bot.chat.text.clean import escape
from bot.chat.text.inline_tokens import ID, URL
from bot.chat.text.parse import parse
from bot.chat.text.tree import (
    Block,
    Bold,
    Break,
    Bullets,
    ChannelMention,
    Code,
    CodeBlock,
    Heading,
    Inline,
    Italic,
    Link,
    Md,
    MemberMention,
    Moment,
    Paragraph,
    Quote,
    Spoiler,
    Strike,
    Text,
)

_PLACEHOLDER = re.compile(r"\{([a-z_][a-z0-9_]*)\}")


class _WithId(Protocol):
    @property
    def id(self) -> str: ...


def _id_of(thing: _WithId) -> str:
    if not re.fullmatch(ID, thing.id):
        raise ValueError(f"{thing.id!r} cannot be mentioned")
    return thing.id


def at(member: _WithId) -> Md:
    """A mention of a member. Nobody is notified by it: ``Card.pings`` does that."""
    return Md(f"<@{_id_of(member)}>")


def to(channel: _WithId) -> Md:
    return Md(f"<#{_id_of(channel)}>")


def when(moment: datetime, style: str = "f") -> Md:
    """An instant, shown to each reader in their own zone. Raises ``ValueError`` for a naive one."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone")
    return Md(f"<t:{int(moment.timestamp())}:{style}>")


def link(label: str, url: str) -> Md:
    """A link to an http, https or mailto address; raises ``ValueError`` for any other."""
    safe = url.strip().replace("(", "%28").replace(")", "%29").replace(" ", "%20")
    if not re.fullmatch(URL, safe):
        raise ValueError(f"{url!r} is not an address to link to")
    return Md(f"[{escape(label.replace(chr(10), ' '))}]({safe})")


def fill(template: str, **values: Md | str) -> Md:
    """A template with its known ``{name}``s replaced: ``Md`` as it is, ``str`` escaped. Everything else stays."""

    def one(match: re.Match[str]) -> str:
        value = values.get(match[1])
        if value is None:
            return match[0]
        return value if isinstance(value, Md) else escape(value)

    return Md(_PLACEHOLDER.sub(one, template))


Name = Callable[[str], str]


class _Plain:
    def __init__(self, member: Name, channel: Name, moment: Callable[[Moment], str]) -> None:
        self.member, self.channel, self.moment = member, channel, moment

    def inline(self, nodes: tuple[Inline, ...]) -> str:
        return "".join(self.one(node) for node in nodes)

    def one(self, node: Inline) -> str:
        match node:
            case Text(value) | Code(value):
                return value
            case Break():
                return "\n"
            case Link(url, children):
                label = self.inline(children)
                return label if label == url else f"{label} ({url})"
            case MemberMention(id):
                return self.member(id)
            case ChannelMention(id):
                return self.channel(id)
            case Moment():
                return self.moment(node)
            case Bold(children) | Italic(children) | Strike(children) | Spoiler(children):
                return self.inline(children)

    def block(self, block: Block) -> str:
        match block:
            case Paragraph(children) | Heading(_, children):
                return self.inline(children)
            case Quote(blocks):
                return "\n".join(f"> {line}".rstrip() for line in self.blocks(blocks).split("\n"))
            case Bullets(items, ordered):
                signs = (f"{i}." if ordered else "•" for i in range(1, len(items) + 1))
                return "\n".join(f"{sign} {self.inline(item)}" for sign, item in zip(signs, items, strict=True))
            case CodeBlock(value, _):
                return value

    def blocks(self, blocks: tuple[Block, ...]) -> str:
        parts: list[str] = []
        for before, block in zip((None, *blocks), blocks, strict=False):
            if before is not None:
                parts.append("\n\n" if isinstance(before, Paragraph) and isinstance(block, Paragraph) else "\n")
            parts.append(self.block(block))
        return "".join(parts)


def plain(
    md: str,
    *,
    member: Name = "@{}".format,
    channel: Name = "#{}".format,
    moment: Callable[[Moment], str] = lambda moment: f"{moment.at:%Y-%m-%d %H:%M} UTC",
) -> str:
    """The text without its markup; the functions name what it mentions."""
    return _Plain(member, channel, moment).blocks(parse(md))


def bare(blocks: tuple[Block, ...]) -> str:
    """The plain text of a tree whose mentions have no names."""
    return _BARE.blocks(blocks)


_BARE = _Plain("@{}".format, "#{}".format, lambda moment: f"{moment.at:%Y-%m-%d %H:%M} UTC")


def unparse(blocks: tuple[Block, ...]) -> Md:
    """Markdown that parses to these blocks."""
    return Md("\n\n".join(_write(block) for block in blocks))


def _write(block: Block) -> str:
    match block:
        case Paragraph(children):
            return _inline(children)
        case Heading(level, children):
            return f"{'#' * level} {_inline(children)}"
        case Quote(blocks):
            return "\n".join(f"> {line}" if line else ">" for line in unparse(blocks).split("\n"))
        case Bullets(items, ordered):
            return "\n".join(f"{f'{i}.' if ordered else '-'} {_inline(item)}" for i, item in enumerate(items, 1))
        case CodeBlock(value, language):
            return f"```{language}\n{value}\n```"


def _inline(nodes: tuple[Inline, ...]) -> str:
    return "".join(_sign(node) for node in nodes)


def _sign(node: Inline) -> str:
    match node:
        case Text(value):
            return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", value)
        case Break():
            return "\n"
        case Bold(children):
            return f"**{_inline(children)}**"
        case Italic(children):
            sign = "_" if isinstance(children[0], Bold) else "*"
            return f"{sign}{_inline(children)}{sign}"
        case Strike(children):
            return f"~~{_inline(children)}~~"
        case Spoiler(children):
            return f"||{_inline(children)}||"
        case Code(value):
            return f"`{value}`"
        case Link(url, children):
            return f"[{_inline(children)}]({url})"
        case MemberMention(id):
            return f"<@{id}>"
        case ChannelMention(id):
            return f"<#{id}>"
        case Moment(moment, style):
            return f"<t:{int(moment.timestamp())}:{style}>"

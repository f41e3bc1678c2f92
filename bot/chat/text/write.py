"""From tree to text: ``unparse`` for markup again, ``plain`` for readers without markup."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

from bot.chat.text.commands import written
from bot.chat.text.escapes import APART, protect
from bot.chat.text.make import EPOCH, safe_address
from bot.chat.text.parse import LANGUAGE, parse
from bot.chat.text.tree import (
    Block,
    Bold,
    Break,
    Bullets,
    ChannelMention,
    Code,
    CodeBlock,
    CommandMention,
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

_MARKERS: dict[type, str] = {Bold: "**", Italic: "*", Strike: "~~", Spoiler: "||"}


def unparse(blocks: Iterable[Block]) -> Md:
    """Markup for ``blocks``: ``parse(unparse(parse(x))) == parse(x)``.

    What ``parse`` never gives loses its wrapper only: one inside its like, an empty one, a link to an odd address.
    """
    return Md("\n".join(_lines(tuple(blocks))))


def _lines(blocks: tuple[Block, ...]) -> list[str]:
    lines: list[str] = []
    previous: Block | None = None
    for block in blocks:
        if previous is not None:
            lines += ["", APART, ""] if _would_merge(previous, block) else [""]
        lines += _block_lines(block)
        previous = block
    return lines


def _would_merge(first: Block, second: Block) -> bool:
    return isinstance(first, Bullets) and isinstance(second, Bullets) and first.ordered == second.ordered


def _block_lines(block: Block) -> list[str]:
    match block:
        case Paragraph(children):
            return [_markup(children)]
        case Heading(level, children):
            return [f"{'#' * level} {_markup(children)}"]
        case Quote(blocks):
            return [f"> {line}" for line in _lines(blocks)]
        case Bullets(items, ordered):
            return [f"{_number(index, ordered)} {_markup(item)}" for index, item in enumerate(items)]
        case CodeBlock(value, language):
            known = language if re.fullmatch(LANGUAGE, language) else ""
            return [f"```{known}", *value.replace("\\", "\\\\").replace("`", "\\`").split("\n"), "```"]


def _number(index: int, ordered: bool) -> str:
    return f"{min(index + 1, 999)}." if ordered else "-"


def _markup(nodes: Iterable[Inline], inside: frozenset[type] = frozenset()) -> str:
    return _joined(piece for node in nodes if (piece := _node_markup(node, inside)))


def _joined(pieces: Iterable[str]) -> str:
    """Two markers of the same character are kept apart."""
    parts: list[str] = []
    for piece in pieces:
        if parts and parts[-1][-1] == piece[0] and piece[0] in "*~|`":
            parts.append(APART)
        parts.append(piece)
    return "".join(parts)


def _node_markup(node: Inline, inside: frozenset[type]) -> str:
    match node:
        case Text(value):
            return protect(value)
        case Break():
            return "\\\n"
        case Code(value):
            return f"`{protect(value)}`" if value else ""
        case MemberMention(id):
            return f"<@{id}>"
        case ChannelMention(id):
            return f"<#{id}>"
        case CommandMention():
            return written(node)
        case Moment(at, style):
            return f"<t:{int((at - EPOCH).total_seconds())}:{style}>"
        case Link(url, children):
            address = safe_address(url)
            return _markup(children) if address is None else f"[{_markup(children)}]({address})"
        case Bold(children) | Italic(children) | Strike(children) | Spoiler(children):
            content = _markup(children, inside | {type(node)})
            marker = _MARKERS[type(node)]
            return content if type(node) in inside or not content else _joined((marker, content, marker))


def _default_member(id: str) -> str:
    return f"@{id}"


def _default_channel(id: str) -> str:
    return f"#{id}"


def _default_moment(moment: Moment) -> str:
    return moment.at.replace(tzinfo=None).isoformat(" ", "minutes") + " UTC"


def plain(
    md: str,
    *,
    member: Callable[[str], str] = _default_member,
    channel: Callable[[str], str] = _default_channel,
    moment: Callable[[Moment], str] = _default_moment,
) -> str:
    """``md`` without markup; ``member`` and ``channel`` name an id. Raises only what these three raise.

    Lists become "• x" or "1. x", quotes "> x", links "label (address)" unless both are the same. A blank line
    separates two paragraphs, a newline all other blocks. A moment is "2026-11-23 07:00 UTC".
    """
    return Plain(member, channel, moment).blocks(parse(md))


@dataclass(frozen=True, slots=True)
class Plain:
    """Renders a tree without markup."""

    member: Callable[[str], str] = _default_member
    channel: Callable[[str], str] = _default_channel
    moment: Callable[[Moment], str] = _default_moment

    def blocks(self, blocks: tuple[Block, ...]) -> str:
        """The text of ``blocks``."""
        texts = [self._block(block) for block in blocks]
        for index, (first, second) in enumerate(pairwise(blocks)):
            texts[index] += "\n\n" if isinstance(first, Paragraph) and isinstance(second, Paragraph) else "\n"
        return "".join(texts)

    def _block(self, block: Block) -> str:
        match block:
            case Paragraph(children) | Heading(_, children):
                return self.line(children)
            case Quote(blocks):
                return "\n".join(f"> {line}" for line in self.blocks(blocks).split("\n"))
            case Bullets(items, ordered):
                heads = (f"{index}." if ordered else "•" for index in range(1, len(items) + 1))
                return "\n".join(f"{head} {self.line(item)}" for head, item in zip(heads, items, strict=True))
            case CodeBlock(value):
                return value

    def line(self, nodes: Iterable[Inline]) -> str:
        """The text of ``nodes``."""
        return "".join(map(self._node, nodes))

    def _node(self, node: Inline) -> str:
        match node:
            case Text(value) | Code(value):
                return value
            case Break():
                return "\n"
            case MemberMention(id):
                return self.member(id)
            case ChannelMention(id):
                return self.channel(id)
            case CommandMention():
                return node.typed
            case Moment():
                return self.moment(node)
            case Link(url, children):
                label = self.line(children)
                return label if label == url else f"{label} ({url})"
            case Bold(children) | Italic(children) | Strike(children) | Spoiler(children):
                return self.line(children)


def labelled(name: str, value: str, language: str) -> str:
    """``Name: value`` in one line; French sets the colon off by a narrow no-break space."""
    return f"{name}\N{NARROW NO-BREAK SPACE}: {value}" if language.startswith("fr") else f"{name}: {value}"

"""A text made short enough, on the tree so that its markup stays balanced."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import replace
from unicodedata import category

from bot.chat.text.parse import parse
from bot.chat.text.tree import (
    Block,
    Bold,
    Bullets,
    Code,
    CodeBlock,
    Heading,
    Inline,
    Italic,
    Md,
    Paragraph,
    Quote,
    Spoiler,
    Strike,
    Text,
)
from bot.chat.text.write import Plain, unparse

_WHOLE = "\ufffc"
_JOINER = "\u200d"


def clip(md: str, limit: int, more: str = "…") -> Md:
    """``md`` cut so that ``plain(...)`` has at most ``limit`` characters, ``more`` (data) included.

    Cuts between words when one ends in the second half of what fits. Links, mentions and moments are kept whole or
    dropped; their length is that of ``plain`` without arguments. Unchanged when short enough; empty below 1.
    """
    blocks = parse(md)
    if len(Plain().blocks(blocks)) <= limit:
        return Md(md)
    units = "".join(_block_units(blocks))
    more = more[: max(limit, 0)]
    lengths = range(len(units) + 1)
    best = bisect_left(lengths, True, key=lambda size: _length(blocks, size, more) > limit) - 1
    return unparse(_cut(blocks, _at_word(units, max(best, 0)), more))


def _length(blocks: tuple[Block, ...], size: int, more: str) -> int:
    return len(Plain().blocks(_cut(blocks, size, more)))


def _block_units(blocks: Iterable[Block]) -> Iterator[str]:
    """One character for each thing that can be kept or dropped, a newline for the end of each block and item."""
    for block in blocks:
        match block:
            case Paragraph(children) | Heading(_, children):
                yield from _units(children)
            case Quote(inner):
                yield from _block_units(inner)
            case Bullets(items):
                for item in items:
                    yield from _units(item)
                    yield "\n"
            case CodeBlock(value):
                yield value
        yield "\n"


def _units(nodes: Iterable[Inline]) -> Iterator[str]:
    for node in nodes:
        match node:
            case Text(value) | Code(value):
                yield value
            case Bold(children) | Italic(children) | Strike(children) | Spoiler(children):
                yield from _units(children)
            case _:
                yield _WHOLE


def _at_word(units: str, size: int) -> int:
    end = size
    while end > size // 2 and not units[end].isspace():
        end -= 1
    if end == size // 2:
        return _at_character(units, size)
    while end and units[end - 1].isspace():
        end -= 1
    return end


def _at_character(units: str, size: int) -> int:
    while size and (category(units[size])[0] == "M" or _JOINER in units[size - 1 : size + 1]):
        size -= 1
    return size


def _cut(blocks: tuple[Block, ...], size: int, more: str) -> tuple[Block, ...]:
    return _with_more(_Cutter(size).blocks(blocks), more) if more else _Cutter(size).blocks(blocks)


class _Cutter:
    """Keeps the first ``left`` units of a tree."""

    def __init__(self, left: int) -> None:
        self.left = left

    def _take(self, value: str) -> str:
        taken = value[: self.left]
        self.left -= len(taken)
        return taken

    def blocks(self, blocks: Iterable[Block]) -> tuple[Block, ...]:
        kept: list[Block] = []
        for block in blocks:
            if not self.left:
                break
            if (part := self._block(block)) is not None:
                kept.append(part)
            self._take("\n")
        return tuple(kept)

    def _block(self, block: Block) -> Block | None:
        match block:
            case Paragraph(children) | Heading(_, children):
                return replace(block, children=self._line(children))
            case Quote(inner):
                return Quote(self.blocks(inner))
            case Bullets(items, ordered):
                return Bullets(tuple(self._items(items)), ordered)
            case CodeBlock(value, language):
                return CodeBlock(self._take(value), language)

    def _items(self, items: Iterable[tuple[Inline, ...]]) -> Iterator[tuple[Inline, ...]]:
        for item in items:
            if not self.left:
                return
            yield self._line(item)
            self._take("\n")

    def _line(self, nodes: Iterable[Inline]) -> tuple[Inline, ...]:
        kept: list[Inline] = []
        for node in nodes:
            if not self.left:
                break
            kept.append(self._node(node))
        return tuple(kept)

    def _node(self, node: Inline) -> Inline:
        match node:
            case Text(value) | Code(value):
                return replace(node, value=self._take(value))
            case Bold(children) | Italic(children) | Strike(children) | Spoiler(children):
                return replace(node, children=self._line(children))
            case _:
                self._take(_WHOLE)
                return node


def _with_more(blocks: tuple[Block, ...], more: str) -> tuple[Block, ...]:
    if not blocks:
        return (Paragraph((Text(more),)),)
    *head, last = blocks
    return (*head, _block_with_more(last, more))


def _block_with_more(block: Block, more: str) -> Block:
    match block:
        case Paragraph(children) | Heading(_, children):
            return replace(block, children=(*children, Text(more)))
        case Quote(inner):
            return Quote(_with_more(inner, more))
        case Bullets(items, ordered):
            return Bullets((*items[:-1], (*items[-1], Text(more))), ordered)
        case CodeBlock(value, language):
            return CodeBlock(value + more, language)

"""Cutting a text with care: on its tree, so that markup stays whole."""

from __future__ import annotations

from dataclasses import replace

from bot.chat.text.parse import parse
from bot.chat.text.tree import (
    Block,
    Bold,
    Bullets,
    CodeBlock,
    Heading,
    Inline,
    Italic,
    Link,
    Md,
    Paragraph,
    Quote,
    Spoiler,
    Strike,
    Text,
)
from bot.chat.text.write import bare, unparse


def clip(md: str, limit: int, more: str = "…") -> Md:
    """The text with at most ``limit`` plain characters, ending with ``more`` when something was left out."""
    blocks = parse(md)
    if len(bare(blocks)) <= limit:
        return Md(md)
    for room in range(limit - len(more), -1, -max(1, limit // 50)):
        blocks = _blocks(blocks, room, more)
        if len(bare(blocks)) <= limit:
            return unparse(blocks)
    return Md("")


def _blocks(blocks: tuple[Block, ...], room: int, more: str) -> tuple[Block, ...]:
    kept: list[Block] = []
    for block in blocks:
        size = len(bare((block,))) + 2
        if size <= room:
            kept.append(block)
            room -= size
            continue
        kept.append(_block(block, room, more))
        break
    return tuple(kept)


def _block(block: Block, room: int, more: str) -> Block:
    match block:
        case Paragraph(children):
            return Paragraph(_ended(children, room, more))
        case Heading(level, children):
            return Heading(level, _ended(children, room, more))
        case Quote(blocks):
            return Quote(_blocks(blocks, max(room - 2, 0), more))
        case CodeBlock(value, language):
            return CodeBlock(value[: max(room, 0)] + more, language)
        case Bullets(items, ordered):
            kept: list[tuple[Inline, ...]] = []
            for item in items:
                size = _size(item) + 4
                if size > room:
                    return Bullets((*kept, _ended(item, room - 3, more)), ordered)
                kept.append(item)
                room -= size
            return Bullets(tuple(kept), ordered)


def _size(nodes: tuple[Inline, ...]) -> int:
    return len(bare((Paragraph(nodes),)))


def _ended(nodes: tuple[Inline, ...], room: int, more: str) -> tuple[Inline, ...]:
    return (*_inlines(nodes, room), Text(more))


def _inlines(nodes: tuple[Inline, ...], room: int) -> tuple[Inline, ...]:
    kept: list[Inline] = []
    for node in nodes:
        size = _size((node,))
        if size <= room:
            kept.append(node)
            room -= size
            continue
        if (part := _part(node, room)) is not None:
            kept.append(part)
        break
    return tuple(kept)


def _part(node: Inline, room: int) -> Inline | None:
    match node:
        case Text(value):
            cut = value[: max(room, 0)]
            whole = value[len(cut) : len(cut) + 1].isspace() or cut[-1:].isspace() or " " not in cut.strip()
            words = cut if whole else cut.rsplit(maxsplit=1)[0]
            return Text(words.rstrip()) if words.strip() else None
        case Bold() | Italic() | Strike() | Spoiler() | Link():
            inner = _inlines(node.children, room)
            return replace(node, children=inner) if inner else None
    return None

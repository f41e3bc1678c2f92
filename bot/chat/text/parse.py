"""From text to tree, block by block."""

from __future__ import annotations

import re
from collections import deque
from typing import TypeAlias

from bot.chat.text.escapes import clean, unescape
from bot.chat.text.inline import inline
from bot.chat.text.tree import MAX_DEPTH, Block, Bullets, CodeBlock, Heading, Inline, Paragraph, Quote

_HEADING = re.compile(r"(#{1,3}) (?=[ \t]*+[^ \t])")
_ITEM = re.compile(r"[-*] |([0-9]{1,3})\. ")
LANGUAGE = r"[A-Za-z0-9_+#.\-]{0,30}"
"""The name of a code block's language, as a regular expression."""

_FENCE = re.compile(rf"```({LANGUAGE})[ \t]*+")
_Items: TypeAlias = tuple[tuple[Inline, ...], ...]


def parse(md: str) -> tuple[Block, ...]:
    """The tree of ``md``. Never raises, in time proportional to its length; at most ``MAX_DEPTH`` levels deep.

    What cannot be read as markup is text. ``clean`` is applied first. Block markers stand at the very start of a
    line; a backslash at the end of a line is a break that keeps the next line in the same block, whatever it holds.
    """
    return _Blocks(logical_lines(clean(md)), MAX_DEPTH - 2).run()


def logical_lines(text: str) -> list[str]:
    """``text`` cut at its newlines, those escaped with a backslash excepted."""
    lines: list[str] = []
    parts: list[str] = []
    for line in text.split("\n"):
        parts.append(line)
        if (len(line) - len(line.rstrip("\\"))) % 2 == 0:
            lines.append("\n".join(parts))
            parts = []
    return [*lines, "\n".join(parts)] if parts else lines


class _Blocks:
    """``room`` is how many quotes and wrappers may still be nested."""

    def __init__(self, lines: list[str], room: int) -> None:
        self.lines = lines
        self.room = room
        self.at = 0
        self.fences = deque(index for index, line in enumerate(lines) if line.rstrip(" \t") == "```")
        self.blocks: list[Block] = []
        self.loose: list[str] = []

    def run(self) -> tuple[Block, ...]:
        while self.at < len(self.lines):
            if not (self._heading() or self._quote() or self._item() or self._fence()):
                self._loose_line()
        self._paragraph()
        return tuple(self.blocks)

    def _loose_line(self) -> None:
        line = self.lines[self.at]
        self.at += 1
        if _is_blank(line):
            self._paragraph()
        else:
            self.loose.append(line)

    def _paragraph(self) -> None:
        if self.loose and (children := inline("\n".join(self.loose), self.room)):
            self.blocks.append(Paragraph(children))
        self.loose = []

    def _heading(self) -> bool:
        line = self.lines[self.at]
        found = _HEADING.match(line)
        if found is None:
            return False
        self._paragraph()
        self.at += 1
        if children := inline(line[found.end() :], self.room):
            self.blocks.append(Heading(len(found[1]), children))
        return True

    def _quote(self) -> bool:
        inner: list[str] = []
        while self.room and self.at < len(self.lines) and (quoted := _quoted(self.lines[self.at])) is not None:
            inner.append(quoted)
            self.at += 1
        if not inner:
            return False
        self._paragraph()
        if blocks := _Blocks(inner, self.room - 1).run():
            self.blocks.append(Quote(blocks))
        return True

    def _item(self) -> bool:
        found = _ITEM.match(self.lines[self.at])
        if found is None:
            return False
        self._paragraph()
        ordered = found[1] is not None
        self.blocks.append(Bullets(self._items(ordered), ordered))
        return True

    def _items(self, ordered: bool) -> _Items:
        items: list[tuple[Inline, ...]] = []
        following = self.at
        while following < len(self.lines):
            line = self.lines[following]
            following += 1
            if _is_blank(line):
                continue
            found = _ITEM.match(line)
            if found is None or (found[1] is not None) != ordered:
                break
            items.append(inline(line[found.end() :], self.room))
            self.at = following
        return tuple(items)

    def _fence(self) -> bool:
        found = _FENCE.fullmatch(self.lines[self.at])
        if found is None:
            return False
        while self.fences and self.fences[0] <= self.at:
            self.fences.popleft()
        if not self.fences:
            return False
        self._paragraph()
        value = "\n".join(self.lines[self.at + 1 : self.fences[0]])
        self.at = self.fences[0] + 1
        self.blocks.append(CodeBlock(clean(unescape(value)), found[1]))
        return True


def _quoted(line: str) -> str | None:
    if line == ">":
        return ""
    return line[2:] if line.startswith("> ") else None


def _is_blank(line: str) -> bool:
    return not line.strip(" \t")

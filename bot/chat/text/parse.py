"""From the small Markdown to its tree. Total and linear: whatever the text, it never raises and never backtracks."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.chat.text.inline_tokens import TOKEN
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
    MemberMention,
    Moment,
    Paragraph,
    Quote,
    Spoiler,
    Strike,
    Text,
)

MAX_QUOTES = 4
_HEADING = re.compile(r"(#{1,3}) (.*\S.*)")
_BULLET = re.compile(r"[-*] (.*\S.*)")
_ORDERED = re.compile(r"\d{1,9}\. (.*\S.*)")
_FENCE = re.compile(r"```([\w+-]{0,20})\s*")
_QUOTE = re.compile(r"> ?(.*)")


def parse(md: str) -> tuple[Block, ...]:
    """The blocks of a text."""
    return _blocks(md.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 0)


def _blocks(lines: list[str], depth: int) -> tuple[Block, ...]:
    blocks: list[Block] = []
    paragraph: list[str] = []
    last_fence = max((i for i, line in enumerate(lines) if line.rstrip() == "```"), default=-1)

    def close() -> None:
        if paragraph:
            blocks.append(Paragraph(_inlines("\n".join(paragraph))))
            paragraph.clear()

    at = 0
    while at < len(lines):
        line = lines[at]
        found = _block(lines, at, depth, last_fence)
        if found is not None:
            close()
            block, at = found
            blocks.append(block)
            continue
        if line.strip():
            paragraph.append(line)
        else:
            close()
        at += 1
    close()
    return tuple(blocks)


def _block(lines: list[str], at: int, depth: int, last_fence: int) -> tuple[Block, int] | None:
    """The block other than a paragraph that begins at a line, and the line after it."""
    line = lines[at]
    if at < last_fence and (fence := _FENCE.fullmatch(line)):
        end = next(i for i in range(at + 1, len(lines)) if lines[i].rstrip() == "```")
        return CodeBlock("\n".join(lines[at + 1 : end]), fence[1]), end + 1
    if heading := _HEADING.fullmatch(line):
        return Heading(len(heading[1]), _inlines(heading[2])), at + 1
    if depth < MAX_QUOTES and line.startswith(">"):
        inner, end = _run(lines, at, _QUOTE)
        return Quote(_blocks(inner, depth + 1)), end
    for pattern, ordered in ((_BULLET, False), (_ORDERED, True)):
        inner, end = _run(lines, at, pattern)
        if inner:
            return Bullets(tuple(_inlines(item) for item in inner), ordered), end
    return None


def _run(lines: list[str], at: int, pattern: re.Pattern[str]) -> tuple[list[str], int]:
    """What the pattern captures in the lines that follow one another from ``at``."""
    inner: list[str] = []
    while at < len(lines) and (match := pattern.fullmatch(lines[at])):
        inner.append(match[1])
        at += 1
    return inner, at


@dataclass(slots=True)
class _Frame:
    """A marker that waits for its twin, and what stands after it."""

    marker: str
    children: list[Inline] = field(default_factory=list)

    def add(self, node: Inline) -> None:
        if isinstance(node, Text) and self.children and isinstance(last := self.children[-1], Text):
            self.children[-1] = Text(last.value + node.value)
        elif not isinstance(node, Text) or node.value:
            self.children.append(node)


_WRAP: dict[str, Callable[[tuple[Inline, ...]], Inline]] = {
    "**": Bold,
    "*": Italic,
    "_": Italic,
    "~~": Strike,
    "||": Spoiler,
}


class _Inlines:
    """Reads one paragraph. Each kind of emphasis is open at most once, so nesting is bounded."""

    def __init__(self, text: str, *, in_link: bool = False) -> None:
        self.text = text
        self.in_link = in_link
        self.stack = [_Frame("")]

    def read(self) -> tuple[Inline, ...]:
        at = 0
        for match in TOKEN.finditer(self.text):
            self.stack[-1].add(Text(self.text[at : match.start()]))
            self._token(match)
            at = match.end()
        self.stack[-1].add(Text(self.text[at:]))
        while len(self.stack) > 1:
            self._unwrap()
        return tuple(self.stack[0].children)

    def _token(self, match: re.Match[str]) -> None:
        if match.lastgroup == "marker":
            self._marker(match)
            return
        self.stack[-1].add(self._node(match))

    def _node(self, match: re.Match[str]) -> Inline:
        whole = Text(match[0])
        match match.lastgroup:
            case "escaped":
                return Text(match["escaped"])
            case "code":
                return Code(match["code"])
            case "line":
                return Break()
            case "member" if not self.in_link:
                return MemberMention(match["member"])
            case "channel" if not self.in_link:
                return ChannelMention(match["channel"])
            case "style" | "unix" if not self.in_link:
                return _moment(match) or whole
            case "url" if not self.in_link:
                return Link(match["url"], _Inlines(match["label"], in_link=True).read())
        return whole

    def _marker(self, match: re.Match[str]) -> None:
        run, start = match["marker"], match.start()
        if run == "***":
            parts = ("*", "**") if self.stack[-1].marker == "*" else ("**", "*")
            self._one(parts[0], start, match.end())
            self._one(parts[1], start, match.end())
        else:
            self._one(run, start, match.end())

    def _one(self, marker: str, start: int, end: int) -> None:
        if self._closes(marker, start, end):
            while self.stack[-1].marker != marker:
                self._unwrap()
            frame = self.stack.pop()
            self.stack[-1].add(_WRAP[marker](tuple(frame.children)))
        elif self._opens(marker, start, end):
            self.stack.append(_Frame(marker))
        else:
            self.stack[-1].add(Text(marker))

    def _closes(self, marker: str, start: int, end: int) -> bool:
        frame = next((frame for frame in self.stack if frame.marker == marker), None)
        if frame is None or (frame is self.stack[-1] and not frame.children) or self._space(start - 1):
            return False
        return marker != "_" or not self._word(end)

    def _opens(self, marker: str, start: int, end: int) -> bool:
        kinds = ("*", "_") if marker in "*_" else (marker,)
        if any(frame.marker in kinds for frame in self.stack) or self._space(end):
            return False
        return marker != "_" or not self._word(start - 1)

    def _space(self, at: int) -> bool:
        return not 0 <= at < len(self.text) or self.text[at].isspace()

    def _word(self, at: int) -> bool:
        return 0 <= at < len(self.text) and self.text[at].isalnum()

    def _unwrap(self) -> None:
        frame = self.stack.pop()
        self.stack[-1].add(Text(frame.marker))
        for child in frame.children:
            self.stack[-1].add(child)


def _inlines(text: str) -> tuple[Inline, ...]:
    return _Inlines(text).read()


def _moment(match: re.Match[str]) -> Moment | None:
    try:
        return Moment(datetime.fromtimestamp(int(match["unix"]), UTC), match["style"] or "f")
    except (ValueError, OverflowError, OSError):
        return None

"""The second reading of a line of text: markers are paired, then pairs become nodes. Linear."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.chat.text.escapes import clean
from bot.chat.text.lex import LabelEnd, LabelStart, Run, Token, lex
from bot.chat.text.tree import Bold, Inline, Italic, Leaf, Link, Spoiler, Strike, Text, Wrapper

_WRAPPERS: dict[str, Callable[[tuple[Inline, ...]], Wrapper]] = {
    "**": Bold,
    "*": Italic,
    "_": Italic,
    "~~": Strike,
    "||": Spoiler,
}


def inline(source: str, room: int) -> tuple[Inline, ...]:
    """The nodes of ``source``, wrappers and links at most ``room`` deep. Never raises."""
    return _build(_Pairing(lex(source)).run(), room)


@dataclass(slots=True)
class _Mark:
    """A marker; it stays text unless ``role`` says that it has found its other half."""

    text: str
    role: str = ""


_Piece: TypeAlias = str | Leaf | _Mark | LabelStart | LabelEnd


@dataclass(slots=True)
class _Open:
    """The markers that wait for their other half, in one label or outside all labels."""

    order: list[tuple[_Mark, int]] = field(default_factory=list)
    place: dict[str, int] = field(default_factory=dict)


class _Pairing:
    def __init__(self, tokens: Iterable[Token]) -> None:
        self.tokens = tokens
        self.pieces: list[_Piece] = []
        self.levels = [_Open()]

    def run(self) -> list[_Piece]:
        for token in self.tokens:
            if isinstance(token, Run):
                self._run(token)
                continue
            if isinstance(token, LabelStart):
                self.levels.append(_Open())
            elif isinstance(token, LabelEnd):
                self.levels.pop()
            self.pieces.append(token)
        return self.pieces

    def _run(self, run: Run) -> None:
        if run.text[0] != "*":
            self._mark(run.text, run)
            return
        left = len(run.text)
        while left:
            marker = self._star(left, run)
            self._mark(marker, run)
            left -= len(marker)

    def _star(self, left: int, run: Run) -> str:
        """Whether the next of ``left`` stars are one or two: what is innermost is closed first."""
        place = self.levels[-1].place
        one, two = place.get("*", -1), place.get("**", -1)
        if left == 1:
            return "*"
        return "*" if left > 2 and run.closes and one > two else "**"

    def _mark(self, marker: str, run: Run) -> None:
        mark = _Mark(marker)
        opened = self.levels[-1]
        waiting = opened.place.get(marker)
        free = marker in {"~~", "||", "**"}
        if waiting is not None and (free or run.closes) and opened.order[waiting][1] < len(self.pieces) - 1:
            self._pair(waiting, mark)
        elif waiting is None and (free or run.opens):
            opened.place[marker] = len(opened.order)
            opened.order.append((mark, len(self.pieces)))
        self.pieces.append(mark)

    def _pair(self, waiting: int, end: _Mark) -> None:
        opened = self.levels[-1]
        opened.order[waiting][0].role, end.role = "start", "end"
        while len(opened.order) > waiting:
            mark, _ = opened.order.pop()
            del opened.place[mark.text]


@dataclass(slots=True)
class _Level:
    """A node being built. ``marker`` is its marker, ``"["`` for a link; ``flat`` when it adds no node of its own."""

    marker: str = ""
    flat: str = ""
    children: list[Inline] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def done(self) -> tuple[Inline, ...]:
        self.flush()
        return tuple(self.children)

    def flush(self) -> None:
        if self.words:
            self.children.append(Text(clean("".join(self.words))))
            self.words = []


class _Builder:
    def __init__(self, room: int) -> None:
        self.room = room
        self.levels = [_Level()]
        self.merged: list[str | None] = []

    def add(self, piece: _Piece) -> None:
        match piece:
            case str():
                self.levels[-1].words.append(piece)
            case _Mark(text=text, role=""):
                self.levels[-1].words.append(text)
            case _Mark(text=text, role="start"):
                self._start(text)
            case LabelStart():
                self._start("[")
            case _Mark(text=text):
                self._end(text, lambda children: _WRAPPERS[text](children))
            case LabelEnd(url):
                self._end(f"]({url})", lambda children: Link(url, children or (Text(url),)))
            case _:
                self.levels[-1].flush()
                self.levels[-1].children.append(piece)

    def _start(self, marker: str) -> None:
        if self._doubled(marker):
            self.merged.append("")
        elif len(self.levels) > self.room:
            self.merged.append(marker)
            self.levels[-1].words.append(marker)
        else:
            self.merged.append(None)
            self.levels[-1].flush()
            self.levels.append(_Level(marker))

    def _doubled(self, marker: str) -> bool:
        """Italic in italic, which its two markers allow, says nothing more."""
        other = {"*": "_", "_": "*"}.get(marker)
        for level in reversed(self.levels):
            if other is None or level.marker == "[":
                return False
            if level.marker == other:
                return True
        return False

    def _end(self, marker: str, node: Callable[[tuple[Inline, ...]], Inline]) -> None:
        instead = self.merged.pop()
        if instead is None:
            children = self.levels.pop().done()
            self.levels[-1].children.append(node(children))
        elif instead:
            self.levels[-1].words.append(marker)


def _build(pieces: Iterable[_Piece], room: int) -> tuple[Inline, ...]:
    builder = _Builder(room)
    for piece in pieces:
        builder.add(piece)
    return builder.levels[0].done()

"""The first reading of a line of text: leaves, runs of markers and links that are sure to be links. Linear."""

from __future__ import annotations

import re
from collections import deque
from typing import NamedTuple, TypeAlias
from unicodedata import category

from bot.chat.text.commands import COMMAND, read
from bot.chat.text.escapes import APART, ESCAPABLE, clean, unescape
from bot.chat.text.make import ID, moment_at, safe_address
from bot.chat.text.tree import Break, ChannelMention, Code, CommandMention, Leaf, MemberMention, Moment

_TOKEN = re.compile(
    rf"""
      (?P<escaped>\\[{ESCAPABLE}])
    | (?P<ticks>`++)
    | (?P<run>\*++ | _++ | ~~ | \|\|)
    | (?P<mention><[@#]{ID}>)
    | (?P<command>{COMMAND})
    | (?P<moment><t:-?[0-9]{{1,18}}(?::[tTdDfFR])?>)
    | (?P<open>\[)
    | (?P<close>\])
    | (?P<newline>\n)
    | (?P<text>[^\\`*_~|<\[\]\n]++ | .)
    """,
    re.VERBOSE | re.DOTALL,
)
_TICKS = re.compile(r"\\.|(`++)", re.DOTALL)
_TARGET = re.compile(r"\]\(((?:[^()\s\\]|\\.)*+)\)", re.DOTALL)


class Run(NamedTuple):
    """Characters which may open or close a wrapper, judged by their neighbours.

    Only a lone ``*`` or ``_`` depends on them: ``** a **`` is bold, ``2 * 3 * 4`` is no italic.
    """

    text: str
    opens: bool
    closes: bool


class LabelStart(NamedTuple):
    url: str


class LabelEnd(NamedTuple):
    url: str


Token: TypeAlias = str | Leaf | Run | LabelStart | LabelEnd


def lex(source: str) -> list[Token]:
    """The tokens of ``source``, never an empty string among them. Never raises."""
    return _Lexer(source).run()


class _Lexer:
    """One method for each group of ``_TOKEN``."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.before = ""
        self.tokens: list[Token] = []
        self.labels: list[int] = []
        self.ticks = _tick_runs(source)

    def run(self) -> list[Token]:
        read = {group: getattr(self, f"_{group}") for group in _TOKEN.groupindex}
        while (found := _TOKEN.match(self.source, self.at)) is not None:
            self.at = found.end()
            group = found.lastgroup or ""
            read[group](found[0])
            self.before = "\\" if group == "escaped" else self.source[self.at - 1]
        return self.tokens

    def _text(self, text: str) -> None:
        self.tokens.append(text)

    def _escaped(self, text: str) -> None:
        if text == "\\\n":
            self.tokens.append(Break())
        elif text != APART:
            self.tokens.append(text[1])

    def _newline(self, _: str) -> None:
        self.tokens.append(Break())

    def _ticks(self, run: str) -> None:
        starts = self.ticks[len(run)]
        while starts and starts[0] < self.at:
            starts.popleft()
        value = clean(unescape(self.source[self.at : starts[0]])) if starts else ""
        if value:
            self.tokens.append(Code(value))
            self.at = starts[0] + len(run)
        else:
            self.tokens.append(run)

    def _run(self, run: str) -> None:
        after = self.source[self.at : self.at + 1]
        opens, closes = not _is_space(after), not _is_space(self.before)
        if run[0] == "_":
            single = len(run) == 1
            opens, closes = single and opens and not _is_word(self.before), single and closes and not _is_word(after)
        self.tokens.append(Run(run, opens, closes))

    def _mention(self, text: str) -> None:
        node = MemberMention if text[1] == "@" else ChannelMention
        self.tokens.append(node(text[2:-1]))

    def _command(self, text: str) -> None:
        self.tokens.append(read(text))

    def _moment(self, text: str) -> None:
        seconds, _, style = text[3:-1].partition(":")
        moment = moment_at(int(seconds))
        self.tokens.append(text if moment is None else Moment(moment, style or "f"))

    def _open(self, text: str) -> None:
        self.labels.append(len(self.tokens))
        self.tokens.append(text)

    def _close(self, text: str) -> None:
        start = self.labels.pop() if self.labels else None
        target = _TARGET.match(self.source, self.at - 1) if start is not None else None
        url = safe_address(clean(unescape(target[1]))) if target is not None else None
        if start is None or target is None or url is None:
            self.tokens.append(text)
            return
        self.at = target.end()
        self._link(start, url)

    def _link(self, start: int, url: str) -> None:
        """A label holds no mention, and no link: the brackets still open around this one are text."""
        self.tokens[start] = LabelStart(url)
        for index in range(start + 1, len(self.tokens)):
            match self.tokens[index]:
                case MemberMention(id):
                    self.tokens[index] = f"<@{id}>"
                case ChannelMention(id):
                    self.tokens[index] = f"<#{id}>"
                case CommandMention() as node:
                    self.tokens[index] = node.typed
        self.tokens.append(LabelEnd(url))
        self.labels.clear()


def _tick_runs(source: str) -> dict[int, deque[int]]:
    """Where the runs of backticks start, by their length."""
    runs: dict[int, deque[int]] = {}
    for found in _TICKS.finditer(source):
        if found[1]:
            runs.setdefault(len(found[1]), deque()).append(found.start())
    return runs


def _is_space(char: str) -> bool:
    """Only what ``escape`` marks at both ends: a no-break space is a character like others."""
    return char in {"", " ", "\t", "\n"}


def _is_word(char: str) -> bool:
    return bool(char) and (char.isalnum() or char == "_" or category(char)[0] == "M")

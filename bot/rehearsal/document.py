"""A YAML file as a tree of texts that know their lines.

Only what a script needs: texts, lists and mappings. A scalar keeps its text as it was written, so ``007``, ``yes`` and
``2026-11-23`` mean what they say; whoever reads it decides its type.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

MAX_BYTES = 5_000_000
MAX_SIZE = 200_000
"""Texts, lists and mappings of one file, aliases counted each time."""
MAX_DEPTH = 30

NULLS = frozenset({"", "~", "null", "Null", "NULL"})
BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a file. ``line`` is 0 when it concerns no line."""

    line: int
    words: str


class ScriptError(Exception):
    """A file that cannot be used, with all that is wrong in it."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line))
        super().__init__("; ".join(f"line {problem.line}: {problem.words}" for problem in self.problems))


Span = tuple[int, int]
"""Where a node stands in the file, in characters."""


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar. ``plain`` when it stood without quotes."""

    line: int
    span: Span
    text: str
    plain: bool
    size: int = 1

    @property
    def empty(self) -> bool:
        return self.plain and self.text in NULLS

    @property
    def boolean(self) -> bool | None:
        return BOOLEANS.get(self.text) if self.plain else None


@dataclass(frozen=True, slots=True)
class Items:
    line: int
    span: Span
    items: tuple[Node, ...]
    size: int


@dataclass(frozen=True, slots=True)
class Entries:
    line: int
    span: Span
    entries: tuple[tuple[Text, Node], ...]
    size: int


Node = Text | Items | Entries


def read_text(path: Path) -> str:
    """A file's text. Raises ``ScriptError``."""
    try:
        if path.is_file() and path.stat().st_size > MAX_BYTES:
            raise ScriptError(Problem(0, f"larger than {MAX_BYTES // 1_000_000} MB: not a script"))
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise ScriptError(Problem(0, "no such file")) from None
    except IsADirectoryError:
        raise ScriptError(Problem(0, "is a folder; name a YAML file")) from None
    except (OSError, ValueError) as error:
        raise ScriptError(_unreadable(error)) from None


def _unreadable(error: OSError | ValueError) -> Problem:
    if isinstance(error, UnicodeDecodeError):
        line = error.object[: error.start].count(b"\n") + 1
        return Problem(line, "this is not UTF-8; save the file as UTF-8")
    return Problem(0, f"cannot be read: {getattr(error, 'strerror', None) or error}")


def parse(source: str, problems: list[Problem]) -> Node:
    """The one document of a YAML text. What is wrong but does not hide the rest goes to ``problems``.

    Raises ``ScriptError`` for the rest.
    """
    builder = _Builder(problems)
    for event in _events(source):
        builder.feed(event)
    if builder.root is None:
        raise ScriptError(Problem(1, "the file is empty; write at least `steps:`"))
    return builder.root


def _events(source: str) -> Iterator[Event]:
    try:
        yield from YAML(typ="safe", pure=True).parse(source)
    except MarkedYAMLError as error:
        raise ScriptError(_syntax(error, source)) from None
    except ReaderError as error:
        line = source.count("\n", 0, error.position) + 1
        what = (
            f"the character U+{ord(source[error.position]):04X} is not allowed in YAML; in a quoted text write it \\x…"
        )
        raise ScriptError(Problem(line, what)) from None
    except (YAMLError, ValueError, OverflowError) as error:
        raise ScriptError(Problem(1, f"this is not YAML: {error}")) from None


HINTS = (
    ("'\\t'", "indent with spaces: a tab is not allowed here"),
    ("mapping values are not allowed", "“: ” inside a text: put the text in quotes, or correct the indentation"),
    ("'@' that cannot start", "a text that starts with “@” needs quotes"),
    ("'`' that cannot start", "a text that starts with “`” needs quotes"),
    ("'%' that cannot start", "a text that starts with “%” needs quotes"),
    ("unknown escape character", "unknown escape: write \\\\ for a backslash, or use single quotes"),
    ("quoted scalar", "this quote is never closed"),
    ("but got ':'", "“: ” inside a text: put the text in quotes"),
    ("flow node", "a “[” or “{{” is not closed, or a value is missing"),
    ("flow sequence", "the “[” of line {opened} is not closed, or a comma is missing"),
    ("flow mapping", "the “{{” of line {opened} is not closed, or a comma is missing"),
    ("found '<scalar>'", "the indentation is wrong, or a text goes on after its closing quote"),
    ("<block end>", "the indentation is wrong: it does not go with the lines above"),
    ("could not find expected ':'", "a “:” is missing, or the indentation is wrong"),
)


def _syntax(error: MarkedYAMLError, source: str) -> Problem:
    said = " ".join(part for part in (error.context, error.problem) if part)
    opened, mark = error.context_mark, error.problem_mark or error.context_mark
    if opened and ("end of stream" in said or "<stream end>" in said):
        mark = opened
    hint = next((words for sign, words in HINTS if sign in said), "").format(opened=opened.line + 1 if opened else "?")
    last = source.rstrip("\n").count("\n") + 1
    return Problem(min(mark.line + 1, last) if mark else 1, hint or f"this is not YAML: {said}")


@dataclass(slots=True)
class _Open:
    """A list or mapping that is not closed yet."""

    event: NodeEvent
    children: list[Node] = field(default_factory=list)


class _Builder:
    """Makes the tree from events, in one pass and without recursion."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        self.root: Node | None = None
        self._open: list[_Open] = []
        self._anchors: dict[str, Node] = {}
        self._size = 0
        self._documents = 0

    def feed(self, event: Event) -> None:
        line = event.start_mark.line + 1
        match event:
            case DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    raise ScriptError(Problem(line, "a second document starts here; a file is one script"))
            case ScalarEvent():
                self._tagless(event, line)
                self._add(self._text(event, line), event)
            case AliasEvent():
                self._alias(str(event.anchor), line)
            case SequenceStartEvent() | MappingStartEvent():
                self._tagless(event, line)
                if len(self._open) >= MAX_DEPTH:
                    raise ScriptError(Problem(line, "too many levels of lists and mappings"))
                self._open.append(_Open(event))
            case SequenceEndEvent() | MappingEndEvent():
                self._close(self._open.pop(), event)

    def _text(self, event: ScalarEvent, line: int) -> Text:
        text = _whole(str(event.value))
        if any("\ud800" <= character <= "\udfff" for character in text):
            self.problems.append(Problem(line, "half a character: \\ud800 to \\udfff go in pairs"))
        return Text(line, _span(event, event), text, bool(event.implicit[0]))

    def _tagless(self, event: ScalarEvent | CollectionStartEvent, line: int) -> None:
        if event.tag not in (None, "!"):
            self.problems.append(Problem(line, f"{event.tag}: tags have no meaning here"))

    def _alias(self, name: str, line: int) -> None:
        if name not in self._anchors:
            raise ScriptError(Problem(line, f"*{name} refers to nothing above it"))
        self._put(self._anchors[name], line)

    def _close(self, opened: _Open, end: Event) -> None:
        first, children = opened.event, opened.children
        line, span = first.start_mark.line + 1, _span(first, end)
        size = 1 + sum(child.size for child in children)
        if isinstance(first, SequenceStartEvent):
            self._add(Items(line, span, tuple(children), size), first, counted=True)
        else:
            self._add(Entries(line, span, self._pairs(children), size), first, counted=True)

    def _pairs(self, children: list[Node]) -> tuple[tuple[Text, Node], ...]:
        pairs: list[tuple[Text, Node]] = []
        known: dict[str, int] = {}
        for key, value in zip(children[::2], children[1::2], strict=True):
            if not isinstance(key, Text):
                self.problems.append(Problem(key.line, "a key is a text"))
            elif key.text in known:
                self.problems.append(Problem(key.line, f"“{key.text}” was already given on line {known[key.text]}"))
            else:
                known[key.text] = key.line
                pairs.append((key, value))
        return tuple(pairs)

    def _add(self, node: Node, event: NodeEvent, *, counted: bool = False) -> None:
        if event.anchor:
            self._anchors[event.anchor] = node
        self._put(node, event.start_mark.line + 1, counted=counted)

    def _put(self, node: Node, line: int, *, counted: bool = False) -> None:
        self._size += 1 if counted else node.size
        if self._size > MAX_SIZE:
            raise ScriptError(Problem(line, f"too large: more than {MAX_SIZE} values, those of aliases included"))
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root = node


def _whole(text: str) -> str:
    """The text with pairs of surrogates joined, as JSON writes them."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def _span(first: Event, last: Event) -> Span:
    return first.start_mark.index, last.end_mark.index


def excerpt(source: str, node: Node) -> str:
    """A node as it was written, without its indentation nor what follows it."""
    head, *rest = source[slice(*node.span)].split("\n")
    while rest and (not rest[-1].strip() or rest[-1].lstrip().startswith("#")):
        rest.pop()
    below = textwrap.dedent("\n".join(rest)).split("\n") if rest else []
    return "\n".join(line.rstrip() for line in (head, *below))

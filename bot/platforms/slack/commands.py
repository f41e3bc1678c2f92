"""Slash commands: the paths of Relais behind Slack's one text field.

The first word of a path is Slack's command (``/welcome``); the rest is typed: ``preview member:@bob``. Values follow
their option's name and a colon or ``=``, in quotes when they have several words; bare words fill the options in their
order, and the last one takes what remains. Names are accepted in English and in the languages Relais is translated to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.chat.forms import CommandSpec, FieldSpec, Kind
from bot.chat.words import COMMAND_WORD, Phrase, Words
from bot.platforms.slack.reading import typed

Say = Callable[[Words, str], str]

UMBRELLA = "relais"
"""``/relais welcome preview`` says the same as ``/welcome preview``: for workspaces where a name is taken."""
SOURCE = "en"
LANGUAGES = ("en", "fr")
MAX_WORDS = 3
WORDY = frozenset({Kind.TEXT, Kind.MOMENT, Kind.DURATION, Kind.TIME})
"""What people write in several words, also without quotes."""
QUOTES: Mapping[str, str] = {'"': '"', "“": "”", "«": "»", "„": "“"}

_SPACE = re.compile(r"\s+")
_NAMED = re.compile(r"([\w-]{1,40})[:=](?!//)\s*")
_WORD = re.compile(r"(?:<[^<>]*>|\S)+")
_NOT_NAME = re.compile(r"[^-_\w]+")


def slug(text: str) -> str:
    """A name as somebody may type it in one word."""
    return _NOT_NAME.sub("-", text.casefold()).strip("-")


@dataclass(slots=True)
class Span:
    """Where a value stands in the text."""

    start: int
    end: int
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """One word or quotation; ``name`` when it stands before a colon, ``at`` is where all of it begins."""

    at: int
    name: str
    value: Span
    bare: Span


@dataclass(frozen=True, slots=True)
class Asked:
    """What a text asks for: a command and its options, or everything that begins with ``root``."""

    spec: CommandSpec | None
    options: Mapping[str, str] = field(default_factory=dict)
    root: str = ""

    @property
    def missing(self) -> tuple[FieldSpec, ...]:
        """Options that are needed and not given, and files that are named: only a form takes them."""
        fields = self.spec.options if self.spec else ()
        named = {one.name for one in fields if one.kind is Kind.FILE and one.name in self.options}
        empty = (one for one in fields if not self.options.get(one.name, "").strip())
        return tuple(one for one in empty if one.required or one.name in named)


class Book:
    """All commands, and how they may be called."""

    def __init__(self, specs: Iterable[CommandSpec], say: Say) -> None:
        self.specs: Mapping[str, CommandSpec] = {spec.path: spec for spec in specs}
        self.say = say
        words = {word for path in self.specs for word in path.split()}
        self._aliases = {word: frozenset(self.names(word, Phrase(word, context=COMMAND_WORD))) for word in words}
        self._paths = sorted(self.specs, key=lambda path: -len(path.split()))

    def names(self, name: str, words: Words) -> tuple[str, ...]:
        """A command's or an option's name, then how other languages call it."""
        told = (slug(self.say(words, language)) for language in LANGUAGES)
        return tuple(dict.fromkeys((name, *(one for one in told if one))))

    def understand(self, command: str, text: str) -> Asked:
        """What ``/command text`` asks for; an empty ``command`` when all was typed as text."""
        root = command.removeprefix("/").casefold()
        line = text if root in ("", UMBRELLA) else f"{root} {text}"
        words = [found.group().casefold() for found in _WORD.finditer(line)][:MAX_WORDS]
        for path in self._paths:
            parts = path.split()
            if len(parts) <= len(words) and all(map(self._is, words, parts)):
                spec = self.specs[path]
                return Asked(spec, self.options(spec, _after(line, len(parts))))
        return Asked(None, root=self._root(words[0]) if words else "")

    def _is(self, word: str, part: str) -> bool:
        return word.removeprefix("/") == part or word.removeprefix("/") in self._aliases[part]

    def _root(self, word: str) -> str:
        roots = dict.fromkeys(path.split()[0] for path in self.specs)
        return next((root for root in roots if self._is(word, root)), "")

    def options(self, spec: CommandSpec, text: str) -> dict[str, str]:
        """Values by option. What fits nowhere goes to the option before it."""
        known = {name: one.name for one in reversed(spec.options) for name in self.names(one.name, one.label)}
        known |= {one.name: one.name for one in spec.options}
        pieces = _pieces(text, known)
        named = {known[piece.name] for piece in pieces if piece.name}
        free = [one.name for one in spec.options if one.name not in named]
        wordy = {one.name for one in spec.options if one.kind in WORDY}
        spans: dict[str, Span] = {}
        current = ""
        for piece in pieces:
            span = piece.value if piece.name else piece.bare
            if piece.name and known[piece.name] not in spans:
                current = known[piece.name]
                spans[current] = span
                current = "" if span.quoted or current not in wordy else current
            elif current or not free:
                _extend(spans, current or next(reversed(spans), ""), span)
            else:
                name = free.pop(0)
                spans[name] = span
                current = name if not free and not span.quoted else ""
        return {name: _value(text, span) for name, span in spans.items()}

    def write(self, spec: CommandSpec, options: Mapping[str, str], language: str = SOURCE) -> str:
        """A text that ``options`` reads again, as somebody of this language would type it."""
        labels = {one.name: self.names(one.name, one.label) for one in spec.options}
        name = {one: names[-1] if language != SOURCE else names[0] for one, names in labels.items()}
        return " ".join(f"{name[one]}:{_quoted(value)}" for one, value in options.items())


def _after(line: str, words: int) -> str:
    found = list(_WORD.finditer(line))
    return line[found[words - 1].end() :].strip() if words else line


def _pieces(text: str, known: Mapping[str, str]) -> list[Piece]:
    pieces: list[Piece] = []
    at = 0
    while at < len(text):
        space = _SPACE.match(text, at)
        if space:
            at = space.end()
            continue
        named = _NAMED.match(text, at)
        name = named[1].casefold() if named and named[1].casefold() in known else ""
        start = named.end() if named and name else at
        value = _span(text, start)
        pieces.append(Piece(at, name, value, Span(at, value.end, value.quoted and not name)))
        at = max(value.end, at + 1)
    return pieces


def _span(text: str, start: int) -> Span:
    """A quotation, or a word; a quotation mark that nothing closes is a character like others."""
    closing = QUOTES.get(text[start : start + 1])
    at = start + 1
    while closing and at < len(text):
        if text[at] == "\\" and text[at + 1 : at + 2] in (closing, "\\"):
            at += 2
            continue
        if text[at] == closing:
            return Span(start, at + 1, True)
        at += 1
    word = _WORD.match(text, start)
    return Span(start, word.end() if word else start)


def _extend(spans: dict[str, Span], name: str, more: Span) -> None:
    if name in spans:
        spans[name] = Span(spans[name].start, more.end)


def _value(text: str, span: Span) -> str:
    value = text[span.start : span.end]
    if not span.quoted:
        return typed(value)
    closing = QUOTES[value[0]]
    inner = value[1:-1].strip("\u00a0\u202f ") if value[0] == "«" else value[1:-1]
    return typed(re.sub(rf"\\([\\{re.escape(closing)}])", r"\1", inner))


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def usage(spec: CommandSpec, book: Book, language: str) -> str:
    """How a command is typed: ``/welcome preview [member]``."""
    names = [book.names(one.name, one.label)[-1 if language != SOURCE else 0] for one in spec.options]
    shown = (name if one.required else f"[{name}]" for one, name in zip(spec.options, names, strict=True))
    return " ".join((f"/{spec.path}", *shown))


def roots(specs: Sequence[CommandSpec]) -> dict[str, tuple[CommandSpec, ...]]:
    """The commands by their first word, in their order."""
    found: dict[str, list[CommandSpec]] = {}
    for spec in specs:
        found.setdefault(spec.path.split()[0], []).append(spec)
    return {root: tuple(under) for root, under in found.items()}

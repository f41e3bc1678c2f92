"""From our small Markdown to Slack's mrkdwn.

Slack's markup has no escape character. ``&``, ``<`` and ``>`` become entities; other markers in data get an invisible
space after them, which keeps them from pairing, and backticks become look-alikes. What Slack lacks:

- a spoiler: its text is shown after "(spoiler)", since hiding it altogether would lose it;
- headings (bold lines), lists (bullets and numbers typed out), quotes in quotes (one level).

A mention of a member would notify: only those in ``pings`` are mentions, others are plain names.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from zoneinfo import ZoneInfo

from bot.chat.text import (
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
    escape,
    parse,
)
from bot.platforms.slack.limits import cut, head, size

APART = "\u200b"
TICK = "\u02cb"
BAR = "\u2223"
MARKERS: Mapping[type, str] = {Bold: "*", Italic: "_", Strike: "~"}
ORDER = "~*_"
CLOSERS = frozenset(ORDER)
FORMATS: Mapping[str, str] = {
    "t": "{time}",
    "T": "{time_secs}",
    "d": "{date_num}",
    "D": "{date}",
    "f": "{date_long_pretty} {time}",
    "F": "{date_long} {time}",
    "R": "{date_short_pretty} {time}",
}
LATEST = 2**32
"""Slack's clients show no moment later than this."""
FENCE = "```"
CODE = 250
"""Characters of a code span in a line; a longer one is several."""
OVERHEAD = 10
"""What markers and invisible spaces may add to one run of the same style."""

_BROADCAST = re.compile(r"@(?=(?:here|channel|everyone|group)\b)", re.IGNORECASE)
_OPENER = re.compile(r"(?<![^\W_])[*_~]+(?=\S)")
_URL = re.compile(r"https?://[^\s<>|`\"]{0,2000}[^\s<>|*_~`\".,;:!?)\]}'’»]", re.IGNORECASE)
_WORD = re.compile(r"\S+\s*|\s+")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_ENTITY = re.compile(r"[&<>]")


def entities(text: str) -> str:
    """Data as Slack wants it sent: nothing in it is a mention, a link or a broadcast."""
    return _BROADCAST.sub(f"@{APART}", _ENTITY.sub(lambda found: _ENTITIES[found[0]], text))


@dataclass(frozen=True, slots=True)
class Run:
    """A part of a line in one style. ``whole`` when its text is mrkdwn already, not to be cut."""

    text: str
    style: frozenset[str] = frozenset()
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """Something on a line of its own; ``code`` is the content of a code block, ``gap`` a blank line."""

    prefix: str = ""
    runs: tuple[Run, ...] = ()
    code: str | None = None
    gap: bool = False


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes mrkdwn. ``names`` are the members' by id, ``pings`` the ids to notify.

    Without ``styles`` the text has no emphasis: what is read aloud, or shown in a notification.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    pings: Collection[str] = ()
    zone: str = "UTC"
    styles: bool = True

    def pieces(self, words: str, limit: int) -> list[str]:
        """Texts of at most ``limit`` characters each, which read one after the other; markup never crosses them."""
        packer = Packer(limit)
        for line in self._lines(parse(words if isinstance(words, Md) else escape(words))):
            if line.gap:
                packer.gap()
            elif line.code is not None:
                packer.code(entities(line.code.replace("`", TICK)), styles=self.styles)
            else:
                for part in self._line(line, limit):
                    packer.line(part)
        return packer.done()

    def short(self, words: str, limit: int) -> str:
        """One text, cut when it is longer than ``limit``."""
        pieces = self.pieces(words, limit - 2)
        return pieces[0] + (f"{APART}…" if len(pieces) > 1 else "") if pieces else ""

    def _lines(self, blocks: Iterable[Block], prefix: str = "") -> Iterator[Line]:
        before: Block | None = None
        for block in blocks:
            if isinstance(before, Paragraph) and isinstance(block, Paragraph):
                yield Line(prefix, gap=not prefix)
            yield from self._block(block, prefix)
            before = block

    def _block(self, block: Block, prefix: str) -> Iterator[Line]:
        match block:
            case Paragraph(children):
                yield from self._broken(children, prefix)
            case Heading(_, children):
                yield from self._broken((Bold(children),), prefix)
            case Quote(inner):
                yield from self._lines(inner, "> ")
            case Bullets(items, ordered):
                for index, item in enumerate(items, 1):
                    mark = f"{index}. " if ordered else "• "
                    yield from self._broken((Text(mark), *item), prefix)
            case CodeBlock(value) if prefix:
                for line in value.split("\n"):
                    yield Line(prefix, tuple(self._code(line)))
            case CodeBlock(value):
                yield Line(code=value)

    def _broken(self, children: Iterable[Inline], prefix: str) -> Iterator[Line]:
        """The lines of a paragraph: Slack's markup does not cross them."""
        runs: list[Run] = []
        for run in self._runs(children, frozenset()):
            if run.text == "\n" and run.whole:
                yield Line(prefix, tuple(runs))
                runs = []
            else:
                runs.append(run)
        yield Line(prefix, tuple(runs))

    def _runs(self, nodes: Iterable[Inline], style: frozenset[str]) -> Iterator[Run]:
        for node in nodes:
            match node:
                case Text(value):
                    yield from _linked(value, style)
                case Break():
                    yield Run("\n", style, True)
                case Bold(children) | Italic(children) | Strike(children):
                    marker = MARKERS[type(node)] if self.styles else ""
                    yield from self._runs(children, style | set(marker))
                case Spoiler(children):
                    yield Run("(spoiler) ", style)
                    yield from self._runs(children, style)
                case Code(value):
                    yield from self._code(value)
                case CommandMention(rest=None):
                    yield Run(node.typed, style)
                case CommandMention():
                    yield from self._code(node.typed)
                case _:
                    yield self._leaf(node, style)

    def _leaf(self, node: Inline, style: frozenset[str]) -> Run:
        match node:
            case MemberMention(id) if id in self.pings:
                return Run(f"<@{id}>", style, True)
            case MemberMention(id):
                return Run(f"@{self.names.get(id) or id}", style)
            case ChannelMention(id):
                return Run(f"<#{id}>", style, True)
            case Moment():
                return Run(self._moment(node), style, True)
            case Link(url, children):
                return Run(self._link(url, children), style, True)
        raise TypeError(f"{node!r} is no leaf")

    def _code(self, value: str) -> Iterator[Run]:
        value = value.replace("\n", " ")
        if not self.styles:
            yield Run(value)
            return
        for at in range(0, len(value), CODE):
            part = entities(value[at : at + CODE].replace("`", TICK))
            yield Run(f"{APART if at else ''}`{part}`", whole=True)

    def _moment(self, moment: Moment) -> str:
        seconds = int(moment.at.timestamp())
        said = moment.at.astimezone(ZoneInfo(self.zone)) if 0 <= seconds < LATEST else moment.at.astimezone(UTC)
        shown = said.strftime("%Y-%m-%d %H:%M") + (" UTC" if said.utcoffset() == UTC.utcoffset(None) else "")
        return f"<!date^{seconds}^{FORMATS[moment.style]}|{shown}>" if 0 <= seconds < LATEST else shown

    def _link(self, url: str, children: tuple[Inline, ...]) -> str:
        label = "".join(run.text for run in Writer(self.names, styles=False)._runs(children, frozenset()))
        label = cut(label.replace("\n", " ").replace("|", BAR), 500)
        return f"<{entities(url).replace('|', '%7C')}|{entities(label)}>"

    def _line(self, line: Line, limit: int) -> list[str]:
        """The line as mrkdwn, in several parts when it is too long."""
        parts: list[str] = []
        kept: list[Run] = []
        room = free = limit - size(line.prefix) - OVERHEAD
        for run in _small(line.runs, free):
            cost = size(run.text if run.whole else _marked(run, self.styles))
            cost += OVERHEAD if not kept or kept[-1].style != run.style else 0
            if cost > room and kept:
                parts.append(self._joined(line.prefix, kept))
                kept, room = [], free
            kept.append(run)
            room -= cost
        return [*parts, self._joined(line.prefix, kept)]

    def _joined(self, prefix: str, runs: list[Run]) -> str:
        text = ""
        for style, content in _grouped(runs, self.styles):
            text = _glued(text, style, content)
        starts = not prefix and text.startswith("&gt;") and self.styles
        return prefix + (APART if starts else "") + text


def _linked(value: str, style: frozenset[str]) -> Iterator[Run]:
    """Text, and the addresses in it, which Slack links only when they are marked."""
    at = 0
    for found in _URL.finditer(value):
        if found.start() > at:
            yield Run(value[at : found.start()], style)
        whole = size(found[0]) <= 2000
        yield Run(f"<{entities(found[0])}>" if whole else found[0], style, whole)
        at = found.end()
    if at < len(value):
        yield Run(value[at:], style)


def _small(runs: Iterable[Run], limit: int) -> Iterator[Run]:
    """The runs, text cut at its words, and words at ``limit``: an entity may take six characters for one."""
    for run in runs:
        if run.whole and size(run.text) <= limit:
            yield run
            continue
        for word in _WORD.findall(_label(run.text) if run.whole else run.text):
            while word:
                part = head(word, max(limit // 6, 1)) or word[0]
                yield Run(part, run.style)
                word = word[len(part) :]


def _label(text: str) -> str:
    """What is read of a link that is too long to be one."""
    shown = text.strip("<>").rpartition("|")[2]
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _marked(run: Run, styles: bool) -> str:
    """Data with its markers kept from pairing."""
    text = run.text.replace("`", TICK) if styles else run.text
    if styles:
        text = _OPENER.sub(lambda found: APART.join(found[0]) + APART, text)
        for marker in run.style:
            text = text.replace(marker + APART, marker).replace(marker, marker + APART)
    return entities(text)


def _grouped(runs: Iterable[Run], styles: bool) -> Iterator[tuple[frozenset[str], str]]:
    """Neighbours of the same style together; data is read as a whole, so that a cut opens no marker."""
    style: frozenset[str] = frozenset()
    text, data = "", ""
    for run in runs:
        if run.style != style:
            yield style, text + _marked(Run(data, style), styles)
            style, text, data = run.style, "", ""
        if run.whole:
            text, data = text + _marked(Run(data, style), styles) + run.text, ""
        else:
            data += run.text
    yield style, text + _marked(Run(data, style), styles)


def _glued(before: str, style: frozenset[str], content: str) -> str:
    """``before`` and more in a style: markers touch no space inside, and no letter or other marker outside."""
    core = content.strip()
    if not core or not style:
        return before + (APART if before[-1:] in CLOSERS and _touches(content[:1]) else "") + content
    left = content[: len(content) - len(content.lstrip())]
    right = content[len(content.rstrip()) :]
    marks = "".join(marker for marker in ORDER if marker in style)
    apart = APART if not left and _touches(before[-1:]) else ""
    return f"{before}{left}{apart}{marks}{core}{marks[::-1]}{right}"


def _touches(char: str) -> bool:
    """Whether a marker beside this character would not be read as one."""
    return char.isalnum() or char in CLOSERS


class Packer:
    """Puts lines together into texts of at most ``limit`` characters."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.texts: list[str] = []
        self.lines: list[str] = []
        self.used = 0

    def line(self, text: str) -> None:
        cost = size(text) + 1
        if self.used + cost > self.limit and self.lines:
            self._close()
        self.lines.append(text)
        self.used += cost

    def gap(self) -> None:
        if self.lines:
            self.line("")

    def code(self, value: str, *, styles: bool) -> None:
        """A code block; one that is too long is several."""
        fence = FENCE if styles else ""
        room = self.limit - 2 * (len(fence) + 1) - 1
        kept: list[str] = []
        for line in _lines_of(value, room):
            if kept and size("\n".join((*kept, line))) > room:
                self._fenced(kept, fence)
                kept = []
            kept.append(line)
        self._fenced(kept, fence)

    def _fenced(self, lines: list[str], fence: str) -> None:
        body = "\n".join(lines)
        self.line(f"{fence}\n{body}\n{fence}" if fence else body)

    def _close(self) -> None:
        text = "\n".join(self.lines).strip("\n")
        if text.strip().strip(APART):
            self.texts.append(text)
        self.lines, self.used = [], 0

    def done(self) -> list[str]:
        self._close()
        return self.texts


def _lines_of(value: str, limit: int) -> Iterator[str]:
    for line in value.split("\n"):
        while size(line) > limit:
            part = head(line, limit)
            entity = part.rfind("&")
            if entity > len(part) - 5 and ";" not in part[entity:] and entity > 0:
                part = part[:entity]
            yield part
            line = line[len(part) :]
        yield line

"""What may happen in a script: its steps, and how each is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.rehearsal.document import Entries, Node, Text, excerpt
from bot.rehearsal.reading import LAST, Notes, Part, as_duration, as_moment, as_text, short


@dataclass(frozen=True, slots=True)
class Where:
    """A channel of a space, by name."""

    space: str
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """``written`` is the step as it stands in the file."""

    line: int = 0
    written: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Join(Step):
    who: str
    via: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave(Step):
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Say(Step):
    """``reply`` is to the last message there."""

    who: str
    where: Where
    text: str
    reply: bool = False
    attach: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit(Step):
    who: str
    where: Where
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Run(Step):
    who: str
    where: Where
    command: str
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Press(Step):
    who: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choose(Step):
    who: str
    label: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill(Step):
    who: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class React(Step):
    who: str
    where: Where
    emoji: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait(Step):
    """``by`` is what was asked, when it was a duration."""

    until: datetime
    by: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Restart(Step):
    """The process dies and starts again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expect(Step):
    """What must have been seen in a channel, or by one person alone; no ``texts``: nothing."""

    where: Where | None = None
    who: str = ""
    texts: tuple[str, ...] = ()


EXPECTATIONS = (("in", "text"), ("by", "private"), ("nothing_in",), ("nothing_private",))


@dataclass
class Names:
    """Who and what a script declares: the space of each person, and every channel."""

    spaces: tuple[str, ...]
    channels: tuple[Where, ...]
    people: Mapping[str, str]

    def person(self, name: str, line: int, notes: Notes) -> str:
        if name and name not in self.people:
            notes.unknown(line, "person", name, self.people)
        return name

    def channel(self, name: str, line: int, notes: Notes) -> Where:
        """A channel named ``general``, or ``south/general`` where there are several spaces."""
        where = self.split(name)
        if where.channel and where not in self.channels:
            notes.unknown(line, "channel", name, [self.written(one) for one in self.channels])
        return where

    def split(self, name: str) -> Where:
        space, slash, channel = name.partition("/")
        if slash and space in self.spaces:
            return Where(space, channel.removeprefix("#"))
        return Where(self.spaces[0] if len(self.spaces) == 1 else "", name.removeprefix("#"))

    def written(self, where: Where) -> str:
        return where.channel if len(self.spaces) == 1 else f"{where.space}/{where.channel}"


class StepReader:
    """Reads the steps in order; it knows what time it is and who has spoken where."""

    def __init__(self, source: str, names: Names, start: datetime, zone: ZoneInfo, notes: Notes) -> None:
        self.source = source
        self.names = names
        self.now = start
        self.zone = zone
        self.notes = notes
        self.spoken: set[tuple[str, Where]] = set()
        self.readers: Mapping[str, Callable[[Node], Step]] = {
            "join": self._join,
            "leave": lambda node: Leave(who=self._someone(node, "leave")),
            "say": self._say,
            "edit": self._edit,
            "run": self._run,
            "press": self._press,
            "choose": self._choose,
            "fill": self._fill,
            "react": self._react,
            "wait": self._wait,
            "until": self._until,
            "restart": self._restart,
            "expect": self._expect,
        }

    def read(self, node: Node) -> Step | None:
        """One item of ``steps``; ``None`` when it is no step at all."""
        if not isinstance(node, Entries) or len(node.entries) != 1:
            self.notes.wrong(node.line, "a step is one key and what it needs, such as `- join: bob`")
            return None
        [(key, value)] = node.entries
        if key.text not in self.readers:
            self.notes.unknown(key.line, "step", key.text, self.readers)
            return None
        step = self.readers[key.text](value)
        return replace(step, line=node.line, written=f"- {excerpt(self.source, node)}")

    def _part(self, node: Node, what: str, *needs: str, may: tuple[str, ...] = ()) -> Part:
        return Part(node, what, self.notes, needs=needs, may=may)

    def _someone(self, node: Node, what: str) -> str:
        return self.names.person(as_text(node, what, self.notes), node.line, self.notes)

    def _who(self, part: Part, key: str = "by") -> str:
        return self.names.person(part.text(key), part.line_of(key), self.notes)

    def _where(self, part: Part, who: str) -> Where:
        """The channel ``in`` which somebody acts, in their own space."""
        where = self.names.channel(part.text("in"), part.line_of("in"), self.notes)
        home = self.names.people.get(who, where.space)
        if where in self.names.channels and home != where.space:
            self.notes.wrong(part.line_of("in"), f"{who} lives in {home}, not in {where.space}")
        return where

    def _join(self, node: Node) -> Step:
        if isinstance(node, Text):
            return Join(who=self._someone(node, "join"))
        part = self._part(node, "join", "who", may=("via",))
        return Join(who=self._who(part, "who"), via=self._who(part, "via"))

    def _say(self, node: Node) -> Step:
        part = self._part(node, "say", "by", "in", may=("text", "reply_to", "attach"))
        who, attach = self._who(part), part.texts("attach")
        where = self._where(part, who)
        if not attach:
            part.need("text")
        if part.text("reply_to", "last") != "last":
            self.notes.wrong(part.line_of("reply_to"), "“reply_to” is `last`: the last message there")
        self.spoken.add((who, where))
        text = part.text("text", empty=bool(attach))
        return Say(who=who, where=where, text=text, reply="reply_to" in part, attach=attach)

    def _edit(self, node: Node) -> Step:
        part = self._part(node, "edit", "by", "in", "text")
        who = self._who(part)
        where = self._where(part, who)
        if where in self.names.channels and who in self.names.people and (who, where) not in self.spoken:
            self.notes.wrong(part.line, f"{who} has said nothing in {self.names.written(where)} before this line")
        return Edit(who=who, where=where, text=part.text("text"))

    def _run(self, node: Node) -> Step:
        part = self._part(node, "run", "by", "in", "command", may=("options",))
        who = self._who(part)
        command = " ".join(part.text("command").strip().removeprefix("/").split())
        return Run(who=who, where=self._where(part, who), command=command, options=part.typed("options"))

    def _press(self, node: Node) -> Step:
        part = self._part(node, "press", "by", "label")
        return Press(who=self._who(part), label=part.text("label"))

    def _choose(self, node: Node) -> Step:
        part = self._part(node, "choose", "by", "label", "values")
        return Choose(who=self._who(part), label=part.text("label"), values=part.texts("values"))

    def _fill(self, node: Node) -> Step:
        part = self._part(node, "fill", "by", may=("values",))
        return Fill(who=self._who(part), values=part.typed("values"))

    def _react(self, node: Node) -> Step:
        part = self._part(node, "react", "by", "in", "emoji")
        who = self._who(part)
        return React(who=who, where=self._where(part, who), emoji=part.text("emoji"))

    def _wait(self, node: Node) -> Step:
        by = as_duration(node, "wait", self.notes)
        if by is not None and self.now + by > LAST:
            self.notes.wrong(node.line, f"this wait ends after {LAST.year}")
        elif by is not None:
            self.now += by
        return Wait(until=self.now, by=by)

    def _until(self, node: Node) -> Step:
        moment = as_moment(node, "until", self.zone, self.notes)
        if moment is not None and moment < self.now:
            now = self.now.astimezone(self.zone).isoformat(timespec="minutes")
            self.notes.wrong(node.line, f"{short(as_text(node, 'until', self.notes))} is over: it is {now} here")
        self.now = max(self.now, moment or self.now)
        return Wait(until=self.now)

    def _restart(self, node: Node) -> Step:
        self._part(node, "restart")
        return Restart()

    def _expect(self, node: Node) -> Step:
        part = self._part(node, "expect", may=tuple(key for keys in EXPECTATIONS for key in keys))
        if tuple(part.nodes) not in EXPECTATIONS and tuple(reversed(part.nodes)) not in EXPECTATIONS:
            shapes = ", ".join(" and ".join(f"“{key}”" for key in keys) for keys in EXPECTATIONS)
            self.notes.wrong(part.line, f"an expectation has one of: {shapes}")
            return Expect()
        place = next((key for key in ("in", "nothing_in") if key in part), "")
        where = self.names.channel(part.text(place), part.line_of(place), self.notes) if place else None
        who = self._who(part, "by") or self._who(part, "nothing_private")
        return Expect(where=where, who=who, texts=part.texts("text") + part.texts("private"))

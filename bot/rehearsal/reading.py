"""From the nodes of a document to values. What is wrong is noted, and reading goes on."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from zoneinfo import ZoneInfo, available_timezones

from bot.cog.dates import parse_duration
from bot.rehearsal.document import Entries, Items, Node, Problem, Text

FIRST, LAST = datetime(1980, 1, 1, tzinfo=UTC), datetime(2400, 1, 1, tzinfo=UTC)


class Notes:
    """What is wrong so far."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def wrong(self, line: int, words: str) -> None:
        self.problems.append(Problem(line, words))

    def unknown(self, line: int, what: str, name: str, known: Collection[str]) -> None:
        """A name that is none of those known."""
        near = get_close_matches(name, known, n=1, cutoff=0.5)
        hint = f"did you mean “{near[0]}”?" if near else f"known: {', '.join(known) or 'none'}"
        self.wrong(line, f"unknown {what} “{short(name)}”; {hint}")


def short(text: str, most: int = 80) -> str:
    """A text in one line, cut when it is long."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def as_text(node: Node, what: str, notes: Notes, *, empty: bool = False) -> str:
    """A text; an empty one is wrong unless ``empty``."""
    if not isinstance(node, Text):
        notes.wrong(node.line, f"“{what}” is a text, not a {_kind(node)}")
        return ""
    if node.empty or not node.text.strip():
        if not empty:
            notes.wrong(node.line, f"“{what}” is empty")
        return ""
    return node.text


def as_texts(node: Node, what: str, notes: Notes) -> tuple[str, ...]:
    """One text or a list of them."""
    if isinstance(node, Items):
        return tuple(as_text(item, what, notes) for item in node.items)
    return (as_text(node, what, notes),)


def as_yes_no(node: Node, what: str, notes: Notes) -> bool:
    if isinstance(node, Text) and node.boolean is not None:
        return node.boolean
    notes.wrong(node.line, f"“{what}” is true or false")
    return False


def as_typed(node: Node, what: str, notes: Notes) -> str:
    """A value as somebody would type it: booleans as yes and no, a list as lines, nothing as an empty text."""
    match node:
        case Items(items=items):
            return "\n".join(
                as_typed(item, what, notes) if isinstance(item, Text) else as_text(item, what, notes) for item in items
            )
        case Text(empty=True):
            return ""
        case Text(boolean=bool() as answer):
            return "yes" if answer else "no"
        case Text(text=text):
            return text
    notes.wrong(node.line, f"“{what}” is a value or a list of values, not a {_kind(node)}")
    return ""


def as_duration(node: Node, what: str, notes: Notes) -> timedelta | None:
    text = as_text(node, what, notes)
    try:
        return parse_duration(text) if text else None
    except ValueError:
        notes.wrong(node.line, f"“{short(text)}” is not a duration; write 7d, 2h30 or 90 min")
    return None


def as_moment(node: Node, what: str, zone: ZoneInfo, notes: Notes) -> datetime | None:
    """A wall time in the zone. One that the clocks skip moves forward, one that they repeat is the first."""
    text = as_text(node, what, notes)
    if not text:
        return None
    try:
        read = datetime.fromisoformat(text.strip())
        moment = (read if read.tzinfo else read.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        notes.wrong(node.line, f"“{short(text)}” is not a moment; write 2026-11-23T08:00")
        return None
    if FIRST <= moment <= LAST:
        return moment
    notes.wrong(node.line, f"“{short(text)}” is out of reach; stay between {FIRST.year} and {LAST.year}")
    return None


def as_zone(node: Node, what: str, notes: Notes) -> ZoneInfo | None:
    text = as_text(node, what, notes)
    if text in available_timezones():
        return ZoneInfo(text)
    if text:
        notes.unknown(node.line, "time zone", text, ("Europe/Paris", "America/New_York", "UTC"))
    return None


def as_language(node: Node, what: str, notes: Notes) -> str | None:
    text = as_text(node, what, notes)
    if re.fullmatch(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*", text):
        return text
    if text:
        notes.wrong(node.line, f"“{short(text)}” is not a language; write en, fr or fr-CA")
    return None


def entries(node: Node, what: str, notes: Notes) -> Iterator[tuple[Text, Node]]:
    """The pairs of a mapping; none for an empty one."""
    if isinstance(node, Entries):
        yield from node.entries
    elif not (isinstance(node, Text) and node.empty):
        notes.wrong(node.line, f"“{what}” holds keys and values, not a {_kind(node)}")


def items(node: Node, what: str, notes: Notes) -> tuple[Node, ...]:
    """The items of a list; none for an empty one."""
    if isinstance(node, Items):
        return node.items
    if not (isinstance(node, Text) and node.empty):
        notes.wrong(node.line, f"“{what}” is a list, not a {_kind(node)}")
    return ()


class Part:
    """One mapping whose keys are known: those missing and those unknown are noted."""

    def __init__(
        self, node: Node, what: str, notes: Notes, *, needs: Collection[str] = (), may: Collection[str] = ()
    ) -> None:
        self.line = node.line
        self.notes = notes
        self.nodes: dict[str, Node] = {}
        self._what = what
        self._whole = not isinstance(node, Items)
        known = (*needs, *may)
        for key, value in entries(node, what, notes):
            if key.text in known:
                self.nodes[key.text] = value
            else:
                self._whole = False
                notes.unknown(key.line, f"key of “{what}”", key.text, known)
        self.need(*needs)

    def need(self, *names: str) -> None:
        """Note the keys that are missing, unless an unknown one may be meant for them."""
        missing = [f"“{name}”" for name in names if name not in self.nodes]
        if missing and self._whole:
            self.notes.wrong(self.line, f"“{self._what}” needs {' and '.join(missing)}")

    def __contains__(self, name: str) -> bool:
        return name in self.nodes

    def line_of(self, name: str) -> int:
        return self.nodes[name].line if name in self.nodes else self.line

    def text(self, name: str, default: str = "", *, empty: bool = False) -> str:
        return as_text(self.nodes[name], name, self.notes, empty=empty) if name in self.nodes else default

    def texts(self, name: str) -> tuple[str, ...]:
        return as_texts(self.nodes[name], name, self.notes) if name in self.nodes else ()

    def yes(self, name: str) -> bool:
        return name in self.nodes and as_yes_no(self.nodes[name], name, self.notes)

    def typed(self, name: str) -> dict[str, str]:
        """A mapping of typed values."""
        if name not in self.nodes:
            return {}
        return {
            key.text: as_typed(value, key.text, self.notes)
            for key, value in entries(self.nodes[name], name, self.notes)
        }

    def duration(self, name: str) -> timedelta | None:
        return as_duration(self.nodes[name], name, self.notes) if name in self.nodes else None

    def moment(self, name: str, zone: ZoneInfo) -> datetime | None:
        return as_moment(self.nodes[name], name, zone, self.notes) if name in self.nodes else None

    def zone(self, name: str) -> ZoneInfo | None:
        return as_zone(self.nodes[name], name, self.notes) if name in self.nodes else None

    def language(self, name: str) -> str | None:
        return as_language(self.nodes[name], name, self.notes) if name in self.nodes else None


def _kind(node: Node) -> str:
    match node:
        case Items():
            return "list"
        case Entries():
            return "mapping"
    return "text"

"""A script: the parsed file of ``relais rehearse``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.chat.things import Level
from bot.rehearsal.document import Node, Problem, ScriptError, Text, parse, read_text
from bot.rehearsal.reading import Notes, Part, as_text, as_typed, entries, items
from bot.rehearsal.stage import START
from bot.rehearsal.steps import Join, Names, Step, StepReader, Where

SECTIONS = ("community", "seed", "channels", "settings", "people", "spaces")
FACTS = ("level", "language", "account_age", "space", "roles", "zone", "is_bot")
LEVELS = {level.name.lower(): level for level in Level}

ACCOUNT_AGE = timedelta(days=365)
"""How old an account is when the script does not say."""


@dataclass(frozen=True, slots=True)
class Person:
    """``here`` from the start, when no step makes them join."""

    name: str
    space: str
    here: bool = True
    level: Level = Level.EVERYONE
    language: str | None = None
    account_age: timedelta = ACCOUNT_AGE
    roles: tuple[str, ...] = ()
    zone: str | None = None
    is_bot: bool = False


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as it was typed in a space; ``name`` is ``section.field``."""

    line: int
    space: str
    name: str
    typed: str


@dataclass(frozen=True, slots=True)
class Script:
    """A community and what happens to it. ``file`` is how messages call it."""

    file: str
    name: str = "Town"
    language: str = "en"
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    start: datetime = START
    seed: int = 0
    spaces: tuple[str, ...] = ("Town",)
    channels: tuple[Where, ...] = (Where("Town", "general"),)
    settings: tuple[Setting, ...] = ()
    people: tuple[Person, ...] = ()
    steps: tuple[Step, ...] = ()


def load(path: Path) -> Script:
    """Read a file. Raises ``ScriptError`` with all that is wrong in it."""
    return read(read_text(path), str(path))


def read(source: str, file: str = "script") -> Script:
    """Read a script. Raises ``ScriptError`` with all that is wrong in it."""
    notes = Notes()
    script = _Reader(source, file, notes).read(parse(source, notes.problems))
    if notes.problems:
        raise ScriptError(*notes.problems)
    return script


class _Reader:
    def __init__(self, source: str, file: str, notes: Notes) -> None:
        self.source = source
        self.file = file
        self.notes = notes

    def read(self, root: Node) -> Script:
        if isinstance(root, Text):
            raise ScriptError(Problem(root.line, "this is a text, not a script; write at least `steps:`"))
        whole = Part(root, "script", self.notes, needs=("steps",), may=SECTIONS)
        community = self._community(whole)
        spaces = self._names(whole, "spaces") or (community.name,)
        channels = self._channels(whole, spaces)
        facts = self._facts(whole, spaces)
        names = Names(spaces, channels, {name: self._space_of(name, part, spaces) for name, part in facts.items()})
        steps = self._steps(whole, names, community)
        joining = {step.who for step in steps if isinstance(step, Join)}
        return Script(
            file=self.file,
            name=community.name,
            language=community.language,
            zone=community.zone,
            start=community.start,
            seed=self._seed(whole),
            spaces=spaces,
            channels=channels,
            settings=self._settings(whole, names),
            people=tuple(self._person(name, part, names, name not in joining) for name, part in facts.items()),
            steps=steps,
        )

    def _community(self, whole: Part) -> Script:
        default = Script(self.file)
        if "community" not in whole:
            return default
        part = Part(whole.nodes["community"], "community", self.notes, may=("name", "language", "zone", "start"))
        zone = part.zone("zone") or default.zone
        return Script(
            self.file,
            part.text("name") or default.name,
            part.language("language") or default.language,
            zone,
            part.moment("start", zone) or default.start,
        )

    def _seed(self, whole: Part) -> int:
        text = whole.text("seed", "0").strip()
        if text.removeprefix("-").isdecimal() and len(text) <= 100:
            return int(text)
        if text:
            self.notes.wrong(whole.line_of("seed"), "“seed” is a whole number")
        return 0

    def _names(self, whole: Part, key: str) -> tuple[str, ...]:
        """A list of names, each once."""
        names: list[str] = []
        for node in items(whole.nodes[key], key, self.notes) if key in whole else ():
            name = as_text(node, key, self.notes).removeprefix("#").strip()
            if name in names:
                self.notes.wrong(node.line, f"“{name}” was already listed")
            elif name:
                names.append(name)
        return tuple(names)

    def _channels(self, whole: Part, spaces: tuple[str, ...]) -> tuple[Where, ...]:
        listed = self._names(whole, "channels")
        if not listed:
            return tuple(Where(space, "general") for space in spaces)
        channels = tuple(map(Names(spaces, (), {}).split, listed))
        if not all(where.space for where in channels):
            self.notes.wrong(whole.line_of("channels"), f"with several spaces write “{spaces[0]}/{listed[0]}”")
        return channels

    def _facts(self, whole: Part, spaces: tuple[str, ...]) -> dict[str, Part]:
        people: dict[str, Part] = {}
        for key, node in entries(whole.nodes["people"], "people", self.notes) if "people" in whole else ():
            if not key.text.strip():
                self.notes.wrong(key.line, "somebody has no name")
            elif key.text.casefold() in (name.casefold() for name in people):
                self.notes.wrong(key.line, f"two people are called “{key.text}”")
            else:
                people[key.text] = Part(node, key.text, self.notes, may=FACTS)
        return people

    def _space_of(self, name: str, part: Part, spaces: tuple[str, ...]) -> str:
        space = part.text("space", spaces[0])
        if "space" in part and space not in spaces:
            self.notes.unknown(part.line_of("space"), "space", space, spaces)
        elif "space" not in part and len(spaces) > 1:
            self.notes.wrong(part.line, f"“{name}” needs “space”: there are several")
        return space

    def _person(self, name: str, part: Part, names: Names, here: bool) -> Person:
        level = part.text("level", "everyone")
        if level and level not in LEVELS:
            self.notes.unknown(part.line_of("level"), "level", level, LEVELS)
        zone, age = part.zone("zone"), part.duration("account_age")
        return Person(
            name,
            names.people[name],
            here,
            LEVELS.get(level, Level.EVERYONE),
            part.language("language"),
            ACCOUNT_AGE if age is None else age,
            part.texts("roles"),
            zone.key if zone else None,
            part.yes("is_bot"),
        )

    def _settings(self, whole: Part, names: Names) -> tuple[Setting, ...]:
        found: list[Setting] = []
        for section, node in entries(whole.nodes["settings"], "settings", self.notes) if "settings" in whole else ():
            for key, value in entries(node, section.text, self.notes):
                typed = as_typed(value, key.text, self.notes)
                found += [
                    Setting(key.line, space, f"{section.text}.{key.text}", text)
                    for space, text in _by_space(typed, names).items()
                ]
        return tuple(found)

    def _steps(self, whole: Part, names: Names, community: Script) -> tuple[Step, ...]:
        reader = StepReader(self.source, names, community.start, community.zone, self.notes)
        nodes = items(whole.nodes["steps"], "steps", self.notes) if "steps" in whole else ()
        return tuple(step for node in nodes if (step := reader.read(node)) is not None)


def _by_space(typed: str, names: Names) -> Mapping[str, str]:
    """Channels named with their space are typed there by their own name, all else in the first space."""
    places = [names.split(line) for line in typed.split("\n")]
    if len(names.spaces) == 1 or not all(place in names.channels for place in places):
        return {names.spaces[0]: typed}
    grouped: dict[str, list[str]] = {}
    for place in places:
        grouped.setdefault(place.space, []).append(place.channel)
    return {space: "\n".join(channels) for space, channels in grouped.items()}

"""What people type, turned into what the platform hands over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Protocol

from bot.chat.card import Menu
from bot.chat.forms import CommandSpec, FieldSpec, Kind, Upload
from bot.chat.things import Channel, Member
from bot.platforms.playground.plain import Reader
from bot.platforms.playground.records import OpenForm
from bot.platforms.playground.state import State


class Impossible(AssertionError):
    """The platform would not let this person do that."""


class NoSuchCommand(Impossible):
    """No command has this name."""


class NothingToPress(Impossible):
    """This person sees no such button, menu or form."""


class Away(Impossible):
    """The bot is not there to answer."""


class Stopped(Impossible):
    """The platform's own filter let nobody see it."""


class HasMember(Protocol):
    """An actor, or whoever else is a member."""

    @property
    def member(self) -> Member: ...


Value = str | int | float | bool | Upload | Member | Channel | HasMember


def find_command(commands: tuple[CommandSpec, ...], path: str) -> CommandSpec:
    """The command with this path."""
    for command in commands:
        if command.path == path:
            return command
    paths = [command.path for command in commands]
    alike = [it for it in paths if it.split()[0] == path.split()[0]] or get_close_matches(path, paths)
    raise NoSuchCommand(f"no command {path!r}; there is {', '.join(alike) or 'none like it'}")


@dataclass(frozen=True, slots=True)
class Typing:
    """Somebody who fills in options and forms in a town."""

    state: State
    reader: Reader

    def options(self, command: CommandSpec, given: Mapping[str, Value]) -> dict[str, object]:
        """Options as a platform understands them: members, channels and files; the rest is text."""
        fields = {field.name: field for field in command.options}
        self._known(given, fields, command.path)
        return {name: self._option(fields[name], value) for name, value in given.items()}

    def answers(self, form: OpenForm, given: Mapping[str, Value]) -> dict[str, str]:
        """All the fields of a form, with what stood in those left alone."""
        sheet = form.sheet
        fields = {field.name: field for field in sheet.fields}
        self._known(given, fields, self.reader.words(sheet.title))
        standing = {name: sheet.values.get(name, field.default) for name, field in fields.items()}
        return standing | {name: self._answer(fields[name], value) for name, value in given.items()}

    def chosen(self, menu: Menu, wanted: tuple[str, ...]) -> tuple[str, ...]:
        """Values of a menu's options, named by value or by label."""
        by_name = {self.reader.words(it.label): it.value for it in menu.options}
        by_name |= {it.value: it.value for it in menu.options}
        missing = [name for name in wanted if name not in by_name]
        if missing:
            labels = [self.reader.words(it.label) for it in menu.options]
            raise NothingToPress(f"no option {missing}; there is {labels}")
        if not menu.least <= len(wanted) <= menu.most:
            raise Impossible(f"the menu wants between {menu.least} and {menu.most} options")
        return tuple(by_name[name] for name in wanted)

    def _known(self, given: Mapping[str, Value], fields: Mapping[str, FieldSpec], where: str) -> None:
        unknown = [name for name in given if name not in fields]
        if unknown:
            raise Impossible(f"{where!r} does not ask for {unknown}; it asks for {list(fields)}")

    def _option(self, field: FieldSpec, value: Value) -> object:
        if isinstance(value, Member | Channel | Upload):
            return value
        if not isinstance(value, str | int | float):
            return value.member
        text = self._choice(field, _text(value))
        if field.kind is Kind.MEMBER:
            account = self.state.named(self.reader.town, text)
            return self.state.member(self.reader.town, account.id) if account else text
        if field.kind is Kind.CHANNEL:
            room = self.state.room_named(self.reader.town, text)
            return self.state.channel(room.id) if room else text
        return text

    def _answer(self, field: FieldSpec, value: Value) -> str:
        if isinstance(value, Upload):
            raise Impossible("a form takes no file")
        understood = self._option(field, value)
        return understood.id if isinstance(understood, Member | Channel) else str(understood)

    def _choice(self, field: FieldSpec, text: str) -> str:
        """A choice by its label. The labels of commands have no language yet: their values are typed."""
        labels = {self.reader.words(it.label): it.value for it in field.choices if isinstance(it.label, str)}
        return labels.get(text, text)


def _text(value: str | float | bool) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)

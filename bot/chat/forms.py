"""What a platform needs to know to ask somebody for typed values: command options and forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.chat.things import Level
from bot.chat.words import Words

MAX_FORM_FIELDS = 5
"""Discord's modals hold five; Slack's hold more."""


class Kind(StrEnum):
    """The kinds of value a chat platform can ask for."""

    TEXT = "text"
    WHOLE = "whole number"
    NUMBER = "number"
    YES_NO = "yes or no"
    CHOICE = "choice"
    MEMBER = "member"
    CHANNEL = "channel"
    MOMENT = "date"
    DURATION = "duration"
    TIME = "time"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: Words


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One thing to ask. ``least`` and ``most`` bound a number, or the length of a text in characters."""

    name: str
    kind: Kind
    label: Words
    hint: Words = ""
    required: bool = True
    default: str = ""
    choices: tuple[Choice, ...] = ()
    least: float | None = None
    most: float | None = None
    multiline: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form as it is shown: ``action`` comes back with the typed values, ``values`` fill it beforehand."""

    action: str
    title: Words
    fields: tuple[FieldSpec, ...]
    submit: Words
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CommandSpec:
    """A slash command. ``path`` is one to three words; ``private`` says who sees its answer."""

    path: str
    help: Words
    options: tuple[FieldSpec, ...] = ()
    level: Level = Level.EVERYONE
    private: bool = True
    cog: str = ""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that somebody handed in, read whole. Adapters refuse more than ``MAX_UPLOAD`` bytes."""

    name: str
    data: bytes


MAX_UPLOAD = 1_000_000

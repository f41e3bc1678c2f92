"""Relais itself, for the cogs that administer it: settings, people, attention, commands, the alert level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from bot.chat.forms import CommandSpec, FieldSpec
from bot.chat.things import Community, Member, Space
from bot.chat.words import Words
from bot.cog.fields.kinds import Place
from bot.cog.links import LinksDesk, SpacesDesk


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as it stands in a space: ``name`` is ``section.field``, ``typed`` how it could be typed again."""

    name: str
    title: Words
    hint: Words
    shown: Words
    typed: str
    changed: bool
    spec: FieldSpec


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the settings' history. ``by`` is a person's id, empty once they are erased.

    ``number`` names the change to ``undo``.
    """

    at: datetime
    by: str
    by_name: str
    name: str
    title: Words
    before: Words
    after: Words
    number: int = 0


class SettingsDesk(Protocol):
    """``Invalid`` is raised for unknown names and values that do not fit; nothing is then stored."""

    def sections(self) -> Mapping[str, Words]: ...

    def show(self, community: Community, space: Space, section: str, place: Place) -> tuple[Setting, ...]: ...

    async def change(
        self, community: Community, place: Place, by: Member, given: Mapping[str, str]
    ) -> tuple[Setting, ...]:
        """Set several, all or none; an empty text resets one. Names are ``section.field``."""
        ...

    async def history(self, community: Community, space: Space, *, limit: int = 20) -> tuple[Change, ...]: ...

    async def undo(self, community: Community, place: Place, by: Member, number: int) -> tuple[Setting, ...]:
        """Put back what a change replaced. Raises ``Invalid`` when it was changed again since."""
        ...


class PeopleDesk(Protocol):
    async def export(self, community: Community, person: str) -> dict[str, Any]:
        """Everything stored about somebody, by table, as JSON values."""
        ...

    async def erase(self, community: Community, person: str) -> Mapping[str, int]:
        """Erase as the columns declare. Gives how many rows were touched, by table."""
        ...

    def policies(self) -> tuple[tuple[str, str, str], ...]:
        """Table, policy and reason of every column that names a person."""
        ...


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link that signs somebody in to the pages, once, for a while."""

    url: str
    good_for: timedelta


class PagesDesk(Protocol):
    async def invite(self, community: Community, member: Member, person: str) -> Invitation:
        """A link for this member alone: give it privately."""
        ...

    def page(self, space: Space, path: str) -> str:
        """The address of a page that a cog declares, such as ``/events/calendar.ics``, for a space."""
        ...


@dataclass(frozen=True, slots=True)
class Tally:
    """How many posts of a cog ended so, and for what reason; ``delayed`` when they did not leave at once."""

    cog: str
    state: str
    reason: Words
    count: int
    delayed: bool = False


class AttentionDesk(Protocol):
    async def report(self, community: Community, *, since: datetime) -> tuple[Tally, ...]: ...


class Alert(StrEnum):
    """The community's alert level. In lockdown nothing below ``PERSON`` leaves."""

    CALM = "calm"
    WATCH = "watch"
    LOCKDOWN = "lockdown"


@dataclass(frozen=True, slots=True)
class Alarm:
    """The alert level as it stands: why it was raised, and until when (``None``: until somebody lowers it)."""

    level: Alert = Alert.CALM
    why: str = ""
    until: datetime | None = None


class Desk(Protocol):
    settings: SettingsDesk
    people: PeopleDesk
    links: LinksDesk
    spaces: SpacesDesk
    attention: AttentionDesk
    pages: PagesDesk
    commands: tuple[CommandSpec, ...]

    def place(self, community: Community, space: Space, language: str) -> Place: ...

    def titles(self) -> Mapping[str, Words]:
        """The cogs' names in words."""
        ...

    def alert(self, community: Community) -> Alarm: ...

    async def set_alert(
        self, community: Community, level: Alert, *, by: Member, why: str, until: datetime | None
    ) -> None: ...


__all__ = [
    "Alarm",
    "Alert",
    "AttentionDesk",
    "Change",
    "Desk",
    "Invitation",
    "PagesDesk",
    "PeopleDesk",
    "Setting",
    "SettingsDesk",
    "Tally",
]

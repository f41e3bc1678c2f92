"""Looking over what Relais needs before it serves: what is well, what is not, and what cures it.

An adapter that can be looked over implements ``Examined``. It asks its platform, changes nothing unless ``fix`` is set,
and tells the ``Checkup`` what it finds, as it finds it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from bot.chat.events import Event
from bot.chat.forms import CommandSpec
from bot.chat.platform import Can, Store
from bot.chat.things import Channel, Space
from bot.chat.words import Words

SKEW = timedelta(seconds=30)
"""How far two clocks may be apart. Slack refuses signatures of five minutes; reminders are late long before."""


class Mark(StrEnum):
    GOOD = "good"
    NOTE = "note"
    """Worth knowing; Relais serves all the same."""
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, in the part of Relais it belongs to, and what to do about it."""

    part: str
    what: str
    mark: Mark = Mark.GOOD
    cure: str = ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A channel that the settings name: ``setting`` is the setting's full name, ``title`` what people call it."""

    channel: Channel
    setting: str
    title: str


@dataclass(frozen=True, slots=True)
class Sight:
    """A space as it was found: why it lacks a power, why an event is not heard, and what chosen channels are called."""

    space: Space
    lacks: Mapping[Can, str]
    unheard: Mapping[type[Event], str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Checkup:
    """What an adapter needs to know to be looked over, and whom it tells.

    ``chosen`` are the channels of the settings, ``wanted`` the powers that features use, ``kept`` what the adapter
    stored, ``None`` while that cannot be read. ``fix`` permits to cure what can be cured from here.
    """

    tell: Callable[[Finding], None]
    now: Callable[[], datetime]
    say: Callable[[Words, str], str]
    part: str = ""
    commands: tuple[CommandSpec, ...] = ()
    chosen: tuple[Chosen, ...] = ()
    wanted: frozenset[Can] = frozenset()
    kept: Store | None = None
    public_url: str = ""
    fix: bool = False
    sights: list[Sight] = field(default_factory=list)

    def good(self, what: str) -> None:
        self.tell(Finding(self.part, what))

    def note(self, what: str, cure: str = "") -> None:
        self.tell(Finding(self.part, what, Mark.NOTE, cure))

    def wrong(self, what: str, cure: str) -> None:
        self.tell(Finding(self.part, what, Mark.WRONG, cure))

    def chosen_in(self, space: Space) -> tuple[Chosen, ...]:
        return tuple(one for one in self.chosen if one.channel.space == space)

    def clock(self, date: str) -> None:
        """Compare our clock with the ``Date`` header of an answer that just came."""
        try:
            theirs = parsedate_to_datetime(date)
        except ValueError:
            return
        apart = self.now() - theirs.replace(tzinfo=theirs.tzinfo or UTC)
        if abs(apart) <= SKEW:
            self.good("This machine’s clock agrees with theirs")
            return
        way = "ahead of" if apart > timedelta() else "behind"
        self.wrong(
            f"This machine’s clock is {round(abs(apart).total_seconds())} seconds {way} theirs",
            "Let the system keep the time, for instance: sudo timedatectl set-ntp true",
        )


@runtime_checkable
class Examined(Protocol):
    """An adapter that can be looked over without being started."""

    async def examine(self, checkup: Checkup) -> None:
        """Tell what is found. Raises nothing: a platform out of reach is a finding."""
        ...

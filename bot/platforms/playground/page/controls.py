"""What the page needs from the process around the town; ``bot.playroom`` gives it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.chat.things import Space
from bot.chat.words import Words


@dataclass(frozen=True, slots=True)
class Due:
    """The next thing that Relais will do by itself."""

    at: datetime
    what: Words


class Controls(Protocol):
    """The clock, the settings and the memory of the Relais that serves the town."""

    @property
    def may_travel(self) -> bool:
        """Whether time may be moved: not while real platforms are connected."""
        ...

    async def next_due(self) -> Due | None: ...

    async def travel(self, until: datetime, seen: Callable[[], Awaitable[None]]) -> None:
        """Move the clock, stopping at each thing due on the way; ``seen`` is awaited at each stop."""
        ...

    async def configure(self, space: Space, given: Mapping[str, str]) -> None:
        """Set settings of a town, each on its own: one that does not fit is left out."""
        ...

    async def forget(self, space: Space) -> None:
        """Delete everything that Relais knows of a town and its community."""
        ...

    def title(self, cog: str) -> Words:
        """The name of a cog in words."""
        ...

    def zone(self, language: str) -> str:
        """The time zone of this machine, or one where the language is spoken."""
        ...

    def date(self, moment: datetime, style: str, zone: str, language: str) -> str:
        """A moment in words; ``style`` is one of ``bot.chat.text.tree.MOMENT_STYLES``."""
        ...

    def duration(self, delta: timedelta, language: str) -> str: ...

"""What was said in a community, kept: imported from exports now, for every cog that looks back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.chat.things import Community
from bot.cog.exports import Said


@dataclass(frozen=True, slots=True)
class Stored:
    """How many messages were new, how many were known and edited since, out of how many."""

    new: int = 0
    edited: int = 0
    all: int = 0

    def __add__(self, other: Stored) -> Stored:
        return Stored(self.new + other.new, self.edited + other.edited, self.all + other.all)


@dataclass(frozen=True, slots=True)
class Kept:
    """A message of the archive, and the platform it was said on."""

    platform: str
    said: Said


class Archive(Protocol):
    """The messages of a community, each once: by platform, channel and id."""

    async def store(self, community: Community, platform: str, messages: Sequence[Said]) -> Stored:
        """Keep these, all or none. Known ones are left as they are unless they were edited since.

        Authors become people of the community, so that they can export and erase what is kept of them. What somebody
        had erased stays erased.
        """
        ...

    async def count(self, community: Community) -> int: ...

    def messages(
        self, community: Community, *, since: datetime | None = None, until: datetime | None = None
    ) -> AsyncIterator[Kept]:
        """What was said, oldest first, without what was erased. Mentions are only counted: they have no names."""
        ...


__all__ = ["Archive", "Kept", "Stored"]

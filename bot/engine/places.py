"""Who types and where, for reading what they typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

from bot.chat.things import Channel, Member, Space

if TYPE_CHECKING:
    from bot.engine.host import Engine

T = TypeVar("T", Member, Channel)


@dataclass(frozen=True, slots=True)
class EnginePlace:
    engine: Engine
    space: Space
    zone: ZoneInfo
    language: str

    @property
    def now(self) -> datetime:
        return self.engine.now()

    async def find_member(self, text: str) -> Member | None:
        """By id, mention or name, without regard to case."""
        wanted = text.strip().removeprefix("<@").removesuffix(">").removeprefix("@")
        platform = self.engine.platform(self.space, "looking for a member")
        return await platform.member(self.space, wanted) or _named(wanted, await platform.members(self.space))

    async def find_channel(self, text: str) -> Channel | None:
        wanted = text.strip().removeprefix("<#").removesuffix(">").removeprefix("#")
        return _named(wanted, await self.engine.platform(self.space, "listing channels").channels(self.space))


def _named(wanted: str, those: Sequence[T]) -> T | None:
    by_id = [one for one in those if one.id == wanted]
    by_name = [one for one in those if one.name.casefold() == wanted.casefold()]
    return next(iter(by_id or by_name), None)

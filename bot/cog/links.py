"""Several accounts of one person, several spaces of one community: what the cogs that join them are given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from bot.chat.things import Community, Member, Space

if TYPE_CHECKING:
    from bot.cog.context import Db


class Purpose(StrEnum):
    """What a code is for."""

    ACCOUNT = "account"
    SPACE = "space"


@dataclass(frozen=True, slots=True)
class Code:
    """A short code, good once and until a moment."""

    text: str
    until: datetime


class Refusal(StrEnum):
    """Why a code changes nothing."""

    WRONG = "wrong"
    EXPIRED = "expired"
    USED = "used"
    OWN = "own"
    """Typed where it was taken: by the same account, or in the same space."""
    ELSEWHERE = "elsewhere"
    """Taken in another community."""
    TOGETHER = "together"
    """Nothing to join: it is one person, or one community, already."""
    OTHER = "other"
    """A code for something else."""
    TOO_MANY = "too many"
    """Too many wrong codes: wait."""


@dataclass(frozen=True, slots=True)
class Refused:
    """``until`` is when to try again."""

    why: Refusal
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """A user of a platform, by the name last seen."""

    platform: str
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Linked:
    """The person of who took the code ``number`` has one more account."""

    number: int
    person: str
    taken_by: Account
    taken_in: Space


class LinksDesk(Protocol):
    """The accounts of one person."""

    async def code(self, community: Community, member: Member) -> Code:
        """A fresh code; the one this account took before is over."""
        ...

    async def taker(self, typed: str) -> Member | None:
        """Who took a code, if they are still there. Asks the platform."""
        ...

    async def link(self, db: Db, community: Community, member: Member, typed: str) -> Linked | Refused:
        """Make the account one of the person who took the code; ``ctx.person`` may be another afterwards."""
        ...

    async def accounts(self, person: str) -> tuple[Account, ...]: ...

    async def unlink(self, community: Community, person: str, platform: str, account: str) -> bool:
        """Make somebody new of one of a person's several accounts. False when it is not one of them."""
        ...


@dataclass(frozen=True, slots=True)
class Joining:
    """A space goes to another community: where it meets ``spaces``, and which ones stay in the one it leaves."""

    community: Community
    spaces: tuple[Space, ...]
    staying: tuple[Space, ...]


@dataclass(frozen=True, slots=True)
class Leaving:
    """A space leaves its community for one of its own; ``back`` when it is the one it lived in before."""

    community: Community | None
    staying: tuple[Space, ...]

    @property
    def back(self) -> bool:
        return self.community is not None


class SpacesDesk(Protocol):
    """The spaces of one community."""

    def of(self, community: Community) -> tuple[Space, ...]: ...

    async def code(self, community: Community, member: Member) -> Code:
        """A fresh code that lets another space join this community."""
        ...

    async def look(self, community: Community, member: Member, typed: str) -> Joining | Refused:
        """What typing a code in this space would do."""
        ...

    async def join(self, community: Community, member: Member, typed: str) -> Joining | Refused:
        """Move the member's space to the community of the code; its settings, people and jobs are others from then."""
        ...

    async def look_away(self, community: Community, space: Space) -> Leaving | None:
        """What leaving would do; ``None`` for the only space of a community."""
        ...

    async def leave(self, community: Community, member: Member) -> Leaving | None: ...


__all__ = [
    "Account",
    "Code",
    "Joining",
    "Leaving",
    "Linked",
    "LinksDesk",
    "Purpose",
    "Refusal",
    "Refused",
    "SpacesDesk",
]

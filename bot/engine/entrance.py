"""The way into the pages: where they are, and a link to sign in with, good once and for ten minutes."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from urllib.parse import quote

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.chat.things import Community, Member, Space
from bot.cog.desk import Invitation
from bot.engine.models import AccountRow, Document, SignIn
from bot.engine.session import Database, insert_once

GOOD_FOR = timedelta(minutes=10)
KEPT = timedelta(days=1)
"""How long a link that is over can still be told from one that never was."""


def unguessable() -> str:
    """256 random bits, as they stand in an address."""
    return secrets.token_urlsafe(32)


@dataclass(frozen=True, slots=True)
class Seat:
    """Who is signed in, by ids alone: ``space`` is its key, ``account`` the platform's id."""

    space: str
    account: str
    person: str


class Link(StrEnum):
    """What became of a link."""

    GOOD = "good"
    USED = "used"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Found:
    """A link and, unless it is unknown, who it signs in."""

    state: Link
    seat: Seat | None = None


class Entrance:
    """``address`` is where the pages are reached; ``token`` gives texts that nobody can guess."""

    def __init__(
        self, database: Database, now: Callable[[], datetime], address: str, token: Callable[[], str] = unguessable
    ) -> None:
        self.database = database
        self.now = now
        self.address = address
        self.token = token

    async def invite(self, community: Community, member: Member, person: str) -> Invitation:
        """A link that signs this member in."""
        token = self.token()
        async with self.database.transaction() as db:
            await self._forget(db)
            db.add(
                SignIn(
                    hash=_hash(token),
                    community=community.id,
                    space=member.space.key,
                    account=member.id,
                    person=person,
                    until=self.now() + GOOD_FOR,
                )
            )
        return Invitation(f"{self.address}/sign-in/{token}", GOOD_FOR)

    def page(self, space: Space, path: str) -> str:
        """The address of a page that a cog declares, such as ``/events/calendar.ics``, for a space."""
        return f"{self.address}{path}?space={quote(space.key)}"

    async def look(self, token: str) -> Found:
        """What a link is worth, without using it."""
        async with self.database.reading() as db:
            row = await db.get(SignIn, _hash(token))
        if row is None:
            return Found(Link.UNKNOWN)
        state = Link.USED if row.used_at else Link.GOOD if self.now() < row.until else Link.EXPIRED
        return Found(state, Seat(row.space, row.account, row.person))

    async def use(self, token: str) -> Found:
        """Use a link: ``GOOD`` once, to one caller."""
        now = self.now()
        unused = (SignIn.hash == _hash(token), SignIn.used_at.is_(None), SignIn.until > now)
        taken = update(SignIn).where(*unused).values(used_at=now).returning(SignIn.hash)
        async with self.database.transaction() as db:
            good = await db.scalar(taken)
        found = await self.look(token)
        return Found(Link.GOOD, found.seat) if good else found

    async def knows(self, community: str, seat: Seat) -> bool:
        """Whether the account is still that person's in that community: not once they are erased."""
        which = select(AccountRow.number).where(
            AccountRow.community == community,
            AccountRow.person == seat.person,
            AccountRow.platform == seat.space.partition(":")[0],
            AccountRow.account == seat.account,
        )
        async with self.database.reading() as db:
            return await db.scalar(which) is not None

    async def secret(self) -> str:
        """What sessions are signed with: made once, kept in the database, the same for every process."""
        where = {"platform": "web", "kind": "secret", "key": "session"}
        async with self.database.transaction() as db:
            await insert_once(db, Document, **where, value=self.token())
            kept = await db.get_one(Document, tuple(where.values()))
        return kept.value

    async def forget(self) -> None:
        """Forget the links that have been over for a while."""
        async with self.database.transaction() as db:
            await self._forget(db)

    async def _forget(self, db: AsyncSession) -> None:
        await db.execute(delete(SignIn).where(SignIn.until < self.now() - KEPT))


def _hash(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()

"""Which community each space belongs to: in memory for the message path, in rows for restarts."""

from __future__ import annotations

from dataclasses import astuple
from datetime import datetime
from random import Random

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.chat.things import Community, Space
from bot.engine.models import CommunityRow, SpaceRow
from bot.engine.session import Database, insert_once


class Spaces:
    """The spaces that Relais knows. A space seen for the first time founds a community."""

    def __init__(self, database: Database, random: Random) -> None:
        self.database = database
        self.random = random
        self._spaces: dict[str, Space] = {}
        self._home: dict[str, str] = {}
        self._lost: dict[str, datetime] = {}
        self._communities: dict[str, Community] = {}

    async def load(self) -> None:
        """Read every space and community again."""
        async with self.database.reading() as db:
            communities = (await db.scalars(select(CommunityRow))).all()
            spaces = (await db.scalars(select(SpaceRow).order_by(SpaceRow.key))).all()
        self._communities = {row.id: _community(row) for row in communities}
        self._spaces = {row.key: Space(row.platform, row.id, row.name, row.language, row.zone) for row in spaces}
        self._home = {row.key: row.community for row in spaces}
        self._lost = {row.key: row.lost_at for row in spaces if row.lost_at}

    def knows(self, space: Space) -> bool:
        return space.key in self._home

    def by_key(self, key: str) -> Space:
        """Raises ``LookupError`` for a space never seen."""
        try:
            return self._spaces[key]
        except KeyError:
            raise LookupError(f"the space {key} was never seen") from None

    def community_of(self, space: Space) -> Community:
        """A space's community, with its founder's language and zone. Raises ``LookupError`` for a space never seen."""
        try:
            return self._communities[self._home[space.key]]
        except KeyError:
            raise LookupError(f"the space {space.key} was never seen") from None

    def founded(self, community: str) -> Community | None:
        """A community as its first space made it; ``None`` for an unknown id."""
        return self._communities.get(community)

    def is_home(self, community: str, space: Space) -> bool:
        """Whether a space lives in a community now."""
        return self._home.get(space.key) == community

    def all(self) -> tuple[Space, ...]:
        """Every space, of every community."""
        return tuple(self._spaces.values())

    def spaces_of(self, community: str) -> tuple[Space, ...]:
        return tuple(self._spaces[key] for key, home in self._home.items() if home == community)

    def reached(self, community: str) -> tuple[Space, ...]:
        """Its spaces without those where the bot is not any more."""
        return tuple(one for one in self.spaces_of(community) if one.key not in self._lost)

    @property
    def lost(self) -> tuple[str, ...]:
        """The keys of the spaces where the bot is not any more."""
        return tuple(self._lost)

    def lost_at(self, space: Space) -> datetime | None:
        """Since when the bot is not there any more."""
        return self._lost.get(space.key)

    async def lose(self, db: AsyncSession, space: Space, at: datetime) -> bool:
        """Write down, in the caller's transaction, that the bot is not there any more. False when it was known."""
        there = (SpaceRow.key == space.key, SpaceRow.lost_at.is_(None))
        key = await db.scalar(update(SpaceRow).where(*there).values(lost_at=at).returning(SpaceRow.key))
        return key is not None

    def left(self, space: Space, at: datetime) -> None:
        """Remember a loss that is stored."""
        self._lost[space.key] = at

    async def see(self, space: Space) -> Community:
        """Know a space from now on; what changed about it since is written down."""
        known = self._spaces.get(space.key)
        if known is None or astuple(known) != astuple(space) or space.key in self._lost:
            async with self.database.transaction() as db:
                await self._write(db, space)
                row = await db.scalar(select(CommunityRow).join(SpaceRow).where(SpaceRow.key == space.key))
            if row is None:
                raise LookupError(f"the community of {space.key} is gone")
            self._remember(space, _community(row))
            self._lost.pop(space.key, None)
        return self.community_of(space)

    async def join(self, space: Space, community: str) -> Community:
        """Move a space to another community. What the old one holds stays with it."""
        async with self.database.transaction() as db:
            row = await db.get_one(CommunityRow, community)
            await db.execute(update(SpaceRow).where(SpaceRow.key == space.key).values(community=community))
        return self.moved(space, row)

    async def found(self, db: AsyncSession, space: Space) -> CommunityRow:
        """A new community, in the caller's transaction, with the name, language and zone of a space."""
        id = f"{self.random.getrandbits(64):016x}"
        row = CommunityRow(id=id, name=space.name, language=space.language, zone=space.zone)
        db.add(row)
        await db.flush()
        return row

    def moved(self, space: Space, community: CommunityRow) -> Community:
        """Remember a move that is stored."""
        self._remember(space, _community(community))
        return self.community_of(space)

    async def _write(self, db: AsyncSession, space: Space) -> None:
        seen = {"name": space.name, "language": space.language, "zone": space.zone}
        known = await db.scalar(
            update(SpaceRow).where(SpaceRow.key == space.key).values(**seen, lost_at=None).returning(SpaceRow.key)
        )
        if known is None:
            community = f"{self.random.getrandbits(64):016x}"
            await insert_once(db, CommunityRow, id=community, **seen)
            identity = {"key": space.key, "platform": space.platform, "id": space.id, "community": community}
            if not await insert_once(db, SpaceRow, **identity, **seen):
                await db.execute(delete(CommunityRow).where(CommunityRow.id == community))

    def _remember(self, space: Space, community: Community) -> None:
        self._spaces[space.key] = space
        self._home[space.key] = community.id
        self._communities[community.id] = community


def _community(row: CommunityRow) -> Community:
    return Community(row.id, row.name, row.language, row.zone)

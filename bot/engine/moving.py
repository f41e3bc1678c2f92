"""Spaces that join a community, and leave it again.

What a community holds stays with it. What waits for the space that goes is taken back: its jobs are forgotten (facts
are still heard, in another space of the community), its posts dropped, its codes over. Its schedules are planned again
where it goes. A community left without spaces keeps its rows, and nothing of it runs; the last one that a space so
left is where it goes back to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.chat.things import Community, Member, Space
from bot.chat.words import Words
from bot.cog.context import State
from bot.cog.links import Code, Joining, Leaving, Purpose, Refusal, Refused
from bot.cog.texts import t
from bot.engine import codes, reasons
from bot.engine.jobs import FACT, JobState, changed
from bot.engine.models import CodeRow, CommunityRow, JobRow, PostRow, SpaceMove, SpaceRow
from bot.engine.reasons import Reason

if TYPE_CHECKING:
    from bot.engine.host import Engine


class Moves:
    """``ctx.desk.spaces``."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.database = engine.database
        self.spaces = engine.spaces

    def of(self, community: Community) -> tuple[Space, ...]:
        return self.spaces.spaces_of(community.id)

    async def code(self, community: Community, member: Member) -> Code:
        person = await self.engine.people.person_of(member, community.id)
        async with self.database.transaction() as db:
            return await codes.take(db, self.engine, community.id, member, person, Purpose.SPACE)

    async def look(self, community: Community, member: Member, typed: str) -> Joining | Refused:
        person = await self.engine.people.person_of(member, community.id)
        async with self.database.transaction() as db:
            row = await self._read(db, community, member, person, typed)
        return row if isinstance(row, Refused) else self._joining(community, member.space, row.community)

    async def join(self, community: Community, member: Member, typed: str) -> Joining | Refused:
        space = member.space
        person = await self.engine.people.person_of(member, community.id)
        await self.engine.activity.flush()
        async with self.database.transaction() as db:
            row = await self._read(db, community, member, person, typed)
            if isinstance(row, Refused):
                return row
            joining = self._joining(community, space, row.community)
            row.used_at = self.engine.now()
            there = await db.get_one(CommunityRow, row.community)
            await self._move(db, space, community.id, there.id, person)
        self._moved(space, community.id, there)
        words = t("{space} joined this community, at the request of {name}.", space=space.name, name=member.name)
        await self._tell(there.id, words, f"joined {row.number}")
        return joining

    async def look_away(self, community: Community, space: Space) -> Leaving | None:
        async with self.database.reading() as db:
            before = await self._before(db, space)
        staying = tuple(one for one in self.of(community) if one != space)
        known = self.spaces.founded(before) if before else None
        return Leaving(known, staying) if staying else None

    async def leave(self, community: Community, member: Member) -> Leaving | None:
        space = member.space
        person = await self.engine.people.person_of(member, community.id)
        leaving = await self.look_away(community, space)
        if leaving is None:
            return None
        await self.engine.activity.flush()
        async with self.database.transaction() as db:
            before = await self._before(db, space)
            there = await db.get_one(CommunityRow, before) if before else await self.spaces.found(db, space)
            move = await self._move(db, space, community.id, there.id, person)
        self._moved(space, community.id, there)
        words = t("{space} left this community, at the request of {name}.", space=space.name, name=member.name)
        await self._tell(community.id, words, f"left {move}")
        return leaving

    async def _read(
        self, db: AsyncSession, community: Community, member: Member, person: str, typed: str
    ) -> CodeRow | Refused:
        """The row of a code that may be used here."""
        now = self.engine.now()
        if refused := await codes.too_many(db, person, now):
            return refused
        row = await codes.find(db, typed)
        why = codes.state(row, Purpose.SPACE, now)
        if row is not None and why is not Refusal.OTHER and row.community == community.id:
            why = Refusal.OWN if row.space == member.space.key else Refusal.TOGETHER
        if row is None or why is not None:
            return await codes.refuse(db, community.id, person, why or Refusal.WRONG, now)
        return row

    def _joining(self, community: Community, space: Space, there: str) -> Joining:
        spaces = self.spaces.spaces_of(there)
        staying = tuple(one for one in self.of(community) if one != space)
        return Joining(self.engine.community(spaces[0]), spaces, staying)

    async def _before(self, db: AsyncSession, space: Space) -> str | None:
        """The last community that this space left and that has no space now."""
        lived_in = select(SpaceRow.community)
        moves = select(SpaceMove.community).where(SpaceMove.space == space.key, SpaceMove.community.not_in(lived_in))
        found: str | None = await db.scalar(moves.order_by(SpaceMove.number.desc()).limit(1))
        return found

    async def _move(self, db: AsyncSession, space: Space, old: str, new: str, by: str) -> int:
        """In the caller's transaction. Raises ``LookupError`` when the space moved meanwhile."""
        here = (SpaceRow.key == space.key, SpaceRow.community == old)
        if not changed(await db.execute(update(SpaceRow).where(*here).values(community=new))):
            raise LookupError(f"{space.key} does not live in the community {old} any more")
        staying = await db.scalar(select(SpaceRow.key).where(SpaceRow.community == old).order_by(SpaceRow.key).limit(1))
        await _take_back(db, space, old, staying)
        codes_of = (CodeRow.community == old, CodeRow.space == space.key, CodeRow.used_at.is_(None))
        now = self.engine.now()
        await db.execute(update(CodeRow).where(*codes_of, CodeRow.until > now).values(until=now))
        move = SpaceMove(community=old, space=space.key, at=now, by=by)
        db.add(move)
        await db.flush()
        return move.number

    def _moved(self, space: Space, old: str, there: CommunityRow) -> None:
        self.spaces.moved(space, there)
        self.engine.moved(space, old, there.id)
        self.engine.trace.add("act", f"{space.key} moved", f"from {old} to {there.id}", community=there.id)

    async def _tell(self, community: str, words: Words, key: str) -> None:
        """The move is done: that nobody could be told undoes nothing."""
        try:
            await self.engine.tell_managers(community, words, key=key)
        except Exception as error:
            self.engine.trace.failed("telling the managers", error, community=community)


async def _take_back(db: AsyncSession, space: Space, old: str, staying: str | None) -> None:
    """What waits in a community for a space that goes."""
    jobs = (JobRow.community == old, JobRow.space == space.key, JobRow.state.in_([JobState.DUE, JobState.RUNNING]))
    if staying is not None:
        await db.execute(update(JobRow).where(*jobs, JobRow.key.startswith(FACT)).values(space=staying))
    await db.execute(delete(JobRow).where(*jobs))
    posts = (PostRow.community == old, PostRow.space == space.key, PostRow.state == State.WAITING)
    dropped = {"state": State.DROPPED, "reason": reasons.dump(Reason(reasons.Code.MOVED))}
    await db.execute(update(PostRow).where(*posts).values(dropped))


__all__ = ["Moves"]

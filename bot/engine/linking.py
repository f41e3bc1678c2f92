"""Linking: the account that types a code becomes one more of the person who took it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.chat.platform import PlatformError
from bot.chat.things import Community, Member
from bot.cog.context import Db
from bot.cog.links import Account, Code, Linked, Purpose, Refusal, Refused
from bot.engine import codes
from bot.engine.models import AccountRow, CodeRow, CommunityRow

if TYPE_CHECKING:
    from bot.engine.host import Engine


class Links:
    """``ctx.desk.links``."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.database = engine.database
        self.people = engine.people

    async def code(self, community: Community, member: Member) -> Code:
        person = await self.people.person_of(member, community.id)
        async with self.database.transaction() as db:
            return await codes.take(db, self.engine, community.id, member, person, Purpose.ACCOUNT)

    async def taker(self, typed: str) -> Member | None:
        async with self.database.reading() as db:
            row = await db.scalar(select(CodeRow).where(CodeRow.digest == codes.digest(typed)))
        if row is not None:
            with suppress(PlatformError):
                return await self.engine.member(self.engine.spaces.by_key(row.space), row.account)
        return None

    async def link(self, db: Db, community: Community, member: Member, typed: str) -> Linked | Refused:
        """One link at a time in a community, and persons are read anew: a second link of the same two finds one."""
        now = self.engine.now()
        await db.execute(select(CommunityRow.id).where(CommunityRow.id == community.id).with_for_update())
        me = await _account(db, community.id, member.space.platform, member.id)
        if refused := await codes.too_many(db, me.person, now):
            return refused
        row = await codes.find(db, typed)
        why = codes.state(row, Purpose.ACCOUNT, now)
        if row is not None and why is not Refusal.OTHER:
            why = self._unfit(row, me, member, why)
        if row is None or why is not None:
            return await codes.refuse(db, community.id, me.person, why or Refusal.WRONG, now)
        row.used_at = now
        await db.flush()
        person, gone = row.person, me.person
        await self.people.merge_in(db, community, into=person, gone=gone)
        db.after(lambda: self.people.forget(gone))
        space = self.engine.spaces.by_key(row.space)
        taker = await _account(db, community.id, space.platform, row.account)
        self.engine.trace.add("act", "accounts linked", f"code {row.number}", community=community.id)
        return Linked(row.number, person, _seen(taker), space)

    def _unfit(self, row: CodeRow, me: AccountRow, member: Member, why: Refusal | None) -> Refusal | None:
        """What is wrong with a code that exists, for this account."""
        platform = self.engine.spaces.by_key(row.space).platform
        if row.person == me.person:
            own = (platform, row.account) == (member.space.platform, member.id)
            return Refusal.OWN if own else Refusal.TOGETHER
        if why is None and row.community != me.community:
            return Refusal.ELSEWHERE
        return why

    async def accounts(self, person: str) -> tuple[Account, ...]:
        async with self.database.reading() as db:
            rows = await db.scalars(select(AccountRow).where(AccountRow.person == person).order_by(AccountRow.number))
            return tuple(map(_seen, rows))

    async def unlink(self, community: Community, person: str, platform: str, account: str) -> bool:
        done = await self.people.separate(community, person, platform, account)
        if done:
            self.engine.trace.add("act", "account unlinked", platform, community=community.id)
        return done


async def _account(db: AsyncSession, community: str, platform: str, account: str) -> AccountRow:
    return (
        await db.scalars(
            select(AccountRow)
            .where(AccountRow.community == community, AccountRow.platform == platform, AccountRow.account == account)
            .execution_options(populate_existing=True)
        )
    ).one()


def _seen(row: AccountRow) -> Account:
    return Account(row.platform, row.account, row.name)

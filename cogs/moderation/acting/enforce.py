"""Sanctions on the platform, from the cases that stand: what is done follows from rows, so it may be done again.

A time-out is put back on who comes again, renewed beyond the platform's longest, and shortened or lifted when a case is
reversed. Jobs of a community run one after the other, so sanctions of one member never race.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select

from bot.cog import Ban, Context, Db, Done, EndTimeout, Kick, Member, MemberJoined, Outcome, Timeout, Unban, t
from cogs.moderation.base import cog
from cogs.moderation.book.stored import titles_of
from cogs.moderation.cases.deeds import became, sanctioning
from cogs.moderation.cases.saying import cause_words
from cogs.moderation.ladder import LONGEST_TIMEOUT
from cogs.moderation.settings import Settings
from cogs.moderation.tables import Case, Kind, Silence, State

RENEW = timedelta(hours=1)
"""How long before a time-out ends it is renewed, when its case lasts longer."""
WAITS = tuple(timedelta(seconds=seconds) for seconds in (5, 5, 5, 60, 600, 3600, 6 * 3600))
"""How long what is not done yet waits before it is tried again: a message on its way, a platform that fails."""
NEAR = timedelta(seconds=30)
"""Ends nearer to each other than this are the same."""


async def sanction(ctx: Context[Settings], number: int, member: Member) -> Outcome | None:
    """Carry out the sanction of a case, unless that was done; ``None`` when there is nothing to do.

    One that failed may be tried again.
    """
    async with ctx.db() as db:
        case = await db.get_one(Case, number)
        done = case.carried_at is not None or case.state != State.STANDS
        banned = await db.scalar(
            select(func.count()).where(
                Case.community == ctx.community.id,
                Case.space == ctx.space.key,
                Case.account == member.id,
                Case.kind == Kind.BAN,
                Case.state == State.STANDS,
                Case.carried_at.is_not(None),
                Case.id != case.id,
            )
        )
    outcome = None if done or banned else await _carried(ctx, case, member)
    if outcome is not None and outcome.done is Done.FAILED:
        return outcome
    async with ctx.db() as db:
        row = await db.get_one(Case, number, with_for_update=True)
        row.carried_at = row.carried_at or ctx.now
        row.sanctioned = became(outcome, row.sanctioned) if outcome else row.sanctioned
    return outcome


async def _carried(ctx: Context[Settings], case: Case, member: Member) -> Outcome | None:
    why = await reason(ctx, case)
    match case.kind:
        case Kind.TIMEOUT:
            return await silence(ctx, member, case.person or "", why, key=sanctioning(case))
        case Kind.KICK:
            here = await ctx.member_by_id(member.id)
            return await ctx.act(Kick(why, member), key=sanctioning(case)) if here else None
        case Kind.BAN:
            return await ctx.act(Ban(why, member, timedelta(seconds=case.purge)), key=sanctioning(case))
    return None


async def reason(ctx: Context[Settings], case: Case) -> str:
    """For the platform's own log, in the community's language."""
    async with ctx.db() as db:
        titles = await titles_of(db, ctx.community.id, [case])
    said = t("case {number}: {cause}", number=str(case.number), cause=cause_words(case, titles))
    return ctx.voice_for().text(said)[:400]


async def silence(
    ctx: Context[Settings], member: Member, person: str, why: str, *, again: bool = False, key: str = ""
) -> Outcome | None:
    """Make an account silent until the last end of its standing time-outs; ``again`` even if it should be already.

    ``key`` is the act's.
    """
    async with ctx.db() as db:
        until = await last_end(ctx, db, member.id)
        row = await silence_of(ctx, db, member.id)
        was = row.until if row and row.until and row.until > ctx.now else None
    wanted = until if until and until > ctx.now else None
    target = min(wanted, ctx.now + LONGEST_TIMEOUT) if wanted else None
    if not again and (was == target or (was and target and abs(was - target) < NEAR)):
        return None
    if target is None and was is None:
        return None
    act = Timeout(why, member, target) if target else EndTimeout(why, member)
    outcome = await ctx.act(act, key=key)
    if outcome.done in (Done.DONE, Done.FALLBACK):
        await _note(ctx, member, person, target, wanted)
    return outcome


async def last_end(ctx: Context[Settings], db: Db, account: str) -> datetime | None:
    """When the last of an account's time-outs that stand is over."""
    found: datetime | None = await db.scalar(
        select(func.max(Case.until)).where(
            Case.community == ctx.community.id,
            Case.space == ctx.space.key,
            Case.account == account,
            Case.kind == Kind.TIMEOUT,
            Case.state == State.STANDS,
        )
    )
    return found


async def silence_of(ctx: Context[Settings], db: Db, account: str) -> Silence | None:
    found: Silence | None = await db.scalar(
        select(Silence).where(
            Silence.community == ctx.community.id, Silence.space == ctx.space.key, Silence.account == account
        )
    )
    return found


async def _note(
    ctx: Context[Settings], member: Member, person: str, until: datetime | None, wanted: datetime | None
) -> None:
    async with ctx.db() as db:
        row = await silence_of(ctx, db, member.id)
        if row is None:
            row = Silence(community=ctx.community.id, space=ctx.space.key, person=person, account=member.id)
            db.add(row)
        row.until = until
        if until and wanted and wanted - until > NEAR:
            key = f"{ctx.space.key}/{member.id} {until:%Y%m%d%H%M}"
            arguments = {"account": member.id, "person": person}
            await db.later(renew, at=until - RENEW, key=key, arguments=arguments)


@cog.job()
async def renew(ctx: Context[Settings], account: str, person: str) -> None:
    """The platform's longest time-out is nearly over, the case is not."""
    await _again(ctx, account, person)


@cog.on(MemberJoined)
async def came_back(ctx: Context[Settings], event: MemberJoined) -> None:
    """A time-out survives leaving."""
    person = await ctx.person_of(event.member)
    async with ctx.db() as db:
        until = await last_end(ctx, db, event.member.id)
        if until and until > ctx.now:
            arguments = {"account": event.member.id, "person": person}
            await db.later(put_back, at=ctx.now, key=ctx.cause, arguments=arguments)


@cog.job()
async def put_back(ctx: Context[Settings], account: str, person: str) -> None:
    await _again(ctx, account, person)


async def _again(ctx: Context[Settings], account: str, person: str) -> None:
    member = await ctx.member_by_id(account)
    if member is not None:
        await silence(ctx, member, person, ctx.voice_for().text(t("the time-out still runs")), again=True)


@cog.job()
async def undo(ctx: Context[Settings], case: int, tries: int = 0) -> None:
    """What a reversed case did to its member is undone."""
    async with ctx.db() as db:
        row = await db.get(Case, case)
    if row is None or row.account is None or row.carried_at is None:
        return
    member = await ctx.member_by_id(row.account) or Member(ctx.space, row.account, row.name or "")
    outcome = None
    match row.kind:
        case Kind.TIMEOUT:
            outcome = await silence(ctx, member, row.person or "", await reason(ctx, row))
        case Kind.BAN if not await still_banned(ctx, row):
            outcome = await ctx.act(Unban(await reason(ctx, row), member))
    if outcome and outcome.done is Done.FAILED and tries < len(WAITS):
        await ctx.later(undo, after=WAITS[tries], key=f"{case} {tries + 1}", case=case, tries=tries + 1)


async def still_banned(ctx: Context[Settings], case: Case) -> bool:
    """Whether another case keeps the account banned."""
    async with ctx.db() as db:
        found = await db.scalar(
            select(Case.id).where(
                Case.community == ctx.community.id,
                Case.space == case.space,
                Case.account == case.account,
                Case.kind == Kind.BAN,
                Case.state == State.STANDS,
            )
        )
    return found is not None

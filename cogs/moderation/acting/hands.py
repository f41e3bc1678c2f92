"""What was done by other hands: moderators with the platform's tools, and the platform's own filter. Cases too."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from bot.cog import Context, Db, MessageStopped, Sanction, Sanctioned
from cogs.moderation.acting.carry import NATIVE
from cogs.moderation.acting.enforce import silence_of
from cogs.moderation.acting.native import named_there
from cogs.moderation.acting.record import record
from cogs.moderation.base import cog
from cogs.moderation.book.stored import ruleset
from cogs.moderation.cases.log import log
from cogs.moderation.cases.opening import Concerned, open_case
from cogs.moderation.cases.reverse import after_reversal
from cogs.moderation.finding import Finding, Found
from cogs.moderation.rules import Rule, effective
from cogs.moderation.seeing import person
from cogs.moderation.seen import Hit, Seen
from cogs.moderation.settings import Settings
from cogs.moderation.tables import Case, Deed, Kind, Silence, Source, State

KINDS: Mapping[Sanction, Kind] = {Sanction.TIMEOUT: Kind.TIMEOUT, Sanction.KICK: Kind.KICK, Sanction.BAN: Kind.BAN}


@cog.on(Sanctioned)
async def by_hand(ctx: Context[Settings], event: Sanctioned) -> None:
    """A sanction by hand becomes a case; one lifted by hand ends the cases it belongs to."""
    who = await ctx.person_of(event.member)
    by = await ctx.person_of(event.by) if event.by else None
    if kind := KINDS.get(event.what):
        async with ctx.db() as db:
            await open_by_hand(ctx, db, event, kind, who, by)
    elif event.what in (Sanction.TIMEOUT_LIFTED, Sanction.UNBAN):
        kind = Kind.TIMEOUT if event.what is Sanction.TIMEOUT_LIFTED else Kind.BAN
        async with ctx.db() as db:
            await end_by_hand(ctx, db, event, kind, by)


async def open_by_hand(ctx: Context[Settings], db: Db, event: Sanctioned, kind: Kind, who: str, by: str | None) -> None:
    key = f"hand {event.space.key}/{event.id}"
    if await db.scalar(select(Case.id).where(Case.community == ctx.community.id, Case.key == key)):
        return
    case = await open_case(
        ctx,
        db,
        Concerned(who, event.member.id, event.member.name),
        kind,
        Source.HAND,
        key=key,
        at=event.at,
        last_at=event.at,
        reason=event.why or None,
        until=event.until if kind is Kind.TIMEOUT else None,
        carried_at=event.at,
        sanctioned=Deed.DONE.value,
        by=by,
        by_name=event.by.name if event.by else None,
    )
    if kind is Kind.TIMEOUT:
        await know_silence(ctx, db, event, who)
    await log(ctx, db, case, "opened")


async def know_silence(ctx: Context[Settings], db: Db, event: Sanctioned, who: str) -> None:
    row = await silence_of(ctx, db, event.member.id)
    if row is None:
        row = Silence(community=ctx.community.id, space=ctx.space.key, person=who, account=event.member.id)
        db.add(row)
    row.until = event.until


async def end_by_hand(ctx: Context[Settings], db: Db, event: Sanctioned, kind: Kind, by: str | None) -> None:
    """What is lifted by hand ends the cases it belongs to, but none that was opened since: it may be told late."""
    cases = await db.scalars(
        select(Case).where(
            Case.community == ctx.community.id,
            Case.space == ctx.space.key,
            Case.account == event.member.id,
            Case.kind == kind,
            Case.state == State.STANDS,
            Case.at <= event.at,
        )
    )
    for case in cases:
        if kind is Kind.TIMEOUT:
            await end_timeout(ctx, db, case, event)
            continue
        case.state, case.reversed_at, case.reversed_by = State.REVERSED.value, event.at, by
        case.reversed_name = event.by.name if event.by else None
        case.reversed_why = event.why or None
        case.carried_at = None
        await log(ctx, db, case, "reversed")
        await after_reversal(ctx, db, case)


async def end_timeout(ctx: Context[Settings], db: Db, case: Case, event: Sanctioned) -> None:
    """A time-out that runs ends with the event; one that is over already, or that is heard of again, is as it was."""
    if case.until is None or case.until <= event.at:
        return
    case.until = event.at
    await log(ctx, db, case, "ended")
    if row := await silence_of(ctx, db, event.member.id):
        row.until = None


@cog.on(MessageStopped)
async def stopped(ctx: Context[Settings], event: MessageStopped) -> None:
    """The platform's own filter stopped a message: our rule of that name says what it is worth.

    Nobody of the team is judged, whatever the filter did.
    """
    if event.member.is_bot or (ctx.snapshot and ctx.snapshot.rulebook.spares(event.member.level)):
        return
    seen = Seen(
        text=event.text or event.matched or event.keyword,
        id=event.id,
        at=event.at,
        channel=event.channel.id if event.channel else "",
        channel_name=event.channel.name if event.channel else "",
        **person(ctx, event.member),
    )
    async with ctx.db() as db:
        rules = effective(await ruleset(db, ctx.community.id)) if event.own else ()
    finding = finding_of(seen, event, named_there(rules, ctx.voice_for().text))
    await record(ctx, Found(seen, (finding,)), blocked=event.blocked, source=Source.NATIVE)


def finding_of(seen: Seen, event: MessageStopped, ours: Mapping[str, Rule]) -> Finding:
    """Of the rule that was put there; of none of ours when the moderators made the filter's rule themselves."""
    start = seen.text.casefold().find(event.matched.casefold()) if event.matched else -1
    span = (start, start + len(event.matched)) if start >= 0 else (0, 0)
    hit = Hit(NATIVE, event.matched, span, event.keyword or event.rule)
    if rule := ours.get(event.rule):
        return Finding(rule.name, rule.version, hit, rule.actions)
    return Finding(event.rule, 0, hit, ())

"""Reversing a case: the points go, the sanction is undone, the member is told."""

from __future__ import annotations

from sqlalchemy import update

from bot.cog import Card, Context, Db, Interaction, Member, Priority, Tone, Words, t
from cogs.moderation.acting.enforce import undo
from cogs.moderation.base import cog
from cogs.moderation.book.trial import weigh_rule
from cogs.moderation.cases.deeds import POWERS
from cogs.moderation.cases.direct import tell
from cogs.moderation.cases.log import log
from cogs.moderation.cases.saying import kind_words, paragraphs
from cogs.moderation.settings import Settings
from cogs.moderation.tables import Case, Kind, RuleHit, State


async def reverse(
    ctx: Interaction[Settings], number: int, why: Words, *, what: str = "reversed", quiet: bool = False
) -> bool:
    """Reverse a case by its id, ``quiet`` when the log is told otherwise. False when that was done already.

    Overturning it on appeal says that the rule was wrong; any other reversal says nothing of the rule.
    """
    said = ctx.voice_for().text(why)
    async with ctx.db() as db:
        case = await db.get(Case, number, with_for_update=True)
        if case is None or case.community != ctx.community.id or case.state != State.STANDS:
            return False
        case.state, case.reversed_at, case.reversed_why = State.REVERSED.value, ctx.now, said
        case.reversed_by, case.reversed_name = ctx.person, ctx.member.name
        if what == "overturned":
            await db.execute(update(RuleHit).where(RuleHit.case == case.id).values(right=False, marked_by=ctx.person))
        if not quiet:
            await log(ctx, db, case, what)
        await after_reversal(ctx, db, case)
        if case.rule and case.version:
            arguments = {"name": case.rule, "version": case.version}
            await db.later(weigh_rule, at=ctx.now, key=f"{case.id}", arguments=arguments)
    return True


async def after_reversal(ctx: Context[Settings], db: Db, case: Case) -> None:
    """What follows once a case is reversed, in the same transaction."""
    await db.later(undo, at=ctx.now, key=f"{case.id}", arguments={"case": case.id})
    await db.later(
        tell_reversal, at=ctx.now, key=f"{case.id}", arguments={"case": case.id, "person": case.person or ""}
    )


def undoes(ctx: Context[Settings], case: Case) -> bool:
    """Whether the bot itself lifts the sanction of a case, or has to ask the moderators to."""
    power = POWERS.get(Kind(case.kind))
    return power is not None and ctx.can(power)


@cog.job()
async def tell_reversal(ctx: Context[Settings], case: int, person: str) -> None:
    async with ctx.db() as db:
        row = await db.get(Case, case)
    if row is None or row.account is None:
        return
    member = await ctx.member_by_id(row.account) or Member(ctx.space, row.account, row.name or "")
    lifted = {
        Kind.TIMEOUT: t("You can write again."),
        Kind.BAN: t("You may come back."),
    }
    card = Card(
        paragraphs(
            t("Case {number} ({kind}) is reversed: it no longer counts.", number=str(row.number), kind=kind_words(row)),
            lifted.get(Kind(row.kind), "") if undoes(ctx, row) else "",
            t("What was said of it: {why}", why=row.reversed_why) if row.reversed_why else "",
        ),
        t("A decision about you was reversed"),
        tone=Tone.GOOD,
    )
    await tell(ctx, row, member, card, key=f"moderation.reversed {row.id}", priority=Priority.PERSON)

"""What follows once hits and cases are stored: messages taken away, members told, sanctions, and what calms a place.

One job for what was found together. It may run again after a kill: each effect has a key, or sets a state.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pydantic import TypeAdapter
from sqlalchemy import func, select, update

from bot.cog import (
    Can,
    Channel,
    Context,
    Done,
    Member,
    MessageRef,
    PauseInvites,
    RemoveMessage,
    RemoveMessages,
    SlowDown,
    State,
    t,
)
from cogs.moderation.acting.enforce import WAITS, reason, sanction
from cogs.moderation.acting.holding import show_hold
from cogs.moderation.acting.plan import Plan, plan_of
from cogs.moderation.actions import Action, SlowMode
from cogs.moderation.base import cog
from cogs.moderation.book.stored import titles_of, version_of
from cogs.moderation.cases.deeds import became, taking_away
from cogs.moderation.cases.direct import tell
from cogs.moderation.cases.saying import evidence_words, marked
from cogs.moderation.cases.telling import case_card
from cogs.moderation.ladder import Grant, standing
from cogs.moderation.rules import Rule
from cogs.moderation.settings import Settings
from cogs.moderation.tables import GRAVITY, Case, Kind, Measure, RuleHit
from cogs.moderation.tables import State as CaseState

ACTIONS: TypeAdapter[tuple[Action, ...]] = TypeAdapter(tuple[Action, ...])
NATIVE = "native"
"""The trigger of what the platform's own filter stopped."""
TRIES = 3
"""How often a removal or a ban waits for its member's message to leave."""


def actions_of(hits: Iterable[RuleHit]) -> Iterable[Action]:
    for hit in hits:
        yield from ACTIONS.validate_json(hit.actions)


def leading(hits: Sequence[RuleHit]) -> RuleHit:
    """The one whose rule asks for the gravest sanction, the first of several."""
    return max(hits, key=lambda hit: GRAVITY[plan_of(actions_of([hit])).kind])


@cog.job()
async def carry(ctx: Context[Settings], cause: str, blocked: bool = False, tries: int = 0) -> None:
    """Carry out what was found together. ``blocked``: the platform took the message away already.

    What else waits in the same cases is done along with it, so that a flood costs few requests.
    """
    async with ctx.db() as db:
        mine = (RuleHit.community == ctx.community.id, RuleHit.observing.is_(False), RuleHit.carried.is_(False))
        hits = (await db.scalars(select(RuleHit).where(*mine, RuleHit.cause == cause).order_by(RuleHit.id))).all()
        cases = dict.fromkeys(hit.case for hit in hits if hit.case)
        along = select(RuleHit).where(*mine, RuleHit.case.in_(cases), RuleHit.trigger != NATIVE).order_by(RuleHit.id)
        waiting = [] if blocked else (await db.scalars(along)).all()
    if not hits:
        return
    again = False
    for number in cases:
        own = list({hit.id: hit for hit in (*hits, *waiting) if hit.case == number}.values())
        done = await carry_case(ctx, number, own, blocked=blocked, patient=tries < TRIES)
        again |= not done
        if done:
            async with ctx.db() as db:
                carried = RuleHit.id.in_([hit.id for hit in own])
                await db.execute(update(RuleHit).where(carried).values(carried=True))
    await around(ctx, plan_of(actions_of(hits)), hits)
    if again and tries < len(WAITS):
        key = f"{cause} {tries + 1}"
        await ctx.later(carry, after=WAITS[tries], key=key, cause=cause, blocked=blocked, tries=tries + 1)


async def carry_case(
    ctx: Context[Settings], number: int, hits: Sequence[RuleHit], *, blocked: bool, patient: bool
) -> bool:
    """What is done to one member. False when not all is done yet: see ``inform_and_sanction``."""
    async with ctx.db() as db:
        case = await db.get(Case, number)
        led = leading(hits)
        version = await version_of(db, ctx.community.id, led.rule, led.version) if case else None
    if case is None or case.account is None or case.state != CaseState.STANDS:
        return True
    plan = plan_of(actions_of(hits))
    away = not plan.takes_away or blocked or await take_away(ctx, case, hits)
    if plan.hold and not blocked:
        await show_hold(ctx, case)
    member = await ctx.member_by_id(case.account) or Member(ctx.space, case.account, case.name or "")
    rule = Rule.model_validate_json(version.document) if version else None
    return await inform_and_sanction(ctx, case, member, plan, rule, led, patient=patient) and away


async def inform_and_sanction(
    ctx: Context[Settings],
    case: Case,
    member: Member,
    plan: Plan,
    rule: Rule | None,
    led: RuleHit | None = None,
    *,
    patient: bool,
) -> bool:
    """Tell first, then sanction. ``led`` is what is told of; without it the case's own evidence is.

    False when the message waits and there is still time, or the platform failed.
    """
    if speaks(plan, case):
        own = evidence_words(case) if case.evidence else ""
        written = marked(led.text, led.start, led.end) if led and led.text else own
        card = case_card(ctx, case, plan, rule, written, await points_of(ctx, case))
        key = f"moderation.told {case.id} {case.kind}"
        sent = await tell(ctx, case, member, card, key=key)
        waits = sent.state in (State.WAITING, State.SENDING)
        if waits and patient and case.kind in (Kind.KICK, Kind.BAN):
            return False
    if case.kind in (Kind.TIMEOUT, Kind.KICK, Kind.BAN):
        outcome = await sanction(ctx, case.id, member)
        return outcome is None or outcome.done is not Done.FAILED
    return True


@cog.job()
async def carry_out(ctx: Context[Settings], case: int, tries: int = 0) -> None:
    """Tell the member, then sanction."""
    async with ctx.db() as db:
        row = await db.get(Case, case)
    if row is None or row.account is None or row.state != CaseState.STANDS:
        return
    member = await ctx.member_by_id(row.account) or Member(ctx.space, row.account, row.name or "")
    done = await inform_and_sanction(ctx, row, member, Plan(), None, patient=tries < TRIES)
    if not done and tries < len(WAITS):
        await ctx.later(carry_out, after=WAITS[tries], key=f"{case} {tries + 1}", case=case, tries=tries + 1)


def speaks(plan: Plan, case: Case) -> bool:
    return plan.remind is not None or plan.rephrase or plan.takes_away or case.kind != Kind.NOTICE or case.points > 0


async def points_of(ctx: Context[Settings], case: Case) -> int:
    """All the points of the member that stand now."""
    async with ctx.db() as db:
        rows = await db.execute(
            select(Case.at, Case.points).where(
                Case.community == ctx.community.id,
                Case.person == case.person,
                Case.state == CaseState.STANDS,
                Case.points > 0,
            )
        )
        grants = [Grant(moment, points) for moment, points in rows.all()]
    return standing(ctx.settings.steps, grants, ctx.now).points


async def take_away(ctx: Context[Settings], case: Case, hits: Sequence[RuleHit]) -> bool:
    """Delete the messages; where the bot may not, ask the moderators to, once for a case. False: to be tried again."""
    refs = tuple(
        MessageRef(Channel(ctx.space, hit.channel), hit.message) for hit in hits if hit.channel and hit.message
    )
    refs = tuple(dict.fromkeys(refs))
    asked = not ctx.can(Can.DELETE_ANY) and case.messages > len(refs)
    if not refs or asked:
        return True
    why = await reason(ctx, case)
    act = RemoveMessage(why, refs[0]) if len(refs) == 1 else RemoveMessages(why, refs)
    outcome = await ctx.act(act, key=taking_away(ctx, case))
    async with ctx.db() as db:
        row = await db.get_one(Case, case.id, with_for_update=True)
        row.taken_away = case.taken_away = became(outcome, row.taken_away)
    return outcome.done is not Done.FAILED


async def around(ctx: Context[Settings], plan: Plan, hits: Sequence[RuleHit]) -> None:
    """What is done to a channel, to the way in, and to the alert level."""
    async with ctx.db() as db:
        titles = await titles_of(db, ctx.community.id, hits)
    why = ctx.voice_for().text(t("rule “{rule}”", rule=titles.get(hits[0].rule, hits[0].rule)))
    if plan.slow is not None and (channel := hits[0].channel):
        await slow_down(ctx, Channel(ctx.space, channel), plan.slow, why)
    if plan.alert is not None:
        until = ctx.now + plan.alert.length
        if await ctx.raise_alert(plan.alert.level, why=why, until=until) and plan.pause:
            await ctx.act(PauseInvites(why, ctx.space, ctx.now + plan.pause))
    elif plan.pause:
        await ctx.act(PauseInvites(why, ctx.space, ctx.now + plan.pause))


async def slow_down(ctx: Context[Settings], channel: Channel, mode: SlowMode, why: str) -> None:
    """Slow a channel down, unless it is; a job lifts it."""
    until = ctx.now + mode.length
    here = (Measure.community == ctx.community.id, Measure.space == ctx.space.key, Measure.channel == channel.id)
    async with ctx.db() as db:
        last = await db.scalar(select(func.max(Measure.until)).where(*here))
        if last is not None and last > ctx.now:
            return
        row = Measure(community=ctx.community.id, space=ctx.space.key, channel=channel.id, until=until)
        db.add(row)
        await db.flush()
        arguments = {"channel": channel.id}
        await db.later(speed_up, at=until, key=f"{ctx.space.key}/{channel.id} {row.id}", arguments=arguments)
    await ctx.act(SlowDown(why, channel, int(mode.every.total_seconds())))


@cog.job()
async def speed_up(ctx: Context[Settings], channel: str) -> None:
    """Lift a slow mode whose time is over."""
    why = ctx.voice_for().text(t("the slow mode was for a while"))
    await ctx.act(SlowDown(why, Channel(ctx.space, channel), 0))

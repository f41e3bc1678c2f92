"""From what the rules found to rows: hits, cases, alerts, all in one transaction; what follows is a job's work.

A thing heard of again, or an edit on which no new rule matches, changes nothing: each hit is kept once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from bot.cog import Can, Context, Db, Member, Verdict
from cogs.moderation.acting.alerts import alerted
from cogs.moderation.acting.carry import ACTIONS, actions_of, carry, leading
from cogs.moderation.acting.plan import Plan, plan_of
from cogs.moderation.around import Seconded, know, spared
from cogs.moderation.base import cog
from cogs.moderation.book.trial import plan_digest
from cogs.moderation.cases.log import log
from cogs.moderation.cases.opening import Concerned, open_case
from cogs.moderation.finding import Finding, Found
from cogs.moderation.ladder import Grant
from cogs.moderation.seen import Seen
from cogs.moderation.settings import Settings
from cogs.moderation.tables import GRAVITY, Case, Deed, Held, Hold, Kind, RuleHit, Source, State


@cog.verdict
async def decided(ctx: Context[Settings], event: Any, verdict: Verdict) -> None:
    if isinstance(verdict.found, Seconded):
        await know(ctx, verdict.found.member)
    else:
        await record(ctx, await spared(ctx, verdict.found))


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing that one rule found, and whose it is."""

    seen: Seen
    finding: Finding
    person: str


async def record(ctx: Context[Settings], found: Found, *, blocked: bool = False, source: Source = Source.RULE) -> None:
    """Keep what is new in it, and have it carried out. ``blocked``: the platform took the message away already."""
    concerned = list(found.concerned())
    authors = {seen.author: seen.author_name for seen, _ in concerned}
    persons = {id: await ctx.person_of(Member(ctx.space, id, name)) for id, name in authors.items()}
    things = [Thing(seen, finding, persons[seen.author]) for seen, finding in concerned]
    async with ctx.db() as db:
        fresh = await keep_hits(ctx, db, things)
        acting = [hit for hit in fresh if not hit.observing]
        if len(acting) < len(fresh):
            await plan_digest(ctx, db)
        if not acting:
            return
        for account in dict.fromkeys(hit.account for hit in acting):
            own = [hit for hit in acting if hit.account == account]
            await keep_case(ctx, db, own, source, blocked=blocked)
        plan = plan_of(actions_of(acting))
        asked_by_hold = plan.hold and ctx.can(Can.DELETE_ANY)
        if (plan.tell or plan.hold) and not asked_by_hold:
            await alerted(ctx, db, acting)
        await db.later(carry, at=ctx.now, key=ctx.cause, arguments={"cause": ctx.cause, "blocked": blocked})


async def keep_hits(ctx: Context[Settings], db: Db, things: Sequence[Thing]) -> list[RuleHit]:
    """The hits that were not kept yet."""
    names = {thing_of(one.seen) for one in things}
    here = (RuleHit.community == ctx.community.id, RuleHit.thing.in_(names))
    known = {
        (thing, rule) for thing, rule in (await db.execute(select(RuleHit.thing, RuleHit.rule).where(*here))).all()
    }
    fresh = {(thing_of(one.seen), one.finding.rule): one for one in things}
    rows = [hit_of(ctx, one) for key, one in fresh.items() if key not in known]
    db.add_all(rows)
    await db.flush()
    return rows


def thing_of(seen: Seen) -> str:
    """One message, arrival or change of name."""
    return f"{seen.channel or seen.moment}/{seen.id}"


def hit_of(ctx: Context[Settings], one: Thing) -> RuleHit:
    seen, hit = one.seen, one.finding.hit
    return RuleHit(
        community=ctx.community.id,
        thing=thing_of(seen),
        rule=one.finding.rule,
        version=one.finding.version,
        observing=one.finding.observing,
        person=one.person,
        space=ctx.space.key,
        account=seen.author,
        name=seen.author_name,
        channel=seen.channel or None,
        message=seen.id if seen.channel else None,
        trigger=hit.trigger,
        text=seen.text if hit.quote is None else seen.quoted[hit.quote],
        start=hit.span[0],
        end=hit.span[1],
        detail=hit.detail,
        actions=ACTIONS.dump_json(one.finding.actions).decode(),
        cause=ctx.cause,
        at=seen.at or ctx.now,
    )


async def keep_case(ctx: Context[Settings], db: Db, hits: Sequence[RuleHit], source: Source, *, blocked: bool) -> None:
    """The member's case of this burst, or a new one; none when nothing is done to the member."""
    plan = plan_of(actions_of(hits))
    if not plan.concerns_author and source is not Source.NATIVE:
        return
    case = await running_case(ctx, db, hits[0])
    if case is None:
        led = leading(hits)
        who = Concerned(led.person, led.account, led.name)
        case = await open_case(ctx, db, who, Kind.NOTICE, source, key=f"hit {led.id}", last_at=led.at)
        put_down(case, led)
        await log(ctx, db, case, "opened")
        case.messages = len({hit.thing for hit in hits})
    else:
        case.messages += len({hit.thing for hit in hits})
    case.last_at = max(case.last_at, *(hit.at for hit in hits))
    if blocked:
        case.taken_away = Deed.DONE.value
    await weigh(ctx, db, case, plan, leading(hits))
    for hit in hits:
        hit.case = case.id
    if not blocked:
        keep_messages(ctx, db, case, hits)


async def running_case(ctx: Context[Settings], db: Db, hit: RuleHit) -> Case | None:
    """The case that a rule opened lately for the same account: what follows in the same burst belongs to it."""
    found: Case | None = await db.scalar(
        select(Case)
        .where(
            Case.community == ctx.community.id,
            Case.space == ctx.space.key,
            Case.account == hit.account,
            Case.person == hit.person,
            Case.state == State.STANDS,
            Case.source.in_((Source.RULE, Source.NATIVE)),
            Case.last_at.between(hit.at - ctx.settings.burst, hit.at + ctx.settings.burst),
        )
        .order_by(Case.id.desc())
        .limit(1)
    )
    return found


async def weigh(ctx: Context[Settings], db: Db, case: Case, plan: Plan, hit: RuleHit) -> None:
    """What the plan adds to a case: points beyond those it has, and a sanction if it is graver; ``hit`` led to it."""
    if plan.points > case.points:
        past = await history(db, case, ctx.now)
        case.points, plan = plan.points, plan.on(ctx.settings.steps, past, case.at)[0]
    until = ctx.now + plan.length if plan.kind is Kind.TIMEOUT else None
    longer = until is not None and case.until is not None and until > case.until
    if GRAVITY[plan.kind] > GRAVITY[Kind(case.kind)]:
        case.kind, case.until, case.carried_at, case.sanctioned = plan.kind.value, until, None, None
        put_down(case, hit)
    elif plan.kind == case.kind == Kind.TIMEOUT and longer and case.carried_at is None:
        case.until = until
    case.purge = max(case.purge, int(plan.purge.total_seconds()))


def put_down(case: Case, hit: RuleHit) -> None:
    """What a case is about: the rule, what it found, and where."""
    case.rule, case.version, case.trigger = hit.rule, hit.version, hit.trigger
    case.evidence, case.start, case.end, case.detail = hit.text, hit.start, hit.end, hit.detail
    case.channel, case.message = hit.channel, hit.message


async def history(db: Db, case: Case, at: datetime) -> list[Grant]:
    """The points of a member's other cases that stand."""
    rows = await db.execute(
        select(Case.at, Case.points).where(
            Case.community == case.community,
            Case.person == case.person,
            Case.state == State.STANDS,
            Case.points > 0,
            Case.id != case.id,
            Case.at <= at,
        )
    )
    return [Grant(moment, points) for moment, points in rows.all()]


def keep_messages(ctx: Context[Settings], db: Db, case: Case, hits: Sequence[RuleHit]) -> None:
    """Put each message that a rule holds aside, for a moderator to release or not."""
    held = {hit.thing: hit for hit in reversed(hits) if hit.channel and plan_of(actions_of([hit])).hold}
    for hit in reversed(held.values()):
        db.add(
            Hold(
                community=ctx.community.id,
                case=case.id,
                space=ctx.space.key,
                channel=hit.channel,
                person=hit.person,
                account=hit.account,
                name=hit.name,
                rule=hit.rule,
                text=hit.text,
                state=Held.WAITING.value,
            )
        )

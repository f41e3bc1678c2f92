"""Everybody on an alert at once: a press and a confirmation, exceptions, progress, and the way back.

What is done is a case for each member, as if a moderator had done it one by one; the log gets one line for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import and_, func, or_, select, update

from bot.cog import (
    Askable,
    Button,
    Card,
    Channel,
    Context,
    Db,
    Invalid,
    Level,
    Menu,
    MessageRef,
    NotFound,
    Option,
    Priority,
    Tone,
    Words,
    lines,
    plural,
    t,
)
from cogs.moderation.acting.carry import carry_out
from cogs.moderation.base import cog
from cogs.moderation.cases.deeds import POWERS
from cogs.moderation.cases.opening import Concerned, open_case
from cogs.moderation.cases.reverse import reverse
from cogs.moderation.cases.saying import names_of, paragraphs
from cogs.moderation.settings import Settings
from cogs.moderation.tables import Alerting, Case, Kind, RuleHit, Source, State, Sweep

PAUSE = timedelta(days=1)
"""How long a whole wave is silenced."""
BATCH = 10
"""Members dealt with between two looks at what else there is to do."""
OFFERED = 25
"""Members that a menu offers to leave out: Discord's limit."""
LOOKED_UP = 100
"""Members whose accounts are compared, to offer the oldest ones first."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """A member on an alert; ``hit`` is the first of their hits there."""

    account: str
    name: str
    person: str
    hit: int


async def suspects(db: Db, community: str, alert: int) -> list[Suspect]:
    """The members on an alert, but those about whom moderators said that the rule was wrong."""
    hits = await db.scalars(
        select(RuleHit)
        .where(
            RuleHit.community == community,
            RuleHit.alert == alert,
            or_(RuleHit.right.is_(None), RuleHit.right.is_(True)),
        )
        .order_by(RuleHit.id)
    )
    first: dict[str, Suspect] = {}
    for hit in hits:
        first.setdefault(hit.account, Suspect(hit.account, hit.name, hit.person, hit.id))
    return list(first.values())


# Choosing


@cog.button(level=Level.MODERATOR)
async def act_on_all(ctx: Askable[Settings], alert: int) -> None:
    """Show whom it would concern; nothing is done yet."""
    await ctx.reply(await choice_card(ctx, alert))


async def choice_card(ctx: Context[Settings], alert: int) -> Card:
    async with ctx.db() as db:
        found = await suspects(db, ctx.community.id, alert)
    if not found:
        return Card(t("Nobody is left on this alert."))
    buttons = tuple(offers(ctx, alert, len(found)))
    honest = t("Nothing is done yet. Each of them gets a case, and all of it can be undone at once.")
    if not buttons:
        honest = t("No bot may sanction here: this is for you to do, with the platform’s own tools.")
    return Card(
        paragraphs(names_of([one.name for one in found], 40), honest),
        plural("{count} member on this alert", "{count} members on this alert", count=len(found)),
        buttons=buttons,
        menus=(await exceptions(ctx, alert, found),),
        tone=Tone.WARNING,
    )


def offers(ctx: Context[Settings], alert: int, count: int) -> Iterable[Button]:
    """What the platform lets the bot do to all of them; a press of one is the confirmation."""
    labels: Mapping[Kind, Words] = {
        Kind.TIMEOUT: plural("Silence {count} for a day", "Silence {count} for a day", count=count),
        Kind.KICK: plural("Remove {count}", "Remove {count}", count=count),
        Kind.BAN: plural("Ban {count}", "Ban {count}", count=count),
    }
    for kind, label in labels.items():
        if ctx.can(POWERS[kind]):
            made = sweep.button if kind is Kind.TIMEOUT else sweep.danger
            yield made(label, alert=alert, kind=kind.value)


async def exceptions(ctx: Context[Settings], alert: int, found: Sequence[Suspect]) -> Menu:
    """Members to leave out, those with the oldest accounts first."""
    known = {one.account: await ctx.member_by_id(one.account) for one in found[:LOOKED_UP]}
    made = {id: member.created_at for id, member in known.items() if member and member.created_at}
    oldest = sorted(found, key=lambda one: (one.account not in made, made.get(one.account, ctx.now), one.hit))
    options = tuple(
        Option(
            one.name, one.account, t("account of {day}", day=made[one.account].date()) if one.account in made else ""
        )
        for one in oldest[:OFFERED]
    )
    return leave_out.many(t("Leave out"), options, alert=alert)


@cog.menu(level=Level.MODERATOR)
async def leave_out(ctx: Askable[Settings], chosen: tuple[str, ...], alert: int) -> None:
    """The rule was wrong about these: they are on no list any more, and what it did to them is undone."""
    mine = (RuleHit.community == ctx.community.id, RuleHit.alert == alert, RuleHit.account.in_(chosen))
    async with ctx.db() as db:
        await db.execute(update(RuleHit).where(*mine).values(right=False, marked_by=ctx.person))
        by_rule = Case.id.in_(select(RuleHit.case).where(*mine))
        together = and_(Case.community == ctx.community.id, Case.alert == alert, Case.account.in_(chosen))
        standing = select(Case.id).where(Case.state == State.STANDS, or_(by_rule, together))
        cases = list(await db.scalars(standing))
    for case in cases:
        await reverse(ctx, case, t("the rule was wrong"))
    await ctx.reply(await choice_card(ctx, alert))


# Acting


@cog.button(level=Level.MODERATOR)
async def sweep(ctx: Askable[Settings], alert: int, kind: str) -> None:
    """Begin; a job does the rest, and its card tells how far it is."""
    if not ctx.can(POWERS[Kind(kind)]):
        raise Invalid(t("The bot may not do this here any more: give it the permission, then press again."))
    async with ctx.db() as db:
        row = await db.get(Alerting, alert)
        same = (Sweep.community == ctx.community.id, Sweep.alert == alert, Sweep.kind == kind)
        running = await db.scalar(select(Sweep.id).where(*same, Sweep.running))
        if row is None or row.community != ctx.community.id or running:
            raise Invalid(t("This is under way already."))
        made = Sweep(
            community=ctx.community.id,
            alert=alert,
            kind=kind,
            running=True,
            at=ctx.now,
            until=ctx.now + PAUSE if kind == Kind.TIMEOUT else None,
            by=ctx.person,
            by_name=ctx.member.name,
            channel=row.channel,
        )
        db.add(made)
        await db.flush()
        await db.later(go_on, at=ctx.now, key=f"{made.id} 0", arguments={"sweep": made.id})
    await ctx.reply(t("It has begun. The card beside the alert says how far it is."))


@cog.job()
async def go_on(ctx: Context[Settings], sweep: int) -> None:
    """Deal with the next few, then say how far it is; who comes to the alert meanwhile is dealt with too."""
    async with ctx.db() as db:
        row = await db.get_one(Sweep, sweep)
        found = await suspects(db, ctx.community.id, row.alert)
    following = [one for one in found if one.hit > row.upto][:BATCH]
    passed = [one for one in following if not await deal_with(ctx, row, one)]
    async with ctx.db() as db:
        row = await db.get_one(Sweep, sweep)
        row.passed += len(passed)
        row.running = len(following) == BATCH
        if following:
            row.upto = following[-1].hit
        if row.running:
            await db.later(go_on, at=ctx.now, key=f"{sweep} {row.upto}", arguments={"sweep": sweep})
    await show(ctx, row)


async def deal_with(ctx: Context[Settings], row: Sweep, one: Suspect) -> bool:
    """False for those who are of the team, are gone, or have been dealt with before."""
    here = await ctx.member_by_id(one.account)
    if (here is None and row.kind != Kind.BAN) or (here and (here.level > Level.EVERYONE or here.is_bot)):
        return False
    async with ctx.db() as db:
        case = await case_of(ctx, db, row, one)
    if case is None:
        return False
    await carry_out(ctx, case.id)
    return True


async def case_of(ctx: Context[Settings], db: Db, row: Sweep, one: Suspect) -> Case | None:
    """The member's case of this sweep; ``None`` when another one does the same already."""
    own = f"sweep {row.id} {one.account}"
    mine = (Case.community == ctx.community.id, Case.space == ctx.space.key, Case.account == one.account)
    if found := await db.scalar(select(Case).where(*mine, Case.key == own)):
        return found if found.state == State.STANDS else None
    same = select(Case.id).where(*mine, Case.state == State.STANDS, Case.kind == row.kind)
    if row.kind == Kind.BAN and await db.scalar(same):
        return None
    if row.kind == Kind.TIMEOUT and await db.scalar(same.where(Case.until >= row.until)):
        return None
    return await open_case(
        ctx,
        db,
        Concerned(one.person, one.account, one.name),
        Kind(row.kind),
        Source.COMMAND,
        key=own,
        reason=ctx.voice_for().text(t("part of a wave of arrivals or messages")),
        until=row.until,
        by=row.by,
        by_name=row.by_name,
        alert=row.alert,
    )


# Saying how far it is


async def show(ctx: Context[Settings], row: Sweep) -> None:
    """Post the card of a sweep, or bring it up to date; once it is over, the log has it too."""
    async with ctx.db() as db:
        standing = Case.key.like(f"sweep {row.id} %"), Case.community == ctx.community.id, Case.state == State.STANDS
        done = await db.scalar(select(func.count()).where(*standing)) or 0
        first, last = (await db.execute(select(func.min(Case.number), func.max(Case.number)).where(*standing))).one()
        total = len(await suspects(db, ctx.community.id, row.alert))
    numbers = (str(first), str(last)) if done else None
    card = sweep_card(row, done, total, numbers)
    channel = Channel(ctx.space, row.channel)
    if row.message is None:
        key = f"moderation.sweep {row.id}"
        sent = await ctx.post(channel, card, priority=Priority.URGENT, key=key, why=t("acting on a whole alert"))
        if sent.ref is not None:
            async with ctx.db() as db:
                await db.execute(update(Sweep).where(Sweep.id == row.id).values(message=sent.ref.id))
    else:
        with suppress(NotFound):
            await ctx.edit(MessageRef(channel, row.message), card)
    if not row.running and ctx.settings.log is not None:
        key = f"moderation.sweep {row.id} over"
        summary = replace(card, buttons=())
        await ctx.post(ctx.settings.log, summary, priority=Priority.PERSON, key=key, why=t("moderation log"))


def sweep_card(row: Sweep, done: int, total: int, numbers: tuple[str, str] | None) -> Card:
    did: Mapping[str, Words] = {
        Kind.TIMEOUT: plural("{count} member silenced", "{count} members silenced", count=done),
        Kind.KICK: plural("{count} member removed", "{count} members removed", count=done),
        Kind.BAN: plural("{count} member banned", "{count} members banned", count=done),
    }
    said: list[Words] = []
    if row.running:
        said.append(t("{done} of {total} so far.", done=done + row.passed, total=total))
    if numbers:
        said.append(t("Cases {first} to {last}.", first=numbers[0], last=numbers[1]))
    if row.passed:
        said.append(
            plural(
                "{count} let be: gone, of the team, or dealt with before.",
                "{count} let be: gone, of the team, or dealt with before.",
                count=row.passed,
            )
        )
    undo = (undo_all.button(t("Undo all of it"), sweep=row.id),) if numbers and not row.running else ()
    by = t("By {who}, from the alert.", who=row.by_name or "?")
    return Card(lines(*said), did[row.kind], buttons=undo, footer=by, tone=Tone.NEUTRAL if undo else Tone.WARNING)


# The way back


@cog.button(level=Level.MODERATOR)
async def undo_all(ctx: Askable[Settings], sweep: int) -> None:
    """Ask once more: everybody concerned is told."""
    async with ctx.db() as db:
        cases = await standing_cases(db, ctx.community.id, sweep)
    if not cases:
        await ctx.reply(t("None of its cases stands: all of it was undone."))
        return
    kept = t("Who was removed comes back by themselves, if they want to.")
    await ctx.reply(
        Card(
            paragraphs(t("Time-outs and bans are lifted, and everybody is told."), kept),
            plural("Reverse {count} case?", "Reverse {count} cases?", count=len(cases)),
            buttons=(undone.danger(t("Reverse all of them"), sweep=sweep),),
            tone=Tone.WARNING,
        )
    )


@cog.button(level=Level.MODERATOR)
async def undone(ctx: Askable[Settings], sweep: int) -> None:
    """Interrupted, it goes on at the next press: cases that are reversed stay so."""
    async with ctx.db() as db:
        cases = await standing_cases(db, ctx.community.id, sweep)
        row = await db.get(Sweep, sweep)
    count = [await reverse(ctx, case, t("the whole of it was undone"), quiet=True) for case in cases].count(True)
    words = plural("{count} case is reversed.", "{count} cases are reversed.", count=count)
    await ctx.reply(words)
    if row is not None and count:
        by = t("All of it was undone by {who}.", who=ctx.member.name)
        card = Card(words, sweep_card(row, count, count, None).title, footer=by)
        if row.message is not None:
            with suppress(NotFound):
                await ctx.edit(MessageRef(Channel(ctx.space, row.channel), row.message), card)
        if ctx.settings.log is not None:
            key = f"moderation.sweep {sweep} undone {cases[0]}"
            await ctx.post(ctx.settings.log, card, priority=Priority.PERSON, key=key, why=t("moderation log"))


async def standing_cases(db: Db, community: str, sweep: int) -> list[int]:
    own = (Case.community == community, Case.key.like(f"sweep {sweep} %"), Case.state == State.STANDS)
    return list(await db.scalars(select(Case.id).where(*own).order_by(Case.id)))

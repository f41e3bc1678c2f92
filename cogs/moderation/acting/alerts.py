"""Alerts to the moderators: one card for a burst, brought up to date while it lasts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select, update

from bot.cog import (
    Alert,
    Askable,
    Button,
    Can,
    Card,
    Channel,
    Context,
    Db,
    Field,
    Level,
    Member,
    MessageRef,
    NotFound,
    Priority,
    Tone,
    Words,
    lines,
    listing,
    plural,
    t,
    to,
)
from cogs.moderation.acting.carry import actions_of
from cogs.moderation.acting.plan import plan_of
from cogs.moderation.acting.wave import act_on_all
from cogs.moderation.actions import Action, RaiseAlert, Tell, words_of
from cogs.moderation.base import cog
from cogs.moderation.book.stored import Titles, titles_of
from cogs.moderation.cases.pages import history
from cogs.moderation.cases.reverse import reverse
from cogs.moderation.cases.saying import marked, names_of
from cogs.moderation.cases.ways import way_to
from cogs.moderation.settings import Settings
from cogs.moderation.tables import Alerting, Case, RuleHit, State

SLOT = 5
"""Seconds between two updates of a card, at least."""
LONGEST = timedelta(minutes=10)
"""A burst that lasts longer gets a second alert."""
CALM_AFTER = timedelta(hours=1)


def alerts_channel(ctx: Context[Settings]) -> Channel | None:
    return ctx.settings.alerts or ctx.moderators


async def alerted(ctx: Context[Settings], db: Db, hits: Sequence[RuleHit]) -> None:
    """Put hits on the alert of this burst, or on a new one. A burst is what happened together, whenever it is heard."""
    channel = alerts_channel(ctx)
    if channel is None:
        return
    burst, first, last = ctx.settings.burst, min(hit.at for hit in hits), max(hit.at for hit in hits)
    running = await db.scalar(
        select(Alerting)
        .where(
            Alerting.community == ctx.community.id,
            Alerting.space == ctx.space.key,
            Alerting.last_at >= first - burst,
            Alerting.opened_at.between(last - LONGEST, last + burst),
        )
        .order_by(Alerting.id.desc())
        .limit(1)
    )
    if running is None:
        running = Alerting(
            community=ctx.community.id,
            space=ctx.space.key,
            opened_at=first,
            last_at=last,
            channel=channel.id,
        )
        db.add(running)
        await db.flush()
        await db.later(show_alert, at=ctx.now, key=f"{running.id}", arguments={"alert": running.id})
    else:
        slot = int(ctx.now.timestamp()) // SLOT + 1
        due = datetime.fromtimestamp(slot * SLOT, ctx.now.tzinfo)
        await db.later(show_alert, at=due, key=f"{running.id} {slot}", arguments={"alert": running.id})
    running.last_at = max(running.last_at, last)
    for hit in hits:
        hit.alert = running.id


@cog.job()
async def show_alert(ctx: Context[Settings], alert: int) -> None:
    """Post the card of an alert, or bring it up to date."""
    async with ctx.db() as db:
        row = await db.get_one(Alerting, alert)
        hits = (await db.scalars(select(RuleHit).where(RuleHit.alert == alert).order_by(RuleHit.at, RuleHit.id))).all()
        found = [hit.case for hit in hits if hit.case]
        cases = (await db.scalars(select(Case).where(Case.id.in_(found)).order_by(Case.number))).all()
        titles = await titles_of(db, ctx.community.id, hits)
    if not hits:
        return
    card, channel = alert_card(ctx, row, hits, cases, titles), Channel(ctx.space, row.channel)
    last = hits[-1]
    if not (ctx.can(Can.DELETE_ANY) and plan_of(actions_of([last])).takes_away):
        card = replace(card, buttons=(*card.buttons, *await way_to(ctx, last.channel, last.message)))
    if row.message is not None:
        with suppress(NotFound):
            await ctx.edit(MessageRef(channel, row.message), card)
        return
    sent = await ctx.post(channel, card, priority=Priority.URGENT, key=f"moderation.alert {alert}", why=t("alert"))
    if sent.ref is not None:
        async with ctx.db() as db:
            await db.execute(update(Alerting).where(Alerting.id == alert).values(message=sent.ref.id))


def alert_card(
    ctx: Context[Settings], alert: Alerting, hits: Sequence[RuleHit], cases: Sequence[Case], titles: Titles
) -> Card:
    accounts = {hit.account: hit.name for hit in hits}
    rules = Counter(hit.rule for hit in hits)
    named = {rule: titles.get(rule, rule) for rule in rules}
    channels = [Channel(ctx.space, id) for id in dict.fromkeys(hit.channel for hit in hits if hit.channel)]
    latest = hits[-1]
    where: Words = listing(*map(to, channels[:5])) if channels else t("arrivals and names")
    numbers = [str(case.number) for case in cases]
    fields = [
        Field(t("Rules"), listing(*(times(named[name], count) for name, count in rules.most_common(5)))),
        Field(t("Where"), where),
        *([Field(t("Cases"), names_of(numbers, 12))] if numbers else []),
        Field(t("Members"), names_of(accounts.values()), short=False),
        Field(t("What the rules ask for"), words_of(asked(hits)), short=False),
    ]
    return Card(
        marked(latest.text, latest.start, latest.end) if latest.text else "",
        headline(hits, accounts, named),
        fields=tuple(fields),
        buttons=buttons_of(ctx, alert, hits),
        footer=verdict_words(hits),
        tone=Tone.WARNING,
    )


def headline(hits: Sequence[RuleHit], accounts: Mapping[str, str], named: Mapping[str, Words]) -> Words:
    """Who and what in one line, which is all that a notification shows."""
    things = {hit.thing for hit in hits}
    if len(things) == 1:
        return t("{rules}: {member}", rules=listing(*named.values()), member=hits[0].name)
    return plural(
        "{count} thing found, {members}",
        "{count} things found, {members}",
        count=len(things),
        members=plural("{count} member", "{count} members", count=len(accounts)),
    )


def asked(hits: Sequence[RuleHit]) -> list[Action]:
    """What rules ask for, each thing once; that moderators are told goes without saying."""
    return [action for action in dict.fromkeys(actions_of(hits)) if not isinstance(action, Tell)]


def times(what: Words, count: int) -> Words:
    return t("{what} ({count})", what=what, count=count) if count > 1 else what


def buttons_of(ctx: Context[Settings], alert: Alerting, hits: Sequence[RuleHit]) -> tuple[Button, ...]:
    """What fits: the way back to calm when the level is raised, else a member's history or the way to a lockdown."""
    marks = (
        ()
        if all(hit.right is not None for hit in hits)
        else (
            right.primary(t("Rightly"), alert=alert.id),
            wrong.button(t("Wrongly: undo"), alert=alert.id),
        )
    )
    together = act_on_all.danger(t("Act on all of them"), alert=alert.id)
    several = len({hit.account for hit in hits}) > 1
    if ctx.alert is not Alert.CALM or any(isinstance(action, RaiseAlert) for action in actions_of(hits)):
        level = (lock.danger(t("Lock down"), alert=alert.id), calm.button(t("All is calm"), alert=alert.id))
        return (*marks, *level, *((together,) if several else ()))
    if not several:
        return (*marks, past.button(t("Their history"), alert=alert.id))
    return (*marks, lock.danger(t("Lock down"), alert=alert.id), together)


def verdict_words(hits: Sequence[RuleHit]) -> Words:
    marks = {hit.right for hit in hits}
    if marks == {True}:
        return t("A moderator said: rightly.")
    if marks == {False}:
        return t("A moderator said: wrongly. What was done is undone.")
    return t("Say whether the rule was right: it learns its place from that.")


@cog.button(level=Level.MODERATOR)
async def right(ctx: Askable[Settings], alert: int) -> None:
    await mark_all(ctx, alert, right=True)
    await ctx.reply(t("Noted. The rule’s record is the better for it."))


@cog.button(level=Level.MODERATOR)
async def wrong(ctx: Askable[Settings], alert: int) -> None:
    cases = await mark_all(ctx, alert, right=False)
    for case in cases:
        await reverse(ctx, case, t("the rule was wrong"))
    await ctx.reply(
        plural(
            "Noted; {count} case is reversed, and the member told.",
            "Noted; {count} cases are reversed, and the members told.",
            count=len(cases),
        )
    )


async def mark_all(ctx: Askable[Settings], alert: int, *, right: bool) -> list[int]:
    """Mark the hits of an alert; gives its cases that stand."""
    async with ctx.db() as db:
        mine = (RuleHit.community == ctx.community.id, RuleHit.alert == alert)
        await db.execute(update(RuleHit).where(*mine).values(right=right, marked_by=ctx.person))
        cases = await db.scalars(
            select(Case.id)
            .where(Case.id.in_(select(RuleHit.case).where(*mine)), Case.state == State.STANDS)
            .order_by(Case.id)
        )
        found = list(cases)
        arguments = {"alert": alert}
        await db.later(show_alert, at=ctx.now, key=f"{alert} {ctx.cause}", arguments=arguments)
    return found


@cog.button(level=Level.MODERATOR)
async def past(ctx: Askable[Settings], alert: int) -> None:
    """What is known of the one member that an alert is about."""
    async with ctx.db() as db:
        mine = (RuleHit.community == ctx.community.id, RuleHit.alert == alert)
        hit = await db.scalar(select(RuleHit).where(*mine).order_by(RuleHit.id.desc()).limit(1))
    if hit is None:
        await ctx.reply(t("What this was about was erased."))
        return
    member = await ctx.member_by_id(hit.account) or Member(ctx.space, hit.account, hit.name)
    await ctx.reply(await history(ctx, hit.person, member))


@cog.button(level=Level.MODERATOR)
async def lock(ctx: Askable[Settings], alert: int) -> None:
    until = ctx.now + CALM_AFTER
    await ctx.desk.set_alert(ctx.community, Alert.LOCKDOWN, by=ctx.member, why=_why(ctx), until=until)
    await ctx.reply(
        lines(
            t("Locked down until {until}: scheduled posts wait, and the rules for such times hold.", until=until),
            t("To end it sooner, press “All is calm”."),
        )
    )


@cog.button(level=Level.MODERATOR)
async def calm(ctx: Askable[Settings], alert: int) -> None:
    await ctx.desk.set_alert(ctx.community, Alert.CALM, by=ctx.member, why=_why(ctx), until=None)
    await ctx.reply(t("The alert level is calm again."))


def _why(ctx: Askable[Settings]) -> str:
    return ctx.voice_for().text(t("said on an alert card"))

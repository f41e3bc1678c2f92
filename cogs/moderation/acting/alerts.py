"""Alerts to the moderators: one card for a burst, brought up to date while it lasts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import select, update

from bot.cog import (
    Alert,
    Askable,
    Button,
    Card,
    Channel,
    Context,
    Db,
    Field,
    Level,
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
from cogs.moderation.base import cog
from cogs.moderation.cases.reverse import reverse
from cogs.moderation.cases.saying import marked, names_of
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
    """Put hits on the alert of this burst, or on a new one."""
    channel = alerts_channel(ctx)
    if channel is None:
        return
    running = await db.scalar(
        select(Alerting)
        .where(
            Alerting.community == ctx.community.id,
            Alerting.space == ctx.space.key,
            Alerting.last_at >= ctx.now - ctx.settings.burst,
            Alerting.opened_at > ctx.now - LONGEST,
        )
        .order_by(Alerting.id.desc())
        .limit(1)
    )
    if running is None:
        running = Alerting(
            community=ctx.community.id,
            space=ctx.space.key,
            opened_at=ctx.now,
            last_at=ctx.now,
            channel=channel.id,
        )
        db.add(running)
        await db.flush()
        await db.later(show_alert, at=ctx.now, key=f"{running.id}", arguments={"alert": running.id})
    else:
        slot = int(ctx.now.timestamp()) // SLOT + 1
        due = datetime.fromtimestamp(slot * SLOT, ctx.now.tzinfo)
        await db.later(show_alert, at=due, key=f"{running.id} {slot}", arguments={"alert": running.id})
    running.last_at = ctx.now
    for hit in hits:
        hit.alert = running.id


@cog.job()
async def show_alert(ctx: Context[Settings], alert: int) -> None:
    """Post the card of an alert, or bring it up to date."""
    async with ctx.db() as db:
        row = await db.get_one(Alerting, alert)
        hits = (await db.scalars(select(RuleHit).where(RuleHit.alert == alert).order_by(RuleHit.id))).all()
        found = [hit.case for hit in hits if hit.case]
        cases = (await db.scalars(select(Case).where(Case.id.in_(found)).order_by(Case.number))).all()
    if not hits:
        return
    card, channel = alert_card(ctx, row, hits, cases), Channel(ctx.space, row.channel)
    if row.message is not None:
        with suppress(NotFound):
            await ctx.edit(MessageRef(channel, row.message), card)
        return
    sent = await ctx.post(channel, card, priority=Priority.URGENT, key=f"moderation.alert {alert}", why=t("alert"))
    if sent.ref is not None:
        async with ctx.db() as db:
            await db.execute(update(Alerting).where(Alerting.id == alert).values(message=sent.ref.id))


def alert_card(ctx: Context[Settings], alert: Alerting, hits: Sequence[RuleHit], cases: Sequence[Case]) -> Card:
    things = {hit.thing for hit in hits}
    accounts = {hit.account: hit.name for hit in hits}
    rules = Counter(hit.rule for hit in hits)
    channels = [Channel(ctx.space, id) for id in dict.fromkeys(hit.channel for hit in hits if hit.channel)]
    latest = hits[-1]
    where: Words = listing(*map(to, channels[:5])) if channels else t("arrivals and names")
    numbers = [str(case.number) for case in cases]
    fields = [
        Field(t("Rules"), listing(*(f"{name} ({count})" for name, count in rules.most_common(5)))),
        Field(t("Where"), where),
        Field(t("Members"), names_of(accounts.values()), short=False),
    ]
    if numbers:
        fields.append(Field(t("Cases"), names_of(numbers, 12)))
    return Card(
        marked(latest.text, latest.start, latest.end) if latest.text else "",
        plural(
            "{count} thing found, {members}",
            "{count} things found, {members}",
            count=len(things),
            members=plural("{count} member", "{count} members", count=len(accounts)),
        ),
        fields=tuple(fields),
        buttons=buttons_of(alert, hits),
        footer=verdict_words(hits),
        tone=Tone.WARNING,
    )


def buttons_of(alert: Alerting, hits: Sequence[RuleHit]) -> tuple[Button, ...]:
    marks = (
        ()
        if all(hit.right is not None for hit in hits)
        else (
            right.primary(t("Rightly"), alert=alert.id),
            wrong.button(t("Wrongly: undo"), alert=alert.id),
        )
    )
    return (*marks, lock.danger(t("Lock down"), alert=alert.id), calm.button(t("All is calm"), alert=alert.id))


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

"""Messages that wait for a moderator: released under their author's name, or refused."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from bot.cog import (
    Askable,
    Can,
    Card,
    Channel,
    Context,
    Field,
    Level,
    Md,
    Member,
    Priority,
    Tone,
    Words,
    escape,
    t,
    to,
)
from cogs.moderation.base import cog
from cogs.moderation.book.stored import Titles, titles_of
from cogs.moderation.cases.direct import tell
from cogs.moderation.cases.log import log
from cogs.moderation.cases.reverse import after_reversal
from cogs.moderation.cases.saying import paragraphs
from cogs.moderation.settings import Settings
from cogs.moderation.tables import Case, Held, Hold, State


async def show_hold(ctx: Context[Settings], case: Case) -> None:
    """Ask the moderators about each message of a case that waits."""
    channel = ctx.settings.alerts or ctx.moderators
    if channel is None or not ctx.can(Can.DELETE_ANY):
        return
    async with ctx.db() as db:
        waiting = select(Hold).where(Hold.case == case.id, Hold.state == Held.WAITING)
        rows = (await db.scalars(waiting.order_by(Hold.id))).all()
        titles = await titles_of(db, ctx.community.id, rows)
    for row in rows:
        key = f"moderation.hold {row.id}"
        card = hold_card(ctx, row, case, titles)
        await ctx.post(channel, card, priority=Priority.URGENT, key=key, why=t("held for review"))


def hold_card(ctx: Context[Settings], row: Hold, case: Case, titles: Titles) -> Card:
    return Card(
        quoted(row.text),
        t("A message of {name} waits", name=row.name),
        fields=(
            Field(t("Where"), to(Channel(ctx.space, row.channel))),
            Field(t("Case"), f"{case.number}"),
            Field(t("Rule"), titles.get(row.rule, row.rule)),
        ),
        buttons=(release.primary(t("Release"), hold=row.id), refuse.danger(t("Keep away"), hold=row.id)),
        tone=Tone.WARNING,
    )


def quoted(text: str) -> Md:
    return Md("> " + escape(text).replace("\n", "\n> "))


@cog.button(level=Level.MODERATOR)
async def release(ctx: Askable[Settings], hold: int) -> None:
    if row := await settle(ctx, hold, Held.RELEASED):
        channel = to(Channel(ctx.space, row.channel))
        await ctx.reply(t("Released. It is in {channel}, under its author’s name.", channel=channel))


@cog.button(level=Level.MODERATOR)
async def refuse(ctx: Askable[Settings], hold: int) -> None:
    if await settle(ctx, hold, Held.REFUSED):
        await ctx.reply(t("Kept away, and its author told."))


async def settle(ctx: Askable[Settings], hold: int, state: Held) -> Hold | None:
    """Decide on a message that waits; one that was decided before is left, and the moderator told."""
    async with ctx.db() as db:
        row = await db.get(Hold, hold, with_for_update=True)
        waits = row is not None and row.community == ctx.community.id and row.state == Held.WAITING
        case = await db.get(Case, row.case) if row and waits else None
        titles = await titles_of(db, ctx.community.id, [row] if row else [])
        if row is not None and case is not None:
            row.state = state.value
            await log(ctx, db, case, state.value)
            if state is Held.RELEASED and case.state == State.STANDS:
                case.state, case.reversed_at = State.REVERSED.value, ctx.now
                case.reversed_by, case.reversed_name = ctx.person, ctx.member.name
                case.reversed_why = ctx.voice_for().text(t("the message was released"))
                await after_reversal(ctx, db, case)
            await db.later(finish_hold, at=ctx.now, key=f"{hold}", arguments={"hold": hold, "person": row.person})
    if row is None or case is None:
        await ctx.reply(t("This was decided already. Nothing happened."))
        return None
    await ctx.update(
        replace(
            hold_card(ctx, row, case, titles), buttons=(), footer=decided(state, ctx.member.name), tone=Tone.NEUTRAL
        )
    )
    return row


def decided(state: Held, who: str) -> Words:
    return t("Released by {who}.", who=who) if state is Held.RELEASED else t("Kept away by {who}.", who=who)


@cog.job()
async def finish_hold(ctx: Context[Settings], hold: int, person: str) -> None:
    """Post what was released, or tell its author that it stays away."""
    async with ctx.db() as db:
        row = await db.get(Hold, hold)
        case = await db.get(Case, row.case) if row else None
    if row is None or case is None:
        return
    channel = Channel(ctx.space, row.channel)
    if row.state == Held.RELEASED:
        card = Card(
            quoted(row.text),
            t("{name} wrote", name=row.name),
            footer=t("Held for review, and released by the moderators."),
        )
        key = f"moderation.release {row.id}"
        await ctx.post(channel, card, priority=Priority.PERSON, thread=row.thread, key=key, why=t("released"))
        return
    member = await ctx.member_by_id(row.account) or Member(ctx.space, row.account, row.name)
    words = t("A moderator read your message in {channel}; it stays away.", channel=to(channel))
    card = Card(paragraphs(words, quoted(row.text)), t("About your message"))
    await tell(ctx, case, member, card, key=f"moderation.refused {row.id}")

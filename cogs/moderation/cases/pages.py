"""Lists of cases for moderators: the latest, and somebody's history with their points."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import func, select

from bot.cog import Askable, Card, Context, Field, Level, Member, Words, lines, plural, t
from cogs.moderation.base import cog
from cogs.moderation.book.stored import Titles, titles_of
from cogs.moderation.cases.saying import line_of
from cogs.moderation.ladder import Grant, standing
from cogs.moderation.settings import Settings
from cogs.moderation.tables import Case, State

PAGE = 10
"""Cases on one card."""


@cog.button(level=Level.MODERATOR)
async def more(ctx: Askable[Settings], skip: int, person: str) -> None:
    await ctx.reply(await page(ctx, person or None, skip))


async def page(ctx: Context[Settings], person: str | None, skip: int = 0) -> Card:
    """Cases of everybody or of one person, latest first."""
    mine = [Case.community == ctx.community.id, Case.number.is_not(None)]
    if person:
        mine.append(Case.person == person)
    async with ctx.db() as db:
        latest = select(Case).where(*mine).order_by(Case.number.desc()).offset(skip).limit(PAGE)
        cases = (await db.scalars(latest)).all()
        count = await db.scalar(select(func.count()).where(*mine)) or 0
        titles = await titles_of(db, ctx.community.id, cases)
    if not cases:
        return Card(t("There is no case. May it stay so."))
    buttons = (more.button(t("Earlier ones"), skip=skip + PAGE, person=person or ""),) if count > skip + PAGE else ()
    return Card(
        lines(*(in_list(case, titles) for case in cases)),
        plural("{count} case", "{count} cases", count=count),
        buttons=buttons,
        footer=t("One of them in full: /case show"),
    )


def in_list(case: Case, titles: Titles) -> Words:
    if case.state == State.REVERSED:
        return t("- ~~{case}~~ (reversed)", case=line_of(case, titles))
    return t("- {case}", case=line_of(case, titles))


async def history(ctx: Context[Settings], person: str, member: Member) -> Card:
    """Somebody's cases and points, and since when they have been here."""
    async with ctx.db() as db:
        own = (Case.community == ctx.community.id, Case.person == person, Case.number.is_not(None))
        cases = (await db.scalars(select(Case).where(*own))).all()
    grants = [Grant(case.at, case.points) for case in cases if case.state == State.STANDS and case.points]
    now = standing(ctx.settings.steps, grants, ctx.now)
    title = t("{member}: {points}", member=member.name, points=points_of(now.points, len(cases)))
    listed = await page(ctx, person) if cases else Card(t("Moderation has nothing about {member}.", member=member.name))
    return replace(listed, title=title, fields=tuple(known_of(member)))


def known_of(member: Member) -> list[Field]:
    moments = ((t("Member since"), member.joined_at), (t("Account made"), member.created_at))
    return [Field(name, t("{moment}", moment=moment)) for name, moment in moments if moment]


def points_of(points: int, cases: int) -> Words:
    return plural(
        "{cases}, {count} point now",
        "{cases}, {count} points now",
        count=points,
        cases=plural("{count} case", "{count} cases", count=cases),
    )

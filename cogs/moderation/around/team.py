"""The names of the team, learned as they write."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, select

from bot.cog import Context, Glance, Level, Member
from cogs.moderation.around.tables import Teammate
from cogs.moderation.settings import Settings


@dataclass(frozen=True, slots=True)
class Seconded:
    """Somebody of the team whose name is not known yet."""

    member: Member


def newly_seen(ctx: Glance[Settings], member: Member) -> bool:
    known = ctx.snapshot.recipe.around.staff
    return member.level >= Level.MODERATOR and not member.is_bot and member.name not in known


async def know(ctx: Context[Settings], member: Member) -> None:
    person = await ctx.person_of(member)
    async with ctx.db() as db:
        row = await db.scalar(
            select(Teammate).where(
                Teammate.community == ctx.community.id,
                Teammate.space == ctx.space.key,
                Teammate.account == member.id,
            )
        )
        if row is None:
            row = Teammate(
                community=ctx.community.id, space=ctx.space.key, person=person, account=member.id, name=member.name
            )
            db.add(row)
        row.name = member.name
    await ctx.refresh()


async def check_team(ctx: Context[Settings]) -> None:
    """Forget who is not of the team any more."""
    here = (Teammate.community == ctx.community.id, Teammate.space == ctx.space.key)
    async with ctx.db() as db:
        rows = (await db.scalars(select(Teammate).where(*here))).all()
    left = [row.id for row in rows if not of_the_team(await ctx.member_by_id(row.account))]
    if left:
        async with ctx.db() as db:
            await db.execute(delete(Teammate).where(Teammate.id.in_(left)))
        await ctx.refresh()


def of_the_team(member: Member | None) -> bool:
    return member is not None and member.level >= Level.MODERATOR

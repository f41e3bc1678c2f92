"""The community's own invites: whoever passes one on invites to nowhere else."""

from __future__ import annotations

import re
from dataclasses import replace

from sqlalchemy import delete, select

from bot.cog import Can, Context, PlatformError
from cogs.moderation.around.tables import OwnInvite
from cogs.moderation.around.team import check_team
from cogs.moderation.base import cog
from cogs.moderation.finding import Finding, Found
from cogs.moderation.settings import Settings

DAILY = "41 4 * * *"
_PARTS = re.compile(r"[/?#]")


@cog.every(lambda settings: DAILY)
async def look_again(ctx: Context[Settings]) -> None:
    if ctx.snapshot is not None:
        await look(ctx)


@cog.job()
async def look_around(ctx: Context[Settings]) -> None:
    """Rules were put in force, or Relais has just started."""
    await look(ctx)


async def look(ctx: Context[Settings]) -> None:
    await learn_invites(ctx)
    await check_team(ctx)


async def learn_invites(ctx: Context[Settings]) -> frozenset[str]:
    """The codes of the invites to this space, as they are now; guards see what changed."""
    here = (OwnInvite.community == ctx.community.id, OwnInvite.space == ctx.space.key)
    if not ctx.can(Can.INVITES):
        return frozenset()
    try:
        codes = frozenset(invite.code for invite in await ctx.invites())
    except PlatformError:
        return frozenset()
    async with ctx.db() as db:
        known = frozenset(await db.scalars(select(OwnInvite.code).where(*here)))
        await db.execute(delete(OwnInvite).where(*here, OwnInvite.code.in_(known - codes)))
        db.add_all(
            OwnInvite(community=ctx.community.id, space=ctx.space.key, code=code) for code in sorted(codes - known)
        )
    if codes != known:
        await ctx.refresh()
    return codes


async def spared(ctx: Context[Settings], found: Found) -> Found:
    """Without invitations that turn out to be the community's own, made since it was last looked."""
    if not any(finding.hit.trigger == "invites" for finding in found.findings):
        return found
    codes = await learn_invites(ctx)
    return replace(found, findings=tuple(one for one in found.findings if not is_own(one, codes)))


def is_own(finding: Finding, codes: frozenset[str]) -> bool:
    return finding.hit.trigger == "invites" and not codes.isdisjoint(_PARTS.split(finding.hit.matched))

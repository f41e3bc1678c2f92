"""What a community knows besides its rules: its domains, its invites, its team, and domains known for fraud."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cog import Community, Context, Db
from cogs.moderation.around.invites import look_again, look_around, spared
from cogs.moderation.around.scams import feed_of, read_scams
from cogs.moderation.around.tables import OwnInvite, ScamFeed, Teammate
from cogs.moderation.around.team import Seconded, know, newly_seen
from cogs.moderation.rules import Surroundings
from cogs.moderation.settings import Settings

__all__ = ["Seconded", "know", "learn", "look_again", "newly_seen", "spared", "surroundings"]


async def surroundings(db: AsyncSession, community: Community, settings: Settings) -> Surroundings:
    feed = await feed_of(db, community.id)
    return Surroundings(
        home=frozenset(settings.domains),
        invites=frozenset(await db.scalars(select(OwnInvite.code).where(OwnInvite.community == community.id))),
        staff=frozenset(await db.scalars(select(Teammate.name).where(Teammate.community == community.id))),
        scams=feed.listed if feed and feed.url == settings.scam_feed else frozenset(),
        zone=ZoneInfo(community.zone),
    )


async def learn(ctx: Context[Settings], db: Db) -> None:
    """Have what is not known yet looked up: the invites once a day, a feed when it was just chosen."""
    today: datetime = ctx.now
    await db.later(look_around, at=today, key=f"{ctx.space.key} {today:%Y-%m-%d}", arguments={})
    feed: ScamFeed | None = await feed_of(db, ctx.community.id)
    if ctx.settings.scam_feed and (feed is None or feed.url != ctx.settings.scam_feed):
        await db.later(read_scams, at=ctx.now, key=f"{ctx.space.key} {ctx.now.isoformat()}", arguments={})

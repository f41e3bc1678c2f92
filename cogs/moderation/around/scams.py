"""The feed of domains known for fraud that a community chose, read again and again."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cog import Card, Context, Fetched, Tone, Unreachable, Words, lines, t
from cogs.moderation.around.feeds import BadFeed, read_feed
from cogs.moderation.around.tables import ScamFeed
from cogs.moderation.base import cog
from cogs.moderation.book.trial import notify
from cogs.moderation.settings import Settings

SIX_HOURLY = "17 */6 * * *"
FRESH = timedelta(hours=1)
"""Another space of the community read it less than this ago: once is enough."""
PATIENCE = timedelta(days=2)
"""How long a feed that was read before may fail without a word."""
LARGEST = 10_000_000
"""Bytes of a feed: twice what 200,000 domains take."""


async def feed_of(db: AsyncSession, community: str) -> ScamFeed | None:
    found: ScamFeed | None = await db.scalar(select(ScamFeed).where(ScamFeed.community == community))
    return found


@cog.every(lambda settings: SIX_HOURLY if settings.scam_feed else None)
async def read_scams_again(ctx: Context[Settings]) -> None:
    await read(ctx)


@cog.job()
async def read_scams(ctx: Context[Settings]) -> None:
    """A feed was just chosen."""
    await read(ctx)


async def read(ctx: Context[Settings]) -> None:
    """Fetch the feed, unless that was just done; guards see what changed."""
    url = ctx.settings.scam_feed
    async with ctx.db() as db:
        row = await feed_of(db, ctx.community.id)
    known = row if row and row.url == url else None
    if not url or (known and ctx.now - known.tried_at < FRESH):
        return
    try:
        got = await ctx.fetch(
            url, etag=known.etag if known else "", modified=known.modified if known else "", limit=LARGEST
        )
        domains = await asyncio.to_thread(read_feed, got.body) if got.body is not None else None
    except Unreachable as error:
        await failed(ctx, error.words)
    except BadFeed:
        await failed(ctx, t("There is no list of domains at this address."))
    else:
        await keep(ctx, got, domains)


async def keep(ctx: Context[Settings], got: Fetched, domains: frozenset[str] | None) -> None:
    """``domains`` is ``None`` when nothing changed."""
    async with ctx.db() as db:
        row = await row_for(ctx, db)
        before = row.domains
        if domains is not None:
            row.domains = "\n".join(sorted(domains))
        row.etag, row.modified, row.failing_since = got.etag, got.modified, None
        changed = row.domains != before
    if changed:
        await ctx.refresh()


async def row_for(ctx: Context[Settings], db: AsyncSession) -> ScamFeed:
    """The row of the feed that is chosen now, emptied if it held another's."""
    row = await feed_of(db, ctx.community.id)
    if row is None or row.url != ctx.settings.scam_feed:
        fresh = {"url": ctx.settings.scam_feed, "etag": "", "modified": "", "domains": "", "failing_since": None}
        if row is None:
            row = ScamFeed(community=ctx.community.id, **fresh)
            db.add(row)
        for name, value in fresh.items():
            setattr(row, name, value)
    row.tried_at = ctx.now
    return row


async def failed(ctx: Context[Settings], why: Words) -> None:
    """Keep what was read before; tell the moderators once, at once when nothing was ever read."""
    async with ctx.db() as db:
        row = await row_for(ctx, db)
        row.failing_since = since = row.failing_since or ctx.now
        worked = bool(row.domains)
    if worked and ctx.now - since < PATIENCE:
        return
    card = Card(
        lines(
            why,
            t("What was read before stays in use.") if worked else t("No link is compared with it meanwhile."),
            t("Relais goes on trying. Another one: /settings set moderation.scam_feed"),
        ),
        t("The list of fraudulent links cannot be read"),
        tone=Tone.WARNING,
    )
    await notify(ctx, card, key=f"moderation.scams {ctx.settings.scam_feed} {since.isoformat()}")

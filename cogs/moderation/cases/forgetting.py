"""What was written is forgotten where no case needs it any more; the figures stay."""

from __future__ import annotations

from sqlalchemy import delete, update

from bot.cog import Context
from cogs.moderation.base import cog
from cogs.moderation.settings import Settings
from cogs.moderation.tables import Proposal, RuleHit

NIGHTLY = "11 3 * * *"


@cog.every(lambda settings: NIGHTLY, late="run")
async def forget(ctx: Context[Settings]) -> None:
    """Also rules from files that nobody put in force."""
    old = ctx.now - ctx.settings.evidence_for
    without_case = (RuleHit.community == ctx.community.id, RuleHit.case.is_(None), RuleHit.at < old, RuleHit.text != "")
    emptied = {"text": "", "detail": "", "name": "", "start": 0, "end": 0}
    async with ctx.db() as db:
        await db.execute(update(RuleHit).where(*without_case).values(emptied))
        await db.execute(delete(Proposal).where(Proposal.community == ctx.community.id, Proposal.at < old))

"""Writing to a member about a case, once, and before anything that would shut the door."""

from __future__ import annotations

from bot.cog import Card, Context, Member, Priority, Sent, State, t
from cogs.moderation.cases.log import log
from cogs.moderation.settings import Settings
from cogs.moderation.tables import Case


async def tell(
    ctx: Context[Settings], case: Case, member: Member, card: Card, *, key: str, priority: Priority = Priority.PERSON
) -> Sent:
    """Write to the member once for a ``key``; a closed door is written in the log."""
    why = t("case {number}", number=str(case.number))
    sent = await ctx.direct(member, card, key=key, priority=priority, why=why)
    if sent.state is State.FAILED:
        async with ctx.db() as db:
            await log(ctx, db, case, "untold")
    return sent

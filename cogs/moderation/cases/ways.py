"""Ways to what cases and alerts are about."""

from __future__ import annotations

from bot.cog import Button, Channel, Context, MessageRef, t
from cogs.moderation.settings import Settings


async def way_to(ctx: Context[Settings], channel: str | None, message: str | None) -> tuple[Button, ...]:
    """A button that leads to a message; none where there is no message, or no address of it."""
    if not channel or not message:
        return ()
    url = await ctx.permalink(MessageRef(Channel(ctx.space, channel), message))
    return (Button(t("See the message"), url=url),) if url else ()

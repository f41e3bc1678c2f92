"""The button that opens a form with what was typed: one that was refused, or that it was too late to open."""

from __future__ import annotations

import json
from collections.abc import Callable

from bot.chat.card import Button
from bot.chat.words import Words
from bot.cog.context import Askable
from bot.cog.declare import Cog, CogSettings
from bot.cog.texts import t
from bot.engine.loader import Registry
from bot.engine.models import Draft


def declare(registry: Callable[[], Registry]) -> tuple[Cog[CogSettings], Callable[[Words, str], Button]]:
    """The engine's own cog, and what makes its button from a label and a draft's id."""
    cog: Cog[CogSettings] = Cog("relais", title="Relais")

    @cog.button()
    async def correct(ctx: Askable[CogSettings], draft: str) -> None:
        async with ctx.db() as db:
            kept = await db.get(Draft, draft)
        owned = registry().forms.get(kept.action.split(":")[0]) if kept and kept.person == ctx.person else None
        if kept is None or owned is None:
            await ctx.reply(t("This draft is no longer kept. Open the form again from its command or button."))
            return
        values = json.loads(kept.values)
        await ctx.open(await owned.item.sheet_for(ctx, kept.action, values=values))

    return cog, correct.primary

"""What moderators are asked to do by hand: a card with the way there, and a button that says it is done and by whom."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import Select, select

from bot.chat.card import Button, Card, Tone
from bot.chat.text import Md, at
from bot.chat.things import Level, MessageRef
from bot.cog.context import Askable
from bot.cog.declare import Action, Cog, CogSettings
from bot.cog.facts import DoneByHand
from bot.cog.texts import t
from bot.engine import cards
from bot.engine.models import PostRow

if TYPE_CHECKING:
    from bot.cog.acts import Act
    from bot.engine.host import Engine

FORGOTTEN = t("This request is too old: Relais no longer knows what it was about.")


def declare(cog: Cog[CogSettings]) -> Action[[]]:
    """The button, whose handler is added to the engine's own cog."""

    @cog.button(level=Level.HELPER)
    async def done(ctx: Askable[CogSettings]) -> None:
        """What is stored goes first: after a kill, a second press shows what the first one settled."""
        async with ctx.db() as db:
            row = await db.scalar(_posted(ctx.ref).with_for_update()) if ctx.ref else None
            card = cards.load(row.card, (), ctx.space) if row else None
            is_first = card is not None and _is_open(card, done)
            if row and card and is_first:
                said = ctx.voice_for().md(t("✅ Done by {member}.", member=at(ctx.member)))
                card = _settled(card, said, done)
                row.card = cards.dump(card)
                await db.tell(DoneByHand(act=row.key))
        if card is None:
            await ctx.reply(FORGOTTEN)
            return
        await ctx.update(card)
        await ctx.reply(t("Thank you: everybody here sees that it is done.") if is_first else t("It was done already."))

    return done


def _posted(ref: MessageRef) -> Select[PostRow]:
    """The post that became this message."""
    channel = ref.channel
    return select(PostRow).where(
        PostRow.space == channel.space.key, PostRow.message_channel == channel.id, PostRow.message == ref.id
    )


def _is_open(card: Card, done: Action[[]]) -> bool:
    return any(button.action == done.id.of() for button in card.buttons)


def _settled(card: Card, said: Md, done: Action[[]]) -> Card:
    buttons = tuple(button for button in card.buttons if button.action != done.id.of())
    return replace(card, text=Md(f"{card.text}\n\n{said}"), buttons=buttons, tone=Tone.GOOD)


async def card(engine: Engine, act: Act) -> Card:
    """What the moderators are asked, with the way to the message that it is about."""
    url = await engine.permalink(act.message) if act.message else ""
    link = (Button(t("See the message"), url=url),) if url else ()
    return Card(act.request, buttons=(*link, engine.done.primary(t("Done"))))


__all__ = ["card", "declare"]

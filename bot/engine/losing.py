"""Spaces where the bot is not any more: it was removed, or its access taken back.

What is set up and stored stays. The community's other spaces go on, and their managers are told. Jobs of the space wait
until the bot is back and then run as their late policies say; posts wait for ``KEPT`` and are dropped after it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.chat.card import Card
from bot.chat.events import SpaceLost
from bot.chat.things import Space
from bot.chat.words import Words
from bot.cog.context import Context, Priority
from bot.cog.texts import t

if TYPE_CHECKING:
    from bot.engine.host import Engine

KEPT = timedelta(days=1)
"""How long posts wait for the bot to be let in again."""


async def lose(engine: Engine, event: SpaceLost) -> None:
    """Write a loss down together with what the managers in the other spaces are told about it; once."""
    space, spaces = engine.spaces.by_key(event.space.key), engine.spaces
    community = engine.community(space)
    words = _barred(space) if event.barred else _left(space)
    ctx = engine.context(Context, engine.retry_cog, space, cause=event.id)
    async with engine.db(ctx) as db:
        if not await spaces.lose(db, space, event.at):
            return
        db.after(lambda: spaces.left(space, event.at))
        for other in spaces.reached(community.id):
            if other != space and (channel := engine.moderators(community.id, other)):
                key = f"lost {space.key} {event.at.isoformat()} {other.key}"
                await db.post(channel, Card(words), priority=Priority.URGENT, key=key)
    engine.trace.warned("space", f"{space.key} is lost", f"{space.name}: removed, or its access was taken back")


def _left(space: Space) -> Words:
    return t(
        "Relais is not in {space} any more: it was removed, or its access was taken back. What was set up there is"
        " kept, and what it had to post there waits for a day. Add Relais there again, and it goes on.",
        space=space.name or space.key,
    )


def _barred(space: Space) -> Words:
    return t(
        "Relais cannot get into {space} any more: it is refused there. What was set up there is kept, and what it had"
        " to post there waits for a day. Whoever runs Relais finds in its log what to do.",
        space=space.name or space.key,
    )

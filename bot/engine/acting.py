"""Acting on people, once, with an honest fallback."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from bot.chat.platform import Forbidden, NotFound, PlatformError, why
from bot.chat.things import Made
from bot.chat.words import Words
from bot.cog.acts import NOTHING, Act, Done, OnMember, Outcome
from bot.cog.context import Context, Priority
from bot.cog.texts import t
from bot.engine import requests
from bot.engine.models import ActRow
from bot.engine.session import insert_once

if TYPE_CHECKING:
    from bot.engine.host import Engine

DONE: dict[Done, Words] = {
    Done.DONE: t("Done."),
    Done.FALLBACK: t("The bot may not do this here: the moderators were asked to."),
    Done.REFUSED: t("Nothing to do: it is no longer there."),
}


async def carry_out(engine: Engine, ctx: Context[Any], act: Act, key: str) -> Outcome:
    """Do it where the space permits, else ask the moderators to; the outcome says which.

    A handler that runs again after a kill finds what it did, and does it no second time. A kill between the act and
    its row repeats the act, which changes nothing: every act sets a state. Making an invite is the exception; it leaves
    one that nobody was given.
    """
    async with engine.database.reading() as db:
        before = await db.scalar(select(ActRow).where(ActRow.community == ctx.community.id, ActRow.key == key))
    if before is not None:
        return Outcome(Done(before.done), DONE[Done(before.done)], _made(before.made))
    outcome, settled = await _try(engine, ctx, act, key)
    if settled:
        await _note(engine, ctx, act, key, outcome)
    return outcome


async def _try(engine: Engine, ctx: Context[Any], act: Act, key: str) -> tuple[Outcome, bool]:
    """What came of it, and whether that is settled: an act that met a silent platform may be tried again."""
    name = type(act).__name__
    if not engine.can(act.space, act.needs):
        return await _ask_moderators(engine, ctx, act, key)
    token = why.set(act.why)
    try:
        made = await act.carry_out(engine.platform(act.space, name))
    except Forbidden:
        return await _ask_moderators(engine, ctx, act, key)
    except NotFound:
        return Outcome(Done.REFUSED, DONE[Done.REFUSED]), True
    except PlatformError as error:
        engine.trace.failed(name, error)
        return Outcome(Done.FAILED, t("The platform did not answer. Please try again in a moment.")), False
    finally:
        why.reset(token)
    engine.trace.add("act", name, act.why)
    return Outcome(Done.DONE, DONE[Done.DONE], made or NOTHING), True


def _made(document: str | None) -> Made:
    if document is None:
        return NOTHING
    kept = json.loads(document)
    return Made(kept["id"], kept["link"], tuple(kept["left_out"]))


async def _ask_moderators(engine: Engine, ctx: Context[Any], act: Act, key: str) -> tuple[Outcome, bool]:
    """The request is posted under the act's own key."""
    channel = engine.moderators(ctx.community.id, act.space)
    if channel is None:
        words = t(
            "The bot may not do this here, and no moderators’ channel is chosen: /settings set community.moderators."
        )
        return Outcome(Done.REFUSED, words), False
    await ctx.post(channel, await requests.card(engine, act), priority=Priority.URGENT, key=key)
    return Outcome(Done.FALLBACK, DONE[Done.FALLBACK]), True


async def _note(engine: Engine, ctx: Context[Any], act: Act, key: str, outcome: Outcome) -> None:
    person = await ctx.person_of(act.member) if isinstance(act, OnMember) else None
    async with engine.database.transaction() as db:
        await insert_once(
            db,
            ActRow,
            community=ctx.community.id,
            key=key,
            cog=ctx.cog,
            name=type(act).__name__,
            done=outcome.done.value,
            made=None if outcome.made == NOTHING else json.dumps(asdict(outcome.made)),
            why=act.why,
            person=person,
            at=ctx.now,
        )

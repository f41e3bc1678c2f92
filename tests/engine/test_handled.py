"""Whoever must know it learns when all there was to do about an event is done."""

from __future__ import annotations

import asyncio

import pytest

from bot.cog import Cog, CogSettings, Context, MemberJoined
from bot.rehearsal.stage import START, Stage

cog = Cog("slow", CogSettings, title="Slow")
gate = asyncio.Event()
heard: list[str] = []


@cog.on(MemberJoined)
async def hear(ctx: Context[CogSettings], event: MemberJoined) -> None:
    await gate.wait()
    heard.append(event.id)


async def test_an_event_is_handled_when_its_handlers_are_done() -> None:
    gate.clear()
    heard.clear()
    async with Stage(cogs=(cog,)) as stage:
        dispatcher, ada = stage.app.engine.dispatcher, stage.person("ada", here=True)
        joined = MemberJoined(space=ada.space, id="join:1", at=START, member=ada.member)
        waiting = []
        for _ in range(2):
            await dispatcher.receive(joined)
            waiting.append(asyncio.create_task(dispatcher.handled(joined)))
        done, _ = await asyncio.wait(waiting, timeout=0.05)
        assert not done
        gate.set()
        await asyncio.gather(*waiting)
        assert heard == ["join:1"]


async def test_nobody_is_told_that_what_was_broken_off_is_done() -> None:
    gate.clear()
    async with Stage(cogs=(cog,)) as stage:
        dispatcher, ada = stage.app.engine.dispatcher, stage.person("ada", here=True)
        joined = MemberJoined(space=ada.space, id="join:2", at=START, member=ada.member)
        await dispatcher.receive(joined)
        await dispatcher.stop()
        with pytest.raises(RuntimeError, match="in the middle"):
            await dispatcher.handled(joined)

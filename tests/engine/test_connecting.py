"""Platforms that do not answer at a start, or refuse: what is served meanwhile, and what is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot import app as composition
from bot.app import App
from bot.chat.platform import OutOfReach, PlatformError
from bot.chat.things import Space
from bot.engine.clock import HandClock
from bot.engine.health import Health
from bot.engine.session import Database
from bot.rehearsal.patience import patience
from bot.rehearsal.stage import START, Stage


class Door:
    """A platform whose start fails in these ways, one after the other, and then works.

    From the second start on it waits until it ``opens``.
    """

    def __init__(self, name: str, *failures: Exception) -> None:
        self.name = name
        self.failures = list(failures)
        self.stage = Stage(cogs=(), channels=("general", "staff"))
        self.platform: Any = self.stage.scene.adapters()[0]
        self.tries = self.started = self.stopped = 0
        self.opens = asyncio.Event()

    async def start(self, hub: Any) -> None:
        self.tries += 1
        if self.tries > 1:
            await self.opens.wait()
        if self.failures:
            raise self.failures.pop(0)
        self.started += 1
        await self.platform.start(hub)

    async def stop(self) -> None:
        self.stopped += 1
        await self.platform.stop()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.platform, name)


@asynccontextmanager
async def opened(*doors: Any) -> AsyncIterator[App]:
    app = App(
        database=Database("sqlite://"), clock=HandClock(START), random=Random(0), cogs=(), platforms=doors, live=True
    )
    await app.open()
    try:
        yield app
    finally:
        await app.stop()


async def tried_again(app: App, door: Door) -> None:
    door.opens.set()
    async with patience("it is tried again", 10.0):
        await app.out_of_reach[door.name]


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(composition, "FIRST_WAIT", 0.0)


async def test_one_out_of_reach_is_tried_again_while_the_others_serve() -> None:
    near, far = Door("near"), Door("far", OutOfReach("nobody there"), OutOfReach("nobody yet"))
    async with opened(near, far) as app:
        await app.connect()
        assert (near.started, far.started) == (1, 0)
        assert await app.health() == Health(True, {"far": "out of reach"})
        await tried_again(app, far)
        assert far.started == 1
        assert await app.health() == Health(True)
    assert near.stopped == far.stopped == 1


async def test_nobody_is_ready_while_all_are_out_of_reach() -> None:
    far = Door("far", OutOfReach("nobody there"))
    async with opened(far) as app:
        await app.connect()
        assert await app.health() == Health(False, {"far": "out of reach"})
        await tried_again(app, far)
        assert await app.health() == Health(True)


async def test_a_wrong_token_is_told_and_the_others_are_stopped() -> None:
    near, wrong = Door("near"), Door("wrong", PlatformError("this is no token"))
    async with opened(near, wrong) as app:
        with pytest.raises(PlatformError, match="no token"):
            await app.connect()
    assert (near.started, near.stopped) == (1, 1)


async def test_what_is_no_refusal_is_logged_whole_and_tried_again() -> None:
    near, odd = Door("near"), Door("odd", OutOfReach("nobody there"), RuntimeError("who would have thought"))
    with capture_logs() as logged:
        async with opened(near, odd) as app:
            await app.connect()
            await tried_again(app, odd)
            assert odd.started == 1
            assert await app.health() == Health(True)
    [told] = [one for one in logged if one.get("exc_info")]
    assert (told["log_level"], told["platform"]) == ("error", "odd")


async def test_a_token_that_is_refused_later_is_told_and_not_tried_for_ever() -> None:
    near, wrong = Door("playground"), Door("wrong", OutOfReach("nobody there"), PlatformError("this is no token"))
    here, there = near.stage.world.spaces[0], Space("wrong", "1", "Elsewhere")
    async with opened(near, wrong) as app:
        await app.connect()
        engine = app.engine
        await engine.see(there)
        await engine.spaces.join(there, engine.community(here).id)
        near.stage.app = app
        await near.stage.change({"community.moderators": "staff"})
        await tried_again(app, wrong)
        await app.settle()
        assert wrong.started == 0
        assert await app.health() == Health(True, {"wrong": "this is no token"})
        assert engine.spaces.lost == (there.key,)
        told = near.stage.person("Boss", here=True).reads("staff")
        assert told.count("Relais cannot get into Elsewhere any more") == 1


async def test_nobody_is_ready_when_all_refuse() -> None:
    wrong = Door("wrong", OutOfReach("nobody there"), PlatformError("this is no token"))
    async with opened(wrong) as app:
        await app.connect()
        await tried_again(app, wrong)
        assert await app.health() == Health(False, {"wrong": "this is no token"})

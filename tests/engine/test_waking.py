"""A start whose catching up fails: people are served all the same."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from functools import partial
from random import Random

import pytest

from bot.app import App
from bot.engine.clock import HandClock
from bot.engine.session import Database
from bot.rehearsal.patience import patience
from bot.rehearsal.stage import Stage

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


async def test_jobs_begin_though_catching_up_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, stage = HandClock(NOW), Stage(cogs=())
    [platform] = stage.scene.adapters()

    async def fail() -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(platform, "caught_up", fail)
    app = App(database=Database("sqlite://"), clock=clock, random=Random(0), cogs=(), platforms=[platform], live=True)
    await app.start()
    try:
        async with patience("jobs begin", 10.0):
            assert app._waking
            await app._waking
        assert app.engine.awake
        assert [step.why for step in app.engine.trace.steps if step.kind == "error"] == ["OSError: the disk is full"]
    finally:
        await app.stop()


async def test_posts_do_not_wait_for_what_was_missed_as_jobs_do(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, stage = HandClock(NOW), Stage(cogs=())
    [platform] = stage.scene.adapters()
    told, begun = asyncio.Event(), list[str]()
    monkeypatch.setattr(platform, "caught_up", told.wait)
    app = App(database=Database("sqlite://"), clock=clock, random=Random(0), cogs=(), platforms=[platform], live=True)
    assert app.pulse
    monkeypatch.setattr(app.pulse, "start", lambda: begun.append("pulse"))
    beats = {beat.name: beat.work for beat in app.pulse.beats}
    monkeypatch.setattr(app.engine.jobs, "_claim", partial(nothing_is_due, begun, "jobs"))
    monkeypatch.setattr(app.engine.outbox, "_claim", partial(nothing_is_due, begun, "posts"))
    await app.start()
    try:
        for _ in range(2):
            await beats["posts"]()
            await beats["jobs"]()
            told.set()
            assert app._waking
            await app._waking
        assert begun == ["pulse", "posts", "posts", "jobs"]
    finally:
        await app.stop()


async def nothing_is_due(begun: list[str], what: str, *_: object) -> None:
    begun.append(what)

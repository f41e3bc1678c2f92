"""A start whose catching up fails: people are served all the same."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from random import Random

import pytest

from bot.app import App
from bot.engine.clock import HandClock
from bot.engine.session import Database
from bot.rehearsal.patience import patience
from bot.rehearsal.stage import Stage

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


async def test_jobs_and_posts_begin_though_catching_up_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, stage = HandClock(NOW), Stage(cogs=())
    [platform] = stage.scene.adapters()

    async def fail() -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(platform, "caught_up", fail)
    app = App(database=Database("sqlite://"), clock=clock, random=Random(0), cogs=(), platforms=[platform], live=True)
    begun = asyncio.Event()
    monkeypatch.setattr(app.pulse, "start", begun.set)
    await app.start()
    try:
        async with patience("jobs and posts begin", 10.0):
            await begun.wait()
        assert app.engine.awake
        assert [step.why for step in app.engine.trace.steps if step.kind == "error"] == ["OSError: the disk is full"]
    finally:
        await app.stop()

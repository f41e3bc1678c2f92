"""One body for each case, on every platform.

``PLATFORMS`` are the parameters of ``stage``. Another platform is one more name there, and its branch in
``open_stage``; what it must bring is written down in ``tests/contract/stage.py``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime

import pytest

from bot.rehearsal.stage import START
from tests.contract.cog import COGS, notes
from tests.contract.discord import DiscordStage
from tests.contract.playground import PlaygroundStage
from tests.contract.stage import Cogs, Stage

PLATFORMS = ("playground", "discord")
POWERS = ("playground", "playground:discord", "playground:slack", "discord")
"""Where acts on people are tried: the playground also with what the imitated platforms lack."""

Open = Callable[..., Awaitable[Stage]]


async def open_stage(
    platform: str,
    cogs: Cogs = COGS,
    *,
    start: datetime = START,
    zone: str = "UTC",
    screening: bool = False,
) -> Stage:
    """A running Relais on a platform, with an empty community."""
    match platform.split(":")[0]:
        case "playground":
            return await PlaygroundStage(platform, cogs=cogs, start=start, zone=zone, screening=screening).start()
        case "discord":
            return await DiscordStage(platform, cogs=cogs, start=start, zone=zone, screening=screening).start()
    raise LookupError(f"nobody knows how to open a stage on {platform}")


@pytest.fixture(params=PLATFORMS)
def platform(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(autouse=True)
def _notes() -> None:
    notes.clear()


@pytest.fixture
async def opened() -> AsyncIterator[Open]:
    """Opens stages, and closes them; a handler that failed fails the test."""
    stages: list[Stage] = []

    async def open_one(platform: str, **options: object) -> Stage:
        stages.append(await open_stage(platform, **options))  # type: ignore[arg-type]
        return stages[-1]

    yield open_one
    for stage in stages:
        await stage.stop()
        assert not stage.errors, stage.errors


@pytest.fixture
async def stage(platform: str, opened: Open) -> Stage:
    return await opened(platform)


@pytest.fixture(params=POWERS)
async def powers(request: pytest.FixtureRequest, opened: Open) -> Stage:
    """A stage on a platform, or on the playground with a platform's profile."""
    return await opened(request.param)

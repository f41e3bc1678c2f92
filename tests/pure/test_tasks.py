"""Tasks end, also those that lose a cancellation."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

import pytest

from bot.chat.tasks import end


async def deaf(times: int) -> None:
    """Lose so many cancellations."""
    for _ in range(times + 1):
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(3600)


async def begun(*works: asyncio.Task[None]) -> None:
    await asyncio.sleep(0)


async def test_a_lost_cancellation_is_repeated() -> None:
    task = asyncio.ensure_future(deaf(1))
    await begun(task)
    await end([task])
    assert task.done()


async def test_a_failure_is_an_end() -> None:
    async def fails() -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            raise ValueError

    task = asyncio.ensure_future(fails())
    await begun(task)
    await end([task])
    assert isinstance(task.exception(), ValueError)


async def test_what_never_ends_is_left_and_named(caplog: pytest.LogCaptureFixture) -> None:
    task = asyncio.ensure_future(deaf(20))
    await begun(task)
    with caplog.at_level(logging.ERROR, "relais"):
        await end([task], within=0.1)
    assert not task.done()
    assert "did not end" in caplog.text
    assert "deaf" in caplog.text
    while not task.done():
        task.cancel()
        await asyncio.sleep(0)


async def test_whoever_ends_all_is_not_among_them() -> None:
    current = asyncio.current_task()
    assert current is not None
    await end([current])

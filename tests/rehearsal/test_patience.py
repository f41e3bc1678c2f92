"""What hangs is interrupted, and says where it waits."""

from __future__ import annotations

import asyncio

import pytest

from bot.rehearsal.patience import Hung, patience


async def waits_for_ever() -> None:
    await asyncio.Event().wait()


async def test_it_says_where_everybody_waits() -> None:
    other = asyncio.create_task(waits_for_ever())
    with pytest.raises(Hung, match=r"the work took more than 0\.05 seconds") as raised:
        async with patience("the work", 0.05):
            await waits_for_ever()
    assert str(raised.value).count("waits_for_ever") >= 2
    assert "Event.wait" in str(raised.value)
    other.cancel()


async def test_a_timeout_of_the_work_is_its_own() -> None:
    with pytest.raises(TimeoutError):
        async with patience("the work", 5):
            raise TimeoutError


async def test_what_ends_in_time_is_let_be() -> None:
    async with patience("the work", 5):
        await asyncio.sleep(0)

"""The process dies at any commit and at any call to its platform: nothing is lost, and nothing happens twice."""

from __future__ import annotations

import asyncio
from random import Random
from typing import Any

import pytest

from tests.faults.life import live, wrongs
from tests.faults.mortal import Fuse, Killed

POINTS = 12


_moments: list[int] = []


async def moments() -> int:
    """How many moments there are at which it may die."""
    if not _moments:
        await dies_at()
    return _moments[0]


async def dies_at(*ends: int) -> list[str]:
    """Live, dying at some moments, and tell what went wrong."""
    asyncio.get_running_loop().set_exception_handler(_quietly)
    fuse = Fuse(ends)
    stage = await live(fuse)
    if not ends:
        _moments.append(fuse.passed)
    try:
        return await wrongs(stage)
    finally:
        await stage.stop()


def _quietly(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What a dead process had begun ends without a word."""
    if not isinstance(context.get("exception"), Killed):
        loop.default_exception_handler(context)


async def test_a_life_without_death() -> None:
    assert await dies_at() == []
    assert await moments() > 300


@pytest.mark.parametrize("part", range(POINTS))
async def test_it_may_die_anywhere(part: int) -> None:
    """One moment in each twelfth of the life."""
    whole = await moments()
    assert await dies_at(part * whole // POINTS + Random(part).randrange(whole // POINTS) + 1) == []


async def test_it_may_die_again_and_again() -> None:
    whole = await moments()
    assert await dies_at(*Random(1).sample(range(1, whole + 1), 10)) == []


@pytest.mark.soak
async def test_it_may_die_at_every_moment() -> None:
    wrong = {end: found for end in range(1, await moments() + 1) if (found := await dies_at(end))}
    assert not wrong


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(60))
async def test_it_may_die_at_many_moments(seed: int) -> None:
    random = Random(f"many {seed}")
    whole = await moments()
    ends = random.sample(range(1, whole + 1), random.randint(2, 40))
    assert await dies_at(*ends) == [], sorted(ends)

"""The process dies at any commit and at any call to its platform: nothing is lost, and nothing happens twice."""

from __future__ import annotations

from random import Random

import pytest

from tests.faults.life import live, wrongs
from tests.faults.mortal import Fuse

POINTS = 12


async def moments() -> int:
    """How many moments there are at which it may die."""
    fuse = Fuse()
    stage = await live(fuse)
    await stage.stop()
    return fuse.passed


async def dies_at(*ends: int) -> list[str]:
    fuse = Fuse(ends)
    stage = await live(fuse)
    try:
        return [] if not fuse.deaths and ends else await wrongs(stage)
    finally:
        await stage.stop()


async def test_a_life_without_death() -> None:
    assert await dies_at() == []
    assert await moments() > 150


@pytest.mark.parametrize("part", range(POINTS))
async def test_it_may_die_anywhere(part: int) -> None:
    """One moment in each twelfth of the life."""
    whole = await moments()
    assert await dies_at(part * whole // POINTS + Random(part).randrange(whole // POINTS) + 1) == []


@pytest.mark.parametrize("seed", range(2))
async def test_it_may_die_again_and_again(seed: int) -> None:
    whole = await moments()
    assert await dies_at(*Random(seed).sample(range(1, whole + 1), 10)) == []


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

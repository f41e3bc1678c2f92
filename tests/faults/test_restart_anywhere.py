"""The process dies at any commit and at any call to its platform: nothing is lost, and nothing happens twice."""

from __future__ import annotations

from random import Random

import pytest

from tests.faults.deaths import Deaths
from tests.faults.life import live, wrongs

POINTS = 12
DEATHS = Deaths(live, wrongs)


async def test_a_life_without_death() -> None:
    assert await DEATHS.at() == []
    assert await DEATHS.moments() > 300


@pytest.mark.parametrize("part", range(POINTS))
async def test_it_may_die_anywhere(part: int) -> None:
    """One moment in each twelfth of the life."""
    assert await DEATHS.within(part, POINTS) == []


async def test_it_may_die_again_and_again() -> None:
    whole = await DEATHS.moments()
    assert await DEATHS.at(*Random(1).sample(range(1, whole + 1), 10)) == []


@pytest.mark.soak
async def test_it_may_die_at_every_moment() -> None:
    wrong = {end: found for end in range(1, await DEATHS.moments() + 1) if (found := await DEATHS.at(end))}
    assert not wrong


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(60))
async def test_it_may_die_at_many_moments(seed: int) -> None:
    random = Random(f"many {seed}")
    whole = await DEATHS.moments()
    ends = random.sample(range(1, whole + 1), random.randint(2, 40))
    assert await DEATHS.at(*ends) == [], sorted(ends)

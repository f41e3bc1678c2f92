"""What tests of moderation start from."""

from __future__ import annotations

import pytest

from bot.chat.things import Level
from bot.platforms.playground import Actor
from bot.rehearsal.stage import Stage


@pytest.fixture
async def town(world: Stage) -> Stage:
    """A community with rules of its own, whose moderators are told things in #team."""
    world.channels("team", "log")
    await world.set("community", moderators="team")
    await world.set("moderation", log="log", native=False)
    return world


@pytest.fixture
async def mod(town: Stage) -> Actor:
    return town.person("Mo", level=Level.MODERATOR, here=True)


@pytest.fixture
async def boss(town: Stage) -> Actor:
    return town.person("Boss", level=Level.ADMIN, here=True)


@pytest.fixture
async def ada(town: Stage) -> Actor:
    return town.person("Ada", here=True)


@pytest.fixture
async def listed(town: Stage, boss: Actor) -> Stage:
    """“grumpf” is deleted, asked to be said otherwise, and counts a point."""
    await boss.run("moderation words add", word="grumpf")
    boss.forget()
    return town

"""What several tests of cogs start from."""

from __future__ import annotations

import pytest

from bot.rehearsal.stage import Stage


@pytest.fixture
async def club(world: Stage) -> Stage:
    """A community that greets in #accueil."""
    world.channels("accueil", "general")
    await world.set("welcome", channel="accueil")
    return world

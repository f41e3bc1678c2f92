"""What every test may ask for: a living community in memory, its clock moved by hand.

    async def test_greeting(world):
        world.channels("accueil")
        await world.set("welcome", channel="accueil")
        ada = world.person("ada", language="fr")
        await ada.join()
        assert "Bienvenue" in ada.reads("accueil")

A handler that failed fails the test, unless the test empties ``world.errors`` itself.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.logs import configure
from bot.rehearsal.stage import Stage

pytest_plugins = ["tests.postgres"]
configure(level="CRITICAL", as_json=False)


@pytest.fixture
async def world() -> AsyncIterator[Stage]:
    async with Stage() as stage:
        yield stage
        assert not stage.errors, stage.errors

"""What every test may ask for: a living community in memory, its clock moved by hand.

    async def test_greeting(world):
        world.channels("accueil")
        await world.set("welcome", channel="accueil")
        ada = world.person("ada", language="fr")
        await ada.join()
        assert "Bienvenue" in ada.reads("accueil")

A handler that failed fails the test, unless the test empties ``world.errors`` itself. ``tests/stages.py`` says on
which platforms such a test runs; ``pytest --on=discord`` runs all of them there, and there only.
"""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Callable, Coroutine
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any

import pytest

from bot.__main__ import SELDOM
from bot.logs import configure
from bot.rehearsal.patience import patience
from bot.rehearsal.stage import Stage
from tests.stages import PLATFORMS, MakeStage, platforms_of, stage_on

LONGEST = 150.0
"""Real seconds that a test may take, on a machine that does much else."""
pytest_plugins = ["tests.postgres"]
configure(level="CRITICAL", as_json=False)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--on", choices=PLATFORMS, help="the only platform that tests of cogs and the contract run on")


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: nobody looks for garbage in it any more, and as seldom for
    other garbage as in Relais itself."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(SELDOM)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test that hangs fails, and shows where everybody waits."""
    if isinstance(item, pytest.Function) and iscoroutinefunction(item.obj) and "soak" not in item.keywords:
        item.obj = _in_time(item.obj)


def _in_time(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., Coroutine[Any, Any, None]]:
    @wraps(test)
    async def run(*args: Any, **kwargs: Any) -> None:
        async with patience("this test", LONGEST):
            await test(*args, **kwargs)

    return run


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "on" in metafunc.fixturenames:
        metafunc.parametrize("on", platforms_of(metafunc))


@pytest.fixture
def new_stage(on: str) -> MakeStage:
    """Makes a stage on the platform of the test; it is the test's to start and to stop."""
    return stage_on(on)


@pytest.fixture
async def world(new_stage: MakeStage) -> AsyncIterator[Stage]:
    async with new_stage() as stage:
        yield stage
        assert not stage.errors, stage.errors

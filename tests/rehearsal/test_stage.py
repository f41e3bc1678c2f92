"""The stage that rehearsals and tests of cogs stand on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.cog import Glance, Invalid
from bot.rehearsal.stage import START, Stage, typed
from tests.rehearsal import parrot


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with Stage(cogs=(parrot.cog,), channels=("hall", "general")) as stage:
        yield stage


async def test_settings_are_typed(stage: Stage) -> None:
    [hall] = stage.channels("hall")
    await stage.set("parrot", channel=hall, after=timedelta(hours=3), loud=True, words=["a", "b"], hour="0 12 * * *")
    settings = stage.app.engine.settings.snapshot(stage.community.id, "parrot", stage.world.spaces[0])
    assert isinstance(settings, parrot.Settings)
    assert (settings.channel, settings.after, settings.loud, settings.words) == (
        hall,
        timedelta(hours=3),
        True,
        ("a", "b"),
    )
    await stage.set("parrot", loud=None)
    with pytest.raises(Invalid):
        await stage.set("parrot", channel="nowhere")


async def test_time_moves_by_hand(stage: Stage) -> None:
    await stage.set("parrot", channel="hall", loud=True, hour="0 18 * * *")
    ada = stage.person("ada", here=True)
    await stage.advance(days=1, hours=12)
    assert stage.now == START + timedelta(days=1, hours=12)
    assert ada.reads("hall").count("La la la") == 2


async def test_what_was_kept_survives_a_restart(stage: Stage) -> None:
    await stage.set("parrot", channel="hall")
    bob = stage.person("bob")
    await bob.join()
    before = stage.app
    await stage.restart()
    assert stage.app is not before
    await bob.press("Feather")
    assert "A feather for bob" in bob.sees
    await stage.advance(days=2)
    assert "Still there, bob?" in bob.sees
    assert bob.reads("hall").count("Hello") == 1


async def test_it_speaks_another_language(stage: Stage) -> None:
    await stage.speaks("fr")
    assert stage.community.language == "fr"
    await stage.restart()
    assert stage.community.language == "fr"


async def test_errors_are_kept(stage: Stage) -> None:
    ada = stage.person("ada", here=True)
    await ada.say("boom")
    await stage.restart()
    assert {(error.what, error.why.split(":")[0]) for error in stage.errors} == {("parrot.hear", "ValueError")}


async def test_two_spaces_are_one_community() -> None:
    async with Stage(cogs=(parrot.cog,), name="Club", spaces=("north", "south"), channels=("hall",)) as stage:
        north, south = stage.world.spaces
        assert stage.app.engine.community(north) == stage.app.engine.community(south)
        assert stage.community.name == "Club"


async def test_spaces_may_stay_apart() -> None:
    async with Stage(cogs=(parrot.cog,), spaces=("north", "south"), united=False) as stage:
        north, south = stage.world.spaces
        await stage.change({"parrot.loud": "yes"}, south)
        assert stage.app.engine.community(north) != stage.app.engine.community(south)
        loud = [
            stage.app.engine.context(Glance, parrot.cog, space, cause="test").settings.loud for space in (north, south)
        ]
        assert loud == [False, True]


def test_values_as_they_are_typed() -> None:
    assert [typed(value) for value in (None, True, False, 3, "x", (1, "y"), timedelta(days=7))] == [
        "", "yes", "no", "3", "x", "1\ny", "7d",
    ]  # fmt: skip

"""What Relais stores about a member, given back and erased."""

from __future__ import annotations

import json

from bot.chat.things import Level
from bot.platforms.playground import Actor
from bot.rehearsal.stage import Stage
from tests.stages import last_file


async def introduced(world: Stage) -> Actor:
    world.channels("accueil")
    await world.set("welcome", channel="accueil")
    ada = world.person("ada")
    await ada.join()
    await ada.press("Introduce myself")
    await ada.fill(about="I keep bees.")
    ada.forget()
    return ada


async def test_what_is_stored_and_why(world: Stage) -> None:
    ada = await introduced(world)
    await ada.run("privacy show")
    assert "Deleted when you ask" in ada.sees
    assert "what they said of themselves" in ada.sees
    assert "who changed" not in ada.sees


async def test_a_copy(world: Stage) -> None:
    ada = await introduced(world)
    await ada.run("privacy export")
    stored = json.loads(last_file(world, ada))
    assert stored["welcome_introduction"][0]["about"] == "I keep bees."
    assert "(relais-2026-01-05.json)" in ada.sees


async def test_a_copy_from_the_button(world: Stage) -> None:
    ada = await introduced(world)
    await ada.run("privacy show")
    await ada.press("Give me a copy")
    assert b"I keep bees." in last_file(world, ada)


async def test_erasing_is_explained_then_done(world: Stage) -> None:
    ada = await introduced(world)
    await ada.run("privacy erase")
    assert "This cannot be undone." in ada.sees
    await ada.press("Erase my data")
    assert "Your data is erased" in ada.sees
    assert "records were deleted" in ada.sees
    ada.forget()
    await ada.run("privacy export")
    stored = json.loads(last_file(world, ada))
    assert "welcome_introduction" not in stored
    assert "welcome_arrival" not in stored


async def test_the_button_is_good_once(world: Stage) -> None:
    ada = await introduced(world)
    await ada.run("privacy erase")
    await ada.press("Erase my data")
    ada.forget()
    await ada.press("Erase my data")
    assert "its work is done" in ada.sees


async def test_nothing_is_written_to_who_was_erased(world: Stage) -> None:
    world.channels("accueil")
    await world.set("welcome", channel="accueil")
    ada = world.person("ada")
    await ada.join()
    await ada.run("privacy erase")
    await ada.press("Erase my data")
    ada.forget()
    await world.advance(days=30)
    assert ada.sees == ""


async def test_the_changes_of_somebody_erased_stay_without_a_name(world: Stage) -> None:
    ada = world.person("ada", level=Level.ADMIN, here=True)
    await ada.run("settings set", name="welcome.look_in", value="no")
    await ada.run("privacy erase")
    await ada.press("Erase my data")
    assert "1 record stays without your name." in ada.sees
    bob = world.person("bob", level=Level.ADMIN, here=True)
    await bob.run("settings history")
    assert "somebody who was erased" in bob.sees
    assert "ada" not in bob.sees


async def test_in_french(world: Stage) -> None:
    ada = world.person("ada", language="fr", here=True)
    await ada.run("privacy erase")
    assert "This cannot be undone" not in ada.sees

"""Whoever asks is answered: late, by an old button, after a restart, or with why not."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

import pytest

from bot.chat.things import Level
from tests.contract.cog import notes
from tests.contract.stage import Stage

RELICS = ("Of a cog that is gone", "Of an older number", "Of fewer arguments", "Of more arguments")


async def waiting(stage: Stage, asks: Coroutine[None, None, None]) -> asyncio.Task[None]:
    """Somebody asks for what takes longer than the platform waits."""
    notes.hold()
    asking = asyncio.create_task(asks)
    await notes.somebody_waits()
    await stage.outwait()
    return asking


async def test_a_slow_command_still_answers(stage: Stage) -> None:
    ada, bob = stage.person("ada", here=True), stage.person("bob", here=True)
    asking = await waiting(stage, ada.run("contract slow"))
    assert "At last" not in ada.sees
    notes.release()
    await asking
    assert "At last" in ada.sees
    assert "At last" not in bob.reads("general")


async def test_a_slow_button_still_answers(stage: Stage) -> None:
    ada = stage.person("ada", here=True)
    await ada.run("contract panel")
    asking = await waiting(stage, ada.press("Slowly"))
    notes.release()
    await asking
    assert "At last" in ada.sees


async def test_a_slow_answer_holds_up_nobody_else(stage: Stage) -> None:
    ada, bob = stage.person("ada", here=True), stage.person("bob", here=True)
    asking = await waiting(stage, ada.run("contract slow"))
    other = asyncio.ensure_future(bob.say("anybody there?"))
    await notes.until("anybody there?")
    notes.release()
    await asyncio.gather(asking, other)


@pytest.mark.parametrize("label", RELICS)
async def test_an_old_button_answers(stage: Stage, label: str) -> None:
    ada = stage.person("ada", here=True)
    await ada.run("contract relics")
    await ada.press(label)
    assert "too old" in ada.sees
    assert "Counted" not in ada.sees


async def test_an_old_menu_answers(stage: Stage) -> None:
    ada = stage.person("ada", here=True)
    await ada.run("contract relics")
    await ada.choose("Old menu", "One")
    assert "too old" in ada.sees


async def test_a_button_that_fails_answers(stage: Stage) -> None:
    ada = stage.person("ada", here=True)
    await ada.run("contract panel")
    await ada.press("Broken")
    assert "Something went wrong" in ada.sees
    assert len(stage.errors) == 1
    stage.errors.clear()


async def test_a_button_answers_after_a_restart(stage: Stage) -> None:
    ada = stage.person("ada", here=True)
    await ada.run("contract panel")
    await stage.restart()
    await ada.press("Count")
    assert "Counted 1" in ada.sees


async def test_a_menu_answers_after_a_restart(stage: Stage) -> None:
    ada = stage.person("ada", here=True)
    await ada.run("contract menus")
    await stage.restart()
    await ada.choose("One colour", "Colour 25")
    assert "Picked c25" in ada.sees


async def test_several_of_25_options(stage: Stage) -> None:
    ada = stage.person("ada", here=True)
    await ada.run("contract menus")
    await ada.choose("Several colours", ["Colour 1", "c13", "Colour 25"])
    assert "Picked c1 c13 c25" in ada.sees


async def test_an_id_of_100_characters_comes_back_whole(stage: Stage) -> None:
    ada = stage.person("ada", here=True)
    await ada.run("contract carry")
    await ada.press("Carry it")
    assert "Carried 83 of {'x'}" in ada.sees


async def test_odd_characters_come_back_with_a_button(stage: Stage) -> None:
    ada = stage.person("ada", here=True)
    await ada.run("contract panel")
    await ada.press("Tell me")
    await ada.fill(title="A", body="B")
    assert "Told: A, 1 pages, a:b/c %é" in ada.sees


async def test_the_level_counts_when_a_button_is_pressed(stage: Stage) -> None:
    mo, bob = stage.person("mo", level=Level.MODERATOR, here=True), stage.person("bob", here=True)
    await mo.run("contract panel")
    await bob.press("For moderators")
    assert "This is for the community's moderators." in bob.sees
    await mo.press("For moderators")
    assert "Only moderators read this" in mo.sees
    mo.change(level=Level.EVERYONE)
    mo.forget()
    await mo.press("For moderators")
    assert "This is for the community's moderators." in mo.sees
    assert "Only moderators" not in mo.sees + bob.sees


async def test_the_level_counts_when_a_form_is_sent(stage: Stage) -> None:
    mo = stage.person("mo", level=Level.MODERATOR, here=True)
    await mo.run("contract judge")
    await mo.press("Judge")
    mo.change(level=Level.EVERYONE)
    await mo.fill(title="A", body="B")
    assert "This is for the community's moderators." in mo.sees
    assert "Judged" not in mo.sees


async def test_a_button_may_change_its_message(stage: Stage) -> None:
    [general] = stage.channels("general")
    ada = stage.person("ada", here=True)
    await ada.run("contract board")
    before = len(stage.posts(general))
    await ada.press("Turn")
    assert "Turned" in ada.reads("general")
    assert "Keys" not in ada.reads("general")
    assert "Done" in ada.sees
    assert len(stage.posts(general)) == before


async def test_every_answer_is_given_once(stage: Stage) -> None:
    """A press that the platform tells twice acts once."""
    ada = stage.person("ada", here=True)
    await ada.run("contract panel")
    await ada.press("Count")
    await stage.redeliver()
    assert ada.sees.count("Counted 1") == 1

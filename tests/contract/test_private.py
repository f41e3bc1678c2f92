"""What is said to one person is read by nobody else."""

from __future__ import annotations

from typing import cast

import pytest

from bot.chat.card import Card
from bot.chat.platform import Can, Whispers
from bot.platforms.playground import NothingToPress
from tests.contract.conftest import Open
from tests.contract.stage import Person, Stage

SECRET = "the key is under the mat"


def nothing_for(stage: Stage, other: Person) -> bool:
    return other.sees == "" and "key" not in other.reads("general") and not stage.notified


async def test_a_private_answer(stage: Stage) -> None:
    ada, bob = stage.person("ada", here=True), stage.person("bob", here=True)
    await ada.run("contract secret", text=SECRET)
    assert SECRET in ada.sees
    assert nothing_for(stage, bob)


async def test_several_private_answers(stage: Stage) -> None:
    ada, bob = stage.person("ada", here=True), stage.person("bob", here=True)
    await ada.run("contract secret", text=SECRET, times=3)
    assert ada.sees.count(SECRET) == 3
    assert nothing_for(stage, bob)


async def test_a_private_answer_after_a_public_one(stage: Stage) -> None:
    ada, bob = stage.person("ada", here=True), stage.person("bob", here=True)
    await ada.run("contract aloud", text="hello")
    assert "hello" in bob.reads("general")
    assert "Between us" in ada.sees
    assert "Between us" not in bob.reads("general")
    assert bob.sees == ""


async def test_a_private_message(stage: Stage) -> None:
    ada, bob = stage.person("ada", here=True), stage.person("bob", here=True)
    await bob.run("contract knock", member=ada, text=SECRET)
    assert SECRET in ada.sees
    assert SECRET not in bob.sees
    assert "key" not in bob.reads("general")


async def test_a_form_and_its_answer(stage: Stage) -> None:
    ada, bob = stage.person("ada", here=True), stage.person("bob", here=True)
    await bob.run("contract panel")
    bob.forget()
    await ada.press("Tell me")
    assert "Tell a tale" in ada.sees
    assert bob.form is None
    await ada.fill(title=SECRET[:20], body=SECRET)
    assert "Told: the key" in ada.sees
    assert nothing_for(stage, bob)


async def test_the_answer_to_a_public_button(stage: Stage) -> None:
    ada, bob = stage.person("ada", here=True), stage.person("bob", here=True)
    await bob.run("contract panel")
    bob.forget()
    await ada.press("Count")
    assert "Counted 1" in ada.sees
    assert bob.sees == bob.reads("general") == ""


async def test_a_failure_is_told_to_who_asked(stage: Stage) -> None:
    ada, bob = stage.person("ada", here=True), stage.person("bob", here=True)
    await ada.run("contract aloud", text="fail")
    assert "Something went wrong" in ada.sees
    assert bob.sees == bob.reads("general") == ""
    [error] = stage.errors
    assert "LookupError" in error.why
    stage.errors.clear()


async def test_what_was_typed_wrong_is_told_to_who_typed_it(stage: Stage) -> None:
    ada, bob = stage.person("ada", here=True), stage.person("bob", here=True)
    await ada.run("contract aloud", text="refuse")
    assert "Not that" in ada.sees
    assert bob.sees == bob.reads("general") == ""


async def test_buttons_in_private_are_for_their_reader(stage: Stage) -> None:
    ada, bob = stage.person("ada", here=True), stage.person("bob", here=True)
    await bob.run("contract whole", how="direct")
    await bob.press("Primary")
    with pytest.raises(NothingToPress):
        await ada.press("Primary")


async def test_a_whisper(platform: str, opened: Open) -> None:
    stage = await opened("playground:slack" if platform == "playground" else platform)
    if not stage.can(Can.WHISPER):
        pytest.skip(f"{platform} cannot whisper")
    ada, bob = stage.person("ada", here=True), stage.person("bob", here=True)
    [general] = stage.channels("general")
    await cast(Whispers, stage.adapter).whisper(general, ada.member, Card(SECRET))
    assert SECRET in ada.sees
    assert nothing_for(stage, bob)

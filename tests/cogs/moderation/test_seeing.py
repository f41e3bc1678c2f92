"""What the rules are shown of what happens: all that people see, and nothing of who is not judged."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.chat.events import MessagePosted
from bot.chat.forms import Upload
from bot.chat.things import MessageRef
from bot.platforms.playground import Actor
from bot.rehearsal.stage import Stage

RULES = """
rules:
  - name: grumpf
    triggers: [{on: words, words: [grumpf]}]
    actions: [{do: remind, rule: Be kind.}]
  - name: files
    triggers: [{on: attachments, deny: [iso]}]
    actions: [{do: remind, rule: No discs.}]
  - name: edits
    triggers: [{on: words, words: [finally]}]
    only: {moments: [edited]}
    actions: [{do: remind, rule: Say it at once.}]
  - name: named
    triggers: [{on: name, words: [grumpf]}]
    actions: [{do: tell}]
  - name: library
    triggers: [{on: words, words: [hush]}]
    only: {channels: [library]}
    actions: [{do: remind, rule: Quiet here.}]
  - name: early
    triggers: [{on: words, words: [buy]}]
    only: {messages_under: 2}
    actions: [{do: remind, rule: Say hello first.}]
"""


@pytest.fixture
async def ruled(town: Stage, boss: Actor) -> Stage:
    town.channels("library")
    await town.set("moderation", observe_for="0")
    await boss.run("moderation import", file=Upload("rules.yaml", RULES.encode()))
    await boss.press("Use these rules")
    return town


@pytest.fixture
def ada(ruled: Stage) -> Actor:
    return ruled.person("Ada", here=True)


async def test_what_is_forwarded_is_read(ada: Actor) -> None:
    await ada.say("look", forward=["you grumpf"])
    assert "Be kind." in ada.sees


async def test_a_case_leads_to_its_message_while_it_is_there(ada: Actor, mod: Actor) -> None:
    await ada.say("you grumpf")
    await mod.run("case show", number=1)
    assert "See the message" in mod.sees


async def test_files_are_known_by_their_names(ada: Actor) -> None:
    await ada.say("here", attach=["fine.png", "disc.iso"])
    assert "No discs." in ada.sees


async def test_an_edit_is_another_moment(ada: Actor) -> None:
    await ada.say("finally")
    assert "Say it at once." not in ada.sees
    await ada.edit("finally!")
    assert "Say it at once." in ada.sees


async def test_a_channel_is_known_by_its_name(ada: Actor) -> None:
    for place in ("general", "library"):
        await ada.say("hush", place)
        assert ("Quiet here." in ada.sees) is (place == "library")


async def test_earlier_messages_are_counted(ruled: Stage, ada: Actor) -> None:
    await ada.say("good morning")
    await ada.say("good evening")
    await ada.say("buy this")
    assert "Say hello first." not in ada.sees
    bob = ruled.person("Bob", here=True)
    await bob.say("buy this")
    assert "Say hello first." in bob.sees


async def test_names_are_looked_at_when_people_come_and_when_they_change(ruled: Stage, mod: Actor, ada: Actor) -> None:
    await ruled.person("Grumpf").join()
    await ruled.advance(minutes=5)
    await ada.rename("Old Grumpf")
    assert "Grumpf" in mod.reads("team")
    assert "Old Grumpf" in mod.reads("team")


@pytest.mark.parametrize("told", ["a webhook", "a bot"])
async def test_bots_and_webhooks_are_not_judged(ruled: Stage, ada: Actor, told: str) -> None:
    dispatcher, general = ruled.app.engine.dispatcher, ruled.world.channel("general")
    member = replace(ada.member, is_bot=told == "a bot")
    for id, robot in (("m1", True), ("m2", False)):
        await dispatcher.receive(
            MessagePosted(
                space=ada.space,
                id=id,
                at=ruled.now,
                ref=MessageRef(general, id),
                member=member if robot else ada.member,
                text="grumpf",
                webhook=robot and told == "a webhook",
            )
        )
        await ruled.settle()
        assert ("Be kind." in ada.sees) is not robot

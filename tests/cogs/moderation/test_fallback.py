"""Where the platform lets no bot act, moderators are asked to, and nobody is told what did not happen."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.chat.platform import Can
from bot.chat.things import Level
from bot.platforms.playground import Actor
from bot.rehearsal.stage import Stage
from tests.cogs.moderation.test_cases import effects

ACTS = ("delete", "timeout", "kick", "ban", "slow_mode")


@pytest.fixture
async def town() -> AsyncIterator[Stage]:
    async with Stage(profile="slack", channels=("general", "team", "log")) as stage:
        await stage.set("community", moderators="team")
        yield stage
        assert not stage.errors, stage.errors


async def test_a_listed_word_is_reported_and_said_so(listed: Stage, ada: Actor) -> None:
    await ada.say("you grumpf")
    assert "you grumpf" in ada.reads("general")
    assert "The moderators were asked to look at your message" in ada.sees
    assert "taken away" not in ada.sees
    assert "Please delete a message in #general" in ada.reads("team")
    assert effects(listed, *ACTS) == []


async def test_an_alert_leads_to_what_nobody_took_away(town: Stage, ada: Actor) -> None:
    boss = town.person("Boss", level=Level.ADMIN, here=True)
    await boss.run("moderation preset", name="standard")
    await ada.say("see https://dlscord-gift.com/free")
    [alert] = [card for card in ada.reads("team").split("Relais: ") if "Links that imitate others: Ada" in card]
    assert "See the message" in alert


async def test_a_burst_asks_once(listed: Stage, ada: Actor) -> None:
    for _ in range(5):
        await ada.say("grumpf")
    await listed.restart()
    assert ada.reads("team").count("Please delete") == 1


async def test_a_mute_is_asked_of_the_moderators(town: Stage, mod: Actor, ada: Actor) -> None:
    await mod.run("mod mute", member=ada, duration="2 h", reason="Please breathe")
    assert "the moderators are asked to" in mod.sees
    assert "Please silence @Ada until" in mod.reads("team")
    assert "reported to the moderators" in ada.sees
    assert "You can write again" not in ada.sees
    assert "A pause" not in ada.sees
    await ada.say("still here")
    assert effects(town, *ACTS) == []


async def test_nobody_is_said_to_be_removed_who_is_not(town: Stage, mod: Actor, ada: Actor) -> None:
    await mod.run("mod kick", member=ada, reason="Sold things")
    assert "Please remove @Ada" in mod.reads("team")
    assert "Reported to the moderators" in ada.sees
    assert "You were removed" not in ada.sees


async def test_each_half_of_what_was_decided_is_told_as_it_went() -> None:
    """Slack with a moderator's own token: messages go, nobody is silenced."""
    async with Stage(channels=("general", "team")) as stage:
        stage.world.deny(stage.world.spaces[0], Can.TIMEOUT)
        await stage.set("community", moderators="team")
        await stage.set("moderation", native=False)
        boss, ada = stage.person("Boss", level=Level.ADMIN, here=True), stage.person("Ada", here=True)
        await boss.run("moderation preset", name="strict")
        await ada.say("filthy jew")
        assert "was taken away" in ada.sees
        assert "reported to the moderators, who decide" in ada.sees
        assert "look at your message" not in ada.sees
        assert "You can write again" not in ada.sees


async def test_what_is_lifted_is_asked_too(town: Stage, mod: Actor, ada: Actor) -> None:
    await mod.run("mod mute", member=ada, duration="2 h", reason="Please breathe")
    await mod.run("case reverse", number=1, why="We misread you")
    assert "Please let @Ada speak again" in mod.reads("team")


async def test_a_preset_says_what_it_cannot_do(town: Stage) -> None:
    boss = town.person("Boss", level=Level.ADMIN, here=True)
    await boss.run("moderation preset", name="gentle")
    assert "The bot may not do this here, and asks the moderators to: take messages away" in boss.sees
    boss.forget()
    await boss.run("moderation preset", name="standard")
    assert "take messages away, silence members, slow channels down, and pause invitations" in boss.sees
    assert "own filter" not in boss.sees

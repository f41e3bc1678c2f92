"""Where the platform lets no bot act, moderators are asked to, and nobody is told what did not happen."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.chat.platform import Can
from bot.chat.things import Level
from bot.platforms.playground import Actor
from bot.rehearsal.stage import Stage
from tests.cogs.moderation.test_cases import effects
from tests.stages import stage_on

ACTS = ("delete", "timeout", "kick", "ban", "slow_mode")


@pytest.fixture(params=("playground", "slack"))
async def town(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    """A Slack workspace, imitated by the playground and over the wire."""
    channels = ("general", "team", "log")
    options = {"profile": "slack"} if request.param == "playground" else {}
    async with stage_on(request.param)(channels=channels, **options) as stage:
        await stage.set("community", moderators="team")
        await stage.set("moderation", log="log")
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


async def test_what_was_only_asked_is_said_so_everywhere(town: Stage, mod: Actor, ada: Actor) -> None:
    await mod.run("mod kick", member=ada, reason="Sold things")
    assert "Case 1: removal asked of the moderators" in mod.sees
    mod.forget()
    await mod.run("case list")
    assert "Case 1: Ada, removal asked of the moderators, Sold things (Mo)" in mod.sees
    mod.forget()
    await mod.run("case show", number=1)
    assert "removal asked of the moderators" in mod.sees
    mod.forget()
    await mod.run("case history", member=ada)
    assert "Ada, removal asked of the moderators" in mod.sees
    mod.forget()
    await mod.run("moderation report")
    assert "removal asked of the moderators × 1" in mod.sees
    ada.forget()
    await ada.run("why")
    assert "removal asked of the moderators" in ada.sees
    await town.advance(seconds=20)
    assert "Case 1: Ada, removal asked of the moderators, Sold things (Mo)" in mod.reads("log")


async def test_what_a_moderator_then_did_is_said_so(town: Stage, mod: Actor, ada: Actor) -> None:
    await mod.run("mod ban", member=ada, reason="Sold things")
    await town.advance(seconds=20)
    await mod.press("Done")
    mod.forget()
    await mod.run("case list")
    assert "Case 1: Ada, ban by a moderator, Sold things (Mo)" in mod.sees
    mod.forget()
    await mod.run("moderation report")
    assert "ban by a moderator × 1" in mod.sees
    await town.advance(seconds=20)
    assert ada.reads("log").count("Case 1: Ada, ban asked of the moderators, Sold things (Mo)") == 1
    assert ada.reads("log").count("Case 1: Ada, ban by a moderator, Sold things (Mo)") == 1


async def test_a_message_that_moderators_took_away_is_told_from_one_they_did_not(
    listed: Stage, mod: Actor, ada: Actor
) -> None:
    await ada.say("you grumpf")
    await mod.run("case list")
    assert "Ada, removal of the message asked of the moderators" in mod.sees
    await mod.press("Done")
    mod.forget()
    await mod.run("case list")
    assert "Ada, message taken away by a moderator" in mod.sees


async def test_a_time_out_asked_for_is_said_in_french(town: Stage, ada: Actor) -> None:
    luc = town.person("Luc", level=Level.MODERATOR, language="fr", here=True)
    await luc.run("mod mute", member=ada, duration="2 h", reason="Respirez")
    luc.forget()
    await luc.run("case list")
    assert "silence demandé à la modération, jusqu’au" in luc.sees
    await luc.press("Done")
    luc.forget()
    await luc.run("case show", number=1)
    assert "silence imposé par la modération, jusqu’au" in luc.sees


async def test_who_was_only_asked_for_is_not_said_to_come_back(town: Stage, mod: Actor, ada: Actor) -> None:
    await mod.run("mod mute", member=ada, duration="2 h", reason="Please breathe")
    await mod.run("mod ban", member=ada, reason="Sold things")
    mod.forget()
    await mod.run("mod unmute", member=ada, reason="We misread you")
    assert "can write again" not in mod.sees
    assert "the moderators are asked to" in mod.sees
    mod.forget()
    await mod.run("mod unban", who="Ada", reason="We misread you")
    assert "is lifted" not in mod.sees
    assert "the moderators are asked to" in mod.sees


async def test_where_nobody_can_be_asked_nothing_was(town: Stage, mod: Actor, ada: Actor) -> None:
    await town.set("community", moderators="")
    await mod.run("mod kick", member=ada, reason="Sold things")
    assert "no moderators’ channel is chosen" in mod.sees
    assert "Reported to the moderators" not in ada.sees
    mod.forget()
    await mod.run("case list")
    assert "Case 1: Ada, removal not carried out, Sold things (Mo)" in mod.sees


async def test_what_a_moderator_did_is_known_after_a_restart(town: Stage, mod: Actor, ada: Actor) -> None:
    await mod.run("mod kick", member=ada, reason="Sold things")
    await mod.press("Done")
    await town.restart()
    mod.forget()
    await mod.run("case list")
    assert "Case 1: Ada, removal by a moderator" in mod.sees

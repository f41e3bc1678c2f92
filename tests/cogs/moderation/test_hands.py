"""What other hands did: moderators with the platform's tools, and the platform's own filter, are cases too."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.chat.events import MessageStopped, Sanction, Sanctioned
from bot.chat.things import Level
from bot.platforms.playground import Actor
from bot.platforms.playground.options import Impossible, Stopped
from bot.rehearsal.stage import Stage
from tests.cogs.moderation.test_cases import effects


async def test_a_sanction_by_hand_is_a_case(town: Stage, mod: Actor, ada: Actor) -> None:
    await mod.timeout(ada, town.now + timedelta(hours=2), "too loud")
    await mod.run("case show", number=1)
    assert "Ada" in mod.sees
    assert "too loud" in mod.sees
    assert "time-out" in mod.sees
    await town.advance(hours=3)
    await ada.run("why")
    assert "too loud" in ada.sees
    assert effects(town, "timeout") == []


async def test_a_sanction_while_relais_was_away_is_a_case_once(town: Stage, mod: Actor, ada: Actor) -> None:
    await town.advance(minutes=2)
    await town.scene.die()
    await mod.timeout(ada, town.now + timedelta(hours=2), "too loud")
    for _ in range(2):
        await town.restart()
    await mod.run("case list")
    assert "Case 1: Ada" in mod.sees
    assert "too loud" in mod.sees
    assert "Case 2" not in mod.sees


async def test_what_was_done_by_hand_can_be_reversed_by_command(town: Stage, mod: Actor, ada: Actor) -> None:
    await mod.timeout(ada, town.now + timedelta(hours=2), "too loud")
    await mod.run("case reverse", number=1, why="It was not you")
    await ada.say("thank you")
    assert effects(town, "end_timeout", "timeout") != []


async def test_a_ban_lifted_by_hand_reverses_its_case(town: Stage, mod: Actor, ada: Actor) -> None:
    await mod.run("mod ban", member=ada, reason="Sold things")
    await mod.unban(ada, "a mistake")
    await mod.run("case show", number=1)
    assert "Reversed by Mo" in mod.sees
    assert effects(town, "unban") == []


async def test_a_hand_and_a_rule_at_once_give_the_longer_pause(listed: Stage, mod: Actor, ada: Actor) -> None:
    await mod.timeout(ada, listed.now + timedelta(days=2), "too loud")
    await mod.run("mod mute", member=ada, duration="10 min", reason="And this")
    await listed.advance(hours=1)
    with pytest.raises(Impossible):
        await ada.say("hello")
    assert effects(listed, "timeout") == []


async def test_the_platforms_own_filter_stops_words_and_makes_cases(
    listed: Stage, boss: Actor, mod: Actor, ada: Actor
) -> None:
    await listed.set("moderation", native=True)
    await boss.run("moderation words add", word="zorglub")
    with pytest.raises(Impossible):
        await ada.say("you zorglub")
    assert "zorglub" not in ada.reads("general")
    await mod.run("case show", number=1)
    assert "The community’s own words (version 1)" in mod.sees
    assert "you zorglub" in mod.sees
    assert "1 point" in ada.sees
    assert effects(listed, "delete") == []


async def test_the_platforms_own_filter_says_what_is_expected_and_spares_the_team(town: Stage, mod: Actor) -> None:
    boss, ada = town.person("Boss", level=Level.ADMIN, here=True), town.person("Ada", here=True)
    await town.set("moderation", native=True)
    await boss.run("moderation preset", name="standard")
    with pytest.raises(Stopped, match="Criticise ideas, not people"):
        await ada.say("you moron")
    await mod.say("he called me a moron: you moron")
    assert "he called me a moron" in mod.reads("general")
    await mod.run("case list")
    assert "Ada" in mod.sees
    assert "Mo," not in mod.sees


async def test_a_message_stopped_while_the_lists_are_still_compiled_counts_as_its_rule_says(
    town: Stage, mod: Actor
) -> None:
    boss, ada = town.person("Boss", level=Level.ADMIN, here=True), town.person("Ada", here=True)
    await boss.run("moderation preset", name="standard")
    town.app.engine.memory._snapshots.clear()
    stopped = MessageStopped(
        space=ada.space,
        id="1",
        at=town.now,
        member=ada.member,
        channel=None,
        rule="Insults",
        text="you moron",
        own=True,
    )
    await town.app.engine.dispatcher.receive(stopped)
    await town.settle()
    assert "1 point" in ada.sees
    await mod.run("case show", number=1)
    assert "Insults (version" in mod.sees


async def test_a_message_that_joins_a_case_is_the_one_its_author_is_told_of(town: Stage) -> None:
    boss, ada = town.person("Boss", level=Level.ADMIN, here=True), town.person("Ada", here=True)
    await boss.run("moderation preset", name="strict")
    theirs = MessageStopped(
        space=ada.space, id="theirs", at=town.now, member=ada.member, channel=None, rule="Spoilers", text="he dies"
    )
    await town.app.engine.dispatcher.receive(theirs)
    await town.settle()
    await ada.say("THIS IS A LONG SENTENCE IN CAPITALS FOR EVERYBODY HERE")
    assert "small letters read better" in ada.sees
    assert "THIS IS A LONG SENTENCE" in ada.sees
    assert "he dies" not in ada.sees


async def test_a_lift_that_is_told_late_ends_no_later_case(town: Stage, mod: Actor, ada: Actor) -> None:
    late = Sanctioned(
        space=ada.space, id="late", at=town.now, member=ada.member, by=mod.member, what=Sanction.UNBAN, why="a mistake"
    )
    await town.advance(minutes=1)
    await mod.run("mod ban", member=ada, reason="Sold things")
    await town.app.engine.dispatcher.receive(late)
    await town.settle()
    await mod.run("case show", number=1)
    assert "Sold things" in mod.sees
    assert "Reversed" not in mod.sees

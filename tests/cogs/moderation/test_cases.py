"""Sanctions by command and by hand, cases, reversals: what moderators do and what members see of it."""

from __future__ import annotations

import pytest

from bot.chat.platform import PlatformError
from bot.chat.things import Level
from bot.platforms.playground import Actor
from bot.platforms.playground.options import Impossible
from bot.rehearsal.stage import Stage
from tests.stages import refused


def effects(stage: Stage, *kinds: str) -> list[str]:
    return [one.effect for one in stage.world.effects if one.effect in kinds]


async def test_a_warning_is_private_has_a_number_and_can_be_asked_about(town: Stage, mod: Actor, ada: Actor) -> None:
    await mod.run("mod warn", member=ada, reason="Off topic again")
    assert "Case 1: warning" in mod.sees
    assert "A warning" in ada.sees
    assert "Off topic again" in ada.sees
    assert "Off topic" not in ada.reads("general")
    await ada.run("why")
    assert "You have 1 point" in ada.sees
    await mod.run("case history", member=ada)
    assert "1 case, 1 point now" in mod.sees


async def test_a_mute_holds_after_leaving_and_coming_back(town: Stage, mod: Actor, ada: Actor) -> None:
    await mod.run("mod mute", member=ada, duration="2 h", reason="Please breathe")
    with pytest.raises(Impossible):
        await ada.say("but")
    await ada.leave()
    await ada.join()
    with pytest.raises(Impossible):
        await ada.say("but")
    await town.advance(hours=3)
    await ada.say("I am back")


async def test_a_mute_longer_than_the_platforms_longest_is_renewed(town: Stage, mod: Actor, ada: Actor) -> None:
    await mod.run("mod mute", member=ada, duration="40 d", reason="A long pause")
    await town.advance(days=29)
    with pytest.raises(Impossible):
        await ada.say("now?")
    await town.advance(days=12)
    await ada.say("now")
    assert len(effects(town, "timeout")) == 2


async def test_reversing_lifts_the_mute_takes_the_points_and_tells(town: Stage, mod: Actor, ada: Actor) -> None:
    await mod.run("mod warn", member=ada, reason="Once", points=3)
    await mod.run("mod mute", member=ada, duration="2 h", reason="Twice")
    await mod.run("case reverse", number=2, why="We misread you")
    assert "Its time-out is lifted" in mod.sees
    assert "We misread you" in ada.sees
    await ada.say("thank you")
    await mod.run("case reverse", number=1, why="This too")
    ada.forget()
    await ada.run("why")
    assert "You have no points" in ada.sees
    mod.forget()
    await mod.run("case reverse", number=1, why="Again")
    assert "reversed already" in mod.sees


async def test_the_ban_is_told_before_and_its_appeal_brings_back(town: Stage, mod: Actor, ada: Actor) -> None:
    await mod.run("mod ban", member=ada, reason="Sold things")
    assert effects(town, "direct", "ban") == ["direct", "ban"]
    with pytest.raises(Impossible):
        await ada.join()
    await mod.run("mod unban", who="Ada", reason="It was somebody else")
    await ada.join()
    assert effects(town, "unban") == ["unban"]


async def test_a_second_ban_says_there_is_one(town: Stage, mod: Actor, boss: Actor, ada: Actor) -> None:
    await mod.run("mod ban", member=ada, reason="Sold things")
    await boss.run("case show", number=1)
    assert "Sold things" in boss.sees
    assert effects(town, "ban") == ["ban"]


async def test_moderators_are_asked_when_there_were_cases_before(town: Stage, mod: Actor, ada: Actor) -> None:
    for count in range(3):
        await mod.run("mod warn", member=ada, reason=f"Reason {count}", points=0)
    mod.forget()
    await mod.run("mod kick", member=ada, reason="Enough")
    assert "Do it all the same?" in mod.sees
    assert "Reason 2" in mod.sees
    assert effects(town, "kick") == []
    await town.restart()
    await mod.press("Do it")
    assert effects(town, "direct", "kick")[-2:] == ["direct", "kick"]
    await mod.press("Do it")
    assert "decided already" in mod.sees
    assert effects(town, "kick") == ["kick"]


async def test_nobody_acts_on_equals_or_on_themselves(town: Stage, mod: Actor, boss: Actor) -> None:
    await mod.run("mod mute", member=boss, duration="1 h", reason="Not so")
    assert "of the team" in mod.sees
    await mod.run("mod warn", member=mod, reason="Myself")
    assert "This is you" in mod.sees
    await boss.run("mod warn", member=mod, reason="Be kinder")
    assert "Case 1" in boss.sees


async def test_members_may_not(town: Stage, mod: Actor, ada: Actor) -> None:
    assert await refused(ada, "mod warn", member=mod, reason="You too")
    assert await refused(ada, "case list")


async def test_notes_are_for_moderators(town: Stage, mod: Actor, ada: Actor) -> None:
    await mod.run("mod warn", member=ada, reason="Off topic")
    await mod.run("case note", number=1, text="Second account of Eve?")
    mod.forget()
    await mod.run("case show", number=1)
    assert "Second account of Eve?" in mod.sees
    await ada.run("why")
    assert "Eve" not in ada.sees
    await mod.run("case show", number=9)
    assert "There is no case 9" in mod.sees


async def test_the_log_gathers_lines(town: Stage, mod: Actor, ada: Actor) -> None:
    bob = town.person("Bob", here=True)
    await mod.run("mod warn", member=ada, reason="One")
    await mod.run("mod warn", member=bob, reason="Two")
    await town.advance(seconds=20)
    posts = [one for one in town.world.effects if one.effect == "post"]
    assert len(posts) == 1
    assert "Case 1: Ada, warning, One (Mo)" in ada.reads("log")
    assert "Case 2: Bob, warning, Two (Mo)" in ada.reads("log")


async def test_what_the_bot_did_is_not_said_to_be_asked_for(listed: Stage, mod: Actor, ada: Actor) -> None:
    await ada.say("you grumpf")
    await mod.run("mod kick", member=ada, reason="Sold things")
    await mod.run("case list")
    assert "Case 1: Ada, message taken away, The community’s own words (automatic)" in mod.sees
    assert "Case 2: Ada, removal, Sold things (Mo)" in mod.sees
    await mod.run("moderation report")
    assert "removal × 1" in mod.sees
    luc = listed.person("Luc", level=Level.MODERATOR, language="fr", here=True)
    await luc.run("case list")
    assert "Ada, message retiré, " in luc.sees
    assert "Ada, exclusion, Sold things (Mo)" in luc.sees
    await listed.advance(seconds=20)
    assert "Case 2: Ada, removal, Sold things (Mo)" in mod.reads("log")


async def test_a_closed_door_is_written_in_the_log(town: Stage, mod: Actor, ada: Actor) -> None:
    ada.change(direct_closed=True)
    await mod.run("mod warn", member=ada, reason="One")
    await town.advance(seconds=40)
    assert "could not be told" in ada.reads("log")


async def test_kills_between_do_nothing_twice(town: Stage, mod: Actor, ada: Actor) -> None:
    await mod.run("mod mute", member=ada, duration="2 h", reason="Please breathe")
    await town.restart()
    await mod.run("mod ban", member=ada, reason="Sold things")
    await town.restart()
    await town.advance(days=1)
    assert effects(town, "timeout", "ban", "direct") == ["direct", "timeout", "direct", "ban"]


async def test_erasing_somebody_keeps_the_figures_only(town: Stage, mod: Actor, ada: Actor) -> None:
    await mod.run("mod warn", member=ada, reason="Private matter")
    await ada.run("privacy erase")
    await ada.press("Erase my data")
    mod.forget()
    await mod.run("case show", number=1)
    assert "somebody who was erased" in mod.sees
    assert "Private matter" not in mod.sees


async def test_moderators_read_titles_in_their_language(town: Stage, boss: Actor, ada: Actor) -> None:
    boss.change(language="fr")
    await boss.run("moderation preset", name="standard")
    await boss.run("moderation rule edit", name="insults")
    await boss.fill(actions="delete, tell")
    await boss.run("moderation rule mode", name="insults", mode="act")
    await ada.say("you m0r0n")
    await town.advance(minutes=1)
    assert "Insults: Ada" in boss.reads("team")
    assert "message taken away, Insults" in boss.reads("log")
    boss.forget()
    await boss.run("case list")
    assert "Insultes" in boss.sees
    assert "insults" not in boss.sees
    boss.forget()
    await boss.run("case show", number=1)
    assert "message retiré" in boss.sees
    assert "supprimer" in boss.sees


async def test_the_case_names_the_rule_that_weighed_most(town: Stage, boss: Actor, mod: Actor, ada: Actor) -> None:
    await boss.run("moderation preset", name="standard")
    for number in range(8):
        await ada.say(f"message number {number} of today, {number * number}")
    await town.advance(minutes=1)
    await mod.run("case list")
    assert "Ada, time-out" in mod.sees
    assert "Many messages at once" in mod.sees
    assert "The same message again" not in mod.sees


async def test_a_ban_that_the_platform_failed_at_is_carried_out_once_it_answers(
    town: Stage, mod: Actor, ada: Actor
) -> None:
    town.world.fail_next(PlatformError("it is on fire"), times=5, on="ban")
    await mod.run("mod ban", member=ada, reason="They sold things")
    await town.advance(minutes=1)
    assert effects(town, "ban") == []
    await town.restart()
    await town.advance(hours=2)
    assert effects(town, "ban") == ["ban"]
    assert ada.sees.count("You were banned from") == 1
    town.errors.clear()


async def test_a_ban_that_the_platform_failed_to_lift_is_lifted_once_it_answers(
    town: Stage, mod: Actor, ada: Actor
) -> None:
    await mod.run("mod ban", member=ada, reason="They sold things")
    town.world.fail_next(PlatformError("it is on fire"), times=2, on="unban")
    await mod.run("case reverse", number=1, why="Mistaken for another")
    await town.advance(hours=2)
    await ada.join()
    town.errors.clear()


async def test_a_case_shows_all_that_was_found_in_its_burst(town: Stage, boss: Actor, mod: Actor, ada: Actor) -> None:
    await boss.run("moderation preset", name="standard")
    await ada.say("fr33 st3am g1ft for all")
    await ada.say("Join https://discord.gg/abcdefg now")
    await mod.run("case show", number=1)
    assert "Invitations elsewhere: Join https://discord.gg/abcdefg now" in mod.sees
    assert mod.sees.count("st3am") == 1
    await ada.run("why")
    assert "Invitations elsewhere: Join https://discord.gg/abcdefg now" in ada.sees


async def test_each_message_that_waits_names_the_rule_that_holds_it(
    town: Stage, boss: Actor, mod: Actor, ada: Actor
) -> None:
    await boss.run("moderation preset", name="standard")
    await ada.say("fr33 st3am g1ft for all")
    await ada.say("see https://paypa1.com/login")
    assert mod.reads("team").count("Words of fraud") == 1
    assert mod.reads("team").count("Links that imitate others") == 1

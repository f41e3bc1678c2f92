"""A rule finds something: what members see, what moderators see, and what is not done twice."""

from __future__ import annotations

from bot.platforms.playground import Actor
from bot.rehearsal.stage import Stage


def effects(stage: Stage, *kinds: str) -> list[str]:
    return [one.effect for one in stage.world.effects if one.effect in kinds]


async def test_a_listed_word_is_taken_away_and_its_author_told_why(listed: Stage, ada: Actor) -> None:
    await ada.say("you grumpf")
    assert "you grumpf" not in ada.reads("general")
    assert "was taken away" in ada.sees
    assert "Say it another way" in ada.sees
    assert "you **grumpf**" in ada.sees or "you grumpf" in ada.sees
    assert "It counts 1 point; you have 1 in all" in ada.sees
    assert "Ada, notice" in ada.reads("log") or await later(listed, ada)


async def later(stage: Stage, who: Actor) -> bool:
    await stage.advance(seconds=40)
    return "Ada, notice" in who.reads("log")


async def test_innocent_messages_stay(listed: Stage, ada: Actor) -> None:
    await ada.say("a fine day")
    assert "a fine day" in ada.reads("general")
    assert effects(listed, "delete", "direct") == []


async def test_a_message_heard_again_after_a_kill_is_acted_upon_once(listed: Stage, ada: Actor) -> None:
    await ada.say("you grumpf")
    await listed.restart()
    await listed.restart()
    assert effects(listed, "delete", "direct") == ["delete", "direct"]


async def test_an_edit_on_which_no_new_rule_matches_changes_nothing(listed: Stage, boss: Actor, ada: Actor) -> None:
    await boss.run("moderation rule edit", name="own-words")
    await boss.fill(actions="remind", netiquette="Be kind.")
    await boss.run("moderation rule mode", name="own-words", mode="act")
    await ada.say("hello")
    await ada.edit("hello grumpf")
    assert "Be kind." in ada.sees
    ada.forget()
    await ada.edit("hello grumpf, friends")
    assert ada.sees == ""


async def test_the_team_is_not_judged(listed: Stage, mod: Actor) -> None:
    await mod.say("grumpf")
    assert "grumpf" in mod.reads("general")


async def test_points_lead_up_the_ladder(listed: Stage, ada: Actor) -> None:
    for _ in range(4):
        await ada.say("grumpf")
        await listed.advance(minutes=2)
    assert effects(listed, "delete") == ["delete"] * 4
    assert effects(listed, "timeout") == ["timeout"]
    assert "This is a warning" in ada.sees
    assert "You can write again" in ada.sees


async def test_one_burst_is_one_case(listed: Stage, ada: Actor, mod: Actor) -> None:
    for _ in range(5):
        await ada.say("grumpf")
    assert effects(listed, "delete") == ["delete"] * 5
    assert effects(listed, "direct") == ["direct"]
    await mod.run("case show", number=1)
    assert "Messages: 5" in mod.sees
    await mod.run("case list")
    assert "1 case" in mod.sees

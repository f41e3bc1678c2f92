"""A rule finds something: what members see, what moderators see, and what is not done twice."""

from __future__ import annotations

from bot.chat.forms import Upload
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
    assert "Ada, message taken away" in ada.reads("log") or await later(listed, ada)


async def later(stage: Stage, who: Actor) -> bool:
    await stage.advance(seconds=40)
    return "Ada, message taken away" in who.reads("log")


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


HOLDING = """
relais: rules
rules:
  - name: first
    title: First link
    triggers: [{on: links, any: true}]
    only: {messages_under: 1}
    actions: [{do: hold}, {do: remind}]
    netiquette: Say hello first.
  - name: busy
    title: Busy
    triggers: [{on: flood, count: 4, within: 10s, per: channel}]
    actions: [{do: slow_mode, every: 30s, length: 10m}, {do: tell}]
"""


async def holding(stage: Stage, boss: Actor) -> None:
    await boss.run("moderation import", file=Upload("rules.yaml", HOLDING.encode()))
    await boss.press("Use these rules")
    await boss.run("moderation rule mode", name="first", mode="act")
    await boss.run("moderation rule mode", name="busy", mode="act")
    boss.forget()


async def test_a_newcomers_link_waits_and_is_released(town: Stage, boss: Actor, mod: Actor, ada: Actor) -> None:
    await holding(town, boss)
    await ada.say("look at https://example.com")
    assert "https://example.com" not in ada.reads("general")
    assert "waits for a moderator" in ada.sees
    assert "Say hello first." in ada.sees
    assert "A message of Ada waits" in mod.reads("team")
    await town.advance(minutes=1)
    await town.restart()
    await mod.press("Release")
    assert "Ada wrote" in ada.reads("general")
    assert "https://example.com" in ada.reads("general")
    await town.restart()
    assert ada.reads("general").count("Ada wrote") == 1
    await ada.say("and at https://example.org")
    assert "https://example.org" in ada.reads("general")


async def test_a_message_kept_away_is_explained(town: Stage, boss: Actor, mod: Actor, ada: Actor) -> None:
    await holding(town, boss)
    await ada.say("look at https://example.com")
    await mod.press("Keep away")
    assert "it stays away" in ada.sees
    assert "Kept away by Mo." in mod.reads("team")
    assert "https://example.com" not in ada.reads("general")


async def test_a_busy_channel_is_slow_for_a_while(town: Stage, boss: Actor, mod: Actor) -> None:
    await holding(town, boss)
    for name in ("Ada", "Bob", "Cleo", "Dora", "Eve"):
        await town.person(name, here=True).say("hello everybody")
    assert effects(town, "slow_mode") == ["slow_mode"]
    assert "Rules: Busy" in mod.reads("team")
    await town.advance(minutes=11)
    assert effects(town, "slow_mode") == ["slow_mode", "slow_mode"]


SPEAKING = """
rules:
  - name: speak
    triggers: [{on: pattern, patterns: [hush]}]
    only: {languages: [fr]}
    actions: [{do: remind}]
    netiquette: Plus bas.
"""


async def test_a_rule_for_one_language_holds_where_it_is_spoken(town: Stage, boss: Actor, ada: Actor) -> None:
    await boss.run("moderation import", file=Upload("rules.yaml", SPEAKING.encode()))
    await boss.press("Use these rules")
    await boss.run("moderation rule mode", name="speak", mode="act")
    await ada.say("hush, you")
    assert "Plus bas." not in ada.sees
    await town.set("community", language="fr")
    chloe = town.person("Chloé", language="fr", here=True)
    await chloe.say("hush alors")
    assert "Plus bas." in chloe.sees

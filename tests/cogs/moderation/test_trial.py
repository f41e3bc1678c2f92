"""Presets and shadow mode: what acts at once, what observes, and how it comes to act."""

from __future__ import annotations

import pytest

from bot.chat.forms import Upload
from bot.platforms.playground import Actor
from bot.rehearsal.stage import Stage
from cogs.moderation.book.trial import Outcome, Record, doubted, outcome
from tests.stages import visible

CHANGED = """
relais: rules
preset: gentle
changes:
  mentions:
    actions: [{do: delete}]
"""


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (Record(), Outcome.PROMOTE),
        (Record(unmarked=3), Outcome.ASK),
        (Record(right=3), Outcome.PROMOTE),
        (Record(right=9, unmarked=1), Outcome.ASK),
        (Record(right=10, unmarked=40), Outcome.PROMOTE),
        (Record(right=9, wrong=1), Outcome.REFUSE),
        (Record(right=40, wrong=1, unmarked=9), Outcome.PROMOTE),
        (Record(wrong=1, unmarked=30), Outcome.REFUSE),
    ],
)
def test_figures_decide(record: Record, expected: Outcome) -> None:
    assert outcome(record, needed=10, budget=0.05) is expected


def test_a_rule_is_doubted_when_appeals_are_won() -> None:
    assert not doubted(Record(cases=4, overturned=2), budget=0.05)
    assert doubted(Record(cases=20, overturned=3), budget=0.05)
    assert not doubted(Record(cases=100, overturned=3), budget=0.05)


async def observing(stage: Stage, boss: Actor) -> None:
    """The rule for “grumpf” observes."""
    await boss.run("moderation rule mode", name="own-words", mode="observe")


async def test_a_rule_that_observes_does_nothing_and_is_promoted(
    listed: Stage, boss: Actor, mod: Actor, ada: Actor
) -> None:
    await observing(listed, boss)
    await ada.say("grumpf")
    assert "grumpf" in ada.reads("general")
    assert ada.sees == ""
    await listed.advance(days=1, hours=1)
    assert "1 hit of observing rules waits for your eye" in mod.reads("team")
    await mod.press("Look at them")
    assert "Was this rightly found?" in mod.sees
    await mod.press("Right")
    assert "Nothing is left to mark" in mod.sees
    await listed.advance(days=7)
    assert "acts" in mod.reads("team")
    await ada.say("grumpf again")
    assert "grumpf again" not in ada.reads("general")


async def test_wrong_hits_refuse_it(listed: Stage, boss: Actor, mod: Actor, ada: Actor) -> None:
    await observing(listed, boss)
    await ada.say("grumpf")
    await mod.run("moderation review")
    await mod.press("Wrong")
    await listed.advance(days=8)
    assert "is not ready" in mod.reads("team")
    await mod.run("moderation rule show", name="own-words")
    assert "0 right and 1 wrong of 1 marked: right in 0 %" in mod.sees


async def test_unmarked_hits_are_asked_about(listed: Stage, boss: Actor, mod: Actor, ada: Actor) -> None:
    await observing(listed, boss)
    await ada.say("grumpf")
    await listed.advance(days=8)
    assert "Was the rule" in mod.reads("team")
    await mod.press("Look at its hits")
    await mod.press("Right")
    assert "acts" in mod.reads("team")


async def test_overturned_cases_send_a_rule_back(listed: Stage, boss: Actor, mod: Actor) -> None:
    for name in ("Ada", "Bob", "Cleo"):
        member = listed.person(name, here=True)
        await member.say("grumpf")
        await member.press("Appeal")
        await member.fill(words="That is the name of my cat.")
        await mod.press("Overturn")
        await mod.fill(words="Nice cat.")
    assert "no longer acts" in mod.reads("team")
    ada = listed.person("Dora", here=True)
    await ada.say("grumpf")
    assert "Dora" in ada.reads("general")


async def test_a_preset_works_at_one_command(town: Stage, boss: Actor, ada: Actor) -> None:
    await boss.run("moderation preset", name="standard")
    assert "act from now on" in boss.sees
    assert "These observe first" in boss.sees
    await boss.run("moderation test", text="PLEASE READ THIS MESSAGE NOW EVERYBODY HERE AND THERE")
    assert "1 rule would answer" in boss.sees
    for _ in range(5):
        await ada.say("the very same long message, again", to="general")
    assert "the very same long message, again" in ada.sees
    await boss.run("moderation preset", name="off")
    assert "Moderation is off" in boss.sees


async def test_rules_go_out_and_come_in(town: Stage, boss: Actor) -> None:
    await boss.run("moderation preset", name="gentle")
    boss.forget()
    await boss.run("moderation import", file=Upload("rules.yaml", b"rules: 3"))
    assert "nothing was changed" in boss.sees
    await boss.run("moderation import", file=Upload("rules.yaml", CHANGED.encode()))
    assert "Nothing has changed yet." in boss.sees
    assert "it does “delete” instead of" in boss.sees
    assert "it observes for 7 days first" in boss.sees
    await town.restart()
    await boss.press("Use these rules")
    assert "Your rules are in force" in boss.sees
    await boss.run("moderation rule show", name="mentions")
    assert "Does: delete." in boss.sees


async def test_rules_that_are_in_force_already_are_no_difference(town: Stage, boss: Actor) -> None:
    await boss.run("moderation import", file=Upload("rules.yaml", CHANGED.encode()))
    await boss.press("Use these rules")
    await boss.run("moderation rule mode", name="mentions", mode="act")
    boss.forget()
    await boss.run("moderation import", file=Upload("rules.yaml", CHANGED.encode()))
    assert "Nothing in rules.yaml differs" in boss.sees


async def test_rules_that_changed_meanwhile_are_compared_anew(town: Stage, boss: Actor) -> None:
    await boss.run("moderation preset", name="gentle")
    await boss.run("moderation import", file=Upload("rules.yaml", CHANGED.encode()))
    await boss.run("moderation rule mode", name="mentions", mode="off")
    await boss.press("Use these rules")
    assert "The rules were changed meanwhile: nothing happened" in boss.sees
    boss.forget()
    await boss.run("moderation import", file=Upload("rules.yaml", CHANGED.encode()))
    await boss.press("Use these rules")
    assert "in force" in boss.sees
    boss.forget()
    await boss.press("Use these rules")
    assert "nothing happened" in boss.sees


async def test_new_and_lost_rules_are_named(town: Stage, boss: Actor) -> None:
    await boss.run("moderation words add", word="grumpf")
    boss.forget()
    await boss.run("moderation import", file=Upload("rules.yaml", CHANGED.encode()))
    assert "Hateful words is new: hold for review and alert the moderators; it acts at once" in visible(boss.sees)
    assert "goes." in boss.sees
    assert "Lists of words that differ" in boss.sees


async def test_figures(listed: Stage, mod: Actor, ada: Actor) -> None:
    await ada.say("grumpf")
    await mod.run("mod warn", member=ada, reason="Again")
    await mod.run("moderation report")
    assert "1 hit, 2 cases, and 0 reversed" in mod.sees
    assert "The community’s own words: 1 case" in mod.sees
    assert "Mo: warning × 1" in mod.sees

"""Rules have titles for people: nobody reads what files and programs call them."""

from __future__ import annotations

import re

import pytest

from bot.chat.things import Level
from bot.platforms.playground import Actor
from bot.platforms.playground.options import Impossible
from bot.rehearsal.stage import Stage

NAMES = re.compile(r"\b(insults|invites|hate|capitals|programs|flood)\b")
"""What the rules of the presets are called inside: no words of French."""


@pytest.fixture
async def ville(town: Stage) -> Stage:
    """The community with the standard rules, in French."""
    await town.speaks("fr")
    boss = town.person("Boss", level=Level.ADMIN, language="fr", here=True)
    await boss.run("moderation preset", name="standard")
    return town


@pytest.fixture
def mod(ville: Stage) -> Actor:
    return ville.person("Mo", level=Level.MODERATOR, language="fr", here=True)


@pytest.fixture
def ada(ville: Stage) -> Actor:
    return ville.person("Ada", language="fr", here=True)


async def test_a_verdict_is_told_by_the_title_of_its_rule(ville: Stage, ada: Actor) -> None:
    await ada.say("you moron")
    told = [step for step in ville.app.engine.trace.steps if step.kind == "guard"]
    voice = ville.app.engine.voice(ville.community, None)
    assert [voice.text(step.said) for step in told] == ["Insultes\u202f: «\u202fyou moron\u202f»"]
    assert not [effect.why for effect in ville.world.effects if NAMES.search(effect.why)]


async def test_no_card_names_a_rule_but_by_its_title(ville: Stage, mod: Actor, ada: Actor) -> None:
    for text in ("you moron", "HELLO TO ALL OF YOU MY DEAR GOOD FRIENDS", "come to discord.gg/abcdef"):
        await ada.say(text)
    await ada.run("why")
    await mod.run("case list")
    await mod.run("case show", number=1)
    await mod.run("case history", member=ada)
    await mod.run("moderation report")
    await mod.run("moderation test", text="you moron")
    await ville.advance(minutes=1)
    everything = "\n".join([ada.sees, mod.sees, *(mod.reads(place) for place in ("team", "log", "general"))])
    assert "Insultes" in everything
    assert not NAMES.findall(everything)


async def test_the_platforms_own_filter_knows_the_titles(ville: Stage, mod: Actor, ada: Actor) -> None:
    await ville.set("moderation", native=True)
    with pytest.raises(Impossible):
        await ada.say("you moron")
    await mod.run("case show", number=1)
    assert "Insultes, en version 1" in mod.sees
    assert not NAMES.search(mod.sees)
    assert not [one for one in ville.world.effects if one.effect == "filter" and NAMES.search(one.text)]

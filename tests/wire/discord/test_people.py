"""What people do and see is what they would do and see on the playground."""

from __future__ import annotations

import inspect
from datetime import UTC, datetime
from typing import Any

import discord
import pytest

from bot.chat.things import Level
from bot.platforms.playground import Actor as PlaygroundActor
from bot.platforms.playground import World as PlaygroundWorld
from tests.wire.discord import Actor, Away, Impossible, NothingToPress, World
from tests.wire.discord.bed import Bed, Bot

ACTS = "change join admit leave say edit delete react unreact run press choose fill reads forget".split()
WORDS = ["sees", "form", "id", "name", "space", "member"]
PLACES = "add_space add_channel person actor town channel close_channel deny".split()


@pytest.mark.parametrize("act", ACTS)
def test_people_act_as_on_the_playground(act: str) -> None:
    here, there = (inspect.signature(getattr(kind, act)).parameters for kind in (Actor, PlaygroundActor))
    assert {name: it.default for name, it in here.items()} == {name: it.default for name, it in there.items()}


@pytest.mark.parametrize("act", PLACES)
def test_places_are_built_as_on_the_playground(act: str) -> None:
    here, there = (inspect.signature(getattr(kind, act)).parameters for kind in (World, PlaygroundWorld))
    assert set(there) <= set(here)


def test_the_words_are_there() -> None:
    assert set(WORDS) <= vars(Actor).keys() & vars(PlaygroundActor).keys()


async def test_join_through_screening_and_leave(bed: Bed) -> None:
    gate = bed.world.add_space("Gate", screening=True)
    eve = bed.world.person("Eve", space=gate)
    bot = Bot()
    async with bed.running(bot):
        await eve.join()
        assert eve.member.pending
        with pytest.raises(Impossible, match="admitted"):
            await eve.say("Hello")
        await eve.admit()
        await eve.say("Hello")
        await eve.leave()
        with pytest.raises(Impossible):
            await eve.say("Still here?")
        with pytest.raises(Impossible, match="already"):
            await bed.ada.join()
    assert bot.heard == ["+Eve", "Hello"]


async def test_say_edit_delete(bed: Bed) -> None:
    first = await bed.ada.say("Hello @Bob, see #random", attach=["cat.png"])
    await bed.bob.say("Hi", reply_to=first)
    assert bed.bob.reads() == "Ada: Hello @Bob, see #random\n(cat.png)\nBob: Hi"
    await bed.ada.edit("Bye")
    assert bed.bob.reads() == "Ada: Bye\n(cat.png)\nBob: Hi"
    await bed.ada.delete()
    assert bed.ada.reads() == "Bob: Hi"
    assert bed.ada.reads("random") == ""
    with pytest.raises(Impossible):
        await bed.ada.edit("Nothing left")
    bed.ada.forget()
    assert bed.ada.reads() == ""


async def test_a_moderator_deletes_what_others_said(bed: Bed) -> None:
    mod = bed.world.person("Mod", level=Level.MODERATOR, here=True)
    ref = await bed.ada.say("Rude")
    reply = await mod.say("Stop")
    with pytest.raises(Impossible):
        await bed.ada.delete(ref=reply)
    await mod.delete(ref=ref)
    assert bed.ada.reads() == "Mod: Stop"


async def test_reactions(bed: Bed) -> None:
    ref = await bed.ada.say("Cake?")
    await bed.bob.react("🎂")
    with pytest.raises(Impossible, match="already"):
        await bed.bob.react("🎂")
    await bed.bob.unreact("🎂", ref=ref)
    with pytest.raises(Impossible, match="not reacted"):
        await bed.bob.unreact("🎂")


async def test_there_is_no_bot(bed: Bed) -> None:
    with pytest.raises(NothingToPress):
        await bed.ada.press("Rules")
    with pytest.raises(NothingToPress):
        await bed.ada.fill()
    components = [{"type": 1, "components": [{"type": 2, "style": 1, "label": "Rules", "custom_id": "r"}]}]
    await bed.say("Read", components=components)
    with pytest.raises(Away):
        await bed.ada.press("Rules")


async def test_who_people_are(bed: Bed) -> None:
    created = datetime(2020, 1, 1, tzinfo=UTC)
    zoe = bed.world.person("Zoe", level=Level.ADMIN, language="fr", roles=("Artist",), created_at=created, here=True)
    assert zoe.member.level is Level.ADMIN
    assert zoe.member.language == "fr"
    assert zoe.member.roles == ("Artist", "Admins")
    assert discord.utils.snowflake_time(int(zoe.id)) == created
    zoe.change(level=Level.HELPER, name="Zoé")
    assert (zoe.member.level, zoe.name) == (Level.HELPER, "Zoé")


async def test_the_bot_is_invited_and_sent_away(bed: Bed) -> None:
    bot = Bot()
    async with bed.running(bot):
        other = bed.world.add_space("Other")
        await bed.server.idle()
        assert {it.name for it in bot.guilds} == {"Town", "Other"}
        bed.world.remove_bot(other)
        await bed.server.idle()
        assert {it.name for it in bot.guilds} == {"Town"}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("**bold** *it* _it_ __under__ ~~gone~~ ||hidden||", "bold it it under gone hidden"),
        ("## Title\n- one\n- two\n> said", "Title\n• one\n• two\n> said"),
        ("[here](https://a.b/c) and <https://a.b>", "here (https://a.b/c) and https://a.b"),
        ("\\*not\\* \\_marks\\_ 2 * 3 * 4 snake_case_name", "*not* _marks_ 2 * 3 * 4 snake_case_name"),
        ("`a*b*c` and ```py\nx = **1**\n```", "a*b*c and x = **1**"),
        ("<t:1795417200:F>", "2026-11-23 08:00"),
        ("-# small", "small"),
        ("<@1> <#1> <@&1>", "@? #? @?"),
    ],
)
async def test_markdown_is_read_as_a_client_shows_it(bed: Bed, written: str, read: str) -> None:
    bed.ada.change(zone="Europe/Paris")
    assert bed.world.reader(bed.space.id, bed.ada.id).text(written) == read


async def test_effects_tell_what_the_bot_did(bed: Bed) -> None:
    message: Any = await bed.say("One")
    await bed.ok("PATCH", f"{bed.messages}/{message['id']}", {"content": "Two"})
    place = await bed.ok("POST", "/users/@me/channels", {"recipient_id": bed.ada.id})
    await bed.ok("POST", f"/channels/{place['id']}/messages", {"content": "psst"})
    told = [(it.effect, it.channel and it.channel.name, it.to and it.to.name, it.text) for it in bed.world.effects]
    assert told == [("post", "general", None, "One"), ("edit", "general", None, "Two"), ("direct", "", "Ada", "psst")]

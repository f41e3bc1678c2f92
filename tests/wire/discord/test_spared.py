"""Discord's own filter spares the team that there is, not the one there was when the rules were put there."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.chat.things import Level
from bot.platforms.playground import Stopped
from bot.rehearsal.stage import Stage
from tests.stages import stage_on
from tests.wire.discord import happenings
from tests.wire.discord.bits import BOTS, NOTHING, Permission
from tests.wire.discord.records import Guild
from tests.wire.discord.scene import DiscordScene

SOME_SECONDS = 30


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """A server with the standard rules, in Discord's AutoMod too."""
    async with stage_on("discord")() as stage:
        boss = stage.person("Boss", level=Level.ADMIN, here=True)
        await boss.run("moderation preset", name="standard")
        yield stage
        assert not stage.errors, stage.errors


def scene(stage: Stage) -> DiscordScene:
    assert isinstance(stage.scene, DiscordScene)
    return stage.scene


def guild(stage: Stage) -> Guild:
    return next(iter(scene(stage).server.state.guilds.values()))


def spared(stage: Stage) -> set[str]:
    """The roles that every rule spares, by name."""
    rules = [set(rule["exempt_roles"]) for rule in guild(stage).automod.values()]
    assert rules
    return {guild(stage).roles[id].name for id in set.intersection(*rules) if id in guild(stage).roles}


def written(stage: Stage) -> list[str]:
    """What was written about rules, as it was asked."""
    log = scene(stage).server.log
    return [it.method for it in log if "auto-moderation" in it.path and it.method != "GET"]


async def test_a_new_role_of_the_team_is_spared_at_once(stage: Stage) -> None:
    world = scene(stage).world
    ada = stage.person("Ada", here=True)
    guards = world.add_role("Guards", Permission.KICK_MEMBERS | Permission.MANAGE_MESSAGES)
    ada_here = guild(stage).members[ada.id]
    ada_here.roles.append(guards.id)
    with pytest.raises(Stopped):
        await ada.say("you moron")
    await stage.advance(seconds=SOME_SECONDS)
    assert "Guards" in spared(stage)
    await ada.say("he called me a moron")
    assert "he called me a moron" in ada.reads("general")


async def test_a_role_that_is_given_or_loses_power_follows(stage: Stage) -> None:
    state, world = scene(stage).server.state, scene(stage).world
    role = world.add_role("Guards")
    await stage.advance(seconds=SOME_SECONDS)
    before = written(stage)
    assert "Guards" not in spared(stage)
    for permissions, expected in ((Permission.BAN_MEMBERS, True), (NOTHING, False)):
        role.permissions = permissions
        happenings.role_changed(state, role)
        await stage.advance(seconds=SOME_SECONDS)
        assert ("Guards" in spared(stage)) is expected
    assert len(written(stage)) > len(before)
    role.permissions = Permission.BAN_MEMBERS
    happenings.role_changed(state, role)
    await stage.advance(seconds=SOME_SECONDS)
    del guild(stage).roles[role.id]
    happenings.role_deleted(state, role)
    await stage.advance(seconds=SOME_SECONDS)
    assert not any(role.id in rule["exempt_roles"] for rule in guild(stage).automod.values())


async def test_nothing_is_asked_of_discord_when_nobody_of_the_team_changes(stage: Stage) -> None:
    before = len(scene(stage).server.log)
    scene(stage).world.add_role("Gardeners")
    await stage.advance(seconds=SOME_SECONDS)
    assert not [it for it in scene(stage).server.log[before:] if "auto-moderation" in it.path]


async def test_many_changes_at_once_are_put_there_once(stage: Stage) -> None:
    world, before = scene(stage).world, written(stage)
    for number in range(5):
        world.add_role(f"Guards {number}", Permission.KICK_MEMBERS)
        await stage.settle()
    await stage.advance(seconds=SOME_SECONDS)
    rules = len(guild(stage).automod)
    assert {f"Guards {number}" for number in range(5)} <= spared(stage)
    assert written(stage)[len(before) :] == ["PATCH"] * rules


async def test_what_changed_while_relais_died_is_put_there_too(stage: Stage) -> None:
    scene(stage).world.add_role("Guards", Permission.KICK_MEMBERS)
    await stage.settle()
    await stage.restart()
    await stage.advance(seconds=SOME_SECONDS)
    assert "Guards" in spared(stage)


async def test_the_rules_are_called_there_as_the_community_says(stage: Stage) -> None:
    assert "Relais: Insults" in [rule["name"] for rule in guild(stage).automod.values()]
    count = len(guild(stage).automod)
    await stage.speaks("fr")
    await stage.advance(seconds=SOME_SECONDS)
    names = [rule["name"] for rule in guild(stage).automod.values()]
    assert "Relais: Insultes" in names
    assert len(names) == count


async def test_a_bot_that_is_given_the_right_puts_its_rules_there(stage: Stage) -> None:
    world = scene(stage).world
    guild(stage).automod.clear()
    world.permit(BOTS & ~Permission.MANAGE_GUILD)
    await stage.advance(seconds=SOME_SECONDS)
    assert not guild(stage).automod
    world.permit(BOTS)
    await stage.advance(seconds=SOME_SECONDS)
    assert guild(stage).automod

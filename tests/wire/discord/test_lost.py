"""A server where the bot is not any more, in a community that has another one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select

from bot.chat.things import Channel, Space
from bot.cog import Card, Priority, State, Voice
from bot.cog.context import Context
from bot.engine import loader
from bot.engine.health import Health
from bot.engine.models import JobRow
from bot.rehearsal.patience import patience
from bot.rehearsal.scene import scene_on
from bot.rehearsal.stage import Stage
from tests.wire.discord.bits import LIMITED_FLAGS

CHANNELS = ("general", "staff")
GONE = "Relais is not in South any more"


@pytest.fixture
async def club() -> AsyncIterator[Stage]:
    scene = scene_on("discord")
    async with Stage(scene=scene, cogs=loader.load(), spaces=("North", "South"), channels=CHANNELS) as stage:
        for space in stage.world.spaces:
            await stage.change({"community.moderators": "staff", "welcome.channel": "general"}, space)
        yield stage
        assert not stage.errors, stage.errors


def server(club: Stage) -> Any:
    return club.world


def told(club: Stage) -> str:
    north, _ = club.world.spaces
    return club.person("Boss", here=True, space=north).reads("staff")


async def put(club: Stage, channel: Channel) -> int:
    """Something that is to be said there."""
    engine = club.app.engine
    ctx = engine.context(Context, engine.retry_cog, channel.space, cause="a test")
    async with engine.db(ctx) as db:
        return await db.post(channel, Card("Good morning"), priority=Priority.PERSON)


async def test_the_other_server_goes_on_and_its_managers_are_told_once(club: Stage) -> None:
    north, south = club.world.spaces
    server(club).remove_bot(south)
    await club.settle()
    assert told(club).count(GONE) == 1
    await club.restart()
    await club.advance(days=3)
    assert told(club).count(GONE) == 1
    ada = club.person("Ada", space=north)
    await ada.join()
    assert "Ada" in ada.reads("general")


async def test_it_is_noticed_at_the_next_start(club: Stage) -> None:
    _, south = club.world.spaces
    world = server(club)
    del world.town(south).members[world.state.bot.id]
    await club.restart()
    assert told(club).count(GONE) == 1


async def test_an_outage_of_a_server_is_no_loss(club: Stage) -> None:
    _, south = club.world.spaces
    server(club).state.tell("GUILD_DELETE", {"id": south.id, "unavailable": True}, south.id, None)
    await club.settle()
    assert club.app.engine.spaces.lost_at(south) is None
    assert GONE not in told(club)


async def test_what_waits_for_it_goes_on_when_it_is_back(club: Stage) -> None:
    _, south = club.world.spaces
    channel = next(one for one in await club.app.engine.channels(south) if one.name == "general")
    ada = club.person("Ada", space=south)
    await ada.join()
    server(club).remove_bot(south)
    await club.settle()
    number = await put(club, channel)
    await club.advance(hours=2)
    sent = await club.app.engine.sent(number)
    assert (sent.state, Voice().text(sent.reason)) == (State.WAITING, "Relais is not in its space any more")
    server(club).invite_bot(south)
    await club.advance(minutes=6)
    assert ada.reads("general").count("Good morning") == 1
    await club.advance(days=8)
    assert "say a few words about yourself" in ada.sees


async def test_what_waits_too_long_for_it_is_dropped_and_jobs_are_kept(club: Stage) -> None:
    _, south = club.world.spaces
    channel = next(one for one in await club.app.engine.channels(south) if one.name == "general")
    await club.person("Ada", space=south).join()
    server(club).remove_bot(south)
    await club.settle()
    number = await put(club, channel)
    await club.advance(days=10)
    assert (await club.app.engine.sent(number)).state is State.DROPPED
    assert "due" in [row.state for row in await jobs(club, south) if row.name == "welcome.look_in"]


async def test_a_token_that_is_taken_back_while_relais_runs(club: Stage) -> None:
    spaces, wire = club.world.spaces, server(club).state
    token, wire.token = wire.token, "another"
    club.scene.server.gateway.drop()  # type: ignore[attr-defined]
    async with patience("Relais notices", 10):
        while not club.app.barred:
            await asyncio.sleep(0)
    await club.settle()
    assert "Reset Token" in (await club.app.health()).problems["discord"]
    assert {*club.app.engine.spaces.lost} == {space.key for space in spaces}
    wire.token = token
    await club.restart()
    assert not club.app.engine.spaces.lost
    assert await club.app.health() == Health(True)


async def test_managers_are_told_what_discord_does_not_show(club: Stage) -> None:
    application = server(club).state.application
    application.flags &= ~LIMITED_FLAGS
    await club.restart()
    await club.advance(hours=1)
    assert told(club).count("Server Members") == told(club).count("Message Content") == 1
    assert len(club.complaints) == 4, "in each of the two servers"
    club.complaints.clear()
    application.flags |= LIMITED_FLAGS
    await club.restart()
    assert not club.complaints


async def jobs(club: Stage, space: Space) -> list[JobRow]:
    async with club.app.database.reading() as db:
        return list(await db.scalars(select(JobRow).where(JobRow.space == space.key)))

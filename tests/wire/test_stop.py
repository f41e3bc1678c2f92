"""A stop is over soon, whatever hangs: the platform, a library, a handler."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from aiohttp.connector import BaseConnector, Connection
from discord.gateway import DiscordWebSocket
from slack_sdk.socket_mode.aiohttp import SocketModeClient

import bot.app
from bot.platforms.discord import client
from bot.platforms.slack import socket
from bot.rehearsal.patience import patience
from bot.rehearsal.scene import scene_on
from bot.rehearsal.stage import Stage
from tests.contract.cog import COGS, notes

HANGS = {
    "discord": (DiscordWebSocket, client),
    "slack": (SocketModeClient, socket),
}
"""The library's connection, whose ``close`` waits for a word of the platform, and the adapter's part that calls it."""


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[Connection]]:
    """The connections of clients that nobody has let go of."""
    connect, given = BaseConnector.connect, []

    async def noted(*args: Any, **more: Any) -> Connection:
        given.append(await connect(*args, **more))
        return given[-1]

    monkeypatch.setattr(BaseConnector, "connect", noted)
    return lambda: [one for one in given if one.protocol is not None]


async def for_ever(*_: Any, **__: Any) -> None:
    await asyncio.Event().wait()


@pytest.mark.parametrize("platform", HANGS)
async def test_a_platform_that_does_not_say_goodbye(
    platform: str, monkeypatch: pytest.MonkeyPatch, held: Callable[[], list[Connection]]
) -> None:
    library, adapter = HANGS[platform]
    stage = await Stage(cogs=COGS, scene=scene_on(platform)).start()
    monkeypatch.setattr(adapter, "SOON", 0.1)
    with monkeypatch.context() as hanging:
        hanging.setattr(library, "close", for_ever)
        async with patience("the stop", 10):
            await stage.app.stop()
    await stage.scene.stop()
    assert not held()


async def test_a_discord_that_does_not_say_hello(held: Callable[[], list[Connection]]) -> None:
    stage = await Stage(cogs=COGS, scene=scene_on("discord")).start()
    scene: Any = stage.scene
    before = held()
    await scene.cut()
    async with patience("a new connection", 10):
        while all(one in before for one in held()) or not scene.server.gateway._sockets:
            await asyncio.sleep(0)
    async with patience("the stop", 10):
        await stage.app.stop()
    assert not held()
    scene.mend()
    await stage.scene.stop()


async def test_a_handler_that_does_not_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.app, "FINISHING", 0.1)
    notes.clear()
    notes.hold()
    stage = await Stage(cogs=COGS).start()
    ada = stage.person("ada", here=True)
    asking = asyncio.create_task(ada.run("contract slow"))
    async with patience("the stop", 10):
        await notes.somebody_waits()
        await stage.app.stop()
    notes.release()
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    await stage.scene.stop()

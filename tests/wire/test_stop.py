"""A stop is over soon, whatever hangs: the platform, a library, a handler."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
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


async def for_ever(*_: Any, **__: Any) -> None:
    await asyncio.Event().wait()


@pytest.mark.parametrize("platform", HANGS)
async def test_a_platform_that_does_not_say_goodbye(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    library, adapter = HANGS[platform]
    stage = await Stage(cogs=COGS, scene=scene_on(platform)).start()
    monkeypatch.setattr(adapter, "SOON", 0.1)
    with monkeypatch.context() as hanging:
        hanging.setattr(library, "close", for_ever)
        async with patience("the stop", 10):
            await stage.app.stop()
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

"""The whole of Relais reached over HTTP: signed events, commands and interactions, through the web server's routes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette

from bot.chat.platform import Platform
from bot.platforms.slack.manifest import ENDPOINT
from bot.rehearsal.stage import Stage
from tests.contract.cog import COGS, notes
from tests.wire.slack.scene import SlackScene


class HttpScene(SlackScene):
    """Without an app-level token: no sockets."""

    app_token = None


@asynccontextmanager
async def mounted(platform: Platform) -> AsyncIterator[str]:
    """The routes of a platform, served on a free port."""
    app = Starlette(routes=platform.routes())  # type: ignore[attr-defined]
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, lifespan="off", ws="none"))
    serving = asyncio.create_task(server._serve())
    while not server.started:
        await asyncio.sleep(0)
    host, port = server.servers[0].sockets[0].getsockname()
    try:
        yield f"http://{host}:{port}{ENDPOINT}"
    finally:
        server.should_exit = True
        await serving


async def test_a_message_a_command_and_a_modal() -> None:
    notes.clear()
    async with Stage(scene=HttpScene, cogs=COGS) as stage:
        assert isinstance(stage.scene, HttpScene)
        adapters: Sequence[Platform] = stage.app.platforms
        ada = stage.person("ada", here=True)
        async with mounted(adapters[0]) as url:
            line = stage.scene.server.deliver_to(url, stamp=time.time)
            assert await line.verify()
            await ada.say("answer me")
            assert "Heard: me" in ada.reads("general")
            await ada.run("contract write")
            await ada.fill(title="Nothing", body="Upon a time")
            assert "Say something" in ada.sees
            await ada.fill(title="Once")
            assert "Told: Once, 3 pages, aloud" in ada.sees
            line.secret = "another"
            assert not await line.verify()
            await ada.say("answer a stranger")
        assert notes.heard == ["answer me"]
        assert not stage.errors

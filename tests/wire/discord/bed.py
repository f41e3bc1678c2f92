"""What the tests of this Discord lie in: Ada and Bob in one guild, a raw client, a bot made with the real library."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import discord

from tests.wire.discord import DiscordServer, redirected
from tests.wire.discord.bits import Intent, Json
from tests.wire.discord.description import DESCRIPTION

EVERYTHING = int(sum(Intent))


class Bed:
    """What a test lies in: a server whose clock stands still, and somebody who speaks HTTP to it."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 23, 7, tzinfo=UTC)
        self.server = DiscordServer(lambda: self.time, answer_within=1.0, check_answers=True)
        self.world = self.server.world
        self.space = self.world.add_space(channels=("general", "random"))
        self.general = self.world.channel("general")
        self.ada = self.world.person("Ada", here=True)
        self.bob = self.world.person("Bob", here=True)
        self.http: aiohttp.ClientSession

    def pass_time(self, **by: float) -> None:
        self.time += timedelta(**by)

    @property
    def messages(self) -> str:
        """The route of the messages of #general."""
        return f"/channels/{self.general.id}/messages"

    @property
    def guild(self) -> str:
        return f"/guilds/{self.space.id}"

    async def call(self, method: str, path: str, body: Any = None, *, token: str | None = None, **more: Any) -> Any:
        """The status and the body of an answer."""
        headers = {"Authorization": f"Bot {token or self.server.token}"} | more.pop("headers", {})
        if body is not None:
            more["data"], headers["Content-Type"] = json.dumps(body), "application/json"
        async with self.http.request(method, self.server.api_base + path, headers=headers, **more) as response:
            raw = await response.read()
            return response.status, json.loads(raw) if raw else None

    async def ok(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """The body of an answer that must be good."""
        status, found = await self.call(method, path, body, **more)
        assert status < 300, found
        return found

    async def refused(self, method: str, path: str, body: Any = None, **more: Any) -> int:
        """The code of a refusal. What was sent may be against the description."""
        status, found = await self.call(method, path, body, **more)
        assert status >= 400, found
        self.server.violations.clear()
        return int(found["code"])

    async def say(self, content: str, **more: Any) -> Json:
        """The bot writes in #general."""
        found: Json = await self.ok("POST", self.messages, {"content": content, **more})
        return found

    @asynccontextmanager
    async def socket(self, **more: Any) -> AsyncIterator[Socket]:
        """A raw connection to the gateway."""
        async with self.http.ws_connect(self.server.gateway_url, **more) as socket:
            yield Socket(socket, self.server.token)

    @asynccontextmanager
    async def running(self, bot: discord.Client) -> AsyncIterator[None]:
        """A bot of the real library, connected and quiet."""
        with redirected(self.server):
            task = asyncio.create_task(bot.start(self.server.token))
            try:
                up = asyncio.create_task(self.server.gateway.connected())
                await asyncio.wait([task, up], return_when=asyncio.FIRST_COMPLETED, timeout=10)
                if task.done():
                    up.cancel()
                    task.result()
                await self.server.idle()
                yield
            finally:
                await bot.close()
                await asyncio.gather(task, return_exceptions=True)


class Socket:
    """A client of the gateway that only does what it is told."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, token: str) -> None:
        self.raw = socket
        self.token = token
        self.sequence = 0
        self.session = ""

    async def send(self, op: int, data: Any) -> None:
        await self.raw.send_json({"op": op, "d": data})

    async def next(self) -> Json:
        """The next frame."""
        frame: Json = await self.raw.receive_json(timeout=5)
        self.sequence = frame.get("s") or self.sequence
        return frame

    async def event(self, name: str) -> Json:
        """The data of the next event of this name."""
        while True:
            frame = await self.next()
            if frame["t"] == name:
                data: Json = frame["d"]
                return data

    async def close_code(self) -> int | None:
        """The code with which the server closes."""
        while not self.raw.closed:
            await self.raw.receive(timeout=5)
        return self.raw.close_code

    async def identify(self, intents: int = EVERYTHING, **more: Any) -> Json:
        """Say hello; gives READY."""
        assert (await self.next())["op"] == 10
        await self.send(2, {"token": self.token, "intents": intents, "properties": PROPERTIES, **more})
        ready = await self.event("READY")
        self.session = ready["session_id"]
        return ready

    async def resume(self, session: str, sequence: int) -> None:
        assert (await self.next())["op"] == 10
        await self.send(6, {"token": self.token, "session_id": session, "seq": sequence})


PROPERTIES = {"os": "linux", "browser": "test", "device": "test"}


Reply = Callable[[discord.Interaction[Any]], Awaitable[object]]


class Bot(discord.Client):
    """Answers interactions with ``reply``, and hears."""

    def __init__(self, reply: Reply | None = None, intents: discord.Intents | None = None) -> None:
        found = intents or discord.Intents.all()
        super().__init__(intents=found, chunk_guilds_at_startup=False, max_messages=None)
        self.reply = reply
        self.heard: list[str] = []
        self.asked: list[Any] = []

    async def on_message(self, message: discord.Message) -> None:
        self.heard.append(message.content)

    async def on_member_join(self, member: discord.Member) -> None:
        self.heard.append(f"+{member.name}")

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        self.asked.append(interaction.data)
        if self.reply is not None:
            await self.reply(interaction)


def described() -> bool:
    """Whether the published description is there to compare with."""
    return DESCRIPTION.checker is not None

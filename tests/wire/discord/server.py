"""A Discord on loopback: REST and gateway on one port, with the people who use it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Self

import discord
import yarl
from aiohttp import web
from discord.gateway import DiscordWebSocket
from discord.http import Route

from tests.wire.discord.description import DESCRIPTION, extras
from tests.wire.discord.faults import Faults
from tests.wire.discord.gateway import Gateway
from tests.wire.discord.rest import PREFIX, Logged, Rest
from tests.wire.discord.state import State
from tests.wire.discord.world import World

TURNS = 10
"""Turns of the event loop that a client is given to begin something."""


class DiscordServer:
    """Used as ``async with DiscordServer(clock.now) as server``.

    ``world`` builds guilds and people, ``faults`` prepares trouble, ``gateway`` cuts and closes sockets, ``log`` holds
    every request. ``settle`` is awaited after each act of a person: ``idle`` unless whoever runs the bot knows better.
    Leaving raises ``AssertionError`` when a request does not fit the published description (``violations``); a test
    that means to send such a thing clears the list.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        *,
        token: str = "discord.test.token",
        bot_name: str = "Relais",
        answer_within: float = 3.0,
        heartbeat_interval: float = 41.25,
        check_answers: bool = False,
        settle: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self.token = token
        self.state = State(now, bot_name=bot_name, token=token)
        self.state.patience = answer_within
        self.faults = Faults()
        self.gateway = Gateway(self.state, heartbeat_interval=heartbeat_interval)
        self.settle = settle or self.idle
        self.world = World(self.state, self.gateway, self.faults, self._settled)
        self.rest = Rest(self.state, self.faults, self.world.note, self._inspect)
        self.violations: list[str] = []
        self.api_base = ""
        self.gateway_url = ""
        self.cdn_base = ""
        self._check_answers = check_answers
        self._given_up: set[str] = set()
        self._runner: web.AppRunner | None = None

    # Life

    async def start(self) -> Self:
        """Listen on a free port of this machine."""
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_get("/gateway/", self.gateway.handle)
        app.router.add_get("/cdn/{path:.*}", self._file)
        app.router.add_route("*", "/{path:.*}", self.rest.handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.api_base = f"http://{host}:{port}{PREFIX}"
        self.cdn_base = self.state.cdn_base = f"http://{host}:{port}/cdn"
        self.gateway_url = self.state.gateway_url = self.gateway.url = f"ws://{host}:{port}/gateway/"
        return self

    async def stop(self) -> None:
        """Close everything."""
        await self.gateway.close(1001)
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        await self.stop()
        if kind is None:
            self.verify()

    def verify(self) -> None:
        """Raise what this server could not do, and what was sent against the published description."""
        if self.rest.broken:
            raise ExceptionGroup("this Discord failed", self.rest.broken)
        assert not self.violations, "sent against the description:\n" + "\n".join(self.violations)

    async def _file(self, request: web.Request) -> web.Response:
        data = self.state.files.get(request.match_info["path"])
        return web.Response(status=404) if data is None else web.Response(body=data)

    # Waiting

    async def _settled(self) -> None:
        await self.settle()

    async def idle(self) -> None:
        """Wait until the clients have read everything, and nothing is asked or awaited any more."""
        seen = None
        while seen != (seen := (self.rest.count, self.state.revision)) or self.rest.busy:
            await self.gateway.heard(self.state.patience)
            for _ in range(TURNS):
                await asyncio.sleep(0)
            while self.rest.busy:
                self.rest.quiet.clear()
                await self.rest.quiet.wait()
            await self._answered()

    async def _answered(self) -> None:
        """Wait for what was deferred, as long as for a first answer; once given up, no longer."""
        for token, asked in tuple(self.state.interactions.items()):
            if asked.awaiting_followup and token not in self._given_up:
                self._given_up.add(token)
                ends = asyncio.get_running_loop().time() + self.state.patience
                while asyncio.get_running_loop().time() < ends:
                    if not asked.awaiting_followup:
                        break
                    await asyncio.sleep(0.01)

    # Watching

    @property
    def log(self) -> list[Logged]:
        return self.rest.log

    def sent(self, on: str) -> list[Logged]:
        """Requests whose "METHOD /path" matches a pattern with ``*``."""
        return self.rest.sent(on)

    def _inspect(self, logged: Logged, content_type: str) -> None:
        if logged.status in (404, 405) and logged.answer["code"] == 0:
            self.violations.append(f"{logged.method} {logged.path}: there is no such route here")
            return
        checker = DESCRIPTION.checker
        if checker is None or not logged.read:
            return
        found = checker.request(logged.method, logged.path, logged.query, logged.body, content_type, extras)
        if self._check_answers:
            found += checker.answer(logged.method, logged.path, logged.status, logged.answer)
        self.violations += [f"{logged.method} {logged.path}: {it}" for it in found]


@contextmanager
def redirected(server: DiscordServer) -> Iterator[None]:
    """discord.py talks to this server instead of the real one, and then again as before."""
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, discord.Asset.BASE
    Route.BASE = server.api_base
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(server.gateway_url)
    discord.Asset.BASE = server.cdn_base
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, discord.Asset.BASE = before

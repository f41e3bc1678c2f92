"""A Slack on loopback: Web API, Socket Mode and deliveries on one port, with the people who use it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Self

from aiohttp import web

from tests.wire.slack import oauth
from tests.wire.slack.delivery import RETRY_AFTER, Delivery
from tests.wire.slack.faults import Faults
from tests.wire.slack.http_events import HttpEvents
from tests.wire.slack.plain import BOT_NAME
from tests.wire.slack.rates import USUAL, Pace, Rates
from tests.wire.slack.records import App, Grant
from tests.wire.slack.responses import Responses
from tests.wire.slack.socket_mode import SocketMode
from tests.wire.slack.state import State
from tests.wire.slack.web_api import Desk, Logged, WebApi
from tests.wire.slack.world import World

APP_TOKEN = "xapp-1-A0000000001-slack-test"
TURNS = 50
"""Turns of the event loop that a client is given to begin something."""

MOST_UPLOAD = 64 * 1024 * 1024


class SlackServer:
    """Used as ``async with SlackServer(clock.now) as server``.

    ``world`` builds workspaces and people, ``faults`` prepares trouble, ``socket`` cuts and closes connections,
    ``delivery`` holds what was sent to the bot, ``log`` every request of it. ``settle`` is awaited after each act of
    a person: ``idle`` unless whoever runs the bot knows better. Leaving raises ``AssertionError`` when a request does
    not fit the published description (``violations``); a test that means to send such a thing clears the list.

    Times that people would notice are on the injected clock (triggers, response_urls, pace); how long an
    acknowledgement may take, and the pauses before redelivery, are on the real one.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        *,
        bot_name: str = BOT_NAME,
        pace: Pace | None = USUAL,
        tiers: bool = False,
        ack_within: float = 3.0,
        retry_after: tuple[float, ...] = RETRY_AFTER,
        settle: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        app = App("A0000000001", bot_name, "slack-signing-secret", "verification-token")
        self.app_token = APP_TOKEN
        self.state = State(now, app)
        self.state.grants[self.app_token] = Grant(self.app_token, "app", {"connections:write"})
        self.faults = Faults()
        self.delivery = Delivery(self.state, retry_after=retry_after)
        self.socket = SocketMode(self.state, self.delivery, ack_within=ack_within)
        self.delivery.line = self.socket
        self.rates = Rates(now, pace, tiers=tiers)
        self.desk = Desk(self.state, self.faults)
        self.settle = settle or self.idle
        self.world = World(self.state, self.delivery, self.faults, self._settled, self.idle)
        self.api_base = ""
        self.signing_secret = app.signing_secret
        self._ack_within = ack_within
        self._runner: web.AppRunner | None = None
        self._listener: socket.socket | None = None

    # Life

    def bind(self) -> None:
        """Take a free port of this machine: the addresses are known from now on."""
        if self._listener is None:
            self._listener = socket.create_server(("127.0.0.1", 0))
            host, port = self._listener.getsockname()
            self.state.base = f"http://{host}:{port}"
            self.api_base = f"{self.state.base}/api/"

    async def start(self) -> Self:
        """Listen."""
        self.bind()
        assert self._listener is not None
        app = web.Application(client_max_size=MOST_UPLOAD)
        app.router.add_route("*", "/api/{method}", WebApi(self.state, self.desk, self.rates).handle)
        page = oauth.AuthorizePage(self.state)
        app.router.add_get(oauth.PATH, page.show)
        app.router.add_post(oauth.PATH, page.decide)
        app.router.add_get("/link/", self.socket.handle)
        app.router.add_post("/actions/{team}/{id}/{secret}", Responses(self.state, self.desk).handle)
        app.router.add_post("/upload/v1/{id}", self._upload)
        app.router.add_get("/files-pri/{file}/{path:.*}", self._download)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.SockSite(self._runner, self._listener).start()
        return self

    async def stop(self) -> None:
        """Close everything."""
        await self.delivery.stop()
        await self.socket.close()
        if isinstance(self.delivery.line, HttpEvents):
            await self.delivery.line.close()
        if self._runner is not None:
            await self._runner.cleanup()
        elif self._listener is not None:
            self._listener.close()

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        await self.stop()
        if kind is None:
            self.verify()

    def verify(self) -> None:
        """Raise what this server could not do, and what was sent against the published description."""
        if self.desk.broken:
            raise ExceptionGroup("this Slack failed", self.desk.broken)
        found = [*self.violations, *self.delivery.violations]
        assert not found, "sent against the description:\n" + "\n".join(found)

    # Which way payloads take

    def deliver_to(self, url: str, *, stamp: Callable[[], float] | None = None) -> HttpEvents:
        """Send events, commands and interactions to a request URL, signed, instead of sockets."""
        line = HttpEvents(self.state, url, ack_within=self._ack_within, stamp=stamp)
        self.delivery.line = line
        self.delivery.line_up()
        return line

    # Files

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        logged = Logged("upload", self.state.now())
        file = self.state.files.get(request.match_info["id"])
        data = await _bytes(request)

        def keep() -> tuple[str, int, dict[str, str]]:
            if file is None or file.done:
                return "not found", 404, {}
            file.data, file.size = data, len(data)
            return f"OK - {len(data)}", 200, {}

        return await self.desk.serve(request, logged, keep)

    async def _download(self, request: web.Request) -> web.StreamResponse:
        """A file for a token that may read files; anybody else is sent to a page to sign in."""
        file = self.state.files.get(request.match_info["file"].rpartition("-")[2])
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        grant = self.state.grants.get(token)
        if file is None or file.data is None:
            return web.Response(status=404)
        if grant is None or grant.dead or "files:read" not in grant.scopes or grant.team != file.team:
            return web.Response(text="<!DOCTYPE html><html>Sign in</html>", content_type="text/html")
        return web.Response(body=file.data)

    # Waiting

    async def _settled(self) -> None:
        await self.settle()

    async def idle(self) -> None:
        """Wait until what was sent is acknowledged, and nothing is asked any more."""
        seen = None
        while seen != (seen := (self.desk.count, len(self.delivery.log), self.state.revision)) or self._busy:
            for _ in range(TURNS):
                await asyncio.sleep(0)
            await _while(lambda: self.delivery.busy, self.delivery.quiet)
            await _while(lambda: self.desk.busy, self.desk.quiet)

    @property
    def _busy(self) -> int:
        return self.desk.busy + self.delivery.busy

    # Watching

    @property
    def violations(self) -> list[str]:
        return self.desk.violations

    @property
    def log(self) -> list[Logged]:
        return self.desk.log

    def sent(self, on: str) -> list[Logged]:
        """Requests to methods that match a pattern: ``chat.*``, ``response_url``, ``upload``."""
        return self.desk.sent(on)


async def _while(busy: Callable[[], int], quiet: asyncio.Event) -> None:
    while busy():
        quiet.clear()
        await quiet.wait()


async def _bytes(request: web.Request) -> bytes:
    """The bytes of an upload, raw or as the first file of a form."""
    if request.content_type != "multipart/form-data":
        return await request.read()
    for part in (await request.post()).values():
        if isinstance(part, web.FileField):
            return part.file.read()
    return b""

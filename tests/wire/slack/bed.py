"""What the tests of this Slack lie in: Ada and Bob in one workspace, a raw client, the real libraries."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.wire.slack.bits import Json
from tests.wire.slack.server import SlackServer

QUIET = logging.getLogger("tests.wire.slack")
QUIET.setLevel(logging.CRITICAL + 1)


class Bed:
    """A server whose clock stands still, and somebody who speaks HTTP to it."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 23, 7, tzinfo=UTC)
        self.server = SlackServer(lambda: self.time, retry_after=(0, 0, 0))
        self.world = self.server.world
        self.space = self.world.add_space(channels=("general", "random"))
        self.general = self.world.channel("general").id
        self.ada = self.world.person("Ada", here=True)
        self.bob = self.world.person("Bob", here=True)
        self.http: aiohttp.ClientSession

    @property
    def token(self) -> str:
        return self.world.token()

    @property
    def client(self) -> AsyncWebClient:
        """The real client, with the bot's token."""
        return AsyncWebClient(self.token, base_url=self.server.api_base, session=self.http, logger=QUIET)

    def pass_time(self, **by: float) -> None:
        self.time += timedelta(**by)

    async def call(self, method: str, token: str | None = None, **args: Any) -> Json:
        """The body of an answer to a JSON request, refused or not. What is sent may be against the description."""
        headers = {"Authorization": f"Bearer {self.token if token is None else token}"}
        async with self.http.post(self.server.api_base + method, json=args, headers=headers) as answer:
            found: Json = await answer.json()
        self.server.violations.clear()
        return found

    async def error(self, method: str, token: str | None = None, **args: Any) -> str:
        """The code of a refusal."""
        found = await self.call(method, token, **args)
        assert found["ok"] is False, found
        return str(found["error"])

    async def post(self, text: str = "hello", **more: Any) -> Json:
        """The bot writes in #general; gives the whole answer."""
        answer = await self.client.chat_postMessage(channel=self.general, text=text, **more)
        found: Json = answer.data  # type: ignore[assignment]
        return found

    @asynccontextmanager
    async def socket(self) -> AsyncIterator[Socket]:
        """A raw connection to Socket Mode."""
        opened = await self.call("apps.connections.open", self.server.app_token)
        async with self.http.ws_connect(opened["url"]) as socket:
            yield Socket(socket)

    def app(self) -> AsyncApp:
        """A bot of the real framework, without listeners."""
        return AsyncApp(client=self.client, signing_secret=self.server.signing_secret, logger=QUIET)

    @asynccontextmanager
    async def running(self, app: AsyncApp) -> AsyncIterator[AsyncSocketModeHandler]:
        """A bot of the real framework, connected."""
        handler = AsyncSocketModeHandler(app, self.server.app_token, logger=QUIET, ping_interval=1)
        await handler.connect_async()  # type: ignore[no-untyped-call]
        await self.server.socket.connected()
        try:
            yield handler
        finally:
            await handler.close_async()  # type: ignore[no-untyped-call]


class Socket:
    """The client's end of a socket, spoken to frame by frame."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.raw = socket

    async def read(self) -> Json:
        found: Json = await self.raw.receive_json(timeout=5)
        return found

    async def until(self, kind: str) -> Json:
        """The next envelope with an event of this kind; the others are acknowledged."""
        while True:
            frame = await self.read()
            if frame.get("payload", {}).get("event", {}).get("type") == kind:
                return frame
            if "envelope_id" in frame:
                await self.ack(frame)

    async def ack(self, frame: Json, payload: Json | None = None) -> None:
        answer: Json = {"envelope_id": frame["envelope_id"]}
        await self.raw.send_json(answer | ({"payload": payload} if payload is not None else {}))


async def refused(work: Any) -> str:
    """The code that the real client raises."""
    try:
        await work
    except SlackApiError as error:
        return str(error.response["error"])
    raise AssertionError("nothing was refused")


def section(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def words(text: str) -> Json:
    """A plain_text object."""
    return {"type": "plain_text", "text": text}


def button(label: str, action: str = "go", **more: Any) -> Json:
    return {"type": "button", "action_id": action, "text": words(label), **more}


def modal(*blocks: Json, **more: Any) -> Json:
    return {
        "type": "modal",
        "title": words("Form"),
        "submit": words("Send"),
        "callback_id": "form",
        "blocks": [*blocks],
        **more,
    }


def field(id: str, label: str, element: Json | None = None, **more: Any) -> Json:
    """An input; a line of text unless told otherwise."""
    inner = {"type": "plain_text_input", "action_id": id} if element is None else {"action_id": id, **element}
    return {"type": "input", "block_id": id, "label": words(label), "element": inner, **more}

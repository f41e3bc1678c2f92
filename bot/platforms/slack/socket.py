"""Socket Mode: Slack's events over a connection that Relais opens, kept up by the library."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient

from bot.chat.platform import Forbidden, OutOfReach, PlatformError
from bot.chat.tasks import SOON, end
from bot.platforms.slack.api import SDK, Api
from bot.platforms.slack.errors import APP_CURE, CONNECT, Refused, in_our_words

log = logging.getLogger("relais.slack")

PING = 10.0
PATIENCE = 30.0
"""Seconds for the first connection."""
NO_SOCKET = "Slack's socket could not be opened: check the network, or a proxy in between"


class Socket:
    """One connection. ``again`` is called when it was lost and stands again."""

    def __init__(
        self, app: AsyncApp, api: Api, token: str, again: Callable[[], Awaitable[None]], ping: float = PING
    ) -> None:
        self._api = api
        self._token = token
        self._again = again
        self._greeted = 0
        self._handler = AsyncSocketModeHandler(app, token, logger=SDK, web_client=api.web, ping_interval=ping)
        self._client: SocketModeClient = self._handler.client
        self._client.message_listeners.append(self._on_message)

    async def open(self) -> None:
        """Raises ``PlatformError`` in words for whoever configured it: the library would try for ever, silently."""
        self._client.wss_uri = await self._address()
        try:
            await asyncio.wait_for(self._client.connect(), PATIENCE)  # type: ignore[no-untyped-call]
        except TimeoutError:
            raise OutOfReach(NO_SOCKET) from None

    async def _address(self) -> str:
        try:
            with in_our_words(CONNECT, writes=False):
                answer = await self._api.web.apps_connections_open(app_token=self._token)
        except Forbidden as error:
            raise PlatformError(APP_CURE.format(code=error.permission)) from None
        except Refused as error:
            raise PlatformError(APP_CURE.format(code=error.code)) from None
        return str(answer["url"])

    async def _on_message(
        self, client: AsyncBaseSocketModeClient, message: Mapping[str, Any], raw: str | None = None
    ) -> None:
        if message.get("type") != "hello":
            return
        self._greeted += 1
        if self._greeted > 1:
            log.info("Slack's socket was opened again")
            await self._again()

    async def close(self) -> None:
        """Close, and wait for what the library leaves running. A Slack that does not answer is left without a word."""
        client = self._client
        with suppress(Exception):
            async with asyncio.timeout(SOON):
                await self._handler.close_async()  # type: ignore[no-untyped-call]
        left = [client.message_processor, client.current_session_monitor, client.message_receiver]
        await end(task for task in left if isinstance(task, asyncio.Task))
        if client.current_session is not None:
            with suppress(Exception):
                async with asyncio.timeout(0):
                    await client.current_session.close()
        await client.aiohttp_client_session.close()

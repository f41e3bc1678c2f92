"""Slack's events on their way out of Bolt."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse


class Events(AsyncMiddleware):
    """Takes every event past Bolt's listeners, and acknowledges it once ``hear`` has it.

    A listener is acknowledged before it ran, and costs more than all that Relais does about a message.
    """

    def __init__(self, hear: Callable[[dict[str, Any]], Awaitable[None]]) -> None:
        self._hear = hear

    async def async_process(
        self, *, req: AsyncBoltRequest, resp: BoltResponse, next: Callable[[], Awaitable[BoltResponse]]
    ) -> BoltResponse | None:
        if "event" not in req.body:
            return await next()
        await self._hear(req.body)
        return BoltResponse(status=200)

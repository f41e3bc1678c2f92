"""Where Slack reaches Relais by HTTP: events, commands and interactions at one address, each with a signature."""

from __future__ import annotations

from collections.abc import Callable

from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.platforms.slack.manifest import ENDPOINT

LARGEST = 1_000_000
"""Bytes of one request; Slack's are far smaller."""


def endpoint(app: AsyncApp, is_ready: Callable[[], bool]) -> Route:
    """The route. Until the adapter runs, Slack is asked to come back later, which it does."""
    handler = AsyncSlackRequestHandler(app)

    async def receive(request: Request) -> Response:
        length = request.headers.get("content-length", "")
        if not length.isdigit() or int(length) > LARGEST:
            return PlainTextResponse("too large", 413)
        if not is_ready() and b"url_verification" not in await request.body():
            return PlainTextResponse("starting", 503)
        return await handler.handle(request)

    return Route(ENDPOINT, receive, methods=["POST"])

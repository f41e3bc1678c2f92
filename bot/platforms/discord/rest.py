"""Requests to Discord through the library, which keeps to the rates and tries again; errors in our words."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import quote

import aiohttp
from discord.http import HTTPClient, MultipartParameters, Route
from discord.webhook.async_ import AsyncWebhookAdapter

from bot.chat.platform import NotFound, PlatformError
from bot.platforms.discord import limits
from bot.platforms.discord.errors import Blame, in_our_words, nothing
from bot.platforms.discord.render import Parcel

T = TypeVar("T")
Payload = Mapping[str, Any]

PATIENCE = 60.0
"""Seconds that a request may take, the library's waiting and retries included."""


def number(id: str) -> int:
    """A platform's id as a number. ``NotFound`` for what cannot be one."""
    if not (id.isascii() and id.isdecimal() and len(id) <= 20):
        raise NotFound(f"{id[:50]!r} is no id of Discord")
    return int(id)


def audited(reason: str) -> str | None:
    """A reason that the audit log takes: its limit counts the characters once they are encoded."""
    reason = " ".join(reason.split())
    while len(quote(reason, safe="/ ")) > limits.AUDIT_REASON:
        over = len(quote(reason, safe="/ ")) - limits.AUDIT_REASON
        reason = limits.cut(reason, len(reason) - max(1, over // 12), "")
    return reason or None


class Rest:
    """One connection's requests. ``session`` carries answers to interactions, which need no token, and downloads."""

    def __init__(self, http: HTTPClient, session: aiohttp.ClientSession, application: int) -> None:
        self.http = http
        self.session = session
        self.application = application
        self.adapter = AsyncWebhookAdapter()  # type: ignore[no-untyped-call]

    async def do(self, request: Callable[[HTTPClient], Awaitable[T]], blame: Blame = nothing) -> T:
        """One request. Raises ``PlatformError`` only."""
        return await self._asked(lambda: request(self.http), blame)

    async def _asked(self, request: Callable[[], Awaitable[T]], blame: Blame = nothing) -> T:
        try:
            async with asyncio.timeout(PATIENCE):
                return await request()
        except Exception as error:
            raise in_our_words(error, blame) from error

    # Messages

    async def send(self, channel: str, parcel: Parcel, blame: Blame = nothing) -> Payload:
        id = number(channel)
        with parcel.params() as params:
            return await self.do(lambda http: http.send_message(id, params=params), blame)

    async def edit(self, channel: str, message: str, parcel: Parcel, blame: Blame = nothing) -> Payload:
        place, id = number(channel), number(message)
        with parcel.params() as params:
            return await self.do(lambda http: http.edit_message(place, id, params=params), blame)

    async def messages(
        self, channel: str, limit: int, after: str | None = None, *, before: str | None = None
    ) -> list[Payload]:
        """Oldest first: those that follow ``after``, or the newest of the channel, up to ``before`` if it is given."""
        place, start, end = number(channel), number(after) if after else None, number(before) if before else None
        found: list[Any] = await self.do(lambda http: http.logs_from(place, limit, after=start, before=end))
        return sorted(found, key=lambda message: int(message["id"]))

    async def audit_log(self, guild: str, limit: int, before: str | None = None) -> Payload:
        """The newest entries, newest first, up to ``before`` if it is given, and the ``users`` they name."""
        place, end = number(guild), number(before) if before else None
        return await self.do(lambda http: http.get_audit_logs(place, limit, before=end))

    async def open_direct(self, user: str) -> str:
        """The private conversation with somebody."""
        route = Route("POST", "/users/@me/channels")
        asked = {"recipient_id": str(number(user))}
        opened: Payload = await self.do(lambda http: http.request(route, json=asked))
        return str(opened["id"])

    # Answers to interactions

    async def callback(self, id: str, token: str, parcel: Parcel) -> Payload:
        """The first answer. Raises ``discord.HTTPException`` as it comes when Discord refuses."""
        with parcel.params() as params:
            async with asyncio.timeout(PATIENCE):
                given: Any = await self.adapter.create_interaction_response(
                    int(id), token, session=self.session, params=params
                )
        return given if isinstance(given, dict) else {}

    async def edit_answer(self, token: str, parcel: Parcel) -> Payload:
        with parcel.params() as params:
            return await self._asked(
                lambda: self.adapter.edit_original_interaction_response(
                    self.application, token, session=self.session, **_parts(params)
                )
            )

    async def drop_answer(self, token: str) -> None:
        await self._asked(
            lambda: self.adapter.delete_original_interaction_response(self.application, token, session=self.session)
        )

    async def follow_up(self, token: str, parcel: Parcel) -> Payload:
        with parcel.params() as params:
            given = await self._asked(
                lambda: self.adapter.execute_webhook(
                    self.application, token, session=self.session, wait=True, **_parts(params)
                )
            )
        return given or {}

    async def download(self, url: str, limit: int) -> bytes:
        """A file of at most ``limit`` bytes. Raises ``PlatformError``."""

        async def fetch() -> bytes:
            async with self.session.get(url) as response:
                if response.status != 200:
                    raise PlatformError(f"the file cannot be read: {response.status}")
                data = bytearray()
                async for part in response.content.iter_chunked(65_536):
                    data += part
                    if len(data) > limit:
                        raise PlatformError("the file is too large")
                return bytes(data)

        return await self._asked(fetch)


def _parts(params: MultipartParameters) -> dict[str, Any]:
    if params.files:
        return {"multipart": params.multipart, "files": params.files}
    return {"payload": params.payload}

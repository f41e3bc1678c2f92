"""Slack's Web API as the adapter calls it: errors in our words, posts in turn, one connection pool.

The library would send a request again when its connection broke: a post could then be said twice. Here only a 429 is
tried again, when the wait is short.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.chat.card import File, Picture
from bot.chat.platform import Busy, PlatformError
from bot.platforms.slack import limits
from bot.platforms.slack.errors import Refused, Unauthorised, hidden, in_our_words, pause
from bot.platforms.slack.render import spoken

SDK = logging.getLogger("relais.slack.sdk")
SDK.setLevel(logging.ERROR)
"""The libraries warn of what Relais means to do; their errors are heard."""

BASE = "https://slack.com/api/"
TIMEOUT = 30
TRIES = 2
LONGEST_WAIT = 10.0
"""Seconds of a 429 that are waited for here; after a longer one the outbox comes back."""
PACE = 1.0
"""Seconds between two posts in a channel."""
WAITING = 30
"""Posts of one channel that may wait for their turn."""
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

Answer = Mapping[str, Any]


def base_url(given: str | None) -> str:
    """The address of the API, ending in a slash. Raises ``PlatformError`` for plain http to another machine."""
    url = f"{(given or BASE).rstrip('/')}/"
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise PlatformError("SLACK_API_BASE must begin with https:// (http only for this machine, such as 127.0.0.1)")
    return url


class Patience(AsyncRateLimitErrorRetryHandler):
    """Waits for a 429 that is short. The library's own reads one digit of ``Retry-After``."""

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        limited = response is not None and response.status_code == 429
        return limited and pause(_headers(response)) <= LONGEST_WAIT

    async def prepare_for_next_attempt_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> None:
        """Sleep as long as Slack asks."""
        state.next_attempt_requested = True
        await asyncio.sleep(pause(_headers(response)))
        state.increment_current_attempt()


def _headers(response: HttpResponse | None) -> dict[str, str]:
    given = response.headers if response else {}
    return {name: value if isinstance(value, str) else str(value[0]) for name, value in given.items()}


class Pace:
    """One post a second in each channel, in the order in which they came."""

    def __init__(self, interval: float = PACE, waiting: int = WAITING) -> None:
        self.interval = interval
        self.waiting = waiting
        self._next: dict[str, float] = {}

    async def turn(self, channel: str) -> None:
        """Wait for a turn. Raises ``Busy`` when too many wait already."""
        now = asyncio.get_running_loop().time()
        at = max(now, self._next.get(channel, now))
        if at - now > self.waiting * self.interval:
            raise Busy(at - now)
        if len(self._next) > 1000:
            self._next = {name: moment for name, moment in self._next.items() if moment > now}
        self._next[channel] = at + self.interval
        if at > now:
            await asyncio.sleep(at - now)


class Api:
    """One workspace's token, or none. ``open`` before the first call, ``close`` at the end."""

    def __init__(self, token: str | None, base: str, *, pace: float = PACE) -> None:
        self.token = token
        self.retries: list[AsyncRetryHandler] = [Patience(max_retry_count=TRIES)]
        self.web = AsyncWebClient(token, base_url=base, timeout=TIMEOUT, retry_handlers=self.retries, logger=SDK)
        self.pace = Pace(pace)
        self.on_refused: Callable[[], None] = lambda: None
        """Called when Slack does not accept the token."""

    @contextmanager
    def _asking(self, method: str, *, writes: bool) -> Iterator[None]:
        try:
            with in_our_words(method, writes=writes):
                yield
        except Unauthorised:
            self.on_refused()
            raise

    async def open(self) -> None:
        timeout = aiohttp.ClientTimeout(total=TIMEOUT, sock_connect=10)
        self.web.session = aiohttp.ClientSession(timeout=timeout)

    async def close(self) -> None:
        if self.web.session is not None:
            await self.web.session.close()
            self.web.session = None

    async def read(self, method: str, **params: Any) -> Answer:
        """Ask; nothing changes. As a form: every method takes one, and not every Slack reads the query of a POST."""
        with self._asking(method, writes=False):
            return _data(await self.web.api_call(method, data=_form(params)))

    async def read_with_headers(self, method: str) -> tuple[Answer, Mapping[str, str]]:
        with self._asking(method, writes=False):
            answer = await self.web.api_call(method)
            return _data(answer), {name.lower(): str(value) for name, value in answer.headers.items()}

    async def exchange(self, client_id: str, client_secret: str, code: str, redirect: str) -> Answer:
        """The installation that a code of OAuth stands for; a code is good once.

        The library's own method goes by a class that aiohttp is about to drop.
        """
        app = {"Authorization": aiohttp.encode_basic_auth(client_id, client_secret)}
        with self._asking("oauth.v2.access", writes=True):
            asked = {"code": code, "redirect_uri": redirect}
            return _data(await self.web.api_call("oauth.v2.access", data=asked, headers=app))

    async def pages(self, method: str, key: str, *, most: int = 1000, **params: Any) -> AsyncIterator[Answer]:
        """The items of a list, page after page; at most ``most`` pages."""
        cursor = ""
        for _ in range(most):
            answer = await self.read(method, **params, **({"cursor": cursor} if cursor else {}))
            for item in answer.get(key) or []:
                yield item
            cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return

    async def write(self, method: str, **body: Any) -> Answer:
        """Change something. Raises ``Uncertain`` when the answer was lost."""
        with self._asking(method, writes=True):
            return _data(await self.web.api_call(method, json=body))

    async def touch(self, method: str, **params: Any) -> Answer:
        """Change something by a method that Slack documents without JSON."""
        with self._asking(method, writes=True):
            return _data(await self.web.api_call(method, data=_form(params)))

    async def answer(self, url: str, body: Mapping[str, Any]) -> None:
        """Say something to a ``response_url``."""
        session = self.web.session
        hook = AsyncWebhookClient(url, TIMEOUT, session=session, retry_handlers=self.retries, logger=SDK)
        with self._asking("response_url", writes=True):
            sent = await hook.send_dict(dict(body))
        if sent.status_code == 429:
            raise Busy(pause({name: str(value) for name, value in sent.headers.items()}))
        if sent.status_code >= 500:
            raise Busy
        if sent.status_code != 200:
            raise Refused("response_url", str(sent.status_code), hidden(sent.body[:200]))

    async def upload(self, files: Sequence[Picture | File], channel: str, thread: str | None) -> None:
        """Share files in a channel."""
        uploads = [
            {
                "filename": file.name,
                "content": file.data,
                "title": limits.cut(spoken(file.alt), limits.FILE_TITLE) if isinstance(file, Picture) else file.name,
                **({"alt_txt": limits.cut(spoken(file.alt), limits.ALT)} if isinstance(file, Picture) else {}),
            }
            for file in files
        ]
        with self._asking("files_upload_v2", writes=True):
            await self.web.files_upload_v2(file_uploads=uploads, channel=channel, thread_ts=thread)

    async def download(self, url: str, most: int) -> bytes | None:
        """A file of the workspace, or ``None`` when it is longer than ``most`` bytes."""
        session = self.web.session
        if session is None:
            raise PlatformError("not connected")
        with self._asking("download", writes=False):
            async with session.get(url, headers={"Authorization": f"Bearer {self.web.token}"}) as answer:
                answer.raise_for_status()
                data = await answer.content.read(most + 1)
                while len(data) <= most and (more := await answer.content.read(most + 1 - len(data))):
                    data += more
        return data if len(data) <= most else None


def _form(params: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments as a form has them."""
    return {name: str(value).lower() if isinstance(value, bool) else value for name, value in params.items()}


def _data(answer: Any) -> Answer:
    data = answer.data
    return data if isinstance(data, dict) else {}

"""Signed deliveries to a request URL: events, commands and interactions."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout

from tests.wire.slack.bits import Json
from tests.wire.slack.delivery import NoLine, Parcel
from tests.wire.slack.state import State


def signature(secret: str, timestamp: str, body: str) -> str:
    """``v0=`` and the HMAC of version, time and body."""
    base = f"v0:{timestamp}:{body}".encode()
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


class HttpEvents:
    """A request URL. ``stamp`` gives the time of the signature: the injected clock unless told otherwise."""

    def __init__(
        self, state: State, url: str, *, ack_within: float = 3.0, stamp: Callable[[], float] | None = None
    ) -> None:
        self.url = url
        self.ack_within = ack_within
        self.secret = state.app.signing_secret
        self._stamp = stamp or (lambda: state.now().timestamp())
        self._session = ClientSession(timeout=ClientTimeout(total=ack_within))

    @property
    def up(self) -> bool:
        return not self._session.closed

    async def verify(self, challenge: str = "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P") -> bool:
        """Ask the URL whether it is ours, as the settings page does."""
        payload = {"token": "", "challenge": challenge, "type": "url_verification"}
        async with self._post(json.dumps(payload), "application/json", {}) as answer:
            text = await answer.text()
            if answer.status != 200:
                return False
        kind = answer.content_type
        return bool(json.loads(text).get("challenge") == challenge) if kind == "application/json" else text == challenge

    async def carry(self, parcel: Parcel) -> str:
        """One attempt. Raises ``NoLine``."""
        if not self.up:
            raise NoLine
        body, kind = _encoded(parcel)
        headers = {}
        if parcel.attempt:
            headers = {"X-Slack-Retry-Num": str(parcel.attempt), "X-Slack-Retry-Reason": parcel.reason}
        try:
            async with self._post(body, kind, headers) as answer:
                return await self._read(parcel, answer)
        except TimeoutError:
            return "http_timeout"
        except ClientError:
            return "connection_failed"

    def _post(self, body: str, kind: str, headers: Mapping[str, str]) -> Any:
        timestamp = str(int(self._stamp()))
        signed = {
            "Content-Type": kind,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(self.secret, timestamp, body),
        }
        return self._session.post(self.url, data=body.encode(), headers={**signed, **headers}, allow_redirects=False)

    async def _read(self, parcel: Parcel, answer: ClientResponse) -> str:
        text = await answer.text()
        if not 200 <= answer.status < 300:
            return "no_retry" if answer.headers.get("X-Slack-No-Retry") == "1" else "http_error"
        if parcel.kind != "events_api" and text:
            parcel.answer = _answer(text, answer.content_type)
        return ""

    async def close(self) -> None:
        await self._session.close()


def _encoded(parcel: Parcel) -> tuple[str, str]:
    if parcel.kind == "events_api":
        return json.dumps(parcel.payload), "application/json"
    fields = parcel.payload if parcel.kind == "slash_commands" else {"payload": json.dumps(parcel.payload)}
    return urlencode(fields), "application/x-www-form-urlencoded"


def _answer(text: str, kind: str) -> Json | None:
    if kind != "application/json":
        return {"text": text}
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None

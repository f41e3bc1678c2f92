"""Slack's requests by HTTP: signed, short, and answered once Relais runs."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import pytest
from slack_sdk.signature import SignatureVerifier
from starlette.requests import Request
from starlette.responses import Response

from bot.chat.events import MessagePosted
from bot.platforms.slack import Slack
from bot.platforms.slack.feed import Feed
from bot.platforms.slack.workspace import Workspace
from tests.platforms.slack.conftest import PaperHub, serving
from tests.platforms.slack.rules import SPACE
from tests.platforms.slack.test_feed import Heard, message

SECRET = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def slack() -> Slack:
    return Slack("xoxb-1", None, SECRET)


async def ask(slack: Slack, body: dict[str, Any], *, secret: str = SECRET, length: str | None = None) -> Response:
    """Send a request to the adapter's route."""
    data, now = json.dumps(body).encode(), str(int(time.time()))
    signature = SignatureVerifier(secret).generate_signature(timestamp=now, body=data) or ""
    headers = {
        "content-type": "application/json",
        "content-length": length or str(len(data)),
        "x-slack-request-timestamp": now,
        "x-slack-signature": signature,
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": data, "more_body": False}

    (route,) = slack.routes()
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "POST", "path": route.path, "query_string": b"", "headers": raw}
    answer: Response = await route.endpoint(Request(scope, receive))
    return answer


def event(**more: Any) -> dict[str, Any]:
    return {"type": "event_callback", "team_id": SPACE.id, "event": message(**more), "event_id": "Ev1"}


async def test_slack_may_check_the_address_before_relais_runs(slack: Slack) -> None:
    answer = await ask(slack, {"type": "url_verification", "challenge": "abc"})
    assert answer.status_code == 200
    assert b"abc" in bytes(answer.body)


async def test_events_wait_until_relais_runs(slack: Slack) -> None:
    assert (await ask(slack, event())).status_code == 503


async def test_a_signed_event_is_heard(slack: Slack, hub: PaperHub, workspace: Workspace) -> None:
    feed = Feed(workspace, hub, Heard())
    feed.ready.set()
    serving(slack, hub, feed)
    assert (await ask(slack, event())).status_code == 200
    await asyncio.sleep(0.05)
    assert [event.text for event in hub.received if isinstance(event, MessagePosted)] == ["hello"]


async def test_a_wrong_signature_is_refused(slack: Slack, hub: PaperHub, workspace: Workspace) -> None:
    serving(slack, hub, Feed(workspace, hub, Heard()))
    assert (await ask(slack, event(), secret="f" * 32)).status_code == 401
    assert hub.received == []


@pytest.mark.parametrize("length", ["2000000", "x"])
async def test_what_is_too_long_is_not_read(slack: Slack, length: str) -> None:
    assert (await ask(slack, event(), length=length)).status_code == 413

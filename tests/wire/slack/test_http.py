"""Signed deliveries, to the real framework behind a web server and to a foreign one."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from tests.wire.slack.bed import Bed, button
from tests.wire.slack.bits import Json
from tests.wire.slack.happenings import NEEDS
from tests.wire.slack.http_events import signature
from tests.wire.slack.specs import event_problems, published_scopes

Handle = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def listening(app: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    try:
        yield f"http://{host}:{port}/slack/events"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def answering(handle: Handle) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/slack/events", handle)
    async with listening(app) as url:
        yield url


def test_signatures_are_those_of_the_real_verifier() -> None:
    verifier, now = SignatureVerifier("secret"), str(int(time.time()))
    assert signature("secret", now, "a=1") == verifier.generate_signature(timestamp=now, body="a=1")
    assert verifier.is_valid("a=1", now, signature("secret", now, "a=1"))


async def test_bolt_takes_what_is_signed(bed: Bed) -> None:
    bed.world.register("welcome")
    app = bed.app()

    @app.event("message")
    async def hear(event: Json, say: Any) -> None:
        await say("heard")

    @app.command("/welcome")
    async def welcome(ack: Any) -> None:
        await ack("welcome")

    @app.action("go")
    async def go(ack: Any, respond: Any) -> None:
        await ack()
        await respond("pressed", replace_original=False)

    async with listening(app.web_app(path="/slack/events")) as url:
        line = bed.server.deliver_to(url, stamp=time.time)
        assert await line.verify()
        await bed.ada.say("hello")
        await bed.ada.run("welcome")
        await bed.post(blocks=[{"type": "actions", "elements": [button("Go")]}])
        await bed.ada.press("Go")
        assert bed.bob.reads() == "Ada: hello\nRelais: heard\nRelais: [Go]"
        assert bed.ada.sees == "welcome\npressed"


@pytest.mark.parametrize("wrong", ["secret", "time"])
async def test_bolt_refuses_what_is_badly_signed(bed: Bed, wrong: str) -> None:
    app = bed.app()
    async with listening(app.web_app(path="/slack/events")) as url:
        stamp = time.time if wrong == "secret" else (lambda: time.time() - 600)
        line = bed.server.deliver_to(url, stamp=stamp)
        if wrong == "secret":
            line.secret = "another"
        assert not await line.verify()
        await bed.ada.say("hello")
    assert [it.tried for it in bed.server.delivery.lost] == [["http_error"] * 4]


async def test_redeliveries_say_which_and_why(bed: Bed) -> None:
    seen: list[tuple[str | None, str | None]] = []

    async def fail(request: web.Request) -> web.Response:
        seen.append((request.headers.get("X-Slack-Retry-Num"), request.headers.get("X-Slack-Retry-Reason")))
        return web.Response(status=500)

    async with answering(fail) as url:
        bed.server.deliver_to(url)
        await bed.ada.say("hello")
    assert seen == [(None, None), *((str(number), "http_error") for number in (1, 2, 3))]


async def test_an_app_may_ask_for_no_redelivery(bed: Bed) -> None:
    async def fail(request: web.Request) -> web.Response:
        return web.Response(status=500, headers={"X-Slack-No-Retry": "1"})

    async with answering(fail) as url:
        bed.server.deliver_to(url)
        await bed.ada.say("hello")
    assert [it.tried for it in bed.server.delivery.lost] == [["no_retry"]]


async def test_a_silent_url_is_a_connection_that_failed(bed: Bed) -> None:
    async def unheard(request: web.Request) -> web.Response:
        return web.Response()

    async with answering(unheard) as url:
        pass
    bed.server.deliver_to(url)
    await bed.ada.say("hello")
    assert [it.tried for it in bed.server.delivery.lost] == [["connection_failed"] * 4]


async def test_challenges_may_be_answered_as_text(bed: Bed) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(text=(await request.json())["challenge"])

    async with answering(answer) as url:
        assert await bed.server.deliver_to(url).verify()


def test_the_scopes_of_events_are_the_published_ones() -> None:
    published = published_scopes()
    if published is None:
        pytest.skip("no description here")
    for event, scope in NEEDS.items():
        expected = published[event.replace("_", ".")]
        assert not expected or scope in expected, event


def test_an_event_that_is_not_published_is_noticed() -> None:
    if published_scopes() is None:
        pytest.skip("no description here")
    assert "party: not a published event" in event_problems({"event": {"type": "party"}})

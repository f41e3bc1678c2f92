"""Socket Mode, frame by frame and with the real framework."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest

from bot.platforms.playground.options import Away, NoSuchCommand
from tests.wire.slack.bed import Bed, field, modal

# Frames


async def test_hello_counts_the_connections(bed: Bed) -> None:
    async with bed.socket() as first, bed.socket() as second:
        assert await first.read() == {
            "type": "hello",
            "num_connections": 1,
            "debug_info": {"host": "applink-1", "build_number": 10, "approximate_connection_time": 18060},
            "connection_info": {"app_id": "A0000000001"},
        }
        assert (await second.read())["num_connections"] == 2


async def test_a_ticket_is_good_once_and_for_half_a_minute(bed: Bed) -> None:
    url = (await bed.call("apps.connections.open", bed.server.app_token))["url"]
    async with bed.http.ws_connect(url):
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await bed.http.ws_connect(url)
    late = (await bed.call("apps.connections.open", bed.server.app_token))["url"]
    bed.pass_time(seconds=31)
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await bed.http.ws_connect(late)


async def test_an_event_is_sent_once_it_is_acknowledged(bed: Bed) -> None:
    async with bed.socket() as socket:
        await socket.read()
        saying = asyncio.create_task(bed.ada.say("hello"))
        frame = await socket.until("message")
        assert frame["type"] == "events_api"
        assert (frame["retry_attempt"], frame["retry_reason"], frame["accepts_response_payload"]) == (0, "", False)
        payload = frame["payload"]
        assert payload["authorizations"][0]["user_id"] == bed.world.town().bot
        assert payload["event"]["channel_type"] == "channel"
        await socket.ack(frame)
        ref = await saying
        assert payload["event"]["ts"] == ref.id
        assert bed.server.delivery.of("message")[0].acked


async def test_what_is_not_acknowledged_comes_again_three_times(bed: Bed) -> None:
    bed.server.socket.ack_within = 0.02
    async with bed.socket() as socket:
        await socket.read()
        await bed.ada.say("hello")
        frames = [await socket.read() for _ in range(4)]
    assert [it["retry_attempt"] for it in frames] == [0, 1, 2, 3]
    assert [it["retry_reason"] for it in frames] == ["", "timeout", "timeout", "timeout"]
    assert len({it["payload"]["event_id"] for it in frames}) == 1
    assert len({it["envelope_id"] for it in frames}) == 4
    assert len(bed.server.delivery.lost) == 1


async def test_each_payload_goes_to_one_connection(bed: Bed) -> None:
    async with bed.socket() as first, bed.socket() as second:
        for socket in (first, second):
            await socket.read()
        saying = asyncio.gather(*(bed.ada.say(str(number)) for number in range(4)))
        frames = [await socket.read() for socket in (first, second, first, second)]
        for frame, socket in zip(frames, (first, second, first, second), strict=True):
            await socket.ack(frame)
        await saying
    assert len({it["payload"]["event_id"] for it in frames}) == 4


async def test_a_cut_connection_hands_its_payload_to_another(bed: Bed) -> None:
    async with bed.socket() as first, bed.socket() as second:
        for socket in (first, second):
            await socket.read()
        saying = asyncio.create_task(bed.ada.say("hello"))
        one = await _first_frame(first, second)
        bed.server.socket.connections[0 if one is first else 1].kill()
        other = second if one is first else first
        frame = await other.read()
        assert frame["retry_attempt"] == 1
        await other.ack(frame)
        await saying


async def _first_frame(*sockets: Any) -> Any:
    reads = {asyncio.create_task(socket.read()): socket for socket in sockets}
    done, pending = await asyncio.wait(reads, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
    return reads[done.pop()]


async def test_what_happens_while_nobody_listens_comes_later(bed: Bed) -> None:
    async with bed.socket() as socket:
        await socket.read()
    await bed.server.socket.gone()
    await bed.ada.say("soon")
    async with bed.socket() as socket:
        await socket.read()
        frame = await socket.read()
        assert frame["retry_attempt"] == 1
        await socket.ack(frame)
        await bed.server.idle()
    await bed.server.socket.gone()
    await bed.ada.say("too long ago")
    bed.pass_time(minutes=7)
    async with bed.socket() as socket:
        await socket.read()
    assert [it.payload["event"]["text"] for it in bed.server.delivery.lost] == ["too long ago"]


async def test_what_happens_before_the_first_connection_is_never_told(bed: Bed) -> None:
    await bed.ada.say("too early")
    assert bed.server.delivery.log == []


async def test_pings_are_echoed(bed: Bed) -> None:
    async with bed.socket() as socket:
        await socket.read()
        await socket.raw.ping(b"sdk-ping-pong:1.0")
        await bed.server.socket.connections[0].ping(b"Ping from applink-1")
        await socket.raw.send_json({"envelope_id": "unknown"})
        while not bed.server.socket.connections[0].pongs:
            with pytest.raises(asyncio.TimeoutError):
                await socket.raw.receive(timeout=0.01)
        assert bed.server.socket.connections[0].pings == [b"sdk-ping-pong:1.0"]


async def test_the_eleventh_connection_is_sent_away(bed: Bed) -> None:
    urls = [(await bed.call("apps.connections.open", bed.server.app_token))["url"] for _ in range(11)]
    sockets = [await bed.http.ws_connect(url) for url in urls]
    frame = await sockets[-1].receive_json()
    assert (frame["type"], frame["reason"]) == ("disconnect", "too_many_websockets")
    for socket in sockets:
        await socket.close()


# What the app hears of


async def test_a_mention_is_told_twice(bed: Bed) -> None:
    async with bed.socket() as socket:
        await socket.read()
        saying = asyncio.create_task(bed.ada.say("hi @Relais"))
        frames = [await socket.read(), await socket.read()]
        for frame in frames:
            await socket.ack(frame)
        ref = await saying
    events = [it["payload"]["event"] for it in frames]
    assert [it["type"] for it in events] == ["message", "app_mention"]
    assert [it["ts"] for it in events] == [ref.id, ref.id]
    assert frames[0]["payload"]["event_id"] != frames[1]["payload"]["event_id"]


async def test_only_channels_with_the_bot_are_heard(bed: Bed) -> None:
    bed.world.add_channel("elsewhere", with_bot=False)
    async with bed.running(bed.app()):
        await bed.ada.say("unheard", "elsewhere")
        await bed.ada.react("🎉", "elsewhere")
        assert bed.server.delivery.log == []


async def test_scopes_and_subscriptions_decide_what_is_told(bed: Bed) -> None:
    bed.world.grant("chat:write", "reactions:read")
    bed.server.state.app.events = {"message.channels"}
    bed.server.socket.ack_within = 0.05
    app = bed.app()
    async with bed.running(app):
        await bed.ada.say("unheard")
        await bed.ada.react("tada")
        assert bed.server.delivery.log == []
        bed.world.grant("chat:write", "channels:history")
        await bed.ada.say("heard")
        assert [it.payload["event"]["text"] for it in bed.server.delivery.log] == ["heard"]


# With the real framework


async def test_bolt_hears_answers_and_is_told_its_own_words(bed: Bed) -> None:
    app = bed.app()

    @app.event("message")
    async def greet(event: dict[str, Any], say: Any) -> None:
        await say(f"hello <@{event['user']}>", thread_ts=event["ts"])

    async with bed.running(app):
        await bed.ada.say("anybody?")
        assert bed.bob.reads() == "Ada: anybody?\nRelais: hello @Ada"
        own = bed.server.delivery.of("message", lambda event: "bot_id" in event)
        assert [it.payload["event"]["app_id"] for it in own] == ["A0000000001"]
    assert [user for _, user in bed.world.notified] == [bed.ada.id]


async def test_bolt_without_a_listener_is_sent_the_event_four_times(bed: Bed) -> None:
    bed.server.socket.ack_within = 0.05
    async with bed.running(bed.app()):
        await bed.ada.say("hello")
        assert [it.tried for it in bed.server.delivery.lost] == [["timeout"] * 4]


@pytest.mark.parametrize("reason", ["refresh_requested", "warning", "link_disabled"])
async def test_bolt_connects_again_when_it_is_asked_to(bed: Bed, reason: str) -> None:
    heard: list[str] = []
    app = bed.app()

    @app.event("message")
    async def hear(event: dict[str, Any]) -> None:
        heard.append(event["text"])

    async with bed.running(app):
        await bed.server.socket.ask_to_leave(reason)
        await bed.server.socket.connected(opened=2)
        await bed.ada.say("still there?")
    assert heard == ["still there?"]
    assert len(bed.server.sent("apps.connections.open")) == 2


async def test_bolt_connects_again_after_a_cut(bed: Bed) -> None:
    heard: list[str] = []
    app = bed.app()

    @app.event("message")
    async def hear(event: dict[str, Any]) -> None:
        heard.append(event["text"])

    async with bed.running(app):
        bed.server.socket.kill()
        await bed.ada.say("are you there?")
        await bed.server.socket.connected(opened=2)
        await bed.server.idle()
    assert heard == ["are you there?"]


# Commands and interactions


async def test_a_command_is_acknowledged_with_words(bed: Bed) -> None:
    bed.world.register("welcome")
    bed.world.register("shout", should_escape=True)
    app, seen = bed.app(), []

    @app.command("/welcome")
    async def answer(ack: Any, body: dict[str, Any]) -> None:
        seen.append(body)
        await ack(f"for <@{body['user_id']}>")

    @app.command("/shout")
    async def shout(ack: Any, body: dict[str, Any]) -> None:
        seen.append(body)
        await ack({"text": body["text"], "response_type": "in_channel"})

    async with bed.running(app):
        await bed.ada.run("welcome preview", member=bed.bob, text="two words", count=3)
        await bed.ada.run("shout now", member=bed.bob, where=bed.world.channel("random"), sign="<&>")
        with pytest.raises(NoSuchCommand):
            await bed.ada.run("whisper")
    assert seen[0]["text"] == 'preview member:@bob text:"two words" count:3'
    assert seen[0]["channel_name"] == "general"
    assert "thread_ts" not in seen[0]
    random = bed.world.channel("random").id
    assert seen[1]["text"] == f"now member:<@{bed.bob.id}|bob> where:<#{random}|random> sign:&lt;&amp;&gt;"
    assert (bed.ada.sees, bed.bob.sees) == ("for @Ada", "")
    assert bed.bob.reads() == "Relais: now member:@Bob where:#random sign:<&>"


async def test_a_manifest_says_commands_scopes_and_subscriptions(bed: Bed) -> None:
    bed.world.install(
        {
            "features": {"slash_commands": [{"command": "/poll", "description": "Ask", "should_escape": True}]},
            "oauth_config": {"scopes": {"bot": ["commands", "chat:write"]}},
            "settings": {"event_subscriptions": {"bot_events": ["team_join"]}, "interactivity": {"is_enabled": True}},
        }
    )
    app = bed.server.state.app
    assert app.commands["/poll"].should_escape
    assert app.events == {"team_join"}
    assert await bed.error("users.list") == "missing_scope"


async def test_two_workspaces_share_the_socket_and_not_the_token(bed: Bed) -> None:
    other = bed.world.add_space("Other")
    zoe = bed.world.person("Zoe", here=True, space=other)
    async with bed.socket() as socket:
        await socket.read()
        saying = asyncio.create_task(zoe.say("hello"))
        frame = await socket.until("message")
        await socket.ack(frame)
        await saying
    assert frame["payload"]["team_id"] == other.id
    assert frame["payload"]["authorizations"][0]["user_id"] == bed.world.town(other).bot
    assert await bed.error("conversations.info", channel=frame["payload"]["event"]["channel"]) == "channel_not_found"
    assert (await bed.call("auth.test", bed.world.token(other)))["team"] == "Other"


async def test_people_write_to_the_app_alone(bed: Bed) -> None:
    async with bed.socket() as socket:
        await socket.read()
        saying = asyncio.create_task(bed.ada.say("just between us", bed.ada.direct))
        frame = await socket.until("message")
        await socket.ack(frame)
        await saying
    assert frame["payload"]["event"]["channel_type"] == "im"
    assert bed.bob.sees == ""


async def test_a_command_that_is_late_failed_for_the_person(bed: Bed) -> None:
    bed.world.register("welcome")
    bed.server.socket.ack_within = 0.02
    async with bed.running(bed.app()):
        await bed.ada.run("welcome")
    assert bed.ada.sees == '/welcome failed with the error "operation_timeout"'
    await bed.server.socket.gone()
    with pytest.raises(Away):
        await bed.ada.run("welcome")


async def test_a_trigger_opens_one_view_within_three_seconds(bed: Bed) -> None:
    view = modal(field("about", "About"))
    first = bed.server.state.trigger(bed.space.id, bed.ada.id, bed.general).id
    await bed.client.views_open(trigger_id=first, view=view)
    assert await bed.error("views.open", trigger_id=first, view=view) == "exchanged_trigger_id"
    late = bed.server.state.trigger(bed.space.id, bed.ada.id, bed.general).id
    bed.pass_time(seconds=3.1)
    assert await bed.error("views.open", trigger_id=late, view=view) == "expired_trigger_id"
    assert await bed.error("views.open", trigger_id="1.2.3", view=view) == "invalid_trigger_id"

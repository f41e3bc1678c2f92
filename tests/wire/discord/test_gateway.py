"""The gateway: who may listen, what is told, and what is told again."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from tests.wire.discord.bed import EVERYTHING, PROPERTIES, Bed, Bot
from tests.wire.discord.bits import LIMITED_FLAGS, Intent

BASIC = int(Intent.GUILDS | Intent.GUILD_MESSAGES | Intent.DIRECT_MESSAGES)


@pytest.fixture(autouse=True)
def _unhurried(bed: Bed) -> None:
    """Raw sockets read when a test does: nobody waits for them."""
    bed.server.gateway.wait_for_clients = False


async def test_hello_identify_ready_and_guilds(bed: Bed) -> None:
    async with bed.socket() as socket:
        ready = await socket.identify()
        assert ready["user"]["id"] == bed.server.state.bot.id
        assert ready["resume_gateway_url"] == bed.server.gateway_url
        assert ready["guilds"] == [{"id": bed.space.id, "unavailable": True}]
        guild = await socket.event("GUILD_CREATE")
        assert [it["name"] for it in guild["channels"]] == ["general", "random"]
        await socket.send(1, socket.sequence)
        assert (await socket.next())["op"] == 11


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"token": "wrong"}, 4004),
        ({"intents": "many"}, 4013),
        ({"intents": 1 << 30}, 4013),
        ({"shard": [1, 1]}, 4010),
        ({"properties": {}}, 4002),
    ],
)
async def test_identify_refused(bed: Bed, asked: dict[str, Any], code: int) -> None:
    async with bed.socket() as socket:
        await socket.next()
        good = {"token": bed.server.token, "intents": BASIC, "properties": PROPERTIES}
        await socket.send(2, good | asked)
        assert await socket.close_code() == code


async def test_frames_that_are_refused(bed: Bed) -> None:
    for op, code in ((8, 4003), (99, 4001)):
        async with bed.socket() as socket:
            await socket.next()
            await socket.send(op, {})
            assert await socket.close_code() == code
    async with bed.socket() as socket:
        await socket.next()
        await socket.raw.send_str("not json")
        assert await socket.close_code() == 4002


async def test_privileged_intents_are_the_applications_to_open(bed: Bed) -> None:
    flags = bed.server.state.application.flags
    await bed.ok("PATCH", "/applications/@me", {"flags": flags & ~LIMITED_FLAGS})
    async with bed.socket() as socket:
        await socket.next()
        await socket.send(2, {"token": bed.server.token, "intents": EVERYTHING, "properties": PROPERTIES})
        assert await socket.close_code() == 4014
    with pytest.raises(discord.PrivilegedIntentsRequired):
        async with bed.running(Bot()):
            pass
    await bed.ok("PATCH", "/applications/@me", {"flags": flags})
    async with bed.running(Bot()):
        pass


async def test_words_are_for_those_who_may_read_them(bed: Bed) -> None:
    async with bed.socket() as socket:
        await socket.identify(BASIC)
        await bed.ada.say("Between us", attach=["cat.png"])
        hidden = await socket.event("MESSAGE_CREATE")
        assert (hidden["content"], hidden["attachments"]) == ("", [])
        await bed.ada.say("Hello @Relais")
        assert "Hello" in (await socket.event("MESSAGE_CREATE"))["content"]
        await bed.ada.whisper("In private")
        assert (await socket.event("MESSAGE_CREATE"))["content"] == "In private"
        await bed.say("Mine")
        assert (await socket.event("MESSAGE_CREATE"))["content"] == "Mine"


async def test_joins_are_for_those_who_ask(bed: Bed) -> None:
    async with bed.socket() as first, bed.socket() as second:
        await first.identify(BASIC)
        await second.identify(BASIC | Intent.GUILD_MEMBERS)
        await bed.world.person("Zoe").join()
        await bed.ada.say("Hello")
        assert (await second.event("GUILD_MEMBER_ADD"))["user"]["username"] == "Zoe"
        assert (await first.event("GUILD_CREATE"))["id"] == bed.space.id
        assert (await first.next())["t"] == "MESSAGE_CREATE"


async def test_a_channel_that_is_closed_is_silent(bed: Bed) -> None:
    async with bed.socket() as socket:
        await socket.identify()
        bed.world.close_channel(bed.general)
        await bed.ada.say("Unheard")
        await bed.ada.say("Heard", to="random")
        assert (await socket.event("MESSAGE_CREATE"))["content"] == "Heard"


async def test_resume_replays_what_was_missed(bed: Bed) -> None:
    async with bed.socket() as socket:
        await socket.identify()
        await socket.event("GUILD_CREATE")
        bed.server.gateway.drop()
        while bed.server.gateway.live:
            await socket.raw.receive()
    await bed.ada.say("While you were away")
    async with bed.socket() as again:
        await again.resume(socket.session, socket.sequence)
        assert (await again.event("MESSAGE_CREATE"))["content"] == "While you were away"
        assert (await again.next())["t"] == "RESUMED"
        await bed.ada.say("Welcome back")
        assert (await again.event("MESSAGE_CREATE"))["content"] == "Welcome back"


async def test_a_session_that_is_unknown_old_or_ended_is_invalid(bed: Bed) -> None:
    async with bed.socket() as socket:
        await socket.resume("unknown", 1)
        assert (await socket.next()) == {"op": 9, "s": None, "t": None, "d": False}
    async with bed.socket() as socket:
        await socket.identify()
        await socket.raw.close(code=1000)
    async with bed.socket() as again:
        await again.resume(socket.session, socket.sequence)
        assert (await again.next())["op"] == 9


async def test_the_real_library_resumes(bed: Bed) -> None:
    bed.server.gateway.wait_for_clients = True
    bot = Bot()
    async with bed.running(bot):
        bed.server.gateway.drop()
        while bed.server.gateway.live:
            await bed.server.idle()
        await bed.ada.say("Missed")
        await bed.server.gateway.connected()
        await bed.server.idle()
        assert bot.heard == ["Missed"]
        assert len(bed.server.gateway.resumes) == 1
        bed.server.gateway.ask_reconnect()
        while len(bed.server.gateway.resumes) < 2:
            await bed.server.idle()
        await bed.ada.say("Here")
        assert bot.heard == ["Missed", "Here"]
    assert len(bed.server.gateway.identifies) == 1


async def test_shards_hear_their_own_guilds(bed: Bed) -> None:
    async with bed.socket() as first, bed.socket() as second:
        ready = [await it.identify(shard=[n, 2]) for n, it in enumerate((first, second))]
        mine = (int(bed.space.id) >> 22) % 2
        assert [len(it["guilds"]) for it in ready] == [1 - mine, mine]
        await bed.ada.whisper("To shard 0")
        assert (await first.event("MESSAGE_CREATE"))["content"] == "To shard 0"


async def test_members_are_asked_for(bed: Bed) -> None:
    async with bed.socket() as socket:
        await socket.identify(BASIC)
        await socket.send(8, {"guild_id": bed.space.id, "query": "", "limit": 0})
        await socket.send(8, {"guild_id": bed.space.id, "user_ids": [bed.ada.id, "1"], "nonce": "n"})
        chunk = await socket.event("GUILD_MEMBERS_CHUNK")
        assert [it["user"]["username"] for it in chunk["members"]] == ["Ada"]
        assert (chunk["not_found"], chunk["nonce"]) == (["1"], "n")


async def test_a_client_that_is_silent_is_dropped(bed: Bed) -> None:
    """Without heartbeats the socket is closed after an interval and a half."""
    bed.server.gateway.heartbeat_interval = 0.02
    async with bed.socket() as socket:
        await socket.next()
        assert await socket.close_code() == 4009

"""The server itself: what it takes, what it refuses, and what breaks."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import discord
import pytest

from bot.chat.platform import Can
from bot.chat.things import Level
from tests.wire.discord import Permission
from tests.wire.discord.bed import Bed, Bot, described


async def test_the_real_library_logs_in_and_writes(bed: Bed) -> None:
    bot = Bot()
    async with bed.running(bot):
        channel: Any = bot.get_channel(int(bed.general.id))
        sent = await channel.send("Hello **there**")
        assert bed.ada.reads() == "Relais: Hello there"
        await sent.edit(content="Bye")
        assert bed.ada.reads() == "Relais: Bye"
        await sent.delete()
        assert bed.ada.reads() == ""
    assert [str(it).split(" ")[1] for it in bed.server.log[:2]] == ["/users/@me", "/oauth2/applications/@me"]


async def test_a_wrong_token_is_refused(bed: Bed) -> None:
    status, body = await bed.call("GET", "/users/@me", token="wrong")
    assert (status, body) == (401, {"message": "401: Unauthorized", "code": 0})


async def test_an_unknown_route_is_refused_and_noted(bed: Bed) -> None:
    assert await bed.call("GET", "/nowhere") == (404, {"message": "404: Not Found", "code": 0})
    assert bed.server.violations == ["GET /nowhere: there is no such route here"]
    bed.server.violations.clear()


async def test_the_content_type_is_exactly_json(bed: Bed) -> None:
    async with bed.http.get(bed.server.api_base + "/gateway") as response:
        assert response.headers["Content-Type"] == "application/json"
    status, body = await bed.call("POST", bed.messages, data="content=x", headers={"Content-Type": "text/plain"})
    assert (status, body["code"]) == (400, 50035)
    assert await bed.refused("POST", bed.messages, data="{", headers={"Content-Type": "application/json"}) == 50109


# Nonces


async def test_an_enforced_nonce_makes_one_message(bed: Bed) -> None:
    first = await bed.say("Once", nonce="a-key", enforce_nonce=True)
    again = await bed.say("Twice", nonce="a-key", enforce_nonce=True)
    assert again["id"] == first["id"]
    assert again["content"] == "Once"
    assert bed.ada.reads() == "Relais: Once"


async def test_a_nonce_is_forgotten_after_minutes_and_means_nothing_unless_enforced(bed: Bed) -> None:
    await bed.say("One", nonce="a-key", enforce_nonce=True)
    await bed.say("Two", nonce="a-key")
    bed.pass_time(minutes=10)
    await bed.say("Three", nonce="a-key", enforce_nonce=True)
    assert len(bed.ada.reads().splitlines()) == 3
    assert await bed.refused("POST", bed.messages, {"content": "x", "nonce": "n" * 26}) == 50035


# Mentions


async def test_nobody_is_pinged_who_is_not_allowed(bed: Bed) -> None:
    bed.world.permit(Permission.ADMINISTRATOR)
    role = bed.world.add_role("Artists", mentionable=True)
    text = f"@everyone <@{bed.ada.id}> <@{bed.bob.id}> <@&{role.id}>"
    cases: list[tuple[dict[str, Any] | None, set[str], bool, bool]] = [
        (None, {bed.ada.id, bed.bob.id}, True, True),
        ({"parse": []}, set(), False, False),
        ({"parse": [], "users": [bed.ada.id]}, {bed.ada.id}, False, False),
        ({"parse": ["everyone", "roles"], "users": [bed.ada.id]}, {bed.ada.id}, True, True),
        ({"parse": ["users"]}, {bed.ada.id, bed.bob.id}, False, False),
    ]
    for allowed, users, everyone, roles in cases:
        found = await bed.say(text, **({"allowed_mentions": allowed} if allowed else {}))
        assert {it["id"] for it in found["mentions"]} == users
        assert found["mention_everyone"] is everyone
        assert found["mention_roles"] == [role.id] * roles
    exclusive = {"content": text, "allowed_mentions": {"parse": ["users"], "users": [bed.ada.id]}}
    assert await bed.refused("POST", bed.messages, exclusive) == 50035


async def test_everyone_needs_a_permission(bed: Bed) -> None:
    found = await bed.say("@everyone")
    assert found["mention_everyone"] is False
    assert not bed.world.notified


async def test_text_displays_ping_and_embeds_do_not(bed: Bed) -> None:
    display = {"type": 10, "content": f"Look, <@{bed.ada.id}>"}
    found = await bed.ok("POST", bed.messages, {"flags": 1 << 15, "components": [display]})
    assert [it["id"] for it in found["mentions"]] == [bed.ada.id]
    found = await bed.ok("POST", bed.messages, {"embeds": [{"description": f"<@{bed.ada.id}>"}]})
    assert found["mentions"] == []
    assert bed.world.notified[0][1] == bed.ada.id


# Limits and permissions


async def test_2001_characters_are_refused_and_2000_are_not(bed: Bed) -> None:
    await bed.say("x" * 2000)
    status, body = await bed.call("POST", bed.messages, {"content": "x" * 2001})
    assert status == 400
    assert body == {
        "message": "Invalid Form Body",
        "code": 50035,
        "errors": {
            "content": {
                "_errors": [{"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 2000 or fewer in length."}],
            }
        },
    }


async def test_missing_permissions(bed: Bed) -> None:
    bed.world.deny(bed.space, Can.BAN, Can.TIMEOUT, Can.PINS, Can.DELETE_ANY)
    ref = await bed.ada.say("Hello")
    assert await bed.refused("PUT", f"{bed.guild}/bans/{bed.ada.id}", {}) == 50013
    until = {"communication_disabled_until": "2026-11-24T07:00:00+00:00"}
    assert await bed.refused("PATCH", f"{bed.guild}/members/{bed.ada.id}", until) == 50013
    assert await bed.refused("PUT", f"{bed.messages}/pins/{ref.id}") == 50013
    assert await bed.refused("DELETE", f"{bed.messages}/{ref.id}") == 50013
    bed.world.close_channel(bed.general)
    assert await bed.refused("POST", bed.messages, {"content": "x"}) == 50001
    bed.world.deny(bed.space)
    bed.world.close_channel(bed.general, closed=False)
    await bed.say("Open again")


async def test_the_hierarchy_of_roles(bed: Bed) -> None:
    high = bed.world.add_role("High", position=200)
    low = bed.world.add_role("Low", position=5)
    boss = bed.world.person("Boss", roles=("High",), here=True)
    admin = bed.world.person("Root", level=Level.ADMIN, here=True)
    assert await bed.refused("DELETE", f"{bed.guild}/members/{boss.id}") == 50013
    assert await bed.refused("PUT", f"{bed.guild}/members/{bed.ada.id}/roles/{high.id}") == 50013
    assert await bed.refused("PUT", f"{bed.guild}/members/{bed.ada.id}/roles/{bed.space.id}") == 50028
    until = {"communication_disabled_until": "2026-11-24T07:00:00+00:00"}
    assert await bed.refused("PATCH", f"{bed.guild}/members/{admin.id}", until) == 50013
    await bed.ok("PUT", f"{bed.guild}/members/{bed.ada.id}/roles/{low.id}")
    assert bed.ada.member.roles == ("Low",)


async def test_a_closed_conversation_and_a_stranger(bed: Bed) -> None:
    stranger = bed.world.person("Stranger")
    for who, code in ((bed.ada, 50007), (stranger, 50278)):
        who.change(direct_closed=True)
        place = await bed.ok("POST", "/users/@me/channels", {"recipient_id": who.id})
        assert await bed.refused("POST", f"/channels/{place['id']}/messages", {"content": "psst"}) == code
    bed.ada.change(direct_closed=False)
    place = await bed.ok("POST", "/users/@me/channels", {"recipient_id": bed.ada.id})
    await bed.ok("POST", f"/channels/{place['id']}/messages", {"content": "psst"})
    assert bed.ada.sees == "psst"
    assert bed.bob.sees == ""


# What breaks


async def test_429_is_waited_for_then_done(bed: Bed) -> None:
    bot = Bot()
    async with bed.running(bot):
        bed.server.faults.rate_limit(0.01, on="POST */messages")
        channel: Any = bot.get_channel(int(bed.general.id))
        await channel.send("At last")
        assert [it.status for it in bed.server.sent("POST */messages")] == [429, 200]
        bed.server.faults.rate_limit(0.01, via=False, on="POST */messages")
        with pytest.raises(discord.HTTPException):
            await channel.send("From the edge")


async def test_a_bucket_that_is_empty_says_so(bed: Bed) -> None:
    bed.server.faults.limit("GET /users/@me", 1, 60)
    async with bed.http.get(
        bed.server.api_base + "/users/@me", headers={"Authorization": f"Bot {bed.server.token}"}
    ) as response:
        assert response.headers["X-RateLimit-Limit"] == "1"
        assert response.headers["X-RateLimit-Remaining"] == "0"
        assert response.headers["X-RateLimit-Bucket"]
    status, body = await bed.call("GET", "/users/@me")
    assert status == 429
    assert 0 < body["retry_after"] <= 60


async def test_server_errors_lost_answers_and_cut_connections(bed: Bed) -> None:
    bed.server.faults.fail(503, times=2, on="POST *")
    for _ in range(2):
        assert (await bed.call("POST", bed.messages, {"content": "x"}))[0] == 503
    bed.server.faults.drop(on="POST *")
    with pytest.raises(aiohttp.ClientError):
        await bed.say("Never arrived")
    bed.server.faults.lose_answer(on="POST *")
    with pytest.raises(aiohttp.ClientError):
        await bed.say("Arrived", nonce="n", enforce_nonce=True)
    await bed.say("Again", nonce="n", enforce_nonce=True)
    assert bed.ada.reads() == "Relais: Arrived"


async def test_a_request_can_be_held(bed: Bed) -> None:
    hold = bed.server.faults.hold(on="POST *")
    asking = asyncio.ensure_future(bed.say("Later"))
    await hold.arrived.wait()
    assert bed.ada.reads() == ""
    hold.release()
    await asking
    assert bed.ada.reads() == "Relais: Later"


# The published description


@pytest.mark.skipif(not described(), reason="the description of the API is not beside the repository")
async def test_what_the_description_does_not_know_is_a_violation(bed: Bed) -> None:
    status, body = await bed.call("POST", bed.messages, {"content": "x", "colour": "red"})
    assert (status, body["errors"]["colour"]["_errors"][0]["code"]) == (400, "UNKNOWN_FIELD")
    [violation] = bed.server.violations
    assert violation.endswith("colour: is not described")
    with pytest.raises(AssertionError, match="colour"):
        bed.server.verify()
    bed.server.violations.clear()


async def test_ids_come_from_the_clock(bed: Bed) -> None:
    bed.pass_time(days=1)
    message = await bed.say("Now")
    assert discord.utils.snowflake_time(int(message["id"])) == bed.time
    assert message["timestamp"] == bed.time.isoformat()

"""The Web API, with the real client and with raw requests."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
import pytest
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler

from bot.chat.things import Level
from tests.wire.slack.bed import Bed, refused, section

# Tokens and scopes


async def test_auth_test_says_who_the_token_is_and_what_it_may(bed: Bed) -> None:
    answer = await bed.client.auth_test()
    assert answer["team_id"] == bed.space.id
    assert answer["user"] == "relais"
    assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")


@pytest.mark.parametrize(("token", "error"), [("", "not_authed"), ("xoxb-no", "invalid_auth")])
async def test_a_bad_token_is_refused(bed: Bed, token: str, error: str) -> None:
    assert await bed.error("auth.test", token) == error


async def test_a_revoked_token_is_refused(bed: Bed) -> None:
    bed.world.revoke()
    assert await bed.error("auth.test") == "token_revoked"


async def test_a_socket_is_opened_with_the_apps_token_only(bed: Bed) -> None:
    assert await bed.error("apps.connections.open") == "not_allowed_token_type"
    assert await bed.error("chat.postMessage", bed.server.app_token, channel=bed.general) == "not_allowed_token_type"


async def test_a_missing_scope_is_named(bed: Bed) -> None:
    bed.world.grant("chat:write", "users:read")
    found = await bed.call("pins.add", channel=bed.general, timestamp="1.000001")
    assert found == {"ok": False, "error": "missing_scope", "needed": "pins:write", "provided": "chat:write,users:read"}
    assert await bed.error("conversations.list", types="private_channel") == "missing_scope"


async def test_an_unknown_method_is_answered_with_200(bed: Bed) -> None:
    async with bed.http.post(bed.server.api_base + "chat.shout") as answer:
        assert answer.status == 200
        assert (await answer.json())["error"] == "unknown_method"
    assert bed.server.violations == ["chat.shout: unknown method"]
    bed.server.violations.clear()


@pytest.mark.parametrize("way", ["query", "form", "json"])
async def test_arguments_come_by_query_form_or_json(bed: Bed, way: str) -> None:
    args = {"channel": bed.general, "text": "hi"}
    headers = {"Authorization": f"Bearer {bed.token}"}
    more: dict[str, Any] = {"query": {"params": args}, "form": {"data": args}, "json": {"json": args}}[way]
    async with bed.http.post(bed.server.api_base + "chat.postMessage", headers=headers, **more) as answer:
        assert (await answer.json())["ok"]


async def test_what_is_not_json_is_refused(bed: Bed) -> None:
    headers = {"Authorization": f"Bearer {bed.token}", "Content-Type": "application/json"}
    for raw, error in ((b"{", "invalid_json"), (b"[1]", "json_not_object")):
        async with bed.http.post(bed.server.api_base + "auth.test", data=raw, headers=headers) as answer:
            assert (await answer.json())["error"] == error


async def test_what_is_not_published_is_a_violation(bed: Bed) -> None:
    await bed.client.api_call("chat.postMessage", json={"channel": bed.general, "text": "hi", "tone": "gay"})
    assert any("'tone'" in it for it in bed.server.violations)
    bed.server.violations.clear()


# Writing


async def test_a_post_is_kept_with_its_metadata(bed: Bed) -> None:
    metadata = {"event_type": "relais_post", "event_payload": {"key": "k1"}}
    answer = await bed.post("hello <@" + bed.ada.id + ">", metadata=metadata)
    plain = await bed.client.conversations_history(channel=bed.general, limit=1)
    full = await bed.client.conversations_history(channel=bed.general, include_all_metadata=True, oldest="0")
    assert plain["messages"][0]["ts"] == answer["ts"]
    assert plain["messages"][0]["metadata"] == {"event_type": "relais_post"}
    assert full["messages"][0]["metadata"] == metadata
    assert full["messages"][0]["bot_profile"]["name"] == "Relais"
    assert bed.ada.reads() == "Relais: hello @Ada"


async def test_history_has_pages_and_bounds(bed: Bed) -> None:
    stamps = [(await bed.post(str(number)))["ts"] for number in range(5)]
    first = await bed.client.conversations_history(channel=bed.general, limit=2)
    second = await bed.client.conversations_history(
        channel=bed.general, limit=2, cursor=first["response_metadata"]["next_cursor"]
    )
    assert [it["text"] for it in [*first["messages"], *second["messages"]]] == ["4", "3", "2", "1"]
    between = await bed.client.conversations_history(channel=bed.general, oldest=stamps[1], latest=stamps[3])
    assert [it["text"] for it in between["messages"]] == ["2"]
    closed = await bed.client.conversations_history(channel=bed.general, oldest=stamps[3], inclusive=True)
    assert [it["text"] for it in closed["messages"]] == ["4", "3"]


async def test_replies_live_in_their_thread(bed: Bed) -> None:
    root = await bed.post("root")
    await bed.post("reply", thread_ts=root["ts"])
    await bed.post("loud", thread_ts=root["ts"], reply_broadcast=True)
    top = await bed.client.conversations_history(channel=bed.general)
    thread = await bed.client.conversations_replies(channel=bed.general, ts=root["ts"])
    assert [it["text"] for it in top["messages"]] == ["loud", "root"]
    assert [it["text"] for it in thread["messages"]] == ["root", "reply", "loud"]
    assert top["messages"][1]["reply_count"] == 2
    assert await refused(bed.post("lost", thread_ts="1.000001")) == "thread_not_found"


async def test_only_members_write_in_a_channel(bed: Bed) -> None:
    open_, shut = (
        bed.world.add_channel("open", with_bot=False),
        bed.world.add_channel("shut", private=True, with_bot=False),
    )
    say = bed.client.chat_postMessage
    assert await refused(say(channel=open_.id, text="hi")) == "not_in_channel"
    assert await refused(say(channel=shut.id, text="hi")) == "channel_not_found"
    assert await refused(say(channel="C404", text="hi")) == "channel_not_found"
    assert await refused(bed.client.conversations_history(channel=open_.id)) == "not_in_channel"
    await bed.client.conversations_join(channel=open_.id)
    await say(channel=open_.id, text="hi")
    bed.world.grant("chat:write", "chat:write.public")
    await say(channel=bed.world.add_channel("wide", with_bot=False).id, text="hi")


async def test_words_are_needed_and_have_an_end(bed: Bed) -> None:
    assert await bed.error("chat.postMessage", channel=bed.general, text=" ") == "no_text"
    assert await refused(bed.post("x" * 40_001)) == "msg_too_long"
    posted = await bed.post("x")
    update = bed.client.chat_update
    assert await refused(update(channel=bed.general, ts=posted["ts"], text="x" * 4001)) == "msg_too_long"
    await update(channel=bed.general, ts=posted["ts"], text="x" * 4000)


async def test_the_bot_changes_only_what_is_its_own(bed: Bed) -> None:
    mine, hers = await bed.post("mine"), await bed.ada.say("hers")
    await bed.client.chat_update(channel=bed.general, ts=mine["ts"], text="new")
    assert bed.ada.reads() == "Relais: new\nAda: hers"
    delete = bed.client.chat_delete
    assert await refused(delete(channel=bed.general, ts=hers.id)) == "cant_delete_message"
    assert await refused(bed.client.chat_update(channel=bed.general, ts=hers.id, text="x")) == "cant_update_message"
    await delete(channel=bed.general, ts=mine["ts"])
    assert await refused(delete(channel=bed.general, ts=mine["ts"])) == "message_not_found"
    boss = bed.world.person("Boss", level=Level.ADMIN, here=True)
    await delete(channel=bed.general, ts=hers.id, token=bed.world.user_token(boss, "chat:write"))
    assert bed.ada.reads() == ""


async def test_another_name_needs_its_scope(bed: Bed) -> None:
    assert await refused(bed.post("hi", username="Owl")) == "missing_scope"
    bed.world.grant("chat:write", "chat:write.customize")
    assert (await bed.post("hi", username="Owl"))["message"]["subtype"] == "bot_message"


async def test_an_ephemeral_message_is_for_one_person(bed: Bed) -> None:
    await bed.client.chat_postEphemeral(channel=bed.general, user=bed.ada.id, text="psst")
    assert bed.ada.sees == "psst"
    assert bed.bob.sees == ""
    assert bed.bob.reads() == ""
    assert not (await bed.client.conversations_history(channel=bed.general))["messages"]
    cleo = bed.world.person("Cleo")
    post = bed.client.chat_postEphemeral
    assert await refused(post(channel=bed.general, user=cleo.id, text="psst")) == "user_not_in_channel"


async def test_a_direct_message_reaches_one_person(bed: Bed) -> None:
    opened = await bed.client.conversations_open(users=bed.ada.id)
    answer = await bed.client.chat_postMessage(channel=bed.ada.id, text="dear Ada")
    assert answer["channel"] == opened["channel"]["id"]
    assert (bed.ada.sees, bed.bob.sees) == ("dear Ada", "")
    robot = bed.world.person("Robot", is_bot=True, here=True)
    assert await refused(bed.client.conversations_open(users=robot.id)) == "cannot_dm_bot"
    assert await refused(bed.client.conversations_open(users="U404")) == "user_not_found"


# Notifications


async def test_control_sequences_notify_and_escaped_ones_do_not(bed: Bed) -> None:
    posted = await bed.post("&lt;!channel&gt; &lt;@" + bed.ada.id + "&gt; @Ada @channel")
    assert not bed.world.notified
    named = await bed.post(f"<@{bed.ada.id}>")
    everybody = await bed.post("x", blocks=[section("<!here>")])
    loud = await bed.post("@channel", link_names=True)
    raw = await bed.post("x", blocks=[section("@everyone")])
    reached = [(ts, user) for ts, user in bed.world.notified]
    assert posted["ts"] not in dict(reached)
    both = [bed.ada.id, bed.bob.id]
    assert reached == [(named["ts"], bed.ada.id)] + [(it["ts"], id) for it in (everybody, loud, raw) for id in both]
    assert loud["message"]["text"] == "<!channel>"


async def test_plain_and_verbatim_texts_notify_nobody(bed: Bed) -> None:
    block = section("@here")
    block["text"]["verbatim"] = True
    plain = {"type": "section", "text": {"type": "plain_text", "text": f"<!here> <@{bed.ada.id}>"}}
    await bed.post("x", blocks=[block, plain])
    assert not bed.world.notified


# Reactions, pins, people


async def test_reactions_are_given_once(bed: Bed) -> None:
    posted, client = await bed.post(), bed.client
    about = {"channel": bed.general, "timestamp": posted["ts"]}
    await client.reactions_add(name="tada", **about)
    assert await refused(client.reactions_add(name="tada", **about)) == "already_reacted"
    assert await refused(client.reactions_add(name="🎉", **about)) == "invalid_name"
    found = await client.reactions_get(**about)
    assert found["message"]["reactions"] == [{"name": "tada", "users": [bed.world.town().bot], "count": 1}]
    await client.reactions_remove(name="tada", **about)
    assert await refused(client.reactions_remove(name="tada", **about)) == "no_reaction"


async def test_pins_are_set_once(bed: Bed) -> None:
    posted, client = await bed.post(), bed.client
    await client.pins_add(channel=bed.general, timestamp=posted["ts"])
    assert await refused(client.pins_add(channel=bed.general, timestamp=posted["ts"])) == "already_pinned"
    assert [it["message"]["ts"] for it in (await client.pins_list(channel=bed.general))["items"]] == [posted["ts"]]
    await client.pins_remove(channel=bed.general, timestamp=posted["ts"])
    assert await refused(client.pins_remove(channel=bed.general, timestamp=posted["ts"])) == "no_pin"


async def test_people_are_described(bed: Bed) -> None:
    cleo = bed.world.person("Cléo", language="fr", zone="Europe/Paris", here=True, roles=("Choir",))
    shown = (await bed.client.users_info(user=cleo.id, include_locale=True))["user"]
    assert (shown["locale"], shown["tz"], shown["tz_offset"]) == ("fr-FR", "Europe/Paris", 3600)
    assert "locale" not in (await bed.client.users_info(user=cleo.id))["user"]
    assert {it["name"] for it in (await bed.client.users_list())["members"]} == {"relais", "ada", "bob", "cléo"}
    groups = await bed.client.usergroups_list(include_users=True)
    assert [(it["handle"], it["users"]) for it in groups["usergroups"]] == [("choir", [cleo.id])]


async def test_kicking_is_restricted_unless_the_workspace_allows_it(bed: Bed) -> None:
    random = bed.world.channel("random").id
    kick = bed.client.conversations_kick
    assert await refused(kick(channel=random, user=bed.ada.id)) == "restricted_action"
    assert await refused(kick(channel=bed.general, user=bed.ada.id)) == "cant_kick_from_general"
    bed.world.town().restricts_kick = False
    await kick(channel=random, user=bed.ada.id)
    assert bed.ada.id not in (await bed.client.conversations_members(channel=random))["members"]


# Limits and faults


async def test_a_channel_takes_one_message_a_second(bed: Bed) -> None:
    burst = bed.server.rates.pace.burst if bed.server.rates.pace else 0
    for _ in range(burst):
        await bed.post()
    async with bed.http.post(
        bed.server.api_base + "chat.postMessage",
        json={"channel": bed.general, "text": "one too many"},
        headers={"Authorization": f"Bearer {bed.token}"},
    ) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (429, "1")
        assert (await answer.json())["error"] == "ratelimited"
    await bed.client.chat_postMessage(channel=bed.world.channel("random").id, text="elsewhere")
    bed.pass_time(seconds=1)
    await bed.post("a second later")


async def test_the_pace_can_be_switched_off(bed: Bed) -> None:
    bed.server.rates.pace = None
    for _ in range(30):
        await bed.post()


async def test_tiers_count_each_method(bed: Bed) -> None:
    bed.server.rates.tiers = True
    for _ in range(20):
        await bed.client.conversations_list()
    assert await refused(bed.client.conversations_list()) == "ratelimited"
    await bed.client.users_info(user=bed.ada.id)
    bed.pass_time(minutes=1)
    await bed.client.conversations_list()


async def test_429_is_retried_by_the_real_client(bed: Bed) -> None:
    client = bed.client
    client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=1))
    bed.server.faults.rate_limit(1, on="chat.*")
    assert (await client.chat_postMessage(channel=bed.general, text="hi"))["ok"]
    assert [it.status for it in bed.server.sent("chat.postMessage")] == [429, 200]


async def test_faults_strike_as_prepared(bed: Bed) -> None:
    bed.server.faults.fail(503, on="chat.postMessage")
    async with bed.http.post(bed.server.api_base + "chat.postMessage") as answer:
        assert answer.status == 503
    bed.server.faults.drop(on="chat.postMessage")
    with pytest.raises(aiohttp.ClientError):
        await bed.call("chat.postMessage", channel=bed.general, text="never")
    bed.server.faults.lose_answer(on="chat.postMessage")
    with pytest.raises(aiohttp.ClientError):
        await bed.call("chat.postMessage", channel=bed.general, text="done")
    assert bed.ada.reads() == "Relais: done"


# Files


async def test_a_file_is_handed_in_and_shared(bed: Bed) -> None:
    await bed.client.files_upload_v2(
        channel=bed.general, content="a,b\n1,2", filename="table.csv", title="Table", initial_comment="look"
    )
    assert bed.ada.reads() == "Relais: look\n(Table)"
    message = (await bed.client.conversations_history(channel=bed.general))["messages"][0]
    url = message["files"][0]["url_private"]
    async with bed.http.get(url, headers={"Authorization": f"Bearer {bed.token}"}) as answer:
        assert await answer.text() == "a,b\n1,2"
    async with bed.http.get(url) as answer:
        assert answer.content_type == "text/html"


# response_url


async def test_a_response_url_works_five_times(bed: Bed) -> None:
    url = bed.server.state.hook(bed.space.id, bed.ada.id, bed.general)
    for number in range(5):
        async with bed.http.post(url, json={"text": f"answer {number}"}) as answer:
            assert answer.status == 200
    async with bed.http.post(url, json={"text": "no more"}) as answer:
        assert (answer.status, json.loads(await answer.text())["error"]) == (404, "used_url")
    assert "answer 4" in bed.ada.sees
    assert "no more" not in bed.ada.sees
    assert bed.bob.sees == ""


async def test_a_response_url_works_for_thirty_minutes(bed: Bed) -> None:
    url = bed.server.state.hook(bed.space.id, bed.ada.id, bed.general)
    bed.pass_time(minutes=30)
    async with bed.http.post(url, json={"text": "for all", "response_type": "in_channel"}) as answer:
        assert answer.status == 200
    bed.pass_time(seconds=1)
    async with bed.http.post(url, json={"text": "late"}) as answer:
        assert (await answer.json())["error"] == "expired_url"
    assert bed.bob.reads() == "Relais: for all"

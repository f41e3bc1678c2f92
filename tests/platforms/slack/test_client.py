"""The adapter's own promises: posts once, found again, and honest about what Slack cannot do."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from cryptography.fernet import Fernet
from slack_bolt.async_app import AsyncBoltRequest

from bot.chat.card import Card, File
from bot.chat.platform import (
    Bans,
    Busy,
    Can,
    Closed,
    Deletes,
    Forbidden,
    Kicks,
    NotFound,
    Pins,
    Platform,
    PlatformError,
    Roles,
    SlowModes,
    Timeouts,
    Uncertain,
    Whispers,
    can,
)
from bot.chat.things import Channel, MessageRef, Space
from bot.platforms.slack import Slack
from bot.platforms.slack.api import Pace
from bot.platforms.slack.directory import Directory
from bot.platforms.slack.errors import Refused
from bot.platforms.slack.feed import Feed
from bot.platforms.slack.installations import Installations
from bot.platforms.slack.workspace import POSTED, Workspace
from tests.platforms.slack.conftest import NOW, PaperApi, PaperHub, serving
from tests.platforms.slack.rules import ADA, BOB, SPACE
from tests.platforms.slack.test_feed import Heard, message

GENERAL = Channel(SPACE, "C1", "general")
REF = MessageRef(GENERAL, "5.0")


@pytest.fixture
def slack(workspace: Workspace, hub: PaperHub) -> Slack:
    return serving(Slack("xoxb-1", "xapp-1", "secret"), hub, Feed(workspace, hub, Heard()))


def kept(key: str, ts: str) -> dict[str, Any]:
    return message(ts=ts, metadata={"event_type": POSTED, "event_payload": {"key": key}})


def test_it_is_a_platform(slack: Slack) -> None:
    platform: Platform = slack
    assert platform.spaces() == (SPACE,)


def test_powers(slack: Slack) -> None:
    assert isinstance(slack, Pins)
    assert isinstance(slack, Whispers)
    assert isinstance(slack, Deletes)
    assert isinstance(slack, Roles)
    for lacking in (Timeouts, Kicks, Bans, SlowModes):
        assert not isinstance(slack, lacking)
    assert {what for what in Can if can(slack, SPACE, what)} == {Can.PINS, Can.WHISPER}


async def test_others_messages_need_a_moderator_s_token(slack: Slack) -> None:
    with pytest.raises(Forbidden):
        await slack.delete_any(REF, "spam")
    moderator = PaperApi()
    slack.moderators[SPACE.id] = moderator  # type: ignore[assignment]
    assert can(slack, SPACE, Can.DELETE_ANY)
    await slack.delete_any(REF, "spam")
    assert moderator.called("chat.delete") == [{"channel": "C1", "ts": "5.0"}]


async def test_a_moderator_s_token_is_good_in_one_workspace(slack: Slack) -> None:
    slack.moderators["T2"] = PaperApi()  # type: ignore[assignment]
    assert not can(slack, SPACE, Can.DELETE_ANY)
    with pytest.raises(Forbidden):
        await slack.delete_any(REF, "spam")


def groups(*users: str) -> dict[str, Any]:
    return {"usergroups": [{"id": "S1", "handle": "marketing-team", "name": "Marketing Team", "users": [*users]}]}


@pytest.fixture
def scoped(workspace: Workspace) -> None:
    workspace.scopes |= {"usergroups:read", "usergroups:write"}


@pytest.mark.usefixtures("scoped")
async def test_roles_are_user_groups(slack: Slack, workspace: Workspace, api: PaperApi) -> None:
    assert not can(slack, SPACE, Can.ROLES), "no group was ever read"
    api.answers["usergroups.list"] = groups("U0BOB")
    await workspace.directory.read_groups()
    assert can(slack, SPACE, Can.ROLES)
    assert workspace.directory.people["U0BOB"].roles == ("Marketing Team",)
    for role in ("S1", "@marketing-team", "marketing team"):
        api.asked.clear()
        await slack.give_role(ADA, role, "why")
        assert api.called("usergroups.users.update") == [{"usergroup": "S1", "users": "U0BOB,U0ADA"}]
    with pytest.raises(NotFound):
        await slack.give_role(ADA, "sales", "why")


@pytest.mark.usefixtures("scoped")
async def test_what_is_so_already_is_not_changed(slack: Slack, api: PaperApi) -> None:
    api.answers["usergroups.list"] = groups("U0BOB")
    await slack.give_role(BOB, "marketing-team", "why")
    await slack.take_role(ADA, "marketing-team", "why")
    assert api.called("usergroups.users.update") == []


@pytest.mark.usefixtures("scoped")
async def test_a_user_group_keeps_its_last_member(slack: Slack, api: PaperApi) -> None:
    api.answers["usergroups.list"] = groups("U0BOB", "U0ADA")
    await slack.take_role(ADA, "marketing-team", "why")
    assert api.called("usergroups.users.update") == [{"usergroup": "S1", "users": "U0BOB"}]
    api.answers["usergroups.list"] = groups("U0ADA")
    with pytest.raises(Forbidden):
        await slack.take_role(ADA, "marketing-team", "why")


async def test_pinning_twice_changes_nothing(slack: Slack, api: PaperApi) -> None:
    api.answers |= {"pins.add": Refused("pins.add", "already_pinned"), "pins.remove": NotFound("no_pin")}
    await slack.pin(REF)
    await slack.unpin(REF)
    api.answers["pins.add"] = Forbidden("pins:write")
    with pytest.raises(Forbidden):
        await slack.pin(REF)


async def test_reacting(slack: Slack, api: PaperApi) -> None:
    await slack.react(REF, "🎉")
    api.answers["reactions.add"] = Refused("reactions.add", "already_reacted")
    await slack.react(REF, "parrot")
    assert [body["name"] for body in api.called("reactions.add")] == ["tada", "parrot"]


async def test_a_post_carries_its_key_and_is_made_once(slack: Slack, api: PaperApi) -> None:
    first = await slack.post(GENERAL, Card("hi"), key="k1")
    assert await slack.post(GENERAL, Card("hi"), key="k1") == first
    (body,) = api.called("chat.postMessage")
    assert body["metadata"] == {"event_type": POSTED, "event_payload": {"key": "k1"}}


async def test_a_public_channel_is_joined_on_demand(slack: Slack, api: PaperApi) -> None:
    api.answers["chat.postMessage"] = [Forbidden("not_in_channel"), {"ts": "7.0"}]
    assert (await slack.post(GENERAL, Card("hi"), key="k1")).id == "7.0"
    assert api.called("conversations.join") == [{"channel": "C1"}]
    api.answers |= {"chat.postMessage": Forbidden("not_in_channel"), "conversations.join": NotFound("x")}
    with pytest.raises(Forbidden) as caught:
        await slack.post(GENERAL, Card("hi"), key="k2")
    assert caught.value.permission == "not_in_channel"


async def test_blocks_that_slack_refuses_leave_their_text(slack: Slack, api: PaperApi) -> None:
    api.answers["chat.postMessage"] = [Refused("chat.postMessage", "invalid_blocks"), {"ts": "7.0"}]
    await slack.post(GENERAL, Card("hi"), key="k1")
    assert [(body["text"], body["blocks"]) for body in api.called("chat.postMessage")][1] == ("hi", [])


async def test_files_follow_their_message(slack: Slack, api: PaperApi) -> None:
    await slack.post(GENERAL, Card("hi", files=(File(b"x", "a.txt"),)), key="k1", thread="1.0")
    assert api.uploads == [("C1", "1.0")]


async def test_a_post_is_found_by_its_key(slack: Slack, api: PaperApi) -> None:
    api.answers["conversations.history"] = {"messages": [message(), kept("k0", "6.0"), kept("k1", "7.0")]}
    found = await slack.find(GENERAL, "k1", since=NOW - timedelta(minutes=5))
    assert found == MessageRef(GENERAL, "7.0")
    assert await slack.find(GENERAL, "k2", since=NOW) is None
    assert api.called("conversations.history")[0]["include_all_metadata"]


async def test_a_lost_post_in_a_thread_is_looked_for_there(slack: Slack, api: PaperApi) -> None:
    api.answers["chat.postMessage"] = Uncertain("lost")
    with pytest.raises(Uncertain):
        await slack.post(GENERAL, Card("hi"), key="k1", thread="1.0")
    api.answers["conversations.replies"] = {"messages": [message(), kept("k1", "7.0")]}
    assert await slack.find(GENERAL, "k1", since=NOW) == MessageRef(GENERAL, "7.0", "1.0")
    assert api.called("conversations.replies")[0]["ts"] == "1.0"


async def test_a_refused_post_leaves_no_trace(slack: Slack, api: PaperApi, hub: PaperHub) -> None:
    api.answers["chat.postMessage"] = Forbidden("restricted_action")
    with pytest.raises(Forbidden):
        await slack.post(GENERAL, Card("hi"), key="k1", thread="1.0")
    assert not any(hub.kept.kinds.values())


async def test_too_much_to_look_through_is_no_answer(slack: Slack, api: PaperApi) -> None:
    more = {"messages": [message()], "has_more": True, "response_metadata": {"next_cursor": "x"}}
    api.answers["conversations.history"] = more
    with pytest.raises(PlatformError):
        await slack.find(GENERAL, "k1", since=NOW)


async def test_direct_messages(slack: Slack, api: PaperApi) -> None:
    ref = await slack.direct(ADA, Card("hi"), key="k1")
    assert ref.channel.id == "D0ADA"
    api.answers["conversations.history"] = {"messages": [kept("k1", "7.0")]}
    found = await slack.find_direct(ADA, "k1", since=NOW)
    assert found is not None
    assert (found.channel.id, found.id) == ("D0ADA", "7.0")
    assert len(api.called("conversations.open")) == 1


async def test_somebody_who_cannot_be_written_to(slack: Slack, api: PaperApi) -> None:
    api.answers["conversations.open"] = Closed("cannot_dm_bot")
    with pytest.raises(Closed):
        await slack.direct(ADA, Card("hi"), key="k1")
    assert await slack.find_direct(ADA, "k1", since=NOW) is None


async def test_history_is_of_people_and_in_order(slack: Slack, api: PaperApi) -> None:
    said = [
        message("c", ts="3.0"),
        message("a", ts="1.0"),
        message("bot", ts="2.5", bot_id="B9"),
        message("b", ts="2.0"),
    ]
    api.answers["conversations.history"] = {"messages": said}
    assert [event.text for event in await slack.history(GENERAL, after="0.5", limit=2)] == ["a", "b"]
    assert [event.text for event in await slack.history(GENERAL)] == ["a", "b", "c"]


async def test_threads_need_no_opening(slack: Slack) -> None:
    assert await slack.open_thread(REF, "Name") == "5.0"
    assert await slack.open_thread(MessageRef(GENERAL, "6.0", "5.0"), "Name") == "5.0"


async def test_posts_of_a_channel_wait_for_their_turn() -> None:
    pace, loop = Pace(0.05, waiting=2), asyncio.get_running_loop()
    start = loop.time()
    await asyncio.gather(*(pace.turn("C1") for _ in range(3)), pace.turn("C2"))
    assert 0.09 < loop.time() - start < 1
    with pytest.raises(Busy):
        await asyncio.gather(*(pace.turn("C1") for _ in range(9)))


@pytest.mark.parametrize(("bot", "app"), [("xapp-1", "xoxb-1"), ("xoxp-1", "xapp-1"), ("xoxb-1", "xoxb-2")])
def test_exchanged_tokens_are_told_without_showing_them(bot: str, app: str) -> None:
    with pytest.raises(PlatformError) as caught:
        Slack(bot, app)
    assert bot not in str(caught.value)
    assert "begins with xoxb-" in str(caught.value)


def test_slack_is_reached_by_http_only_with_a_secret() -> None:
    assert Slack("xoxb-1", "xapp-1").routes() == []
    (route,) = Slack("xoxb-1", None, "secret").routes()
    assert route.path == "/slack/events"


def second(hub: PaperHub, api: PaperApi) -> Feed:
    """The feed of another workspace, which has a channel C2."""
    space = Space("slack", "T2", "Village")
    directory = Directory(api, space, hub.now)  # type: ignore[arg-type]
    directory._channels["C2"] = Channel(space, "C2", "square")
    return Feed(Workspace(api, directory, {"user_id": "U0TWO"}, frozenset()), hub, Heard())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("body", "whose"),
    [
        ({"authorizations": [{"team_id": "T2"}], "team_id": "T1"}, "T2"),
        ({"authorizations": [{"team_id": "T9"}], "team_id": "T1"}, None),
        ({"team_id": "T2", "channel_id": "C1"}, "T2"),
        ({"team": {"id": "T1"}, "channel": {"id": "C2"}}, "T1"),
        ({"team": {"id": "T9"}, "channel": {"id": "C2"}}, "T2"),
        ({"team_id": "T9", "channel_id": "C9"}, None),
    ],
)
def test_whose_a_payload_is(
    slack: Slack, hub: PaperHub, api: PaperApi, body: dict[str, Any], whose: str | None
) -> None:
    workspaces = slack._workspaces
    assert workspaces
    assert workspaces.of(body) is workspaces.feeds[SPACE.id], "with one workspace, all is its own"
    workspaces.installations = Installations(hub.store, [Fernet.generate_key().decode()], hub.now)
    workspaces.feeds["T2"] = second(hub, api)
    found = workspaces.of(body)
    assert (found.workspace.space.id if found else None) == whose


@pytest.mark.parametrize(
    "event",
    [
        message("hello"),
        {"type": "something_new"},
        message(subtype="message_deleted", deleted_ts="1.0"),
        {"type": "team_join", "user": {}},
    ],
)
async def test_every_event_is_acknowledged(slack: Slack, event: dict[str, Any]) -> None:
    assert slack._workspaces
    slack._workspaces.feeds[SPACE.id].ready.set()
    body = {"type": "event_callback", "team_id": SPACE.id, "event": event, "event_id": "Ev1"}
    answer = await slack.app.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))
    assert answer.status == 200
    await asyncio.sleep(0)


async def test_an_unsigned_request_is_refused(slack: Slack) -> None:
    body = '{"type":"event_callback","event":{"type":"message"}}'
    answer = await slack.app.async_dispatch(AsyncBoltRequest(body=body, headers={"content-type": "application/json"}))
    assert answer.status == 401

"""Slack's events as ours: each under an id that a redelivery has too, in order, the app's own passed over."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.chat.events import (
    MemberJoined,
    MemberLeft,
    MemberRenamed,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    Reacted,
)
from bot.chat.platform import Busy, NotFound
from bot.chat.things import Channel, Level
from bot.platforms.slack.directory import base_language, language_of, zone_of
from bot.platforms.slack.feed import Feed
from bot.platforms.slack.workspace import Workspace
from tests.platforms.slack.conftest import PaperApi, PaperHub, user
from tests.platforms.slack.rules import SPACE

TS = "1700000000.000100"


@dataclass
class Heard:
    said: list[tuple[str, bool]] = field(default_factory=list)

    async def mentioned(self, workspace: Workspace, channel: Channel, event: Any, *, direct: bool) -> None:
        self.said.append((event["text"], direct))


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def feed(workspace: Workspace, hub: PaperHub, heard: Heard) -> Feed:
    made = Feed(workspace, hub, heard)
    made.ready.set()
    return made


def message(text: str = "hello", **more: Any) -> dict[str, Any]:
    said = {"type": "message", "channel": "C1", "channel_type": "channel", "user": "U0BOB", "text": text, "ts": TS}
    return said | more


async def test_a_message(feed: Feed, hub: PaperHub) -> None:
    file = {"url_private": "https://files.example/1"}
    await feed.hear(message("*hi* <@U0ADA>", files=[file], subtype="file_share"))
    (event,) = hub.received
    assert isinstance(event, MessagePosted)
    assert (event.id, event.text, event.mentions) == (f"C1:{TS}", "**hi** <@U0ADA>", ("U0ADA",))
    assert (event.member.name, event.ref.id, event.ref.thread) == ("Bob", TS, None)
    assert [it.url for it in event.attachments] == ["https://files.example/1"]
    assert event.at.timestamp() == pytest.approx(float(TS))


async def test_replies_know_their_thread(feed: Feed, hub: PaperHub) -> None:
    await feed.hear(message(thread_ts="1.0"))
    await feed.hear(message(thread_ts=TS, subtype="thread_broadcast"))
    reply, root = hub.received
    assert isinstance(reply, MessagePosted)
    assert isinstance(root, MessagePosted)
    assert reply.ref.thread == "1.0"
    assert reply.reply_to is not None
    assert reply.reply_to.id == "1.0"
    assert (root.ref.thread, root.reply_to) == (None, None)


async def test_a_mention_and_its_twin_are_one_message(feed: Feed, hub: PaperHub, heard: Heard) -> None:
    await feed.hear(message("<@U0BOT> help"))
    await feed.hear(message("<@U0BOT> help", type="app_mention"))
    assert len({event.id for event in hub.received}) == 1
    assert heard.said == [("<@U0BOT> help", False)]


async def test_private_messages_are_for_the_app_alone(feed: Feed, hub: PaperHub, heard: Heard) -> None:
    await feed.hear(message("help", channel="D1", channel_type="im"))
    await feed.hear(message("own", channel="D1", channel_type="im", bot_id="B0BOT", user="U0BOT"))
    assert hub.received == []
    assert heard.said == [("help", True)]


@pytest.mark.parametrize(
    "event",
    [
        message(user="U0BOT"),
        message(bot_id="B0BOT", user=None),
        message(subtype="channel_join"),
        message(subtype="message_replied"),
        message(subtype="message_changed", message=message("same"), previous_message=message("same")),
        message(subtype="message_changed", message=message("new", user="U0BOT"), previous_message=message("old")),
        message(subtype="message_deleted", deleted_ts=TS, previous_message=message(user="U0BOT")),
        {"type": "reaction_added", "user": "U0BOB", "item": {"type": "file", "channel": "C1"}, "event_ts": "2.0"},
        {"type": "something_new"},
    ],
)
async def test_what_is_no_news(feed: Feed, hub: PaperHub, event: dict[str, Any]) -> None:
    await feed.hear(event)
    assert hub.received == []


async def test_other_apps_are_bots(feed: Feed, hub: PaperHub) -> None:
    await feed.hear(message(subtype="bot_message", bot_id="B7", user=None, username="Weather"))
    await feed.hear(message(bot_id="B8", ts="1700000000.000200"))
    members = [event.member for event in hub.received if isinstance(event, MessagePosted)]
    assert [(member.id, member.name, member.is_bot) for member in members] == [
        ("B7", "Weather", True),
        ("U0BOB", "Bob", True),
    ]


async def test_an_edit(feed: Feed, hub: PaperHub) -> None:
    edit = message(
        subtype="message_changed",
        message=message("new", edited={"ts": "1700000005.0"}),
        previous_message=message("old"),
        ts="1700000005.1",
    )
    await feed.hear(edit)
    await feed.hear(edit)
    first, again = hub.received
    assert isinstance(first, MessageEdited)
    assert (first.text, first.ref.id) == ("new", TS)
    assert first.id == again.id == f"C1:{TS}:1700000005.0"


@pytest.mark.parametrize(
    "event",
    [
        message(subtype="message_deleted", deleted_ts=TS, previous_message=message(thread_ts="1.0")),
        message(
            subtype="message_changed",
            message=message("gone", subtype="tombstone"),
            previous_message=message(thread_ts="1.0"),
        ),
    ],
)
async def test_a_deletion(feed: Feed, hub: PaperHub, event: dict[str, Any]) -> None:
    await feed.hear(event)
    (gone,) = hub.received
    assert isinstance(gone, MessageDeleted)
    assert (gone.ref.id, gone.ref.thread) == (TS, "1.0")


async def test_reactions(feed: Feed, hub: PaperHub) -> None:
    item = {"type": "message", "channel": "C1", "ts": TS}
    for kind, name, at in [("added", "tada", "2.0"), ("removed", "tada", "3.0"), ("added", "parrot", "4.0")]:
        await feed.hear({"type": f"reaction_{kind}", "user": "U0BOB", "reaction": name, "item": item, "event_ts": at})
    told = [(event.emoji, event.added) for event in hub.received if isinstance(event, Reacted)]
    assert told == [("🎉", True), ("🎉", False), ("parrot", True)]
    assert len({event.id for event in hub.received}) == 3


async def test_coming_and_going(feed: Feed, hub: PaperHub) -> None:
    await feed.hear({"type": "team_join", "user": user("U0NEW", "New"), "event_ts": "5.0"})
    gone = user("U0NEW", "New", deleted=True, updated=7)
    await feed.hear({"type": "user_change", "user": gone})
    await feed.hear({"type": "user_change", "user": gone})
    await feed.hear({"type": "user_change", "user": user("U0NEW", "New"), "event_ts": "9.0"})
    assert [type(event) for event in hub.received] == [MemberJoined, MemberLeft, MemberJoined]
    joined = hub.received[0]
    assert isinstance(joined, MemberJoined)
    assert (joined.id, joined.member.name, joined.member.language) == ("join:U0NEW:5.0", "New", "fr")


async def test_a_changed_profile_is_seen_at_once(feed: Feed, hub: PaperHub, workspace: Workspace) -> None:
    await feed.hear({"type": "user_change", "user": user("U0BOB", "Robert", is_owner=True)})
    bob = await workspace.directory.member("U0BOB")
    assert bob is not None
    assert (bob.name, bob.level) == ("Robert", Level.ADMIN)


async def test_another_name_is_told_with_the_one_before(feed: Feed, hub: PaperHub) -> None:
    await feed.hear({"type": "user_change", "user": user("U0BOB", "Robert")})
    await feed.hear({"type": "user_change", "user": user("U0BOB", "Robert", is_owner=True)})
    await feed.hear({"type": "user_change", "user": user("U0NEW", "New")})
    first, second = hub.received
    assert isinstance(first, MemberRenamed)
    assert isinstance(second, MemberRenamed)
    assert (first.before, first.member.name, second.before) == ("Bob", "Robert", None)


async def test_what_is_shared_attached_and_laid_out_is_seen(feed: Feed, hub: PaperHub) -> None:
    shared = {"is_share": True, "text": "Buy *this*", "fallback": "Buy this"}
    preview = {"title": "Cheap", "title_link": "https://bad.example", "text": "Very", "fields": [{"value": "Now"}]}
    words = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"text": "look"}]}]}
    section = {"type": "section", "block_id": "b", "text": {"type": "mrkdwn", "text": "Win"}}
    await feed.hear(message("look", attachments=[shared, preview], blocks=[words, section]))
    (event,) = hub.received
    assert isinstance(event, MessagePosted)
    assert (event.text, event.quoted) == ("look", ("Buy **this**",))
    card, block = event.embeds
    assert (card.splitlines()[:2], card.splitlines()[3], block) == (["Cheap", "Very"], "Now", "Win")
    assert "(https://bad.example)" in card


async def test_words_that_are_only_in_blocks_are_seen(feed: Feed, hub: PaperHub) -> None:
    pieces = [{"type": "text", "text": "free "}, {"type": "text", "text": "nitro"}]
    words = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": pieces}]}
    await feed.hear(message("", blocks=[words], user="", bot_id="B1", subtype="bot_message", username="Hook"))
    (event,) = hub.received
    assert isinstance(event, MessagePosted)
    assert (event.embeds, event.webhook, event.member.is_bot) == (("free nitro",), True, True)


async def test_a_channel_keeps_its_order(feed: Feed, hub: PaperHub, api: PaperApi, workspace: Workspace) -> None:
    waiting = asyncio.Event()
    asked = api.read

    async def slow(method: str, **body: Any) -> Any:
        if method == "users.info":
            await waiting.wait()
        return await asked(method, **body)

    api.read = slow  # type: ignore[method-assign]
    first = asyncio.create_task(feed.hear(message("one", user="U0NOBODY")))
    await asyncio.sleep(0)
    second = asyncio.create_task(feed.hear(message("two", ts="1700000001.0")))
    elsewhere = asyncio.create_task(feed.hear(message("three", channel="C2")))
    await elsewhere
    assert [event.text for event in hub.received if isinstance(event, MessagePosted)] == ["three"]
    waiting.set()
    await asyncio.gather(first, second)
    assert [event.text for event in hub.received if isinstance(event, MessagePosted)] == ["three", "one", "two"]


async def test_catching_up(feed: Feed, hub: PaperHub, api: PaperApi) -> None:
    channels = [{"id": "C1", "is_member": True}, {"id": "C2", "is_member": False}, {"id": "C3", "is_member": True}]
    api.answers["conversations.list"] = {"channels": channels}
    said = [message(str(number), ts=f"{number}.0") for number in (5, 4, 3, 2)]
    api.answers["conversations.history"] = {"messages": [*said, message("own", user="U0BOT", ts="6.0")]}
    hub.seen = {"C1": "3.0", "C2": "1.0"}
    await feed.catch_up()
    assert [event.text for event in hub.received if isinstance(event, MessagePosted)] == ["4", "5"]
    assert [body["channel"] for body in api.called("conversations.history")] == ["C1", "C3"]
    assert feed.ready.is_set()


async def test_catching_up_reads_page_after_page(feed: Feed, hub: PaperHub, api: PaperApi) -> None:
    api.answers["conversations.list"] = {"channels": [{"id": "C1", "is_member": True}]}
    hub.seen = {"C1": "100.0"}

    pages: list[Any] = [
        {
            "messages": [message(str(number), ts=f"{number}.0") for number in range(newest, max(newest - 200, 0), -1)],
            "response_metadata": {"next_cursor": str(newest - 200)},
        }
        for newest in (900, 700, 500, 300, 100)
    ]
    api.answers["conversations.history"] = [pages[0], Busy(0), *pages[1:]]
    await feed.catch_up()
    told = [event.text for event in hub.received if isinstance(event, MessagePosted)]
    assert told == [str(number) for number in range(101, 901)]
    assert [body.get("cursor") for body in api.called("conversations.history")] == [
        None,
        "700",
        "700",
        "500",
        "300",
        "100",
    ]


async def test_a_busy_slack_does_not_stop_the_start(feed: Feed, api: PaperApi) -> None:
    api.answers["conversations.list"] = Busy(30)
    await feed.catch_up()
    assert feed.ready.is_set()


# Who is who


async def test_levels(workspace: Workspace, api: PaperApi) -> None:
    groups = [
        {"id": "S1", "handle": "moderation", "name": "Moderation", "users": ["U0BOB"]},
        {"id": "S2", "handle": "helpers", "name": "Our helpers", "users": ["U0ADA", "U0BOB", "U0EVE"]},
    ]
    api.answers["usergroups.list"] = {"usergroups": groups}
    directory = workspace.directory
    await directory.read_groups()
    eve = directory.learn(user("U0EVE", "Eve"))
    levels = {id: member.level for id, member in directory.people.items()}
    assert levels == {"U0ADA": Level.ADMIN, "U0BOB": Level.MODERATOR, "U0EVE": Level.HELPER}
    assert eve.roles == ("Our helpers",)


async def test_somebody_unknown(workspace: Workspace, api: PaperApi) -> None:
    api.answers["users.info"] = NotFound("user_not_found")
    assert await workspace.directory.member("U0GONE") is None
    assert await workspace.directory.member("bob") is None
    assert len(api.called("users.info")) == 1
    assert (await workspace.directory.somebody("U0GONE", "Gone")).name == "Gone"


async def test_members_are_listed_once_and_kept(workspace: Workspace, api: PaperApi) -> None:
    users = [user("U0ADA", "Ada"), user("U0OLD", "Old", deleted=True), user("USLACKBOT", "Slackbot")]
    api.answers["users.list"] = {"members": users}
    assert [member.id for member in await workspace.directory.members()] == ["U0ADA"]
    await workspace.directory.members()
    assert len(api.called("users.list")) == 1


def test_the_workspace_s_language_and_zone() -> None:
    people = [
        user("U1", "A", locale="en-US", tz="Europe/Paris"),
        user("U2", "B", locale="en-GB", tz="Europe/Paris"),
        user("U3", "C", locale="es-LA", tz="Nowhere/Nothing", is_primary_owner=True),
    ]
    assert language_of(people) == "es"
    assert language_of(people[:2]) == "en"
    assert zone_of(people) == "Europe/Paris"
    assert (zone_of([]), language_of([]), base_language("fr-FR")) == ("UTC", "en", "fr")


def test_the_space_is_the_one_of_the_messages(feed: Feed) -> None:
    assert feed.seen("x").space == SPACE

"""Payloads as events: stable ids, levels, threads, and what is left out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.chat.things import Channel, Level, MessageRef
from bot.platforms.discord import asked
from bot.platforms.discord.town import ADMIN, level_of
from bot.platforms.discord.translate import (
    admitted,
    born,
    by_people,
    deleted,
    edited,
    emoji,
    joined,
    posted,
)
from bot.platforms.discord.translate import member as member_of
from tests.platforms.discord.conftest import ADA, BOT, GENERAL, SPACE, THREAD, PaperTown, member, message, user

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_a_message_keeps_its_id_and_its_moment(town: PaperTown) -> None:
    event = posted(town, message(content="**hi** <@!5>", mentions=[user(id="5")], attachments=[{"url": "https://x/f"}]))
    assert (event.id, event.at) == ("175928847299117100", datetime(2026, 11, 22, 10, tzinfo=UTC))
    assert (event.text, event.mentions, [it.url for it in event.attachments]) == (
        "**hi** <@5>",
        ("5",),
        ["https://x/f"],
    )
    assert event.ref == MessageRef(Channel(SPACE, GENERAL), event.id)
    assert (event.member.id, event.member.name) == (ADA, "Ada")


def test_a_message_in_a_thread_names_the_channel_and_the_thread(town: PaperTown) -> None:
    answered = {"message_id": "7", "channel_id": THREAD}
    event = posted(town, message(channel_id=THREAD, message_reference=answered, type=19))
    assert (event.ref.channel.id, event.ref.thread) == (GENERAL, THREAD)
    assert event.reply_to == MessageRef(Channel(SPACE, GENERAL), "7", THREAD)
    forwarded = posted(town, message(message_reference=answered | {"type": 1}))
    assert forwarded.reply_to is None


def test_an_edit_has_one_id_for_each_version(town: PaperTown) -> None:
    event = edited(town, message(edited_timestamp="2026-11-22T11:00:00+00:00"))
    assert event is not None
    assert event.id == "175928847299117100:2026-11-22T11:00:00+00:00"
    assert edited(town, message()) is None


@pytest.mark.parametrize(
    ("change", "heard"),
    [
        ({}, True),
        ({"webhook_id": "1"}, False),
        ({"type": 7}, False),
        ({"author": user(id=BOT)}, False),
        ({"type": 19}, True),
    ],
)
def test_only_what_people_write_counts(change: dict[str, object], heard: bool) -> None:
    assert by_people(message(**change), BOT) is heard


def test_bots_are_told_as_bots(town: PaperTown) -> None:
    assert posted(town, message(author=user(bot=True))).member.is_bot


def test_deletions_one_by_one(town: PaperTown) -> None:
    assert [e.id for e in deleted(town, {"channel_id": GENERAL, "ids": ["1", "2"]}, NOW)] == ["deleted:1", "deleted:2"]
    assert deleted(town, {"channel_id": THREAD, "id": "1"}, NOW)[0].ref.thread == THREAD


def test_the_same_coming_has_the_same_id(town: PaperTown) -> None:
    event = joined(town, member(pending=True), NOW)
    assert event.id == f"join:{ADA}:2026-11-20T08:00:00.000000+00:00"
    assert event.member.pending
    assert event.at == event.member.joined_at == datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert admitted(town, member(), NOW).id == f"admitted:{ADA}:2026-11-20T08:00:00.000000+00:00"


def test_levels(town: PaperTown) -> None:
    def level(**given: object) -> Level:
        return member_of(town, member(**given)).level

    assert level() is Level.EVERYONE
    assert level(roles=["11"]) is Level.MODERATOR
    assert level(roles=["12"]) is Level.HELPER
    assert level(roles=["gone"]) is Level.EVERYONE
    assert level(permissions=str(1 << 5)) is Level.ADMIN
    assert level(permissions=str(1 << 40)) is Level.MODERATOR
    town.owner = ADA
    assert level() is Level.ADMIN
    assert level_of(ADMIN, []) is Level.ADMIN


def test_a_members_names_roles_and_age(town: PaperTown) -> None:
    who = member_of(town, member(nick="Countess", roles=["12"]), locale="en-GB")
    assert (who.name, who.roles, who.language) == ("Countess", ("Helper",), "en")
    assert who.created_at == born(ADA) == datetime(2016, 4, 30, 11, 18, 25, 796000, tzinfo=UTC)


def test_emoji_come_back_as_they_are_given() -> None:
    assert emoji({"id": None, "name": "👋"}) == "👋"
    assert emoji({"id": "5", "name": "wave"}) == "wave:5"


def test_a_command_and_its_options(town: PaperTown) -> None:
    data = {
        "name": "a",
        "options": [
            {"type": 2, "name": "b", "options": [{"type": 1, "name": "c", "options": [
                {"type": 6, "name": "who", "value": ADA},
                {"type": 7, "name": "where", "value": "301"},
                {"type": 4, "name": "count", "value": 3},
                {"type": 5, "name": "yes", "value": True},
                {"type": 11, "name": "file", "value": "9"},
            ]}]}
        ],
        "resolved": {
            "users": {ADA: user()},
            "members": {ADA: {"roles": ["11"], "joined_at": None}},
            "channels": {"301": {"id": "301", "type": 11, "parent_id": GENERAL, "name": "thread"}},
            "attachments": {"9": {"url": "https://x"}},
        },
    }  # fmt: skip
    path, options = asked.used(data)
    given = asked.understood(town, data, options)
    assert path == "a b c"
    assert getattr(given["who"], "level", None) is Level.MODERATOR
    assert given["where"] == Channel(SPACE, GENERAL)
    assert (given["count"], given["yes"], given["file"]) == (3, True, {"url": "https://x"})


def test_where_it_was_asked(town: PaperTown) -> None:
    thread = {"channel_id": "999", "channel": {"id": "999", "type": 11, "parent_id": GENERAL}}
    assert asked.place(town, thread) == (Channel(SPACE, GENERAL), "999")
    assert asked.place(town, {"channel": {"id": "5", "type": 1}, "channel_id": "5"}) == (Channel(SPACE, "5"), None)


def test_what_only_one_person_sees_has_no_address(town: PaperTown) -> None:
    here = Channel(SPACE, GENERAL)
    assert asked.pressed_on({"message": {"id": "1", "flags": 64}}, here, None) is None
    assert asked.pressed_on({"message": {"id": "1", "flags": 0}}, here, None) == MessageRef(here, "1")
    assert asked.focused([{"name": "a", "value": "x"}, {"name": "b", "value": "y", "focused": True}]) == ("b", "y")

"""Events on their way, and posts looked for again."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from bot.chat.card import Card
from bot.chat.events import Event, MemberJoined, MemberLeft, MessagePosted, SpaceSeen
from bot.chat.platform import Busy, PlatformError
from bot.chat.things import Channel, Member, Space
from bot.platforms.discord import Discord
from bot.platforms.discord.feed import Feed, Recent, Tasks
from bot.platforms.discord.offered import Offered
from tests.platforms.discord.conftest import ADA, BOT, GENERAL, GUILD, SPACE, member, message

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HERE = Channel(SPACE, GENERAL)


class PaperStore:
    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    async def save(self, kind: str, documents: dict[str, str]) -> None:
        self.kept |= documents


class PaperHub:
    def __init__(self) -> None:
        self.events: list[Event] = []
        self.time = NOW
        self.store: Any = PaperStore()
        self.asked, self.busy = asyncio.Event(), asyncio.Event()
        self.busy.set()

    def now(self) -> datetime:
        return self.time

    async def receive(self, event: Event) -> None:
        self.events.append(event)

    def known(self, platform: str) -> tuple[Space, ...]:
        return ()

    async def handled(self, event: Event) -> None:
        self.asked.set()
        await self.busy.wait()


class Deaf(Discord):
    """An adapter whose gateway is a test: ``hear`` gives it payloads, ``said`` is what its channels hold."""

    def __init__(self) -> None:
        super().__init__("token")
        self.paper = PaperHub()
        self.hub = self.paper  # type: ignore[assignment]
        self.said: list[dict[str, Any]] = []
        self.pages: list[str | None] = []
        self.busy: list[Busy] = []
        self.offered = Offered((), lambda words, language: str(words))
        self._rest = SimpleNamespace(messages=self._messages)  # type: ignore[assignment]

    @property
    def me(self) -> str:
        return BOT

    def town(self, space: Space) -> Any:
        return SimpleNamespace(
            space=space,
            owner="",
            may=lambda permission, place=None: True,
            place=lambda id: (HERE, None),
            role=lambda id: None,
        )

    async def _messages(
        self, channel: str, limit: int, after: str | None = None, *, before: str | None = None
    ) -> list[dict[str, Any]]:
        self.pages.append(before)
        if self.busy:
            raise self.busy.pop()
        if before is None:
            return self.said[-limit:]
        return [one for one in self.said if int(one["id"]) < int(before)][-limit:]

    async def hear(self, event: str, payload: dict[str, Any]) -> list[Event]:
        self.ears()[event](payload)
        task = asyncio.create_task(self.feed.run())
        await self.feed.idle()
        task.cancel()
        told, self.paper.events = self.paper.events, []
        return told


def event(id: str) -> SpaceSeen:
    return SpaceSeen(space=SPACE, id=id, at=NOW)


async def test_a_guild_that_catches_up_is_told_in_order() -> None:
    told: list[str] = []

    async def receive(event: Event) -> None:
        told.append(event.id)
        if event.id == "bad":
            raise ValueError

    feed, tasks = Feed(receive), Tasks()
    tasks.spawn(feed.run())
    feed.hold(GUILD)
    feed.put(event("live"))
    feed.put(event("urgent"), urgent=True)
    feed.put(event("bad"), urgent=True)
    await feed.idle()
    feed.release(GUILD, [event("missed")])
    feed.put(event("after"))
    await feed.idle()
    await tasks.cancel()
    assert told == ["urgent", "bad", "missed", "live", "after"]


async def test_what_a_member_does_waits_for_their_arrival_and_others_do_not() -> None:
    told: list[str] = []

    async def receive(event: Event) -> None:
        told.append(event.id)

    feed, tasks, ada = Feed(receive), Tasks(), Member(SPACE, ADA)
    tasks.spawn(feed.run())
    feed.hold(ada.key)
    feed.put(MemberLeft(space=SPACE, id="left", at=NOW, member=ada))
    feed.put(event("other"))
    await feed.idle()
    feed.hold(GUILD)
    feed.release(ada.key, [MemberJoined(space=SPACE, id="joined", at=NOW, member=ada)])
    await feed.idle()
    assert told == ["other"]
    feed.release(GUILD)
    await feed.idle()
    await tasks.cancel()
    assert told == ["other", "joined", "left"]


def test_memory_is_bounded() -> None:
    recent: Recent[int, str] = Recent(2)
    for index in (1, 2, 1, 3):
        recent.put(index, "x")
    assert [recent.get(index) for index in (1, 2, 3)] == ["x", None, "x"]


async def test_messages_of_people_are_told_and_nothing_else() -> None:
    bot = Deaf()
    [told] = await bot.hear("MESSAGE_CREATE", message())
    assert isinstance(told, MessagePosted)
    [hooked] = await bot.hear("MESSAGE_CREATE", message(id="175928847299117101", webhook_id="1"))
    assert isinstance(hooked, MessagePosted)
    assert (hooked.webhook, hooked.member.is_bot) == (True, True)
    assert await bot.hear("MESSAGE_CREATE", {k: v for k, v in message().items() if k != "guild_id"}) == []
    assert await bot.hear("MESSAGE_UPDATE", message()) == []
    [edit] = await bot.hear("MESSAGE_UPDATE", message(edited_timestamp="2026-11-22T11:00:00+00:00"))
    assert edit.id.startswith(f"{told.id}:")


async def test_screening_ends_once() -> None:
    bot = Deaf()
    came = member(guild_id=GUILD, pending=True)
    [told] = await bot.hear("GUILD_MEMBER_ADD", came)
    assert [type(told).__name__] == ["MemberJoined"]
    assert await bot.hear("GUILD_MEMBER_UPDATE", came) == []
    [told] = await bot.hear("GUILD_MEMBER_UPDATE", came | {"pending": False})
    assert type(told).__name__ == "MemberAdmitted"
    assert await bot.hear("GUILD_MEMBER_UPDATE", came | {"pending": False, "avatar": "x"}) == []


async def test_a_reaction_heard_twice_has_one_id_and_a_new_one_another() -> None:
    bot = Deaf()
    given = {
        "user_id": "5", "channel_id": GENERAL, "message_id": "7", "guild_id": GUILD, "emoji": {"id": None, "name": "👋"}
    }  # fmt: skip
    [first] = await bot.hear("MESSAGE_REACTION_ADD", given)
    [again] = await bot.hear("MESSAGE_REACTION_ADD", given)
    bot.paper.time += timedelta(seconds=5)
    [taken] = await bot.hear("MESSAGE_REACTION_REMOVE", given)
    [anew] = await bot.hear("MESSAGE_REACTION_ADD", given)
    assert first.id == again.id
    assert len({first.id, taken.id, anew.id}) == 3
    assert await bot.hear("MESSAGE_REACTION_ADD", given | {"user_id": BOT}) == []


async def test_leaving_twice_is_told_twice_and_heard_twice_is_not() -> None:
    bot = Deaf()
    gone = {"guild_id": GUILD, "user": member()["user"]}
    [first] = await bot.hear("GUILD_MEMBER_REMOVE", gone)
    bot.paper.time += timedelta(seconds=5)
    [again] = await bot.hear("GUILD_MEMBER_REMOVE", gone)
    await bot.hear("GUILD_MEMBER_ADD", member(guild_id=GUILD))
    [anew] = await bot.hear("GUILD_MEMBER_REMOVE", gone)
    assert first.id == again.id != anew.id


async def test_who_came_is_told_again_until_they_are_dealt_with() -> None:
    """A process may die between the hearing and the doing, and start again much later."""
    bot = Deaf()
    await bot.hear("GUILD_MEMBER_ADD", member(guild_id=GUILD))
    bot.paper.busy.clear()
    noting = asyncio.create_task(bot.listened())
    await bot.paper.asked.wait()
    assert not bot.paper.store.kept
    bot.paper.time += timedelta(hours=1)
    bot.paper.busy.set()
    await noting
    assert bot.paper.store.kept == {"heard": NOW.isoformat()}


async def test_what_was_missed_is_read_page_after_page_from_now_to_the_mark() -> None:
    bot = Deaf()
    bot.said = [message(id=str(number), member=member()) for number in range(1, 1001)]
    bot.busy = [Busy(0)]
    missed = await bot._newer(bot.town(SPACE), GENERAL, 750, {})
    assert [one.ref.id for one in missed] == [str(number) for number in range(751, 1001)]
    assert bot.pages == [None, None, "901", "801"]


async def test_of_too_much_the_newest_is_told() -> None:
    bot = Deaf()
    bot.said = [message(id=str(number), member=member()) for number in range(1, 1501)]
    missed = await bot._newer(bot.town(SPACE), GENERAL, 100, {})
    assert [one.ref.id for one in missed] == [str(number) for number in range(501, 1501)]


async def test_the_audit_log_is_read_page_after_page_from_now_to_the_moment_the_bot_fell_silent() -> None:
    """Entries of the bot itself, and what is no deed, are left out; who left has the name that the log gives."""
    bot, asked = Deaf(), list[str | None]()
    kick, mod = {"action_type": 20, "target_id": "7", "user_id": "8"}, {"id": "8", "username": "mo"}
    entries: list[dict[str, Any]] = [kick | {"id": str(number)} for number in range(350, 100, -1)]
    entries[0] |= {"user_id": BOT}
    entries[1] |= {"action_type": 72}

    async def audit_log(guild: str, limit: int, before: str | None) -> dict[str, Any]:
        asked.append(before)
        page = [one for one in entries if before is None or int(one["id"]) < int(before)][:limit]
        return {"audit_log_entries": page, "users": [mod, {"id": "7", "username": "eve"}]}

    bot._rest = SimpleNamespace(audit_log=audit_log)  # type: ignore[assignment]
    told = await bot.deeds_missed(bot.town(SPACE), 201, {})
    assert [one.id for one in told] == [f"audit:{number}" for number in range(348, 201, -1)]
    assert {(one.member.name, one.by.name if one.by else "", one.what) for one in told} == {("eve", "mo", "kick")}
    assert asked == [None, "251"]


async def test_a_post_is_found_by_what_the_gateway_repeats() -> None:
    bot = Deaf()
    await bot.hear("MESSAGE_CREATE", message(author={"id": BOT}, nonce="key"))
    found = await bot.find(HERE, "key", since=NOW - timedelta(days=1))
    assert found is not None
    assert found.id == message()["id"]


async def test_a_post_in_doubt_is_sent_again_while_its_key_is_remembered() -> None:
    bot = Deaf()
    bot.said = [message(author={"id": BOT})]
    assert await bot.find(HERE, "key", since=NOW - timedelta(minutes=3)) is None


async def test_later_a_post_is_known_by_its_words() -> None:
    bot = Deaf()
    long_ago, card = NOW - timedelta(hours=1), Card("Meet *Ada*.", title="New here", footer="Say hello")
    embed = {"type": "rich", "title": "New here", "description": "Meet *Ada*.", "footer": {"text": "Say hello"}}
    other = message(author={"id": BOT}, content="Good morning")
    ours = message(id="77", author={"id": BOT}, embeds=[embed], content="")
    bot.said = [message(content="Meet Ada."), other]
    assert await bot.find(HERE, "key", since=long_ago, card=card) is None
    bot.said = [other, ours]
    found = await bot.find(HERE, "key", since=long_ago, card=card)
    assert found is not None
    assert found.id == "77"
    assert await bot.find(HERE, "key", since=long_ago, card=card, others={"77"}) is None
    bot.said = [ours, ours | {"id": "78"}]
    with pytest.raises(PlatformError, match="cannot tell"):
        await bot.find(HERE, "key", since=long_ago, card=card)


async def test_without_its_words_only_a_silent_channel_tells() -> None:
    bot = Deaf()
    since = NOW - timedelta(minutes=4)
    bot.said = [message()]
    assert await bot.find(HERE, "key", since=since) is None
    bot.said = [message(), message(author={"id": BOT})]
    with pytest.raises(PlatformError, match="cannot tell"):
        await bot.find(HERE, "key", since=since)
    bot.said = [message()] * 100
    with pytest.raises(PlatformError, match="cannot tell"):
        await bot.find(HERE, "key", since=since)

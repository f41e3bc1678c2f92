"""A guild in the library's cache: permissions, hierarchy, threads, and what was missed there."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import discord
import pytest

from bot.chat.card import Card
from bot.chat.events import MessagePosted
from bot.chat.platform import Can, Forbidden, NotFound, can
from bot.chat.things import Channel, Level, Member, MessageRef
from bot.platforms.discord import Discord
from bot.platforms.discord.errors import HIERARCHY
from bot.platforms.discord.gateway import Gateway, intents
from bot.platforms.discord.offered import Offered
from tests.platforms.discord.conftest import ADA, GENERAL, GUILD, THREAD, member, message, user
from tests.platforms.discord.test_flow import NOW, PaperHub

ME = "900"
BASIC = 1 << 10 | 1 << 11 | 1 << 14 | 1 << 16
"""See, write, embed, read back."""
MINE = 1 << 13 | 1 << 40 | 1 << 28


def role(id: str, name: str, permissions: int, position: int) -> dict[str, Any]:
    return {
        "id": id, "name": name, "permissions": str(permissions), "position": position, "color": 0, "hoist": False,
        "managed": False, "mentionable": False,
    }  # fmt: skip


def guild() -> dict[str, Any]:
    roles = [role(GUILD, "@everyone", BASIC, 0), role("11", "Mods", 1 << 13, 3), role("12", "Relais", MINE, 2)]
    denied = {"id": GUILD, "type": 0, "allow": "0", "deny": str(1 << 11 | 1 << 14)}
    channels = [
        {
            "id": GENERAL,
            "type": 0,
            "name": "general",
            "position": 0,
            "permission_overwrites": [],
            "last_message_id": "60",
        },
        {"id": "201", "type": 0, "name": "closed", "position": 1, "permission_overwrites": [denied]},
        {"id": "202", "type": 0, "name": "quiet", "position": 2, "permission_overwrites": [], "last_message_id": "40"},
    ]
    thread = {
        "id": THREAD, "type": 11, "parent_id": GENERAL, "guild_id": GUILD, "name": "thread", "owner_id": "1",
        "message_count": 1, "member_count": 1, "last_message_id": "70",
        "thread_metadata": {"archived": False, "auto_archive_duration": 60, "archive_timestamp": NOW.isoformat()},
    }  # fmt: skip
    return {
        "id": GUILD, "name": "Town", "owner_id": "1", "preferred_locale": "fr", "roles": roles, "channels": channels,
        "threads": [thread], "members": [member(user=user(id=ME, bot=True), roles=["12"])], "member_count": 2,
        "emojis": [], "features": [], "unavailable": False, "stickers": [], "voice_states": [], "presences": [],
        "stage_instances": [], "guild_scheduled_events": [], "soundboard_sounds": [],
    }  # fmt: skip


class PaperStore:
    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    async def load(self, kind: str) -> dict[str, str]:
        return self.kept

    async def save(self, kind: str, documents: dict[str, str]) -> None:
        self.kept |= documents


class Hub(PaperHub):
    def __init__(self) -> None:
        super().__init__()
        self.store = PaperStore()

    async def last_seen(self, channel: Channel) -> str | None:
        return "50" if channel.id in (GENERAL, "202") else None


class Library:
    """Any request of the library's, noted and answered."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []
        self.answers: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        async def call(*given: Any, **named: Any) -> Any:
            self.calls.append((name, given, named))
            answer = self.answers.get(name)
            if isinstance(answer, Exception):
                raise answer
            return answer

        return call


class Settled(Discord):
    """An adapter in one guild; ``calls`` are its requests, ``answers`` what the reads give."""

    def __init__(self) -> None:
        super().__init__("token")
        self.paper: Any = Hub()
        self.hub: Any = self.paper
        self.offered = Offered((), lambda words, language: str(words))
        self.library = Library()
        self.calls, self.answers = self.library.calls, self.library.answers
        self.gateway = gateway = Gateway(intents(), {})
        state = gateway._connection
        given: Any = {"id": ME, "username": "relais", "discriminator": "0", "avatar": None}
        state.user = discord.ClientUser(state=state, data=given)
        state.parsers["GUILD_CREATE"](guild())
        self._rest = SimpleNamespace(do=self._do, messages=self._messages, send=self._send)  # type: ignore[assignment]

    async def _do(self, request: Any, blame: Any = lambda: "") -> Any:
        return await request(self.library)

    async def _messages(self, channel: str, limit: int, after: str | None = None, *, before: str | None = None) -> Any:
        return self.answers.get(f"messages {channel}", [])

    async def _send(self, channel: str, parcel: Any, blame: Any = lambda: "") -> Any:
        self.calls.append(("send", (channel,), {"blamed": blame(), **parcel.payload}))
        return {"id": "1"}


@pytest.fixture
async def bot() -> Settled:
    return Settled()


async def test_the_space_and_its_channels(bot: Settled) -> None:
    [space] = bot.spaces()
    assert (space.id, space.name, space.language, space.zone) == (GUILD, "Town", "fr", "UTC")
    assert [channel.name for channel in await bot.channels(space)] == ["general", "closed", "quiet"]


async def test_powers_are_what_the_bots_roles_permit(bot: Settled) -> None:
    [space] = bot.spaces()
    able = {what for what in Can if can(bot, space, what)}
    assert able == {Can.DELETE_ANY, Can.TIMEOUT, Can.ROLES}


async def test_posts_go_to_the_thread_and_name_what_is_missing(bot: Settled) -> None:
    [space] = bot.spaces()
    assert await bot.post(Channel(space, GENERAL), Card("x"), key="k", thread=THREAD) == MessageRef(
        Channel(space, GENERAL), "1", THREAD
    )
    await bot.post(Channel(space, "201"), Card("x", "Title"), key="k")
    [(_, there, sent), (_, _, denied)] = bot.calls
    assert there == (THREAD,)
    assert (sent["nonce"], sent["enforce_nonce"]) == ("k", True)
    assert denied["blamed"] == "Send Messages"
    assert denied["embeds"] == []
    assert denied["content"] == "**Title**\nx"


async def test_a_refusal_despite_the_permission_is_the_hierarchys(bot: Settled) -> None:
    [space] = bot.spaces()
    bot.answers |= {"edit_member": Forbidden("50013"), "get_member": member(roles=["11"])}
    with pytest.raises(Forbidden) as refused:
        await bot.timeout(Member(space, ADA), NOW, "why")
    assert refused.value.permission == HIERARCHY
    bot.answers["kick"] = Forbidden("50013")
    with pytest.raises(Forbidden) as refused:
        await bot.kick(Member(space, ADA), "why")
    assert refused.value.permission == "Kick Members"


async def test_a_timeout_is_at_most_28_days(bot: Settled) -> None:
    [space] = bot.spaces()
    await bot.timeout(Member(space, ADA), NOW + timedelta(days=90), "spam & co")
    name, given, named = bot.calls[0]
    assert (name, given) == ("edit_member", (int(GUILD), int(ADA)))
    assert datetime.fromisoformat(named["communication_disabled_until"]) == NOW + timedelta(days=28)
    assert named["reason"] == "spam & co"
    await bot.timeout(Member(space, ADA), None, "")
    assert bot.calls[1][2]["communication_disabled_until"] is None


async def test_roles_by_id_or_by_name(bot: Settled) -> None:
    [space] = bot.spaces()
    await bot.give_role(Member(space, ADA), "@mods", "")
    await bot.take_role(Member(space, ADA), "11", "")
    assert [(name, given[2]) for name, given, _ in bot.calls] == [("add_role", 11), ("remove_role", 11)]
    with pytest.raises(NotFound):
        await bot.give_role(Member(space, ADA), "nobody", "")


async def test_what_was_missed_is_told_in_order_and_bounded(bot: Settled) -> None:
    bot.answers |= {
        f"messages {GENERAL}": [message(id="50"), message(id="60", timestamp="2026-11-22T10:00:02+00:00", member=None)],
        f"messages {THREAD}": [message(id="70", channel_id=THREAD, timestamp="2026-11-22T10:00:01+00:00")],
        "messages 202": [message(id="99")],
        "get_members": [member(roles=["11"], joined_at="2026-11-22T11:59:00+00:00"), member(user=user(id="8"))],
    }
    await bot.listened()
    await bot.recall()
    here, first, second, came = await bot.missed(GUILD)
    assert type(here).__name__ == "SpaceSeen"
    assert isinstance(first, MessagePosted)
    assert isinstance(second, MessagePosted)
    assert (first.id, first.ref.thread) == ("70", THREAD)
    assert (second.id, second.member.level) == ("60", Level.MODERATOR)
    assert came.id == f"join:{ADA}:2026-11-22T11:59:00+00:00"


async def test_nobody_is_said_to_have_come_before_the_first_start(bot: Settled) -> None:
    bot.answers["get_members"] = [member(joined_at="2026-11-22T11:59:00+00:00")]
    await bot.recall()
    assert [type(event).__name__ for event in await bot.missed(GUILD)] == ["SpaceSeen"]


async def test_members_are_remembered_for_a_minute(bot: Settled) -> None:
    [space] = bot.spaces()
    bot.answers |= {"get_member": member(), "get_members": [member()]}
    assert await bot.member(space, ADA) == await bot.member(space, ADA)
    assert await bot.member(space, "not-an-id") is None
    assert len(await bot.members(space)) == len(await bot.members(space)) == 1
    assert [name for name, _, _ in bot.calls] == ["get_member", "get_members"]
    bot.paper.time += timedelta(minutes=2)
    bot.answers["get_member"] = NotFound("10007")
    assert await bot.member(space, ADA) is None

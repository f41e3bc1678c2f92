"""The adapter's powers over a server, and what it hears of invites, of AutoMod and of moderators' own deeds."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from bot.chat.events import (
    MemberJoined,
    MemberLeft,
    MemberRenamed,
    MessageDeleted,
    MessagePosted,
    MessageStopped,
    RightsChanged,
    Sanction,
    Sanctioned,
)
from bot.chat.platform import Can, Forbidden, NotFound, can
from bot.chat.things import Level, NativeRule, ScheduledEvent
from bot.platforms.discord import Discord
from bot.platforms.playground import Stopped
from tests.playground.conftest import FakeHub, MemoryStore
from tests.wire.discord import Impossible, Kind, happenings, redirected
from tests.wire.discord.bed import Bed
from tests.wire.discord.bits import BOTS, Permission


class House(Bed):
    """Ada and Bob's guild, with the adapter in it and a hub that remembers."""

    def __init__(self) -> None:
        super().__init__()
        self.mod = self.world.person("Mod", level=Level.MODERATOR, here=True)
        self.hub = FakeHub(lambda: self.time, MemoryStore())
        self.hub.commands = ()
        self.adapter = Discord(self.server.token)
        self.server.settle = self.settle

    async def settle(self) -> None:
        seen = None
        while seen != (seen := (self.server.rest.count, self.server.state.revision, len(self.hub.received))):
            await self.server.idle()
            await self.adapter.idle()

    def evening(self, name: str = "Book club") -> ScheduledEvent:
        starts = self.time + timedelta(days=1)
        return ScheduledEvent(name, starts, starts + timedelta(hours=2), "The library", "Bring a book")

    @property
    def town(self) -> Any:
        return self.server.state.guilds[self.space.id]

    @property
    def reasons(self) -> list[str | None]:
        return [it.reason for it in self.town.audit if it.user == self.server.state.bot.id]


@pytest.fixture
async def house() -> AsyncIterator[House]:
    house = House()
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(house.server)
        house.http = await stack.enter_async_context(aiohttp.ClientSession())
        stack.enter_context(redirected(house.server))
        await house.adapter.start(house.hub)
        stack.push_async_callback(house.adapter.stop)
        await house.settle()
        yield house


# Scheduled events


async def test_an_event_is_scheduled_once_changed_and_cancelled(house: House) -> None:
    made = await house.adapter.schedule_event(house.space, house.evening(), "monthly")
    assert made.link == f"https://discord.com/events/{house.space.id}/{made.id}"
    assert await house.adapter.schedule_event(house.space, house.evening(), "monthly") == made
    await house.adapter.change_event(house.space, made.id, house.evening("Film club"), "a film instead")
    [event] = house.town.events.values()
    assert (event["name"], event["entity_metadata"], event["status"]) == ("Film club", {"location": "The library"}, 1)
    await house.adapter.cancel_event(house.space, made.id, "ill")
    await house.adapter.cancel_event(house.space, made.id, "ill")
    assert event["status"] == 4
    assert house.reasons[-1] == "ill"
    with pytest.raises(NotFound):
        await house.adapter.cancel_event(house.space, "12345", "gone")


async def test_an_event_in_a_channel_of_words_names_it(house: House) -> None:
    starts = house.time + timedelta(hours=1)
    event = ScheduledEvent("x" * 200, starts, starts + timedelta(hours=1), house.general)
    await house.adapter.schedule_event(house.space, event, "")
    [kept] = house.town.events.values()
    assert kept["entity_metadata"] == {"location": "#general"}
    assert len(kept["name"]) == 100


async def test_an_event_where_people_speak_is_held_there(house: House) -> None:
    voice = house.world.add_channel("stage", kind=Kind.VOICE)
    await house.settle()
    starts = house.time + timedelta(hours=1)
    made = await house.adapter.schedule_event(
        house.space, ScheduledEvent("Talk", starts, starts + timedelta(hours=1), voice), ""
    )
    kept = house.town.events[made.id]
    assert (kept["entity_type"], kept["channel_id"]) == (2, voice.id)
    await house.adapter.change_event(house.space, made.id, house.evening(), "outside")
    assert (kept["entity_type"], kept["channel_id"]) == (3, None)


# Invites


async def test_invites_are_made_listed_and_deleted(house: House) -> None:
    made = await house.adapter.create_invite(house.general, 5, timedelta(days=30), "campaign")
    assert made.link == f"https://discord.gg/{made.id}"
    [invite] = await house.adapter.invites(house.space)
    assert (invite.code, invite.uses, invite.max_uses, invite.channel) == (made.id, 0, 5, house.general)
    assert invite.expires == house.time + timedelta(days=7)
    await house.adapter.delete_invite(house.space, made.id, "over")
    assert house.reasons == ["campaign", "over"]
    with pytest.raises(NotFound):
        await house.adapter.delete_invite(house.space, made.id, "over")


async def test_a_newcomer_is_told_with_the_invite(house: House) -> None:
    eve, zoe, kim = (house.world.person(name) for name in ("Eve", "Zoe", "Kim"))
    await eve.join(via=house.ada)
    await zoe.join(via=house.bob)
    await kim.join()
    told = {it.member.name: (it.invited_by and it.invited_by.name, it.invite) for it in house.hub.all(MemberJoined)}
    assert told == {"Eve": ("Ada", house.ada.invite()), "Zoe": ("Bob", house.bob.invite()), "Kim": (None, "")}


async def test_an_invite_for_one_is_known_although_it_is_gone(house: House) -> None:
    made = await house.adapter.create_invite(house.general, 1, timedelta(), "for Eve")
    await house.settle()
    await house.world.person("Eve").join(via=made.id)
    joined = house.hub.only(MemberJoined)
    assert (joined.invite, joined.invited_by) == (made.id, None)


async def test_the_servers_own_address_has_no_inviter(house: House) -> None:
    house.town.vanity = "town"
    happenings.guild_changed(house.server.state, house.town)
    await house.settle()
    zoe, eve = house.world.person("Zoe"), house.world.person("Eve")
    await zoe.join()
    await eve.join(via="town")
    assert [(it.invite, it.invited_by) for it in house.hub.all(MemberJoined)] == [("", None), ("town", None)]


async def test_two_who_come_together_by_two_invites_are_not_guessed(house: House) -> None:
    eve, zoe = house.world.person("Eve"), house.world.person("Zoe")
    house.server.settle = _at_once
    await eve.join(via=house.ada)
    await zoe.join(via=house.bob)
    await house.settle()
    assert [it.invite for it in house.hub.all(MemberJoined)] == ["", ""]
    house.server.settle = house.settle
    kim = house.world.person("Kim")
    await kim.join(via=house.ada)
    assert house.hub.all(MemberJoined)[-1].invite == house.ada.invite()


async def _at_once() -> None:
    """Nobody waits."""


async def test_who_goes_at_once_is_told_after_they_came(house: House) -> None:
    eve = house.world.person("Eve")
    house.server.settle = _at_once
    await eve.join(via=house.ada)
    await eve.leave()
    await house.settle()
    told = [type(it) for it in house.hub.received if isinstance(it, MemberJoined | MemberLeft)]
    assert told == [MemberJoined, MemberLeft]


async def test_without_the_permission_newcomers_are_told_at_once(house: House) -> None:
    house.world.deny(house.space, Can.INVITES)
    await house.settle()
    before = len(house.server.sent("GET */invites"))
    await house.world.person("Eve").join(via=house.ada)
    assert house.hub.only(MemberJoined).invite == ""
    assert len(house.server.sent("GET */invites")) == before
    with pytest.raises(Forbidden, match="Manage Server"):
        await house.adapter.invites(house.space)


async def test_invites_pause_for_a_day_at_most(house: House) -> None:
    eve = house.world.person("Eve")
    await house.adapter.pause_invites(house.space, house.time + timedelta(days=3), "raid")
    assert house.town.paused_until == house.time + timedelta(days=1)
    with pytest.raises(Impossible, match="lets nobody in"):
        await eve.join()
    await house.adapter.pause_invites(house.space, None, "over")
    await eve.join()


# AutoMod

RULES = (
    NativeRule("words", words=("scam*",), allowed=("scampi",), message="Not here, please."),
    NativeRule("mentions", mentions=1, timeout=timedelta(minutes=10)),
)


async def test_rules_are_mirrored_beside_those_of_moderators(house: House) -> None:
    theirs = {
        "id": "1", "guild_id": house.space.id, "creator_id": house.mod.id, "name": "Relais: not ours", "event_type": 1,
        "trigger_type": 1, "trigger_metadata": {"keyword_filter": ["x"], "regex_patterns": [], "allow_list": []},
        "enabled": True,
        "actions": [{"type": 1, "metadata": {}}],
        "exempt_roles": [], "exempt_channels": [],
    }  # fmt: skip
    house.town.automod["1"] = dict(theirs)
    await house.adapter.mirror(house.space, RULES, "rules")
    asked = len(house.server.log)
    await house.adapter.mirror(house.space, RULES, "rules")
    assert [it.method for it in house.server.log[asked:]] == ["GET"]
    names = [it["name"] for it in house.town.automod.values()]
    assert names == ["Relais: not ours", "Relais: words", "Relais: mentions"]
    await house.adapter.mirror(house.space, (NativeRule("other", words=("a", "b")),), "fewer")
    assert [it["name"] for it in house.town.automod.values()] == ["Relais: not ours", "Relais: other"]
    await house.adapter.mirror(house.space, (), "none")
    assert house.town.automod == {"1": theirs}


async def test_what_automod_stops_is_told_once(house: House) -> None:
    alerts = house.world.channel("random")
    rule = NativeRule("words", words=("scam*",), message="No.", alert=alerts, timeout=timedelta(minutes=1))
    await house.adapter.mirror(house.space, [rule], "")
    with pytest.raises(Stopped, match="No"):
        await house.ada.say("What a SCAMMER")
    event = house.hub.only(MessageStopped)
    assert (event.member, event.channel, event.rule, event.own) == (house.ada.member, house.general, "words", True)
    assert (event.text, event.keyword, event.matched) == ("What a SCAMMER", "scam*", "scam")
    assert (event.blocked, event.ref) == (True, None)
    house.pass_time(minutes=2)
    with pytest.raises(Stopped):
        await house.ada.say("What a SCAMMER")
    assert len({it.id for it in house.hub.all(MessageStopped)}) == 2


async def test_a_rule_of_moderators_is_told_by_its_name(house: House) -> None:
    await house.ok("POST", f"{house.guild}/auto-moderation/rules", {
        "name": "Swearing", "event_type": 1, "trigger_type": 1, "enabled": True, "actions": [{"type": 1}],
        "trigger_metadata": {"keyword_filter": ["damn"]},
    })  # fmt: skip
    with pytest.raises(Stopped):
        await house.ada.say("Damn it")
    event = house.hub.only(MessageStopped)
    assert (event.rule, event.own) == ("Swearing", False)


# Roles


async def test_what_roles_permit_is_told_when_it_changes(house: House) -> None:
    house.world.add_role("Gardeners")
    await house.settle()
    assert house.hub.all(RightsChanged) == []
    guards = house.world.add_role("Guards", Permission.KICK_MEMBERS)
    await house.settle()
    assert house.hub.only(RightsChanged).space == house.space
    house.pass_time(seconds=1)
    guards.name = "Wardens"
    happenings.role_changed(house.server.state, guards)
    await house.settle()
    house.hub.only(RightsChanged)
    house.world.permit(BOTS & ~Permission.MANAGE_GUILD, house.space)
    await house.settle()
    assert len({it.id for it in house.hub.all(RightsChanged)}) == 2


# Moderators


async def test_deeds_of_moderators_are_told_and_the_bots_are_not(house: House) -> None:
    until = house.time + timedelta(hours=1)
    house.world.add_role("Muted")
    boss = house.world.person("Boss", level=Level.ADMIN, here=True)
    await house.mod.timeout(house.ada, until, "loud")
    await house.mod.end_timeout(house.ada)
    await boss.give_role(house.ada, "Muted")
    await boss.take_role(house.ada, "Muted")
    await house.mod.kick(house.ada, "spam")
    await house.mod.ban(house.ada, "again")
    await house.mod.unban(house.ada)
    told = house.hub.all(Sanctioned)
    assert [(it.what, it.by.name) for it in told] == [
        (Sanction.TIMEOUT, "Mod"),
        (Sanction.TIMEOUT_LIFTED, "Mod"),
        (Sanction.ROLE_GIVEN, "Boss"),
        (Sanction.ROLE_TAKEN, "Boss"),
        (Sanction.KICK, "Mod"),
        (Sanction.BAN, "Mod"),
        (Sanction.UNBAN, "Mod"),
    ]
    assert {(it.member, it.member.name) for it in told} == {(house.ada.member, "Ada")}
    assert (told[0].until, told[0].why, told[2].role) == (until, "loud", "Muted")
    await house.adapter.timeout(house.bob.member, until, "by Relais")
    await house.adapter.kick(house.bob.member, "by Relais")
    await house.settle()
    assert len(house.hub.all(Sanctioned)) == len(told)


async def test_a_ban_works_on_who_left_and_takes_their_messages(house: House) -> None:
    await house.ada.say("Old")
    house.pass_time(hours=2)
    await house.ada.say("New")
    await house.ada.leave()
    await house.adapter.ban(house.ada.member, "spam", timedelta(hours=1))
    await house.settle()
    assert house.bob.reads() == "Ada: Old"
    assert house.ada.id in house.town.bans
    house.hub.only(MessageDeleted)


async def test_many_messages_go_in_bulk_and_old_ones_alone(house: House) -> None:
    old = await house.ada.say("Old")
    house.pass_time(days=15)
    refs = [await house.ada.say(str(number)) for number in range(3)]
    await house.bob.say("Stays")
    await house.adapter.delete_many([old, *refs, refs[0]], "flood")
    assert house.bob.reads() == "Bob: Stays"
    assert len(house.server.sent("POST */bulk-delete")) == 1
    assert len(house.server.sent("DELETE */messages/*")) == 1


async def test_slow_mode_is_lifted(house: House) -> None:
    await house.adapter.slow_mode(house.general, 30)
    await house.adapter.slow_mode(house.general, 0)
    assert house.server.state.channels[house.general.id].slow == 0


# What is seen


async def test_another_name_is_told_with_the_one_before(house: House) -> None:
    await house.ada.say("Hello")
    await house.ada.rename("Adelaide")
    await house.bob.rename("Robert")
    first, second = house.hub.all(MemberRenamed)
    assert (first.before, first.member.name) == ("Ada", "Adelaide")
    assert (second.before, second.member.name) == (None, "Robert")


async def test_what_is_forwarded_is_told(house: House) -> None:
    await house.ada.say("", forward=["Buy **this**"], attach=["SPOILER_cat.png"])
    event = house.hub.only(MessagePosted)
    assert (event.quoted, event.attachments[0].name) == (("Buy **this**",), "SPOILER_cat.png")
    assert event.attachments[0].type == "application/octet-stream"


async def test_every_power_but_whispering_is_there(house: House) -> None:
    assert {power for power in Can if not can(house.adapter, house.space, power)} == {Can.WHISPER}
    house.world.deny(house.space, Can.AUTOMOD, Can.EVENTS)
    await house.settle()
    assert not can(house.adapter, house.space, Can.AUTOMOD)
    with pytest.raises(Forbidden, match="Create Events"):
        await house.adapter.schedule_event(house.space, house.evening(), "")

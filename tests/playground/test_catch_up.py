"""What the bot is told when it comes back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.chat.events import MemberAdmitted, MemberJoined, MessagePosted, Sanction, Sanctioned, SpaceSeen
from bot.chat.things import Level
from bot.platforms.playground import adapter

if TYPE_CHECKING:
    from bot.chat.events import Event
    from tests.playground.conftest import Bed


def told(bed: Bed) -> list[Event]:
    return [event for event in bed.hub.received if not isinstance(event, SpaceSeen)]


async def test_what_happened_while_away_is_told_in_order(bed: Bed) -> None:
    seen = await bed.ada.say("Seen")
    bed.hub.last[bed.general.id] = seen.id
    await bed.playground.stop()
    eve, gone = bed.world.person("Eve"), bed.world.person("Gone")
    missed = await bed.ada.say("Missed")
    await gone.join()
    await eve.join(via=bed.ada)
    await gone.leave()
    elsewhere = await eve.say("Hello", to="random")
    await bed.begin()
    first, joined, last = told(bed)
    assert (first.id, last.id) == (missed.id, elsewhere.id)
    assert isinstance(joined, MemberJoined)
    assert (joined.member, joined.invited_by) == (eve.member, bed.ada.member)
    assert isinstance(bed.hub.received[0], SpaceSeen)


async def test_the_same_ids_come_again(bed: Bed) -> None:
    ref = await bed.ada.say("Hello")
    await bed.restart()
    await bed.restart()
    assert [event.id for event in told(bed)] == [ref.id]


async def test_a_clean_stop_leaves_no_join_in_doubt(bed: Bed) -> None:
    await bed.world.person("Eve").join()
    joined = bed.hub.only(MemberJoined)
    await bed.restart(killed=True)
    assert bed.hub.only(MemberJoined) == joined
    await bed.restart()
    assert told(bed) == []


async def test_only_the_last_minute_is_in_doubt_after_a_kill(bed: Bed) -> None:
    await bed.world.person("Eve").join()
    bed.pass_time(minutes=2)
    await bed.ada.say("Later")
    await bed.restart(killed=True)
    assert bed.hub.all(MemberJoined) == []


async def test_arrivals_long_heard_of_are_forgotten(bed: Bed) -> None:
    for name in ("Eve", "Mia", "Zoe"):
        await bed.world.person(name).join()
        bed.pass_time(minutes=2)
    assert len(bed.world.state.notices) == 1


async def test_admissions_are_told_too(bed: Bed) -> None:
    gate = bed.world.add_space("Gate", screening=True)
    eve = bed.world.person("Eve", space=gate)
    await eve.join()
    await bed.playground.stop()
    await eve.admit()
    await bed.begin()
    assert [type(event) for event in told(bed)] == [MemberAdmitted]


async def test_deeds_by_hand_are_told_when_the_bot_comes_back(bed: Bed) -> None:
    until = bed.time + timedelta(hours=1)
    await bed.playground.stop()
    await bed.ada.say("Loud")
    await bed.bob.timeout(bed.ada, until, "too loud")
    await bed.bob.ban(bed.ada, "again")
    await bed.begin()
    said, first, last = told(bed)
    assert isinstance(said, MessagePosted)
    assert isinstance(first, Sanctioned)
    assert isinstance(last, Sanctioned)
    assert (first.what, first.until, first.why, first.by) == (Sanction.TIMEOUT, until, "too loud", bed.bob.member)
    assert (last.what, last.member.name, last.at) == (Sanction.BAN, "Ada", bed.time)
    await bed.restart()
    assert bed.hub.all(Sanctioned) == []


async def test_deeds_in_doubt_come_again_under_their_ids(bed: Bed) -> None:
    await bed.bob.timeout(bed.ada, bed.time + timedelta(hours=1))
    heard = bed.hub.only(Sanctioned)
    await bed.restart(killed=True)
    assert bed.hub.only(Sanctioned) == heard
    bed.pass_time(minutes=2)
    await bed.ada.leave()
    await bed.restart(killed=True)
    assert bed.hub.all(Sanctioned) == []


async def test_whom_a_deed_is_about_is_known_until_it_is_told(bed: Bed) -> None:
    other = bed.world.add_space("Other")
    await bed.playground.stop()
    await bed.bob.kick(bed.ada)
    bed.world.forget(other)
    await bed.begin()
    assert bed.hub.only(Sanctioned).member.name == "Ada"


async def test_deeds_before_the_bot_came_are_not_told(bed: Bed) -> None:
    await bed.playground.stop()
    new = bed.world.add_space("New")
    mod = bed.world.person("Mod", level=Level.MODERATOR, here=True, space=new)
    await mod.kick(bed.world.person("Zoe", here=True, space=new))
    bed.pass_time(minutes=1)
    await bed.begin()
    await bed.restart()
    assert told(bed) == []


async def test_history_before_the_bot_came_is_not_told(bed: Bed) -> None:
    new = bed.world.add_space("New")
    zoe = bed.world.person("Zoe", here=True, space=new)
    await bed.playground.stop()
    await zoe.say("Before")
    bed.pass_time(minutes=1)
    await bed.begin()
    assert told(bed) == []
    assert len(await bed.playground.history(bed.world.channel("general", new))) == 1


async def test_catching_up_is_bounded_to_the_newest(bed: Bed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "CATCH_UP", 100)
    await bed.playground.stop()
    refs = [await bed.ada.say(f"{n}") for n in range(120)]
    await bed.begin()
    assert [event.id for event in told(bed)] == [ref.id for ref in refs[20:]]


async def test_what_happens_meanwhile_waits_its_turn(bed: Bed) -> None:
    await bed.playground.stop()
    await bed.ada.say("First")
    await bed.ada.say("Second")
    hub = bed.hub
    hub.received.clear()
    hub.first = lambda: bed.ada.say("Third")
    await bed.playground.start(hub)
    assert [event.text for event in hub.all(MessagePosted)] == ["First", "Second", "Third"]


async def test_history_is_oldest_first(bed: Bed) -> None:
    first, second, third = [await bed.ada.say(text) for text in ("1", "2", "3")]
    history = await bed.playground.history(bed.general, after=first.id, limit=1)
    assert [event.ref for event in history] == [second]
    assert [event.ref for event in await bed.playground.history(bed.general)] == [first, second, third]


async def test_changes_are_streamed(bed: Bed) -> None:
    seen: list[tuple[str, str, bool]] = []
    stop = bed.world.subscribe(lambda change: seen.append((change.kind, change.only, change.gone)))
    await bed.ada.say("Hello")
    await bed.ada.leave()
    stop()
    await bed.bob.say("Gone?")
    assert seen == [("message", "", False), ("presence", "", True)]

"""What the bot may do to a town as a whole, and what moderators do by hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.chat.events import (
    MemberJoined,
    MemberLeft,
    MemberRenamed,
    MessageDeleted,
    MessagePosted,
    MessageStopped,
    Sanction,
    Sanctioned,
)
from bot.chat.platform import Can, Forbidden, NotFound
from bot.chat.things import NativeRule, ScheduledEvent
from bot.platforms.playground import Impossible, Stopped, World, restore
from tests.playground.conftest import Bed


def evening(bed: Bed, name: str = "Book club") -> ScheduledEvent:
    starts = bed.time + timedelta(days=1)
    return ScheduledEvent(name, starts, starts + timedelta(hours=2), bed.general, "Bring a book")


async def test_an_event_is_scheduled_once_changed_and_cancelled(bed: Bed) -> None:
    made = await bed.playground.schedule_event(bed.space, evening(bed), "monthly")
    assert await bed.playground.schedule_event(bed.space, evening(bed), "monthly") == made
    await bed.playground.change_event(bed.space, made.id, evening(bed, "Film club"), "a film instead")
    await bed.playground.cancel_event(bed.space, made.id, "ill")
    assert bed.effects == ["event", "event", "cancel_event"]
    assert (bed.world.effects[1].title, bed.world.effects[1].why) == ("Film club", "a film instead")
    with pytest.raises(NotFound):
        await bed.playground.cancel_event(bed.space, made.id, "again")


async def test_an_invite_counts_its_uses_and_ends(bed: Bed) -> None:
    made = await bed.playground.create_invite(bed.general, 1, timedelta(days=1), "campaign")
    eve, zoe = bed.world.person("Eve"), bed.world.person("Zoe")
    await eve.join(via=made.id)
    joined = bed.hub.only(MemberJoined)
    assert (joined.invite, joined.invited_by) == (made.id, None)
    [invite] = await bed.playground.invites(bed.space)
    assert (invite.code, invite.uses, invite.max_uses, invite.channel) == (made.id, 1, 1, bed.general)
    with pytest.raises(Impossible, match="not valid"):
        await zoe.join(via=made.id)
    await bed.playground.delete_invite(bed.space, made.id, "over")
    assert await bed.playground.invites(bed.space) == ()
    with pytest.raises(NotFound):
        await bed.playground.delete_invite(bed.space, made.id, "over")


async def test_a_members_own_invite_tells_whose_it_is(bed: Bed) -> None:
    eve = bed.world.person("Eve")
    await eve.join(via=bed.ada)
    assert bed.hub.only(MemberJoined).invited_by == bed.ada.member
    [invite] = await bed.playground.invites(bed.space)
    assert (invite.inviter, invite.uses) == (bed.ada.member, 1)


async def test_nobody_comes_in_while_invites_are_paused(bed: Bed) -> None:
    eve = bed.world.person("Eve")
    await bed.playground.pause_invites(bed.space, bed.time + timedelta(hours=1), "raid")
    with pytest.raises(Impossible, match="lets nobody in"):
        await eve.join()
    await bed.playground.pause_invites(bed.space, None, "over")
    await eve.join()
    assert bed.effects == ["pause_invites", "resume_invites"]


async def test_the_pause_of_invites_ends_by_itself(bed: Bed) -> None:
    eve = bed.world.person("Eve")
    await bed.playground.pause_invites(bed.space, bed.time + timedelta(hours=1), "raid")
    bed.pass_time(hours=1)
    await eve.join()


RULES = (
    NativeRule("words", words=("scam*", "free nitro"), allowed=("scampi",), message="Not here, please."),
    NativeRule("mentions", mentions=1, timeout=timedelta(minutes=10)),
)


async def test_the_filter_stops_what_people_say(bed: Bed) -> None:
    await bed.playground.mirror(bed.space, RULES, "rules")
    await bed.playground.mirror(bed.space, RULES, "rules")
    assert bed.effects == ["filter"]
    await bed.ada.say("Scampi is no such thing")
    with pytest.raises(Stopped, match="Not here, please"):
        await bed.ada.say("What a SCAMMER")
    assert bed.bob.reads() == "Ada: Scampi is no such thing"
    event = bed.hub.only(MessageStopped)
    assert (event.member, event.channel, event.rule) == (bed.ada.member, bed.general, "words")
    assert (event.text, event.keyword, event.matched, event.blocked) == ("What a SCAMMER", "scam*", "SCAM", True)


async def test_a_rule_of_the_filter_silences(bed: Bed) -> None:
    await bed.playground.mirror(bed.space, RULES, "rules")
    await bed.ada.say("Hello @Bob")
    with pytest.raises(Stopped):
        await bed.ada.say("@Ada @Bob")
    with pytest.raises(Impossible, match="timed out"):
        await bed.ada.say("Hello?")


async def test_a_rule_that_only_watches_lets_the_message_pass(bed: Bed) -> None:
    await bed.playground.mirror(bed.space, [NativeRule("watch", words=("bad",), block=False)], "")
    ref = await bed.ada.say("So bad")
    assert [type(event) for event in bed.hub.received[-2:]] == [MessageStopped, MessagePosted]
    assert bed.hub.only(MessageStopped).ref == ref


async def test_the_filter_says_what_has_no_room(bed: Bed) -> None:
    made = await bed.playground.mirror(bed.space, [NativeRule("p", patterns=("a+",))], "")
    assert made.left_out == ("a+",)


async def test_moderators_act_by_hand_and_relais_hears(bed: Bed) -> None:
    until = bed.time + timedelta(hours=1)
    await bed.bob.timeout(bed.ada, until, "loud")
    await bed.bob.end_timeout(bed.ada)
    await bed.bob.give_role(bed.ada, "Muted")
    await bed.bob.take_role(bed.ada, "Muted")
    await bed.bob.kick(bed.ada, "spam")
    await bed.bob.ban(bed.ada, "again")
    await bed.bob.unban(bed.ada)
    told = bed.hub.all(Sanctioned)
    assert [it.what for it in told] == [
        Sanction.TIMEOUT,
        Sanction.TIMEOUT_LIFTED,
        Sanction.ROLE_GIVEN,
        Sanction.ROLE_TAKEN,
        Sanction.KICK,
        Sanction.BAN,
        Sanction.UNBAN,
    ]
    assert {(it.by, it.member) for it in told} == {(bed.bob.member, bed.ada.member)}
    assert (told[0].until, told[0].why, told[2].role) == (until, "loud", "Muted")
    bed.hub.only(MemberLeft)
    assert bed.effects == []
    with pytest.raises(Impossible, match="no moderator"):
        await bed.ada.kick(bed.bob)


async def test_what_the_bot_does_itself_is_not_told(bed: Bed) -> None:
    await bed.playground.timeout(bed.ada.member, bed.time + timedelta(hours=1), "spam")
    await bed.playground.kick(bed.ada.member, "spam")
    assert bed.hub.all(Sanctioned) == []


async def test_a_ban_takes_what_was_written_before(bed: Bed) -> None:
    await bed.ada.say("Old")
    bed.pass_time(hours=2)
    await bed.ada.say("New")
    await bed.ada.leave()
    await bed.playground.ban(bed.ada.member, "spam", timedelta(hours=1))
    assert bed.bob.reads() == "Ada: Old"
    bed.hub.only(MessageDeleted)


async def test_many_messages_go_at_once(bed: Bed) -> None:
    refs = [await bed.ada.say(str(number)) for number in range(3)]
    await bed.ada.delete(ref=refs[1])
    await bed.playground.delete_many(refs, "flood")
    assert bed.bob.reads() == ""
    assert bed.effects == ["delete", "delete"]


async def test_another_name_is_told_with_the_one_before(bed: Bed) -> None:
    await bed.ada.rename("Adelaide")
    event = bed.hub.only(MemberRenamed)
    assert (event.before, event.member.name) == ("Ada", "Adelaide")


async def test_what_is_forwarded_is_told_and_shown(bed: Bed) -> None:
    await bed.ada.say("Look", forward=["Buy this"])
    assert bed.hub.only(MessagePosted).quoted == ("Buy this",)
    assert bed.bob.reads() == "Ada: Look\n> Buy this"


@pytest.mark.parametrize("power", [Can.EVENTS, Can.INVITES, Can.PAUSE_INVITES, Can.AUTOMOD])
async def test_a_town_may_deny_them(bed: Bed, power: Can) -> None:
    bed.world.deny(bed.space, power)
    acts: dict[Can, Callable[[], Awaitable[object]]] = {
        Can.EVENTS: lambda: bed.playground.schedule_event(bed.space, evening(bed), ""),
        Can.INVITES: lambda: bed.playground.invites(bed.space),
        Can.PAUSE_INVITES: lambda: bed.playground.pause_invites(bed.space, None, ""),
        Can.AUTOMOD: lambda: bed.playground.mirror(bed.space, (), ""),
    }
    with pytest.raises(Forbidden):
        await acts[power]()


async def test_all_of_it_is_kept(bed: Bed) -> None:
    await bed.restart(keep=True)
    await bed.playground.schedule_event(bed.space, evening(bed), "")
    await bed.playground.create_invite(bed.general, 0, timedelta(), "")
    await bed.playground.mirror(bed.space, RULES, "")
    town = bed.world.town()
    await bed.playground.flush()
    again = World(lambda: bed.time)
    assert await restore(again.state, bed.store)
    assert again.town() == town

"""What the bot does on the playground, and what people see of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.chat.card import Button, Card, Field
from bot.chat.events import MemberLeft, MessageDeleted, SpaceSeen
from bot.chat.platform import (
    POWERS,
    Busy,
    Can,
    Closed,
    Forbidden,
    NotFound,
    PlatformError,
    Uncertain,
    can,
    why,
)
from bot.chat.text import Md, at, when
from bot.chat.things import Channel, Member, MessageRef
from bot.platforms.playground import Impossible, Playground

if TYPE_CHECKING:
    from tests.playground.conftest import Bed


async def test_starts_by_naming_its_spaces(bed: Bed) -> None:
    assert bed.hub.only(SpaceSeen).space.name == "Town"
    assert bed.playground.spaces() == (bed.space,)
    assert [channel.name for channel in await bed.playground.channels(bed.space)] == ["general", "random"]
    assert [member.name for member in await bed.playground.members(bed.space)] == ["Ada", "Bob"]
    assert await bed.playground.member(bed.space, "nobody") is None


async def test_a_post_is_read_by_all_and_recorded(bed: Bed) -> None:
    token = why.set("a test")
    card = Card(
        Md(f"Hello {at(bed.ada.member)}, **now**"),
        title="News",
        fields=(Field("Points", "3"),),
        buttons=(Button("Rules", "welcome.rules:3"),),
    )
    ref = await bed.playground.post(bed.general, card, key="k")
    why.reset(token)
    assert bed.bob.reads() == "Relais: News\nHello @Ada, now\nPoints: 3\n[Rules]"
    [effect] = bed.world.effects
    assert (effect.effect, effect.title, effect.text) == ("post", "News", "Hello @Ada, now")
    assert (effect.fields, effect.buttons) == ((("Points", "3"),), ("Rules",))
    assert (effect.why, effect.message_id, effect.channel, effect.to) == ("a test", ref.id, bed.general, None)


async def test_moments_are_on_the_readers_clock(bed: Bed) -> None:
    card = Card(Md(f"At {when(bed.time)}"))
    await bed.playground.post(bed.general, card, key="k")
    await bed.playground.direct(bed.ada.member, card, key="k")
    assert bed.ada.reads() == "Relais: At 2026-11-23 08:00"
    assert bed.ada.sees == "At 2026-11-23 16:00"


async def test_nobody_is_pinged_unless_named(bed: Bed) -> None:
    await bed.playground.post(bed.general, Card(Md(f"{at(bed.ada.member)} @Bob @everyone")), key="1")
    assert not bed.world.notified
    ref = await bed.playground.post(bed.general, Card("See", pings=(bed.bob.member,)), key="2")
    await bed.playground.edit(ref, Card("Look", pings=(bed.ada.member,)))
    assert list(bed.world.notified) == [(ref.id, bed.bob.id)]


async def test_a_key_posts_once(bed: Bed) -> None:
    first = await bed.playground.post(bed.general, Card("Once"), key="k")
    assert await bed.playground.post(bed.general, Card("Twice"), key="k") == first
    direct = await bed.playground.direct(bed.ada.member, Card("Once"), key="k")
    assert await bed.playground.direct(bed.ada.member, Card("Twice"), key="k") == direct
    assert bed.effects == ["post", "direct"]
    other = await bed.playground.post(bed.world.channel("random"), Card("Elsewhere"), key="k")
    assert other != first


async def test_a_keyed_message_is_found(bed: Bed) -> None:
    since = bed.time
    ref = await bed.playground.post(bed.general, Card("Here"), key="k")
    direct = await bed.playground.direct(bed.ada.member, Card("Here"), key="k")
    assert await bed.playground.find(bed.general, "k", since=since) == ref
    assert await bed.playground.find_direct(bed.ada.member, "k", since=since) == direct
    assert await bed.playground.find(bed.general, "other", since=since) is None
    assert await bed.playground.find(bed.general, "k", since=since + timedelta(seconds=1)) is None
    await bed.playground.delete(ref)
    assert await bed.playground.find(bed.general, "k", since=since) is None


async def test_edit_delete_react_and_threads(bed: Bed) -> None:
    ref = await bed.playground.post(bed.general, Card("Before"), key="k")
    await bed.playground.edit(ref, Card("After"))
    await bed.playground.react(ref, "👍")
    thread = await bed.playground.open_thread(ref, "Talk")
    assert await bed.playground.open_thread(ref, "Again") == thread
    reply = await bed.playground.post(bed.general, Card("Below"), key="t", thread=thread)
    assert reply.thread == thread
    assert await bed.playground.open_thread(reply, "Deeper") == thread
    assert bed.ada.reads() == "Relais: After\nRelais: Below"
    await bed.playground.delete(ref)
    assert bed.effects == ["post", "edit", "react", "thread", "post", "delete"]
    with pytest.raises(NotFound):
        await bed.playground.edit(ref, Card("Too late"))


async def test_the_bot_changes_only_its_own_messages(bed: Bed) -> None:
    said = await bed.ada.say("Mine")
    with pytest.raises(Forbidden):
        await bed.playground.edit(said, Card("Yours"))
    with pytest.raises(Forbidden):
        await bed.playground.delete(said)
    await bed.playground.delete_any(said, "rude")
    assert bed.ada.reads() == ""
    assert bed.hub.only(MessageDeleted).ref == said
    assert bed.world.effects[-1].why == "rude"


async def test_direct_messages_are_private_and_may_be_closed(bed: Bed) -> None:
    ref = await bed.playground.direct(bed.ada.member, Card("Psst"), key="k")
    await bed.playground.edit(ref, Card("Psst!"))
    assert bed.ada.sees == "Psst!"
    assert bed.bob.sees == ""
    assert bed.world.effects[0].to == bed.ada.member
    bed.bob.change(direct_closed=True)
    with pytest.raises(Closed):
        await bed.playground.direct(bed.bob.member, Card("Psst"), key="k")
    await bed.ada.leave()
    with pytest.raises(Closed):
        await bed.playground.direct(bed.ada.member, Card("Come back"), key="l")


async def test_whispers_are_seen_by_one(bed: Bed) -> None:
    await bed.playground.whisper(bed.general, bed.ada.member, Card("Only you", buttons=(Button("Ok", "a.b"),)))
    assert bed.ada.sees == "Only you\n[Ok]"
    assert (bed.bob.sees, bed.bob.reads(), bed.ada.reads()) == ("", "", "")
    with pytest.raises(Impossible):
        await bed.bob.press("Ok")
    await bed.ada.press("Ok")


async def test_moderation(bed: Bed) -> None:
    ada, playground = bed.ada, bed.playground
    await playground.timeout(ada.member, bed.time + timedelta(hours=1), "rude")
    with pytest.raises(Impossible, match="timed out"):
        await ada.say("Hey")
    assert bed.world.effects[-1].text == "2026-11-23 09:00"
    await playground.timeout(ada.member, None, "forgiven")
    await ada.say("Hey")
    await playground.give_role(ada.member, "helper", "earned")
    assert "helper" in ada.member.roles
    await playground.take_role(ada.member, "helper", "lost")
    assert "helper" not in ada.member.roles
    await playground.kick(ada.member, "rude")
    await ada.join()
    await playground.ban(ada.member, "ruder")
    with pytest.raises(Impossible, match="banned"):
        await ada.join()
    await playground.unban(ada.member, "forgiven")
    await ada.join()
    assert len(bed.hub.all(MemberLeft)) == 2
    assert bed.effects == ["timeout", "timeout", "role", "role", "kick", "ban", "unban"]


async def test_pins_and_slow_mode(bed: Bed) -> None:
    said = await bed.ada.say("Keep this")
    await bed.playground.pin(said)
    await bed.playground.unpin(said)
    await bed.playground.slow_mode(bed.general, 10)
    with pytest.raises(Impossible, match="slow"):
        await bed.ada.say("And this")
    await bed.bob.say("Moderators may")
    bed.pass_time(seconds=10)
    await bed.ada.say("And this")
    assert bed.effects == ["pin", "unpin", "slow_mode"]


async def test_what_is_gone_is_not_found(bed: Bed) -> None:
    nowhere, nobody = Channel(bed.space, "c999"), Member(bed.space, "u999")
    with pytest.raises(NotFound):
        await bed.playground.post(nowhere, Card("?"), key="k")
    with pytest.raises(NotFound):
        await bed.playground.direct(nobody, Card("?"), key="k")
    with pytest.raises(NotFound):
        await bed.playground.kick(nobody, "?")
    with pytest.raises(NotFound):
        await bed.playground.react(MessageRef(bed.general, "m999"), "👍")
    with pytest.raises(NotFound):
        await bed.playground.post(bed.general, Card("?"), key="k", thread="m999")


async def test_a_channel_may_be_closed_to_the_bot(bed: Bed) -> None:
    bed.world.close_channel(bed.general)
    with pytest.raises(Forbidden):
        await bed.playground.post(bed.general, Card("?"), key="k")
    bed.world.close_channel(bed.general, False)
    await bed.playground.post(bed.general, Card("!"), key="k")


async def test_faults_strike_before_the_effect(bed: Bed) -> None:
    bed.world.fail_next(Busy(3), times=2)
    for _ in range(2):
        with pytest.raises(Busy):
            await bed.playground.post(bed.general, Card("Hello"), key="k")
    assert not bed.world.effects
    await bed.playground.post(bed.general, Card("Hello"), key="k")
    bed.world.fail_next(NotFound("gone"), on="react")
    bed.world.fail_next(PlatformError("cannot tell"), on="find")
    ref = await bed.playground.post(bed.general, Card("Hello"), key="l")
    with pytest.raises(NotFound):
        await bed.playground.react(ref, "👍")
    with pytest.raises(PlatformError, match="cannot tell"):
        await bed.playground.find(bed.general, "k", since=bed.time)


async def test_a_lost_answer_leaves_the_effect(bed: Bed) -> None:
    bed.world.lose_next_answer()
    with pytest.raises(Uncertain):
        await bed.playground.post(bed.general, Card("Hello"), key="k")
    assert bed.ada.reads() == "Relais: Hello"
    assert await bed.playground.find(bed.general, "k", since=bed.time) is not None
    await bed.playground.post(bed.general, Card("Hello"), key="k")
    assert bed.effects == ["post"]


async def test_a_lost_answer_still_tells_who_left(bed: Bed) -> None:
    bed.world.lose_next_answer()
    with pytest.raises(Uncertain):
        await bed.playground.kick(bed.ada.member, "rude")
    assert bed.hub.only(MemberLeft).member == bed.ada.member


async def test_every_power_is_there_and_profiles_narrow_it(bed: Bed) -> None:
    assert all(can(bed.playground, bed.space, power) for power in POWERS)
    slack = Playground(bed.world, profile="slack")
    assert {power for power in Can if can(slack, bed.space, power)} == {Can.PINS, Can.WHISPER}
    discord = Playground(bed.world, profile="discord")
    assert {power for power in Can if not can(discord, bed.space, power)} == {Can.WHISPER}
    bed.world.deny(bed.space, Can.BAN)
    assert not can(bed.playground, bed.space, Can.BAN)
    with pytest.raises(Forbidden):
        await bed.playground.ban(bed.ada.member, "rude")
    assert bed.ada.member in await bed.playground.members(bed.space)


async def test_a_bot_that_was_replaced_can_do_nothing(bed: Bed) -> None:
    old = bed.playground
    await bed.restart(killed=True)
    with pytest.raises(PlatformError):
        await old.post(bed.general, Card("From the grave"), key="k")
    await old.stop()
    await bed.playground.post(bed.general, Card("Alive"), key="k")


async def test_a_very_long_text_passes(bed: Bed) -> None:
    text = "é" * 40_000
    ref = await bed.ada.say(text)
    await bed.playground.post(bed.general, Card(text), key="k")
    assert bed.bob.reads() == f"Ada: {text}\nRelais: {text}"
    [event] = await bed.playground.history(bed.general)
    assert (event.text, event.ref) == (text, ref)


async def test_a_message_has_an_address(bed: Bed) -> None:
    ref = await bed.ada.say("Look here")
    assert await bed.playground.permalink(ref) == f"/town/{bed.space.id}/{bed.general.id}#{ref.id}"
    await bed.ada.delete(ref=ref)
    with pytest.raises(NotFound):
        await bed.playground.permalink(ref)

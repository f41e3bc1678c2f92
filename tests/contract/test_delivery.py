"""Events in and posts out: in order, once, and none lost."""

from __future__ import annotations

import asyncio

import pytest

from bot.chat.platform import Busy, PlatformError
from bot.chat.things import Level
from tests.contract.cog import notes
from tests.contract.conftest import Open
from tests.contract.stage import Stage

BURST = 200
SERIES = 8


def numbers(read: str) -> list[int]:
    return [int(part.rpartition(" ")[2]) for part in read.split(";")[:-1]]


async def test_two_messages_of_a_channel_are_heard_in_order(stage: Stage) -> None:
    stage.channels("elsewhere")
    ada, bob = stage.person("ada", here=True), stage.person("bob", here=True)
    notes.hold()
    first = asyncio.ensure_future(ada.say("hold on"))
    await notes.somebody_waits()
    second = asyncio.ensure_future(bob.say("me too"))
    third = asyncio.ensure_future(bob.say("over here", "elsewhere"))
    await notes.until("over here")
    notes.release()
    await asyncio.gather(first, second, third)
    assert notes.heard == ["over here", "hold on", "me too"]


async def test_an_event_that_is_told_again_acts_once(stage: Stage) -> None:
    ada = stage.person("ada", here=True)
    await ada.say("answer me")
    await stage.redeliver()
    await stage.redeliver()
    assert notes.heard == ["answer me"]
    assert ada.reads("general").count("Heard: me") == 1


async def test_an_event_that_is_told_again_after_a_restart_posts_once(stage: Stage) -> None:
    ada = stage.person("ada", here=True)
    await ada.say("answer me")
    await stage.restart()
    await stage.redeliver()
    assert ada.reads("general").count("Heard: me") == 1


async def test_a_burst_loses_nothing(stage: Stage) -> None:
    people = [stage.person(name, here=True) for name in ("ada", "bob", "eve", "zoe")]
    said = [f"number {number}" for number in range(BURST)]
    await asyncio.gather(*(people[number % 4].say(text) for number, text in enumerate(said)))
    await stage.settle()
    assert notes.heard == said


async def test_posts_leave_in_order(stage: Stage) -> None:
    ada = stage.person("ada", here=True)
    await ada.run("contract series", many=SERIES)
    assert numbers(ada.reads("general")) == list(range(1, SERIES + 1))


@pytest.mark.parametrize("times", [3, SERIES])
async def test_a_busy_platform_loses_no_post_and_no_order(stage: Stage, times: int) -> None:
    ada = stage.person("ada", here=True)
    stage.fail_next(Busy(2), times=times, on="post")
    await ada.run("contract series", many=SERIES)
    await stage.advance(hours=6)
    assert numbers(ada.reads("general")) == list(range(1, SERIES + 1))


async def test_a_platform_that_fails_loses_no_post(stage: Stage) -> None:
    ada = stage.person("ada", here=True)
    stage.fail_next(PlatformError("out of order"), times=3, on="post")
    await ada.run("contract series", many=2)
    await stage.advance(hours=2)
    assert sorted(numbers(ada.reads("general"))) == [1, 2]


async def test_a_busy_platform_and_a_restart(stage: Stage) -> None:
    ada = stage.person("ada", here=True)
    stage.fail_next(Busy(30), times=4, on="post")
    await ada.run("contract series", many=4)
    await stage.restart()
    await stage.advance(hours=2)
    assert numbers(ada.reads("general")) == [1, 2, 3, 4]


async def test_a_lost_answer_posts_once(stage: Stage) -> None:
    [general] = stage.channels("general")
    ada = stage.person("ada", here=True)
    stage.lose_next_answer(on="post")
    await ada.run("contract series", many=2)
    await stage.advance(hours=1)
    assert numbers(ada.reads("general")) == [1, 2]
    assert len(stage.posts(general)) == 2


async def test_a_lost_answer_to_a_private_message(stage: Stage) -> None:
    ada, bob = stage.person("ada", here=True), stage.person("bob", here=True)
    stage.lose_next_answer(on="direct")
    await bob.run("contract knock", member=ada, text="Are you there?")
    await stage.advance(hours=1)
    assert ada.sees.count("Are you there?") == 1


async def test_a_lost_answer_and_a_restart(stage: Stage) -> None:
    ada = stage.person("ada", here=True)
    stage.lose_next_answer(on="post")
    stage.fail_next(Busy(1), times=2, on="find")
    await ada.run("contract series", many=1)
    await stage.restart()
    await stage.advance(hours=1)
    assert numbers(ada.reads("general")) == [1]
    assert {error.what for error in stage.errors} <= {"looking for a post"}
    stage.errors.clear()


async def test_what_happened_during_a_cut_is_caught_up(stage: Stage) -> None:
    stage.channels("elsewhere")
    ada, eve = stage.person("ada", here=True), stage.person("eve")
    await ada.say("answer before")
    notes.heard.clear()
    await stage.disconnect()
    await ada.say("answer one")
    await eve.join()
    await eve.say("answer two", "elsewhere")
    await ada.say("answer three")
    assert notes.heard == []
    await stage.reconnect()
    assert sorted(notes.heard) == ["answer one", "answer three", "answer two", "joined eve"]
    assert notes.heard.index("answer one") < notes.heard.index("answer three")
    for word in ("before", "one", "three"):
        assert ada.reads("general").count(f"Heard: {word}") == 1
    assert ada.reads("elsewhere").count("Heard: two") == 1


async def test_what_happened_while_it_was_dead_is_caught_up(stage: Stage) -> None:
    ada, eve = stage.person("ada", here=True), stage.person("eve")
    await ada.say("answer before")
    await stage.advance(minutes=1)
    await stage.disconnect()
    await ada.say("answer one")
    await eve.join()
    await stage.restart()
    assert "joined eve" in notes.heard
    for word in ("before", "one"):
        assert ada.reads("general").count(f"Heard: {word}") == 1


async def test_what_it_had_to_say_during_a_cut_is_said_later(stage: Stage) -> None:
    ada = stage.person("ada", here=True)
    await ada.run("contract remind", delay="1h")
    await stage.disconnect()
    await stage.advance(hours=2)
    assert ada.reads("general") == ""
    await stage.reconnect()
    await stage.advance(hours=2)
    assert ada.reads("general").count("Remember") == 1


async def test_a_closed_door_is_told_to_who_knocks(stage: Stage) -> None:
    ada, bob = stage.person("ada", here=True), stage.person("bob", here=True)
    ada.change(direct_closed=True)
    await bob.run("contract knock", member=ada, text="Hello?")
    assert "failed" in bob.sees
    assert ada.sees == ""
    assert ada.reads("general") == ""


async def test_a_closed_door_and_a_channel_instead(stage: Stage) -> None:
    ada, bob = stage.person("ada", here=True), stage.person("bob", here=True)
    ada.change(direct_closed=True)
    await bob.run("contract knock", member=ada, text="Hello?", instead=True)
    assert ada.reads("general").count("Hello?") == 1
    assert "sent" in bob.sees


async def test_managers_are_told_once_of_a_closed_channel(stage: Stage) -> None:
    general, mods = stage.channels("general", "mods")
    await stage.set("community", moderators=mods)
    ada = stage.person("ada", here=True)
    stage.person("mo", level=Level.MODERATOR, here=True)
    ada.here = "mods"
    stage.close_channel(general)
    for _ in range(3):
        await ada.say("answer me", "general")
    await stage.advance(hours=1)
    assert len(stage.complaints) == 1
    assert len(stage.posts(mods)) == 1
    assert "cannot post in #general" in ada.reads("mods")
    stage.close_channel(general, False)
    await ada.say("answer again", "general")
    assert "Heard: again" in ada.reads("general")


async def test_a_message_that_is_gone_is_not_changed(stage: Stage) -> None:
    [general] = stage.channels("general")
    mo = stage.person("mo", level=Level.ADMIN, here=True)
    await mo.run("contract board")
    await mo.press("Renew")
    assert "Renewed" in mo.sees
    assert "A new board" in mo.reads("general")
    await mo.delete(ref=stage.posts(general)[0])
    await mo.press("Renew")
    assert "The board is gone" in mo.sees
    assert "new board" not in mo.reads("general")


async def test_its_own_message_is_deleted(stage: Stage) -> None:
    [general] = stage.channels("general")
    ada = stage.person("ada", here=True)
    await ada.run("contract board")
    assert "A board" in ada.reads("general")
    await ada.press("Wipe")
    assert "Wiped" in ada.sees
    assert "A board" not in ada.reads("general")
    assert len(stage.posts(general)) == 1


async def test_a_fact_is_heard_once_by_each_listener(stage: Stage) -> None:
    ada = stage.person("ada", here=True)
    await ada.run("contract notice", what="rain")
    await stage.redeliver()
    await stage.restart()
    await stage.advance(days=1)
    assert sorted(notes.heard) == ["contract noticed rain", "witness noticed rain"]


async def test_two_stages_know_nothing_of_each_other(platform: str, opened: Open) -> None:
    one, other = await opened(platform), await opened(platform)
    ada, bob = one.person("ada", here=True), other.person("bob", here=True)
    await ada.run("contract series", many=1)
    assert numbers(ada.reads("general")) == [1]
    assert bob.reads("general") == ""

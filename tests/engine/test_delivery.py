from __future__ import annotations

import asyncio
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot.chat.platform import Busy, Closed, Forbidden, NotFound, PlatformError, Uncertain
from bot.cog.context import Priority, State
from bot.engine.attention import ORDER_LOOK, AttentionSettings
from bot.engine.models import PostFile
from bot.engine.outbox import LEASE
from bot.engine.reasons import Code, Reason
from bot.engine.sending import SETTLE, Fate, Try, after_refusal, in_doubt, platform_key
from tests.engine.conftest import ADA, GENERAL, OTHER, RICH, START, Killed, run_to_the_end, said

errors = st.sampled_from(
    [Busy(0), Busy(90), Closed(), Forbidden("send"), NotFound("c"), PlatformError("500"), ValueError("?")]
)


@settings(deadline=None)
@given(errors, st.integers(0, 9), st.timedeltas(timedelta(), timedelta(days=2)), st.booleans())
def test_a_post_that_is_tried_again_ends(error: Exception, tries: int, age: timedelta, otherwise: bool) -> None:
    attempt = Try(START, tries, START - age, otherwise=otherwise)
    for fate in (after_refusal(error, attempt), in_doubt(attempt)):
        if fate.state in (State.WAITING, State.SENDING):
            assert fate.again_at is not None
            assert fate.again_at < attempt.deadline or fate.instead
            assert fate.again_at > START or fate.instead
            assert tries < 8 or isinstance(error, Busy) or fate.instead
        else:
            assert fate.state in (State.FAILED, State.UNCERTAIN)


@settings(deadline=None)
@given(st.text(), st.text())
def test_platforms_keys_are_short_and_stable(community: str, key: str) -> None:
    assert platform_key(community, key) == platform_key(community, key)
    assert len(platform_key(community, key)) == 24
    assert platform_key(community, key).isalnum()


def test_busy_platforms_are_given_more_and_more_time() -> None:
    assert after_refusal(Busy(2), Try(START, 7, START)).again_at == START + timedelta(seconds=2)
    later = Try(START, 7, START - timedelta(minutes=4))
    assert after_refusal(Busy(2), later).again_at == START + timedelta(minutes=2)


def test_nothing_is_tried_after_its_time() -> None:
    attempt = Try(START, 0, START, until=START + timedelta(seconds=30))
    assert after_refusal(PlatformError("500"), attempt) == Fate(State.FAILED, Reason(Code.ERROR, text="500"), tries=1)


# When the platform refuses


async def test_a_busy_platform_is_asked_again_when_it_said(world: Any) -> None:
    life = world.life()
    world.yard.errors = [Busy(7.0)]
    await life.post("hello")
    assert await life.outbox.next_at() == START + timedelta(seconds=7)
    await run_to_the_end(world, life)
    assert world.yard.texts() == ["hello"]


async def test_a_closed_door_leads_to_the_other_channel(world: Any) -> None:
    life = world.life()
    world.yard.shut = True
    number = await life.post("psst", ADA, otherwise=GENERAL)
    assert world.yard.texts() == ["psst"]
    sent = await life.outbox.sent(number)
    assert (sent.state, sent.ref.channel) == (State.SENT, GENERAL)
    assert world.complaints == []


async def test_what_goes_to_the_other_channel_respects_its_budget(world: Any) -> None:
    world.settings = AttentionSettings(per_channel_day=1)
    life = world.life()
    world.yard.shut = True
    await life.post("public")
    number = await life.post("psst", ADA, otherwise=GENERAL)
    assert (await life.outbox.sent(number)).state is State.WAITING
    await run_to_the_end(world, life)
    assert world.yard.texts() == ["public", "psst"]


async def test_a_closed_door_alone_fails_without_a_complaint(world: Any) -> None:
    life = world.life()
    world.yard.shut = True
    sent = await life.outbox.sent(await life.post("psst", ADA))
    assert (sent.state, said(sent.reason)) == (State.FAILED, "this member accepts no private messages")
    assert world.complaints == []


@pytest.mark.parametrize(
    ("error", "words"),
    [(Forbidden("send_messages"), "lacks a permission (send_messages)"), (NotFound("general"), "is gone, or hidden")],
)
async def test_managers_are_told_once_what_to_fix(world: Any, error: Exception, words: str) -> None:
    life = world.life()
    world.yard.errors = [error, error, error]
    numbers = [await life.post("a"), await life.post("b"), await life.post("c", OTHER)]
    assert {(await life.outbox.sent(number)).state for number in numbers} == {State.FAILED}
    first, second = world.complaints
    assert words in said(first)
    assert said(first) != said(second)


async def test_complaining_in_the_same_channel_does_not_wait_for_itself(world: Any) -> None:
    life = world.life()
    world.yard.errors = [Forbidden(), Forbidden()]

    async def complain(community: str, words: Any) -> None:
        world.complaints.append(words)
        await life.post("complaint", priority=Priority.URGENT)

    life.outbox.complain = complain
    async with asyncio.timeout(5):
        await life.post("hello")
    assert len(world.complaints) == 1


async def test_an_error_that_stays_ends_the_post(world: Any) -> None:
    life = world.life()
    world.yard.errors = [PlatformError("500")] * 20
    number = await life.post("hello")
    await run_to_the_end(world, life)
    assert len(world.yard.errors) == 12
    assert timedelta(hours=1) < world.clock.now() - START < timedelta(hours=24)
    sent = await life.outbox.sent(number)
    assert (sent.state, said(sent.reason)) == (State.FAILED, "it could not be sent: 500")
    assert len(world.complaints) == 1


async def test_a_platform_that_is_away_is_waited_for(world: Any) -> None:
    world.connected = False
    life = world.life()
    await life.post("hello")
    world.connected = True
    await run_to_the_end(world, life)
    assert world.yard.texts() == ["hello"]


async def test_a_broken_adapter_does_not_break_the_handler(world: Any) -> None:
    life = world.life()
    world.yard.errors = [ValueError("cannot render")]
    await life.post("hello")
    assert any("cannot render" in step.why for step in life.trace.steps)
    await run_to_the_end(world, life)
    assert world.yard.texts() == ["hello"]


# When nobody knows


async def test_a_lost_answer_is_looked_for(world: Any) -> None:
    life = world.life()
    world.yard.answers = [Uncertain()]
    sent = await life.outbox.sent(await life.post("hello"))
    assert (sent.state, sent.ref) == (State.SENT, world.yard.said[0].ref)
    assert world.yard.looks == 1


async def test_a_lost_request_is_sent_again_after_a_while(world: Any) -> None:
    life = world.life()
    world.yard.errors = [Uncertain()]
    number = await life.post("hello")
    assert (await life.outbox.sent(number)).state is State.SENDING
    assert await life.outbox.next_at() == START + timedelta(seconds=10)
    assert await life.outbox.deliver_due() == 0
    await run_to_the_end(world, life)
    assert world.yard.texts() == ["hello"]
    assert {post.key for post in world.yard.said} == {platform_key("c", "hello")}


async def test_an_answer_that_comes_late_is_found_before_sending_again(world: Any) -> None:
    """The platform shows the message only after the first look."""
    life = world.life()
    world.yard.answers = [Uncertain()]
    hidden = world.yard.find

    async def blind_once(*args: Any, **options: Any) -> None:
        world.yard.find = hidden

    world.yard.find = blind_once
    await life.post("hello", ADA)
    await run_to_the_end(world, life)
    assert world.yard.texts("dm-ada") == ["hello"]


async def test_what_cannot_be_known_is_not_said_again(world: Any) -> None:
    life = world.life()
    world.yard.answers = [Uncertain()]
    world.yard.blind = [PlatformError("no history")] * 20
    number = await life.post("hello")
    await run_to_the_end(world, life)
    sent = await life.outbox.sent(number)
    assert sent.state is State.UNCERTAIN
    assert said(sent.reason) == "the platform did not answer: it may have been sent"
    assert world.yard.texts() == ["hello"]
    assert len(world.complaints) == 1
    assert "It will not be sent again" in said(world.complaints[0])


async def test_a_doubt_that_outlives_its_time_is_not_sent_again(world: Any) -> None:
    life = world.life()
    world.yard.errors = [Uncertain()]
    number = await life.post("hello", until=START + timedelta(seconds=5))
    await run_to_the_end(world, life)
    assert (await life.outbox.sent(number)).state is State.DROPPED
    assert world.yard.texts() == []


async def test_a_platform_that_never_answers_is_given_up_within_the_lease(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.engine.outbox.PATIENCE", 0.0)

    async def never(*args: Any, **options: Any) -> None:
        await asyncio.Event().wait()

    world.yard.post = never
    life = world.life()
    number = await life.post("hello")
    assert (await life.outbox.sent(number)).state is State.SENDING


async def test_a_platform_is_not_called_inside_a_transaction(world: Any) -> None:
    life = world.life()
    number = await life.post("hello", deliver=False)
    with pytest.raises(RuntimeError):
        async with life.database.transaction():
            await life.outbox.deliver(number)


async def test_forgets_what_is_over_with_its_files(world: Any) -> None:
    life = world.life()
    await life.post("old", card=RICH)
    world.forward(days=10)
    world.settings = AttentionSettings(per_channel_day=0)
    await life.post("waiting")
    assert await life.outbox.forget(world.clock.now() - timedelta(days=1)) == 1
    assert [row.key for row in await life.posts()] == ["waiting"]
    async with life.database.reading() as db:
        assert await db.scalar(select(func.count()).select_from(PostFile)) == 0


# Killed anywhere


async def plain(life: Any) -> None:
    await life.post("hello")


async def due(life: Any) -> None:
    await life.post("hello", deliver=False)
    await life.outbox.deliver_due()


async def together(life: Any) -> None:
    for text in ("hello", "world"):
        await life.post(text, merge="m", deliver=False)
    await life.outbox.deliver_due()


async def lost_answer(life: Any) -> None:
    life.world.yard.answers = [Uncertain()]
    await life.post("hello")


async def closed(life: Any) -> None:
    life.world.yard.shut = True
    await life.post("hello", ADA, otherwise=GENERAL)


@pytest.mark.parametrize("scenario", [plain, due, together, lost_answer, closed])
async def test_killed_anywhere_a_post_is_said_once(worlds: Any, scenario: Any) -> None:
    expected = "hello\nworld" if scenario is together else "hello"
    for moment in count():
        world = worlds()
        world.fuse.left = moment
        life, killed = world.life("first"), False
        try:
            await scenario(life)
        except Killed:
            killed = True
        world.fuse.left = -1
        second = world.life("second")
        stored = [row.key for row in await second.posts()]
        await resume(world, second)
        assert "\n".join(world.yard.texts()) == "\n".join(expected.split("\n")[: len(stored)]), moment
        assert {row.state for row in await second.posts()} <= {State.SENT, State.MERGED}, moment
        if not killed:
            assert moment >= 5
            return


async def test_killed_again_while_recovering(worlds: Any) -> None:
    """The second process dies too, at every moment of its recovery from a death just after posting."""
    for moment in count():
        world = worlds()
        first, second, killed = world.life("first"), world.life("second"), False
        await first.post("hello", deliver=False)
        posted = world.yard.post

        async def post_and_die(*args: Any, posted: Any = posted, **options: Any) -> None:
            await posted(*args, **options)
            raise Killed

        world.yard.post = post_and_die
        with pytest.raises(Killed):
            await first.outbox.deliver_due()
        world.yard.post = posted
        world.clock.move_to(START + LEASE)
        world.fuse.left = moment
        try:
            await second.outbox.deliver_due()
        except Killed:
            killed = True
        world.fuse.left = -1
        third = world.life("third")
        await resume(world, third)
        assert world.yard.texts() == ["hello"]
        if not killed:
            return


@pytest.mark.parametrize("arrived", [False, True])
async def test_who_comes_after_a_death_says_the_rest_at_once(worlds: Any, arrived: bool) -> None:
    """As soon as what the dead sent last has had its time to arrive."""
    world = worlds()
    first, second, posted = world.life("first"), world.life("second"), world.yard.post
    await first.post("hello", deliver=False)
    await first.post("goodbye", deliver=False)

    async def die(*args: Any, **options: Any) -> None:
        if arrived:
            await posted(*args, **options)
        raise Killed

    world.yard.post = die
    with pytest.raises(Killed):
        await first.outbox.deliver_due()
    world.yard.post = posted
    await second.outbox.inherit()
    await second.outbox.deliver_due()
    assert world.yard.texts() == ["hello"] * arrived
    world.clock.move_to(START + SETTLE)
    await second.outbox.deliver_due()
    assert world.yard.texts()[0] == "hello"
    world.forward(seconds=ORDER_LOOK.total_seconds())
    await second.outbox.deliver_due()
    assert world.yard.texts() == ["hello", "goodbye"]


async def resume(world: Any, life: Any) -> None:
    for _ in range(3):
        world.forward(seconds=101)
        await life.outbox.deliver_due()


def test_the_lease_is_shorter_than_discords_memory() -> None:
    assert timedelta(seconds=80) < LEASE < timedelta(minutes=2)

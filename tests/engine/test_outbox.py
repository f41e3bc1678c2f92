from __future__ import annotations

import asyncio
from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.chat.card import Card
from bot.chat.platform import PlatformError
from bot.chat.things import Channel, Community
from bot.cog.context import Priority, State
from bot.engine.attention import AttentionSettings
from bot.engine.models import PostFile
from bot.engine.sending import platform_key
from tests.engine.conftest import ADA, GENERAL, OTHER, RICH, START, Killed, run_to_the_end, said


async def test_a_post_leaves_at_once_with_everything_it_has(world: Any) -> None:
    life = world.life()
    number = await life.post("hello", card=RICH, thread="t1")
    [post] = world.yard.said
    assert (post.card, post.why, post.thread) == (RICH, "because hello", "t1")
    assert post.key == platform_key("c", "hello")
    sent = await life.outbox.sent(number)
    assert (sent.state, sent.ref, sent.reason) == (State.SENT, post.ref, "")
    assert await life.outbox.next_at() is None


async def test_a_key_is_said_once(world: Any) -> None:
    life = world.life()
    first = await life.post("hello", card=RICH)
    assert await life.post("hello", card=RICH) == first
    assert await life.post("another", key="hello") == first
    assert len(world.yard.said) == 1
    async with life.database.reading() as db:
        assert await db.scalar(select(func.count()).select_from(PostFile)) == 3


async def test_a_private_message_goes_to_its_reader(world: Any) -> None:
    life = world.life()
    number = await life.post("psst", ADA)
    assert world.yard.texts("dm-ada") == ["psst"]
    assert (await life.outbox.sent(number)).ref.channel.id == "dm-ada"


async def test_what_waits_can_be_asked_for_and_says_why(world: Any) -> None:
    world.settings = AttentionSettings(quiet_from=time(12), quiet_to=time(14))
    life = world.life()
    number = await life.post("later")
    sent = await life.outbox.sent(number)
    assert (sent.state, sent.ref) == (State.WAITING, None)
    assert said(sent.reason).startswith("quiet hours, until")
    await run_to_the_end(world, life)
    assert world.yard.said[0].at == START + timedelta(hours=1)
    with pytest.raises(LookupError):
        await life.outbox.sent(99)


async def test_posts_of_a_channel_go_in_order(world: Any) -> None:
    """The first one is refused for a while: what is not more urgent stays behind it."""
    life = world.life()
    world.yard.errors = [PlatformError("500"), PlatformError("500")]
    await life.post("first", priority=Priority.PERSON)
    second = await life.post("second", priority=Priority.PERSON)
    await life.post("scheduled")
    await life.post("elsewhere", OTHER)
    assert world.yard.texts() == []
    assert said((await life.outbox.sent(second)).reason) == "an older post goes first"
    await life.post("alarm", priority=Priority.URGENT)
    await run_to_the_end(world, life)
    assert world.yard.texts() == ["alarm", "first", "second", "scheduled"]
    assert world.yard.texts("other") == ["elsewhere"]


async def test_a_scheduled_post_is_overtaken_by_an_answer(world: Any) -> None:
    world.talking = 9
    life = world.life()
    await life.post("scheduled")
    await life.post("answer", priority=Priority.PERSON)
    await run_to_the_end(world, life)
    assert world.yard.texts() == ["answer", "scheduled"]


async def test_a_post_that_fails_for_long_holds_nobody_up(world: Any) -> None:
    life = world.life()
    world.yard.errors = [PlatformError("bad card")] * 3
    await life.post("bad")
    for _ in range(2):
        world.clock.move_to(await life.outbox.next_at())
        await life.outbox.deliver_due()
    await life.post("good")
    assert world.yard.texts() == ["good"]


async def test_posts_sent_at_once_by_two_handlers_take_turns(world: Any) -> None:
    life = world.life()
    texts = [str(number) for number in range(10)]
    await asyncio.gather(*(life.post(text, priority=Priority.PERSON) for text in texts))
    assert sorted(world.yard.texts()) == texts


@pytest.mark.parametrize("priority", [Priority.NORMAL, Priority.PERSON])
async def test_a_long_queue_is_not_looked_at_again_and_again(world: Any, priority: Priority) -> None:
    """While the first one is on its way, each of the others is looked at once, however often the clock ticks."""
    leaving, count, ticks = asyncio.Event(), 60, 20
    plain = world.yard.post

    async def slow(channel: Channel, card: Card, **options: Any) -> Any:
        await leaving.wait()
        return await plain(channel, card, **options)

    world.yard.post = slow
    world.settings = AttentionSettings(per_channel_day=count)
    life = world.life(concurrency=2)
    texts = [str(number) for number in range(count)]
    for text in texts:
        await life.post(text, priority=priority, deliver=False)
    handler = asyncio.ensure_future(life.outbox.deliver(1))
    looks: list[str] = []
    life.trace.listeners.append(lambda step: looks.append(step.what))
    while not any(row.state == State.SENDING for row in await life.posts()):
        await asyncio.sleep(0)
    for _ in range(ticks):
        assert await life.outbox.deliver_due() == 0
        world.forward(seconds=1)
    assert len(looks) == count - 1
    leaving.set()
    await handler
    while len(world.yard.texts()) < count:
        await life.outbox.deliver_due()
        await life.outbox.idle()
    assert world.yard.texts() == texts


async def test_who_posts_does_not_wait_for_a_long_queue(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody may wait for the handler's answer: the pulse sends the post in its turn."""
    monkeypatch.setattr("bot.engine.outbox.PROMPT", 0.0)
    leaving, plain = asyncio.Event(), world.yard.post

    async def slow(channel: Channel, card: Card, **options: Any) -> Any:
        await leaving.wait()
        return await plain(channel, card, **options)

    world.yard.post = slow
    life = world.life(concurrency=2)
    first = asyncio.ensure_future(life.post("first", priority=Priority.PERSON))
    while not any(row.state == State.SENDING for row in await life.posts()):
        await asyncio.sleep(0)
    second = await life.post("second", priority=Priority.PERSON)
    assert (await life.outbox.sent(second)).state is State.WAITING
    leaving.set()
    await first
    assert await life.outbox.deliver_due() == 1
    await life.outbox.idle()
    assert world.yard.texts() == ["first", "second"]


async def test_channels_are_served_side_by_side(world: Any) -> None:
    together = asyncio.Barrier(2)
    plain = world.yard.post

    async def slow(channel: Channel, card: Card, **options: Any) -> Any:
        async with asyncio.timeout(5):
            await together.wait()
        return await plain(channel, card, **options)

    world.yard.post = slow
    world.settings = AttentionSettings(quiet_from=time(12), quiet_to=time(14))
    life = world.life(concurrency=2)
    for text in "123":
        await life.post(text, GENERAL)
        await life.post(text, OTHER, key=f"{text} elsewhere")
    world.forward(hours=2)
    while await life.outbox.deliver_due():
        await life.outbox.idle()
        world.forward(seconds=1)
    assert (world.yard.texts(), world.yard.texts("other")) == (["1", "2", "3"], ["1", "2", "3"])


async def test_processes_share_the_work_in_order_and_within_the_budget(shared: Any) -> None:
    shared.settings = AttentionSettings(per_channel_day=4)
    lives = [shared.life(name) for name in ("first", "second", "third")]
    for number in range(6):
        for channel in (GENERAL, OTHER):
            await lives[0].post(f"{number}", channel, key=f"{channel.id} {number}", deliver=False)
    for _ in range(10):
        await asyncio.gather(*(life.outbox.deliver_due() for life in lives))
        shared.forward(seconds=1)
    assert shared.yard.texts() == shared.yard.texts("other") == ["0", "1", "2", "3"]
    await asyncio.gather(*(run_to_the_end(shared, life) for life in lives))
    assert sorted(shared.yard.texts()) == ["0", "1", "2", "3", "4", "5"]


async def test_processes_merge_a_post_once(shared: Any) -> None:
    lives = [shared.life(name) for name in ("first", "second", "third")]
    for number in range(6):
        await lives[0].post(f"{number}", merge="m", deliver=False)
    for _ in range(4):
        await asyncio.gather(*(life.outbox.deliver_due() for life in lives))
        shared.forward(seconds=1)
    assert sorted("\n".join(shared.yard.texts()).split("\n")) == ["0", "1", "2", "3", "4", "5"]


async def test_each_database_keeps_files_finds_lost_posts_and_forgets(shared: Any) -> None:
    life = shared.life()
    shared.yard.answers = [Killed()]
    with pytest.raises(Killed):
        await life.post("rich", card=RICH)
    shared.forward(seconds=100)
    second = shared.life("second")
    assert await second.outbox.deliver_due() == 1
    assert [post.card for post in shared.yard.said] == [RICH]
    [row] = await second.posts()
    assert row.state == State.SENT
    await second.post("psst", ADA)
    report = await second.gate.report(Community("c"), since=START)
    assert sum(tally.count for tally in report) == 2
    assert await second.outbox.forget(shared.clock.now() + timedelta(days=1)) == 2


async def test_what_is_merged_leaves_as_one_card(world: Any) -> None:
    world.settings = AttentionSettings(quiet_from=time(12), quiet_to=time(14), per_channel_day=2)
    life = world.life()
    joined = [await life.post(text, merge="joins") for text in ("ada", "bob", "chloé")]
    big = await life.post("big", merge="joins", card=RICH)
    await life.post("other", merge="other")
    await run_to_the_end(world, life)
    assert world.yard.texts()[0] == "ada\nbob\nchloé"
    assert len(world.yard.said) == 3
    first, *others = [await life.outbox.sent(number) for number in joined]
    assert first.state is State.SENT
    assert {other.state for other in others} == {State.MERGED}
    assert {other.ref for other in others} == {first.ref}
    assert (await life.outbox.sent(big)).state is State.SENT


async def test_an_answer_does_not_take_scheduled_posts_along_in_quiet_hours(world: Any) -> None:
    world.settings = AttentionSettings(quiet_from=time(12), quiet_to=time(14))
    life = world.life()
    await life.post("scheduled", merge="m")
    await life.post("answer", merge="m", priority=Priority.PERSON)
    assert world.yard.texts() == ["answer"]

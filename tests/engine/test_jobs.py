from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cog.facts import IntroductionMade
from bot.engine import facts
from bot.engine.jobs import GRACE, LEASE, retry_at, verdict
from bot.engine.models import FactRow
from bot.engine.pulse import Pulse
from bot.engine.trace import Trace
from tests.engine.conftest import Killed

DUE = datetime(2026, 3, 2, 12, tzinfo=UTC)
moments = st.timedeltas(timedelta(), timedelta(days=400))


@settings(deadline=None)
@given(moments)
def test_run_always_runs(late_by: timedelta) -> None:
    assert verdict(DUE, DUE + late_by, "run") == "run"


@settings(deadline=None)
@given(moments)
def test_skip_has_a_grace(late_by: timedelta) -> None:
    assert verdict(DUE, DUE + late_by, "skip") == ("run" if late_by <= GRACE else "skip")


@settings(deadline=None)
@given(moments, moments)
def test_a_limit_is_how_late_a_job_may_be(late_by: timedelta, limit: timedelta) -> None:
    assert verdict(DUE, DUE + late_by, limit) == ("run" if late_by <= limit else "skip")


def test_retries_take_longer_and_longer_then_end() -> None:
    waits = [retry_at(DUE, tries) for tries in range(5)]
    assert waits[:4] == [DUE + timedelta(seconds=s) for s in (30, 60, 120, 240)]
    assert waits[4] is None


async def test_a_key_is_used_once_even_after_the_job_ran(world: Any) -> None:
    life = world.life()
    assert await life.job(arguments={"n": 1})
    assert not await life.job(arguments={"n": 2})
    assert await life.jobs.run_due() == 1
    assert not await life.job()
    assert await life.jobs.run_due() == 0
    assert [ran.arguments for ran in world.ran] == [{"n": 1}]


async def test_a_job_that_replaces_takes_the_place_of_one_that_waits_or_is_over(world: Any) -> None:
    life = world.life()
    await life.job(arguments={"n": 1}, due_at=DUE + timedelta(minutes=5))
    assert await life.job(arguments={"n": 2}, replace=True)
    await life.jobs.run_due()
    assert await life.job(arguments={"n": 3}, replace=True)
    await life.jobs.run_due()
    assert [ran.arguments for ran in world.ran] == [{"n": 2}, {"n": 3}]
    assert len(await life.job_rows()) == 1


async def test_a_job_that_is_replaced_while_it_runs_runs_once_more(world: Any) -> None:
    async def replace(life: Any, claimed: Any) -> None:
        if claimed.arguments["n"] == 1:
            await life.job(arguments={"n": 2}, due_at=DUE + timedelta(minutes=1), replace=True)
            raise ValueError("also when it fails")

    world.handler = replace
    life = world.life()
    await life.job(arguments={"n": 1})
    await life.jobs.run_due()
    [row] = await life.job_rows()
    assert (row.state, row.tries, row.due_at) == ("due", 0, DUE + timedelta(minutes=1))
    world.forward(minutes=1)
    await life.jobs.run_due()
    assert [ran.arguments["n"] for ran in world.ran] == [1, 2]
    assert [row.state for row in await life.job_rows()] == ["done"]


async def test_jobs_run_by_moment_then_by_age(world: Any) -> None:
    life = world.life()
    for key, minutes in (("c", 2), ("a", 1), ("b", 1), ("later", 9)):
        await life.job(key=key, due_at=DUE + timedelta(minutes=minutes))
    assert await life.jobs.run_due() == 0
    assert await life.jobs.next_at() == DUE + timedelta(minutes=1)
    world.forward(minutes=5)
    assert await life.jobs.run_due() == 3
    assert [ran.key for ran in world.ran] == ["a", "b", "c"]


async def test_only_a_waiting_job_is_cancelled_and_its_key_is_free_again(world: Any) -> None:
    life = world.life()
    await life.job()
    assert await life.jobs.cancel("c", "look", "k")
    assert not await life.jobs.cancel("c", "look", "k")
    assert await life.job()
    await life.jobs.run_due()
    assert not await life.jobs.cancel("c", "look", "k")


async def test_a_late_job_that_may_not_run_is_skipped_with_a_reason(world: Any) -> None:
    world.late = {"look": "skip"}
    life = world.life()
    await life.job()
    world.forward(minutes=5)
    assert await life.jobs.run_due() == 1
    [row] = await life.job_rows()
    assert row.state == "skipped"
    assert "too late" in row.error
    assert row.done_at == world.clock.now()
    assert not world.ran
    assert any("skipped" in step.why for step in life.trace.steps)


async def test_a_job_without_code_fails_at_once(world: Any) -> None:
    life = world.life()
    await life.job("gone.job")
    await life.jobs.run_due()
    [row] = await life.job_rows()
    assert row.state == "failed"
    assert "No cog declares gone.job" in row.error
    assert await life.jobs.next_at() is None


async def test_a_failing_job_is_tried_five_times(world: Any) -> None:
    async def fail(life: Any, claimed: Any) -> None:
        raise ValueError("no luck")

    world.handler = fail
    life = world.life()
    await life.job()
    for _ in range(10):
        await life.jobs.run_due()
        world.forward(minutes=5)
    [row] = await life.job_rows()
    assert len(world.ran) == 5
    assert row.tries == 5
    assert (row.state, row.error) == ("failed", "ValueError: no luck")


async def die(life: Any, claimed: Any) -> None:
    raise Killed


async def test_a_job_whose_process_died_runs_again_when_its_lease_ends(world: Any) -> None:
    world.handler = die
    life = world.life()
    await life.job()
    with pytest.raises(Killed):
        await life.jobs.run_due()
    world.handler = None
    second = world.life("second")
    assert await second.jobs.run_due() == 0
    assert await second.jobs.next_at() == DUE + LEASE
    world.clock.move_to(DUE + LEASE)
    assert await second.jobs.run_due() == 1
    assert [row.state for row in await second.job_rows()] == ["done"]


async def test_who_comes_after_a_death_waits_for_no_lease(world: Any) -> None:
    world.handler = die
    await world.life().job()
    with pytest.raises(Killed):
        await world.life().jobs.run_due()
    world.handler = None
    second = world.life("second")
    await second.jobs.inherit()
    assert await second.jobs.run_due() == 1
    assert [row.state for row in await second.job_rows()] == ["done"]


async def test_who_lost_its_lease_ends_nothing(world: Any) -> None:
    """The first process was only slow: what it does at last changes nothing."""
    second = world.life("second")

    async def slow(life: Any, claimed: Any) -> None:
        if life is first:
            world.forward(seconds=101)
            await second.jobs.run_due()
            assert [row.state for row in await second.job_rows()] == ["done"]
            raise ValueError("too late")

    world.handler = slow
    first = world.life("first")
    await first.job()
    await first.jobs.run_due()
    [row] = await first.job_rows()
    assert (row.state, row.owner, row.error) == ("done", "second", None)


async def test_a_long_job_keeps_its_lease(world: Any) -> None:
    beats: asyncio.Queue[None] = asyncio.Queue()

    async def sleep(seconds: float) -> None:
        assert seconds < LEASE.total_seconds() / 2
        await beats.get()

    life, other = world.life(), world.life("other")
    life.jobs.sleep = sleep

    async def long(running: Any, claimed: Any) -> None:
        for _ in range(5):
            world.forward(seconds=60)
            before = (await life.job_rows())[0].lease_until
            beats.put_nowait(None)
            while (await life.job_rows())[0].lease_until == before:
                pass
            assert await other.jobs.run_due() == 0

    world.handler = long
    await life.job()
    await life.jobs.run_due()
    assert len(world.ran) == 1
    assert [row.state for row in await life.job_rows()] == ["done"]


async def test_communities_run_side_by_side_but_each_in_order(world: Any) -> None:
    together, order = asyncio.Barrier(2), []

    async def meet(life: Any, claimed: Any) -> None:
        async with asyncio.timeout(5):
            await together.wait()
        order.append((claimed.community, claimed.key))

    world.handler = meet
    life = world.life(concurrency=2)
    for key in "123":
        await life.job(key=key, community="c")
        await life.job(key=key, community="d")
    async with asyncio.timeout(5):
        while len(order) < 6:
            await life.jobs.run_due()
            await life.jobs.idle()
    assert [key for community, key in order if community == "c"] == ["1", "2", "3"]
    assert [key for community, key in order if community == "d"] == ["1", "2", "3"]


async def test_a_communitys_due_jobs_follow_each_other_at_once(world: Any) -> None:
    life = world.life(concurrency=4)
    for key in "12345":
        await life.job(key=key, community="c")
    await life.jobs.run_due()
    await life.jobs.idle()
    assert [ran.key for ran in world.ran] == [*"12345"]


async def test_processes_share_the_work(shared: Any) -> None:
    lives = [shared.life(name) for name in ("first", "second", "third")]
    for number in range(20):
        await lives[0].job(key=str(number))
    await asyncio.gather(*(life.jobs.run_due() for life in lives))
    assert sorted(int(ran.key) for ran in shared.ran) == [*range(20)]
    assert {row.state for row in await lives[0].job_rows()} == {"done"}


async def test_each_database_retries_cancels_reaps_and_forgets(shared: Any) -> None:
    async def fail_once(life: Any, claimed: Any) -> None:
        shared.handler = None
        raise ValueError("no luck")

    shared.handler = fail_once
    life = shared.life()
    assert await life.job()
    assert not await life.job()
    await life.jobs.run_due()
    assert await life.jobs.next_at() == DUE + timedelta(seconds=30)
    shared.handler = die
    shared.forward(seconds=30)
    with pytest.raises(Killed):
        await life.jobs.run_due()
    shared.handler = None
    shared.forward(seconds=100)
    assert await shared.life("second").jobs.run_due() == 1
    await life.job(key="other")
    assert await life.jobs.cancel("c", "look", "other")
    assert await life.jobs.forget(shared.clock.now() + timedelta(days=1)) == 1
    assert await life.job_rows() == []


async def test_forgets_what_is_over(world: Any) -> None:
    life = world.life()
    await life.job(key="old")
    await life.jobs.run_due()
    world.forward(days=10)
    await life.job(key="waiting", due_at=DUE + timedelta(days=20))
    assert await life.jobs.forget(world.clock.now() - timedelta(days=1)) == 1
    assert [row.key for row in await life.job_rows()] == ["waiting"]


async def test_killed_anywhere_a_job_ends_and_its_post_is_said_once(worlds: Any) -> None:
    async def say(life: Any, claimed: Any) -> None:
        await life.post("hello", key="job look/k#1")

    for moment in count():
        world = worlds()
        world.handler = say
        await world.life().job()
        world.fuse.left = moment
        killed = False
        life = world.life("first")
        try:
            await life.jobs.run_due()
        except Killed:
            killed = True
        world.fuse.left = -1
        second = world.life("second")
        for _ in range(4):
            world.forward(seconds=101)
            await second.jobs.run_due()
            await second.outbox.deliver_due()
        assert [row.state for row in await second.job_rows()] == ["done"], moment
        assert world.yard.texts() == ["hello"], moment
        assert [row.state for row in await second.posts()] == ["sent"], moment
        if not killed:
            assert moment > 15
            return


async def test_a_fact_is_kept_and_heard_by_each_listener(world: Any) -> None:
    life = world.life()
    fact = IntroductionMade(person="", space="yard:1", channel="general", message="m1")
    object.__setattr__(fact, "person", None)
    told = {"community": "c", "space": "yard:1", "key": "cause#1", "at": DUE, "jobs": life.jobs}
    async with life.database.transaction() as db:
        first = await facts.put(db, fact, id="f1", listeners=["look", "relays.count"], **told)
        again = await facts.put(db, fact, id="f2", listeners=["look", "relays.count"], **told)
    assert (first, again) == ("f1", "f1")
    rows = await life.job_rows()
    assert [(row.name, row.key, row.arguments) for row in rows] == [
        ("look", "fact:f1", '{"fact": "f1"}'),
        ("relays.count", "fact:f1", '{"fact": "f1"}'),
    ]


def test_a_fact_reads_as_it_was_told() -> None:
    fact = IntroductionMade(id="f", person="p", space="yard:1", channel="general", message="m1")
    row = FactRow(name="IntroductionMade", payload=facts.dump(fact))
    assert facts.read(row) == fact
    assert facts.read(row, IntroductionMade) == fact
    with pytest.raises(LookupError):
        facts.read(FactRow(name="Unheard", payload="{}"))


async def test_a_fact_that_was_erased_is_no_fact(world: Any) -> None:
    assert await facts.load(world.life().database, "nobody", IntroductionMade) is None


async def test_the_pulse_beats_survives_a_failure_and_stops_cleanly(recwarn: pytest.WarningsRecorder) -> None:
    trace, beats, ended = Trace(lambda: DUE), asyncio.Event(), []

    async def tick() -> None:
        beats.set()
        await asyncio.sleep(0)
        ended.append(True)
        raise ValueError("once")

    async def nothing() -> None:
        pass

    pulse = Pulse(trace, ticks={"jobs": tick, "posts": nothing}, flush=nothing, tidy=nothing)
    pulse.start()
    for job in pulse._scheduler.get_jobs():
        assert (job.max_instances, job.coalesce, job.misfire_grace_time) == (1, True, None)
    pulse._scheduler.get_job("jobs").modify(next_run_time=datetime.now(UTC))
    await asyncio.wait_for(beats.wait(), 5)
    await pulse.stop()
    await pulse.stop()
    assert ended
    assert [step.kind for step in trace.steps] == ["error"]
    assert not list(recwarn)

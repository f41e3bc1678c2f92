from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.engine.conftest import Killed

PARIS, NEW_YORK = ZoneInfo("Europe/Paris"), ZoneInfo("America/New_York")


def start(world: Any, moment: datetime) -> Any:
    world.clock._now = moment.astimezone(UTC)
    world.late = {"prompts.ask": "skip"}
    return world.life()


async def plan(life: Any, cron: str | None, zone: ZoneInfo = PARIS) -> None:
    await life.schedules.plan("c", "yard:1", "prompts.ask", cron, zone)


async def waiting(life: Any) -> list[str]:
    return [row.due_at.isoformat() for row in await life.job_rows() if row.state == "due"]


async def run_until(world: Any, life: Any, end: datetime) -> list[datetime]:
    """Move from one due moment to the next; gives when the job ran."""
    ran = []

    async def handle(running: Any, claimed: Any) -> None:
        ran.append(world.clock.now())

    world.handler = handle
    while (moment := await life.jobs.next_at()) is not None and moment <= end:
        world.clock.move_to(moment)
        await life.jobs.run_due()
    return ran


async def test_there_is_exactly_one_next_occurrence(world: Any) -> None:
    life = start(world, datetime(2026, 3, 2, 12, tzinfo=UTC))
    for _ in range(3):
        await plan(life, "0 9 * * 1")
    [row] = await life.job_rows()
    assert row.key == "yard:1@2026-03-09T08:00:00+00:00"
    assert row.due_at == datetime(2026, 3, 9, 8, tzinfo=UTC)


async def test_the_end_of_an_occurrence_makes_the_following_one(world: Any) -> None:
    life = start(world, datetime(2026, 3, 2, 12, tzinfo=UTC))
    await plan(life, "0 9 * * 1-5")
    ran = await run_until(world, life, datetime(2026, 3, 9, 12, tzinfo=UTC))
    assert [moment.day for moment in ran] == [3, 4, 5, 6, 9]
    assert await waiting(life) == ["2026-03-10T08:00:00+00:00"]


async def test_another_time_or_zone_replaces_what_waits(shared: Any) -> None:
    life = start(shared, datetime(2026, 3, 2, 12, tzinfo=UTC))
    await plan(life, "0 9 * * *")
    await plan(life, "0 18 * * *")
    assert await waiting(life) == ["2026-03-02T17:00:00+00:00"]
    await plan(life, "0 18 * * *", NEW_YORK)
    assert await waiting(life) == ["2026-03-02T23:00:00+00:00"]
    await plan(life, None)
    assert await waiting(life) == []
    await plan(life, "0 18 * * *", NEW_YORK)
    assert await waiting(life) == ["2026-03-02T23:00:00+00:00"]


async def test_killed_anywhere_a_schedule_goes_on(worlds: Any) -> None:
    for moment in count():
        world = worlds()
        life, killed = start(world, datetime(2026, 3, 2, 12, tzinfo=UTC)), False
        await plan(life, "0 9 * * *")
        world.clock.move_to(datetime(2026, 3, 3, 8, tzinfo=UTC))
        world.fuse.left = moment
        try:
            await life.jobs.run_due()
        except Killed:
            killed = True
        world.fuse.left = -1
        second = world.life("second")
        await plan(second, "0 9 * * *")
        world.clock.move_to(await second.jobs.next_at())
        await second.jobs.run_due()
        assert (await waiting(second))[0] > "2026-03-04", moment
        assert len(await waiting(second)) == 1, moment
        if not killed:
            assert moment > 5
            return


async def test_the_following_occurrence_keeps_the_newest_zone_and_time(world: Any) -> None:
    """The same instant in another zone, then the schedule changes while an occurrence runs."""
    life = start(world, datetime(2026, 3, 2, 12, tzinfo=UTC))
    await plan(life, "0 9 * * *", PARIS)
    await plan(life, "0 8 * * *", ZoneInfo("UTC"))

    async def change(running: Any, claimed: Any) -> None:
        await plan(life, "30 20 * * *", ZoneInfo("UTC"))

    world.handler = change
    world.clock.move_to(datetime(2026, 3, 3, 8, tzinfo=UTC))
    await life.jobs.run_due()
    assert await waiting(life) == ["2026-03-03T20:30:00+00:00"]


async def test_a_schedule_taken_back_while_it_runs_does_not_come_again(world: Any) -> None:
    life = start(world, datetime(2026, 3, 2, 12, tzinfo=UTC))
    await plan(life, "0 9 * * *")

    async def stop(running: Any, claimed: Any) -> None:
        await plan(life, None)

    world.handler = stop
    world.clock.move_to(datetime(2026, 3, 3, 8, tzinfo=UTC))
    await life.jobs.run_due()
    assert [row.state for row in await life.job_rows()] == ["done"]


@pytest.mark.parametrize(("late", "runs"), [("skip", 0), ("run", 1), (timedelta(hours=5), 1), (timedelta(hours=3), 0)])
async def test_days_away_are_one_late_occurrence(world: Any, late: Any, runs: int) -> None:
    life = start(world, datetime(2026, 3, 2, 12, tzinfo=UTC))
    await plan(life, "0 9 * * *")
    world.late = {"prompts.ask": late}
    away = timedelta(days=1) if isinstance(late, timedelta) else timedelta(days=7)
    world.forward(hours=away.total_seconds() / 3600)
    again = world.life("again")
    await plan(again, "0 9 * * *")
    await plan(again, "0 9 * * *")
    await again.jobs.run_due()
    await again.jobs.run_due()
    assert len(world.ran) == runs
    tomorrow = (world.clock.now() + timedelta(days=1)).replace(hour=8)
    assert await waiting(again) == [tomorrow.isoformat()]


async def test_a_failing_occurrence_is_retried_and_planning_leaves_it_alone(world: Any) -> None:
    life = start(world, datetime(2026, 3, 2, 12, tzinfo=UTC))
    await plan(life, "0 9 * * *")

    async def fail(running: Any, claimed: Any) -> None:
        raise ValueError("no luck")

    world.handler = fail
    world.clock.move_to(datetime(2026, 3, 3, 8, tzinfo=UTC))
    await life.jobs.run_due()
    await plan(life, "0 9 * * *")
    assert await waiting(life) == ["2026-03-03T08:00:30+00:00"]
    for _ in range(5):
        world.forward(minutes=5)
        await life.jobs.run_due()
    assert await waiting(life) == ["2026-03-04T08:00:00+00:00"]


async def test_a_date_that_never_comes_is_refused_and_changes_nothing(world: Any) -> None:
    life = start(world, datetime(2026, 3, 2, 12, tzinfo=UTC))
    await plan(life, "0 9 * * *")
    with pytest.raises(ValueError, match="cron"):
        await plan(life, "61 9 * * *")
    assert len(await waiting(life)) == 1


def utc(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC)  # type: ignore[misc, arg-type]


NIGHTS = [
    pytest.param(PARIS, "30 2", utc(2026, 3, 27, 12), ["28T01:30", "29T01:00", "30T00:30"], id="Paris-spring"),
    pytest.param(PARIS, "30 2", utc(2026, 10, 23, 12), ["24T00:30", "25T00:30", "26T01:30"], id="Paris-autumn"),
    pytest.param(NEW_YORK, "30 2", utc(2026, 3, 6, 12), ["07T07:30", "08T07:00", "09T06:30"], id="NY-spring"),
    pytest.param(NEW_YORK, "30 1", utc(2026, 10, 30, 12), ["31T05:30", "01T05:30", "02T06:30"], id="NY-autumn"),
]


@pytest.mark.parametrize(("zone", "cron", "before", "expected"), NIGHTS)
async def test_a_time_that_comes_twice_or_never_comes_once_a_night(
    world: Any, zone: ZoneInfo, cron: str, before: datetime, expected: list[str]
) -> None:
    life = start(world, before)
    await plan(life, f"{cron} * * *", zone)
    ran = await run_until(world, life, before + timedelta(days=3))
    assert [f"{moment:%dT%H:%M}" for moment in ran] == expected


@pytest.mark.parametrize(("zone", "cron", "before", "expected"), NIGHTS)
async def test_noon_stays_noon_on_the_wall(
    world: Any, zone: ZoneInfo, cron: str, before: datetime, expected: list[str]
) -> None:
    life = start(world, before)
    await plan(life, "0 12 * * *", zone)
    ran = await run_until(world, life, before + timedelta(days=4))
    assert len(ran) >= 3
    assert {moment.astimezone(zone).hour for moment in ran} == {12}
    assert len({moment.astimezone(zone).date() for moment in ran}) == len(ran)

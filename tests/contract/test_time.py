"""What happens later: once, at the right time of the right clock, whatever restarts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.contract.conftest import Open
from tests.contract.stage import Stage

EVENING = datetime(2026, 1, 5, 17, 59, tzinfo=UTC)


def strikes(read: str) -> list[str]:
    return [part.rpartition("It is ")[2] for part in read.split(";")[:-1]]


async def strike(stage: Stage, rhythm: str) -> None:
    [hall] = stage.channels("hall")
    await stage.set("contract", channel=hall, rhythm=rhythm)


async def test_a_job_runs_once_at_its_moment(stage: Stage) -> None:
    ada = stage.person("ada", here=True)
    await ada.run("contract remind", delay="2h")
    await ada.run("contract remind", delay="3h")
    await stage.advance(hours=1, minutes=59)
    assert ada.reads("general") == ""
    await stage.advance(minutes=1)
    assert ada.reads("general").count("Remember") == 1
    await stage.advance(days=1)
    assert ada.reads("general").count("Remember") == 1


async def test_a_job_that_was_cancelled_does_not_run(stage: Stage) -> None:
    ada = stage.person("ada", here=True)
    await ada.run("contract remind", delay="2h")
    await ada.run("contract forget")
    assert "Cancelled: True" in ada.sees
    await stage.advance(days=1)
    assert ada.reads("general") == ""


async def test_a_job_over_a_restart(stage: Stage) -> None:
    ada = stage.person("ada", here=True)
    await ada.run("contract remind", delay="2h")
    await stage.restart()
    await stage.advance(hours=3)
    await stage.restart()
    await stage.advance(hours=3)
    assert ada.reads("general").count("Remember") == 1


async def test_an_occurrence_is_posted_once_over_restarts(stage: Stage) -> None:
    ada = stage.person("ada", here=True)
    await strike(stage, "every day at 18:00")
    for _ in range(3):
        await stage.restart()
        await stage.advance(hours=9)
        await stage.restart()
        await stage.advance(hours=15)
    days = [f"2026-01-0{day} 18:00" for day in (5, 6, 7)]
    assert strikes(ada.reads("hall")) == days


async def test_an_occurrence_whose_answer_was_lost(stage: Stage) -> None:
    ada = stage.person("ada", here=True)
    await strike(stage, "0 18 * * *")
    stage.lose_next_answer(on="post")
    await stage.advance(hours=9)
    await stage.restart()
    await stage.advance(hours=6)
    assert strikes(ada.reads("hall")) == ["2026-01-05 18:00"]


@pytest.mark.parametrize(
    ("zone", "moments"),
    [
        ("Europe/Paris", ["2026-03-28 08:00", "2026-03-29 07:00", "2026-03-30 07:00"]),
        ("America/New_York", ["2026-03-28 13:00", "2026-03-29 13:00", "2026-03-30 13:00"]),
        ("Asia/Kolkata", ["2026-03-28 03:30", "2026-03-29 03:30", "2026-03-30 03:30"]),
        ("UTC", ["2026-03-28 09:00", "2026-03-29 09:00", "2026-03-30 09:00"]),
    ],
)
async def test_a_schedule_is_on_the_clock_of_the_community(
    platform: str, opened: Open, zone: str, moments: list[str]
) -> None:
    """Paris changes its clocks on 29 March 2026."""
    stage = await opened(platform, start=datetime(2026, 3, 28, tzinfo=UTC), zone=zone)
    ada = stage.person("ada", here=True)
    await strike(stage, "every day at 9")
    await stage.advance(days=2, hours=20)
    assert strikes(ada.reads("hall")) == moments


async def test_a_moment_is_typed_on_the_clock_of_the_community(platform: str, opened: Open) -> None:
    stage = await opened(platform, zone="Asia/Tokyo")
    ada = stage.person("ada", zone="America/New_York", here=True)
    await ada.run("contract options", moment="2026-01-06 18:00")
    assert "moment=2026-01-06 09:00 UTC" in ada.sees


async def test_a_schedule_that_changes_before_its_time(platform: str, opened: Open) -> None:
    stage = await opened(platform, start=EVENING)
    ada = stage.person("ada", here=True)
    await strike(stage, "0 18 * * *")
    await strike(stage, "30 18 * * *")
    await stage.advance(hours=2)
    assert strikes(ada.reads("hall")) == ["2026-01-05 18:30"]
    await strike(stage, "")
    await stage.advance(days=2)
    assert len(strikes(ada.reads("hall"))) == 1

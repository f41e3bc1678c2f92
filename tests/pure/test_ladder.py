"""Points decay, rungs are climbed once, and what is taken back never counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogs.moderation.ladder import Grant, Ladder, Rung, Standing, climb, judged, standing

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
WEEK = timedelta(days=7)
LADDER = Ladder(
    rungs=(
        Rung(points=2, do="reminder"),
        Rung(points=4, do="timeout", length=timedelta(hours=1)),
        Rung(points=6, do="ban"),
    )
)

histories = st.lists(
    st.builds(
        lambda minutes, points: Grant(MONDAY + timedelta(minutes=minutes), points),
        st.integers(0, 100_000),
        st.integers(1, 10),
    ),
    max_size=8,
)


def test_a_point_goes_each_week() -> None:
    given_ = [Grant(MONDAY, 2)]
    assert standing(LADDER, given_, MONDAY) == Standing(2, MONDAY + WEEK, MONDAY + 2 * WEEK)
    assert standing(LADDER, given_, MONDAY + WEEK - timedelta(seconds=1)).points == 2
    assert standing(LADDER, given_, MONDAY + WEEK) == Standing(1, MONDAY + 2 * WEEK, MONDAY + 2 * WEEK)
    assert standing(LADDER, given_, MONDAY + 2 * WEEK) == Standing()


def test_a_long_peace_earns_no_credit() -> None:
    later = MONDAY + 10 * WEEK
    assert standing(LADDER, [Grant(MONDAY, 1), Grant(later, 3)], later).points == 3
    assert standing(LADDER, [Grant(MONDAY, 1), Grant(later, 3)], later + WEEK).points == 2


def test_new_points_do_not_restart_the_week_of_those_that_stand() -> None:
    midweek = MONDAY + timedelta(days=3)
    assert standing(LADDER, [Grant(MONDAY, 2), Grant(midweek, 2)], MONDAY + WEEK).points == 3


def test_rungs_are_climbed_one_by_one_or_jumped() -> None:
    assert climb(LADDER, 0, 1) is None
    assert climb(LADDER, 1, 2) == LADDER.rungs[0]
    assert climb(LADDER, 2, 3) is None
    assert climb(LADDER, 1, 5) == LADDER.rungs[1]
    assert climb(LADDER, 0, 9) == LADDER.rungs[2]
    assert climb(LADDER, 7, 8) == LADDER.rungs[2]
    assert climb(LADDER, 4, 4) is None


def test_what_is_taken_back_was_never_given() -> None:
    first, second = Grant(MONDAY, 3), Grant(MONDAY + timedelta(hours=1), 1)
    assert judged(LADDER, [first], second)[1] == LADDER.rungs[1]
    assert judged(LADDER, [], second) == (Standing(1, second.at + WEEK, second.at + WEEK), None)


def test_without_decay_points_stay() -> None:
    forever = Ladder(amount=0)
    assert standing(forever, [Grant(MONDAY, 2)], MONDAY + 520 * WEEK) == Standing(2)


@pytest.mark.parametrize(
    "rungs",
    [
        ({"points": 4, "do": "kick"}, {"points": 2, "do": "ban"}),
        ({"points": 2, "do": "timeout"},),
        ({"points": 2, "do": "ban", "length": "PT1H"},),
    ],
)
def test_a_ladder_that_makes_no_sense_is_refused(rungs: tuple[dict[str, object], ...]) -> None:
    with pytest.raises(ValueError, match=r"time-out|more points"):
        Ladder.model_validate({"rungs": rungs})


@given(histories, st.integers(0, 200_000))
def test_points_are_never_negative_nor_more_than_given_and_are_clear_when_said(
    history: list[Grant], minutes: int
) -> None:
    at = MONDAY + timedelta(minutes=minutes)
    now = standing(LADDER, history, at)
    assert 0 <= now.points <= sum(grant.points for grant in history if grant.at <= at)
    if now.clear_at and all(grant.at <= at for grant in history):
        assert standing(LADDER, history, now.clear_at).points == 0
        assert standing(LADDER, history, now.clear_at - timedelta(microseconds=1)).points > 0


@given(histories, st.integers(0, 200_000))
def test_the_order_of_telling_does_not_matter(history: list[Grant], minutes: int) -> None:
    at = MONDAY + timedelta(minutes=minutes)
    assert standing(LADDER, history, at) == standing(LADDER, list(reversed(history)), at)

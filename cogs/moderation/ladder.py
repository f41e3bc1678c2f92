"""The ladder: points that decay, and the sanctions they lead to. The cog lives by it, the back-test simulates it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Sanctioning = Literal["reminder", "timeout", "kick", "ban"]
LONGEST_TIMEOUT = timedelta(days=28)
"""Discord's limit for one time-out; a longer one is renewed."""


class Rung(BaseModel):
    """What happens at so many points; ``length`` is that of a time-out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    points: Annotated[int, Field(ge=1, le=1000)]
    do: Sanctioning
    length: Annotated[timedelta | None, Field(gt=timedelta(0), le=timedelta(days=365))] = None

    @model_validator(mode="after")
    def _length_of_a_timeout(self) -> Rung:
        if (self.do == "timeout") is not (self.length is not None):
            raise ValueError("a time-out has a length, and nothing else has")
        return self


class Ladder(BaseModel):
    """``amount`` points are forgotten each time ``every`` has passed, counted from the first point that stands.

    The rungs climb: each asks for more points than the one before.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    amount: Annotated[int, Field(ge=0, le=1000)] = 1
    every: Annotated[timedelta, Field(gt=timedelta(0), le=timedelta(days=365))] = timedelta(days=7)
    rungs: tuple[Rung, ...] = (
        Rung(points=2, do="reminder"),
        Rung(points=4, do="timeout", length=timedelta(minutes=10)),
        Rung(points=6, do="timeout", length=timedelta(hours=6)),
        Rung(points=8, do="timeout", length=timedelta(days=2)),
        Rung(points=12, do="ban"),
    )

    @model_validator(mode="after")
    def _climbs(self) -> Ladder:
        points = [rung.points for rung in self.rungs]
        if points != sorted(set(points)):
            raise ValueError("each rung asks for more points than the one before")
        return self


@dataclass(frozen=True, slots=True)
class Grant:
    """Points that somebody was given at a moment."""

    at: datetime
    points: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How many points somebody has at a moment, and when the next ones and the last of them are forgotten."""

    points: int = 0
    next_decay: datetime | None = None
    clear_at: datetime | None = None


def standing(ladder: Ladder, history: Iterable[Grant], at: datetime) -> Standing:
    """Where somebody stands at a moment. Points taken back are left out of ``history``, as if never given."""
    points, since = 0, at
    for grant in sorted(history, key=lambda grant: grant.at):
        if grant.at > at:
            break
        points, since = _decayed(ladder, points, since, grant.at)
        since = since if points else grant.at
        points += grant.points
    points, since = _decayed(ladder, points, since, at)
    if points == 0 or ladder.amount == 0:
        return Standing(points)
    return Standing(points, since + ladder.every, since + ladder.every * -(-points // ladder.amount))


def _decayed(ladder: Ladder, points: int, since: datetime, to: datetime) -> tuple[int, datetime]:
    """The points left at ``to``, and the moment from which the next decay is counted."""
    if to <= since:
        return points, since
    times = (to - since) // ladder.every
    return max(0, points - times * ladder.amount), since + times * ladder.every


def climb(ladder: Ladder, before: int, after: int) -> Rung | None:
    """The rung that going from ``before`` to ``after`` points leads to: the highest one just reached.

    On the last rung, or beyond it, each new point leads there again.
    """
    reached = [rung for rung in ladder.rungs if rung.points <= after]
    if not reached or after <= before:
        return None
    top = reached[-1]
    return top if before < top.points or top is ladder.rungs[-1] else None


def judged(ladder: Ladder, history: Iterable[Grant], grant: Grant) -> tuple[Standing, Rung | None]:
    """Where ``grant`` brings somebody with that history, and what follows."""
    past = tuple(history)
    before = standing(ladder, past, grant.at)
    after = standing(ladder, (*past, grant), grant.at)
    return after, climb(ladder, before.points, after.points)

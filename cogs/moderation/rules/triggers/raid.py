"""Arrivals that belong together: too many at once, accounts made on the same days, names made alike."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import Field
from rapidfuzz.fuzz import ratio

from bot.cog import Duration, Words, t
from cogs.moderation.rules.domains import skeleton
from cogs.moderation.rules.triggers.base import ARRIVED, Making, TriggerBase
from cogs.moderation.rules.view import Look, View
from cogs.moderation.seen import Hit, Moment, Seen

HERE = "here"
"""The one key of windows that all arrivals share."""
RECENT = 200
"""Arrivals remembered."""


class Arrivals(TriggerBase):
    """At least ``count`` arrivals ``within`` that time."""

    moments: ClassVar[frozenset[Moment]] = ARRIVED
    remembers: ClassVar[bool] = True
    count: Annotated[int, Field(ge=2, le=RECENT)] = 10
    within: Annotated[Duration, Field(gt=timedelta(0), le=timedelta(days=7))] = timedelta(minutes=1)

    def ready(self, making: Making) -> Look:
        on, name, count, within, alike = self.on, making.name, self.count, self.within, self.alike()

        def look(view: View) -> Hit | None:
            seen = view.seen
            if seen.at is None:
                return None
            window = view.windows(name, HERE, RECENT)
            others = {one.author: one for one in window.within(within, now=seen.at) if alike(one, seen)}
            window.add(seen.at, seen)
            others.pop(seen.author, None)
            if len(others) + 1 < count:
                return None
            return Hit(on, detail=str(len(others) + 1), others=tuple(others.values()))

        return look

    def alike(self) -> Callable[[Seen, Seen], bool]:
        """Whether two arrivals belong together."""
        raise NotImplementedError

    def missed(self, view: View) -> Words:
        return t("Fewer than {count} such arrivals in {time}.", count=self.count, time=self.within)


class JoinRateTrigger(Arrivals):
    """Too many arrivals, whoever they are."""

    on: Literal["join_rate"] = "join_rate"

    def alike(self) -> Callable[[Seen, Seen], bool]:
        return lambda one, other: True


class CreatedTogetherTrigger(Arrivals):
    """Arrivals whose accounts were made ``apart`` at most."""

    on: Literal["created_together"] = "created_together"
    count: Annotated[int, Field(ge=2, le=RECENT)] = 5
    within: Annotated[Duration, Field(gt=timedelta(0), le=timedelta(days=7))] = timedelta(hours=1)
    apart: Annotated[Duration, Field(gt=timedelta(0), le=timedelta(days=30))] = timedelta(days=1)
    younger: Annotated[Duration, Field(gt=timedelta(0), le=timedelta(days=3650))] = timedelta(days=30)
    """Accounts older than that have been made at the same time by chance."""

    def alike(self) -> Callable[[Seen, Seen], bool]:
        apart, younger = self.apart, self.younger

        def together(one: Seen, other: Seen) -> bool:
            if one.created_at is None or other.created_at is None or other.at is None:
                return False
            return other.at - other.created_at < younger and abs(one.created_at - other.created_at) <= apart

        return together


_TAIL = re.compile(r"[\W\d_]+$")


class NamedAlikeTrigger(Arrivals):
    """Arrivals whose names are alike, numbers at the end aside; ``similar`` in percent."""

    on: Literal["named_alike"] = "named_alike"
    count: Annotated[int, Field(ge=2, le=RECENT)] = 4
    within: Annotated[Duration, Field(gt=timedelta(0), le=timedelta(days=7))] = timedelta(hours=1)
    similar: Annotated[int, Field(ge=60, le=100)] = 90

    def alike(self) -> Callable[[Seen, Seen], bool]:
        similar = self.similar

        def alike(one: Seen, other: Seen) -> bool:
            first, second = _stem(one.text), _stem(other.text)
            return len(first) > 2 and ratio(first, second, score_cutoff=similar) > 0

        return alike


def _stem(name: str) -> str:
    return skeleton("".join(filter(str.isalnum, _TAIL.sub("", name.casefold()))))

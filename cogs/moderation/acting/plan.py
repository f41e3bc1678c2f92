"""What several rules ask for about one member, as one plan: never two sanctions, the gravest counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cogs.moderation.actions import (
    Action,
    BanOut,
    Delete,
    Hold,
    KickOut,
    Points,
    RaiseAlert,
    Remind,
    Rephrase,
    SlowMode,
    StopInvites,
    Tell,
    TimeOut,
)
from cogs.moderation.ladder import Grant, Ladder, Rung, Standing, judged
from cogs.moderation.tables import GRAVITY, Kind

RUNGS: Mapping[str, Kind] = {"reminder": Kind.WARNING, "timeout": Kind.TIMEOUT, "kick": Kind.KICK, "ban": Kind.BAN}


@dataclass(frozen=True, slots=True)
class Plan:
    """``length`` is that of a time-out, ``purge`` what a ban deletes; ``remind`` the netiquette that actions name."""

    delete: bool = False
    hold: bool = False
    remind: str | None = None
    rephrase: bool = False
    points: int = 0
    kind: Kind = Kind.NOTICE
    length: timedelta = timedelta()
    purge: timedelta = timedelta()
    slow: SlowMode | None = None
    pause: timedelta = timedelta()
    alert: RaiseAlert | None = None
    tell: bool = False

    @property
    def concerns_author(self) -> bool:
        """Whether it does anything to somebody, and so makes a case."""
        speaks = self.remind is not None or self.rephrase
        return self.delete or self.hold or speaks or self.points > 0 or self.kind is not Kind.NOTICE

    @property
    def takes_away(self) -> bool:
        return self.delete or self.hold

    def at_least(self, kind: Kind, length: timedelta = timedelta(), purge: timedelta = timedelta()) -> Plan:
        """With a sanction, unless there is a graver one already."""
        graver = max(self.kind, kind, key=GRAVITY.__getitem__)
        return replace(self, kind=graver, length=max(self.length, length), purge=max(self.purge, purge))

    def on(self, ladder: Ladder, history: Iterable[Grant], at: datetime) -> tuple[Plan, Standing]:
        """With what its points lead to for somebody with that history, and where they stand then."""
        after, rung = judged(ladder, history, Grant(at, self.points))
        return self._reaching(rung) if self.points else self, after

    def _reaching(self, rung: Rung | None) -> Plan:
        return self if rung is None else self.at_least(RUNGS[rung.do], rung.length or timedelta())


def plan_of(actions: Iterable[Action]) -> Plan:
    """Everything that is asked, together; points are not added up: the most count."""
    plan = Plan()
    for action in actions:
        plan = _with(plan, action)
    return replace(plan, delete=False) if plan.hold else plan


def _with(plan: Plan, action: Action) -> Plan:
    match action:
        case Remind(rule=rule):
            return replace(plan, remind=plan.remind or rule)
        case Rephrase():
            return replace(plan, rephrase=True)
        case Delete():
            return replace(plan, delete=True)
        case Hold():
            return replace(plan, hold=True)
        case Points(points=points):
            return replace(plan, points=max(plan.points, points))
        case TimeOut(length=length):
            return plan.at_least(Kind.TIMEOUT, length)
        case KickOut():
            return plan.at_least(Kind.KICK)
        case BanOut(delete=purge):
            return plan.at_least(Kind.BAN, purge=purge)
        case Tell():
            return replace(plan, tell=True)
    return _around(plan, action)


def _around(plan: Plan, action: Action) -> Plan:
    """What is done to places rather than to somebody."""
    match action:
        case SlowMode():
            return replace(plan, slow=action)
        case StopInvites(length=length):
            return replace(plan, pause=max(plan.pause, length))
        case RaiseAlert():
            return replace(plan, alert=action)
    raise TypeError(f"nothing is known of {action!r}")

"""A rulebook tried on a history: what it matches, and what the ladder makes of it. Pure, in bounded memory."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random
from zoneinfo import ZoneInfo

from cogs.moderation.acting.plan import Plan, plan_of
from cogs.moderation.finding import Finding
from cogs.moderation.ladder import Grant, Ladder
from cogs.moderation.rules import Remembered, Rulebook
from cogs.moderation.seen import Moment, Seen
from cogs.moderation.tables import Kind


@dataclass(frozen=True, slots=True)
class Judged:
    """A message that rules matched; the first of them names it."""

    seen: Seen
    findings: tuple[Finding, ...]

    @property
    def first(self) -> Finding:
        return self.findings[0]

    @property
    def key(self) -> str:
        """Names the message, whatever the rules."""
        return f"{self.seen.channel or self.seen.moment}/{self.seen.id or self.seen.author}"

    @property
    def rules(self) -> frozenset[str]:
        return frozenset(finding.rule for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Sanction:
    """What would have happened to somebody; ``until`` is the end of a time-out."""

    at: datetime
    author: str
    name: str
    kind: Kind
    rule: str
    points: int
    until: datetime | None = None


@dataclass(slots=True)
class Standing:
    """Where a member is on the ladder: points as if given at once, and what keeps them from writing."""

    history: tuple[Grant, ...] = ()
    silent_until: datetime | None = None
    gone: bool = False

    def silent(self, at: datetime) -> bool:
        return self.gone or (self.silent_until is not None and at < self.silent_until)


@dataclass(slots=True)
class Climb:
    """Members on the ladder. What they wrote while they could not have written leads nowhere."""

    ladder: Ladder
    standings: dict[str, Standing] = field(default_factory=dict)
    sanctions: list[Sanction] = field(default_factory=list)
    unwritten: int = 0
    """Messages that a member was kept from writing by then."""

    def follow(self, hit: Judged) -> None:
        """What a hit leads to. Rules that only observe lead to nothing."""
        seen, at = hit.seen, hit.seen.at
        acting = [finding for finding in hit.findings if not finding.observing]
        plan = plan_of(action for finding in acting for action in finding.actions)
        if at is None or not seen.author or not plan.concerns_author:
            return
        member = self.standings.setdefault(seen.author, Standing())
        plan, after = plan.on(self.ladder, member.history, at)
        if plan.points:
            since = after.next_decay - self.ladder.every if after.next_decay else at
            member.history = (Grant(since, after.points),) if after.points else ()
        if plan.kind is not Kind.NOTICE:
            self._sanction(member, seen, at, plan, acting[0].rule, after.points)

    def keeps_silent(self, seen: Seen) -> bool:
        """Whether the author could not have written this; counted."""
        standing = self.standings.get(seen.author)
        silent = standing is not None and seen.at is not None and standing.silent(seen.at)
        self.unwritten += silent
        return silent

    def _sanction(self, member: Standing, seen: Seen, at: datetime, plan: Plan, rule: str, points: int) -> None:
        until = at + plan.length if plan.kind is Kind.TIMEOUT else None
        member.silent_until = until or member.silent_until
        member.gone = plan.kind is Kind.BAN
        self.sanctions.append(Sanction(at, seen.author, seen.author_name, plan.kind, rule, points, until))


@dataclass(slots=True)
class Sample:
    """So many hits chosen at random among all, each as likely (reservoir sampling, Vitter's algorithm R)."""

    size: int
    random: Random
    met: int = 0
    chosen: list[Judged] = field(default_factory=list)

    def offer(self, hit: Judged) -> None:
        self.met += 1
        if len(self.chosen) < self.size:
            self.chosen.append(hit)
        elif (place := self.random.randrange(self.met)) < self.size:
            self.chosen[place] = hit


@dataclass(slots=True)
class Tally:
    """What a rulebook matched; days are those of ``zone``."""

    zone: ZoneInfo
    hits: int = 0
    days: Counter[date] = field(default_factory=Counter)
    channels: Counter[str] = field(default_factory=Counter)
    members: Counter[str] = field(default_factory=Counter)
    names: dict[str, str] = field(default_factory=dict)
    rules: Counter[str] = field(default_factory=Counter)
    observing: set[str] = field(default_factory=set)
    actions: Counter[str] = field(default_factory=Counter)

    def add(self, hit: Judged) -> None:
        seen = hit.seen
        self.hits += 1
        if seen.at is not None:
            self.days[seen.at.astimezone(self.zone).date()] += 1
        self.channels[seen.channel_name or seen.channel] += 1
        self.members[seen.author] += 1
        self.names[seen.author] = seen.author_name or seen.author
        for finding in hit.findings:
            self.rules[finding.rule] += 1
            if finding.observing:
                self.observing.add(finding.rule)
            else:
                self.actions.update(action.do for action in finding.actions)


class Trial:
    """One rulebook on its way through a history."""

    def __init__(self, book: Rulebook, *, ladder: Ladder, zone: ZoneInfo, sample: Sample) -> None:
        self.book = book
        self.windows = Remembered()
        self.tally = Tally(zone)
        self.climb = Climb(ladder)
        self.sample = sample

    def judge(self, seen: Seen) -> Judged | None:
        """What the rules find in the next thing that happened."""
        findings = self.book.judge(seen, self.windows)
        if not findings:
            return None
        hit = Judged(seen, findings)
        self.tally.add(hit)
        self.sample.offer(hit)
        if not self.climb.keeps_silent(seen):
            self.climb.follow(hit)
        return hit


@dataclass(slots=True)
class Difference:
    """Two rulebooks side by side: messages that only one of them matched, or both."""

    only_first: Sample
    only_second: Sample
    both: int = 0

    def add(self, first: Judged | None, second: Judged | None) -> None:
        if first and second:
            self.both += 1
        elif first:
            self.only_first.offer(first)
        elif second:
            self.only_second.offer(second)


@dataclass(slots=True)
class Span:
    """The history itself."""

    zone: ZoneInfo
    messages: int = 0
    arrivals: int = 0
    first: datetime | None = None
    last: datetime | None = None
    days: Counter[date] = field(default_factory=Counter)

    def add(self, seen: Seen) -> None:
        if seen.moment is Moment.JOINED:
            self.arrivals += 1
            return
        self.messages += 1
        self.first = self.first or seen.at
        self.last = seen.at
        if seen.at is not None:
            self.days[seen.at.astimezone(self.zone).date()] += 1

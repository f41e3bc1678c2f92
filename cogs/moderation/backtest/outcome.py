"""What a back-test found, arranged for people: the text report and the page say the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from bot.cog import Words, plural, t
from cogs.moderation.backtest.labels import Labelled, Precision
from cogs.moderation.backtest.trial import Difference, Sanction, Span, Trial
from cogs.moderation.book.stored import title_of
from cogs.moderation.cases.saying import KINDS
from cogs.moderation.tables import Kind

MOST_BARS = 62
"""Bars that a chart over time has at most: days, else weeks, else months."""


@dataclass(frozen=True)
class Outcome:
    source: str
    rules: Words
    other: str
    """The rules compared with; empty without."""
    span: Span
    trial: Trial
    against: Trial | None
    difference: Difference | None
    labelled: Labelled | None
    seconds: float
    seed: int

    @cached_property
    def titles(self) -> Mapping[str, Words]:
        """The rules of both sets by their names."""
        both = (*(self.against.book.rules if self.against else ()), *self.trial.book.rules)
        return {rule.name: title_of(rule) for rule in both}

    @property
    def share(self) -> float:
        """Of the messages, how many were matched, from 0 to 1."""
        return self.trial.tally.hits / self.span.messages if self.span.messages else 0.0

    @property
    def rate(self) -> int:
        """Messages a second."""
        return round(self.span.messages / max(self.seconds, 0.001))


@dataclass(frozen=True, slots=True)
class Period:
    """A day, a week or a month, by its first day."""

    first: date
    messages: int
    hits: int


@dataclass(frozen=True, slots=True)
class Bar:
    label: Words
    count: int
    note: Words = ""


def periods(outcome: Outcome) -> tuple[Words, list[Period]]:
    """The hits over time, without gaps, and what one bar stands for."""
    days = sorted(outcome.span.days.keys() | outcome.trial.tally.days.keys())
    if not days:
        return t("Days"), []
    for name, start in ((t("Days"), _day), (t("Weeks"), _week), (t("Months"), _month)):
        firsts = list(dict.fromkeys(start(day) for day in _all_days(days[0], days[-1])))
        if len(firsts) <= MOST_BARS or start is _month:
            messages, hits = _grouped(outcome.span.days, start), _grouped(outcome.trial.tally.days, start)
            return name, [Period(first, messages[first], hits[first]) for first in firsts]
    raise AssertionError("months are always taken")


def _all_days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def _day(day: date) -> date:
    return day


def _week(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _month(day: date) -> date:
    return day.replace(day=1)


def _grouped(days: Mapping[date, int], start: object) -> Counter[date]:
    grouped: Counter[date] = Counter()
    for day, count in days.items():
        grouped[start(day)] += count  # type: ignore[operator]
    return grouped


def by_rule(outcome: Outcome) -> list[Bar]:
    tally = outcome.trial.tally
    return [
        Bar(
            named(outcome, name),
            count,
            t("only observes") if name in tally.observing else "",
        )
        for name, count in tally.rules.most_common()
    ]


def named(outcome: Outcome, rule: str) -> Words:
    """The title of a rule, with the name that its file knows it by."""
    title = outcome.titles[rule]
    return rule if title == rule else t("{title} ({name})", title=title, name=rule)


def sanction_words(one: Sanction) -> Words:
    """With the length of a time-out."""
    if one.until is not None:
        return t("time-out of {length}", length=one.until - one.at)
    return KINDS[one.kind]


def by_channel(outcome: Outcome, most: int) -> list[Bar]:
    return [
        Bar(f"#{name}" if name else t("Arrivals"), count)
        for name, count in outcome.trial.tally.channels.most_common(most)
    ]


def by_member(outcome: Outcome, most: int) -> list[Bar]:
    tally = outcome.trial.tally
    sanctions = Counter(one.author for one in outcome.trial.climb.sanctions if one.kind != Kind.WARNING)
    return [
        Bar(
            tally.names[author] or t("unknown"),
            count,
            plural("{count} sanction", "{count} sanctions", count=sanctions[author]) if sanctions[author] else "",
        )
        for author, count in tally.members.most_common(most)
    ]


def kinds(counts: Mapping[Kind, int]) -> list[Words]:
    """Sanctions in words, the gravest first."""
    said = {
        Kind.BAN: plural("{count} ban", "{count} bans", count=counts.get(Kind.BAN, 0)),
        Kind.KICK: plural("{count} kick", "{count} kicks", count=counts.get(Kind.KICK, 0)),
        Kind.TIMEOUT: plural("{count} time-out", "{count} time-outs", count=counts.get(Kind.TIMEOUT, 0)),
        Kind.WARNING: plural("{count} warning", "{count} warnings", count=counts.get(Kind.WARNING, 0)),
    }
    return [words for kind, words in said.items() if counts.get(kind)]


def changes(outcome: Outcome) -> list[tuple[Words, int, int]]:
    """Each rule that matches otherwise in the two sets: its hits in the first, and in the second."""
    if outcome.against is None:
        return []
    first, second = outcome.trial.tally.rules, outcome.against.tally.rules
    names = sorted(first.keys() | second.keys(), key=lambda name: (-abs(first[name] - second[name]), name))
    return [(named(outcome, name), first[name], second[name]) for name in names if first[name] != second[name]]


def percent(share: float) -> float:
    """To two digits."""
    return round(share * 100, 2)


def said_precision(precision: Precision) -> Words:
    low, high = precision.interval()
    return t(
        "{right} of {all} right: {share} % (between {low} % and {high} %, with 95 % confidence)",
        right=precision.right,
        all=precision.all,
        share=round(precision.share * 100, 1),
        low=round(low * 100, 1),
        high=round(high * 100, 1),
    )

"""The report as one page that needs nothing else: charts in SVG, a sample to label, both themes."""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from babel.numbers import format_decimal, format_percent
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.cog import Phrase, Voice, Words, say_day, say_time, t
from cogs.moderation.actions import words_of
from cogs.moderation.backtest.outcome import (
    Bar,
    Outcome,
    by_channel,
    by_member,
    by_rule,
    changes,
    kinds,
    percent,
    periods,
    said_precision,
    sanction_words,
)
from cogs.moderation.backtest.trial import Judged
from cogs.moderation.rules.found import found_words
from cogs.moderation.tables import Kind

HERE = Path(__file__).parent
MOST = 15
TALL = 100
"""Height of the chart over time, in the units of its drawing."""


@dataclass(frozen=True, slots=True)
class Column:
    """One bar of the chart over time."""

    at: int
    height: float
    words: str
    first: str
    messages: int
    hits: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A message of a sample; ``mark`` is the part that the rule found."""

    number: int
    key: str
    rule: str
    title: Words
    action: Words
    author: str
    channel: str
    at: str
    before: str
    mark: str
    after: str
    detail: Words


def page(outcome: Outcome, voice: Voice) -> str:
    """The whole page, in the voice's language."""
    style, script = (HERE / "page.css").read_text("utf-8"), (HERE / "page.js").read_text("utf-8")
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.globals |= _functions(voice)
    name, columns = _columns(outcome, voice)
    return environment.get_template("page.html").render(
        language=voice.language,
        policy=f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'",
        style=Markup(style),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        it=outcome,
        first=_day(outcome.span.first.astimezone(outcome.span.zone), voice) if outcome.span.first else "",
        last=_day(outcome.span.last.astimezone(outcome.span.zone), voice) if outcome.span.last else "",
        share=percent(outcome.share),
        concerned=len(outcome.trial.tally.members),
        columns=columns,
        columns_name=name,
        tall=TALL,
        tables=[
            (t("Rules"), _bars(by_rule(outcome))),
            (t("Channels"), _bars(by_channel(outcome, MOST))),
            (t("Members"), _bars(by_member(outcome, MOST))),
        ],
        kinds=kinds(Counter(one.kind for one in outcome.trial.climb.sanctions)),
        sanctions=list(_sanctions(outcome, voice)),
        difference=_difference(outcome, voice),
        sample=[_shown(number, hit, outcome, voice) for number, hit in enumerate(outcome.trial.sample.chosen, 1)],
        precision=_precision(outcome),
    )


def _functions(voice: Voice) -> Mapping[str, Any]:
    locale = voice.language
    return {
        "_": lambda source, /, **given: voice.text(Phrase(source, given)),
        "ngettext": lambda one, many, count, /, **given: voice.text(
            Phrase(one, {"count": count, **given}, many, count)
        ),
        "say": voice.text,
        "number": lambda value: format_decimal(value, locale=locale),
        "percent": lambda value: format_percent(
            value, format="#,##0.##\u202f%" if locale == "fr" else None, locale=locale
        ),
    }


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _day(day: date, voice: Voice) -> str:
    return say_day(day, language=voice.language, pattern="d MMM y")


def _moment(at: datetime | None, outcome: Outcome, voice: Voice) -> str:
    if at is None:
        return ""
    local = at.astimezone(outcome.span.zone)
    return f"{_day(local.date(), voice)}, {say_time(local.time(), language=voice.language)}"


def _columns(outcome: Outcome, voice: Voice) -> tuple[Words, list[Column]]:
    name, found = periods(outcome)
    most = max((period.hits for period in found), default=0) or 1
    return name, [
        Column(
            at,
            round(period.hits * TALL / most, 2),
            voice.text(
                t(
                    "{day}: {hits} of {messages}",
                    day=_day(period.first, voice),
                    hits=period.hits,
                    messages=period.messages,
                )
            ),
            _day(period.first, voice),
            period.messages,
            period.hits,
        )
        for at, period in enumerate(found)
    ]


def _bars(bars: list[Bar]) -> list[tuple[Bar, float]]:
    """Each bar with its length, from 0 to 100."""
    most = max((bar.count for bar in bars), default=1)
    return [(bar, round(bar.count * 100 / most, 2)) for bar in bars]


def _sanctions(outcome: Outcome, voice: Voice) -> Iterator[tuple[str, str, Words, Words, int]]:
    for one in outcome.trial.climb.sanctions:
        if one.kind == Kind.WARNING:
            continue
        what, rule = sanction_words(one), outcome.titles[one.rule]
        yield _moment(one.at, outcome, voice), one.name, what, rule, one.points


def _shown(number: int, hit: Judged, outcome: Outcome, voice: Voice) -> Shown:
    seen, found = hit.seen, hit.first.hit
    inside = found.quote is None
    text = seen.text if inside else seen.quoted[found.quote or 0]
    start, end = found.span
    return Shown(
        number=number,
        key=hit.key,
        rule=hit.first.rule,
        title=outcome.titles[hit.first.rule],
        action=t("only observes") if hit.first.observing else words_of(hit.first.actions),
        author=seen.author_name or seen.author,
        channel=seen.channel_name or seen.channel,
        at=_moment(seen.at, outcome, voice),
        before=text[:start],
        mark=text[start:end],
        after=text[end:],
        detail=found_words(found.trigger, found.detail) if found.detail else "",
    )


def _difference(outcome: Outcome, voice: Voice) -> Mapping[str, Any] | None:
    difference = outcome.difference
    if difference is None or outcome.against is None:
        return None
    counts = (difference.only_first.met, difference.both, difference.only_second.met)
    whole = sum(counts) or 1
    at, parts = 0.0, []
    names = (t("only {rules}", rules=outcome.rules), t("both"), t("only {rules}", rules=outcome.other))
    for name, count in zip(names, counts, strict=True):
        width = round(count * 100 / whole, 2)
        parts.append((name, count, at, width))
        at += width
    samples = [
        (name, [_shown(number, hit, outcome, voice) for number, hit in enumerate(sample.chosen[:MOST], 1)])
        for name, sample in ((names[0], difference.only_first), (names[2], difference.only_second))
        if sample.chosen
    ]
    return {"parts": parts, "samples": samples, "changes": changes(outcome)}


def _precision(outcome: Outcome) -> Mapping[str, Any] | None:
    if outcome.labelled is None:
        return None
    titles, labelled = outcome.titles, outcome.labelled
    rules = [(titles.get(rule, rule), said_precision(one)) for rule, one in sorted(labelled.rules.items())]
    return {"whole": said_precision(outcome.labelled.whole), "any": outcome.labelled.whole.all, "rules": rules}

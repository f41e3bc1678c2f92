"""The report as text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from unicodedata import category

from bot.cog import Voice, Words, listing, plural, t
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
from cogs.moderation.tables import Kind

WIDTH = 24
"""Characters of the longest bar."""
LABEL = 32
MOST = 10
SHOWN = 10
"""Messages of a sample that are shown."""
LINE = 100
_EIGHTHS = " ▏▎▍▌▋▊▉█"


def report(outcome: Outcome, voice: Voice) -> Iterator[str]:
    """One line after the other."""
    say = voice.text
    tally, span = outcome.trial.tally, outcome.span
    yield say(t("{rules} on {source}", rules=outcome.rules, source=outcome.source))
    if span.first and span.last:
        yield say(
            plural(
                "{count} message, from {first} to {last}",
                "{count} messages, from {first} to {last}",
                count=span.messages,
                first=span.first.astimezone(span.zone).date(),
                last=span.last.astimezone(span.zone).date(),
            )
        )
    yield say(
        t("Judged in {seconds} s: {rate} messages a second", seconds=round(outcome.seconds, 1), rate=outcome.rate)
    )
    yield ""
    yield say(
        plural(
            "{count} message would have been acted on or observed: {share} %",
            "{count} messages would have been acted on or observed: {share} %",
            count=tally.hits,
            share=percent(outcome.share),
        )
    )
    name, over_time = periods(outcome)
    dated = [Bar(period.first.isoformat(), period.hits) for period in over_time if period.hits]
    yield from _table(say(name), dated, voice)
    yield from _table(say(t("Rules")), by_rule(outcome), voice)
    yield from _table(say(t("Channels")), by_channel(outcome, MOST), voice)
    yield from _table(say(t("Members")), by_member(outcome, MOST), voice)
    yield from _ladder(outcome, voice)
    yield from _compared(outcome, voice)
    yield from _labelled(outcome, voice)
    yield from _sample(outcome, voice)


def _table(title: str, bars: list[Bar], voice: Voice) -> Iterator[str]:
    if not bars:
        return
    yield ""
    yield title
    most = max(bar.count for bar in bars)
    width = max(len(voice.text(f"{bar.count}")) for bar in bars)
    for bar in bars:
        label = _cut(voice.text(bar.label), LABEL)
        note = voice.text(bar.note)
        yield f"  {label.ljust(LABEL)} {str(bar.count).rjust(width)} {_bar(bar.count / most)}{note}".rstrip()


def _bar(share: float) -> str:
    """A bar of eighths of a character, padded."""
    eighths = max(1, round(share * WIDTH * 8))
    whole, rest = divmod(eighths, 8)
    return ("█" * whole + (_EIGHTHS[rest] if rest else "")).ljust(WIDTH + 2)


def _ladder(outcome: Outcome, voice: Voice) -> Iterator[str]:
    climb = outcome.trial.climb
    yield ""
    yield voice.text(t("Sanctions"))
    said = kinds(Counter(one.kind for one in climb.sanctions))
    yield "  " + (voice.text(listing(*said)) if said else voice.text(t("None.")))
    grave = [one for one in climb.sanctions if one.kind != Kind.WARNING]
    for one in grave[:SHOWN]:
        what, rule = voice.text(sanction_words(one)), voice.text(outcome.titles[one.rule])
        moment = one.at.astimezone(outcome.span.zone)
        yield f"  {moment:%Y-%m-%d %H:%M}  {_cut(one.name, 24)}  {what}  {rule}"
    if len(grave) > SHOWN:
        yield "  " + voice.text(plural("and {count} more", "and {count} more", count=len(grave) - SHOWN))
    if climb.unwritten:
        words = plural(
            "{count} of the messages matched could not have been written by then.",
            "{count} of the messages matched could not have been written by then.",
            count=climb.unwritten,
        )
        yield f"  {voice.text(words)}"


def _compared(outcome: Outcome, voice: Voice) -> Iterator[str]:
    difference = outcome.difference
    if difference is None or outcome.against is None:
        return
    yield ""
    yield voice.text(t("Compared with {other}", other=outcome.other))
    yield "  " + voice.text(t("both: {count}", count=difference.both))
    only_first = t("only {rules}: {count}", rules=outcome.rules, count=difference.only_first.met)
    only_second = t("only {rules}: {count}", rules=outcome.other, count=difference.only_second.met)
    for words, sample in ((only_first, difference.only_first), (only_second, difference.only_second)):
        yield "  " + voice.text(words)
        yield from _messages(sample.chosen[: SHOWN // 2], "    ", outcome, voice)
    for name, first, second in changes(outcome):
        yield f"  {_cut(voice.text(name), LABEL).ljust(LABEL)} {first} → {second}"


def _labelled(outcome: Outcome, voice: Voice) -> Iterator[str]:
    labelled = outcome.labelled
    if labelled is None:
        return
    yield ""
    yield voice.text(t("Precision by the labels"))
    if not labelled.whole.all:
        yield "  " + voice.text(t("None of the labelled messages is matched by these rules."))
    else:
        yield "  " + voice.text(said_precision(labelled.whole))
    for rule, precision in sorted(labelled.rules.items()):
        title = outcome.titles.get(rule, rule)
        yield "  " + voice.text(t("{rule}: {precision}", rule=title, precision=said_precision(precision)))
    if gone := labelled.gone.all:
        words: Words = plural(
            "{count} labelled message is not matched any more; {wrong} of them was a mistake.",
            "{count} labelled messages are not matched any more; {wrong} of them were mistakes.",
            count=gone,
            wrong=labelled.gone.wrong,
        )
        yield "  " + voice.text(words)


def _sample(outcome: Outcome, voice: Voice) -> Iterator[str]:
    if chosen := outcome.trial.sample.chosen:
        yield ""
        yield voice.text(t("A sample"))
        yield from _messages(chosen[:SHOWN], "  ", outcome, voice)


def _messages(hits: Iterable[Judged], indent: str, outcome: Outcome, voice: Voice) -> Iterator[str]:
    for hit in hits:
        start, end = hit.first.hit.span if hit.first.hit.quote is None else (0, 0)
        text = hit.seen.text
        marked = f"{text[:start]}[{text[start:end]}]{text[end:]}" if end > start else text or hit.first.hit.detail
        said = t("{rule}: {text}", rule=outcome.titles[hit.first.rule], text=_cut(marked, LINE))
        yield indent + voice.text(said)


def _cut(text: str, most: int) -> str:
    """One line, harmless to a terminal."""
    shown = "".join(" " if category(char)[0] in "CZ" else char for char in text[: most * 4])
    shown = " ".join(shown.split())
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"

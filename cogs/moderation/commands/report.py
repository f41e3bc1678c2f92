"""Moderation in figures: how often rules were right, who decided what, and when nobody was there."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from pydantic import Field as Ask
from sqlalchemy import func, select

from bot.cog import Askable, Card, Level, Words, lines, listing, plural, t
from cogs.moderation.base import cog
from cogs.moderation.book.stored import Titles, titles_of
from cogs.moderation.cases.saying import deed_words, paragraphs
from cogs.moderation.settings import Settings
from cogs.moderation.tables import Case, RuleHit, State


@dataclass(frozen=True, slots=True)
class Row:
    """A case, as the figures need it."""

    rule: str
    kind: str
    deed: str | None
    by: str
    reversed: bool
    hour: int


@cog.command("moderation report", level=Level.MODERATOR)
async def report(
    ctx: Askable[Settings],
    days: Annotated[int, Ask(title="Days", description="How far back", ge=1, le=365)] = 30,
) -> None:
    """Figures: hits, cases by rule and by moderator, what was reversed, hours that nobody watched."""
    since = ctx.now - timedelta(days=days)
    zone = ctx.voice_for().zone
    async with ctx.db() as db:
        mine = (Case.community == ctx.community.id, Case.number.is_not(None), Case.at >= since)
        cases = (await db.scalars(select(Case).where(*mine))).all()
        hits = (RuleHit.community == ctx.community.id, RuleHit.at >= since)
        found = await db.scalar(select(func.count()).where(*hits)) or 0
        titles = await titles_of(db, ctx.community.id, cases)
    rows = [
        Row(
            one.rule,
            one.kind,
            one.sanctioned,
            one.by_name or "",
            one.state == State.REVERSED,
            one.at.astimezone(zone).hour,
        )
        for one in cases
    ]
    await ctx.reply(
        Card(
            paragraphs(
                listing(
                    plural("{count} hit", "{count} hits", count=found),
                    plural("{count} case", "{count} cases", count=len(rows)),
                    plural("{count} reversed", "{count} reversed", count=sum(row.reversed for row in rows)),
                ),
                rules_words(rows, titles),
                moderators_words(rows),
                unwatched_words(rows),
            ),
            plural("Moderation, the last {count} day", "Moderation, the last {count} days", count=days),
        )
    )


def rules_words(rows: Sequence[Row], titles: Titles) -> Words:
    counts = Counter(row.rule for row in rows if row.rule)
    lost = Counter(row.rule for row in rows if row.rule and row.reversed)
    if not counts:
        return ""
    return lines(
        t("**By rule**"),
        *(
            t(
                "- {rule}: {cases}, {lost}",
                rule=titles.get(rule, rule),
                cases=cases_words(count),
                lost=reversed_words(lost[rule]),
            )
            for rule, count in counts.most_common(10)
        ),
    )


def moderators_words(rows: Sequence[Row]) -> Words:
    """The same fault should weigh the same whoever judges it: what each moderator gave, and what was reversed of it."""
    did: dict[str, Counter[tuple[str, str | None]]] = defaultdict(Counter)
    lost: Counter[str] = Counter()
    for row in rows:
        if row.by:
            did[row.by][row.kind, row.deed] += 1
            lost[row.by] += row.reversed
    if not did:
        return ""
    return lines(
        t("**By moderator**"),
        *(
            t("- {who}: {kinds}, {lost}", who=who, kinds=kinds_words(counts), lost=reversed_words(lost[who]))
            for who, counts in sorted(did.items())
        ),
    )


def kinds_words(counts: Counter[tuple[str, str | None]]) -> Words:
    return listing(
        *(t("{kind} × {count}", kind=deed_words(*deed), count=count) for deed, count in counts.most_common())
    )


def cases_words(count: int) -> Words:
    return plural("{count} case", "{count} cases", count=count)


def reversed_words(count: int) -> Words:
    return plural("{count} reversed", "{count} reversed", count=count)


def unwatched_words(rows: Sequence[Row]) -> Words:
    """The hours of the day when rules found things and no moderator ever did anything."""
    busy = {row.hour for row in rows if not row.by}
    watched = {row.hour for row in rows if row.by}
    alone = spans(sorted(busy - watched))
    if not alone or not watched:
        return ""
    said = (t("{first} h to {last} h", first=str(first), last=str((last + 1) % 24)) for first, last in alone)
    return t("Hours with cases and no moderator: {hours}.", hours=listing(*said))


def spans(hours: Iterable[int]) -> list[tuple[int, int]]:
    """Hours that follow each other, as first and last."""
    found: list[tuple[int, int]] = []
    for hour in hours:
        if found and found[-1][1] == hour - 1:
            found[-1] = (found[-1][0], hour)
        else:
            found.append((hour, hour))
    return found

"""Shadow mode: a rule observes, moderators mark what it found, and figures decide whether it may act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, or_, select

from bot.cog import (
    Askable,
    Card,
    Channel,
    Context,
    Db,
    Field,
    Level,
    Priority,
    Tone,
    Words,
    lines,
    plural,
    t,
    to,
)
from cogs.moderation.base import cog
from cogs.moderation.book.stored import by_name, ruleset, store, title_of, titles_of, version_of, with_rule
from cogs.moderation.cases.saying import marked
from cogs.moderation.rules import Mode, Rule
from cogs.moderation.rules.found import found_words
from cogs.moderation.settings import Settings
from cogs.moderation.tables import Case, RuleHit

AGAIN = timedelta(days=1)
"""How soon moderators are asked again to mark hits."""
FEWEST_OVERTURNED = 3
"""Appeals won before a rule that acts is doubted."""


class Outcome(StrEnum):
    PROMOTE = "promote"
    REFUSE = "refuse"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Record:
    """What moderators said of a version's hits, and what became of its cases."""

    right: int = 0
    wrong: int = 0
    unmarked: int = 0
    cases: int = 0
    overturned: int = 0

    @property
    def marked(self) -> int:
        return self.right + self.wrong

    @property
    def hits(self) -> int:
        return self.marked + self.unmarked

    @property
    def precision(self) -> float | None:
        """The share of marked hits that were right; ``None`` when nothing is marked."""
        return self.right / self.marked if self.marked else None


def outcome(record: Record, *, needed: int, budget: float) -> Outcome:
    """What becomes of a rule at the end of its trial.

    ``needed`` marks are enough, fewer when it has fewer hits; the share of wrong ones may not exceed ``budget``. A rule
    that found nothing harmed nobody.
    """
    if record.marked and record.wrong / record.marked > budget:
        return Outcome.REFUSE
    if record.unmarked and record.marked < needed:
        return Outcome.ASK
    return Outcome.PROMOTE


def doubted(record: Record, *, budget: float) -> bool:
    """Whether a rule that acts was overturned too often to go on."""
    return record.overturned >= FEWEST_OVERTURNED and record.overturned / max(record.cases, 1) > budget


async def record_of(db: Db, community: str, name: str, version: int) -> Record:
    mine = (RuleHit.community == community, RuleHit.rule == name, RuleHit.version == version)
    judged_or_can_be = or_(RuleHit.right.is_not(None), RuleHit.text != "")
    marked = select(RuleHit.right, func.count()).where(*mine, judged_or_can_be).group_by(RuleHit.right)
    marks = {row[0]: row[1] for row in await db.execute(marked)}
    own = (Case.community == community, Case.rule == name, Case.version == version, Case.number.is_not(None))
    cases = await db.scalar(select(func.count()).where(*own)) or 0
    wrong = select(RuleHit.case).where(*mine, RuleHit.right.is_(False), RuleHit.case.is_not(None))
    overturned = await db.scalar(select(func.count()).where(*own, Case.id.in_(wrong))) or 0
    return Record(marks.get(True, 0), marks.get(False, 0), marks.get(None, 0), cases, overturned)


@cog.job()
async def end_of_trial(ctx: Context[Settings], name: str, version: int, times: int = 0) -> None:
    """The time of trial of a rule is over: promote it, refuse it, or ask for marks and come back."""
    if await judge_trial(ctx, name, version) is Outcome.ASK:
        await ask_for_marks(ctx, name, version, times)
        key = f"{name} {version} again {times + 1} {ctx.now:%Y%m%d}"
        await ctx.later(end_of_trial, after=AGAIN, key=key, name=name, version=version, times=times + 1)


async def judge_trial(ctx: Context[Settings], name: str, version: int) -> Outcome | None:
    """Decide on a rule whose time of trial is over, and say so; ``None`` when it is not on trial any more."""
    async with ctx.db() as db:
        rules = await ruleset(db, ctx.community.id)
        rule = by_name(rules).get(name)
        row = await version_of(db, ctx.community.id, name, version)
        on = rule is not None and rule.version == version and rule.mode is Mode.OBSERVE
        if rule is None or row is None or not on or ctx.now < row.since + ctx.settings.observe_for:
            return None
        record = await record_of(db, ctx.community.id, name, version)
    result = outcome(record, needed=ctx.settings.marks, budget=rule.budget)
    if result is Outcome.PROMOTE:
        await set_mode(ctx, rule, Mode.ACT, t("promoted after its trial"))
        await notify(ctx, promoted_card(rule, record), key=f"moderation.promoted {name} {version} {row.since}")
    elif result is Outcome.REFUSE:
        await notify(ctx, refused_card(rule, record), key=f"moderation.refused {name} {version} {row.since}")
    return result


async def set_mode(ctx: Context[Settings], rule: Rule, mode: Mode, why: Words, *, by: str | None = None) -> None:
    """Change how a rule stands, its version staying what it is."""
    async with ctx.db() as db:
        rules = await ruleset(db, ctx.community.id)
        changed = with_rule(rules, rule.model_copy(update={"mode": mode}))
        note = ctx.voice_for().text(why)
        await store(db, ctx.community.id, changed, by=by, note=note, at=ctx.now)
        await db.flush()
        if mode is Mode.OBSERVE:
            due = ctx.now + ctx.settings.observe_for
            arguments = {"name": rule.name, "version": rule.version}
            key = f"{rule.name} {rule.version} {ctx.now:%Y%m%d%H%M%S}"
            await db.later(end_of_trial, at=due, key=key, arguments=arguments)
    await ctx.refresh()


async def notify(ctx: Context[Settings], card: Card, *, key: str) -> None:
    channel = ctx.settings.alerts or ctx.moderators
    if channel is not None:
        await ctx.post(channel, card, priority=Priority.PERSON, key=key, why=t("trial of a rule"))


def figures(record: Record) -> Words:
    if record.precision is None:
        return plural("{count} hit, none marked.", "{count} hits, none marked.", count=record.hits)
    return plural(
        "{count} hit; {right} right and {wrong} wrong of {marked} marked: right in {precision} %.",
        "{count} hits; {right} right and {wrong} wrong of {marked} marked: right in {precision} %.",
        count=record.hits,
        right=record.right,
        wrong=record.wrong,
        marked=record.marked,
        precision=round(100 * record.precision),
    )


def promoted_card(rule: Rule, record: Record) -> Card:
    return Card(
        lines(
            t("Its trial is over: from now on it acts."),
            figures(record),
            t("To have it observe again: /moderation rule mode {name} observe", name=rule.name),
        ),
        t("The rule “{rule}” acts", rule=title_of(rule)),
        tone=Tone.GOOD,
    )


def refused_card(rule: Rule, record: Record) -> Card:
    return Card(
        lines(
            t("Too many of its hits were wrong: it goes on observing, and does nothing."),
            figures(record),
            t("Change it with /moderation rule edit {name}: a changed rule gets a new trial.", name=rule.name),
        ),
        t("The rule “{rule}” is not ready", rule=title_of(rule)),
        tone=Tone.WARNING,
    )


async def ask_for_marks(ctx: Context[Settings], name: str, version: int, times: int) -> None:
    async with ctx.db() as db:
        rule = by_name(await ruleset(db, ctx.community.id)).get(name)
        record = await record_of(db, ctx.community.id, name, version)
    if rule is None:
        return
    card = Card(
        lines(
            t("Its trial is over, and too few of its hits are marked to let it act."),
            figures(record),
        ),
        t("Was the rule “{rule}” right?", rule=title_of(rule)),
        buttons=(review_now.primary(t("Look at its hits"), rule=name),),
    )
    await notify(ctx, card, key=f"moderation.ask {name} {version} {times} {ctx.now:%Y%m%d}")


@cog.command("moderation review", level=Level.MODERATOR)
async def review(ctx: Askable[Settings]) -> None:
    """Mark what observing rules found, right or wrong."""
    await show_next(ctx, "", 0)


@cog.button(level=Level.MODERATOR)
async def review_now(ctx: Askable[Settings], rule: str) -> None:
    await show_next(ctx, rule, 0)


async def show_next(ctx: Askable[Settings], rule: str, after: int) -> None:
    """The next hit to mark: of a rule, or of any that observes."""
    mine = [RuleHit.community == ctx.community.id, RuleHit.right.is_(None), RuleHit.text != "", RuleHit.id > after]
    mine.append(RuleHit.rule == rule if rule else RuleHit.observing.is_(True))
    async with ctx.db() as db:
        hit = await db.scalar(select(RuleHit).where(*mine).order_by(RuleHit.id).limit(1))
        left = await db.scalar(select(func.count()).where(*mine)) or 0
        titles = await titles_of(db, ctx.community.id, [hit] if hit else [])
    if hit is None:
        await ctx.reply(t("Nothing is left to mark. Thank you."))
        return
    where: Words = to(Channel(ctx.space, hit.channel)) if hit.channel else t("arrivals and names")
    await ctx.reply(
        Card(
            marked(hit.text, hit.start, hit.end),
            plural("Was this rightly found? {count} left", "Was this rightly found? {count} left", count=left),
            fields=(
                Field(t("Rule"), titles.get(hit.rule, hit.rule)),
                Field(t("Who"), hit.name),
                Field(t("Where"), where),
                Field(t("Found"), found_words(hit.trigger, hit.detail)),
            ),
            buttons=(
                mark.primary(t("Right"), hit=hit.id, right=True, rule=rule),
                mark.danger(t("Wrong"), hit=hit.id, right=False, rule=rule),
                skip.button(t("Skip"), hit=hit.id, rule=rule),
            ),
        )
    )


@cog.button(level=Level.MODERATOR)
async def mark(ctx: Askable[Settings], hit: int, right: bool, rule: str) -> None:
    async with ctx.db() as db:
        row = await db.get(RuleHit, hit)
        if row is not None and row.community == ctx.community.id:
            row.right, row.marked_by = right, ctx.person
    if row is not None:
        await judge_trial(ctx, row.rule, row.version)
    await show_next(ctx, rule, hit)


@cog.button(level=Level.MODERATOR)
async def skip(ctx: Askable[Settings], hit: int, rule: str) -> None:
    await show_next(ctx, rule, hit)


@cog.job()
async def weigh_rule(ctx: Context[Settings], name: str, version: int) -> None:
    """A case was overturned: a rule overturned too often goes back to observing."""
    async with ctx.db() as db:
        rule = by_name(await ruleset(db, ctx.community.id)).get(name)
        record = await record_of(db, ctx.community.id, name, version)
    acts = rule is not None and rule.version == version and rule.mode is Mode.ACT
    if rule is None or not acts or not doubted(record, budget=rule.budget):
        return
    await set_mode(ctx, rule, Mode.OBSERVE, t("its cases were overturned too often"))
    card = Card(
        lines(
            plural(
                "{lost} of its {count} case was overturned: it only observes from now on.",
                "{lost} of its {count} cases were overturned: it only observes from now on.",
                count=record.cases,
                lost=record.overturned,
            ),
            t("Change it with /moderation rule edit {name}: a changed rule gets a new trial.", name=name),
        ),
        t("The rule “{rule}” no longer acts", rule=title_of(rule)),
        tone=Tone.WARNING,
    )
    await notify(ctx, card, key=f"moderation.doubted {name} {version} {record.overturned}")


@cog.job()
async def digest(ctx: Context[Settings]) -> None:
    """Once a day at most: what observing rules found waits for the moderators' eye."""
    async with ctx.db() as db:
        waits = (RuleHit.observing.is_(True), RuleHit.right.is_(None), RuleHit.text != "")
        mine = (RuleHit.community == ctx.community.id, *waits)
        found = (await db.execute(select(RuleHit.rule, func.count()).where(*mine).group_by(RuleHit.rule))).all()
        titles = {name: title_of(rule) for name, rule in by_name(await ruleset(db, ctx.community.id)).items()}
    if not found:
        return
    total = sum(count for _, count in found)
    card = Card(
        lines(*(t("- {rule}: {count}", rule=titles.get(rule, rule), count=count) for rule, count in found)),
        plural(
            "{count} hit of observing rules waits for your eye",
            "{count} hits of observing rules wait for your eye",
            count=total,
        ),
        buttons=(review_now.primary(t("Look at them"), rule=""),),
        footer=t("Nothing was done to anybody: these rules only observe."),
    )
    await notify(ctx, card, key=f"moderation.digest {ctx.now:%Y-%m-%d}")


async def plan_digest(ctx: Context[Settings], db: Db) -> None:
    """Tomorrow at this hour at the latest."""
    due: datetime = ctx.now + AGAIN
    await db.later(digest, at=due, key=f"{ctx.space.key} {ctx.now:%Y-%m-%d}", arguments={})

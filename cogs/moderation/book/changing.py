"""Changing the rules: stored with its author, tried before it acts, seen by the guards before the answer."""

from __future__ import annotations

from bot.cog import Context, Db, Words
from cogs.moderation.book.stored import highest_versions, on_trial, revision, ruleset, store, version_of
from cogs.moderation.book.trial import end_of_trial
from cogs.moderation.rules import Mode, RuleSet, effective
from cogs.moderation.settings import Settings


class Outdated(Exception):
    """The rules were changed since the change was proposed."""


async def put_in_force(
    ctx: Context[Settings],
    rules: RuleSet,
    *,
    note: Words,
    by: str | None,
    trusted: bool = False,
    base: int | None = None,
) -> RuleSet:
    """Store rules and everything that follows from them; gives them with their versions and modes.

    ``base`` is the revision that they were made from. Raises ``Outdated`` when it is not in force any more.
    """
    async with ctx.db() as db:
        if base is not None and await revision(db, ctx.community.id) != base:
            raise Outdated
        after = await as_in_force(ctx, db, rules, trusted=trusted)
        await store(db, ctx.community.id, after, by=by, note=ctx.voice_for().text(note), at=ctx.now)
        await db.flush()
        await plan_trials(ctx, db, after)
    await ctx.refresh()
    return after


async def as_in_force(ctx: Context[Settings], db: Db, rules: RuleSet, *, trusted: bool = False) -> RuleSet:
    """Rules as they would hold: under which versions, and which of them would observe first."""
    before = await ruleset(db, ctx.community.id)
    at_once = trusted or not ctx.settings.observe_for
    return on_trial(before, rules, await highest_versions(db, ctx.community.id), trusted=at_once)


async def plan_trials(ctx: Context[Settings], db: Db, rules: RuleSet) -> None:
    """Each rule that observes is judged when its time of trial is over."""
    for rule in effective(rules):
        if rule.mode is not Mode.OBSERVE:
            continue
        row = await version_of(db, ctx.community.id, rule.name, rule.version)
        if row is not None:
            arguments = {"name": rule.name, "version": rule.version}
            due = max(ctx.now, row.since + ctx.settings.observe_for)
            key = f"{rule.name} {rule.version} {row.since:%Y%m%d%H%M%S}"
            await db.later(end_of_trial, at=due, key=key, arguments=arguments)

"""The rules as they are stored: one document for a community, and the versions that old cases refer to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cog import Db, Words
from cogs.moderation.rules import Change, Mode, Rule, RuleSet, effective, preset_rules, spoken
from cogs.moderation.tables import Case, Hold, RuleHit, Rules, RuleVersion

EMPTY = RuleSet()


async def ruleset(db: AsyncSession, community: str) -> RuleSet:
    """The rules in force; none at first."""
    found = await db.scalar(_revisions(community).limit(1))
    return RuleSet.model_validate_json(found.document) if found else EMPTY


async def revision(db: Db, community: str) -> int:
    """The number of the rules in force; 0 before the first."""
    found: int | None = await db.scalar(_revisions(community).with_only_columns(Rules.revision).limit(1))
    return found or 0


def _revisions(community: str) -> Select[Rules]:
    return select(Rules).where(Rules.community == community).order_by(Rules.revision.desc())


def by_name(rules: RuleSet) -> Mapping[str, Rule]:
    return {rule.name: rule for rule in effective(rules)}


def with_rule(rules: RuleSet, rule: Rule) -> RuleSet:
    """With a rule in place of the one of that name; a preset's is kept as what differs from it."""
    inherited = {one.name: one for one in preset_rules(rules.preset)} if rules.preset else {}
    if base := inherited.get(rule.name):
        differs = {
            name: getattr(rule, name) for name in Change.model_fields if getattr(rule, name) != getattr(base, name)
        }
        changes = {name: change for name, change in rules.changes.items() if name != rule.name}
        return rules.model_copy(update={"changes": changes | ({rule.name: Change(**differs)} if differs else {})})
    kept = [rule if one.name == rule.name else one for one in rules.rules]
    own = kept if any(one.name == rule.name for one in rules.rules) else [*kept, rule]
    return rules.model_copy(update={"rules": tuple(own)})


def on_trial(before: RuleSet, after: RuleSet, highest: Mapping[str, int], *, trusted: bool = False) -> RuleSet:
    """``after``, its new and changed rules under a version of their own and, unless ``trusted``, only observing.

    A preset's own rules are trusted: they were measured before they were published. ``highest`` is the last version
    that each name had.
    """
    old, result = by_name(before), after
    measured = {rule.name: rule for rule in preset_rules(after.preset)} if after.preset else {}
    for name, rule in by_name(after).items():
        known = old.get(name)
        if known is not None and _does_the_same(rule, known):
            changed = rule.model_copy(update={"version": known.version})
        else:
            known_good = trusted or (name in measured and measured[name].same(rule))
            mode = rule.mode if known_good or rule.mode is Mode.OFF else Mode.OBSERVE
            changed = rule.model_copy(update={"version": highest.get(name, 0) + 1, "mode": mode})
        result = with_rule(result, changed)
    return result


def _does_the_same(rule: Rule, other: Rule) -> bool:
    """Whether both look for the same and ask for the same, whatever their mode and version."""
    return rule.same(other.model_copy(update={"mode": rule.mode}))


async def highest_versions(db: Db, community: str) -> dict[str, int]:
    rows = await db.scalars(select(RuleVersion).where(RuleVersion.community == community).order_by(RuleVersion.version))
    return {row.name: row.version for row in rows}


async def store(db: Db, community: str, rules: RuleSet, *, by: str | None, note: str, at: datetime) -> None:
    """Put rules in force, and keep each version that is new."""
    last = await db.scalar(_revisions(community).limit(1).with_for_update())
    revision = last.revision + 1 if last else 1
    document = rules.model_dump_json()
    db.add(Rules(community=community, revision=revision, document=document, note=note, at=at, by=by))
    known = {
        (row.name, row.version): row
        for row in await db.scalars(select(RuleVersion).where(RuleVersion.community == community))
    }
    for rule in effective(rules):
        row = known.get((rule.name, rule.version))
        if row is None:
            row = RuleVersion(community=community, name=rule.name, version=rule.version, at=at, mode="", since=at)
            db.add(row)
        if row.mode != rule.mode:
            row.mode, row.since, row.why = rule.mode.value, at, note
        row.document = rule.model_dump_json()


def title_of(rule: Rule) -> Words:
    return spoken(rule.title) if rule.title else rule.name


Titles = Mapping[str, Words]
"""What rules are called, by their names."""


async def titles_of(db: Db, community: str, named: Iterable[Case | RuleHit | Hold]) -> Titles:
    """The titles of rules that cases, hits or holds name, those that are gone too; the platform's own have none."""
    rows = await db.execute(
        select(RuleVersion.name, RuleVersion.document)
        .where(RuleVersion.community == community, RuleVersion.name.in_({one.rule for one in named}))
        .order_by(RuleVersion.version)
    )
    return {name: title_of(Rule.model_validate_json(document)) for name, document in rows.all()}


async def version_of(db: Db, community: str, name: str, version: int) -> RuleVersion | None:
    found: RuleVersion | None = await db.scalar(
        select(RuleVersion).where(
            RuleVersion.community == community, RuleVersion.name == name, RuleVersion.version == version
        )
    )
    return found

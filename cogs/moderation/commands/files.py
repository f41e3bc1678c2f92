"""The rules as a file, out and in: what is given is checked, compared, and in force once somebody has seen that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field as Ask
from sqlalchemy import delete

from bot.cog import Askable, Card, Context, Db, File, Invalid, Level, TextFile, Tone, Words, lines, listing, plural, t
from cogs.moderation.actions import words_of
from cogs.moderation.base import cog
from cogs.moderation.book.changing import Outdated, as_in_force, put_in_force
from cogs.moderation.book.stored import by_name, revision, ruleset, title_of
from cogs.moderation.rules import Mode, Rule, RuleSet
from cogs.moderation.rules.document import BadRules, read_rules, write_rules
from cogs.moderation.settings import Settings
from cogs.moderation.tables import Proposal

PROBLEMS = 8
"""Problems of a file that are shown at once."""
SHOWN = 12
"""Rules of each sort that a comparison names."""


@cog.command("moderation export", level=Level.ADMIN)
async def export(ctx: Askable[Settings]) -> None:
    """The rules as a file, to change in an editor and give back."""
    async with ctx.db() as db:
        rules = await ruleset(db, ctx.community.id)
    file = File(write_rules(rules).encode(), "relais-rules.yaml", "text/yaml")
    await ctx.reply(
        Card(
            t("Your rules, with everything that differs from the preset. Give the file back with /moderation import"),
            files=(file,),
        )
    )


@cog.command("moderation import", level=Level.ADMIN)
async def import_(
    ctx: Askable[Settings],
    file: Annotated[TextFile, Ask(title="File", description="What /moderation export gave, changed as you like")],
) -> None:
    """Check a file of rules and show what it would change; nothing changes before you agree."""
    try:
        wanted = read_rules(file.text)
    except BadRules as error:
        raise Invalid(problems_words(file.name, error), field="file") from None
    async with ctx.db() as db:
        before = await ruleset(db, ctx.community.id)
        comparison = compare(before, await as_in_force(ctx, db, wanted))
        proposal = None if comparison.same else await propose(ctx, db, wanted, file.name)
    if proposal is None:
        await ctx.reply(t("Nothing in {file} differs from the rules in force.", file=file.name))
        return
    await ctx.reply(
        Card(
            lines(*said(ctx, comparison)),
            t("What {file} would change", file=file.name),
            buttons=(use_rules.primary(t("Use these rules"), proposal=proposal),),
            footer=t("Nothing has changed yet."),
        )
    )


async def propose(ctx: Askable[Settings], db: Db, wanted: RuleSet, file: str) -> int:
    """Keep rules until somebody agrees; those that were made from older rules go."""
    base = await revision(db, ctx.community.id)
    await db.execute(delete(Proposal).where(Proposal.community == ctx.community.id, Proposal.base != base))
    row = Proposal(
        community=ctx.community.id,
        base=base,
        document=wanted.model_dump_json(),
        file=file[:200],
        at=ctx.now,
        by=ctx.person,
    )
    db.add(row)
    await db.flush()
    return row.id


@cog.button(level=Level.ADMIN)
async def use_rules(ctx: Askable[Settings], proposal: int) -> None:
    async with ctx.db() as db:
        row = await db.get(Proposal, proposal)
    try:
        if row is None or row.community != ctx.community.id:
            raise Outdated
        wanted = RuleSet.model_validate_json(row.document)
        await put_in_force(ctx, wanted, note=t("from the file {file}", file=row.file), by=ctx.person, base=row.base)
    except Outdated:
        await ctx.reply(t("The rules were changed meanwhile: nothing happened. Give the file again to compare."))
        return
    await ctx.reply(Card(t("They are listed by /moderation rules"), t("Your rules are in force"), tone=Tone.GOOD))


def problems_words(name: str, error: BadRules) -> Words:
    shown = error.problems[:PROBLEMS]
    more = len(error.problems) - len(shown)
    return lines(
        t("{file} cannot be used; nothing was changed.", file=name),
        *(
            t("- line {line}: {words}", line=str(one.line), words=one.words)
            if one.line
            else t("- {words}", words=one.words)
            for one in shown
        ),
        *([plural("and {count} more problem", "and {count} more problems", count=more)] if more else []),
    )


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between two sets of rules; ``around`` are lists, spared words and who is judged."""

    added: tuple[Rule, ...]
    gone: tuple[Rule, ...]
    changed: tuple[tuple[Rule, Rule], ...]
    around: tuple[Words, ...]

    @property
    def same(self) -> bool:
        return not (self.added or self.gone or self.changed or self.around)


def compare(before: RuleSet, after: RuleSet) -> Comparison:
    old, new = by_name(before), by_name(after)
    return Comparison(
        added=tuple(rule for name, rule in new.items() if name not in old),
        gone=tuple(rule for name, rule in old.items() if name not in new),
        changed=tuple((old[name], rule) for name, rule in new.items() if name in old and old[name] != rule),
        around=tuple(differing_around(before, after)),
    )


def differing_around(before: RuleSet, after: RuleSet) -> Iterator[Words]:
    names = sorted(before.lists.keys() | after.lists.keys())
    if lists := [name for name in names if before.lists.get(name) != after.lists.get(name)]:
        yield t("Lists of words that differ: {names}.", names=listing(*lists))
    if before.allow != after.allow:
        count = len(after.allow)
        yield plural("{count} word is spared by every list.", "{count} words are spared by every list.", count=count)
    if before.exempt != after.exempt:
        yield t("Who is never judged differs.")


def said(ctx: Context[Settings], comparison: Comparison) -> Iterator[Words]:
    """A comparison for people, a line for each rule."""
    yield from at_most(tuple(added_words(ctx, rule) for rule in comparison.added))
    yield from at_most(tuple(t("- **{rule}** goes.", rule=title_of(rule)) for rule in comparison.gone))
    yield from at_most(tuple(changed_words(ctx, *pair) for pair in comparison.changed))
    yield from comparison.around


def at_most(words: Sequence[Words]) -> Iterator[Words]:
    yield from words[:SHOWN]
    if more := len(words) - SHOWN if len(words) > SHOWN else 0:
        yield plural("and {count} more rule", "and {count} more rules", count=more)


def added_words(ctx: Context[Settings], rule: Rule) -> Words:
    return t(
        "- **{rule}** is new: {actions}; {state}.",
        rule=title_of(rule),
        actions=words_of(rule.actions),
        state=state_words(ctx, rule),
    )


def changed_words(ctx: Context[Settings], old: Rule, new: Rule) -> Words:
    changes = tuple(differences(old, new))
    if not changes:
        return t("- **{rule}**: {state}.", rule=title_of(new), state=state_words(ctx, new))
    return t(
        "- **{rule}**: {changes}; {state}.",
        rule=title_of(new),
        changes=listing(*changes),
        state=state_words(ctx, new),
    )


def differences(old: Rule, new: Rule) -> Iterator[Words]:
    """In which respects a rule would differ, its mode and version aside."""
    if old.triggers != new.triggers:
        yield t("it looks for something else")
    if (old.only, old.unless) != (new.only, new.unless):
        yield t("it holds elsewhere or for others")
    if old.actions != new.actions:
        yield t("it does “{new}” instead of “{old}”", new=words_of(new.actions), old=words_of(old.actions))
    if (old.title, old.netiquette) != (new.title, new.netiquette):
        yield t("its words differ")
    if old.budget != new.budget:
        yield t("{percent} % of its hits may be wrong", percent=round(new.budget * 100, 1))


def state_words(ctx: Context[Settings], rule: Rule) -> Words:
    if rule.mode is Mode.OBSERVE:
        return t("it observes for {duration} first", duration=ctx.settings.observe_for)
    return t("it acts at once") if rule.mode is Mode.ACT else t("it is off")

"""The community's own words: those it adds, those it allows, and the ordinary words they come near to."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field as Ask

from bot.cog import Askable, Card, Context, Invalid, Level, Tone, Words, lines, listing, plural, t
from cogs.moderation.actions import Delete, Points, Rephrase
from cogs.moderation.base import cog
from cogs.moderation.book.changing import put_in_force
from cogs.moderation.book.stored import by_name, ruleset, with_rule
from cogs.moderation.cases.saying import paragraphs
from cogs.moderation.rules import Rule, RuleSet, WordList
from cogs.moderation.rules.triggers import WordsTrigger
from cogs.moderation.settings import Settings

OWN = "own"
"""The list that the commands write."""
RULE = "own-words"
"""The rule that looks for it."""
SHOWN = 60

Entry = Annotated[
    str, Ask(title="Word or phrase", description="* at an end takes any letters", min_length=2, max_length=200)
]


@cog.command("moderation words add", level=Level.ADMIN)
async def add(ctx: Askable[Settings], word: Entry) -> None:
    """Add a word or phrase of your own; its disguises are found too."""
    entry, rules = clean(word), await current(ctx)
    words = own(rules)
    if entry in words:
        raise Invalid(t("“{word}” is in your list already.", word=entry), field="word")
    await keep(ctx, with_words(ctx, rules, (*words, entry)), t("“{word}” added", word=entry))
    await ctx.reply(
        Card(paragraphs(t("“{word}” is in your list from now on.", word=entry), near(ctx, entry)), tone=Tone.GOOD)
    )


@cog.command("moderation words remove", level=Level.ADMIN)
async def remove(ctx: Askable[Settings], word: Entry) -> None:
    """Take a word out of your list, or out of those that are allowed."""
    entry, rules = clean(word), await current(ctx)
    words = own(rules)
    if entry not in (*words, *rules.allow):
        raise Invalid(t("“{word}” is in neither list. See /moderation words list", word=entry), field="word")
    kept = tuple(one for one in words if one != entry)
    allow = tuple(one for one in rules.allow if one != entry)
    changed = with_words(ctx, rules, kept) if entry in words else rules
    await keep(ctx, changed.model_copy(update={"allow": allow}), t("“{word}” taken out", word=entry))
    await ctx.reply(t("“{word}” is in no list any more.", word=entry))


@cog.command("moderation words allow", level=Level.ADMIN)
async def allow(ctx: Askable[Settings], word: Entry) -> None:
    """Allow a word here, whatever the lists say."""
    entry, rules = clean(word), await current(ctx)
    if entry in rules.allow:
        raise Invalid(t("“{word}” is allowed already.", word=entry), field="word")
    await keep(ctx, rules.model_copy(update={"allow": (*rules.allow, entry)}), t("“{word}” allowed", word=entry))
    await ctx.reply(t("“{word}” is allowed here from now on.", word=entry))


@cog.command("moderation words list", level=Level.MODERATOR)
async def show(ctx: Askable[Settings]) -> None:
    """Your own words, those allowed, and the ordinary words they come near to."""
    rules = await current(ctx)
    words = own(rules)
    await ctx.reply(
        Card(
            paragraphs(
                t("Yours: {words}", words=some(words)) if words else t("You have added no words yet."),
                t("Allowed: {words}", words=some(rules.allow)) if rules.allow else "",
                near(ctx, *words),
            ),
            t("Your words"),
            footer=t("The curated lists are read by the rules of the preset: /moderation rules"),
        )
    )


def clean(word: str) -> str:
    """Raises ``Invalid``."""
    entry = " ".join(word.split())
    if len(entry.strip("*")) < 2:
        raise Invalid(t("At least two letters are needed."), field="word")
    return entry


def some(words: tuple[str, ...]) -> Words:
    if len(words) <= SHOWN:
        return listing(*words)
    return t("{words}… ({count} in all)", words=listing(*words[:SHOWN]), count=len(words))


async def current(ctx: Context[Settings]) -> RuleSet:
    async with ctx.db() as db:
        return await ruleset(db, ctx.community.id)


def own(rules: RuleSet) -> tuple[str, ...]:
    return rules.lists[OWN].words if OWN in rules.lists else ()


def with_words(ctx: Context[Settings], rules: RuleSet, words: tuple[str, ...]) -> RuleSet:
    """With these words in the community's list, and the rule that looks for them."""
    changed = rules.model_copy(update={"lists": {**rules.lists, OWN: WordList(words=words, severity=2)}})
    if RULE in by_name(changed):
        return changed
    return with_rule(
        changed,
        Rule(
            name=RULE,
            title=ctx.voice_for().text(t("The community’s own words")),
            triggers=(WordsTrigger(lists=(OWN,)),),
            actions=(Delete(), Rephrase(), Points()),
        ),
    )


async def keep(ctx: Askable[Settings], rules: RuleSet, note: Words) -> None:
    """A word that a manager names is meant: its rule acts without a trial."""
    await put_in_force(ctx, rules, note=note, by=ctx.person, trusted=True)


def near(ctx: Context[Settings], *entries: str) -> Words:
    """The ordinary words that the entries come near to, and what becomes of them."""
    if ctx.snapshot is None:
        return ""
    mine = [one for one in ctx.snapshot.collisions if one.entry.text in entries]
    spared = sorted({one.word for one in mine if one.spared})
    found = sorted({one.word for one in mine if not one.spared})
    said = []
    if found:
        said.append(
            plural(
                "Beware: {words} is also an ordinary word, and is found when it is used innocently.",
                "Beware: {words} are also ordinary words, and are found when they are used innocently.",
                count=len(found),
                words=some(tuple(found)),
            )
        )
    if spared:
        said.append(t("Near to it, and left alone: {words}", words=some(tuple(spared))))
    return lines(*said) if said else ""

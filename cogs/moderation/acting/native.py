"""The platform's own filter, where there is one: word and mention rules that act are put there too.

It stops messages before anybody sees them; what it stops comes back as an event and becomes a case of our rule.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from bot.cog import Can, Context, Mirror, NativeRule, RightsChanged, Words, t
from cogs.moderation.base import cog
from cogs.moderation.book.stored import ruleset, title_of
from cogs.moderation.rules import Mode, Rule, RuleSet, Where, effective, spoken
from cogs.moderation.rules.lists import entries_of
from cogs.moderation.rules.triggers import MentionsTrigger, WordsTrigger
from cogs.moderation.settings import Settings

LONGEST = 60
"""Characters of a word, Discord's limit."""
SLOT = 10
"""Seconds of which the changes of roles go together."""


@cog.job()
async def mirror(ctx: Context[Settings]) -> None:
    """Make the platform's filter say what our rules say now; again changes nothing."""
    if not ctx.can(Can.AUTOMOD):
        return
    async with ctx.db() as db:
        rules = await ruleset(db, ctx.community.id)
    wanted = tuple(native_rules(rules, ctx.voice_for().text)) if ctx.settings.native else ()
    await ctx.act(Mirror(ctx.voice_for().text(t("moderation rules or roles changed")), ctx.space, wanted))


@cog.on(RightsChanged)
async def follow_the_team(ctx: Context[Settings], event: RightsChanged) -> None:
    """The filter spares the team: who is of it now, as many roles as may change together."""
    if ctx.snapshot is None or not ctx.settings.native:
        return
    slot = int(event.at.timestamp()) // SLOT + 1
    due = datetime.fromtimestamp(slot * SLOT, event.at.tzinfo)
    await ctx.later(mirror, at=due, key=f"{ctx.space.key} roles {slot}")


Say = Callable[[Words], str]
"""Says words in the community's language."""


def named_there(rules: Sequence[Rule], say: Say) -> Mapping[str, Rule]:
    """The rules by what the platform's filter calls them: their titles, their names where a title would not do.

    A title that something else is called too tells nothing apart; one that is long, or ends like the number that a
    platform gives to the parts of a long rule, may not come back as it went.
    """
    titles = [say(title_of(rule)) for rule in rules]
    called = Counter([*titles, *(rule.name for rule in rules)])
    return {
        title if called[title] == 1 and len(title) <= LONGEST and not title.endswith(")") else rule.name: rule
        for title, rule in zip(titles, rules, strict=True)
    }


def native_rules(rules: RuleSet, say: Say) -> Iterable[NativeRule]:
    """What the platform can do of the rules that act and that hold everywhere, for everybody but the team."""
    for name, rule in named_there(effective(rules), say).items():
        if rule.mode is Mode.ACT and takes_away(rule) and not conditional(rule):
            words = tuple(dict.fromkeys(listed(rule, rules)))
            mentions = min((one.count for one in rule.triggers if isinstance(one, MentionsTrigger)), default=0)
            if words or mentions:
                yield NativeRule(
                    name,
                    words=words,
                    allowed=rules.allow,
                    mentions=mentions,
                    message=say(spoken(rule.netiquette)),
                    exempt=rules.exempt,
                )


def takes_away(rule: Rule) -> bool:
    return any(action.do == "delete" for action in rule.actions)


def conditional(rule: Rule) -> bool:
    return rule.only != Where() or rule.unless != Where()


def listed(rule: Rule, rules: RuleSet) -> Iterable[str]:
    """The entries of a rule's lists as the filter understands them: whole words."""
    entries = entries_of(rules, (rule,))
    for trigger in rule.triggers:
        if isinstance(trigger, WordsTrigger):
            found = (one for name in trigger.lists for one in entries.get(name, ()))
            texts = (one.text for one in found if one.severity >= trigger.severity)
            yield from (text for text in (*texts, *trigger.words) if fits(text))


def fits(text: str) -> bool:
    return len(text) <= LONGEST

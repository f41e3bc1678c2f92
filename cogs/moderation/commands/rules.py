"""The rules at the managers' hands: presets, one rule and its record, a dry run, a file out and in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field as Ask

from bot.cog import (
    Askable,
    Can,
    Card,
    Choices,
    Context,
    Field,
    FormModel,
    Interaction,
    Invalid,
    Level,
    Long,
    Spelling,
    Tone,
    Words,
    lines,
    listing,
    plural,
    t,
)
from cogs.moderation.actions import (
    ActionBase,
    BanOut,
    Delete,
    Hold,
    KickOut,
    SlowMode,
    StopInvites,
    TimeOut,
    words_of,
)
from cogs.moderation.base import cog
from cogs.moderation.book.changing import put_in_force
from cogs.moderation.book.stored import by_name, ruleset, title_of, version_of, with_rule
from cogs.moderation.book.trial import figures, record_of, set_mode
from cogs.moderation.cases.saying import paragraphs
from cogs.moderation.commands.actions import read_actions, typed_actions
from cogs.moderation.rules import Explained, Mode, Preset, Remembered, Rule, RuleSet, effective, spoken
from cogs.moderation.rules.looking import looks_for
from cogs.moderation.seen import Seen
from cogs.moderation.settings import Settings

MODES: Mapping[Mode, Words] = {
    Mode.ACT: t("acts"),
    Mode.OBSERVE: t("observes"),
    Mode.OFF: t("off"),
}
HEADS: Mapping[Mode, Words] = {
    Mode.ACT: t("These act:"),
    Mode.OBSERVE: t("These observe, and do nothing:"),
    Mode.OFF: t("These are off:"),
}
PRESETS: Mapping[str, Words] = {
    Preset.GENTLE: t("Gentle"),
    Preset.STANDARD: t("Standard"),
    Preset.STRICT: t("Strict"),
    "off": t("Off"),
}
BEYOND: Mapping[Can, tuple[Words, tuple[type[ActionBase], ...]]] = {
    Can.DELETE_ANY: (t("take messages away"), (Delete, Hold)),
    Can.TIMEOUT: (t("silence members"), (TimeOut,)),
    Can.KICK: (t("remove members"), (KickOut,)),
    Can.BAN: (t("ban members"), (BanOut,)),
    Can.SLOW_MODE: (t("slow channels down"), (SlowMode,)),
    Can.PAUSE_INVITES: (t("pause invitations"), (StopInvites,)),
}
"""What rules may ask for and some platforms let no bot do."""
NameOption = Annotated[str, Ask(title="Rule", description="Its name, as /moderation rules lists it", max_length=40)]


@cog.command("moderation preset", level=Level.ADMIN)
async def preset(
    ctx: Askable[Settings],
    name: Annotated[
        Literal["gentle", "standard", "strict", "off"],
        Choices(**PRESETS),
        Ask(title="Preset"),
    ],
) -> None:
    """Choose how moderation works here, all of it at once."""
    async with ctx.db() as db:
        before = await ruleset(db, ctx.community.id)
    chosen = None if name == "off" else Preset(name)
    wanted = before.model_copy(update={"preset": chosen, "changes": before.changes if chosen else {}})
    after = await put_in_force(ctx, wanted, note=t("preset “{name}”", name=PRESETS[name]), by=ctx.person, trusted=True)
    if chosen is None:
        left = len(after.rules)
        said = plural("{count} rule of your own stays.", "{count} rules of your own stay.", count=left) if left else ""
        await ctx.reply(Card(paragraphs(t("No preset is in force."), said), t("Moderation is off")))
        return
    await ctx.reply(preset_card(ctx, after, name))


def preset_card(ctx: Context[Settings], rules: RuleSet, name: str) -> Card:
    acting = [rule for rule in effective(rules) if rule.mode is Mode.ACT]
    observing = [rule for rule in effective(rules) if rule.mode is Mode.OBSERVE]
    honest = []
    if beyond := [words for can, (words, acts) in BEYOND.items() if not ctx.can(can) and asks_for(acts, acting)]:
        honest.append(t("The bot may not do this here, and asks the moderators to: {what}.", what=listing(*beyond)))
    if ctx.can(Can.AUTOMOD) and ctx.settings.native:
        honest.append(t("Listed words and mentions are stopped by the platform’s own filter, before display."))
    if ctx.settings.alerts is None and ctx.moderators is None:
        honest.append(
            t("Nobody is alerted yet: choose a channel with /settings set community.moderators or moderation.alerts")
        )
    return Card(
        paragraphs(
            lines(*(t("- **{rule}**: {actions}", rule=title_of(one), actions=words_of(one.actions)) for one in acting)),
            t("These observe first, and do nothing: {rules}.", rules=listing(*map(title_of, observing)))
            if observing
            else "",
            lines(*honest),
        ),
        plural(
            "{count} rule acts from now on",
            "{count} rules act from now on",
            count=len(acting),
        ),
        footer=t("The team is never judged. Try it: /moderation test. One rule: /moderation rule show"),
        tone=Tone.GOOD,
    )


@cog.command("moderation rules", level=Level.MODERATOR)
async def rules_list(ctx: Askable[Settings]) -> None:
    """The rules in force, and whether they act."""
    async with ctx.db() as db:
        rules = await ruleset(db, ctx.community.id)
    found = effective(rules)
    if not found:
        await ctx.reply(t("There are no rules yet. Begin with /moderation preset standard"))
        return
    groups = ([one for one in found if one.mode is mode] for mode in MODES)
    said = (lines(HEADS[group[0].mode], *map(in_list, group)) for group in groups if group)
    title = t("Rules (preset: {preset})", preset=PRESETS[rules.preset]) if rules.preset else t("Rules")
    await ctx.reply(Card(paragraphs(*said), title, footer=t("One of them in full: /moderation rule show")))


def in_list(rule: Rule) -> Words:
    return t("- **{rule}** (`{name}`): {actions}", rule=title_of(rule), name=rule.name, actions=words_of(rule.actions))


async def named(ctx: Context[Settings], name: str) -> tuple[RuleSet, Rule]:
    """A rule by its name, or by its title in any language. Raises ``Invalid``."""
    async with ctx.db() as db:
        rules = await ruleset(db, ctx.community.id)
    known = by_name(rules)
    wanted = Spelling({one.name: (title_of(one),) for one in known.values()}).whole(name.strip().strip("`"))
    if wanted is not None:
        return rules, known[wanted]
    raise Invalid(t("There is no rule “{name}”. They are listed by /moderation rules", name=name.strip()), field="name")


@cog.command("moderation rule show", level=Level.MODERATOR)
async def rule_show(ctx: Askable[Settings], name: NameOption) -> None:
    """One rule: what it looks for, what it does, and how often it was right."""
    _, rule = await named(ctx, name)
    async with ctx.db() as db:
        record = await record_of(db, ctx.community.id, rule.name, rule.version)
        row = await version_of(db, ctx.community.id, rule.name, rule.version)
    cases = plural("{count} case", "{count} cases", count=record.cases)
    overturned = plural("{count} overturned", "{count} overturned", count=record.overturned)
    await ctx.reply(
        Card(
            paragraphs(
                spoken(rule.netiquette) if rule.netiquette else "",
                lines(
                    t("Looks for: {triggers}.", triggers=listing(*map(looks_for, rule.triggers))),
                    t("Does: {actions}.", actions=words_of(rule.actions)),
                    *conditions(rule, ctx.voice_for().zone),
                ),
                figures(record),
                listing(cases, overturned) if record.cases else "",
                trial_words(ctx, rule, row.since) if row and rule.mode is Mode.OBSERVE else "",
            ),
            title_of(rule),
            fields=(
                Field(t("Name"), rule.name),
                Field(t("Version"), str(rule.version)),
                Field(t("State"), MODES[rule.mode]),
                Field(t("Wrong hits allowed"), t("{percent} %", percent=round(rule.budget * 100, 1))),
            ),
            footer=row.why if row else "",
        )
    )


def conditions(rule: Rule, zone: ZoneInfo) -> Iterable[Words]:
    """Where and for whom a rule holds, and whom it spares."""
    if asked := rule.only.questions(zone):
        yield t("Only when: {conditions}.", conditions=listing(*(one.words for one in asked)))
    if asked := rule.unless.questions(zone):
        yield t("Spares: {conditions}.", conditions=listing(*(one.words for one in asked)))


def trial_words(ctx: Context[Settings], rule: Rule, since: datetime) -> Words:
    return t(
        "Its trial lasts until {moment}. Its hits are marked with /moderation review",
        moment=since + ctx.settings.observe_for,
    )


@cog.command("moderation rule mode", level=Level.ADMIN)
async def rule_mode(
    ctx: Askable[Settings],
    name: NameOption,
    mode: Annotated[
        Literal["act", "observe", "off"],
        Choices(act=t("Act"), observe=t("Observe"), off=t("Off")),
        Ask(title="Mode"),
    ],
) -> None:
    """Have a rule act, only observe, or rest."""
    _, rule = await named(ctx, name)
    said = t("set by {who}", who=ctx.member.name)
    await set_mode(ctx, rule, Mode(mode), said, by=ctx.person)
    if mode == "observe":
        done = t(
            "“{rule}” only observes now; its trial lasts {duration}.",
            rule=title_of(rule),
            duration=ctx.settings.observe_for,
        )
    elif mode == "act":
        done = t("“{rule}” acts now.", rule=title_of(rule))
    else:
        done = t("“{rule}” is off.", rule=title_of(rule))
    await ctx.reply(done)


class Editing(FormModel):
    actions: Annotated[
        Long,
        Ask(title="What it does", description="Separated by commas: delete, rephrase, points 2, timeout 10 min, tell"),
    ]
    netiquette: Annotated[Long, Ask(title="What it expects of people", max_length=500)] = ""
    channels: Annotated[tuple[str, ...], Ask(title="Channels it spares", description="Names, separated by commas")] = ()
    roles: Annotated[tuple[str, ...], Ask(title="Roles it spares", description="Names, separated by commas")] = ()
    budget: Annotated[int, Ask(title="Wrong hits allowed, in percent", ge=0, le=100)] = 5


@cog.command("moderation rule edit", level=Level.ADMIN)
async def rule_edit(ctx: Askable[Settings], name: NameOption) -> None:
    """Change what a rule does and whom it spares; a changed rule observes first."""
    _, rule = await named(ctx, name)
    voice = ctx.voice_for()
    values = {
        "actions": typed_actions(rule.actions, ctx.voice),
        "netiquette": voice.text(spoken(rule.netiquette)) if rule.netiquette else "",
        "channels": "\n".join(rule.unless.channels),
        "roles": "\n".join(rule.unless.roles),
        "budget": str(round(rule.budget * 100)),
    }
    await ctx.ask(edited, rule.name, title=title_of(rule), values=values)


@cog.form(Editing, title=t("Change a rule"), submit=t("Save"), level=Level.ADMIN)
async def edited(ctx: Interaction[Settings], given: Editing, name: str) -> None:
    rules, rule = await named(ctx, name)
    unless = rule.unless.model_copy(
        update={"channels": tuple(one.lstrip("#") for one in given.channels), "roles": given.roles}
    )
    same = given.netiquette.strip() == ctx.voice_for().text(spoken(rule.netiquette))
    changed = rule.model_copy(
        update={
            "actions": read_actions(given.actions, rule.actions),
            "netiquette": rule.netiquette if same else given.netiquette.strip(),
            "unless": unless,
            "budget": given.budget / 100,
        }
    )
    note = t("changed by {who}", who=ctx.member.name)
    after = await put_in_force(ctx, with_rule(rules, changed), note=note, by=ctx.person)
    await ctx.reply(changed_words(ctx, by_name(rules), [by_name(after)[name]]))


def changed_words(ctx: Context[Settings], before: Mapping[str, Rule], after: Iterable[Rule]) -> Words:
    """What became of rules that were changed."""
    said = []
    for rule in after:
        known = before.get(rule.name)
        if known is not None and known.version == rule.version:
            said.append(t("“{rule}” is as it was.", rule=title_of(rule)))
        elif rule.mode is Mode.OBSERVE:
            said.append(
                t(
                    "“{rule}” is version {version} now. It observes for {duration}, then its marked hits decide.",
                    rule=title_of(rule),
                    version=str(rule.version),
                    duration=ctx.settings.observe_for,
                )
            )
        else:
            said.append(t("“{rule}” is version {version} now.", rule=title_of(rule), version=str(rule.version)))
    return lines(*said)


def asks_for(acts: tuple[type[ActionBase], ...], rules: Iterable[Rule]) -> bool:
    return any(isinstance(action, acts) for rule in rules for action in rule.actions)


@cog.command("moderation test", level=Level.MODERATOR)
async def test(
    ctx: Askable[Settings], text: Annotated[str, Ask(title="Message", description="Nobody else sees it")]
) -> None:
    """What each rule would say of a message, and why."""
    if ctx.snapshot is None:
        await ctx.reply(t("There are no rules yet. Begin with /moderation preset standard"))
        return
    seen = Seen(text=text, id="test", at=ctx.now, author="test", channel=ctx.channel.id, channel_name=ctx.channel.name)
    told = ctx.snapshot.rulebook.explain(seen, Remembered())
    hits = [one for one in told if one.finding]
    others = [one for one in told if not one.finding]
    await ctx.reply(
        Card(
            paragraphs(
                lines(*(hit_words(one.rule, one.why) for one in hits)) if hits else "",
                lines(*(t("○ {rules}: {why}", rules=listing(*rules), why=why) for why, rules in by_reason(others))),
            ),
            plural("{count} rule would answer", "{count} rules would answer", count=len(hits))
            if hits
            else t("No rule would answer"),
            footer=t("A test only: nothing was counted, nothing was done."),
        )
    )


def by_reason(told: Iterable[Explained]) -> Sequence[tuple[Words, list[Words]]]:
    """Why rules found nothing, each reason once with the titles of its rules."""
    found: list[tuple[Words, list[Words]]] = []
    for one in told:
        titles = next((titles for why, titles in found if why == one.why), None)
        if titles is None:
            found.append((one.why, titles := []))
        titles.append(title_of(one.rule))
    return found


def hit_words(rule: Rule, why: Words) -> Words:
    what = words_of(rule.actions) if rule.mode is Mode.ACT else MODES[rule.mode]
    return t("● **{rule}**: {why} → {actions}", rule=title_of(rule), why=why, actions=what)

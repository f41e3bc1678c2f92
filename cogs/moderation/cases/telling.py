"""What members are told about their cases."""

from __future__ import annotations

from bot.cog import Button, Can, Card, Context, Tone, Words, link, t
from cogs.moderation.acting.plan import Plan
from cogs.moderation.appeals import appeal, appealable, why_now
from cogs.moderation.cases.deeds import POWERS, foreseen
from cogs.moderation.cases.saying import (
    message_words,
    paragraphs,
    points_words,
    rule_words,
    sanction_words,
)
from cogs.moderation.rules import Rule, spoken
from cogs.moderation.settings import Settings
from cogs.moderation.tables import Case, Deed, Kind


def case_card(ctx: Context[Settings], case: Case, plan: Plan, rule: Rule | None, written: Words, total: int) -> Card:
    """What happened, why, what is expected, and what to do about it; ``written`` is what the member wrote."""
    away = case.taken_away or foreseen(ctx, Can.DELETE_ANY)
    sanctioned = case.sanctioned or foreseen(ctx, POWERS.get(Kind(case.kind)))
    return Card(
        paragraphs(
            message_words(case, away, held=plan.hold, space=ctx.space) if plan.takes_away else "",
            sanction_words(case, sanctioned, space=ctx.space),
            t("Why: {reason}", reason=case.reason) if case.reason else "",
            expected(ctx, plan, rule),
            t("Here is what you wrote. Say it another way, and it is welcome:") if plan.rephrase else "",
            written,
            points_words(case.points, total, case),
        ),
        title_of(case, sanctioned),
        buttons=doors(ctx, case),
        footer=footer(case, rule),
        tone=tone_of(case) if sanctioned == Deed.DONE else Tone.WARNING,
    )


def tone_of(case: Case) -> Tone:
    """A reminder is no reproach."""
    if case.kind in (Kind.KICK, Kind.BAN):
        return Tone.GRAVE
    return Tone.WARNING if case.points or case.kind != Kind.NOTICE else Tone.NEUTRAL


def title_of(case: Case, sanctioned: str) -> Words:
    if sanctioned == Deed.ASKED:
        return t("Reported to the moderators")
    if sanctioned == Deed.UNDONE or case.kind == Kind.NOTICE:
        return t("About your message") if case.channel else t("About your account")
    match case.kind:
        case Kind.WARNING:
            return t("A warning")
        case Kind.TIMEOUT:
            return t("A pause")
        case Kind.KICK:
            return t("You were removed")
    return t("You were banned")


def expected(ctx: Context[Settings], plan: Plan, rule: Rule | None) -> Words:
    """What the netiquette asks: the action's words, the rule's, and where all of it stands."""
    said = plan.remind or (spoken(rule.netiquette) if rule and rule.netiquette else "")
    if ctx.settings.netiquette.startswith(("http://", "https://")):
        label = ctx.voice_for().text(t("the rules of the community"))
        return paragraphs(said, t("All of it: {rules}", rules=link(label, ctx.settings.netiquette)))
    return said


def footer(case: Case, rule: Rule | None) -> Words:
    number = str(case.number)
    if case.rule:
        return t("Case {number}, rule: {rule}", number=number, rule=rule_words(case, rule))
    return t("Case {number}", number=number)


def doors(ctx: Context[Settings], case: Case) -> tuple[Button, ...]:
    why = why_now.button(t("Why?"))
    if ctx.settings.appeals and appealable(case):
        return (appeal.primary(t("Appeal"), case=case.id), why)
    return (why,)

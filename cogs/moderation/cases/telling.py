"""What members are told about their cases."""

from __future__ import annotations

from bot.cog import Button, Can, Card, Context, Tone, Words, link, t
from cogs.moderation.acting.plan import Plan
from cogs.moderation.appeals import appeal, appealable, why_now
from cogs.moderation.cases.saying import (
    POWERS,
    asked_words,
    done_words,
    paragraphs,
    points_words,
    rule_words,
)
from cogs.moderation.rules import Rule, spoken
from cogs.moderation.settings import Settings
from cogs.moderation.tables import Case, Kind


def case_card(ctx: Context[Settings], case: Case, plan: Plan, rule: Rule | None, written: Words, total: int) -> Card:
    """What happened, why, what is expected, and what to do about it; ``written`` is what the member wrote."""
    power = POWERS.get(Kind(case.kind))
    able = (not plan.takes_away or ctx.can(Can.DELETE_ANY)) and (power is None or ctx.can(power))
    if able:
        first = done_words(case, taken_away=plan.takes_away, held=plan.hold, space=ctx.space)
    else:
        first = asked_words(case, taken_away=plan.takes_away, space=ctx.space)
    return Card(
        paragraphs(
            *first,
            t("Why: {reason}", reason=case.reason) if case.reason else "",
            expected(ctx, plan, rule),
            t("Here is what you wrote. Say it another way, and it is welcome:") if plan.rephrase else "",
            written,
            points_words(case.points, total, case),
        ),
        title_of(case),
        buttons=doors(ctx, case),
        footer=footer(case, rule),
        tone=tone_of(case),
    )


def tone_of(case: Case) -> Tone:
    """A reminder is no reproach."""
    if case.kind in (Kind.KICK, Kind.BAN):
        return Tone.GRAVE
    return Tone.WARNING if case.points or case.kind != Kind.NOTICE else Tone.NEUTRAL


def title_of(case: Case) -> Words:
    match case.kind:
        case Kind.NOTICE:
            return t("About your message") if case.channel else t("About your account")
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

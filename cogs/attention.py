"""Attention: what Relais posted or held back, and why; and the community's alert level."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from itertools import groupby
from typing import Annotated, Literal

from pydantic import Field

from bot.cog import (
    Alarm,
    Alert,
    Askable,
    Card,
    Choices,
    Cog,
    CogSettings,
    Level,
    State,
    Tally,
    Tone,
    Words,
    lines,
    plural,
    t,
)
from bot.cog import Field as CardField

cog = Cog("attention", CogSettings, title="Attention")

PER_CARD = 20

LEVELS: Mapping[Alert, Words] = {
    Alert.CALM: t("calm"),
    Alert.WATCH: t("watch"),
    Alert.LOCKDOWN: t("lockdown"),
}
MEANINGS: Mapping[Alert, Words] = {
    Alert.CALM: t("Everything runs as usual."),
    Alert.WATCH: t("Moderation looks more closely; Relais posts as usual."),
    Alert.LOCKDOWN: t("Only answers to members and urgent messages leave; everything scheduled waits."),
}
ORDER = (State.SENT, State.MERGED, State.WAITING, State.SENDING, State.DROPPED, State.FAILED, State.UNCERTAIN)
TONES: Mapping[Alert, Tone] = {Alert.CALM: Tone.GOOD, Alert.WATCH: Tone.WARNING, Alert.LOCKDOWN: Tone.GRAVE}


@cog.command("attention report", level=Level.MODERATOR)
async def report(
    ctx: Askable[CogSettings],
    days: Annotated[int, Field(title="Days", description="How many days to look back", ge=1, le=90)] = 7,
) -> None:
    """Show what Relais posted, delayed, merged or dropped lately, and why."""
    period = timedelta(days=days)
    tallies = await ctx.desk.attention.report(ctx.community, since=ctx.now - period)
    await ctx.reply(report_card(tallies, ctx.desk.titles(), period))


@cog.command("alert show", level=Level.MODERATOR)
async def show(ctx: Askable[CogSettings]) -> None:
    """Show the alert level of the community, and what it changes."""
    await ctx.reply(alert_card(ctx.desk.alert(ctx.community)))


@cog.command("alert set", level=Level.MODERATOR)
async def set_level(
    ctx: Askable[CogSettings],
    level: Annotated[
        Literal["calm", "watch", "lockdown"],
        Choices(calm=LEVELS[Alert.CALM], watch=LEVELS[Alert.WATCH], lockdown=LEVELS[Alert.LOCKDOWN]),
        Field(title="Level"),
    ],
    reason: Annotated[str, Field(title="Reason", description="For the other moderators", max_length=300)],
    lasting: Annotated[
        timedelta | None,
        Field(
            title="Lasting",
            description="Such as “2h30”; until somebody changes it if empty",
            ge=timedelta(minutes=1),
            le=timedelta(days=30),
        ),
    ] = None,
) -> None:
    """Change the alert level of the community."""
    until = ctx.now + lasting if lasting and level != "calm" else None
    await ctx.desk.set_alert(ctx.community, Alert(level), by=ctx.member, why=reason, until=until)
    await ctx.reply(alert_card(ctx.desk.alert(ctx.community)))


@cog.button(level=Level.MODERATOR)
async def calm_down(ctx: Askable[CogSettings]) -> None:
    why = ctx.voice.text(t("ended by {name}", name=ctx.member.name))
    await ctx.desk.set_alert(ctx.community, Alert.CALM, by=ctx.member, why=why, until=None)
    await ctx.reply(alert_card(ctx.desk.alert(ctx.community)))


def alert_card(alarm: Alarm) -> Card:
    """The level, what it changes, why it was raised and until when."""
    calm = alarm.level is Alert.CALM
    why = t("Reason: {reason}", reason=alarm.why) if alarm.why and not calm else ""
    end = t("Until {moment}, then calm again.", moment=alarm.until) if alarm.until else ""
    return Card(
        lines(*(words for words in (MEANINGS[alarm.level], why, end) if words)),
        t("Alert level: {level}", level=LEVELS[alarm.level]),
        buttons=() if calm else (calm_down.button(t("Return to calm")),),
        tone=TONES[alarm.level],
    )


def report_card(tallies: Iterable[Tally], titles: Mapping[str, Words], period: timedelta) -> Card:
    """What became of the posts, by cog."""
    ordered = sorted(tallies, key=lambda tally: (tally.cog, ORDER.index(State(tally.state)), -tally.count))
    if not ordered:
        return Card(
            t(
                "Nothing was posted during the last {duration}. To begin, choose where newcomers are greeted: "
                "/settings set welcome.channel",
                duration=period,
            )
        )
    sent = sum(tally.count for tally in ordered if tally.state == State.SENT)
    return Card(
        plural("{count} post in all was sent.", "{count} posts in all were sent.", count=sent),
        t("Posts of the last {duration}", duration=period),
        fields=tuple(
            CardField(titles.get(name, name), lines(*sentences(list(group))), short=False)
            for name, group in groupby(ordered, key=lambda tally: tally.cog)
        )[:PER_CARD],
    )


def sentences(tallies: list[Tally]) -> list[Words]:
    """One line for each fate and reason; posts that were sent at once make one line together."""
    prompt = sum(tally.count for tally in tallies if at_once(tally))
    said: list[Words] = []
    if prompt:
        said.append(plural("{count} sent at once", "{count} sent at once", count=prompt))
    said += [sentence(tally) for tally in tallies if not at_once(tally)]
    return said


def at_once(tally: Tally) -> bool:
    return tally.state == State.SENT and not tally.delayed


def sentence(tally: Tally) -> Words:
    count, reason = tally.count, tally.reason
    match tally.state:
        case State.SENT:
            return plural("{count} sent later: {reason}", "{count} sent later: {reason}", count=count, reason=reason)
        case State.MERGED:
            return plural("{count} merged with another post", "{count} merged with other posts", count=count)
        case State.WAITING:
            return plural("{count} waiting: {reason}", "{count} waiting: {reason}", count=count, reason=reason)
        case State.DROPPED:
            return plural("{count} dropped: {reason}", "{count} dropped: {reason}", count=count, reason=reason)
        case State.FAILED:
            return plural("{count} failed: {reason}", "{count} failed: {reason}", count=count, reason=reason)
        case State.UNCERTAIN:
            return plural(
                "{count} perhaps sent: {reason}", "{count} perhaps sent: {reason}", count=count, reason=reason
            )
    return plural("{count} leaving now", "{count} leaving now", count=count)

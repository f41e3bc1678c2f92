"""What happened to me, and an appeal: asked by the member, decided by moderators with words, never forgotten."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field as Ask
from sqlalchemy import select

from bot.cog import (
    Askable,
    Button,
    Card,
    Channel,
    Context,
    Db,
    Field,
    FormModel,
    Interaction,
    Invalid,
    Level,
    Long,
    Member,
    MessageRef,
    NotFound,
    Priority,
    Tone,
    Words,
    lines,
    plural,
    t,
)
from cogs.moderation.acting.holding import quoted
from cogs.moderation.base import cog
from cogs.moderation.book.stored import Titles, titles_of, version_of
from cogs.moderation.cases.direct import tell
from cogs.moderation.cases.log import log
from cogs.moderation.cases.reverse import reverse
from cogs.moderation.cases.saying import (
    STATES,
    burst_words,
    cause_words,
    evidence_words,
    paragraphs,
    rule_words,
    what_words,
)
from cogs.moderation.ladder import Grant, Standing, standing
from cogs.moderation.rules import Rule
from cogs.moderation.settings import Settings
from cogs.moderation.tables import Answer, Appeal, Case, Kind, RuleHit, State

SHOWN = 3
"""Cases that ``/why`` shows."""


def appealable(case: Case) -> bool:
    """A reminder or a request to rephrase is nothing to appeal."""
    return case.state == State.STANDS and (case.kind != Kind.NOTICE or case.points > 0)


@cog.command("why")
async def why(ctx: Askable[Settings]) -> None:
    """What moderation did about you, why, and how to appeal."""
    await answer_why(ctx)


@cog.button()
async def why_now(ctx: Askable[Settings]) -> None:
    await answer_why(ctx)


async def answer_why(ctx: Askable[Settings]) -> None:
    async with ctx.db() as db:
        mine = (Case.community == ctx.community.id, Case.person == ctx.person, Case.state != State.PROPOSED)
        cases = (await db.scalars(select(Case).where(*mine).order_by(Case.id.desc()))).all()
        versions = {case.id: await version_of(db, case.community, case.rule, case.version) for case in cases[:SHOWN]}
        hits = (
            await db.scalars(
                select(RuleHit).where(RuleHit.case.in_([case.id for case in cases[:SHOWN]])).order_by(RuleHit.id)
            )
        ).all()
        titles = await titles_of(db, ctx.community.id, hits)
    if not cases:
        await ctx.reply(Card(t("Moderation has nothing about you: no case, no points."), t("Nothing at all")))
        return
    grants = [Grant(case.at, case.points) for case in cases if case.state == State.STANDS and case.points]
    now = standing(ctx.settings.steps, grants, ctx.now)
    await ctx.reply(Card(standing_words(now, len(cases)), t("Where you stand")))
    for case in reversed(cases[:SHOWN]):
        version = versions[case.id]
        rule = Rule.model_validate_json(version.document) if version else None
        besides = burst_words(case, [hit for hit in hits if hit.case == case.id], titles)
        await ctx.reply(why_card(ctx, case, rule, besides))


def standing_words(now: Standing, cases: int) -> Words:
    said = plural("There is {count} case about you.", "There are {count} cases about you.", count=cases)
    if not now.points:
        return lines(said, t("You have no points."))
    if now.next_decay is None or now.clear_at is None:
        return lines(said, plural("You have {count} point.", "You have {count} points.", count=now.points))
    return lines(
        said,
        plural(
            "You have {count} point. It is forgotten on {last}.",
            "You have {count} points. The next one is forgotten on {next}, the last one on {last}.",
            count=now.points,
            next=now.next_decay,
            last=now.clear_at,
        ),
    )


def why_card(ctx: Askable[Settings], case: Case, rule: Rule | None, besides: Words) -> Card:
    buttons = (appeal.primary(t("Appeal"), case=case.id),) if ctx.settings.appeals and appealable(case) else ()
    fields = [Field(t("What"), what_words(case)), Field(t("When"), t("{moment}", moment=case.at))]
    if case.rule:
        fields.append(Field(t("Rule"), rule_words(case, rule)))
    if case.points:
        fields.append(Field(t("Points"), str(case.points)))
    if case.state == State.REVERSED:
        fields.append(Field(t("State"), STATES[case.state]))
    return Card(
        paragraphs(evidence_words(case), besides, t("Why: {reason}", reason=case.reason) if case.reason else ""),
        t("Case {number}", number=str(case.number)),
        fields=tuple(fields),
        buttons=buttons,
    )


class Asked(FormModel):
    words: Annotated[
        Long,
        Ask(
            title="What should be looked at again?",
            description="What happened as you see it. A moderator reads it and answers you.",
            min_length=10,
            max_length=1500,
        ),
    ]


@cog.button()
async def appeal(ctx: Askable[Settings], case: int) -> None:
    async with ctx.db() as db:
        refusal = await why_not(ctx, db, case)
    if refusal:
        await ctx.reply(refusal)
    else:
        await ctx.ask(appealed, case)


async def why_not(ctx: Interaction[Settings], db: Db, number: int) -> Words:
    """Why somebody may not appeal now; empty when they may."""
    case = await db.get(Case, number)
    if case is None or case.community != ctx.community.id or case.person != ctx.person:
        return t("This case is somebody else’s, or was erased. Yours are under /why")
    if case.state == State.REVERSED:
        return t("This case is reversed already: it no longer counts.")
    if not ctx.settings.appeals:
        return t("Appeals are closed here. Write to a moderator instead.")
    last = await db.scalar(select(Appeal).where(Appeal.case == number).order_by(Appeal.id.desc()).limit(1))
    if last is not None and last.state == Answer.OPEN:
        return t("You appealed already, on {moment}. The moderators will answer you.", moment=last.at)
    if last is not None and last.decided_at and ctx.now < last.decided_at + ctx.settings.appeal_again:
        again = last.decided_at + ctx.settings.appeal_again
        return t("Your appeal was turned down. You may appeal again from {moment} on.", moment=again)
    return ""


@cog.form(Asked, title=t("Appeal"), submit=t("Send"))
async def appealed(ctx: Interaction[Settings], asked: Asked, case: int) -> None:
    words = asked.words.strip()
    if len(words) < 10:
        raise Invalid(t("Say in a sentence or two what should be looked at again."), field="words")
    async with ctx.db() as db:
        if refusal := await why_not(ctx, db, case):
            raise Invalid(refusal)
        row = Appeal(
            community=ctx.community.id,
            case=case,
            space=ctx.space.key,
            person=ctx.person,
            account=ctx.member.id,
            words=words,
            at=ctx.now,
            state=Answer.OPEN.value,
        )
        db.add(row)
        await db.flush()
        await log(ctx, db, await db.get_one(Case, case), "appealed")
        arguments = {"appeal": row.id}
        await db.later(show_appeal, at=ctx.now, key=f"{row.id}", arguments=arguments)
        due = ctx.now + ctx.settings.appeal_reminder
        await db.later(remind_appeal, at=due, key=f"{row.id} 1", arguments={"appeal": row.id, "times": 1})
    await ctx.reply(t("Your appeal is with the moderators. You will be answered here, privately."))


@cog.job()
async def show_appeal(ctx: Context[Settings], appeal: int) -> None:
    """Put an appeal before the moderators."""
    channel = ctx.settings.alerts or ctx.moderators
    async with ctx.db() as db:
        row = await db.get(Appeal, appeal)
        case = await db.get(Case, row.case) if row else None
        titles = await titles_of(db, ctx.community.id, [case] if case else [])
    if row is None or case is None or channel is None:
        return
    card, key = appeal_card(row, case, titles), f"moderation.appeal {appeal}"
    sent = await ctx.post(channel, card, priority=Priority.URGENT, key=key, why=t("appeal"))
    if sent.ref is not None:
        async with ctx.db() as db:
            row = await db.get_one(Appeal, appeal)
            row.channel, row.message = channel.id, sent.ref.id


def appeal_card(row: Appeal, case: Case, titles: Titles) -> Card:
    open_ = row.state == Answer.OPEN
    return Card(
        paragraphs(quoted(row.words), t("**What was decided on:**"), evidence_words(case)),
        t("{name} appeals case {number}", name=case.name or "?", number=str(case.number)),
        fields=(
            Field(t("What"), what_words(case)),
            Field(t("Why"), cause_words(case, titles)),
            Field(t("By"), case.by_name or t("automatic")),
            *(() if open_ else (Field(t("Decided"), decided_words(row), short=False),)),
        ),
        buttons=decisions(row) if open_ else (),
        tone=Tone.WARNING if open_ else Tone.NEUTRAL,
    )


def decisions(row: Appeal) -> tuple[Button, ...]:
    return (overturn.primary(t("Overturn"), appeal=row.id), uphold.button(t("Uphold"), appeal=row.id))


def decided_words(row: Appeal) -> Words:
    who = row.decided_name or "?"
    if row.state == Answer.OVERTURNED:
        return t("Overturned by {who}: {words}", who=who, words=row.answer)
    return t("Upheld by {who}: {words}", who=who, words=row.answer)


class Decision(FormModel):
    words: Annotated[
        Long, Ask(title="What do you answer?", description="The member reads it.", min_length=3, max_length=1000)
    ]


@cog.button(level=Level.MODERATOR)
async def overturn(ctx: Askable[Settings], appeal: int) -> None:
    if await still_open(ctx, appeal):
        await ctx.ask(overturned, appeal)


@cog.button(level=Level.MODERATOR)
async def uphold(ctx: Askable[Settings], appeal: int) -> None:
    if await still_open(ctx, appeal):
        await ctx.ask(upheld, appeal)


async def still_open(ctx: Askable[Settings], appeal: int) -> bool:
    async with ctx.db() as db:
        row = await db.get(Appeal, appeal)
    if row is not None and row.community == ctx.community.id and row.state == Answer.OPEN:
        return True
    await ctx.reply(t("This appeal was decided already. See /appeals list"))
    return False


@cog.form(Decision, title=t("Overturn the decision"), submit=t("Overturn"), level=Level.MODERATOR)
async def overturned(ctx: Interaction[Settings], decision: Decision, appeal: int) -> None:
    case = await decide(ctx, appeal, Answer.OVERTURNED, decision.words)
    await reverse(ctx, case, decision.words, what="overturned")
    await ctx.reply(t("Overturned: the case no longer counts, and the member is told."))


@cog.form(Decision, title=t("Uphold the decision"), submit=t("Uphold"), level=Level.MODERATOR)
async def upheld(ctx: Interaction[Settings], decision: Decision, appeal: int) -> None:
    await decide(ctx, appeal, Answer.UPHELD, decision.words)
    await ctx.reply(t("Upheld, and the member told."))


async def decide(ctx: Interaction[Settings], appeal: int, answer: Answer, words: str) -> int:
    """Store a decision, and have the member told; gives the case. Raises ``Invalid`` when it was decided before."""
    async with ctx.db() as db:
        row = await db.get(Appeal, appeal, with_for_update=True)
        if row is None or row.community != ctx.community.id or row.state != Answer.OPEN:
            raise Invalid(t("This appeal was decided already. See /appeals list"))
        row.state, row.answer, row.decided_at = answer.value, words.strip(), ctx.now
        row.decided_by, row.decided_name = ctx.person, ctx.member.name
        if answer is Answer.UPHELD:
            await log(ctx, db, await db.get_one(Case, row.case), "upheld")
        arguments = {"appeal": appeal, "person": row.person}
        await db.later(tell_decision, at=ctx.now, key=f"{appeal}", arguments=arguments)
    return row.case


@cog.job()
async def tell_decision(ctx: Context[Settings], appeal: int, person: str) -> None:
    """Answer whoever appealed, and settle the card; an overturned case says so itself."""
    async with ctx.db() as db:
        row = await db.get(Appeal, appeal)
        case = await db.get(Case, row.case) if row else None
        titles = await titles_of(db, ctx.community.id, [case] if case else [])
    if row is None or case is None:
        return
    if row.state == Answer.UPHELD:
        member = await ctx.member_by_id(row.account) or Member(ctx.space, row.account, case.name or "")
        again = ctx.now + ctx.settings.appeal_again
        card = Card(
            paragraphs(
                t("The moderators looked at case {number} again. It stands.", number=str(case.number)),
                quoted(row.answer),
                t("You may appeal again from {moment} on.", moment=again),
            ),
            t("Your appeal"),
        )
        await tell(ctx, case, member, card, key=f"moderation.decided {appeal}")
    if row.channel and row.message:
        with suppress(NotFound):
            await ctx.edit(MessageRef(Channel(ctx.space, row.channel), row.message), appeal_card(row, case, titles))


@cog.job()
async def remind_appeal(ctx: Context[Settings], appeal: int, times: int) -> None:
    """An appeal nobody answered does not age in silence."""
    channel = ctx.settings.alerts or ctx.moderators
    async with ctx.db() as db:
        row = await db.get(Appeal, appeal)
        case = await db.get(Case, row.case) if row else None
    if row is None or case is None or row.state != Answer.OPEN or channel is None:
        return
    card = Card(
        t(
            "{name} has been waiting {duration} for an answer about case {number}.",
            name=case.name or "?",
            duration=waited(row.at, ctx.now),
            number=str(case.number),
        ),
        t("An appeal waits"),
        buttons=decisions(row),
        tone=Tone.WARNING,
    )
    await ctx.post(channel, card, priority=Priority.PERSON, key=f"moderation.waiting {appeal} {times}", why=t("appeal"))
    key = f"{appeal} {times + 1}"
    await ctx.later(remind_appeal, after=ctx.settings.appeal_reminder, key=key, appeal=appeal, times=times + 1)


def waited(since: datetime, now: datetime) -> timedelta:
    """In whole hours."""
    return timedelta(hours=(now - since) // timedelta(hours=1))


@cog.command("appeals list", level=Level.MODERATOR)
async def appeals_list(ctx: Askable[Settings]) -> None:
    """The appeals that wait for an answer, oldest first."""
    async with ctx.db() as db:
        mine = (Appeal.community == ctx.community.id, Appeal.state == Answer.OPEN)
        rows = (await db.scalars(select(Appeal).where(*mine).order_by(Appeal.at))).all()
        cases = {
            case.id: case for case in await db.scalars(select(Case).where(Case.id.in_([row.case for row in rows])))
        }
        titles = await titles_of(db, ctx.community.id, cases.values())
    if not rows:
        await ctx.reply(t("No appeal waits for an answer."))
        return
    await ctx.reply(plural("{count} appeal waits.", "{count} appeals wait, oldest first.", count=len(rows)))
    for row in rows[:SHOWN]:
        await ctx.reply(appeal_card(row, cases[row.case], titles))

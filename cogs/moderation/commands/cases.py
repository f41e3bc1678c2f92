"""Cases read and written by moderators: one of them, the latest, notes, reversals, and somebody's history."""

from __future__ import annotations

from collections.abc import Sequence
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
    Tone,
    Words,
    lines,
    t,
    to,
)
from cogs.moderation.actions import words_of
from cogs.moderation.appeals import decided_words
from cogs.moderation.base import cog
from cogs.moderation.book.stored import titles_of, version_of
from cogs.moderation.cases.pages import history, page
from cogs.moderation.cases.reverse import reverse, undoes
from cogs.moderation.cases.saying import (
    MESSAGES,
    SOURCES,
    STATES,
    burst_words,
    evidence_words,
    paragraphs,
    rule_words,
    what_words,
)
from cogs.moderation.cases.ways import way_to
from cogs.moderation.rules import Rule
from cogs.moderation.rules.found import found_words
from cogs.moderation.settings import Settings
from cogs.moderation.tables import Answer, Appeal, Case, Deed, Kind, Note, RuleHit, State

Number = Annotated[int, Ask(title="Number of the case", ge=1)]


async def case_of(ctx: Context[Settings], db: Db, number: int) -> Case:
    """Raises ``Invalid``."""
    found: Case | None = await db.scalar(select(Case).where(Case.community == ctx.community.id, Case.number == number))
    if found is None:
        raise Invalid(t("There is no case {number}. See /case list", number=str(number)), field="number")
    return found


@cog.command("case show", level=Level.MODERATOR)
async def show(ctx: Askable[Settings], number: Number) -> None:
    """Show a case: what happened, by which rule or moderator, notes and appeals."""
    async with ctx.db() as db:
        case = await case_of(ctx, db, number)
    await ctx.reply(await full_card(ctx, case.id))


async def full_card(ctx: Context[Settings], id: int) -> Card:
    async with ctx.db() as db:
        case = await db.get_one(Case, id)
        version = await version_of(db, case.community, case.rule, case.version)
        notes = (await db.scalars(select(Note).where(Note.case == id).order_by(Note.id))).all()
        appeals = (await db.scalars(select(Appeal).where(Appeal.case == id).order_by(Appeal.id))).all()
        hits = (await db.scalars(select(RuleHit).where(RuleHit.case == id).order_by(RuleHit.id))).all()
        titles = await titles_of(db, case.community, hits)
    rule = Rule.model_validate_json(version.document) if version else None
    return Card(
        paragraphs(
            evidence_words(case),
            t("Found: {detail}", detail=found_words(case.trigger, case.detail)) if case.detail else "",
            t("The rule asks for: {actions}.", actions=words_of(rule.actions)) if rule else "",
            burst_words(case, hits, titles),
            t("Reason: {reason}", reason=case.reason) if case.reason else "",
            reversal_words(case),
            lines(*(note_words(note) for note in notes)) if notes else "",
            lines(*(appeal_words(one) for one in appeals)) if appeals else "",
        ),
        t("Case {number}: {name}", number=str(case.number), name=case.name or t("somebody who was erased")),
        fields=tuple(facts(ctx, case, rule)),
        buttons=(*buttons_of(case), *(() if is_away(case) else await way_to(ctx, case.channel, case.message))),
    )


def facts(ctx: Context[Settings], case: Case, rule: Rule | None) -> Sequence[Field]:
    found = [
        Field(t("What"), what_words(case)),
        Field(t("When"), t("{moment}", moment=case.at)),
        Field(t("By"), case.by_name or SOURCES[case.source]),
    ]
    if case.state != State.STANDS:
        found.append(Field(t("State"), STATES[case.state]))
    if case.rule:
        found.append(Field(t("Rule"), rule_words(case, rule)))
    if case.channel:
        found.append(Field(t("Where"), to(Channel(ctx.space, case.channel))))
    if case.points:
        found.append(Field(t("Points"), str(case.points)))
    if case.kind != Kind.NOTICE and (message := MESSAGES.get(case.taken_away or "")):
        found.append(Field(t("Message"), message))
    if case.messages > 1:
        found.append(Field(t("Messages"), str(case.messages)))
    return found


def is_away(case: Case) -> bool:
    return case.taken_away in (Deed.DONE, Deed.BY_HAND)


def reversal_words(case: Case) -> Words:
    if case.reversed_at is None:
        return ""
    return t(
        "Reversed by {who} on {moment}: {why}",
        who=case.reversed_name or "?",
        moment=case.reversed_at,
        why=case.reversed_why or "",
    )


def note_words(note: Note) -> Words:
    return t("Note of {who}: {text}", who=note.by_name or "?", text=note.text)


def appeal_words(row: Appeal) -> Words:
    if row.state == Answer.OPEN:
        return t("Appeal, not answered yet: {words}", words=row.words)
    return t("Appeal. {decision}", decision=decided_words(row))


def buttons_of(case: Case) -> tuple[Button, ...]:
    note = note_it.button(t("Add a note"), case=case.id)
    if case.state != State.STANDS:
        return (note,)
    return (reverse_it.danger(t("Reverse the case"), case=case.id), note)


@cog.command("case list", level=Level.MODERATOR)
async def list_cases(
    ctx: Askable[Settings],
    member: Annotated[Member | None, Ask(title="Member")] = None,
) -> None:
    """The latest cases, of everybody or of one member."""
    person = await ctx.person_of(member) if member else None
    await ctx.reply(await page(ctx, person))


class Noting(FormModel):
    text: Annotated[Long, Ask(title="Note", description="Moderators read it, the member does not.", max_length=1000)]


@cog.command("case note", level=Level.MODERATOR)
async def note(
    ctx: Askable[Settings],
    number: Number,
    text: Annotated[str, Ask(title="Note", description="Moderators read it, the member does not", max_length=1000)],
) -> None:
    """Write a note on a case, for the moderators."""
    async with ctx.db() as db:
        case = await case_of(ctx, db, number)
        write_note(ctx, db, case, text)
    await ctx.reply(t("Noted on case {number}.", number=str(number)))


@cog.button(level=Level.MODERATOR)
async def note_it(ctx: Askable[Settings], case: int) -> None:
    await ctx.ask(noted, case)


@cog.form(Noting, title=t("A note"), submit=t("Keep"), level=Level.MODERATOR)
async def noted(ctx: Interaction[Settings], noting: Noting, case: int) -> None:
    async with ctx.db() as db:
        row = await mine(ctx, db, case)
        write_note(ctx, db, row, noting.text)
    await ctx.reply(t("Noted on case {number}.", number=str(row.number)))


def write_note(ctx: Interaction[Settings], db: Db, case: Case, text: str) -> None:
    if not text.strip():
        raise Invalid(t("An empty note says nothing: write a few words."), field="text")
    db.add(
        Note(
            community=ctx.community.id,
            case=case.id,
            at=ctx.now,
            person=case.person,
            text=text.strip(),
            by=ctx.person,
            by_name=ctx.member.name,
        )
    )


async def mine(ctx: Interaction[Settings], db: Db, id: int) -> Case:
    """Raises ``Invalid``."""
    case = await db.get(Case, id)
    if case is None or case.community != ctx.community.id:
        raise Invalid(t("This case is gone."))
    return case


class Reversing(FormModel):
    why: Annotated[Long, Ask(title="Why?", description="The member reads it.", min_length=3, max_length=500)]


@cog.command("case reverse", level=Level.MODERATOR)
async def reverse_case(
    ctx: Askable[Settings],
    number: Number,
    why: Annotated[str, Ask(title="Why", description="The member reads it", min_length=3, max_length=500)],
) -> None:
    """Reverse a case: points go, the sanction is undone, the member is told."""
    async with ctx.db() as db:
        case = await case_of(ctx, db, number)
    await reply_reversed(ctx, case, why)


@cog.button(level=Level.MODERATOR)
async def reverse_it(ctx: Askable[Settings], case: int) -> None:
    await ctx.ask(reversing, case)


@cog.form(Reversing, title=t("Reverse a case"), submit=t("Reverse the case"), level=Level.MODERATOR)
async def reversing(ctx: Interaction[Settings], given: Reversing, case: int) -> None:
    async with ctx.db() as db:
        row = await mine(ctx, db, case)
    await reply_reversed(ctx, row, given.why)


async def reply_reversed(ctx: Interaction[Settings], case: Case, why: str) -> None:
    number = str(case.number)
    if not await reverse(ctx, case.id, why):
        raise Invalid(t("Case {number} is reversed already.", number=number), field="number")
    undone: dict[str, Words] = {
        Kind.TIMEOUT: t("Its time-out is lifted."),
        Kind.BAN: t("Its ban is lifted."),
    }
    await ctx.reply(
        Card(
            paragraphs(
                undone.get(case.kind, "") if undoes(ctx, case) else "",
                t("Its points no longer count, and the member is told."),
            ),
            t("Case {number} is reversed", number=number),
            tone=Tone.GOOD,
        )
    )


@cog.command("case history", level=Level.MODERATOR)
async def member_history(ctx: Askable[Settings], member: Annotated[Member, Ask(title="Member")]) -> None:
    """Somebody's cases, and their points now."""
    await ctx.reply(await history(ctx, await ctx.person_of(member), member))

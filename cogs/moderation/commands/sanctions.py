"""What moderators do by command: warn, mute, remove, ban, each with a reason, each a case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated

from pydantic import Field
from sqlalchemy import func, or_, select

from bot.cog import (
    Askable,
    Can,
    Card,
    Context,
    Db,
    Invalid,
    Level,
    Member,
    Tone,
    Unban,
    Words,
    at,
    lines,
    t,
)
from cogs.moderation.acting.carry import carry_out
from cogs.moderation.acting.plan import RUNGS
from cogs.moderation.acting.record import history
from cogs.moderation.base import cog
from cogs.moderation.book.stored import Titles, titles_of
from cogs.moderation.cases.deeds import POWERS, foreseen
from cogs.moderation.cases.log import log
from cogs.moderation.cases.numbers import next_number
from cogs.moderation.cases.opening import Concerned, open_case
from cogs.moderation.cases.reverse import reverse
from cogs.moderation.cases.saying import deed_words, kind_words, line_of, paragraphs
from cogs.moderation.ladder import Grant, Rung, judged
from cogs.moderation.settings import Settings
from cogs.moderation.tables import GRAVITY, Case, Deed, Kind, Source, State

Who = Annotated[Member, Field(title="Member")]
Why = Annotated[str, Field(title="Reason", description="The member reads it", min_length=3, max_length=500)]
How_long = Annotated[timedelta, Field(title="How long", ge=timedelta(minutes=1), le=timedelta(days=365))]
SHOWN = 5
INSTEAD: Mapping[Deed, Words] = {
    Deed.ASKED: t("The bot may not do this here: the moderators are asked to, and the member is told."),
    Deed.UNDONE: t(
        "The bot may not do this here, and no moderators’ channel is chosen: /settings set community.moderators."
    ),
}
"""What follows a decision that the bot may not carry out."""


@cog.command("mod warn", level=Level.MODERATOR)
async def warn(
    ctx: Askable[Settings],
    member: Who,
    reason: Why,
    points: Annotated[int, Field(title="Points", description="They lead up the ladder", ge=0, le=20)] = 1,
) -> None:
    """Warn a member, privately, with points that decay."""
    await propose(ctx, member, Kind.WARNING, reason, points=points)


@cog.command("mod mute", level=Level.MODERATOR)
async def mute(ctx: Askable[Settings], member: Who, duration: How_long, reason: Why) -> None:
    """Silence a member for a while; it holds if they leave and come back."""
    await propose(ctx, member, Kind.TIMEOUT, reason, length=duration)


@cog.command("mod kick", level=Level.MODERATOR)
async def kick(ctx: Askable[Settings], member: Who, reason: Why) -> None:
    """Remove a member, who may come back; they are told before."""
    await propose(ctx, member, Kind.KICK, reason)


@cog.command("mod ban", level=Level.MODERATOR)
async def ban(
    ctx: Askable[Settings],
    member: Who,
    reason: Why,
    delete: Annotated[
        timedelta,
        Field(title="Delete their messages of", description="7 days at most", ge=timedelta(0), le=timedelta(days=7)),
    ] = timedelta(0),
) -> None:
    """Ban a member; they are told before, and may appeal."""
    await propose(ctx, member, Kind.BAN, reason, purge=delete)


async def propose(
    ctx: Askable[Settings],
    member: Member,
    kind: Kind,
    reason: str,
    *,
    points: int = 0,
    length: timedelta = timedelta(),
    purge: timedelta = timedelta(),
) -> None:
    """Make a case; asked to be confirmed when the member has had several."""
    refuse_equals(ctx, member)
    if not reason.strip():
        raise Invalid(t("A reason is needed: the member reads it, and so do the moderators after you."), field="reason")
    person = await ctx.person_of(member)
    async with ctx.db() as db:
        if standing := await same_sanction(ctx, db, member, kind):
            titles = await titles_of(db, ctx.community.id, [standing])
            raise Invalid(t("Nothing to do: {case}", case=line_of(standing, titles)))
        before = await earlier_cases(ctx, db, person)
        titles = await titles_of(db, ctx.community.id, before)
        confirm = bool(ctx.settings.confirm_from) and len(before) >= ctx.settings.confirm_from
        case = await open_case(
            ctx,
            db,
            Concerned(person, member.id, member.name),
            kind,
            Source.COMMAND,
            key=f"command {ctx.cause}",
            state=State.PROPOSED,
            reason=reason.strip(),
            points=points,
            until=ctx.now + length if length else None,
            purge=int(purge.total_seconds()),
            by=ctx.person,
            by_name=ctx.member.name,
        )
        if not confirm:
            await stand(ctx, db, case)
    if confirm:
        await ctx.reply(confirm_card(case, before, titles))
    else:
        await ctx.reply(done_card(ctx, case, member))


def refuse_equals(ctx: Askable[Settings], member: Member) -> None:
    """Nobody acts on themselves, on bots, or on somebody of their own level."""
    if member.id == ctx.member.id:
        raise Invalid(t("This is you. Choose somebody else."), field="member")
    if member.is_bot:
        raise Invalid(t("{member} is a bot: take it away in the platform’s settings.", member=member.name))
    if member.level >= ctx.member.level:
        raise Invalid(t("{member} is of the team: only somebody above them may do this.", member=member.name))


async def same_sanction(ctx: Askable[Settings], db: Db, member: Member, kind: Kind) -> Case | None:
    """A ban that stands already: a second one would do nothing."""
    if kind is not Kind.BAN:
        return None
    found: Case | None = await db.scalar(
        select(Case).where(
            Case.community == ctx.community.id,
            Case.space == ctx.space.key,
            Case.account == member.id,
            Case.kind == kind,
            Case.state == State.STANDS,
        )
    )
    return found


async def earlier_cases(ctx: Askable[Settings], db: Db, person: str) -> list[Case]:
    """The cases that count, latest first."""
    rows = await db.scalars(
        select(Case)
        .where(
            Case.community == ctx.community.id,
            Case.person == person,
            Case.state == State.STANDS,
            Case.kind != Kind.NOTICE,
        )
        .order_by(Case.id.desc())
    )
    return list(rows)


async def stand(ctx: Context[Settings], db: Db, case: Case) -> None:
    """A proposed case holds from now on; its points may lead further up the ladder."""
    case.number, case.state = await next_number(db, ctx.community.id), State.STANDS.value
    if case.until is not None:
        case.until = case.until + (ctx.now - case.at)
    case.at = case.last_at = ctx.now
    if case.points:
        rung = judged(ctx.settings.steps, await history(db, case, ctx.now), Grant(ctx.now, case.points))[1]
        climb(case, rung)
    await log(ctx, db, case, "opened")
    await db.later(carry_out, at=ctx.now, key=f"{case.id}", arguments={"case": case.id})


def climb(case: Case, rung: Rung | None) -> None:
    if rung is None or GRAVITY[RUNGS[rung.do]] <= GRAVITY[Kind(case.kind)]:
        return
    case.kind = RUNGS[rung.do].value
    case.until = case.at + rung.length if rung.length else None


def confirm_card(case: Case, before: list[Case], titles: Titles) -> Card:
    return Card(
        lines(
            t("{name} has had these before:", name=case.name or "?"),
            *(t("- {case}", case=line_of(one, titles)) for one in before[:SHOWN]),
        ),
        t("Do it all the same? ({kind})", kind=kind_words(case)),
        buttons=(confirm.danger(t("Do it"), case=case.id), forget.button(t("Leave it"), case=case.id)),
        tone=Tone.WARNING,
    )


@cog.button(level=Level.MODERATOR)
async def confirm(ctx: Askable[Settings], case: int) -> None:
    async with ctx.db() as db:
        row = await db.get(Case, case, with_for_update=True)
        proposed = row is not None and row.community == ctx.community.id and row.state == State.PROPOSED
        if row is not None and proposed:
            await stand(ctx, db, row)
    if row is None or not proposed or row.account is None:
        await ctx.reply(t("This was decided already. Nothing happened."))
        return
    await ctx.reply(done_card(ctx, row, Member(ctx.space, row.account, row.name or "")))


@cog.button(level=Level.MODERATOR)
async def forget(ctx: Askable[Settings], case: int) -> None:
    async with ctx.db() as db:
        row = await db.get(Case, case, with_for_update=True)
        if row is not None and row.community == ctx.community.id and row.state == State.PROPOSED:
            await db.delete(row)
    await ctx.reply(t("Left as it is."))


def done_card(ctx: Askable[Settings], case: Case, member: Member) -> Card:
    deed = foreseen(ctx, POWERS.get(Kind(case.kind)))
    honest: Words = t("They are told privately, with what to do about it.")
    if deed is not Deed.DONE:
        honest = INSTEAD[deed]
    elif case.kind == Kind.TIMEOUT and case.until:
        honest = t("They can write again on {until}, and are told privately.", until=case.until)
    title = t("Case {number}: {kind}", number=str(case.number), kind=deed_words(case.kind, deed))
    undoing = t("To undo it: /case reverse {number}", number=str(case.number))
    return Card(
        paragraphs(t("{member}: {reason}", member=at(member), reason=case.reason or ""), honest), title, footer=undoing
    )


@cog.command("mod unmute", level=Level.MODERATOR)
async def unmute(ctx: Askable[Settings], member: Who, reason: Why) -> None:
    """Let a member write again; the time-outs that run are reversed."""
    async with ctx.db() as db:
        cases = await standing_cases(ctx, db, Kind.TIMEOUT, Case.account == member.id, Case.until > ctx.now)
    if not cases:
        raise Invalid(t("No time-out of {member} runs.", member=member.name), field="member")
    for case in cases:
        await reverse(ctx, case.id, reason)
    deed = foreseen(ctx, POWERS[Kind.TIMEOUT])
    said = t("{member} can write again, and is told.", member=member.name)
    await ctx.reply(said if deed is Deed.DONE else INSTEAD[deed])


@cog.command("mod unban", level=Level.MODERATOR)
async def unban(
    ctx: Askable[Settings],
    who: Annotated[str, Field(title="Who", description="The number of the case, the name, or the account’s id")],
    reason: Why,
) -> None:
    """Lift a ban; its case is reversed."""
    wanted = who.strip().lstrip("#@")
    number = int(wanted) if wanted.isdecimal() and len(wanted) < 10 else -1
    named = or_(Case.number == number, func.lower(Case.name) == wanted.lower(), Case.account == wanted)
    async with ctx.db() as db:
        cases = await standing_cases(ctx, db, Kind.BAN, named)
    for case in cases:
        await reverse(ctx, case.id, reason)
    if cases:
        deed = foreseen(ctx, POWERS[Kind.BAN])
        said = t("The ban of {name} is lifted.", name=cases[0].name or "?")
        await ctx.reply(said if deed is Deed.DONE else INSTEAD[deed])
    elif ctx.can(Can.BAN) and wanted.isalnum():
        outcome = await ctx.act(Unban(reason[:400], Member(ctx.space, wanted)))
        await ctx.reply(outcome.words)
    else:
        raise Invalid(t("No ban answers to “{who}”. See /case list", who=wanted), field="who")


async def standing_cases(ctx: Askable[Settings], db: Db, kind: Kind, *which: object) -> list[Case]:
    mine = (Case.community == ctx.community.id, Case.space == ctx.space.key, Case.kind == kind)
    return list(await db.scalars(select(Case).where(*mine, Case.state == State.STANDS, *which)))  # type: ignore[arg-type]

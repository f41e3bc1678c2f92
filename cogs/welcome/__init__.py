"""Welcome: newcomers are greeted once, may introduce themselves, and are written to if they stay silent.

Who came is an ``Arrival``, stored together with what is said about it, so that a join heard twice changes nothing.
What somebody says of themselves is an ``Introduction``: posted once in each space, edited when they say it again.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field
from sqlalchemy import func, select, update

from bot.cog import (
    Askable,
    Card,
    Channel,
    Cog,
    Context,
    Db,
    FormModel,
    Interaction,
    IntroductionMade,
    Invalid,
    Level,
    Long,
    Member,
    MemberAdmitted,
    MemberJoined,
    MemberLeft,
    MessageRef,
    NotFound,
    PlatformError,
    Priority,
    State,
    localise,
    plural,
    t,
    to,
)
from cogs.welcome.settings import Settings
from cogs.welcome.tables import Arrival, Greeting, Introduction, waiting
from cogs.welcome.words import introduction_card, look_in_card, overview, private_greeting, public_greeting, rules_card

MINUTE = timedelta(minutes=1)
SLOT = 30
"""Seconds. Those who wait are greeted together at the end of the slot after theirs."""
NAMED = 20
"""Newcomers named in one greeting; the others are counted."""

cog = Cog("welcome", Settings, title="Welcome")


@cog.on(MemberJoined)
async def joined(ctx: Context[Settings], event: MemberJoined) -> None:
    if not event.member.pending:
        await arrive(ctx, event.member, event.at)


@cog.on(MemberAdmitted)
async def admitted(ctx: Context[Settings], event: MemberAdmitted) -> None:
    await arrive(ctx, event.member, event.at)


@cog.on(MemberLeft)
async def left(ctx: Context[Settings], event: MemberLeft) -> None:
    here = (Arrival.community == ctx.community.id, Arrival.space == ctx.space.key, Arrival.account == event.member.id)
    async with ctx.db() as db:
        await db.execute(update(Arrival).where(*here, waiting()).values(greeting=Greeting.GONE.value))
        last = await db.scalar(select(func.max(Arrival.number)).where(*here))
    if last is not None:
        await ctx.cancel(look_in, key=str(last))


async def arrive(ctx: Context[Settings], member: Member, moment: datetime) -> None:
    """Store an arrival and, in the same transaction, everything that is said about it."""
    if member.is_bot or await ctx.member_by_id(member.id) is None:
        return
    person = await ctx.person_of(member)
    late = ctx.now - moment > ctx.settings.ignore_after
    async with ctx.db() as db:
        arrival = Arrival(
            community=ctx.community.id,
            person=person,
            space=ctx.space.key,
            account=member.id,
            name=member.name,
            joined_at=member.joined_at or moment,
            at=moment,
            greeting=Greeting.STALE.value if late else await how_to_greet(ctx, db),
        )
        if not await heard_of(db, arrival):
            db.add(arrival)
            await db.flush()
            await greet(ctx, db, arrival, member, late)


async def heard_of(db: Db, arrival: Arrival) -> bool:
    """Whether this join is already stored."""
    same = select(Arrival.number).where(
        Arrival.community == arrival.community,
        Arrival.space == arrival.space,
        Arrival.account == arrival.account,
        Arrival.joined_at == arrival.joined_at,
    )
    return await db.scalar(same) is not None


async def how_to_greet(ctx: Context[Settings], db: Db) -> str:
    """At once; or together with others, when many came within the minute or some wait already."""
    settings = ctx.settings
    if settings.channel is None or not settings.greet_in_channel:
        return Greeting.SILENT.value
    here = select(func.count()).where(Arrival.community == ctx.community.id, Arrival.space == ctx.space.key)
    recent = here.where(Arrival.at > ctx.now - MINUTE, Arrival.greeting == Greeting.GREETED.value)
    if await db.scalar(here.where(waiting())) or (await db.scalar(recent) or 0) >= settings.together_above:
        return Greeting.WAITING.value
    return Greeting.GREETED.value


async def greet(ctx: Context[Settings], db: Db, arrival: Arrival, member: Member, late: bool) -> None:
    settings, why = ctx.settings, t("{member} joined", member=member.name)
    if arrival.greeting == Greeting.GREETED.value and settings.channel:
        card = with_doors(public_greeting(settings, ctx.community, ctx.random, member))
        key = f"welcome.greet {arrival.number}"
        await db.post(settings.channel, card, priority=Priority.PERSON, key=key, why=why)
    elif arrival.greeting == Greeting.WAITING.value:
        seconds = int(ctx.now.timestamp()) // SLOT * SLOT + 2 * SLOT
        due = datetime.fromtimestamp(seconds, ctx.now.tzinfo)
        await db.later(greet_together, at=due, key=f"{ctx.space.key} {seconds}", arguments={})
    if settings.greet_privately:
        card = with_doors(private_greeting(settings, ctx.community, member))
        priority = Priority.NORMAL if late else Priority.PERSON
        await db.post(member, card, priority=priority, key=f"welcome.private {arrival.number}", why=why)
    if settings.look_in:
        due = arrival.at + settings.look_in_after
        arguments = {"person": arrival.person, "arrival": arrival.number}
        await db.later(look_in, at=due, key=str(arrival.number), arguments=arguments)


def with_doors(card: Card) -> Card:
    """With what a newcomer may do now."""
    return replace(card, buttons=(introduce_myself.primary(t("Introduce myself")), rules.button(t("Rules"))))


def with_door(card: Card) -> Card:
    return replace(card, buttons=(introduce_myself.primary(t("Introduce myself")),))


@cog.command("welcome preview", level=Level.MODERATOR)
async def preview(
    ctx: Askable[Settings],
    member: Annotated[Member | None, Field(title="Member", description="Who is greeted; yourself if empty")] = None,
) -> None:
    """Show what a newcomer would read, where, and what is missing."""
    settings, newcomer = ctx.settings, member or ctx.member
    public, private = ctx.voice_for(), ctx.voice_for(newcomer)
    await ctx.reply(overview(settings))
    if settings.greet_in_channel:
        card = replace(public_greeting(settings, ctx.community, ctx.random, newcomer), pings=())
        await ctx.reply(localise(with_doors(card), public))
    if settings.greet_privately:
        await ctx.reply(localise(with_doors(private_greeting(settings, ctx.community, newcomer)), private))
    if settings.look_in:
        await ctx.reply(localise(with_door(look_in_card(ctx.community, newcomer, settings.look_in_after)), private))


@cog.button()
async def rules(ctx: Askable[Settings]) -> None:
    await ctx.reply(rules_card(ctx.settings, ctx.community))


@cog.button()
async def introduce_myself(ctx: Askable[Settings]) -> None:
    await ctx.ask(introduce)


class AboutMe(FormModel):
    about: Annotated[
        Long,
        Field(
            title="Who are you, in a few words?",
            description="What you do, what you like, where you live: as you wish.",
            min_length=2,
            max_length=1000,
        ),
    ]
    interests: Annotated[str, Field(title="What brings you here?", max_length=200)] = ""


@cog.form(AboutMe, title=t("Introduce myself"), submit=t("Publish"))
async def introduce(ctx: Interaction[Settings], said: AboutMe) -> None:
    about = said.about.strip()
    if len(about) < 2:
        raise Invalid(t("A few words are enough, but a few are needed."), field="about")
    channel = await where_to_introduce(ctx)
    async with ctx.db() as db:
        row = await db.scalar(
            select(Introduction).where(
                Introduction.community == ctx.community.id,
                Introduction.space == ctx.space.key,
                Introduction.person == ctx.person,
            )
        )
        rewritten = row is not None
        if row is None:
            row = Introduction(community=ctx.community.id, space=ctx.space.key, person=ctx.person, at=ctx.now)
            db.add(row)
        again = row.message is not None
        row.account, row.about, row.interests = ctx.member.id, about, said.interests.strip()
        row.channel = row.channel if again else channel.id
        await db.flush()
        number, where = row.number, Channel(ctx.space, row.channel)
        # Should the process die before the introduction is up, the job puts it up.
        arguments = {"number": number, "person": ctx.person}
        await db.later(finish_introduction, at=ctx.now + MINUTE, key=str(number), replace=True, arguments=arguments)
    state = await put_up(ctx, number, ctx.member, rewritten=rewritten)
    if state not in UNSETTLED:
        await ctx.cancel(finish_introduction, key=str(number))
    await answer_introduction(ctx, state, where, again)


UNSETTLED = (State.WAITING, State.SENDING)


async def where_to_introduce(ctx: Interaction[Settings]) -> Channel:
    """Raises ``Invalid`` where nobody would read an introduction."""
    chosen = ctx.settings.introductions or ctx.settings.channel
    if chosen is None and ctx.channel not in await ctx.channels():
        raise Invalid(
            t("There is nowhere to post this yet: a moderator must first choose a channel for introductions.")
        )
    return chosen or ctx.channel


async def answer_introduction(ctx: Interaction[Settings], state: State, where: Channel, again: bool) -> None:
    name, channel = ctx.member.name, to(where)
    match state:
        case State.SENT if again:
            await ctx.reply(t("Your introduction in {channel} is up to date.", channel=channel))
        case State.SENT:
            await ctx.reply(t("Thank you, {name}! Your introduction is in {channel}.", name=name, channel=channel))
        case State.FAILED | State.DROPPED:
            raise Invalid(
                t(
                    "Your introduction could not be posted: Relais may not write in the channel chosen for it. "
                    "Nothing you wrote is lost: tell a moderator, then send it again."
                )
            )
        case _:
            soon = t("Thank you, {name}! Your introduction will soon be in {channel}.", name=name, channel=channel)
            await ctx.reply(soon)


async def put_up(ctx: Context[Settings], number: int, member: Member, *, rewritten: bool) -> State:
    """Post an introduction, or edit the one that is posted. Doing it again changes nothing.

    One that may be ``rewritten`` is posted in the words it had when it began to wait, then edited.
    """
    async with ctx.db() as db:
        row = await db.get_one(Introduction, number)
    card = introduction_card(row, member, ask=ctx.settings.ask_to_greet)
    channel = Channel(ctx.space, row.channel)
    if row.message is not None:
        try:
            await ctx.edit(MessageRef(channel, row.message), card)
        except NotFound:
            row = await try_anew(ctx, number)
        else:
            return State.SENT
    key = f"welcome.introduction {number}.{row.attempt}"
    why = t("{member} introduced themselves", member=member.name)
    sent = await ctx.post(channel, card, priority=Priority.PERSON, key=key, why=why)
    if sent.ref is not None:
        await note_posted(ctx, number, sent.ref)
        if rewritten:
            await ctx.edit(sent.ref, card)
        if ctx.settings.ask_to_greet:
            with suppress(PlatformError):
                await ctx.react(sent.ref, "👋")
    elif sent.state in (State.FAILED, State.DROPPED):
        await try_anew(ctx, number)
    return sent.state


async def note_posted(ctx: Context[Settings], number: int, ref: MessageRef) -> None:
    """Remember where an introduction is, and tell the other cogs, once."""
    async with ctx.db() as db:
        row = await db.get_one(Introduction, number)
        row.message = ref.id
        if not row.told:
            row.told = True
            fact = IntroductionMade(person=row.person, space=row.space, channel=ref.channel.id, message=ref.id)
            await db.tell(fact)


async def try_anew(ctx: Context[Settings], number: int) -> Introduction:
    """The next post of an introduction is another one: the last failed, or was deleted by hand."""
    async with ctx.db() as db:
        row = await db.get_one(Introduction, number)
        row.message, row.attempt = None, row.attempt + 1
    return row


@cog.job()
async def finish_introduction(ctx: Context[Settings], number: int, person: str, tries: int = 0) -> None:
    """Put up what the form's own handler could not."""
    async with ctx.db() as db:
        row = await db.get(Introduction, number)
    member = row and await ctx.member_by_id(row.account)
    if member and await put_up(ctx, number, member, rewritten=True) in UNSETTLED and tries < 10:
        again = ctx.now + MINUTE * 2**tries
        arguments = {"number": number, "person": person, "tries": tries + 1}
        async with ctx.db() as db:
            await db.later(finish_introduction, at=again, key=str(number), replace=True, arguments=arguments)


@cog.job()
async def greet_together(ctx: Context[Settings]) -> None:
    """Greet in one message all those who wait in this space."""
    here = (Arrival.community == ctx.community.id, Arrival.space == ctx.space.key)
    async with ctx.db() as db:
        rows = (await db.scalars(select(Arrival).where(*here, waiting()).order_by(Arrival.number))).all()
    channel = ctx.settings.channel if ctx.settings.greet_in_channel else None
    become = dict.fromkeys((row.number for row in rows), Greeting.STALE)
    present: list[Member] = []
    fresh = [row for row in rows if ctx.now - row.at <= ctx.settings.ignore_after]
    for row in fresh:
        become[row.number] = Greeting.GREETED if channel else Greeting.SILENT
        if len(present) < NAMED:
            if member := await ctx.member_by_id(row.account):
                present.append(member)
            else:
                become[row.number] = Greeting.GONE
    async with ctx.db() as db:
        for row in await db.scalars(select(Arrival).where(Arrival.number.in_(become))):
            row.greeting = become[row.number].value
        if channel and present:
            count = sum(greeting is Greeting.GREETED for greeting in become.values())
            others = count - len(present)
            card = public_greeting(ctx.settings, ctx.community, ctx.random, *present, others=others)
            why = plural("{count} newcomer", "{count} newcomers", count=count)
            key = f"welcome.together {rows[0].number}"
            await db.post(channel, with_doors(card), priority=Priority.PERSON, key=key, why=why)


@cog.job()
async def look_in(ctx: Context[Settings], person: str, arrival: int) -> None:
    """Write to a newcomer who is still here and of whom nothing was heard since they last came."""
    async with ctx.db() as db:
        arrivals = select(Arrival).where(Arrival.community == ctx.community.id, Arrival.person == person)
        last = await db.scalar(arrivals.order_by(Arrival.at.desc(), Arrival.number.desc()).limit(1))
        posted = (Introduction.person == person, Introduction.message.is_not(None))
        introduced = await db.scalar(select(func.count()).where(*posted))
    if last is None or last.number != arrival or introduced or not ctx.settings.look_in:
        return
    spoke, accounts = await ctx.last_spoke(person), await ctx.accounts_of(person)
    if not accounts or (spoke and spoke >= last.at):
        return
    member, silence = accounts[0], timedelta(days=(ctx.now - last.at).days)
    await ctx.direct(
        member,
        with_door(look_in_card(ctx.community, member, silence)),
        key=f"welcome.look_in {arrival}",
        why=t("{member} has been silent for {duration}", member=member.name, duration=silence),
    )

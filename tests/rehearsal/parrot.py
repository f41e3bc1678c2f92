"""A cog that does a little of everything, and fails when it is told to."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from bot.cog import (
    Askable,
    Card,
    Channel,
    Cog,
    CogSettings,
    Context,
    FormModel,
    Interaction,
    Kick,
    Level,
    Member,
    MemberJoined,
    Menu,
    MessageEdited,
    MessagePosted,
    Option,
    Reacted,
    Timeout,
    at,
    t,
)
from bot.cog import Field as CardField


class Settings(CogSettings):
    channel: Annotated[Channel | None, Field(title="Where it greets")] = None
    after: Annotated[timedelta, Field(title="When it asks how things are")] = timedelta(days=2)
    loud: Annotated[bool, Field(title="Whether it shouts")] = False
    words: Annotated[tuple[str, ...], Field(title="What it repeats")] = ()
    hour: Annotated[str, Field(title="When it sings")] = "0 18 * * *"


class Name(FormModel):
    name: Annotated[str, Field(title="Your name", max_length=20)]


cog = Cog("parrot", Settings, title="Parrot")


@cog.on(MemberJoined)
async def greet(ctx: Context[Settings], event: MemberJoined) -> None:
    if ctx.settings.channel is None or ctx.settings.channel.space != ctx.space:
        return
    invited = f", friend of {event.invited_by.name}" if event.invited_by else ""
    card = Card(
        t("Hello {member}{invited}!", member=at(event.member), invited=invited),
        t("A newcomer"),
        fields=(CardField(t("Since"), t("{day}", day=ctx.now)),),
        buttons=(feather.button(t("Feather")), introduce.button(t("Name me"))),
        menus=(Menu(t("Colours"), colours.menu(t("Colours"), ()).action, OPTIONS),),
    )
    await ctx.post(ctx.settings.channel, card)
    person = await ctx.person_of(event.member)
    await ctx.later(ask_again, after=ctx.settings.after, key=person, member=event.member.id)


@cog.job()
async def ask_again(ctx: Context[Settings], member: str) -> None:
    found = await ctx.member_by_id(member)
    if found:
        await ctx.direct(found, t("Still there, {name}?", name=found.name))


@cog.every(lambda settings: settings.hour if settings.loud else None)
async def sing(ctx: Context[Settings]) -> None:
    if ctx.settings.channel:
        await ctx.post(ctx.settings.channel, t("La la la"))


@cog.on(MessagePosted)
async def hear(ctx: Context[Settings], event: MessagePosted) -> None:
    match event.text.split():
        case [] | ["quiet", *_]:
            return
        case ["boom", *_]:
            raise ValueError("the parrot burst\x1b[31m")
        case ["spam", *_]:
            await ctx.act(Timeout("spam", event.member, ctx.now + timedelta(hours=1)))
        case ["begone", *_]:
            await ctx.act(Kick("asked for it", event.member))
        case ["silly", *_]:
            await ctx.react(event.ref, "🙃")
        case _:
            how = t("in reply: ") if event.reply_to else ""
            await ctx.post(event.ref.channel, t("{how}{text}", how=how, text=event.text[:3000]))


@cog.on(MessageEdited)
async def notice(ctx: Context[Settings], event: MessageEdited) -> None:
    await ctx.post(event.ref.channel, t("I saw that: {text}", text=event.text))


@cog.on(Reacted)
async def count(ctx: Context[Settings], event: Reacted) -> None:
    await ctx.post(event.ref.channel, t("One more {emoji}", emoji=event.emoji))


@cog.command("parrot say", level=Level.MODERATOR, private=False)
async def say(ctx: Askable[Settings], text: str, member: Member | None = None) -> None:
    """Say something."""
    await ctx.reply(t("{who}: {text}", who=member.name if member else "all", text=text))


@cog.command("parrot fail")
async def fail(ctx: Askable[Settings]) -> None:
    """Fail."""
    raise LookupError("no more seeds")


@cog.button()
async def feather(ctx: Askable[Settings]) -> None:
    await ctx.reply(t("A feather for {name}", name=ctx.member.name))


OPTIONS = (Option(t("Red"), "red"), Option(t("Blue"), "blue"))


@cog.menu()
async def colours(ctx: Askable[Settings], values: tuple[str, ...]) -> None:
    await ctx.reply(t("You chose {colour}", colour=values[0]))


@cog.button()
async def introduce(ctx: Askable[Settings]) -> None:
    await ctx.ask(named)


@cog.form(Name)
async def named(ctx: Interaction[Settings], typed: Name) -> None:
    await ctx.reply(t("Nice to meet you, {name}", name=typed.name))

"""What it asks, what it does to people, and what it does later."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Annotated, Literal

from pydantic import Field

from bot.cog import (
    Act,
    Askable,
    Ban,
    Channel,
    Context,
    CreateInvite,
    EndTimeout,
    GiveRole,
    Kick,
    Level,
    Member,
    MessageRef,
    Mirror,
    NativeRule,
    PauseInvites,
    Pin,
    Priority,
    RemoveMessages,
    ScheduledEvent,
    ScheduleEvent,
    SlowDown,
    TakeRole,
    TextFile,
    Timeout,
    Unban,
    link,
    t,
    when,
)
from tests.contract.cog.base import Noticed, Settings, cog, notes


@cog.command("contract options")
async def options(
    ctx: Askable[Settings],
    text: str = "",
    number: int | None = None,
    amount: float | None = None,
    sure: bool | None = None,
    colour: Literal["red", "blue"] | None = None,
    member: Member | None = None,
    channel: Channel | None = None,
    moment: datetime | None = None,
    duration: timedelta | None = None,
    hour: time | None = None,
    file: TextFile | None = None,
) -> None:
    """Repeat what was understood."""
    given = {
        "text": text or None,
        "number": number,
        "amount": amount,
        "sure": sure,
        "colour": colour,
        "member": member and member.name,
        "channel": channel and channel.name,
        "moment": moment and f"{moment:%Y-%m-%d %H:%M %Z}",
        "duration": duration,
        "hour": hour,
        "file": file and f"{file.name}: {file.text}",
    }
    await ctx.reply(" | ".join(f"{name}={value}" for name, value in given.items() if value is not None))


@cog.command("contract need")
async def need(ctx: Askable[Settings], amount: Annotated[int, Field(title="Amount", ge=1)]) -> None:
    """Ask for something that must be there."""
    await ctx.reply(f"Given {amount}")


@cog.command("contract moment")
async def say_moment(ctx: Askable[Settings], member: Member, hours: int) -> None:
    """Name a moment that each reads on their own clock."""
    moment = when(ctx.now + timedelta(hours=hours))
    await ctx.direct(member, t("At {moment}, {link}", moment=moment, link=link("see", URL)), priority=Priority.PERSON)


URL = "https://example.org"


# Acts and time


ACTS = Literal[
    "timeout",
    "endtimeout",
    "kick",
    "ban",
    "unban",
    "give",
    "take",
    "pin",
    "slow",
    "clear",
    "event",
    "invite",
    "pause",
    "mirror",
]
RULE = NativeRule("swearing", words=("damn",), exempt=Level.MODERATOR)


@cog.command("contract act")
async def act(ctx: Askable[Settings], what: ACTS, account: str, message: str = "") -> None:
    """Do something to somebody, and say what came of it."""
    member = await ctx.member_by_id(account) or Member(ctx.space, account)
    ref = MessageRef(ctx.channel, message)
    known: dict[str, Act] = {
        "timeout": Timeout("a test", member, ctx.now + timedelta(hours=1)),
        "endtimeout": EndTimeout("a test", member),
        "kick": Kick("a test", member),
        "ban": Ban("a test", member),
        "unban": Unban("a test", member),
        "give": GiveRole("a test", member, "Friends"),
        "take": TakeRole("a test", member, "Friends"),
        "pin": Pin("a test", ref),
        "slow": SlowDown("a test", ctx.channel, 60),
        "clear": RemoveMessages("a test", (ref,)),
        "event": ScheduleEvent("a test", ctx.space, evening(ctx)),
        "invite": CreateInvite("a test", ctx.channel, max_uses=1),
        "pause": PauseInvites("a test", ctx.space, ctx.now + timedelta(hours=1)),
        "mirror": Mirror("a test", ctx.space, (RULE,)),
    }
    outcome = await ctx.act(known[what])
    await ctx.reply(t("{done}: {words}", done=outcome.done.value, words=outcome.words))
    notes.add(f"made {outcome.made.id}" if outcome.made.id else "nothing made")


def evening(ctx: Askable[Settings]) -> ScheduledEvent:
    """Tomorrow at the same time."""
    starts = ctx.now + timedelta(days=1)
    return ScheduledEvent("Book club", starts, starts + timedelta(hours=2), ctx.channel)


@cog.command("contract notice")
async def notice(ctx: Askable[Settings], what: str) -> None:
    """Tell a fact."""
    async with ctx.db() as db:
        await db.tell(Noticed(what=what))
    await ctx.reply("Told")


@cog.command("contract remind")
async def remind(ctx: Askable[Settings], delay: timedelta, key: str = "k") -> None:
    """Say something later."""
    await ctx.later(remember, after=delay, key=key, channel=ctx.channel.id)
    await ctx.reply("Later")


@cog.command("contract forget")
async def forget(ctx: Askable[Settings], key: str = "k") -> None:
    """Say nothing later after all."""
    await ctx.reply(f"Cancelled: {await ctx.cancel(remember, key)}")


@cog.job()
async def remember(ctx: Context[Settings], channel: str) -> None:
    await ctx.post(Channel(ctx.space, channel), "Remember", priority=Priority.PERSON)


@cog.every(lambda settings: settings.rhythm or None, late="run")
async def strike(ctx: Context[Settings]) -> None:
    if ctx.settings.channel:
        await ctx.post(ctx.settings.channel, t("It is {moment};", moment=f"{ctx.now:%Y-%m-%d %H:%M}"))

"""What happens: heard, guarded, answered."""

from __future__ import annotations

from bot.cog import (
    Card,
    CogSettings,
    Context,
    Glance,
    MemberAdmitted,
    MemberJoined,
    MemberLeft,
    MemberRenamed,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    MessageStopped,
    Pin,
    Priority,
    Reacted,
    RemoveMessage,
    Sanctioned,
    Verdict,
    at,
    t,
)
from tests.contract.cog.base import Noticed, Settings, cog, notes, witness


@cog.on(MemberJoined)
async def joined(ctx: Context[Settings], event: MemberJoined) -> None:
    by = f" by {event.invited_by.name}" if event.invited_by else ""
    notes.add(f"joined {event.member.name}{' pending' if event.member.pending else ''}{by}")
    if ctx.settings.channel:
        hello = t("Hello {member}", member=at(event.member))
        await ctx.post(ctx.settings.channel, Card(hello, pings=(event.member,)), priority=Priority.PERSON)


@cog.on(MemberAdmitted)
async def admitted(ctx: Context[Settings], event: MemberAdmitted) -> None:
    notes.add(f"admitted {event.member.name}{' pending' if event.member.pending else ''}")


@cog.on(MemberLeft)
async def left(ctx: Context[Settings], event: MemberLeft) -> None:
    notes.add(f"left {event.member.name}")


@cog.on(MessagePosted)
async def heard(ctx: Context[Settings], event: MessagePosted) -> None:
    """``hold …`` waits at the gate, ``answer …`` is answered, ``tell @…`` writes to those named in their language."""
    if isinstance(event, MessageEdited):
        return
    word, _, rest = event.text.partition(" ")
    if word == "hold":
        await notes.gate()
    notes.add(" > ".join((event.text, *event.quoted)))
    if word == "answer":
        await ctx.post(event.ref.channel, t("Heard: {text}", text=rest), priority=Priority.PERSON)
    if word == "tell":
        for id in event.mentions:
            if member := await ctx.member_by_id(id):
                await ctx.direct(member, t("Rules"), priority=Priority.PERSON)
    if word == "like":
        await ctx.react(event.ref, "👍")


@cog.on(MemberRenamed)
async def renamed(ctx: Context[Settings], event: MemberRenamed) -> None:
    if event.before:
        notes.add(f"{event.before} is now {event.member.name}")


@cog.on(Sanctioned)
async def sanctioned(ctx: Context[Settings], event: Sanctioned) -> None:
    notes.add(f"{event.by.name if event.by else '?'}: {event.what} {event.member.name} ({event.why})")


@cog.on(MessageStopped)
async def stopped(ctx: Context[Settings], event: MessageStopped) -> None:
    notes.add(f"{event.member.name} stopped by {event.rule}: {event.text}")


@cog.on(MessageEdited)
async def edited(ctx: Context[Settings], event: MessageEdited) -> None:
    notes.add(f"edited: {event.text}")


@cog.on(MessageDeleted)
async def deleted(ctx: Context[Settings], event: MessageDeleted) -> None:
    notes.add(f"deleted {event.ref.id}")


@cog.on(Reacted)
async def reacted(ctx: Context[Settings], event: Reacted) -> None:
    notes.add(f"{event.member.name} {'+' if event.added else '-'}{event.emoji}")


@cog.guard(MessagePosted)
def strict(ctx: Glance[Settings], event: MessagePosted) -> Verdict | None:
    """Removes what says "rude" before anybody hears it; lets "odd" pass, and asks for a pin."""
    if "rude" in event.text:
        return Verdict("rude", 1, event.text, (RemoveMessage("it is rude", event.ref),))
    if "odd" in event.text:
        return Verdict("odd", 1, event.text, (Pin("it is odd", event.ref),), stop=False)
    return None


@cog.on(Noticed)
async def noticed(ctx: Context[Settings], fact: Noticed) -> None:
    notes.add(f"contract noticed {fact.what}")


@witness.on(Noticed)
async def also_noticed(ctx: Context[CogSettings], fact: Noticed) -> None:
    notes.add(f"witness noticed {fact.what}")

"""The spaces of the community: one more joins by a code, taken by an administrator here and typed by one there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated

from pydantic import Field

from bot.cog import (
    Askable,
    Card,
    Cog,
    CogSettings,
    Joining,
    Leaving,
    Level,
    Refusal,
    Refused,
    Space,
    Tone,
    Words,
    lines,
    listing,
    t,
)

cog = Cog("community", CogSettings, title="The community")


@cog.command("community show")
async def show(ctx: Askable[CogSettings]) -> None:
    """Show the spaces where this community lives."""
    spaces = ctx.desk.spaces.of(ctx.community)
    said = t("This community lives in one space.") if len(spaces) == 1 else t("This community lives in these spaces:")
    hint = t("To join another space to it: /community code") if ctx.member.level >= Level.ADMIN else ""
    names = () if len(spaces) == 1 else (t("- {space}", space=place(space)) for space in spaces)
    await ctx.reply(Card(lines(said, *names), ctx.community.name, footer=hint))


@cog.command("community code", level=Level.ADMIN)
async def code(ctx: Askable[CogSettings]) -> None:
    """Get a code that lets another space join this community."""
    taken = await ctx.desk.spaces.code(ctx.community, ctx.member)
    await ctx.reply(
        Card(
            lines(
                t("**{code}**", code=taken.text),
                t("In the other space, an administrator types: /community join code:{code}", code=taken.text),
                t("It works once, within {duration}.", duration=taken.until - ctx.now),
                t("Before anything changes there, Relais says what will."),
            ),
            t("A code to join {community}", community=ctx.community.name),
        )
    )


@cog.command("community join", level=Level.ADMIN)
async def join(
    ctx: Askable[CogSettings],
    code: Annotated[str, Field(title="Code", description="What /community code showed in the other space")],
) -> None:
    """Join this space to the community where a code was taken."""
    joining = await ctx.desk.spaces.look(ctx.community, ctx.member, code)
    await ctx.reply(refusal_card(joining) if isinstance(joining, Refused) else join_card(ctx, joining, code))


@cog.button(level=Level.ADMIN)
async def join_now(ctx: Askable[CogSettings], code: str) -> None:
    """The code is read again: it may be over, or used, since it was typed."""
    joining = await ctx.desk.spaces.join(ctx.community, ctx.member, code)
    await ctx.reply(refusal_card(joining) if isinstance(joining, Refused) else joined_card(ctx.space, joining))


@cog.command("community leave", level=Level.ADMIN)
async def leave(ctx: Askable[CogSettings]) -> None:
    """Make this space a community of its own again."""
    leaving = await ctx.desk.spaces.look_away(ctx.community, ctx.space)
    await ctx.reply(alone_card(ctx.space) if leaving is None else leave_card(ctx, leaving))


@cog.button(level=Level.ADMIN)
async def leave_now(ctx: Askable[CogSettings], community: str) -> None:
    """``community`` is the one to leave: an old button leaves no other."""
    if community != ctx.community.id:
        await ctx.reply(t("This space has left that community already. Nothing happened."))
        return
    leaving = await ctx.desk.spaces.leave(ctx.community, ctx.member)
    await ctx.reply(alone_card(ctx.space) if leaving is None else left_card(ctx.space, leaving))


def join_card(ctx: Askable[CogSettings], joining: Joining, code: str) -> Card:
    """Exactly what happens, and the button that makes it happen."""
    here, old, new = ctx.space.name, ctx.community.name, joining.community.name
    return Card(
        lines(
            t(
                "{space} would live in the community {community}, with {others}.",
                space=here,
                community=new,
                others=places(joining.spaces),
            ),
            t(
                "- The settings that hold here stay behind; those of {community} hold instead. Channels are to be "
                "chosen again.",
                community=new,
            ),
            stays_with(old, joining.staying) if joining.staying else nowhere(old),
            t("- Members are known anew. Whoever has an account on both sides links the two with /link."),
            t("- Posts and reminders that wait for this space are dropped; what recurs is planned again."),
            t("- To undo it: /community leave"),
        ),
        t("Join {community}?", community=new),
        buttons=(join_now.danger(t("Join this community"), code=short(code)),),
        tone=Tone.WARNING,
    )


def stays_with(community: str, spaces: Iterable[Space]) -> Words:
    return t(
        "- What {community} knows (members, introductions, history) stays with it. It lives on in {others}.",
        community=community,
        others=places(spaces),
    )


def nowhere(community: str) -> Words:
    return t(
        "- What {community} knows (members, introductions, history) is kept, but not used: nothing runs there any "
        "more. Members still get a copy of it, or erase it, with /privacy.",
        community=community,
    )


def short(code: str) -> str:
    """A code as a button can carry it."""
    return "".join(sign for sign in code if sign.isascii() and sign.isalnum())[:40]


def joined_card(space: Space, joining: Joining) -> Card:
    new = joining.community.name
    return Card(
        lines(
            t(
                "{space} lives in the community {community} now, with {others}.",
                space=space.name,
                community=new,
                others=places(joining.spaces),
            ),
            t("Next, choose the channels of this space: /settings show"),
        ),
        t("Welcome to {community}", community=new),
        tone=Tone.GOOD,
    )


def leave_card(ctx: Askable[CogSettings], leaving: Leaving) -> Card:
    here, old = ctx.space.name, ctx.community.name
    found = (
        t("- It finds again what it had before it joined: settings, members, history.")
        if leaving.back
        else t("- It starts afresh: every setting has its default value, and members are known anew.")
    )
    return Card(
        lines(
            t("{space} would be a community of its own again.", space=here),
            found,
            stays_with(old, leaving.staying),
            t("- Posts and reminders that wait for this space are dropped; what recurs is planned again."),
        ),
        t("Leave {community}?", community=old),
        buttons=(leave_now.danger(t("Leave this community"), community=ctx.community.id),),
        tone=Tone.WARNING,
    )


def left_card(space: Space, leaving: Leaving) -> Card:
    found = (
        t("Its settings, members and history are those it had before it joined.")
        if leaving.back
        else t("Every setting has its default value: /settings show")
    )
    return Card(
        lines(t("{space} is a community of its own again.", space=space.name), found),
        t("Done"),
        tone=Tone.GOOD,
    )


def alone_card(space: Space) -> Card:
    return Card(t("{space} is the only space of its community: there is nothing to leave.", space=space.name))


def refusal_card(refused: Refused) -> Card:
    if refused.why is Refusal.TOO_MANY and refused.until is not None:
        words: Words = t("That was too many wrong codes. Please wait until {moment}.", moment=refused.until)
    else:
        words = REFUSALS[refused.why]
    return Card(words, t("Nothing was joined"), tone=Tone.WARNING)


def places(spaces: Iterable[Space]) -> Words:
    return listing(*map(place, spaces))


def place(space: Space) -> Words:
    return t("{space} ({platform})", space=space.name, platform=space.platform.capitalize())


REFUSALS: Mapping[Refusal, Words] = {
    Refusal.WRONG: t(
        "There is no such code. Compare it sign by sign, or take a new one in the other space: /community code"
    ),
    Refusal.EXPIRED: t("This code is over. Take a new one in the other space: /community code"),
    Refusal.USED: t("This code was used already; each works once. Take a new one in the other space: /community code"),
    Refusal.OWN: t("This code was taken in this very space. An administrator types it in the other one."),
    Refusal.TOGETHER: t("These two spaces are one community already. See /community show"),
    Refusal.OTHER: t("This code is for linking somebody’s accounts: it is typed after /link"),
}

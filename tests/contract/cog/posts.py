"""What it posts, with every part a card has."""

from __future__ import annotations

from typing import Literal

from bot.cog import (
    Askable,
    Button,
    Card,
    Channel,
    File,
    Member,
    MessageRef,
    NotFound,
    Option,
    Picture,
    Priority,
    Tone,
    at,
    t,
)
from bot.cog import Field as CardField
from tests.contract.cog.answers import count, pick
from tests.contract.cog.base import Settings, cog
from tests.contract.picture import PNG


@cog.command("contract whole")
async def whole(
    ctx: Askable[Settings],
    how: Literal["reply", "post", "direct", "edit"],
    text: str = "x",
    length: int = 0,
) -> None:
    """Show a card that has every part, filled with what was typed."""
    card = every_part(f"Beginning {text} " + "word " * (length // 5))
    match how:
        case "reply":
            await ctx.reply(card, private=False)
        case "post":
            await ctx.post(ctx.channel, card, priority=Priority.PERSON)
        case "direct":
            await ctx.direct(ctx.member, card, priority=Priority.PERSON)
        case "edit":
            sent = await ctx.post(ctx.channel, "To be changed", priority=Priority.PERSON)
            assert sent.ref is not None
            await ctx.edit(sent.ref, card)


def every_part(text: str) -> Card:
    return Card(
        text,
        f"Title {text}",
        fields=(CardField(f"Name {text}", f"Value {text}"), CardField("Wide", "Field", short=False)),
        buttons=(
            count.button(f"Plain {text}"[:200], number=1),
            count.primary("Primary", number=2),
            count.danger("Danger", number=3),
            Button("Site", url="https://example.org/a?b=c"),
        ),
        menus=(pick.menu(f"Menu {text}"[:200], (Option(f"Option {text}"[:200], "1"), Option("Two", "2", "A hint"))),),
        picture=Picture(PNG, f"Alternative {text}", "chart.png"),
        files=(File(b"a,b\n1,2\n", "table.csv", "text/csv"),),
        footer=f"Footer {text}",
        tone=Tone.WARNING,
    )


@cog.command("contract ping")
async def ping(ctx: Askable[Settings], member: Member, named: bool = True) -> None:
    """Mention somebody, who is pinged or not."""
    card = Card(t("See {member}", member=at(member)), pings=(member,) if named else ())
    await ctx.post(ctx.channel, card, priority=Priority.PERSON)


@cog.command("contract series")
async def series(ctx: Askable[Settings], many: int) -> None:
    """Post several messages, one after the other."""
    for number in range(1, many + 1):
        await ctx.post(ctx.channel, f"post {number};", priority=Priority.PERSON)
    await ctx.reply("All are on their way")


@cog.command("contract knock")
async def knock(ctx: Askable[Settings], member: Member, text: str, instead: bool = False) -> None:
    """Write to somebody privately."""
    otherwise = ctx.channel if instead else None
    sent = await ctx.direct(member, text, otherwise=otherwise, priority=Priority.PERSON)
    await ctx.reply(t("{state} {reason}", state=sent.state.value, reason=sent.reason))


@cog.command("contract board", private=False)
async def board(ctx: Askable[Settings]) -> None:
    """Post a board, and give the buttons that change it."""
    sent = await ctx.post(ctx.channel, "A board", priority=Priority.PERSON)
    assert sent.ref is not None
    ids = {"channel": sent.ref.channel.id, "message": sent.ref.id}
    buttons = (renew.button("Renew", **ids), wipe.button("Wipe", **ids), turn.button("Turn"))
    await ctx.reply(Card("Keys", buttons=buttons))


@cog.button()
async def renew(ctx: Askable[Settings], channel: str, message: str) -> None:
    try:
        await ctx.edit(MessageRef(Channel(ctx.space, channel), message), "A new board")
    except NotFound:
        await ctx.reply("The board is gone")
    else:
        await ctx.reply("Renewed")


@cog.button()
async def wipe(ctx: Askable[Settings], channel: str, message: str) -> None:
    await ctx.delete(MessageRef(Channel(ctx.space, channel), message))
    await ctx.reply("Wiped")


@cog.button()
async def turn(ctx: Askable[Settings]) -> None:
    await ctx.update("Turned")
    await ctx.reply("Done")


@cog.command("contract thread")
async def thread(ctx: Askable[Settings], name: str) -> None:
    """Open a thread twice, and write in it."""
    sent = await ctx.post(ctx.channel, "Let us talk", priority=Priority.PERSON)
    assert sent.ref is not None
    first = await ctx.open_thread(sent.ref, name)
    again = await ctx.open_thread(sent.ref, name)
    reply = await ctx.post(ctx.channel, f"In the thread of {name}", thread=again, priority=Priority.PERSON)
    await ctx.reply(f"Same: {first == again}, inside: {reply.ref is not None and reply.ref.thread is not None}")

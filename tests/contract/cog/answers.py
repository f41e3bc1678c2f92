"""Answers, buttons, menus and forms."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bot.cog import (
    Askable,
    Button,
    Card,
    FormModel,
    Interaction,
    Invalid,
    Level,
    Long,
    Menu,
    Option,
    Priority,
    t,
)
from tests.contract.cog.base import Settings, cog, notes


@cog.command("contract secret")
async def secret(ctx: Askable[Settings], text: str, times: int = 1) -> None:
    """Say something to who asks, and to nobody else."""
    for _ in range(times):
        await ctx.reply(text)


@cog.command("contract aloud", private=False)
async def aloud(ctx: Askable[Settings], text: str) -> None:
    """Say something to everybody, and something else to who asks."""
    if text == "fail":
        raise LookupError(text)
    if text == "refuse":
        raise Invalid(t("Not that"), field="text")
    await ctx.reply(text)
    await ctx.reply(t("Between us: {text}", text=text), private=True)


@cog.command("contract slow")
async def slow(ctx: Askable[Settings]) -> None:
    """Answer when the gate opens."""
    await notes.gate()
    await ctx.reply("At last")


@cog.command("contract panel", private=False)
async def panel(ctx: Askable[Settings]) -> None:
    """Show every kind of button."""
    await ctx.reply(
        Card(
            "A panel",
            buttons=(
                count.button("Count", number=1),
                guarded.button("For moderators"),
                slowly.button("Slowly"),
                tell_me.button("Tell me", note="a:b/c %é"),
                fix.button("Broken"),
            ),
        )
    )


@cog.command("contract relics", private=False)
async def relics(ctx: Askable[Settings]) -> None:
    """Show buttons that older versions made."""
    await ctx.reply(
        Card(
            "Relics",
            buttons=(
                Button("Of a cog that is gone", "vanished.button:1"),
                Button("Of an older number", f"{count.id.name}:many"),
                Button("Of fewer arguments", count.id.name),
                Button("Of more arguments", f"{count.id.name}:1:2"),
            ),
            menus=(Menu("Old menu", "vanished.menu", (Option("One", "1"),)),),
        )
    )


@cog.button()
async def count(ctx: Askable[Settings], number: int) -> None:
    await ctx.reply(t("Counted {number}", number=number))


@cog.button(level=Level.MODERATOR)
async def guarded(ctx: Askable[Settings]) -> None:
    await ctx.reply("Only moderators read this")


@cog.button()
async def slowly(ctx: Askable[Settings]) -> None:
    await notes.gate()
    await ctx.reply("At last")


@cog.button()
async def fix(ctx: Askable[Settings]) -> None:
    raise LookupError("broken")


@cog.command("contract carry", private=False)
async def carry(ctx: Askable[Settings]) -> None:
    """Show a button whose id has 100 characters."""
    room = 100 - len(f"{carried.id.name}:")
    await ctx.reply(Card("Carry", buttons=(carried.button("Carry it", load="x" * room),)))


@cog.button()
async def carried(ctx: Askable[Settings], load: str) -> None:
    await ctx.reply(f"Carried {len(load)} of {set(load)}")


@cog.command("contract menus", private=False)
async def menus(ctx: Askable[Settings]) -> None:
    """Show menus of 25 options."""
    options = tuple(Option(f"Colour {number}", f"c{number}", f"Number {number}") for number in range(1, 26))
    await ctx.reply(Card("Menus", menus=(pick.menu("One colour", options), pick.many("Several colours", options))))


@cog.menu()
async def pick(ctx: Askable[Settings], values: tuple[str, ...]) -> None:
    await ctx.reply(f"Picked {' '.join(values)}")


# Forms


class Tale(FormModel):
    title: Annotated[str, Field(title="Title", max_length=20)]
    body: Annotated[Long, Field(title="Body", max_length=1000)]
    pages: Annotated[int, Field(title="Pages", ge=1)] = 1


@cog.command("contract write")
async def write(ctx: Askable[Settings]) -> None:
    """Open a form."""
    await ctx.ask(tell, "aloud", values={"pages": "3"})


@cog.button()
async def tell_me(ctx: Askable[Settings], note: str) -> None:
    await ctx.ask(tell, note)


@cog.form(Tale, title="Tell a tale", submit="Tell it")
async def tell(ctx: Interaction[Settings], tale: Tale, note: str) -> None:
    if tale.title == "Nothing":
        raise Invalid(t("Say something"), field="title")
    if note == "aloud":
        await ctx.post(ctx.channel, Card(tale.body, tale.title), priority=Priority.PERSON)
    await ctx.reply(f"Told: {tale.title}, {tale.pages} pages, {note}")


@cog.button(level=Level.MODERATOR)
async def judge(ctx: Askable[Settings]) -> None:
    await ctx.ask(judgement)


@cog.command("contract judge", private=False)
async def judging(ctx: Askable[Settings]) -> None:
    """Show a button to a form for moderators."""
    await ctx.reply(Card("Judge", buttons=(judge.button("Judge"),)))


@cog.form(Tale, title="Judge", level=Level.MODERATOR)
async def judgement(ctx: Interaction[Settings], tale: Tale) -> None:
    await ctx.reply("Judged")

"""Privacy: what is stored about a member, a copy of it, and its erasure, each by the member alone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.cog import (
    Askable,
    Card,
    Cog,
    CogSettings,
    File,
    Phrase,
    Tone,
    Words,
    lines,
    plural,
    t,
)

cog = Cog("people", CogSettings, title="Privacy")

Policies = Iterable[tuple[str, str, str]]

KINDS: Mapping[str, Words] = {
    "delete": t("Deleted when you ask"),
    "anonymise": t("Kept without your name"),
    "keep": t("Kept, because the law or the others need it"),
}


@cog.command("privacy show")
async def show(ctx: Askable[CogSettings]) -> None:
    """Show what Relais stores about you, and why."""
    stored = await ctx.desk.people.export(ctx.community, ctx.person)
    await ctx.reply(
        Card(
            lines(
                t("Relais stores only what its features need. Here is what it holds about you."),
                *reasons(ctx.desk.people.policies(), stored),
            ),
            t("What Relais knows about you"),
            buttons=(copy.primary(t("Give me a copy")), ask_to_erase.button(t("Erase my data"))),
        )
    )


@cog.command("privacy export")
async def export(ctx: Askable[CogSettings]) -> None:
    """Get a copy of everything Relais stores about you."""
    await ctx.reply(await export_card(ctx))


@cog.command("privacy erase")
async def erase(ctx: Askable[CogSettings]) -> None:
    """Erase what Relais stores about you."""
    await ctx.reply(await erase_card(ctx))


@cog.button()
async def copy(ctx: Askable[CogSettings]) -> None:
    await ctx.reply(await export_card(ctx))


@cog.button()
async def ask_to_erase(ctx: Askable[CogSettings]) -> None:
    await ctx.reply(await erase_card(ctx))


@cog.button()
async def erase_now(ctx: Askable[CogSettings], person: str) -> None:
    """``person`` is who asked: somebody else's press does nothing."""
    if person != ctx.person:
        await ctx.reply(t("This button belongs to somebody else, or its work is done. For yourself: /privacy erase"))
        return
    policies = ctx.desk.people.policies()
    touched = await ctx.desk.people.erase(ctx.community, ctx.person)
    deleted, kept = counts(policies, touched)
    await ctx.reply(
        Card(
            lines(
                plural("{count} record was deleted.", "{count} records were deleted.", count=deleted),
                plural(
                    "{count} record stays without your name.", "{count} records stay without your name.", count=kept
                ),
                t("If you go on taking part here, Relais starts again from nothing."),
            ),
            t("Your data is erased"),
            tone=Tone.GOOD,
        )
    )


async def export_card(ctx: Askable[CogSettings]) -> Card:
    stored = await ctx.desk.people.export(ctx.community, ctx.person)
    data = json.dumps(stored, ensure_ascii=False, indent=2, default=str).encode()
    return Card(
        t("Here is everything Relais stores about you, in a format that other programs can read (JSON)."),
        t("Your data"),
        files=(File(data, f"relais-{ctx.now:%Y-%m-%d}.json", "application/json"),),
    )


async def erase_card(ctx: Askable[CogSettings]) -> Card:
    """What would happen, and the button that makes it happen."""
    stored = await ctx.desk.people.export(ctx.community, ctx.person)
    return Card(
        lines(
            t(
                "This cannot be undone. Your messages themselves stay on the platform: only what Relais keeps about "
                "you goes. You may want a copy first: /privacy export"
            ),
            *reasons(ctx.desk.people.policies(), stored),
        ),
        t("Erase my data?"),
        buttons=(erase_now.danger(t("Erase my data"), person=ctx.person),),
        tone=Tone.WARNING,
    )


def reasons(policies: Policies, stored: Mapping[str, Any]) -> Iterator[Words]:
    """What is really stored about somebody and why, under what becomes of it when they ask to be erased."""
    said: dict[str, dict[str, None]] = {kind: {} for kind in KINDS}
    for table, kind, why in policies:
        if stored.get(table):
            said[kind][why] = None
    for kind, whys in said.items():
        if whys:
            yield ""
            yield t("**{heading}**", heading=KINDS[kind])
            yield from (t("- {reason}", reason=Phrase(why)) for why in whys)


def counts(policies: Policies, touched: Mapping[str, int]) -> tuple[int, int]:
    """How many records were deleted, and how many only lost the name."""
    deleting = {table for table, kind, _ in policies if kind == "delete"}
    deleted = sum(count for table, count in touched.items() if table in deleting)
    return deleted, sum(touched.values()) - deleted

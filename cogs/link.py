"""Linked accounts: a code shown in one space and typed in another makes two accounts one person's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated

from pydantic import Field

from bot.cog import (
    Account,
    Askable,
    Button,
    Card,
    Code,
    Cog,
    CogSettings,
    Linked,
    Member,
    Priority,
    Refusal,
    Refused,
    Space,
    Tone,
    Words,
    lines,
    listing,
    t,
)

MAX_BUTTONS = 5

cog = Cog("link", CogSettings, title="Linked accounts")


@cog.command("link")
async def link(
    ctx: Askable[CogSettings],
    code: Annotated[
        str, Field(title="Code", description="What /link showed in the other space; empty for a new one")
    ] = "",
) -> None:
    """Link your accounts in several spaces: get a code, or type one."""
    if ctx.member.is_bot:
        await ctx.reply(t("A bot has no accounts to link."))
    elif code.strip():
        await ctx.reply(await redeem(ctx, code))
    else:
        elsewhere = tuple(space for space in ctx.desk.spaces.of(ctx.community) if space != ctx.space)
        await ctx.reply(code_card(ctx, await ctx.desk.links.code(ctx.community, ctx.member), elsewhere))


@cog.command("accounts")
async def accounts(ctx: Askable[CogSettings]) -> None:
    """Show which of your accounts are linked."""
    await ctx.reply(await accounts_card(ctx))


@cog.command("unlink")
async def unlink(ctx: Askable[CogSettings]) -> None:
    """Separate one of your linked accounts again."""
    await ctx.reply(await accounts_card(ctx))


@cog.button()
async def separate(ctx: Askable[CogSettings], platform: str, account: str) -> None:
    """Only one's own accounts: somebody else's press does nothing."""
    own = await placed(ctx, await ctx.desk.links.accounts(ctx.person))
    if not await ctx.desk.links.unlink(ctx.community, ctx.person, platform, account):
        await ctx.reply(t("This account is not linked to yours any more. Nothing happened; see /accounts."))
        return
    gone = next(
        spoken(one.name, spaces, platform) for one, spaces in own if (one.platform, one.id) == (platform, account)
    )
    await ctx.reply(
        Card(
            lines(
                t("{account} is somebody new for Relais from now on.", account=gone),
                t("What was stored until now stays with your other accounts. To link it again: /link"),
            ),
            t("Account separated"),
            tone=Tone.GOOD,
        )
    )


async def redeem(ctx: Askable[CogSettings], typed: str) -> Card:
    """Link, and write to the other account in the same transaction: it may not have wanted this."""
    taker = await ctx.desk.links.taker(typed)
    mine = spoken(ctx.member.name, (ctx.space,), ctx.space.platform)
    async with ctx.db() as db:
        linked = await ctx.desk.links.link(db, ctx.community, ctx.member, typed)
        if isinstance(linked, Refused):
            return refusal_card(linked)
        if taker is not None:
            card, why = taker_card(linked, mine), t("{member} typed your code", member=ctx.member.name)
            await db.post(taker, card, priority=Priority.PERSON, key=f"link {linked.number}", why=why)
    ctx.count("link.linked")
    return linked_card(linked, mine)


def code_card(ctx: Askable[CogSettings], code: Code, elsewhere: Sequence[Space]) -> Card:
    where: Words
    if elsewhere:
        where = t(
            "With your other account, in {spaces}, type: /link code:{code}", spaces=places(elsewhere), code=code.text
        )
    else:
        where = t(
            "With your other account, type: /link code:{code} (this community has one space so far: for another one, "
            "an administrator must first join the two, with /community code)",
            code=code.text,
        )
    return Card(
        lines(
            t("**{code}**", code=code.text),
            where,
            t("It works once, within {duration}.", duration=code.until - ctx.now),
        ),
        t("Your code"),
        footer=t("Give it to nobody: whoever types it becomes you here."),
    )


def linked_card(linked: Linked, mine: Words) -> Card:
    return Card(
        lines(
            t("{mine} and {other} are one person for Relais from now on.", mine=mine, other=taken_by(linked)),
            t("What was stored about either holds for both. To see or separate them: /accounts"),
        ),
        t("Your accounts are linked"),
        tone=Tone.GOOD,
    )


def taker_card(linked: Linked, other: Words) -> Card:
    return Card(
        lines(
            t("{mine} and {other} are one person for Relais from now on.", mine=taken_by(linked), other=other),
            t("Your code was typed there. If that was not you, separate the two: /accounts"),
        ),
        t("Your accounts are linked"),
        tone=Tone.GOOD,
    )


async def accounts_card(ctx: Askable[CogSettings]) -> Card:
    """The accounts of the reader, the present one first, each with the button that separates it."""
    own = await ctx.desk.links.accounts(ctx.person)
    here = (ctx.space.platform, ctx.member.id)
    mine = await placed(ctx, sorted(own, key=lambda one: (one.platform, one.id) != here))
    if len(mine) < 2:
        return Card(
            t("This account is not linked to another. To link one, get a code: /link"),
            t("Your accounts"),
        )
    return Card(
        lines(
            t("For Relais, these accounts are one person: you."),
            *(t("- {account}", account=spoken(one.name, spaces, one.platform)) for one, spaces in mine),
            "",
            t("A separated account is somebody new. What was stored until now stays with the others."),
        ),
        t("Your accounts"),
        buttons=tuple(separating(*one) for one in mine[:MAX_BUTTONS]),
    )


def separating(account: Account, spaces: Sequence[Space]) -> Button:
    where = spaces[0].name if spaces else account.platform.capitalize()
    label = t("Unlink {name} ({where})", name=account.name[:25], where=where[:25])
    return separate.danger(label, platform=account.platform, account=account.id)


async def placed(ctx: Askable[CogSettings], own: Iterable[Account]) -> list[tuple[Account, tuple[Space, ...]]]:
    """Each account with the spaces where it is a member right now."""
    members = await ctx.accounts_of(ctx.person)
    return [(one, spaces_of(one, members)) for one in own]


def spaces_of(account: Account, members: Iterable[Member]) -> tuple[Space, ...]:
    return tuple(m.space for m in members if (m.space.platform, m.id) == (account.platform, account.id))


def taken_by(linked: Linked) -> Words:
    return spoken(linked.taken_by.name, (linked.taken_in,), linked.taken_in.platform)


def spoken(name: str, spaces: Sequence[Space], platform: str) -> Words:
    """``Ada (Les Relais, Discord)``."""
    where = ", ".join([*(space.name for space in spaces if space.name), platform.capitalize()])
    return t("**{name}** ({where})", name=name, where=where)


def places(spaces: Iterable[Space]) -> Words:
    return listing(*(t("{space} ({platform})", space=one.name, platform=one.platform.capitalize()) for one in spaces))


def refusal_card(refused: Refused) -> Card:
    return Card(lines(*said(refused)), t("Nothing was linked"), tone=Tone.WARNING)


def said(refused: Refused) -> Iterator[Words]:
    if refused.why is Refusal.TOO_MANY and refused.until is not None:
        yield t("That was too many wrong codes. Please wait until {moment}.", moment=refused.until)
    else:
        yield REFUSALS[refused.why]


REFUSALS: Mapping[Refusal, Words] = {
    Refusal.WRONG: t("There is no such code. Compare it sign by sign, or take a new one in the other space: /link"),
    Refusal.EXPIRED: t("This code is over. Take a new one in the other space: /link"),
    Refusal.USED: t("This code was used already; each works once. Take a new one in the other space: /link"),
    Refusal.OWN: t("You took this code with this very account. Type it with your other one, in the other space."),
    Refusal.ELSEWHERE: t(
        "This code comes from another community. An administrator must first join the two spaces, with "
        "/community code; then take a new code."
    ),
    Refusal.TOGETHER: t("These two accounts are linked already. See /accounts"),
    Refusal.OTHER: t("This code is for joining two spaces: an administrator types it after /community join"),
}

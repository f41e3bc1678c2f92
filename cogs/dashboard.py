"""The pages: a private link that signs its reader in, once."""

from __future__ import annotations

from bot.cog import Askable, Button, Card, Cog, CogSettings, Level, Style, lines, t

cog = Cog("dashboard", CogSettings, title="Dashboard")


@cog.command("dashboard")
async def dashboard(ctx: Askable[CogSettings]) -> None:
    """Open the dashboard: settings for administrators, your own data for everybody."""
    invitation = await ctx.desk.pages.invite(ctx.community, ctx.member, ctx.person)
    inside = (
        t("You will find the settings of the community, their history and your own data there.")
        if ctx.member.level >= Level.ADMIN
        else t("You will find there what Relais stores about you.")
    )
    care = t(
        "It works once, for {duration}. Keep it to yourself: whoever opens it acts in your name.",
        duration=invitation.good_for,
    )
    await ctx.reply(
        Card(
            lines(inside, care),
            t("Your link to the dashboard"),
            buttons=(Button(t("Open the dashboard"), url=invitation.url, style=Style.PRIMARY),),
        )
    )

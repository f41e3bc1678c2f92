"""What only Discord can tell again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.chat.things import Level
from tests.contract.cog import COGS, notes
from tests.contract.conftest import Open
from tests.contract.discord import DiscordStage


@pytest.fixture
async def discord(opened: Open) -> DiscordStage:
    stage = await opened("discord", cogs=COGS)
    assert isinstance(stage, DiscordStage)
    return stage


async def test_what_moderators_did_while_it_was_dead_is_read_in_the_audit_log(discord: DiscordStage) -> None:
    mo = discord.person("mo", level=Level.MODERATOR, here=True)
    ada, bob, eve = (discord.person(name, here=True) for name in ("ada", "bob", "eve"))
    await mo.kick(ada, "heard")
    await mo.run("contract act", what="kick", account=bob.id)
    await discord.advance(minutes=10)
    await discord.disconnect()
    await mo.timeout(eve, discord.now + timedelta(hours=1), "too loud")
    await mo.ban(eve, "sells things")
    await discord.restart()
    assert [it for it in notes.heard if it.startswith("mo: ")] == [
        "mo: kick ada (heard)",
        "mo: timeout eve (too loud)",
        "mo: ban eve (sells things)",
    ]


async def test_what_moderators_did_during_a_cut_is_told_once(discord: DiscordStage) -> None:
    mo, eve = discord.person("mo", level=Level.MODERATOR, here=True), discord.person("eve", here=True)
    await mo.ban(eve, "heard")
    await discord.disconnect()
    await mo.unban(eve, "a mistake")
    await discord.reconnect()
    assert [it for it in notes.heard if it.startswith("mo: ")] == ["mo: ban eve (heard)", "mo: unban eve (a mistake)"]


async def test_a_link_leads_to_a_message(discord: DiscordStage) -> None:
    ref = await discord.person("ada", here=True).say("look here")
    link = await discord.app.engine.permalink(ref)
    assert link == f"https://discord.com/channels/{ref.channel.space.id}/{ref.channel.id}/{ref.id}"

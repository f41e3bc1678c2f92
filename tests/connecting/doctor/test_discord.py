"""What the doctor says of a Discord: its application, its servers, its channels."""

from __future__ import annotations

import discord
import pytest

from bot.chat.platform import Can
from bot.connecting.doctor import sheet
from bot.platforms.discord.checkup import ASKED
from bot.platforms.discord.invite import PERMISSIONS
from tests.connecting.doctor.clinic import Clinic
from tests.wire.discord import Permission
from tests.wire.discord.bits import BOTS


async def test_an_intent_is_off_and_switched_on(clinic: Clinic) -> None:
    clinic.discord.state.application.flags = 1 << 19 | 1 << 23
    said = await clinic.doctor()
    assert said.code == 1
    assert "✗ Server Members Intent is off: nobody who joins is noticed" in said
    assert "relais doctor --fix" in said
    assert "✓ Message Content Intent is on" in said
    assert "notices who joins ✗ no: Server Members Intent is off" in said
    fixed = await clinic.doctor("--fix")
    assert fixed.code == 0
    assert "Switched on just now: Server Members Intent" in fixed
    assert clinic.discord.state.application.flags == 1 << 15 | 1 << 19 | 1 << 23
    assert "✓ Server Members Intent is on" in await clinic.doctor()


async def test_what_discord_refuses_to_switch_on_is_said(clinic: Clinic) -> None:
    clinic.discord.state.application.flags = 0
    clinic.discord.faults.fail(403, 50013, "Missing Permissions", on="PATCH /applications/@me")
    said = await clinic.doctor("--fix")
    assert said.code == 1
    assert "✗ Discord refused to switch on Server Members Intent and Message Content Intent" in said
    assert "/bot" in said
    assert "✓ Server Members Intent" not in said


async def test_a_missing_permission_has_its_click_path(clinic: Clinic) -> None:
    clinic.discord.world.permit(BOTS & ~Permission.BAN_MEMBERS & ~Permission.PIN_MESSAGES)
    said = await clinic.doctor()
    assert said.code == 1
    assert "✗ Town: the bot lacks Ban Members, Pin Messages" in said
    assert "Server Settings → Roles → Relais → Permissions" in said


def test_every_permission_of_the_invitation_is_looked_at() -> None:
    assert discord.Permissions(**dict.fromkeys(ASKED, True)) == PERMISSIONS


async def test_administrators_lack_nothing(clinic: Clinic) -> None:
    clinic.discord.world.permit(Permission.ADMINISTRATOR)
    assert "Town: the bot has all the permissions it asks for" in await clinic.doctor()


async def test_members_above_the_bot_are_out_of_reach(clinic: Clinic) -> None:
    clinic.discord.world.add_role("VIP", position=150)
    clinic.discord.world.add_role("Team", Permission.MANAGE_MESSAGES, position=160)
    clinic.discord.world.add_role("Regulars", position=5)
    clinic.env.setattr(sheet, "wanted", lambda engine: frozenset())
    said = await clinic.doctor()
    assert "· Town: the bot cannot act on who has VIP, above its own role" in said
    assert "drag Relais above" in said
    assert said.code == 0, "no feature acts on members"


async def test_the_highest_role_that_the_bot_has_counts(clinic: Clinic) -> None:
    world = clinic.discord.world
    world.add_role("VIP", position=150)
    crew = world.add_role("Crew", position=200)
    world.town(clinic.town).members[clinic.discord.state.bot.id].roles.append(crew.id)
    assert "cannot act on" not in await clinic.doctor()


async def test_who_acts_on_members_needs_a_high_role(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    clinic.discord.world.add_role("VIP", position=150)
    monkeypatch.setattr(sheet, "wanted", lambda engine: frozenset({Can.TIMEOUT}))
    said = await clinic.doctor()
    assert "✗ Town: the bot cannot act on who has VIP" in said
    assert said.code == 1


async def test_nobody_invited_it_yet(clinic: Clinic) -> None:
    clinic.discord.world.remove_bot(clinic.town)
    said = await clinic.doctor()
    assert said.code == 1
    assert "✗ No server has invited it yet" in said
    assert f"client_id={clinic.discord.state.application.id}" in said


async def test_a_channel_that_was_chosen_and_is_closed_or_gone(clinic: Clinic) -> None:
    world = clinic.discord.world
    general, rules = world.channel("general"), world.channel("rules")
    await clinic.choose(clinic.town, channel=general, introductions=rules)
    world.close_channel(general)
    clinic.discord.state.drop_channel(clinic.discord.state.channels[rules.id])
    said = await clinic.doctor()
    assert said.code == 1
    assert "✗ Town: in #general (Welcome, Greeting channel) the bot lacks View Channels, Send Messages" in said
    assert "#general → Edit Channel → Permissions → Relais" in said
    assert "✗ Town: the channel of “Welcome, Introductions channel” is gone" in said
    assert "/settings set welcome.introductions" in said


async def test_commands_are_told_when_asked(clinic: Clinic) -> None:
    said = await clinic.doctor()
    assert "· Discord does not offer this version’s commands yet: /accounts" in said
    await clinic.doctor("--fix")
    assert "✓ Discord offers the" in await clinic.doctor()


async def test_few_connections_are_left(clinic: Clinic) -> None:
    clinic.discord.state.application.identifies = 12
    said = await clinic.doctor()
    assert said.code == 1
    assert "✗ Only 12 connections are left today" in said


async def test_a_token_that_discord_does_not_know(clinic: Clinic) -> None:
    clinic.env.setenv("DISCORD_TOKEN", "another.secret.token")
    said = await clinic.doctor()
    assert said.code == 1
    assert "✗ Discord does not accept the token in DISCORD_TOKEN" in said
    assert "Reset Token" in said
    assert "another" not in said

"""``relais doctor`` as somebody at a terminal meets it: all is well, or a platform is in trouble."""

from __future__ import annotations

import os
import re
import socket
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main
from bot.chat.checkup import Mark
from bot.config import load
from bot.connecting.doctor import look_over
from bot.connecting.doctor.report import Report
from bot.engine.clock import SystemClock
from bot.platforms.discord import checkup as discord_checkup
from tests.connecting.doctor.clinic import Clinic


async def test_all_is_well(clinic: Clinic) -> None:
    general = clinic.discord.world.channel("general")
    await clinic.choose(clinic.town, channel=general)
    said = await clinic.doctor("--fix")
    assert said.code == 0
    again = await clinic.doctor()
    assert again.code == 0
    assert not any(line.startswith("  ✗") for line in again.text.splitlines())
    assert "All is well." in again
    assert "Town: the bot may post in #general (Welcome, Greeting channel)" in again
    assert "Greeting channel ✓ #general" in again
    assert "relais in Office" in again
    assert all(len(line) <= 80 or "http" in line for line in again.text.splitlines())


async def test_nothing_is_changed_unasked(clinic: Clinic) -> None:
    clinic.discord.state.application.flags = 0
    clinic.slack.world.add_channel("lounge", with_bot=False)
    await clinic.doctor()
    assert not list(clinic.folder.iterdir())
    assert {logged.method for logged in clinic.discord.log} == {"GET"}
    assert {logged.method for logged in clinic.slack.log} == {"auth.test", "apps.connections.open"}


async def test_a_database_is_read_and_left_as_it_is(clinic: Clinic) -> None:
    await clinic.choose(clinic.town)
    before = {file.name: file.read_bytes() for file in (clinic.folder / "data").iterdir()}
    assert "relais.db can be read, and is as this version wants it" in await clinic.doctor()
    assert {file.name: file.read_bytes() for file in (clinic.folder / "data").iterdir()} == before


# Trouble


async def test_servers_that_are_down(clinic: Clinic) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        nowhere = f"http://127.0.0.1:{taken.getsockname()[1]}"
    clinic.env.setenv("DISCORD_API_BASE", f"{nowhere}/api/v10")
    clinic.env.setenv("SLACK_API_BASE", f"{nowhere}/api/")
    said = await clinic.doctor()
    assert said.code == 1
    assert "✗ Discord does not answer (no connection)" in said
    assert "✗ Slack does not answer" in said
    assert "DISCORD_API_BASE" in said
    assert "Traceback" not in said


async def test_a_server_that_never_answers(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discord_checkup, "PATIENCE", 0.2)
    clinic.without("slack")
    hold = clinic.discord.faults.hold(on="GET /users/@me")
    said = await clinic.doctor()
    hold.release()
    assert "✗ Discord does not answer (no answer in" in said


async def test_a_server_that_is_no_discord(clinic: Clinic) -> None:
    clinic.without("slack")
    clinic.discord.faults.fail(200, body={"message": "hello"}, on="GET /users/@me")
    said = await clinic.doctor()
    assert said.code == 1
    assert "✗ Discord could not be looked over" in said
    assert "Traceback" not in said


async def test_a_clock_that_is_wrong(clinic: Clinic) -> None:
    clock, report = SystemClock(), Report(sys.stdout)
    clock.ahead = timedelta(minutes=5)
    await look_over(load(os.environ), report, fix=False, clock=clock)
    wrong = [one for one in report.findings if one.mark is Mark.WRONG]
    assert [one.part for one in wrong] == ["Discord", "Slack"]
    assert all(re.search(r"clock is (299|30\d) seconds ahead of theirs", one.what) for one in wrong)


# Settings


async def test_what_is_wrong_with_the_settings_is_told_at_once(clinic: Clinic) -> None:
    clinic.env.delenv("DISCORD_API_BASE")
    clinic.env.setenv("WEB_PORT", "many")
    said = await clinic.doctor()
    assert said.code == 2
    assert "✗ DISCORD_TOKEN does not look like a bot token" in said
    assert "✗ WEB_PORT is not a port" in said
    assert "2 things need a cure." in said


async def test_secrets_that_others_may_read(clinic: Clinic) -> None:
    env = clinic.folder / ".env"
    env.write_text("LOG_LEVEL=INFO\n")
    env.chmod(0o644)
    assert "chmod 600 .env" in await clinic.doctor()
    env.chmod(0o600)
    assert "chmod 600 .env" not in await clinic.doctor()


def test_without_any_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WEB_PORT", "0")
    assert main(["doctor"]) == 0
    assert "No token is set: Relais opens the playground" in capsys.readouterr().out


async def test_machines_read_a_document(clinic: Clinic) -> None:
    clinic.discord.state.application.flags = 1 << 15
    document: dict[str, Any] = await clinic.document()
    assert document["wrong"] == 1
    (wrong,) = [one for one in document["findings"] if one["mark"] == "wrong"]
    assert wrong["part"] == "Discord"
    assert wrong["what"].startswith("Message Content Intent is off")
    assert wrong["cure"]
    assert {row["space"] for row in document["capabilities"]} == {clinic.town.key, clinic.office.key}

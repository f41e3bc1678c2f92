"""What Discord and Slack ask for: a link each, made from what Relais declares."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.fernet import Fernet
from starlette.routing import Route

from bot.__main__ import main
from bot.config import load
from bot.connections import Connections
from bot.engine import loader

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcDE.abcdefghijklmnopqrstuvwxyz012345"  # not a real one: an id, and letters


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("DISCORD_TOKEN", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"):
        monkeypatch.delenv(name, raising=False)


def test_the_invitation_asks_for_no_administrator(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["invite", "123456789012345678"]) == 0
    query = parse_qs(urlsplit(capsys.readouterr().out.strip()).query)
    assert query["client_id"] == ["123456789012345678"]
    assert set(query["scope"][0].split()) == {"bot", "applications.commands"}
    permissions = int(query["permissions"][0])
    assert not permissions & 1 << 3, "administrator"
    assert not permissions & 1 << 17, "mention everyone"
    assert permissions & 1 << 51, "pins have a permission of their own since 2026"


def test_the_token_knows_its_application(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    assert main(["invite"]) == 0
    said = capsys.readouterr().out
    assert "client_id=123456789012345678" in said
    assert TOKEN not in said


def test_without_an_application_it_says_where_to_find_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["invite"]) == 2
    assert "General Information" in capsys.readouterr().err


def test_the_manifest_holds_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["manifest", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    known = {command["command"] for command in document["features"]["slash_commands"]}
    declared = {f"/{command.spec.path.split()[0]}" for cog in loader.load() for command in cog.commands}
    assert declared <= known


def test_the_manifest_leads_back_to_the_pages(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUBLIC_URL", "https://relais.example.org")
    assert main(["manifest", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["oauth_config"]["redirect_urls"] == ["https://relais.example.org/slack/oauth"]


def test_a_key_is_one_that_the_settings_take(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["key"]) == 0
    assert load({"ENCRYPTION_KEY": capsys.readouterr().out}).encryption_key


def test_several_workspaces_are_served_without_a_token_of_one() -> None:
    config = load(
        {
            "SLACK_CLIENT_ID": "100000000001.200000000002",
            "SLACK_CLIENT_SECRET": "0123456789abcdef0123456789abcdef",
            "SLACK_SIGNING_SECRET": "0123456789abcdef0123456789abcdef",
            "SLACK_USER_TOKEN": "xoxp-1234567890",
            "ENCRYPTION_KEY": Fernet.generate_key().decode(),
            "PUBLIC_URL": "https://relais.example.org",
        }
    )
    connections = Connections(config)
    assert [platform.name for platform in connections.platforms] == ["slack"]
    paths = {route.path for route in connections.routes if isinstance(route, Route)}
    assert paths == {"/slack/events", "/slack/install", "/slack/oauth"}
    assert "0123456789abcdef" not in repr(vars(connections.platforms[0])["_installing"].oauth)


def test_the_link_carries_the_manifest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["manifest"]) == 0
    query = parse_qs(urlsplit(capsys.readouterr().out.strip()).query)
    assert json.loads(query["manifest_json"][0])["display_information"]["name"] == "Relais"

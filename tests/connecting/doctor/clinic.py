"""Where the doctor is tried: a Discord and a Slack on this machine, and a folder whose environment leads to them."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from random import Random

import pytest
from cryptography.fernet import Fernet

from bot.__main__ import main
from bot.chat.things import Channel, Space
from bot.config import variables
from bot.engine import loader, migrate
from bot.engine.models import SettingRow
from bot.engine.session import Database
from bot.engine.spaces import Spaces
from bot.engine.store import DocumentStore
from bot.platforms.slack.installations import Installation, Installations
from tests.wire.discord import DiscordServer
from tests.wire.slack import SlackServer

DISCORD_TOKEN = "discord.secret.token"
KEY = Fernet.generate_key().decode()
PORT = "0"
"""Any free one, which nobody else can hold."""


@dataclass
class Said:
    """What the doctor printed, and its exit code."""

    code: int
    text: str

    def __contains__(self, words: str) -> bool:
        """Wherever the lines were broken."""
        return " ".join(words.split()) in " ".join(self.text.split())


class Clinic:
    """``discord`` and ``slack`` are the servers; ``town`` and ``office`` their one space each."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.env = monkeypatch
        self.discord = DiscordServer(lambda: datetime.now(UTC), token=DISCORD_TOKEN)
        self.slack = SlackServer(lambda: datetime.now(UTC))
        self.town = self.discord.world.add_space("Town", channels=("general", "rules"))
        self.office = self.slack.world.add_space("Office")
        monkeypatch.chdir(folder)
        for name in variables():
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("WEB_PORT", PORT)

    def connect(self) -> None:
        """Write both servers' addresses and tokens into the environment."""
        self.env.setenv("DISCORD_API_BASE", self.discord.api_base)
        self.env.setenv("DISCORD_TOKEN", DISCORD_TOKEN)
        self.env.setenv("SLACK_API_BASE", self.slack.api_base)
        self.env.setenv("SLACK_BOT_TOKEN", self.slack.world.token())
        self.env.setenv("SLACK_APP_TOKEN", self.slack.app_token)

    def without(self, platform: str) -> None:
        for name in variables():
            if name.startswith(platform.upper()):
                self.env.delenv(name, raising=False)

    async def add_by_oauth(self, *spaces: Space, key: str = KEY) -> None:
        """These workspaces added the app, and Relais kept their tokens."""
        app = self.slack.state.app
        self.env.setenv("SLACK_CLIENT_ID", app.client_id)
        self.env.setenv("SLACK_CLIENT_SECRET", app.client_secret)
        self.env.setenv("ENCRYPTION_KEY", KEY)
        self.env.setenv("PUBLIC_URL", "https://relais.example.org")
        await self.choose(self.office)
        database = Database("sqlite+aiosqlite:///data/relais.db")
        kept = Installations(DocumentStore(database, "slack"), [key], lambda: datetime.now(UTC))
        for space in spaces:
            await kept.save(Installation(space.id, space.name, self.slack.world.token(space)))
        await database.close()

    async def doctor(self, *options: str) -> Said:
        """Run it as somebody at a terminal would; nothing secret may be printed."""
        out = StringIO()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("sys.stdout", out)
            code = await asyncio.to_thread(main, ["doctor", *options])
        said = out.getvalue()
        for secret in (DISCORD_TOKEN, self.slack.app_token, self.slack.signing_secret, *self.slack.state.grants):
            assert secret not in said
        return Said(code, said)

    async def document(self) -> dict[str, list[dict[str, str]]]:
        found: dict[str, list[dict[str, str]]] = json.loads((await self.doctor("--json")).text)
        return found

    async def choose(self, space: Space, **channels: Channel) -> None:
        """Store a database in which the welcome of a space has these channels."""
        loader.load()
        (self.folder / "data").mkdir(exist_ok=True)
        database = Database("sqlite+aiosqlite:///data/relais.db")
        await database.open()
        await migrate.upgrade(database)
        community = await Spaces(database, Random(1)).see(space)
        async with database.transaction() as db:
            for name, channel in channels.items():
                value = json.dumps({space.key: channel.id})
                db.add(SettingRow(community=community.id, section="welcome", name=name, value=value))
        await database.close()

"""A guild of words, and payloads as Discord sends them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.chat.things import Channel, Space
from bot.platforms.discord.town import MODERATOR, Role

GUILD, GENERAL, THREAD, ADA, BOT = "100", "200", "300", "175928847299117063", "900"
SPACE = Space("discord", GUILD, "Town", "fr")


@dataclass
class PaperTown:
    """A ``Town`` without Discord."""

    space: Space = SPACE
    owner: str = "1"
    roles: dict[str, Role] = field(
        default_factory=lambda: {
            GUILD: Role("@everyone", 0),
            "11": Role("Mods", MODERATOR),
            "12": Role("Helper", 0),
        }
    )

    def role(self, id: str) -> Role | None:
        return self.roles.get(id)

    def place(self, id: str) -> tuple[Channel, str | None]:
        if id == THREAD:
            return Channel(self.space, GENERAL, "general"), THREAD
        return Channel(self.space, id, "general" if id == GENERAL else ""), None


@pytest.fixture
def town() -> PaperTown:
    return PaperTown()


def user(**more: Any) -> dict[str, Any]:
    return {"id": ADA, "username": "ada_l", "global_name": "Ada", "discriminator": "0", "avatar": None} | more


def member(**more: Any) -> dict[str, Any]:
    return {"user": user(), "roles": [], "joined_at": "2026-11-20T08:00:00.000000+00:00", "flags": 0} | more


def message(**more: Any) -> dict[str, Any]:
    return {
        "id": "175928847299117100",
        "channel_id": GENERAL,
        "guild_id": GUILD,
        "author": user(),
        "member": {"roles": [], "joined_at": "2026-11-20T08:00:00+00:00"},
        "content": "hello",
        "timestamp": "2026-11-22T10:00:00+00:00",
        "edited_timestamp": None,
        "type": 0,
        "mentions": [],
        "attachments": [],
    } | more

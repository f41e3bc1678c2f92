"""discord.py parsing the same message, offline: the library's own state, fed as its gateway feeds it."""

from __future__ import annotations

import json
from typing import Any

import discord

GUILD, CHANNEL, AUTHOR = "200", "300", "400"
WHEN = "2026-11-23T08:00:00+00:00"
USER = {"id": AUTHOR, "username": "ada", "discriminator": "0", "avatar": None, "global_name": "Ada"}


def message(number: int, text: str) -> dict[str, Any]:
    """A ``MESSAGE_CREATE`` as Discord documents it."""
    return {
        "id": str(10**17 + number),
        "channel_id": CHANNEL,
        "guild_id": GUILD,
        "author": USER,
        "member": {"roles": [], "joined_at": WHEN, "deaf": False, "mute": False, "flags": 0, "nick": None},
        "content": text,
        "timestamp": WHEN,
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "pinned": False,
        "type": 0,
    }


def _guild() -> dict[str, Any]:
    empty: dict[str, Any] = {
        name: []
        for name in ("emojis", "features", "threads", "voice_states", "presences", "stage_instances", "stickers")
    }
    return empty | {
        "id": GUILD,
        "name": "Club",
        "owner_id": AUTHOR,
        "member_count": 1,
        "members": [],
        "channels": [{"id": CHANNEL, "type": 0, "name": "general", "position": 0, "permission_overwrites": []}],
        "roles": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
        "preferred_locale": "en-US",
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "system_channel_flags": 0,
        "premium_tier": 0,
        "nsfw_level": 0,
        "premium_progress_bar_enabled": False,
    }


class DiscordParsing:
    """JSON to discord.py's objects, with nobody listening."""

    def __init__(self) -> None:
        client = discord.Client(intents=discord.Intents.default(), max_messages=None)
        self.state = client._connection
        self.state._add_guild_from_data(_guild())  # type: ignore[arg-type]

    def parse(self, raw: str) -> None:
        self.state.parsers["MESSAGE_CREATE"](json.loads(raw))

"""Small exports as the two tools write them."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

GUILD = {"id": "111", "name": "Les Relais", "iconUrl": "https://cdn.example.org/icon.png"}


def discord_user(id: str, name: str, **more: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "id": id,
        "name": name.lower(),
        "discriminator": "0000",
        "nickname": name,
        "color": None,
        "isBot": False,
    }
    return {**base, "roles": [], "avatarUrl": "", **more}


def discord_message(
    id: str, content: str = "", *, author: Mapping[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    base: dict[str, Any] = {
        "id": id,
        "type": "Default",
        "timestamp": "2025-03-01T10:00:00.000+00:00",
        "timestampEdited": None,
        "callEndedTimestamp": None,
        "isPinned": False,
        "content": content,
        "author": author or discord_user("9", "Ada"),
        "attachments": [],
        "embeds": [],
        "stickers": [],
        "reactions": [],
        "mentions": [],
        "inlineEmojis": [],
    }
    return {**base, **more}


def discord_file(messages: Sequence[object], *, guild: Mapping[str, Any] = GUILD, **channel: Any) -> dict[str, Any]:
    place = {
        "id": "222",
        "type": "GuildTextChat",
        "categoryId": "1",
        "category": "Text",
        "name": "général",
        "topic": None,
    }
    return {
        "guild": guild,
        "channel": {**place, **channel},
        "dateRange": {"after": None, "before": None},
        "exportedAt": "2025-04-01T00:00:00+00:00",
        "messages": list(messages),
        "messageCount": len(messages),
    }


def write_json(path: Path, value: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2), "utf-8")
    return path


def write_zip(path: Path, files: Mapping[str, object]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, value in files.items():
            archive.writestr(name, value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False))
    return path


def slack_user(id: str, name: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "team_id": "T1", "name": name.lower(), "profile": {"display_name": name}, "is_bot": False, **more}


def slack_message(ts: str, text: str = "", user: str = "U1", **more: Any) -> dict[str, Any]:
    return {"type": "message", "ts": ts, "user": user, "text": text, **more}


def slack_files(days: Mapping[str, Sequence[object]], root: str = "") -> dict[str, object]:
    """A Slack export with the channel ``general`` (C1) and these days of it."""
    return {
        f"{root}channels.json": [{"id": "C1", "name": "general", "is_general": True}],
        f"{root}users.json": [slack_user("U1", "Ada"), slack_user("U2", "Bob"), slack_user("U3", "Robot", is_bot=True)],
        **{f"{root}general/{day}.json": list(messages) for day, messages in days.items()},
    }

"""What a rehearsal gives back: what the bot did, what was expected in vain, and what went wrong."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.chat.text import labelled
from bot.platforms.playground import Effect
from bot.rehearsal.document import Problem
from bot.rehearsal.scene import Scene
from bot.rehearsal.words import unsafe

ON_PEOPLE = frozenset({"timeout", "kick", "ban", "unban", "role"})


@dataclass(frozen=True, slots=True)
class Seen:
    """One effect of the bot, in the words of its reader, on the community's clock.

    ``channel`` is a public channel's name. ``to`` is the only reader (``private``), or the person acted upon.
    """

    at: datetime
    effect: str
    space: str
    channel: str | None
    to: str | None
    title: str
    text: str
    fields: tuple[tuple[str, str], ...]
    buttons: tuple[str, ...]
    why: str
    language: str

    @property
    def private(self) -> bool:
        return self.to is not None and self.effect not in ON_PEOPLE

    @property
    def plain(self) -> str:
        """Title, text, fields and button labels."""
        rows = (
            self.title,
            self.text,
            *(labelled(name, value, self.language) for name, value in self.fields),
            " ".join(f"[{label}]" for label in self.buttons),
        )
        return "\n".join(row for row in rows if row)

    def json(self) -> str:
        """One JSON object in one line, every key always there."""
        found = {
            "at": self.at.isoformat(timespec="seconds"),
            "effect": self.effect,
            "space": self.space,
            "channel": self.channel,
            "to": self.to,
            "title": self.title or None,
            "text": self.text or None,
            "fields": [{"name": name, "value": value} for name, value in self.fields],
            "buttons": list(self.buttons),
            "why": self.why or None,
        }
        return "".join(f"\\u{ord(c):04x}" if unsafe(c) else c for c in json.dumps(found, ensure_ascii=False))


def seen(effect: Effect, scene: Scene, zone: ZoneInfo) -> Seen:
    """An effect as the report keeps it."""
    channel = effect.channel if effect.channel and scene.is_public(effect.channel) else None
    return Seen(
        effect.at.astimezone(zone),
        effect.effect,
        effect.space.name,
        channel.name if channel else None,
        effect.to.name if effect.to else None,
        effect.title,
        effect.text,
        effect.fields,
        effect.buttons,
        effect.why,
        effect.language,
    )


@dataclass(frozen=True, slots=True)
class Failure:
    """A step that did not go as written: ``words`` say what was wanted, ``instead`` what was seen."""

    line: int
    written: str
    words: str
    instead: tuple[str, ...] = ()
    near: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """``problems`` are the script's faults, ``failures`` and ``errors`` the bot's."""

    effects: tuple[Seen, ...] = ()
    transcript: tuple[str, ...] = ()
    failures: tuple[Failure, ...] = ()
    errors: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def exit_code(self) -> int:
        if self.problems:
            return 2
        return 1 if self.failures or self.errors else 0

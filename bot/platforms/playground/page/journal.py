"""What Relais did and why, as the side panel lists it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.chat.platform import Store
from bot.platforms.playground.codec import dump, read
from bot.platforms.playground.records import Effect

KIND = "journal"
KEPT = 300
SHOWN = 120
WORDS = 140
DECISIONS = frozenset(
    "guard attention act timeout kick ban unban role slow_mode pause_invites resume_invites filter".split()
)
"""What is a choice of Relais rather than a consequence."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. ``kind`` is an effect of the world, a step of the engine, or ``attention``."""

    number: int
    at: datetime
    kind: str
    what: str
    why: str = ""
    town: str = ""
    room: str = ""
    message: str = ""
    to: str = ""

    @property
    def group(self) -> str:
        if self.kind == "error":
            return "errors"
        return "decisions" if self.kind in DECISIONS else "rest"


@dataclass
class Pages:
    """The document that is kept."""

    entries: list[Entry] = field(default_factory=list)


class Journal:
    """The last entries; ``on_entry`` is called after each."""

    def __init__(self, on_entry: Callable[[Entry], None]) -> None:
        self.entries: deque[Entry] = deque(maxlen=KEPT)
        self._on_entry = on_entry
        self._count = 0
        self._saved = 0

    def step(self, at: datetime, kind: str, what: str, why: str) -> None:
        """A step of the engine. Its posts are the gate's decisions: what was posted is an effect."""
        self._add(at, "attention" if kind == "post" else kind, what, why)

    def effect(self, effect: Effect) -> None:
        """Something the bot did in the world."""
        said = " · ".join(part for part in (effect.title, effect.text) if part)
        words = said if len(said) <= WORDS else f"{said[: WORDS - 1].rstrip()}…"
        room, to = effect.channel.id if effect.channel else "", effect.to.id if effect.to else ""
        self._add(effect.at, effect.effect, words, effect.why, effect.space.id, room, effect.message_id, to)

    def _add(self, at: datetime, kind: str, what: str, why: str, *where: str) -> None:
        self._count += 1
        entry = Entry(self._count, at, kind, what, why, *where)
        self.entries.append(entry)
        self._on_entry(entry)

    def of(self, town: str) -> list[Entry]:
        """Newest first: those of a town, and those that name none."""
        return [it for it in reversed(self.entries) if it.town in ("", town)][:SHOWN]

    def why(self, message: str) -> str:
        """Why the bot wrote a message, as long as it is remembered."""
        return next((it.why for it in self.entries if it.message == message and it.why), "")

    def clear(self) -> None:
        self.entries.clear()

    async def load(self, store: Store) -> None:
        document = (await store.load(KIND)).get(KIND)
        if document:
            self.entries.extend(read(Pages, document).entries)
            self._count = self._saved = self.entries[-1].number if self.entries else 0

    async def save(self, store: Store) -> None:
        """Write it down if there is something new."""
        if self._count != self._saved:
            self._saved = self._count
            await store.save(KIND, {KIND: dump(Pages(list(self.entries)))})

"""Up to where each person has read each channel."""

from __future__ import annotations

from collections.abc import Iterable

from bot.chat.platform import Store
from bot.platforms.playground.codec import dump, read
from bot.platforms.playground.records import Message, Presence, number_of
from bot.platforms.playground.state import State

KIND = "read"


class Marks:
    """Numbers of the last messages read, by person and room. Who has none has read what was there before they came."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._read: dict[str, dict[str, int]] = {}
        self._changed: set[str] = set()

    def up_to(self, account: str, room: str) -> int:
        mark = self._read.get(account, {}).get(room)
        if mark is not None:
            return mark
        presence = self._state.presence(self._state.rooms[room].town, account)
        return presence.number if isinstance(presence, Presence) else 0

    def read(self, account: str, room: str, messages: Iterable[Message]) -> bool:
        """Everything up to the last of these messages is read. True when that was news."""
        last = max((number_of(message.id) for message in messages), default=0)
        if last <= self.up_to(account, room):
            return False
        self._read.setdefault(account, {})[room] = last
        self._changed.add(account)
        return True

    def unread(self, account: str, room: str, messages: Iterable[Message]) -> int:
        mark = self.up_to(account, room)
        return sum(number_of(it.id) > mark and it.author != account for it in messages)

    async def load(self, store: Store) -> None:
        documents = await store.load(KIND)
        self._read = {account: read(dict[str, int], document) for account, document in documents.items()}

    async def save(self, store: Store) -> None:
        changed, self._changed = self._changed, set()
        if changed:
            await store.save(KIND, {account: dump(self._read[account]) for account in changed})

    async def clear(self, store: Store) -> None:
        self._read, self._changed = {}, set()
        await store.remove(KIND)

"""The world in a ``Store``: one document a record, only what changed, nothing lost that was acknowledged."""

from __future__ import annotations

import asyncio
from collections import defaultdict

from bot.chat.platform import Store
from bot.platforms.playground.codec import dump, read
from bot.platforms.playground.records import (
    Account,
    Arrival,
    Change,
    Deed,
    Message,
    OpenForm,
    Presence,
    Record,
    Room,
    Town,
    number_of,
)
from bot.platforms.playground.state import Progress, State

KINDS: tuple[type[Record], ...] = (Town, Room, Account, Arrival, Deed, Presence, OpenForm, Message)
"""In an order in which records may be put back, and are written: nobody is there whose arrival was lost in a kill."""

PROGRESS = "progress"


async def restore(state: State, store: Store) -> bool:
    """Fill an empty state with what was kept. False when nothing was."""
    progress = (await store.load(PROGRESS)).get(PROGRESS)
    if progress is None:
        return False
    state.progress = read(Progress, progress)
    for record_type in KINDS:
        documents = (await store.load(record_type.kind)).values()
        records = [read(record_type, document) for document in documents]
        for record in sorted(records, key=_order):
            state.put(record)
    return True


def _order(record: Record) -> int:
    """Where the counter stood, whatever the order of the store."""
    match record:
        case Presence():
            return record.number
        case Room() if record.owner is not None:
            return 0
        case OpenForm():
            return 0
        case _:
            return number_of(record.id)


class Keeper:
    """Notes what changes and writes it on ``flush``."""

    def __init__(self, state: State, store: Store) -> None:
        self._state = state
        self._store = store
        self._saved_progress = ""
        self._writing = asyncio.Lock()
        self._dirty: dict[tuple[str, str], Record | None] = {}
        self._stop = state.subscribe(self._note)

    async def compare(self) -> None:
        """Note what differs from the store: what changed while no keeper was there."""
        stored = {(it.kind, key): doc for it in KINDS for key, doc in (await self._store.load(it.kind)).items()}
        present = {(record.kind, record.key): record for record in self._state.records()}
        self._dirty |= {place: record for place, record in present.items() if stored.get(place) != dump(record)}
        self._dirty |= dict.fromkeys(stored.keys() - present.keys())

    def close(self) -> None:
        """Note nothing more."""
        self._stop()

    def _note(self, change: Change) -> None:
        self._dirty[change.kind, change.key] = None if change.gone else change.record

    async def flush(self) -> None:
        """Return once everything that changed before this call is in the store."""
        async with self._writing:
            taken, self._dirty = self._dirty, {}
            try:
                await self._write(taken)
            except BaseException:
                self._dirty = taken | self._dirty
                raise

    async def _write(self, taken: dict[tuple[str, str], Record | None]) -> None:
        await self._write_progress()
        documents: dict[str, dict[str, str]] = defaultdict(dict)
        for (kind, key), record in taken.items():
            if record is not None:
                documents[kind][key] = dump(record)
        for kind in (one.kind for one in KINDS if one.kind in documents):
            await self._store.save(kind, documents[kind])
        for (kind, key), record in taken.items():
            if record is None:
                await self._store.remove(kind, key)

    async def _write_progress(self) -> None:
        """First, so that no id is ever given twice."""
        progress = dump(self._state.progress)
        if progress != self._saved_progress:
            await self._store.save(PROGRESS, {PROGRESS: progress})
            self._saved_progress = progress

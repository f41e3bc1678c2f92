"""SQLite in memory answers at once: no thread stands between, as it does before a file."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Generator
from typing import Any

import aiosqlite

ROWS_AT_ONCE = 64
"""Rows fetched at a time by whoever iterates over a cursor: the default of aiosqlite."""


class InMemory(aiosqlite.Connection):
    """A connection whose statements run where they are awaited, each after a turn of the event loop for the others."""

    def __init__(self) -> None:
        super().__init__(lambda: sqlite3.connect(":memory:", isolation_level=None), ROWS_AT_ONCE)

    def __await__(self) -> Generator[Any, None, aiosqlite.Connection]:
        return self._connect().__await__()

    async def _connect(self) -> aiosqlite.Connection:
        if self._connection is None:
            self._connection = self._connector()
        return self

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if self._connection is None:
            raise ValueError("Connection closed")
        await asyncio.sleep(0)
        return fn(*args, **kwargs)

    async def image(self) -> bytes:
        """The whole database."""
        return bytes(await self._execute(self._conn.serialize))

    async def become(self, image: bytes) -> None:
        """Be a copy of another database in place of what is here."""
        await self._execute(self._conn.deserialize, image)

    def stop(self) -> asyncio.Future[Any] | None:
        self._running = False
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        return None


async def connect() -> aiosqlite.Connection:
    """A new, empty database."""
    return await InMemory()

"""What the contract's cog heard, and the gate at which a handler of it may be made to wait."""

from __future__ import annotations

import asyncio

PATIENCE = 10.0


class Notes:
    """``heard`` is what cannot be seen on a platform. Once ``hold()`` was called, handlers wait at the gate."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.heard: list[str] = []
        self.reached = asyncio.Event()
        self._open = asyncio.Event()
        self._open.set()
        self._new = asyncio.Event()

    def add(self, words: str) -> None:
        self.heard.append(words)
        self._new.set()

    async def until(self, words: str) -> None:
        """Wait until this was heard."""
        async with asyncio.timeout(PATIENCE):
            while words not in self.heard:
                self._new.clear()
                await self._new.wait()

    def hold(self) -> None:
        self._open.clear()

    def release(self) -> None:
        self._open.set()

    async def gate(self) -> None:
        """Where a slow handler is slow."""
        self.reached.set()
        await self._open.wait()

    async def somebody_waits(self) -> None:
        async with asyncio.timeout(PATIENCE):
            await self.reached.wait()

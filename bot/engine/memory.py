"""What guards read without waiting: windows of recent moments, and what cogs made ahead."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import Any

from bot.chat.things import Space
from bot.cog.context import Context
from bot.cog.window import Window
from bot.engine.loader import Registry
from bot.engine.trace import Trace
from bot.engine.workers import Workers

MAX_WINDOWS = 100_000
"""Windows kept; beyond, the one made first goes."""


class Memory:
    """Lost at a restart. Snapshots are made again before the first event, windows as they are asked for."""

    def __init__(self, registry: Registry, trace: Trace, workers: Workers) -> None:
        self.trace = trace
        self.workers = workers
        self._declared = {cog.name: cog.ahead for cog in registry.cogs if cog.ahead}
        self._windows: dict[tuple[str, str, str], Window[Any]] = {}
        self._snapshots: dict[tuple[str, str], Any] = {}
        self._making: defaultdict[tuple[str, str], asyncio.Lock] = defaultdict(asyncio.Lock)

    @property
    def builders(self) -> tuple[str, ...]:
        """The cogs that make a snapshot."""
        return tuple(self._declared)

    def window(self, cog: str, name: str, key: str, size: int) -> Window[Any]:
        found = self._windows.get((cog, name, key))
        if found is None:
            if len(self._windows) >= MAX_WINDOWS:
                self._windows.pop(next(iter(self._windows)))
            found = self._windows[cog, name, key] = Window(size)
        return found

    def snapshot(self, cog: str, space: Space) -> Any:
        """What the cog made for a space; ``None`` for a cog that makes nothing, or failed to."""
        return self._snapshots.get((cog, space.key))

    async def rebuild(self, ctx: Context[Any]) -> None:
        """Make it again beside the event loop; until that is done, and if it fails, the former one serves."""
        declared, key = self._declared[ctx.cog], (ctx.cog, ctx.space.key)
        async with self._making[key]:
            try:
                made = await declared.read(ctx)
                if made is not None and declared.work:
                    made = await self.workers.run(declared.work, made)
                if made is not None and declared.build:
                    made = await asyncio.to_thread(declared.build, made)
                self._snapshots[key] = made
            except Exception as error:
                self.trace.failed(f"snapshot of {ctx.cog}", error)

"""What guards read without waiting: windows of recent moments, and what cogs built from their settings."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.chat.things import Space
from bot.cog.window import Window
from bot.engine.loader import Registry
from bot.engine.trace import Trace

MAX_WINDOWS = 100_000
"""Windows kept; beyond, the one made first goes."""


class Memory:
    """Lost at a restart, made again as it is asked for."""

    def __init__(self, registry: Registry, trace: Trace) -> None:
        self.trace = trace
        self._build = {cog.name: cog.build for cog in registry.cogs if cog.build}
        self._windows: dict[tuple[str, str, str], Window[Any]] = {}
        self._snapshots: dict[tuple[str, str], Any] = {}

    def window(self, cog: str, name: str, key: str, size: int) -> Window[Any]:
        found = self._windows.get((cog, name, key))
        if found is None:
            if len(self._windows) >= MAX_WINDOWS:
                self._windows.pop(next(iter(self._windows)))
            found = self._windows[cog, name, key] = Window(size)
        return found

    def builds(self, cog: str) -> bool:
        return cog in self._build

    def snapshot(self, cog: str, space: Space, settings: Any) -> Any:
        """What the cog built for a space; built here and now the first time. ``None`` for a cog that builds nothing."""
        key = (cog, space.key)
        if key not in self._snapshots and cog in self._build:
            self._snapshots[key] = self._build[cog](settings)
        return self._snapshots.get(key)

    async def rebuild(self, cog: str, space: Space, settings: Any) -> None:
        """Build off the event loop; until that is done, and if it fails, the former snapshot serves."""
        try:
            self._snapshots[cog, space.key] = await asyncio.to_thread(self._build[cog], settings)
        except Exception as error:
            self.trace.failed(f"snapshot of {cog}", error)

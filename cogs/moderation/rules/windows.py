"""The memory of recent moments that some triggers need; live, in a back-test and in tests it comes from elsewhere."""

from __future__ import annotations

from typing import Any, Protocol

from bot.cog import Window


class Windows(Protocol):
    """``Glance.window`` is one: gives the window of that name and key, empty at first, of that size."""

    def __call__(self, name: str, key: str, size: int, /) -> Window[Any]: ...


class Remembered:
    """Windows in a dictionary, at most ``most`` of them; beyond, the one made first goes."""

    def __init__(self, most: int = 100_000) -> None:
        self.most = most
        self._windows: dict[tuple[str, str], Window[Any]] = {}

    def __call__(self, name: str, key: str, size: int, /) -> Window[Any]:
        found = self._windows.get((name, key))
        if found is None:
            if len(self._windows) >= self.most:
                self._windows.pop(next(iter(self._windows)))
            found = self._windows[name, key] = Window(size)
        return found

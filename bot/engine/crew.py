"""Work side by side, never more than a few at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.chat.tasks import end
from bot.engine.trace import Trace


class Crew:
    """Does at most ``size`` works at once. With a size of 1 each is awaited, so that order is certain."""

    def __init__(self, size: int, trace: Trace) -> None:
        self.size = size
        self.trace = trace
        self._tasks: dict[asyncio.Task[None], str] = {}

    @property
    def busy(self) -> set[str]:
        """What works are being done for."""
        return set(self._tasks.values())

    async def do(self, key: str, work: Callable[[], Awaitable[None]]) -> None:
        """Begin a work, for ``key``; with a size of 1, end it too. Waits while there are too many."""
        if self.size == 1:
            await work()
            return

        task = asyncio.get_running_loop().create_task(self._run(key, work))
        self._tasks[task] = key
        task.add_done_callback(self._tasks.pop)
        if len(self._tasks) >= self.size:
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)

    async def _run(self, key: str, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except Exception as error:
            self.trace.failed(key, error)

    async def stop(self) -> None:
        """Stop in the middle of what is done."""
        await end(self._tasks)

    async def idle(self) -> None:
        """Wait until everything begun is over."""
        while self._tasks:
            await asyncio.wait(self._tasks)

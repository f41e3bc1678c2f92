"""Work in order where order matters, side by side elsewhere."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from bot.chat.tasks import end

Work = Callable[[], Awaitable[object]]


class Lanes:
    """Each key is a lane: its work runs one after the other; lanes run side by side.

    Work must not raise: an exception ends the lane's task and is reported by the event loop.
    """

    def __init__(self) -> None:
        self.waiting: dict[str, deque[Work]] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}

    def put(self, key: str, work: Work) -> None:
        lane = self.waiting.get(key)
        if lane is not None:
            lane.append(work)
            return
        self.waiting[key] = deque([work])
        self.tasks[key] = asyncio.get_running_loop().create_task(self._drain(key))

    async def _drain(self, key: str) -> None:
        lane = self.waiting[key]
        try:
            while lane:
                await lane.popleft()()
        finally:
            del self.waiting[key], self.tasks[key]

    async def idle(self) -> None:
        """Wait until every lane is empty."""
        while self.tasks:
            await asyncio.wait(list(self.tasks.values()))

    async def stop(self) -> None:
        """Stop in the middle of what is done."""
        await end(self.tasks.values())

"""A life that is lived again and again, and ends at chosen moments."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from random import Random
from typing import Any

from tests.faults.mortal import Fuse, Killed, MortalStage


class Deaths:
    """``live`` plays a life whose process dies where the fuse says; ``wrongs`` tells what went wrong in it."""

    def __init__(
        self, live: Callable[[Fuse], Awaitable[MortalStage]], wrongs: Callable[[MortalStage], Awaitable[list[str]]]
    ) -> None:
        self.live = live
        self.wrongs = wrongs
        self._moments = 0

    async def moments(self) -> int:
        """How many moments there are at which it may die."""
        if not self._moments:
            await self.at()
        return self._moments

    async def at(self, *ends: int) -> list[str]:
        """Live, dying at these moments, and tell what went wrong."""
        asyncio.get_running_loop().set_exception_handler(_quietly)
        fuse = Fuse(ends)
        stage = await self.live(fuse)
        if not ends:
            self._moments = fuse.passed
        try:
            return await self.wrongs(stage)
        finally:
            await stage.stop()

    async def within(self, part: int, of: int) -> list[str]:
        """Die at one moment in one of so many equal parts of the life."""
        length = await self.moments() // of
        return await self.at(part * length + Random(part).randrange(length) + 1)


def _quietly(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What a dead process had begun ends without a word."""
    if not isinstance(context.get("exception"), Killed):
        loop.default_exception_handler(context)

"""A Relais that may die at each commit and at each call to its platform, and a town that lives on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.engine.session import Database
from bot.platforms.playground.world import Line, World
from bot.rehearsal.stage import Stage


class Killed(BaseException):
    """The process is no more."""


class Fuse:
    """Counts the moments at which a process may die. At those in ``ends`` it dies, and does nothing any more."""

    def __init__(self, ends: Sequence[int] = ()) -> None:
        self.ends = frozenset(ends)
        self.passed = 0
        self.deaths = 0
        self.dead = False
        self.armed = False

    def __call__(self) -> None:
        if not self.armed:
            return
        if not self.dead:
            self.passed += 1
            if self.passed not in self.ends:
                return
            self.dead = True
            self.deaths += 1
        raise Killed

    def reborn(self) -> None:
        self.dead = False


class MortalDatabase(Database):
    """May die just before a transaction is stored, and just after."""

    def __init__(self, fuse: Fuse) -> None:
        super().__init__("sqlite+aiosqlite://")
        self.fuse = fuse

    @asynccontextmanager
    async def transaction(self, factory: Any = AsyncSession, **args: Any) -> AsyncIterator[Any]:
        async with super().transaction(factory, **args) as db:
            yield db
            self.fuse()
        self.fuse()


class MortalStage(Stage):
    """``insist`` carries an act through whatever deaths it meets."""

    def __init__(self, fuse: Fuse, **options: Any) -> None:
        super().__init__(**options)
        self.fuse = fuse
        self._give_back()
        self._database = MortalDatabase(fuse)
        _mortal(self.world, fuse)
        self.app = self._new_app()

    async def insist(self, act: Callable[[], Awaitable[object]], done: Callable[[], bool]) -> None:
        """Act as somebody who tries again for as long as nobody told them that it was done."""
        for _ in range(25):
            await self.once(act)
            if done():
                return
        raise AssertionError("never done")

    async def once(self, act: Callable[[], Awaitable[object]]) -> None:
        """Act once; the town knows of it, whether Relais dies or not."""
        try:
            await act()
        except Killed:
            assert self.fuse.dead
        await self.live_on()

    async def live_on(self) -> None:
        """Start again for as long as it dies."""
        while self.fuse.dead:
            self.fuse.reborn()
            try:
                await self.restart()
            except Killed:
                assert self.fuse.dead

    async def pass_time(self, **by: float) -> None:
        end = self.now + timedelta(**by)
        while self.now < end:
            await self.once(lambda: self.until(end))


def _mortal(world: World, fuse: Fuse) -> None:
    """The connection may break before anything is done, and after."""
    doing = world.doing

    @asynccontextmanager
    async def mortal(line: Line, effect: str) -> AsyncIterator[None]:
        fuse()
        async with doing(line, effect):
            yield
        fuse()

    replaced: Any = mortal
    world.doing = replaced  # type: ignore[method-assign]

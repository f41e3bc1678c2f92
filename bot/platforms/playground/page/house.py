"""What all open pages share: the world, the way to Relais, the journal, what was read, and the show that plays."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress

from bot.chat.platform import Hub, PlatformError
from bot.chat.things import Space
from bot.chat.words import Words
from bot.platforms.playground.page.controls import Controls
from bot.platforms.playground.page.journal import Journal
from bot.platforms.playground.page.live import Live
from bot.platforms.playground.page.marks import Marks
from bot.platforms.playground.page.view import View
from bot.platforms.playground.records import Change
from bot.platforms.playground.world import World

Flush = Callable[[], Awaitable[None]]


class Show:
    """Something that plays by itself: a lively day, or time that passes. One at a time."""

    def __init__(self, name: Words, follows: bool, told: Callable[[], None]) -> None:
        self.name = name
        self.follows = follows
        self.words: Words = ""
        self.room = ""
        self.progress = 0.0
        self._told = told
        self.task: asyncio.Task[None] | None = None

    def at(self, progress: float, words: Words = "", room: str = "") -> None:
        """Say how far it is, what happens now, and where to look."""
        self.progress, self.words, self.room = min(1.0, progress), words or self.words, room or self.room
        self._told()


class House:
    """Lives as long as the process. ``flush`` writes the world down."""

    def __init__(self, world: World, hub: Hub, controls: Controls, flush: Flush) -> None:
        self.world = world
        self.hub = hub
        self.controls = controls
        self.flush = flush
        self.live = Live()
        self.journal = Journal(lambda _: self.live.add("journal"))
        self.marks = Marks(world.state)
        self.show: Show | None = None
        self.building = asyncio.Lock()
        self._unsubscribe = world.subscribe(self.live.add)

    async def load(self) -> None:
        """Remember what an earlier life of the process kept."""
        await self.journal.load(self.hub.store)
        await self.marks.load(self.hub.store)

    async def keep(self) -> None:
        """Write down the world, the journal and what was read."""
        await self.flush()
        await self.journal.save(self.hub.store)
        await self.marks.save(self.hub.store)

    def close(self) -> None:
        """End every stream, and the show."""
        self.stop_show()
        self._unsubscribe()
        self.live.close()

    def seen(self, view: View) -> None:
        """What is on somebody's page is read."""
        if not view.thread and view.presence and self.marks.read(view.account.id, view.room.id, view.everything):
            self.live.add("channels")

    # The show

    def start_show(
        self, name: Words, play: Callable[[Show], Coroutine[None, None, None]], *, follows: bool = False
    ) -> None:
        """Begin something that plays by itself; nothing when something plays already."""
        if self.show is not None:
            return
        show = Show(name, follows, lambda: self.live.add("clock"))
        self.show = show
        show.task = asyncio.get_running_loop().create_task(self._play(show, play))
        self.live.add("clock")

    def stop_show(self) -> None:
        if self.show and self.show.task:
            self.show.task.cancel()

    async def _play(self, show: Show, play: Callable[[Show], Coroutine[None, None, None]]) -> None:
        try:
            with suppress(PlatformError):
                await play(show)
        finally:
            self.show = None
            self.live.add("clock")
            if not self.live.closed:
                await self.keep()

    # Towns

    async def tear_down(self, space: Space) -> None:
        """Forget a town, on both sides."""
        self.stop_show()
        await self.controls.forget(space)
        self.world.forget(space)
        self.journal.clear()
        await self.marks.clear(self.hub.store)
        await self.keep()

    def concerns(self, view: View) -> Callable[[Change | str], frozenset[str]]:
        """Which fragments of a page a change makes stale."""

        def stale(change: Change | str) -> frozenset[str]:
            if isinstance(change, str):
                return frozenset({change})
            if change.town not in ("", view.town.id) or change.only not in ("", view.account.id):
                return frozenset()
            return _stale(change, view)

        return stale


PARTS = frozenset({"channels", "header", "messages", "composer", "form", "people", "journal", "clock"})


def _stale(change: Change, view: View) -> frozenset[str]:
    match change.kind:
        case "message":
            return frozenset({"messages", "channels"} if change.room == view.room.id else {"channels"})
        case "form":
            return frozenset({"form"})
        case "presence" | "account":
            return frozenset({"people", "messages", "header", "composer", "channels"})
        case "arrival" | "deed":
            return frozenset()
    return PARTS

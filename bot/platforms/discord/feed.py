"""Events on their way to Relais, in order; those of a guild wait while what it missed is told."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Iterable
from typing import Any, Generic, TypeVar

from bot.chat.events import Event

log = logging.getLogger("relais.discord")

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Feed:
    """A queue with one reader."""

    def __init__(self, receive: Callable[[Event], Awaitable[None]]) -> None:
        self._receive = receive
        self._queue: asyncio.Queue[Event] = asyncio.Queue()
        self._held: dict[str, list[Event]] = {}

    def put(self, event: Event, *, urgent: bool = False) -> None:
        """Hand over an event in its turn; an ``urgent`` one (somebody waits for an answer) waits for no catching up."""
        held = None if urgent or not self._held else self._waiting(event)
        if held is None:
            self._queue.put_nowait(event)
        else:
            held.append(event)

    def _waiting(self, event: Event) -> list[Event] | None:
        """Those that wait with it, if it has to."""
        member = getattr(event, "member", None)
        held = self._held.get(event.space.id)
        return held if held is not None or member is None else self._held.get(member.key)

    def hold(self, key: str) -> None:
        """Let a guild's events wait (its id), or a member's (their key)."""
        self._held.setdefault(key, [])

    def release(self, key: str, before: Iterable[Event] = ()) -> None:
        """Tell what comes ``before``, then what waited."""
        for event in (*before, *self._held.pop(key, ())):
            self.put(event)

    async def run(self) -> None:
        while True:
            event = await self._queue.get()
            try:
                await self._receive(event)
            except Exception:
                log.exception("an event was not taken: %s %s", type(event).__name__, event.id)
            finally:
                self._queue.task_done()

    async def idle(self) -> None:
        """Wait until everything was handed over."""
        await self._queue.join()


class Tasks:
    """Background tasks: kept until they end, cancelled together, their errors logged."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("a task failed", exc_info=error)

    async def idle(self) -> None:
        while self._tasks:
            await asyncio.wait(tuple(self._tasks))

    async def cancel(self) -> None:
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Recent(Generic[K, V]):
    """A bounded memory: the oldest is forgotten first."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._kept: dict[K, V] = {}

    def get(self, key: K) -> V | None:
        return self._kept.get(key)

    def put(self, key: K, value: V) -> None:
        self._kept.pop(key, None)
        self._kept[key] = value
        if len(self._kept) > self.most:
            del self._kept[next(iter(self._kept))]

    def pop(self, key: K) -> V | None:
        return self._kept.pop(key, None)

    def values(self) -> Iterable[V]:
        return tuple(self._kept.values())

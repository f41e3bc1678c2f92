"""The heartbeat: APScheduler is the clock only; what there is to do stands in the tables."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Any

from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot.chat.tasks import end
from bot.engine.trace import Trace

TICK = timedelta(seconds=1)
FLUSH = timedelta(seconds=5)
TIDY_HOUR = 4
"""UTC. A moment of the day, not an interval: a process that is restarted every day tidies too."""

Work = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Beat:
    """Something done again and again; it never overlaps itself, and beats missed are made up for by one."""

    name: str
    work: Work
    every: timedelta | None
    """``None`` is once a day."""


class Pulse:
    """Calls ``ticks`` every second, each apart from the others, and the rest at its own pace.

    A beat that fails is traced, and comes again.
    """

    def __init__(self, trace: Trace, *, ticks: dict[str, Work], flush: Work, tidy: Work) -> None:
        self.trace = trace
        self.beats = [
            *(Beat(name, work, TICK) for name, work in ticks.items()),
            Beat("flush", flush, FLUSH),
            Beat("tidy", tidy, None),
        ]
        self._running: set[asyncio.Task[Any]] = set()
        self._scheduler: Any = None

    def start(self) -> None:
        """Needs a running event loop."""
        self._scheduler = AsyncIOScheduler(
            jobstores={"default": MemoryJobStore()},
            job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None},
            timezone=UTC,
            event_loop=asyncio.get_running_loop(),
        )
        for beat in self.beats:
            trigger = CronTrigger(hour=TIDY_HOUR, timezone=UTC) if beat.every is None else _interval(beat.every)
            self._scheduler.add_job(self._do, trigger, args=[beat], id=beat.name)
        self._scheduler.start()

    async def pause(self) -> None:
        """Begin nothing more, and wait for what runs."""
        if self._scheduler is not None:
            self._scheduler.remove_all_jobs()
        if self._running:
            await asyncio.wait(self._running)

    async def stop(self) -> None:
        """Begin nothing more, and stop in the middle of what runs."""
        if self._scheduler is None:
            return
        self._scheduler.remove_all_jobs()
        await end(self._running)
        self._scheduler.shutdown()
        self._scheduler = None

    async def _do(self, beat: Beat) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        try:
            await beat.work()
        except Exception as error:
            self.trace.failed(beat.name, error)
        finally:
            self._running.discard(task)


def _interval(every: timedelta) -> Any:
    return IntervalTrigger(seconds=every.total_seconds(), timezone=UTC)

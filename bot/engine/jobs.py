"""Durable jobs: rows claimed with a lease, run, then completed. A kill at any moment only delays one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any, Literal, cast

from sqlalchemy import Boolean, ColumnElement, CursorResult, and_, bindparam, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cog.declare import Late
from bot.engine.crew import Crew
from bot.engine.models import JobRow
from bot.engine.session import Database, insert_once
from bot.engine.trace import Trace

LEASE = timedelta(seconds=100)
"""Under two minutes: a job run again still finds Discord's memory of the nonces of its posts."""
GRACE = timedelta(seconds=60)
"""A job is on time within it."""
IN_A_ROW = 3
"""Jobs that somebody asked for, one after the other, before the oldest of all has a turn: none waits for ever."""
TRIES = 5
BACKOFF = timedelta(seconds=30)
FACT = "fact:"
"""How the key of a job begins that hears a fact."""


class JobState(StrEnum):
    DUE = "due"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


OVER = (JobState.DONE, JobState.FAILED, JobState.SKIPPED)

# Statements that are asked at each turn are built once: building one takes longer than running it.
_REACHED = or_(JobRow.space.not_in(bindparam("lost", expanding=True)), JobRow.key.startswith(FACT))
"""Jobs that may run: those of a lost space wait until the bot is back, facts concern the whole community."""
_NEXT = (
    select(JobRow)
    .where(
        or_(
            and_(JobRow.state == JobState.DUE, JobRow.due_at <= bindparam("now")),
            and_(JobRow.state == JobState.RUNNING, JobRow.lease_until <= bindparam("now")),
        ),
        _REACHED,
    )
    .order_by(and_(JobRow.asked, bindparam("asked_first", type_=Boolean)).desc(), JobRow.due_at, JobRow.number)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_NEXT_OF = _NEXT.where(JobRow.community == bindparam("community"))
_NEXT_BESIDE = _NEXT.where(JobRow.community.not_in(bindparam("busy", expanding=True)))
_MINE = (
    select(JobRow)
    .where(JobRow.number == bindparam("number"), JobRow.owner == bindparam("owner"), JobRow.state == JobState.RUNNING)
    .with_for_update()
)
_MOMENTS = select(
    select(func.min(JobRow.due_at)).where(JobRow.state == JobState.DUE, _REACHED).scalar_subquery(),
    select(func.min(JobRow.lease_until)).where(JobRow.state == JobState.RUNNING, _REACHED).scalar_subquery(),
)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job that this process runs now. ``space`` is the key of its space."""

    number: int
    community: str
    space: str
    name: str
    key: str
    arguments: dict[str, Any]
    due_at: datetime
    tries: int
    asked: bool = False


Run = Callable[[Claimed], Awaitable[None]]
OnOver = Callable[[AsyncSession, JobRow], Awaitable[None]]


def verdict(due_at: datetime, now: datetime, late: Late) -> Literal["run", "skip"]:
    """Whether a job whose moment has come still runs; a limit is how late it may be."""
    if late == "run":
        return "run"
    limit = GRACE if late == "skip" else late
    return "skip" if now - due_at > limit else "run"


def retry_at(now: datetime, tries: int) -> datetime | None:
    """When a job that failed ``tries`` times before fails again runs next; ``None`` to give it up."""
    return None if tries + 1 >= TRIES else now + BACKOFF * 2**tries


class Jobs:
    """``late`` gives a job's late policy by its name, ``None`` when no cog declares it any more.

    ``concurrency`` is how many communities are served side by side; the jobs of one community run one after the other.
    ``lost`` gives the keys of spaces where the bot is not any more: their jobs wait, only facts are heard.
    """

    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime],
        owner: str,
        run: Run,
        late: Callable[[str], Late | None],
        trace: Trace,
        *,
        concurrency: int = 1,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        lost: Callable[[], Collection[str]] = tuple,
    ) -> None:
        self.database = database
        self.now = now
        self.owner = owner
        self.run = run
        self.late = late
        self.trace = trace
        self.crew = Crew(concurrency, trace)
        self.sleep = sleep
        self.lost = lost
        self._turn = asyncio.Lock()
        self._in_a_row = 0
        self.on_over: list[OnOver] = []
        """Called inside the transaction that ends a job, whether done, failed or skipped."""

    async def put(
        self,
        db: AsyncSession,
        *,
        community: str,
        space: str,
        name: str,
        key: str,
        arguments: Mapping[str, object],
        due_at: datetime,
        person: str | None = None,
        replace: bool = False,
        asked: bool = False,
    ) -> bool:
        """Add a job in the caller's transaction. False when there is, or was, one of that name and key.

        ``replace`` takes the place of that one, whatever its state: if it runs, it runs to its end, and once more.
        ``asked`` lets it go before all that nobody waits for.
        """
        if replace:
            await db.execute(delete(JobRow).where(*_named(community, name, key)))
        return await insert_once(
            db,
            JobRow,
            community=community,
            space=space,
            name=name,
            key=key,
            arguments=json.dumps(dict(arguments)),
            due_at=due_at,
            person=person,
            asked=asked,
            state=JobState.DUE,
            tries=0,
        )

    async def cancel(self, community: str, name: str, key: str) -> bool:
        """Forget a job that waits, so that its key may be used again. False when none waits."""
        waiting = (*_named(community, name, key), JobRow.state == JobState.DUE)
        async with self.database.transaction() as db:
            return bool(changed(await db.execute(delete(JobRow).where(*waiting))))

    async def drop(self, number: int) -> None:
        """Forget a job whatever its state; it has no following occurrence."""
        async with self.database.transaction() as db:
            await db.execute(delete(JobRow).where(JobRow.number == number))

    async def run_due(self, limit: int = 50) -> int:
        """Run what is due: what somebody waits for, ``IN_A_ROW`` at most, then the oldest.

        Gives how many jobs were begun or skipped here. Where communities are served side by side, each goes on by
        itself until nothing of it is due.
        """
        async with self._turn:
            for count in range(limit):
                row = await self._claim()
                if row is None:
                    return count
                await self.crew.do(row.community, partial(self._carry_out, row))
            return limit

    async def _carry_out(self, row: JobRow) -> None:
        """Do a job, then, where communities are served side by side, all else that is due in its community."""
        await self._do(row)
        while self.crew.size > 1 and (following := await self._claim(row.community)):
            await self._do(following)

    async def idle(self) -> None:
        """Wait for the jobs that run beside ``run_due``."""
        await self.crew.idle()

    async def inherit(self) -> None:
        """End every lease: whoever held one is known to be dead, and nobody waits for it in vain."""
        async with self.database.transaction() as db:
            running = update(JobRow).where(JobRow.state == JobState.RUNNING)
            await db.execute(running.values(lease_until=self.now()))

    async def next_at(self) -> datetime | None:
        """When ``run_due`` has something to do next: a job that is due, or a lease that ends."""
        async with self.database.reading() as db:
            moments = (await db.execute(_MOMENTS, {"lost": list(self.lost())})).one()
        return min((moment for moment in moments if moment), default=None)

    async def forget(self, before: datetime) -> int:
        """Delete the jobs that were over before a moment."""
        old = (JobRow.state.in_(OVER), JobRow.done_at < before)
        async with self.database.transaction() as db:
            return changed(await db.execute(delete(JobRow).where(*old)))

    async def _next_due(self, db: AsyncSession, community: str | None) -> JobRow | None:
        given = {"now": self.now(), "lost": list(self.lost()), "asked_first": self._in_a_row < IN_A_ROW}
        if community:
            return cast(JobRow | None, await db.scalar(_NEXT_OF, {**given, "community": community}))
        return cast(JobRow | None, await db.scalar(_NEXT_BESIDE, {**given, "busy": list(self.crew.busy)}))

    async def _claim(self, community: str | None = None) -> JobRow | None:
        """The next due job, of that community or of one that none is run for; now running, skipped or failed.

        One whose process died is due again, and late since the end of its lease.
        """
        async with self.database.transaction() as db:
            row = await self._next_due(db, community)
            if row is None:
                return None
            self._in_a_row = self._in_a_row + 1 if row.asked else 0
            row.due_at = row.lease_until or row.due_at
            late = self.late(row.name)
            if late is None:
                await self._end(db, row, JobState.FAILED, f"No cog declares {row.name} any more.")
            elif verdict(row.due_at, self.now(), late) == "skip":
                await self._end(db, row, JobState.SKIPPED, f"Due {self.now() - row.due_at} ago: too late for it.")
            else:
                row.state, row.owner, row.lease_until = JobState.RUNNING, self.owner, self.now() + LEASE
        if row.state != JobState.RUNNING:
            self.trace.add("job", row.name, f"{row.state}: {row.error}", community=row.community)
        return row

    async def _do(self, row: JobRow) -> None:
        if row.state != JobState.RUNNING:
            return
        claimed = as_claimed(row)
        async with self._leased(claimed):
            try:
                await self.run(claimed)
            except Exception as error:
                self.trace.failed(claimed.name, error, community=claimed.community)
                await self._failed(claimed, error)
            else:
                await self._done(claimed)

    async def _done(self, claimed: Claimed) -> None:
        async with self.database.transaction() as db:
            if row := await self._mine(db, claimed):
                await self._end(db, row, JobState.DONE, None)

    async def _failed(self, claimed: Claimed, error: Exception) -> None:
        said = f"{type(error).__name__}: {error}"[:2000]
        async with self.database.transaction() as db:
            row = await self._mine(db, claimed)
            if row is None:
                return
            again = retry_at(self.now(), row.tries)
            row.tries += 1
            if again is None:
                await self._end(db, row, JobState.FAILED, said)
            else:
                row.state, row.due_at, row.error, row.owner, row.lease_until = JobState.DUE, again, said, None, None
        words = f"given up after {row.tries} tries" if again is None else f"runs again at {again:%H:%M:%S} UTC"
        self.trace.add("job", claimed.name, words, community=claimed.community)

    async def _mine(self, db: AsyncSession, claimed: Claimed) -> JobRow | None:
        """The row, unless the lease ended and somebody else has the job now."""
        return cast(JobRow | None, await db.scalar(_MINE, {"number": claimed.number, "owner": self.owner}))

    async def _end(self, db: AsyncSession, row: JobRow, state: JobState, error: str | None) -> None:
        row.state, row.error, row.done_at, row.lease_until = state, error, self.now(), None
        await db.flush()
        for hear in self.on_over:
            await hear(db, row)

    @asynccontextmanager
    async def _leased(self, claimed: Claimed) -> AsyncIterator[None]:
        """Renew the lease for as long as the job runs."""
        renewing = asyncio.get_running_loop().create_task(self._renew(claimed))
        try:
            yield
        finally:
            renewing.cancel()
            await asyncio.gather(renewing, return_exceptions=True)

    async def _renew(self, claimed: Claimed) -> None:
        still = True
        while still:
            await self.sleep(LEASE.total_seconds() / 3)
            mine = (JobRow.number == claimed.number, JobRow.owner == self.owner, JobRow.state == JobState.RUNNING)
            try:
                async with self.database.transaction() as db:
                    longer = update(JobRow).where(*mine).values(lease_until=self.now() + LEASE)
                    still = bool(changed(await db.execute(longer)))
            except Exception as error:
                self.trace.failed(f"lease of {claimed.name}", error, community=claimed.community)


def _named(community: str, name: str, key: str) -> tuple[ColumnElement[bool], ...]:
    return (JobRow.community == community, JobRow.name == name, JobRow.key == key)


def as_claimed(row: JobRow) -> Claimed:
    arguments = json.loads(row.arguments)
    return Claimed(row.number, row.community, row.space, row.name, row.key, arguments, row.due_at, row.tries, row.asked)


def changed(result: object) -> int:
    """How many rows an UPDATE or a DELETE touched."""
    return cast("CursorResult[Any]", result).rowcount


__all__ = ["Claimed", "JobState", "Jobs", "retry_at", "verdict"]

"""Schedules: the next occurrence of each is one job, and the end of that job makes the following one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cog.dates import next_times
from bot.engine.jobs import Jobs, JobState
from bot.engine.models import JobRow
from bot.engine.session import Database

MARK = "@every"
"""Where an occurrence's arguments hold its schedule: no parameter of a cog's job can be called so."""
_UNFINISHED = (
    select(JobRow)
    .where(
        JobRow.community == bindparam("community"),
        JobRow.space == bindparam("space"),
        JobRow.name == bindparam("name"),
        JobRow.state.in_([JobState.DUE, JobState.RUNNING]),
    )
    .with_for_update()
)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A cron expression on the wall clock of a zone."""

    cron: str
    zone: ZoneInfo

    def next(self, after: datetime) -> datetime | None:
        return next(next_times(self.cron, after=after, zone=self.zone), None)

    def dump(self) -> dict[str, object]:
        return {MARK: {"cron": self.cron, "zone": self.zone.key}}


def rhythm_of(row: JobRow) -> Rhythm | None:
    """The schedule that a job is an occurrence of."""
    marked = json.loads(row.arguments).get(MARK)
    return Rhythm(marked["cron"], ZoneInfo(marked["zone"])) if marked else None


def occurrence_key(space: str, moment: datetime) -> str:
    return f"{space}@{moment.astimezone(UTC).isoformat()}"


class Schedules:
    """Occurrences missed while the bot was away are one job, whose late policy decides; then the next one is made."""

    def __init__(self, database: Database, now: Callable[[], datetime], jobs: Jobs) -> None:
        self.database = database
        self.now = now
        self.jobs = jobs
        jobs.on_over.append(self._follow)

    async def plan(self, community: str, space: str, name: str, cron: str | None, zone: ZoneInfo) -> None:
        """Make a schedule's next occurrence; take back those of another time. ``None`` takes all back."""
        rhythm = Rhythm(cron, zone) if cron else None
        coming = rhythm.next(self.now()) if rhythm else None
        async with self.database.transaction() as db:
            rows = await self._unfinished(db, community, space, name)
            kept = [row for row in rows if self._stays(row, rhythm, coming)]
            for row in rows:
                if row in kept:
                    row.arguments = json.dumps(rhythm.dump() if rhythm else {})
                else:
                    await db.delete(row)
            await db.flush()
            if rhythm and coming and not kept:
                await self._put(db, community, space, name, rhythm, coming)

    def _stays(self, row: JobRow, rhythm: Rhythm | None, coming: datetime | None) -> bool:
        """What has begun goes on; what is overdue stays while there is a schedule; what waits must be the next."""
        if row.state == JobState.RUNNING or rhythm is None:
            return row.state == JobState.RUNNING
        begun = row.tries > 0 or row.due_at <= self.now()
        return begun or (coming is not None and row.key == occurrence_key(row.space, coming))

    async def _unfinished(self, db: AsyncSession, community: str, space: str, name: str) -> list[JobRow]:
        return list(await db.scalars(_UNFINISHED, {"community": community, "space": space, "name": name}))

    async def _follow(self, db: AsyncSession, row: JobRow) -> None:
        """An occurrence is over: make the following one, in the same transaction."""
        rhythm = rhythm_of(row)
        coming = rhythm.next(self.now()) if rhythm else None
        if rhythm and coming:
            await self._put(db, row.community, row.space, row.name, rhythm, coming)

    async def _put(
        self, db: AsyncSession, community: str, space: str, name: str, rhythm: Rhythm, moment: datetime
    ) -> None:
        await self.jobs.put(
            db,
            community=community,
            space=space,
            name=name,
            key=occurrence_key(space, moment),
            arguments=rhythm.dump(),
            due_at=moment,
        )

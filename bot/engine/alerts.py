"""The alert level of each community: in memory for guards and the gate, in a row for restarts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import delete, select

from bot.cog.desk import Alarm, Alert
from bot.engine.models import AlertRow
from bot.engine.session import Database


class Alerts:
    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self.database = database
        self.now = now
        self.alarms: dict[str, Alarm] = {}

    async def load(self) -> None:
        async with self.database.reading() as db:
            rows = (await db.scalars(select(AlertRow))).all()
        self.alarms = {row.community: Alarm(Alert(row.level), row.why, row.until) for row in rows}

    def alarm(self, community: str) -> Alarm:
        """How things stand; an alarm whose time is over is calm."""
        alarm = self.alarms.get(community, Alarm())
        return alarm if alarm.until is None or alarm.until > self.now() else Alarm()

    def level(self, community: str) -> Alert:
        return self.alarm(community).level

    async def set(self, community: str, level: Alert, *, by: str | None, why: str, until: datetime | None) -> None:
        """``by`` is a person's id, ``None`` when Relais itself does."""
        async with self.database.transaction() as db:
            await db.execute(delete(AlertRow).where(AlertRow.community == community))
            if level is not Alert.CALM:
                db.add(AlertRow(community=community, level=level.value, by=by, why=why, until=until))
        self.alarms[community] = Alarm(level, why, until)

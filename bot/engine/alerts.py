"""The alert level of each community: in memory for guards and the gate, in a row for restarts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import delete, select

from bot.cog.desk import Alert
from bot.engine.models import AlertRow
from bot.engine.session import Database


class Alerts:
    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self.database = database
        self.now = now
        self.levels: dict[str, tuple[Alert, datetime | None]] = {}

    async def load(self) -> None:
        async with self.database.reading() as db:
            rows = (await db.scalars(select(AlertRow))).all()
        self.levels = {row.community: (Alert(row.level), row.until) for row in rows}

    def level(self, community: str) -> Alert:
        level, until = self.levels.get(community, (Alert.CALM, None))
        return level if until is None or until > self.now() else Alert.CALM

    async def set(self, community: str, level: Alert, *, by: str, why: str, until: datetime | None) -> None:
        """``by`` is a person's id."""
        async with self.database.transaction() as db:
            await db.execute(delete(AlertRow).where(AlertRow.community == community))
            if level is not Alert.CALM:
                db.add(AlertRow(community=community, level=level.value, by=by, why=why, until=until))
        self.levels[community] = (level, until)

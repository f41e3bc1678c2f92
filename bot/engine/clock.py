"""The clock is a parameter: the system's, or one moved by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...

    def move_to(self, moment: datetime) -> None:
        """Move forward to a moment, never back: rehearsals and the playground do, a live bot does not."""
        ...


class SystemClock:
    """The machine's clock, which the playground may move forward by ``ahead``."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def move_to(self, moment: datetime) -> None:
        """Move forward to a moment; never back."""
        self.ahead += max(moment - self.now(), timedelta())


class HandClock:
    """Stands still until it is moved."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def move_to(self, moment: datetime) -> None:
        self._now = max(self._now, moment.astimezone(UTC))

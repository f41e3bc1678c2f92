"""A bounded memory of recent moments, for guards."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from typing import Generic, TypeVar

V = TypeVar("V")


class Window(Generic[V]):
    """The last ``size`` things seen, with their moments, oldest first."""

    __slots__ = ("seen",)

    def __init__(self, size: int) -> None:
        self.seen: deque[tuple[datetime, V]] = deque(maxlen=size)

    def add(self, at: datetime, value: V) -> None:
        self.seen.append((at, value))

    def since(self, moment: datetime) -> list[V]:
        return [value for at, value in self.seen if at >= moment]

    def within(self, length: timedelta, *, now: datetime) -> list[V]:
        """What was seen less than ``length`` from now: beside what is told late stands what came after it."""
        return [value for at, value in self.seen if abs(at - now) <= length]

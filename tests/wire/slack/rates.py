"""How often the app may ask: one message a second in a channel, and the tiers of the methods."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.wire.slack.errors import rate_limited

TIERS = {1: 1, 2: 20, 3: 50, 4: 100}
"""Requests a minute, by method and workspace: the least that is promised."""


@dataclass(frozen=True)
class Pace:
    """Messages in one channel: ``per_second`` on the long run, ``burst`` at once."""

    per_second: float = 1.0
    burst: int = 8


USUAL = Pace()


class Rates:
    """Counts on the injected clock. Without a ``pace`` messages are not counted; ``tiers`` are off by default."""

    def __init__(self, now: Callable[[], datetime], pace: Pace | None, *, tiers: bool = False) -> None:
        self.pace = pace
        self.tiers = tiers
        self._now = now
        self._levels: dict[str, tuple[float, datetime]] = {}
        self._asked: dict[tuple[str, str], list[datetime]] = {}

    def message(self, channel: str) -> None:
        """One more message there. Raises ``Refused``."""
        if self.pace is None:
            return
        now = self._now()
        level, since = self._levels.get(channel, (0.0, now))
        level = max(0.0, level - (now - since).total_seconds() * self.pace.per_second)
        if level + 1 > self.pace.burst:
            raise rate_limited((level + 1 - self.pace.burst) / self.pace.per_second)
        self._levels[channel] = (level + 1, now)

    def request(self, team: str, method: str, tier: int) -> None:
        """One more call of a method. Raises ``Refused``."""
        if not self.tiers or tier not in TIERS:
            return
        now = self._now()
        recent = [at for at in self._asked.get((team, method), ()) if now - at < timedelta(minutes=1)]
        if len(recent) >= TIERS[tier]:
            raise rate_limited(60 - (now - recent[0]).total_seconds())
        self._asked[team, method] = [*recent, now]

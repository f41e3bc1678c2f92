"""Small things everybody here needs: JSON, timestamps, scopes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

Json = dict[str, Any]
PLATFORM = "slack"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

SCOPES = frozenset(
    """app_mentions:read channels:history channels:join channels:manage channels:read chat:write commands emoji:read
    files:read files:write groups:history groups:read groups:write im:history im:read im:write pins:read pins:write
    reactions:read reactions:write team:read usergroups:read usergroups:write users:read""".split()
)
"""What a bot is granted unless a test says otherwise: everything here but posting where it is no member."""

KNOWN_SCOPES = SCOPES | frozenset(
    """chat:write.public chat:write.customize users:read.email users.profile:read mpim:read mpim:write mpim:history
    bookmarks:read bookmarks:write canvases:read canvases:write links:read links:write metadata.message:read
    remote_files:read remote_files:share remote_files:write dnd:read incoming-webhook users:write""".split()
)


def micros(moment: datetime) -> int:
    """Microseconds since 1970."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def seconds(moment: datetime) -> int:
    """Whole seconds since 1970."""
    return micros(moment) // 1_000_000


def ts_of(count: int) -> str:
    """Microseconds as Slack writes them: ``1767603600.000001``."""
    return f"{count // 1_000_000}.{count % 1_000_000:06d}"


def ts_number(ts: str) -> int:
    """A ts as microseconds, to compare them. Raises ``ValueError``."""
    whole, _, part = ts.partition(".")
    return int(whole or "0") * 1_000_000 + int((part + "000000")[:6])


def moment_of(ts: str) -> datetime:
    """When a ts was made."""
    return EPOCH + timedelta(microseconds=ts_number(ts))


class Counter:
    """Timestamps and ids made from the injected clock and a counter; always growing."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._last = 0
        self._ids = 0

    def ts(self) -> str:
        self._last = max(self._last + 1, micros(self._now()))
        return ts_of(self._last)

    def id(self, prefix: str) -> str:
        self._ids += 1
        return f"{prefix}0{self._ids:08d}"

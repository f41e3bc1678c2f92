"""What changed, told to every open page: names of fragments, which the page then asks for."""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import AsyncIterator, Callable

from bot.platforms.playground.records import Change

HEARTBEAT = 15.0
TOGETHER = 0.04
"""Seconds during which changes are gathered."""
REMEMBERED = 2_000
ALL = "all"

Concerns = Callable[[Change | str], frozenset[str]]
"""The fragments of one page that a change makes stale; a ``str`` is the name of a fragment that all pages have."""


class Live:
    """Numbers changes, so that a page that was cut off learns what it missed."""

    def __init__(self) -> None:
        self.life = secrets.token_hex(4)
        self.count = 0
        self.closed = False
        self._recent: deque[tuple[int, Change | str]] = deque(maxlen=REMEMBERED)
        self._waiting: set[asyncio.Event] = set()

    @property
    def id(self) -> str:
        """Where we are: what is rendered now needs nothing up to here."""
        return f"{self.life}-{self.count}"

    def add(self, change: Change | str) -> None:
        self.count += 1
        self._recent.append((self.count, change))
        self._wake()

    def close(self) -> None:
        """End every stream."""
        self.closed = True
        self._wake()

    def _wake(self) -> None:
        for event in self._waiting:
            event.set()

    async def stream(self, since: str, concerns: Concerns) -> AsyncIterator[str]:
        """Server-sent events: stale fragments, from what follows ``since`` on."""
        life, _, number = since.partition("-")
        known = life == self.life and number.isdecimal() and int(number) >= self.count - len(self._recent)
        seen = int(number) if known else self.count
        changed = asyncio.Event()
        self._waiting.add(changed)
        try:
            yield "retry: 500\n\n" if known else f"retry: 500\nid: {self.id}\ndata: {ALL}\n\n"
            while not self.closed:
                if seen == self.count:
                    changed.clear()
                    if not await _within(changed, HEARTBEAT):
                        yield ": still here\n\n"
                    continue
                await asyncio.sleep(TOGETHER)
                stale, seen = self._stale(seen, concerns), self.count
                if stale:
                    yield f"id: {self.life}-{seen}\ndata: {' '.join(sorted(stale))}\n\n"
        finally:
            self._waiting.discard(changed)

    def _stale(self, seen: int, concerns: Concerns) -> frozenset[str]:
        if seen < self.count - len(self._recent):
            return frozenset({ALL})
        news = [change for number, change in self._recent if number > seen]
        return frozenset[str]().union(*map(concerns, news))


async def _within(event: asyncio.Event, seconds: float) -> bool:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return False
    return True

"""What may go wrong between the bot and Discord, prepared beforehand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from tests.wire.discord.bits import Json
from tests.wire.discord.errors import Refused

EVERYTHING = "*"


class Dropped(Exception):
    """The connection is cut instead of an answer."""


@dataclass
class Fault:
    """Strikes the next ``times`` requests whose "METHOD /path" matches ``on``, a pattern with ``*``.

    ``where`` looks closer at the path.
    """

    on: str
    times: int
    before: Refused | Dropped | None = None
    after: Dropped | None = None
    delay: float = 0.0
    hold: Hold | None = None
    where: Callable[[str], bool] | None = None


@dataclass
class Hold:
    """A request stopped on its way: ``arrived`` says it is there, ``release`` lets it go on."""

    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _open: asyncio.Event = field(default_factory=asyncio.Event)

    def release(self) -> None:
        self._open.set()

    async def wait(self) -> None:
        self.arrived.set()
        await self._open.wait()


class Faults:
    """Prepared faults, the first that matches first."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []
        self.limits: dict[str, tuple[int, float]] = {}

    def rate_limit(
        self,
        retry_after: float = 0.05,
        *,
        times: int = 1,
        on: str = EVERYTHING,
        scope: str = "user",
        via: bool = True,
        everywhere: bool = False,
    ) -> None:
        """429. Without ``via`` it comes from the edge in front of Discord; ``everywhere`` is the global limit."""
        scope = "global" if everywhere else scope
        body: Json = {"message": "You are being rate limited.", "retry_after": retry_after, "global": everywhere}
        headers = {"Retry-After": str(max(1, round(retry_after))), "X-RateLimit-Scope": scope}
        headers |= {"Via": "1.1 google"} if via else {}
        headers |= {"X-RateLimit-Global": "true"} if everywhere else {}
        self.fail(429, 0, "", times=times, on=on, body=body, headers=headers)

    def fail(
        self,
        status: int,
        code: int = 0,
        message: str = "",
        *,
        times: int = 1,
        on: str = EVERYTHING,
        body: Json | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Refuse with a status, doing nothing."""
        words = message or f"{status}: Failed"
        refused = Refused(code, status=status, message=words, body=body, headers=headers)
        self.waiting.append(Fault(on, times, before=refused))

    def drop(self, *, times: int = 1, on: str = EVERYTHING) -> None:
        """Cut the connection before anything is done."""
        self.waiting.append(Fault(on, times, before=Dropped()))

    def lose_answer(self, *, times: int = 1, on: str = EVERYTHING) -> None:
        """Do what is asked, then cut the connection."""
        self.waiting.append(Fault(on, times, after=Dropped()))

    def slow(self, seconds: float, *, times: int = 1, on: str = EVERYTHING) -> None:
        """Answer late, on the real clock."""
        self.waiting.append(Fault(on, times, delay=seconds))

    def hold(self, *, on: str = EVERYTHING) -> Hold:
        """Stop the next request before it is carried out, until it is released. Acts that cause it wait for it."""
        hold = Hold()
        self.waiting.append(Fault(on, 1, hold=hold))
        return hold

    def limit(self, on: str, count: int, seconds: float) -> None:
        """Give a route, as "METHOD /template", its bucket: so many requests in so many real seconds."""
        self.limits[on] = (count, seconds)

    def take(self, method: str, path: str) -> Fault | None:
        """The fault for this request, used up."""
        for fault in self.waiting:
            if fnmatchcase(f"{method} {path}", fault.on) and (fault.where is None or fault.where(path)):
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
                return fault
        return None

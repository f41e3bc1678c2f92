"""What may go wrong between the bot and Slack, prepared beforehand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from tests.wire.slack.errors import Dropped, Refused, rate_limited

EVERYTHING = "*"
Where = Callable[[Mapping[str, Any]], bool]


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


@dataclass
class Fault:
    """Strikes the next ``times`` calls whose method matches a pattern of ``on`` (``chat.*``, ``response_url``).

    ``on`` may be several patterns, each with a closer look at the arguments.
    """

    on: str | tuple[tuple[str, Where | None], ...]
    times: int
    before: Refused | Dropped | None = None
    after: Dropped | None = None
    delay: float = 0.0
    hold: Hold | None = None

    def strikes(self, method: str, args: Mapping[str, Any]) -> bool:
        """Whether it is for this call."""
        patterns = ((self.on, None),) if isinstance(self.on, str) else self.on
        return any(fnmatchcase(method, on) and (where is None or where(args)) for on, where in patterns)


class Faults:
    """Prepared faults, the first that matches first."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []

    def rate_limit(self, retry_after: float = 1, *, times: int = 1, on: str = EVERYTHING) -> None:
        """429 with Retry-After, doing nothing."""
        self.waiting.append(Fault(on, times, before=rate_limited(retry_after)))

    def fail(self, status: int = 500, *, times: int = 1, on: str = EVERYTHING) -> None:
        """A status with a body that is not JSON, doing nothing."""
        self.waiting.append(Fault(on, times, before=Refused("", status=status)))

    def refuse(self, error: str, *, times: int = 1, on: str = EVERYTHING, **more: Any) -> None:
        """``ok: false`` with an error code, doing nothing."""
        self.waiting.append(Fault(on, times, before=Refused(error, **more)))

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
        """Stop the next call before it is carried out, until it is released."""
        hold = Hold()
        self.waiting.append(Fault(on, 1, hold=hold))
        return hold

    def take(self, method: str, args: Mapping[str, Any]) -> Fault | None:
        """The fault for this call, used up."""
        for fault in self.waiting:
            if fault.strikes(method, args):
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
                return fault
        return None

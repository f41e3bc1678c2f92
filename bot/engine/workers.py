"""Heavy work in a process of its own, so that the interpreter's lock stays with those who talk."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")


class Workers:
    """One process at most, gone as soon as nothing is left to do: what it had loaded goes with it.

    Without ``apart`` the work is done in a thread here, as rehearsals and tests do.
    """

    def __init__(self, *, apart: bool) -> None:
        self.apart = apart
        self._waiting = 0
        self._pool: ProcessPoolExecutor | None = None

    async def run(self, work: Callable[[Given], Made], given: Given) -> Made:
        """``work`` is a module's function, what it is given and gives can be pickled. Raises what it raises."""
        if not self.apart:
            return await asyncio.to_thread(work, given)
        if self._pool is None:
            self._pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_leave_signals)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work, given)
        finally:
            self._waiting -= 1
            if self._waiting == 0:
                self.stop()

    def stop(self) -> None:
        """Forget what waits; what runs ends by itself."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None


def _leave_signals() -> None:
    """Ctrl-C is for the process that asked."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

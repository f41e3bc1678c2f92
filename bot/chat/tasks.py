"""The end of background tasks."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from typing import Any

log = logging.getLogger("relais")

SOON = 5.0
"""Seconds in which whatever lets go of a connection has done so: a stop never takes much longer."""
AGAIN = 0.2
"""Seconds after which a cancellation that nobody heard is repeated."""


async def end(tasks: Iterable[asyncio.Task[Any]], within: float = SOON) -> None:
    """Cancel tasks and wait until they are over.

    A library may lose a cancellation (``asyncio.wait_for`` of Python 3.11 does, when what it waits for ends at the same
    moment): it is repeated. A task that runs on after ``within`` seconds is left, and the log says where it is.
    """
    loop = asyncio.get_running_loop()
    waiting, last = {task for task in tasks if task is not asyncio.current_task()}, loop.time() + within
    while waiting and loop.time() < last:
        for task in waiting:
            task.cancel()
        done, waiting = await asyncio.wait(waiting, timeout=AGAIN)
        await asyncio.gather(*done, return_exceptions=True)
    for task in waiting:
        log.error("a task did not end: %r", task)

"""Nothing waits for ever: what takes too long is interrupted, and says where everybody was."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any


class Hung(AssertionError):
    """Something took longer than it ever should. The words show each task and where it waits."""


@asynccontextmanager
async def patience(what: str, seconds: float) -> AsyncIterator[None]:
    """Raises ``Hung`` when the block takes longer, in seconds of the machine's clock."""
    me = asyncio.current_task()
    seen: list[str] = []

    def look() -> None:
        seen.append(where(me))

    watch = asyncio.get_running_loop().call_later(seconds, look)
    try:
        async with asyncio.timeout(seconds + 0.05):
            yield
    except TimeoutError:
        if not seen:
            raise
        raise Hung(f"{what} took more than {seconds:g} seconds\n\n{seen[0]}") from None
    finally:
        watch.cancel()


def where(first: asyncio.Task[object] | None = None) -> str:
    """Where each task of the loop waits, one of them ``first``."""
    tasks = sorted(asyncio.all_tasks(), key=lambda task: task is not first)
    return "\n".join(map(_stack, tasks))


def _stack(task: asyncio.Task[object]) -> str:
    """A task's coroutines, from the outermost to the one that waits; the loop's own words tell only the first."""
    at: Any = task.get_coro()
    lines = [repr(task)[:200]]
    while (frame := getattr(at, "cr_frame", None)) is not None:
        lines.append(f"  {frame.f_code.co_filename}:{frame.f_lineno} {frame.f_code.co_qualname}")
        at = getattr(at, "cr_await", None)
    return "\n".join([*lines, *([f"  waits for {at!r}"[:200]] if at is not None else []), ""])

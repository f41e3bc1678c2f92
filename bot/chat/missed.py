"""Reading what was missed: how much of it, and with how much patience."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.chat.platform import Busy

T = TypeVar("T")

CATCH_UP = 1_000
"""Messages of each channel that are told after an absence: the newest, when more were missed."""
PATIENCE = 30.0
"""Seconds of a platform's pause that catching up waits for, before it gives up."""
PATIENT_TRIES = 3


async def patiently(ask: Callable[[], Awaitable[T]], sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> T:
    """Ask, and again after each pause that the platform wants. Raises ``PlatformError``, ``Busy`` in the end."""
    for _ in range(PATIENT_TRIES):
        try:
            return await ask()
        except Busy as busy:
            if busy.after > PATIENCE:
                raise
            await sleep(busy.after)
    return await ask()

"""Interleaved rounds: every contender runs in every round, so a noisy machine disturbs them alike.

What is counted is the processor's time, of all threads: none of the contenders waits for anything, and what other
programs do meanwhile is not theirs.
"""

from __future__ import annotations

import gc
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from statistics import median
from time import process_time

Contender = Callable[[], Awaitable[int]]
"""Does some work and gives how many things it handled."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Things a second of the processor: the median of the rounds, the slowest and the fastest."""

    median: float
    low: float
    high: float

    @property
    def cost(self) -> float:
        """Microseconds a thing."""
        return 1e6 / self.median


async def interleaved(contenders: Mapping[str, Contender], *, rounds: int) -> dict[str, Rate]:
    """Run each contender once to warm it, then ``rounds`` times in turn."""
    for contender in contenders.values():
        await contender()
    rates: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, contender in contenders.items():
            gc.collect()
            start = process_time()
            handled = await contender()
            rates[name].append(handled / (process_time() - start))
    return {name: Rate(median(seen), min(seen), max(seen)) for name, seen in rates.items()}

"""What is said in the benchmarks."""

from __future__ import annotations

from random import Random

WORDS = "the walk on sunday starts at ten near the old bridge bring water and a friend who likes birds".split()


def texts(count: int, random: Random) -> list[str]:
    """Chat-length messages: some 87 characters on average."""
    return [" ".join(random.choices(WORDS, k=random.randint(4, 30))) for _ in range(count)]

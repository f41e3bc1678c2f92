"""Swapping a list of ten thousand words while people write: how late messages are judged, beside an idle control."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from itertools import cycle
from random import Random
from statistics import median
from time import perf_counter
from typing import Any

from benchmarks.chatter import invented, listed
from benchmarks.words import LARGE
from bot.engine.workers import Workers
from cogs.moderation.rules import Recipe, Remembered, Rulebook, RuleSet, prepare
from cogs.moderation.seen import Seen

EVERY = 0.002
"""Seconds between two messages."""


def rules(words: Sequence[str]) -> RuleSet:
    return RuleSet.model_validate(
        {
            "lists": {"own": {"words": words}},
            "rules": [
                {"name": "words", "triggers": [{"on": "words", "lists": ["own"]}], "actions": [{"do": "delete"}]}
            ],
        }
    )


async def longest(book: Rulebook, messages: Sequence[Seen], until: asyncio.Task[Any]) -> float:
    """Milliseconds that the message which waited longest has waited, until something is done."""
    loop, windows, late = asyncio.get_running_loop(), Remembered(), 0.0
    for one in cycle(messages):
        due = loop.time() + EVERY
        await asyncio.sleep(EVERY)
        book.judge(one, windows)
        late = max(late, loop.time() - due)
        if until.done():
            break
    return 1e3 * late


async def swapping(texts: Sequence[str], start: datetime, rounds: int) -> dict[str, float]:
    """The longest wait of a message, the median of the rounds, in milliseconds: swapping and idle."""
    random = Random(3)
    messages = [Seen(text=text, id=str(at), at=start, author="1", channel="1") for at, text in enumerate(texts)]
    recipes = [Recipe(rules([*listed(random), *invented(LARGE, random)][:LARGE])) for _ in range(rounds)]
    workers = Workers(apart=True)
    book = Rulebook(await workers.run(prepare, Recipe(rules(listed(random)))))

    async def swap(recipe: Recipe) -> Rulebook:
        ready = await workers.run(prepare, recipe)
        return await asyncio.to_thread(Rulebook, ready)

    idle, busy, took = [], [], []
    for recipe in recipes:
        began = perf_counter()
        task = asyncio.create_task(swap(recipe))
        busy.append(await longest(book, messages, task))
        took.append(perf_counter() - began)
        book = await task
        idle.append(await longest(book, messages, asyncio.create_task(asyncio.sleep(took[-1]))))
    workers.stop()
    return {
        "longest_wait_ms": median(busy),
        "idle_longest_wait_ms": median(idle),
        "more_than_idle_ms": median(swapped - still for swapped, still in zip(busy, idle, strict=True)),
        "took_s": median(took),
    }

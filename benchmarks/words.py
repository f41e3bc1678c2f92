"""The word engine beside its peers, each as its own project uses it."""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from random import Random
from statistics import median
from time import perf_counter, thread_time
from typing import Any

from ahocorasick_rs import AhoCorasick
from better_profanity_rs import Profanity

from benchmarks.chatter import adversarial, invented, listed, messages
from benchmarks.rounds import Contender, interleaved
from cogs.moderation.words import Entry, Matcher, Plan, prepare

Contains = Callable[[str], object]
LARGE = 10_000
SLOW = 25
"""Contenders that take minutes for all messages are timed on one of so many."""


def red(words: Sequence[str]) -> Contains:
    """Red-DiscordBot's Filter: one alternation of bounded words."""
    return re.compile("|".join(rf"\b{re.escape(word)}\b" for word in words), re.IGNORECASE).findall


def trie(words: Sequence[str]) -> Contains:
    """The same words and the same rule in the best shape for ``re``: a tree of prefixes."""
    return re.compile(rf"\b{_branches(_tree(words))}\b", re.IGNORECASE).search


def lowered_trie(words: Sequence[str]) -> Contains:
    """The tree over the text in small letters: faster, but where a small letter is longer the place is lost."""
    search = re.compile(rf"\b{_branches(_tree(words))}\b").search
    return lambda text: search(text.lower())


def _tree(words: Sequence[str]) -> dict[str, Any]:
    root: dict[str, Any] = {}
    for word in words:
        node = root
        for char in word:
            node = node.setdefault(char, {})
        node[""] = {}
    return root


def _branches(node: dict[str, Any]) -> str:
    ways = [re.escape(char) + _branches(below) for char, below in node.items() if char]
    if not ways:
        return ""
    return f"(?:{'|'.join(ways)})" + ("?" if "" in node else "")


def aho_corasick(words: Sequence[str]) -> Contains:
    """Plain words between boundaries, nothing disguised."""
    blank = {code: " " for code in range(0x250) if not chr(code).isalnum()}
    find = AhoCorasick([f" {word} " for word in words]).find_matches_as_indexes
    return lambda text: find(f" {text.lower().translate(blank)} ")


def better_profanity(words: Sequence[str]) -> Contains:
    censor = Profanity()
    censor.load_censor_words(list(words))
    contains: Contains = censor.contains_profanity
    return contains


def compiled(words: Sequence[str]) -> Plan:
    """In a process of its own, as Relais does."""
    with ProcessPoolExecutor(1, get_context("spawn")) as worker:
        return worker.submit(prepare, [Entry(word) for word in words], (), ("en", "fr")).result()


async def throughput(words: Sequence[str], matcher: Matcher, count: int, rounds: int) -> dict[str, float]:
    """Messages a second of everybody in one run, and ours as a ratio to the two that people use."""
    said = messages(count, words, Random(11))
    few = said[:: SLOW if len(words) > 1_000 else 5]
    rates = await interleaved(
        {
            "relais": _over(said, matcher.find),
            "re trie": _over(said, trie(words)),
            "re trie, lowered": _over(said, lowered_trie(words)),
            "ahocorasick_rs": _over(said, aho_corasick(words)),
            "better_profanity_rs": _over(few, better_profanity(words)),
            "red": _over(few, red(words)),
        },
        rounds=rounds,
    )
    ours = rates["relais"].median
    return {name: rate.median for name, rate in rates.items()} | {
        "to_re_trie": ours / rates["re trie"].median,
        "to_lowered_trie": ours / rates["re trie, lowered"].median,
        "to_red": ours / rates["red"].median,
    }


def _over(said: Sequence[str], contains: Contains) -> Contender:
    async def run() -> int:
        for text in said:
            contains(text)
        return len(said)

    return run


def worst(words: Sequence[str], matcher: Matcher, rounds: int) -> dict[str, float]:
    """Milliseconds of the processor for one message of 4,000 characters, by kind."""
    return {
        kind: 1e3 * median(_timed(matcher, text) for _ in range(rounds)) for kind, text in adversarial(words).items()
    }


def _timed(matcher: Matcher, text: str) -> float:
    start = thread_time()
    matcher.every(text)
    return thread_time() - start


def swap(plan: Plan) -> tuple[Matcher, dict[str, float]]:
    """What the main process does with a plan that comes from the worker: milliseconds, and its size in MiB."""
    sent = pickle.dumps(plan)
    start = perf_counter()
    received = pickle.loads(sent)
    unpickled = perf_counter()
    matcher = Matcher(received)
    return matcher, {
        "unpickle_ms": 1e3 * (unpickled - start),
        "matcher_ms": 1e3 * (perf_counter() - unpickled),
        "mib": len(sent) / 2**20,
    }


async def words(count: int, rounds: int) -> dict[str, dict[str, float]]:
    random = Random(5)
    short = listed(random)
    figures: dict[str, dict[str, float]] = {}
    for entries in (short, short + invented(LARGE - len(short), random)):
        start = perf_counter()
        plan = compiled(entries)
        matcher, figures[f"words {len(entries)} swap"] = swap(plan)
        figures[f"words {len(entries)} swap"]["prepare_s"] = perf_counter() - start
        figures[f"words {len(entries)} rate"] = await throughput(entries, matcher, count, rounds)
        slowest = worst(entries, matcher, rounds)
        figures[f"words {len(entries)} worst ms"] = dict(sorted(slowest.items(), key=lambda one: -one[1]))
    return figures

"""A search for the message that takes longest: ``python -m benchmarks.hunt``.

Fragments that each part of the rules cares for are put together, and what takes longer than its parent is kept.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from random import Random
from time import monotonic, thread_time

from benchmarks.moderation import LENGTH, elsewhere, everything
from cogs.moderation.rules import Recipe, Remembered, Rulebook
from cogs.moderation.rules.lists import curated
from cogs.moderation.seen import Seen

START = datetime(2026, 11, 23, 8, tzinfo=UTC)
GLUES = ("", " ", ".", "-", "*", "!", "|", "'", "\n", "\u200b", "/", ", ", "||", "é", "0")
SIGNS = (
    "https://", "www.", "[a.com](", "<@1>", "@ada", "<:a:1>", ":a:", "#", "co.uk", ".io", "paypa1.com", "xn--", "%2F",
    "\u0301", "\u200d", "😀", "🇫", "ф", "ｅ", "ß", "œ", "!!", "**", "||", "``", "$", "5", "1", "aa", "ABC", "\n", "@",
    "discord.gg/", "{}",
)  # fmt: skip
POPULATION, KEPT = 24, 8


def variant(word: str, random: Random) -> str:
    """A listed word, or what comes near one."""
    at = random.randrange(len(word))
    return random.choice(
        (
            word,
            word[:at] + random.choice(GLUES) + word[at:],
            word[:at] + word[at:].upper(),
            word[:at] + word[at : at + 1] * 3 + word[at + 1 :],
            word.translate(str.maketrans("oieas", "013@5")),
            random.choice(GLUES).join(word),
            "".join(char * 2 for char in word),
            word + "x",
            word[:-1],
        )
    )


Kind = tuple[str, ...]
"""The fragments that a message repeats; ``{}`` becomes a number that counts."""


def fragment(words: Sequence[str], random: Random) -> str:
    return variant(random.choice(words), random) if random.random() < 0.6 else random.choice((*SIGNS, *GLUES))


def changed(kind: Kind, words: Sequence[str], random: Random) -> Kind:
    parts = list(kind)
    for _ in range(random.randint(1, 3)):
        at = random.randrange(len(parts) + 1)
        parts[at : at + random.randint(0, 1)] = [fragment(words, random) for _ in range(random.randint(0, 2))]
    return tuple(parts[:300]) or kind


def message(kind: Kind) -> str:
    parts = (part.replace("{}", str(at)) if "{}" in part else part for at, part in enumerate(cycle(kind)))
    return "".join(islice(parts, LENGTH))[:LENGTH]


def milliseconds(book: Rulebook, text: str, tries: int) -> float:
    """The shortest of so many, so that what else the machine does counts little."""
    one, times = Seen(text=text, at=START, author="1", channel="1"), []
    for _ in range(tries):
        windows, start = Remembered(), thread_time()
        book.judge(one, windows)
        times.append(thread_time() - start)
    return 1e3 * min(times)


def hunt(book: Rulebook, seconds: float, random: Random) -> list[tuple[float, str]]:
    """The slowest messages found in that time, the worst first."""
    words = [entry.text for entry in curated() if entry.text.isalpha()]
    kinds: list[tuple[float, Kind]] = []
    fresh: list[Kind] = [tuple(fragment(words, random) for _ in range(size)) for size in range(1, POPULATION)]
    end = monotonic() + seconds
    while monotonic() < end:
        kinds += [(milliseconds(book, message(kind), 3), kind) for kind in fresh]
        kinds = sorted({kind: (took, kind) for took, kind in kinds}.values(), reverse=True)[:KEPT]
        kinds = sorted(((milliseconds(book, message(kind), 7), kind) for _, kind in kinds), reverse=True)
        fresh = [changed(random.choice(kinds)[1], words, random) for _ in range(POPULATION)]
    return [(took, message(kind)) for took, kind in kinds]


def main() -> None:
    parser = ArgumentParser(prog="python -m benchmarks.hunt")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="a file for the whole messages, in JSON")
    args = parser.parse_args()
    (prepared,) = elsewhere([Recipe(everything())])
    found = hunt(Rulebook(prepared), args.seconds, Random(args.seed))
    for took, text in found:
        print(f"{took:.2f} ms  {text[:100]!r}")
    if args.out:
        args.out.write_text(json.dumps([text for _, text in found]))


if __name__ == "__main__":
    main()

"""What the rules cost: a clean message through a whole preset, beside discord.py parsing the same message."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from multiprocessing import get_context
from random import Random
from statistics import median
from time import process_time

from benchmarks.peers import DiscordParsing, message
from benchmarks.rounds import Contender, interleaved
from cogs.moderation.rules import Mode, Prepared, Preset, Recipe, Remembered, Rulebook, RuleSet, prepare, preset_rules
from cogs.moderation.seen import Seen

PIPELINE = ("hate", "insults", "sexual", "scams", "lookalikes", "invites", "mentions", "flood", "duplicates")
"""Words, links, mentions, flood and duplicates: what is compared with discord.py."""
LENGTH = 4_000


def pipeline() -> RuleSet:
    rules = {rule.name: rule for rule in preset_rules(Preset.STANDARD)}
    return RuleSet(rules=tuple(rules[name] for name in PIPELINE))


def everything() -> RuleSet:
    """Every rule of the strict preset, those that are off too."""
    rules = preset_rules(Preset.STRICT)
    return RuleSet(rules=tuple(rule.model_copy(update={"mode": Mode.ACT}) for rule in rules))


PACE = timedelta(seconds=2)


def seen(texts: Sequence[str], start: datetime) -> list[Seen]:
    """Messages of 200 members, two seconds apart."""
    return [
        Seen(text=text, id=str(at), at=start + at * PACE, author=str(at % 200), channel="300")
        for at, text in enumerate(texts)
    ]


def judging(book: Rulebook, days: Sequence[Sequence[Seen]]) -> Contender:
    """One day a round, with what is remembered of those before: as in a process that has run for long."""
    windows, left = Remembered(), iter(days)

    async def run() -> int:
        messages = next(left)
        for one in messages:
            book.judge(one, windows)
        return len(messages)

    return run


async def rules(texts: Sequence[str], start: datetime, rounds: int) -> dict[str, float]:
    """Microseconds a clean message, and the worst of the hostile ones in milliseconds."""
    peer = DiscordParsing()
    days = [seen(texts, start + timedelta(days=day)) for day in range(rounds + 1)]
    raw = [json.dumps(message(number, text)) for number, text in enumerate(texts)]
    recipes = {"pipeline": Recipe(pipeline()), "all_rules": Recipe(everything())}
    books = {name: Rulebook(prepared) for name, prepared in zip(recipes, elsewhere(recipes.values()), strict=True)}

    async def parsing() -> int:
        for one in raw:
            peer.parse(one)
        return len(raw)

    contenders = {name: judging(book, days) for name, book in books.items()}
    rates = await interleaved({**contenders, "discord.py": parsing}, rounds=rounds)
    worst = slowest(books["all_rules"], hostile(), start)
    name = max(worst, key=worst.__getitem__)
    return {
        "pipeline_us": rates["pipeline"].cost,
        "all_rules_us": rates["all_rules"].cost,
        "discord_py_parse_us": rates["discord.py"].cost,
        "share_of_parsing": rates["pipeline"].cost / rates["discord.py"].cost,
        f"worst_ms_{name}": worst[name],
        "worst_in_parses": 1e3 * worst[name] / rates["discord.py"].cost,
    }


def elsewhere(recipes: Iterable[Recipe]) -> list[Prepared]:
    """Made in another process, as Relais does: dictionaries of this size would weigh on our collector of garbage."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return list(pool.map(prepare, recipes))


def slowest(book: Rulebook, texts: Mapping[str, str], start: datetime) -> dict[str, float]:
    """Milliseconds of the processor for each message: the median of nine rounds through all of them."""
    rounds = [{name: judged(book, text, start) for name, text in texts.items()} for _ in range(9)]
    return {name: 1e3 * median(times[name] for times in rounds) for name in texts}


def judged(book: Rulebook, text: str, start: datetime) -> float:
    """Seconds of the processor for the second message of a member."""
    windows, one = Remembered(), Seen(text=text, at=start, author="1", channel="300")
    book.judge(one, windows)
    began = process_time()
    book.judge(replace(one, id="2"), windows)
    return process_time() - began


def hostile() -> Mapping[str, str]:
    """What somebody may write to slow us down, in 4,000 characters."""
    random = Random(7)
    patterns = {
        "one_letter": "a",
        "near_word": "asshol",
        "spelled_out": "a s s h o l ",
        "digits": "4550",
        "marks": "e\u0301\u0302\u0303",
        "cyrillic": "привет ",
        "emoji": "\U0001f600\ufe0f\u200d",
        "punctuation": ".!?-",
        "addresses": "https://paypa1.com.a.b.c/%2F%2Fhttp://x.y ",
        "one_word": "aB",
        "no_words": "p'tit ",
        "hosts": "a.",
        "members": "self.is ",
        "mails": "a.b@c.d ",
        "labels": "[a.com](https://b.com)",
        "mentions": "<@1> @ada ",
        "brackets": "[](",
        "capitals": "ABC def ",
        "breaks": "\n ",
        "colons": ":a:",
        "listed": "asshole connard ",
        "coded": "%61%62",
        "turned": "\u202e",
        "upside_down": "\u0250",
    }
    texts = {name: (part * LENGTH)[:LENGTH] for name, part in patterns.items()}
    many = {"links": "https://a{}.io ", "domains": "a{}.io ", "fullwidth": "ｅ{}.io ", "suffixes": "co.uk gov.uk{} "}
    many["invites"] = "a{}.discord.gg "
    texts |= {f"many_{name}": "".join(map(part.format, range(LENGTH)))[:LENGTH] for name, part in many.items()}
    texts["brackets_after"] = f"https://a.io/{'(' * 1_900}{')' * 2_000}"
    return {**texts, "noise": "".join(chr(random.randrange(32, 0x2FFF)) for _ in range(LENGTH))}

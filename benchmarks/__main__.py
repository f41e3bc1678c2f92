"""``make bench``: prints the figures and writes them to ``data/bench.json``."""

from __future__ import annotations

import asyncio
import json
import tracemalloc
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from benchmarks import moderation
from benchmarks.loops import bolt_dispatch, discord_loop
from benchmarks.peers import DiscordParsing, message
from benchmarks.rounds import interleaved
from benchmarks.said import texts
from benchmarks.swapping import swapping
from benchmarks.words import words
from bot.app import App
from bot.chat.events import MessagePosted, SpaceSeen
from bot.chat.things import Channel, Member, MessageRef, Space
from bot.engine import loader
from bot.engine.clock import HandClock
from bot.engine.session import Database

START = datetime(2026, 11, 23, 8, tzinfo=UTC)
TOWN = Space("bench", "1", "Club")
GENERAL = Channel(TOWN, "300", "general")


def event(number: int, text: str, members: Sequence[Member]) -> MessagePosted:
    return MessagePosted(
        space=TOWN,
        id=str(number),
        at=START,
        member=members[number % len(members)],
        ref=MessageRef(GENERAL, str(number)),
        text=text,
    )


def people(count: int) -> list[Member]:
    return [Member(TOWN, str(400 + i), f"Member {i}", created_at=START - timedelta(days=i)) for i in range(count)]


async def engine() -> App:
    app = App(
        database=Database("sqlite+aiosqlite://"),
        clock=HandClock(START),
        random=Random(7),
        cogs=loader.load(),
        platforms=[],
    )
    await app.start()
    await app.engine.dispatcher.receive(SpaceSeen(space=TOWN, id="seen", at=START))
    return app


async def dispatch(count: int, rounds: int) -> dict[str, float]:
    """The cost of a message that breaks no rule, beside discord.py parsing the same message."""
    app, peer, said, members = await engine(), DiscordParsing(), texts(count, Random(7)), people(200)
    raw = [json.dumps(message(number, text)) for number, text in enumerate(said)]
    numbers = iter(range(10**9))

    async def relais() -> int:
        events = [event(next(numbers), text, members) for text in said]
        for one in events:
            await app.engine.dispatcher.receive(one)
        await app.engine.dispatcher.idle()
        return count

    async def making() -> int:
        for text in said:
            event(next(numbers), text, members)
        return count

    async def parsing() -> int:
        for one in raw:
            peer.parse(one)
        return count

    rates = await interleaved({"relais": relais, "events made": making, "discord.py": parsing}, rounds=rounds)
    await app.stop()
    own = rates["relais"].cost - rates["events made"].cost
    return {
        "relais_us": own,
        "discord_py_parse_us": rates["discord.py"].cost,
        "share_of_parsing": own / rates["discord.py"].cost,
    }


async def memory(count: int) -> dict[str, float]:
    """Bytes held for members who spoke and whom commands and cogs know."""
    app = await engine()
    members = people(count)
    community = app.engine.community(TOWN).id
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for number, member in enumerate(members):
        await app.engine.people.person_of(member, community)
        await app.engine.dispatcher.receive(event(number, "hello", [member]))
    held = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    await app.stop()
    return {"members": count, "mib_per_10000": held / count * 10_000 / 2**20}


def main() -> None:
    parser = ArgumentParser(prog="make bench")
    parser.add_argument("--messages", type=int, default=5_000)
    parser.add_argument("--frames", type=int, default=2_000, help="messages of a round, through a library's loop")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--members", type=int, default=10_000)
    parser.add_argument("--out", type=Path, default=Path("data/bench.json"))
    args = parser.parse_args()
    figures = {
        "discord.py's loop": asyncio.run(discord_loop(args.frames, args.rounds)),
        "Bolt's dispatch": asyncio.run(bolt_dispatch(args.frames, args.rounds)),
        "dispatch": asyncio.run(dispatch(args.messages, args.rounds)),
        "memory": asyncio.run(memory(args.members)),
        "rules": asyncio.run(moderation.rules(texts(args.messages, Random(7)), START, args.rounds)),
        "swap under load": asyncio.run(swapping(texts(args.messages, Random(7)), START, 5)),
        **asyncio.run(words(args.messages, args.rounds)),
    }
    for name, values in figures.items():
        print(name, *(f"{key}={value:.4g}" for key, value in values.items()), sep="  ")
    args.out.parent.mkdir(exist_ok=True)
    args.out.write_text(json.dumps(figures, indent=2) + "\n")
    print(f"written to {args.out}")


if __name__ == "__main__":
    main()

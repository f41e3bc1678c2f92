"""The real process, killed while people on a Discord and on a Slack act all at once.

Whoever was told that it is done finds it done, and nobody reads anything twice.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any

import pytest

from tests.faults.process import SWIFTLY, Relais
from tests.faults.towns import Side, Towns, insists, towns, until
from tests.wire.slack.delivery import Parcel
from tests.wire.slack.server import SlackServer

THANKS = ("Thank you", "up to date")
TALKS = ("general", "staff")
"""Where people talk meanwhile."""
LONGEST = 600.0
"""Real seconds after the last death in which all who insist are thanked, on a machine that does much else."""
WAITS = 12.0
"""Seconds that somebody looks at "thinking…" before they try again. Who tries sooner only makes the queue longer."""
LOOK = 1.0
"""Seconds between two looks of each of the crowd: all who look take time from the servers in this process."""


@dataclass
class Crowd:
    """People of one side. ``thanked`` were told that their introduction is kept; ``said`` counts messages."""

    side: Side
    people: list[Any]
    newcomers: list[Any]
    thanked: set[str] = field(default_factory=set)
    said: Counter[str] = field(default_factory=Counter)

    async def introduce(self, who: Any) -> None:
        """Two interactions and a post: a button that opens a form, and what is typed into it."""

        async def act() -> None:
            if who.form is None:
                await who.press("Introduce myself")
                await until(lambda: who.form is not None, f"{who.name} sees the form", within=WAITS, look=LOOK)
            await who.fill(about=words_of(who.name))
            with suppress(AssertionError):
                await until(lambda: is_thanked(who), "thanked", within=WAITS, look=LOOK)

        await insists(act, lambda: is_thanked(who), within=None, pause=LOOK)
        self.thanked.add(who.name)

    async def talk(self, who: Any, pause: float) -> None:
        await asyncio.sleep(pause)
        await who.say(f"hello from {who.name}", TALKS[len(self.said) % 2])
        self.said[who.id] += 1


def is_thanked(who: Any) -> bool:
    seen = who.sees
    return any(word in seen for word in THANKS)


def words_of(name: str) -> str:
    return f"I am {name}, and I repair clocks."


def crowd(side: Side, count: int, newcomers: int) -> Crowd:
    mark = side.space.name[0]
    return Crowd(
        side,
        [side.person(f"{mark}{number:03}x") for number in range(count)],
        [side.person(f"{mark}new{number:02}x", here=False) for number in range(newcomers)],
    )


async def live(
    relais: Relais, random: Random, *, people: int, newcomers: int, kills: int, pause: float, to_the_end: bool = False
) -> None:
    """Everybody acts at once, the process dies at random moments; then what people see is judged."""
    async with towns(relais) as both:
        crowds = [crowd(side, people, newcomers) for side in both.sides]
        await both.start()
        for side in both.sides:
            await both.settings(side, welcome__channel="welcome", welcome__introductions="introductions")
            await both.settings(side, welcome__ignore_after="1 hour")
            await side.person("First", here=False).join()
            await until(lambda side=side: "First" in side.reads("welcome"), "the first is greeted")  # type: ignore[misc]
        acts = [act for one in crowds for act in acts_of(one, random, kills * pause)]
        random.shuffle(acts)
        acting = asyncio.gather(*acts)
        for _ in range(kills):
            await asyncio.sleep(random.random() * pause)
            await both.kill()
            await both.start()
        async with asyncio.timeout(LONGEST):
            await acting
        if to_the_end:
            await settled(both, crowds)
            await finished(both, crowds)
        assert await both.stop() < SWIFTLY
        assert relais.log.count("Traceback") == 0, relais.log
        for one in crowds:
            judge(one, to_the_end)
        stored(relais, crowds)


def acts_of(one: Crowd, random: Random, span: float) -> list[Any]:
    return [
        *map(one.introduce, one.people),
        *(one.talk(who, random.random() * span) for who in one.people),
        *(join(who, random.random() * span) for who in one.newcomers),
    ]


async def join(who: Any, pause: float) -> None:
    await asyncio.sleep(pause)
    await who.join()


async def settled(both: Towns, crowds: list[Crowd]) -> None:
    """All that was kept is said."""
    most = 2.0 * sum(len(one.people) for one in crowds) + 150
    for one in crowds:
        try:
            await until(partial(complete, one), f"all is said in {one.side.space.name}", within=most, look=LOOK)
        except AssertionError:
            raise AssertionError(f"{one.side.space.name}: {missing(one)} never said") from None
    await until(lambda: not waiting(both.relais), "nothing waits to be sent", within=most, look=LOOK)


async def finished(both: Towns, crowds: list[Crowd]) -> None:
    """What a death left half done is finished by a job, a minute later and more."""
    people = sum(len(one.people) for one in crowds)
    await until(
        lambda: len(told(both.relais)) == people, "every introduction is told to the cogs", within=400, look=LOOK
    )


def complete(one: Crowd) -> bool:
    return not missing(one)


def missing(one: Crowd) -> list[str]:
    """Those who are not introduced, or not greeted, yet."""
    introductions, hall = one.side.reads("introductions"), one.side.reads("welcome")
    return [
        *(who.name for who in one.people if words_of(who.name) not in introductions),
        *(who.name for who in expected(one) if who.name not in hall),
    ]


def expected(one: Crowd) -> list[Any]:
    """The newcomers, without those of whom Slack gave up telling: deaths met every try, and nothing was promised."""
    server = one.side.server
    lost = server.delivery.lost if isinstance(server, SlackServer) else []
    untold = {parcel.payload.get("event", {}).get("user", {}).get("id") for parcel in lost if is_join(parcel)}
    return [who for who in one.newcomers if who.id not in untold]


def is_join(parcel: Parcel) -> bool:
    return bool(parcel.payload.get("event", {}).get("type") == "team_join")


def told(relais: Relais) -> list[str]:
    """The persons of whom the other cogs heard that they introduced themselves."""
    with closing(sqlite3.connect(f"file:{relais.database}?mode=ro", uri=True)) as db:
        return [row[0] for row in db.execute("SELECT person FROM fact WHERE name = 'IntroductionMade'")]


def waiting(relais: Relais) -> int:
    with closing(sqlite3.connect(f"file:{relais.database}?mode=ro", uri=True)) as db:
        found: int = db.execute("SELECT count(*) FROM post WHERE state IN ('waiting', 'sending')").fetchone()[0]
    return found


def judge(one: Crowd, to_the_end: bool) -> None:
    """Nobody is introduced or greeted twice; in the end each once: a post that a death met waits for its lease."""
    introductions, hall = one.side.reads("introductions"), one.side.reads("welcome")
    assert one.thanked == {who.name for who in one.people}
    said = [introductions.count(words_of(who.name)) for who in one.people]
    assert max(said) <= 1
    assert max((hall.count(who.name) for who in one.newcomers), default=0) <= 1
    assert not to_the_end or complete(one)


def stored(relais: Relais, crowds: list[Crowd]) -> None:
    """Each message was counted once, and no introduction told to the other cogs twice."""
    with closing(sqlite3.connect(relais.database)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        counts = dict(db.execute("SELECT account, messages FROM account"))
        kept = {row[0] for row in db.execute("SELECT about FROM welcome_introduction")}
        unsure = db.execute("SELECT count(*) FROM post WHERE state = 'uncertain'").fetchone()[0]
    for one in crowds:
        assert {id: counts[id] for id in one.said} == dict(one.said)
    assert len(told(relais)) == len(set(told(relais)))
    assert {words_of(who.name) for one in crowds for who in one.people} == kept
    assert unsure == 0


async def test_a_few_on_both_sides(relais: Relais) -> None:
    await live(relais, Random(1), people=4, newcomers=2, kills=1, pause=3.0, to_the_end=True)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(2, 12))
async def test_five_hundred_interactions_and_posts(relais: Relais, seed: int) -> None:
    """125 people on each side: two interactions, a post and a message each."""
    await live(relais, Random(seed), people=125, newcomers=8, kills=12, pause=8.0, to_the_end=True)

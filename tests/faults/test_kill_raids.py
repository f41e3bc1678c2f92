"""The real process, killed in the middle of a raid and of a flood at their stated rate, while moderators act.

Right members, one alert, no innocent hit, no sanction twice.
"""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any

import pytest

from bot.chat.forms import Upload
from bot.chat.things import Level
from tests.faults.process import Relais
from tests.faults.towns import Side, Towns, asks, insists, towns, until

RATE = 50
"""Arrivals or messages in a second."""
LONGEST = 900.0
"""Real seconds in which all that is due to a wave is done, deaths included, on a machine that does much else."""
LOOK = 0.5
RULES = """
relais: rules
rules:
  - name: raid
    title: Raid
    triggers: [{on: named_alike, count: 5, within: 1h}]
    actions: [{do: kick}, {do: tell}]
  - name: flood
    title: Flood
    triggers: [{on: flood, count: 5, within: 10s}]
    actions: [{do: timeout, length: 1h}, {do: tell}]
"""
Act = Callable[[], Awaitable[object]]


@dataclass
class Storm:
    """``wave`` comes and is removed, ``loud`` write too much and are silenced; ``calm`` come and write as people do."""

    side: Side
    wave: Sequence[Any]
    loud: Sequence[Any]
    calm: Sequence[Any]
    mods: Sequence[Any] = field(default_factory=tuple)

    def acts(self, each: int) -> list[Act]:
        """The raid, then the flood, and those who only happen to be there."""
        acts: list[Act] = [one.join for one in self.wave]
        acts += [partial(says, one, f"{turn} {one.name}") for turn in range(each) for one in self.loud]
        for number, one in enumerate(self.calm):
            acts.insert((number + 1) * len(acts) // (len(self.calm) + 1), partial(comes, one))
        return acts


async def comes(who: Any) -> None:
    await who.join()
    await who.say(f"Hello, I am {who.name}", "general")


async def says(who: Any, text: str) -> None:
    """Unless they were silenced already."""
    with suppress(AssertionError):
        await who.say(text, "general")


async def at_rate(acts: Sequence[Act]) -> None:
    """Everybody at their moment, whatever became of those before."""
    loop = asyncio.get_running_loop()
    begun = loop.time()
    for number, act in enumerate(acts):
        await asyncio.sleep(max(0.0, begun + number / RATE - loop.time()))
        await act()


def storm(side: Side, wave: int, loud: int) -> Storm:
    return Storm(
        side,
        [side.person(f"xX_raider_{number}", here=False) for number in range(wave)],
        [side.person(f"{chr(65 + number % 26)}{number}q") for number in range(loud)],
        [side.person(f"{name}{'x' * number}", here=False) for number, name in enumerate(("Zoé", "Karim", "Ines"))],
        [side.person(name, level=Level.MODERATOR) for name in ("Mo", "Mia")],
    )


async def prepare(both: Towns, side: Side) -> None:
    await both.settings(side, community__moderators="staff", welcome__look_in="no", moderation__native="no")
    boss = side.boss
    boss.forget()
    await boss.run("moderation import", file=Upload("rules.yaml", RULES.encode()))
    await until(lambda: "Use these rules" in boss.sees, f"the rules are read, not {boss.sees!r}")
    await boss.press("Use these rules")
    await until(lambda: "in force" in boss.sees, "the rules are in force")
    for name in ("raid", "flood"):
        await asks(boss, "moderation rule mode", "acts", name=name, mode="act")


async def live(relais: Relais, random: Random, *, wave: int, loud: int, each: int, kills: int) -> None:
    async with towns(relais) as both:
        one = storm(both.discord, wave, loud)
        await both.start()
        await prepare(both, one.side)
        acts = one.acts(each)
        by_command, by_hand = one.wave[wave // 2], one.loud[0]
        acts.insert(len(acts) * 2 // 3, lambda: one.mods[1].ban(by_hand, "Spam"))
        acting = asyncio.create_task(at_rate(acts))
        banning = asyncio.create_task(bans(one.mods[0], by_command, len(acts) / RATE / 2))
        for _ in range(kills):
            await asyncio.sleep(len(acts) / RATE * (0.2 + random.random()) / kills)
            await both.kill()
            await both.start()
        await acting
        await banning
        await until(lambda: over(one, relais), "all are dealt with", within=LONGEST, look=LOOK)
        await both.stop()
        assert relais.log.count("Traceback") == 0, relais.log
        judge(one, by_command, by_hand)
        stored(relais, one, by_command, by_hand)


async def bans(mod: Any, who: Any, pause: float) -> None:
    """Until the moderator is told that it is done."""
    await asyncio.sleep(pause)

    async def act() -> None:
        mod.forget()
        await mod.run("mod ban", member=who, reason="They sent us here")
        with suppress(AssertionError):
            await until(lambda: "Case" in mod.sees or "Nothing to do" in mod.sees, "told", within=4, look=LOOK)

    await insists(act, lambda: "Case" in mod.sees or "Nothing to do" in mod.sees, within=LONGEST, pause=LOOK)


def over(one: Storm, relais: Relais) -> bool:
    here = members(one.side)
    return not here & {who.id for who in one.wave} and waiting(relais) == 0


def members(side: Side) -> set[str]:
    return set(side.world.town(side.space).members)


def waiting(relais: Relais) -> int:
    """Jobs of moderation that are due or run."""
    due = "state IN ('due', 'running') AND name LIKE 'moderation.%' AND due_at < datetime('now', '+1 minute')"
    with closing(sqlite3.connect(f"file:{relais.database}?mode=ro", uri=True)) as db:
        found: int = db.execute(f"SELECT count(*) FROM job WHERE {due}").fetchone()[0]
    return found


def done(side: Side, effect: str) -> Counter[str]:
    """To whom it was done, and how often."""
    return Counter(it.to.name for it in side.world.effects if it.effect == effect and it.to)


def judge(one: Storm, by_command: Any, by_hand: Any) -> None:
    side, wave = one.side, {who.name for who in one.wave}
    kicks, bans, silences = (done(side, effect) for effect in ("kick", "ban", "timeout"))
    assert set(kicks) | set(bans) == wave
    assert set(bans) == {by_command.name}
    assert set(silences) | {by_hand.name} == {who.name for who in one.loud}
    assert not [name for name, times in (kicks + silences).items() if times > 1]
    assert {who.id for who in one.calm} <= members(side)
    said = side.reads("general")
    assert all(f"Hello, I am {who.name}" in said for who in one.calm)
    alerts = re.findall(r"\d+ things found", side.reads("staff"))
    assert len(alerts) == 1, side.reads("staff")


def stored(relais: Relais, one: Storm, by_command: Any, by_hand: Any) -> None:
    """One case for each of them, and one more for what a moderator did; of a ban by hand none if nobody heard of it."""
    with closing(sqlite3.connect(relais.database)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        cases = Counter(row[0] for row in db.execute("SELECT name FROM moderation_case WHERE number IS NOT NULL"))
        unsure = db.execute("SELECT count(*) FROM post WHERE state = 'uncertain'").fetchone()[0]
    expected = Counter(who.name for who in (*one.wave, *one.loud))
    extra = {by_command.name, by_hand.name}
    assert {name: times for name, times in cases.items() if name not in extra} == {
        name: times for name, times in expected.items() if name not in extra
    }
    assert 1 <= cases[by_command.name] <= 2
    assert cases[by_hand.name] <= 2
    assert unsure == 0


async def test_a_small_raid_and_flood(relais: Relais) -> None:
    await live(relais, Random(1), wave=25, loud=5, each=6, kills=1)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(2, 5))
async def test_five_hundred_arrivals_and_forty_who_flood(relais: Relais, seed: int) -> None:
    """Five hundred arrivals in ten seconds, then forty who write fifty messages a second for ten more."""
    await live(relais, Random(seed), wave=500, loud=40, each=13, kills=3)

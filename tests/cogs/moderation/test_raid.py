"""Many at once: the right members, one alert, no innocent hit, no sanction twice, after a kill too."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator
from datetime import timedelta
from functools import partial
from itertools import islice
from typing import TypeVar

import pytest

from bot.chat.events import MemberJoined
from bot.chat.forms import Upload
from bot.chat.things import Member
from bot.platforms.playground import Actor
from bot.platforms.playground.options import Impossible
from bot.rehearsal.stage import Stage
from tests.cogs.moderation.test_cases import effects

T = TypeVar("T")
Act = Callable[[], Awaitable[object]]
RATE = 50
"""Arrivals or messages in a second."""
GUESTS = ("Ada", "Bob", "Carol", "Dan", "Eve", "Fay", "Gus", "Hal", "Ida", "Jo", "Kim")
RULES = """
relais: rules
rules:
  - name: raid
    title: Raid
    triggers: [{on: named_alike, count: 5, within: 1m}]
    actions: [{do: kick}, {do: raise_alert, level: lockdown, length: 1h}, {do: tell}]
  - name: wave
    title: Wave
    triggers: [{on: duplicates, count: 4, within: 1m, per: community}]
    actions: [{do: delete}, {do: timeout, length: 1h}, {do: points, points: 2}, {do: tell}]
  - name: flood
    title: Flood
    triggers: [{on: flood, count: 5, within: 10s}]
    actions: [{do: delete}, {do: timeout, length: 10m}, {do: points}, {do: tell}]
"""


def touched(stage: Stage, effect: str) -> list[str]:
    """The names of those to whom it was done, as often as it was."""
    return [one.to.name for one in stage.world.effects if one.effect == effect and one.to]


async def acting(stage: Stage, boss: Actor, *names: str) -> None:
    await boss.run("moderation import", file=Upload("rules.yaml", RULES.encode()))
    await boss.press("Use these rules")
    assert "in force" in boss.sees, boss.sees
    for name in names:
        await boss.run("moderation rule mode", name=name, mode="act")


async def at_rate(stage: Stage, acts: Iterable[Act]) -> None:
    """Fifty acts a second: those of a tenth of a second happen at once, and nobody waits for what they set off."""
    for together in batched(acts, RATE // 10):
        await asyncio.gather(*(act() for act in together))
        await stage.advance(seconds=0.1)


def batched(acts: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(acts)
    while batch := list(islice(rest, size)):
        yield batch


async def raid(stage: Stage, boss: Actor, mod: Actor, count: int) -> None:
    """A wave, among which somebody comes by chance each second; a moderator bans one of the wave meanwhile."""
    await acting(stage, boss, "raid")
    zoe = stage.person("Zoé")
    await zoe.join()
    raiders = [stage.person(f"xX_raider_{number}") for number in range(count)]
    guests = [stage.person(name) for name in GUESTS[: 1 + count // RATE]]
    banned = raiders[count // 3]

    async def bans() -> None:
        await mod.run("mod ban", member=banned, reason="They sent us here")

    coming: list[Act] = [raider.join for raider in raiders]
    for number, guest in enumerate(guests):
        coming.insert(number * RATE + 7, guest.join)
    half = len(coming) // 2
    begun = stage.now
    await at_rate(stage, [*coming[:half], bans])
    await stage.restart()
    await at_rate(stage, coming[half:])
    assert stage.now - begun <= timedelta(seconds=1 + len(coming) / RATE)
    await stage.advance(seconds=30)
    kicked = touched(stage, "kick")
    assert touched(stage, "ban") == [banned.name]
    assert set(kicked) | {banned.name} == {raider.name for raider in raiders}
    assert len(kicked) == len(set(kicked))
    posts = [one for one in stage.world.effects if one.effect == "post"]
    assert len(posts) == 1
    assert f"{count} things found, {count} members" in boss.reads("team")


async def test_a_raid_is_removed_and_told_once(town: Stage, boss: Actor, mod: Actor) -> None:
    await town.set("moderation", log=None)
    await raid(town, boss, mod, 20)


OVERNIGHT = timedelta(hours=6)


async def come_late(stage: Stage, apart: timedelta, numbers: range = range(6), late: timedelta = OVERNIGHT) -> None:
    """Some alike, the first of them hours ago; the bot hears of all at once, as after a night without it."""
    space = stage.world.spaces[0]
    for number in numbers:
        at = stage.now - late + number * apart
        member = Member(space, f"late{number}", f"xX_raider_{number}", joined_at=at)
        await stage.app.engine.dispatcher.receive(MemberJoined(space=space, id=f"join:{number}", at=at, member=member))
    await stage.settle()


@pytest.mark.parametrize(("apart", "raided"), [(timedelta(hours=1), False), (timedelta(seconds=9), True)])
async def test_those_who_came_one_by_one_overnight_are_no_raid(
    town: Stage, boss: Actor, apart: timedelta, *, raided: bool
) -> None:
    await acting(town, boss, "raid")
    await come_late(town, apart)
    assert ("things found" in boss.reads("team")) is raided


async def test_a_raid_is_one_burst_though_relais_was_away_in_the_middle_of_it(town: Stage, boss: Actor) -> None:
    await acting(town, boss, "raid")
    apart = timedelta(seconds=1)
    await come_late(town, apart, range(8), timedelta(seconds=8))
    await town.advance(minutes=3)
    await come_late(town, apart, range(8, 16), timedelta(minutes=3, seconds=8))
    await town.advance(minutes=1)
    assert len(re.findall(r"\d+ things found", boss.reads("team"))) == 1


async def test_what_happened_long_before_is_another_burst(town: Stage, boss: Actor) -> None:
    await acting(town, boss, "raid")
    apart = timedelta(seconds=1)
    await come_late(town, apart, range(8), timedelta(seconds=8))
    await come_late(town, apart, range(8, 16))
    await town.advance(minutes=1)
    assert len(re.findall(r"\d+ things found", boss.reads("team"))) == 2


async def comes_until_closed(stage: Stage) -> None:
    for number in range(20):
        try:
            await stage.person(f"newcomer {number}").join()
        except Impossible:
            return
    raise AssertionError("nobody closed the way in")


async def test_the_way_in_closes_for_a_while(town: Stage, boss: Actor) -> None:
    await boss.run("moderation preset", name="standard")
    await comes_until_closed(town)
    assert effects(town, "pause_invites", "kick") == ["pause_invites"]
    assert "Many arrivals at once" in boss.reads("team")
    await town.advance(hours=2)
    await town.person("Zoé").join()


async def flood(stage: Stage, boss: Actor, mod: Actor, *, spammers: int, each: int) -> None:
    """Half of them say the same, half whatever; members talk on, and moderators act with what they have."""
    await acting(stage, boss, "wave", "flood")
    bad = [stage.person(f"{chr(65 + number % 26)}{number}q", here=True) for number in range(spammers)]
    good = [stage.person(name, here=True) for name in GUESTS[:4]]
    by_command, by_hand = bad[0], bad[1]
    turns: list[Act] = [
        partial(says, one, "Buy the finest watches at the lowest price here" if number % 2 else f"{turn} {number} lol")
        for turn in range(each)
        for number, one in enumerate(bad)
    ]
    for number, one in enumerate(good):
        turns.insert((number + 1) * len(turns) // 5, partial(one.say, f"What is going on, asks {one.name}?"))
    turns.insert(spammers, partial(mod.run, "mod mute", member=by_command, duration="3 h", reason="Spam"))
    turns.insert(spammers + 1, partial(boss.kick, by_hand, "Spam"))
    half = len(turns) // 2
    await at_rate(stage, turns[:half])
    await stage.restart()
    await at_rate(stage, turns[half:])
    await stage.advance(seconds=30)
    said = boss.reads("general")
    assert "finest watches" not in said
    for one in good:
        assert f"What is going on, asks {one.name}?" in said
    silenced = Counter(touched(stage, "timeout"))
    assert set(silenced) | {by_hand.name} == {one.name for one in bad}
    assert {name for name, times in silenced.items() if times > 1} <= {by_command.name}
    assert boss.reads("team").count("things found") == 1


async def says(who: Actor, text: str) -> bool:
    """Whether the platform lets them."""
    try:
        await who.say(text)
    except Impossible:
        return False
    return True


async def test_a_wave_by_several_accounts_spares_the_innocent(town: Stage, boss: Actor, mod: Actor) -> None:
    await town.set("moderation", log=None)
    await flood(town, boss, mod, spammers=6, each=12)


async def test_one_member_floods_and_is_silenced_once(town: Stage, boss: Actor, ada: Actor) -> None:
    await acting(town, boss, "flood")
    for number in range(5):
        await ada.say(f"{number} {number * number}")
    assert not await says(ada, "and more")
    await town.restart()
    await town.advance(seconds=30)
    assert effects(town, "timeout") == ["timeout"]
    assert "4 16" not in boss.reads("general")
    assert "0 0" not in boss.reads("general")


@pytest.mark.soak
async def test_five_hundred_come_in_ten_seconds(town: Stage, boss: Actor, mod: Actor) -> None:
    await town.set("moderation", log=None)
    await raid(town, boss, mod, 500)


@pytest.mark.soak
async def test_forty_accounts_flood(town: Stage, boss: Actor, mod: Actor) -> None:
    await town.set("moderation", log=None)
    await flood(town, boss, mod, spammers=40, each=12)

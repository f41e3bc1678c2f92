"""Many at once: the right members, one alert, no innocent hit, no sanction twice, after a kill too."""

from __future__ import annotations

import pytest

from bot.chat.forms import Upload
from bot.platforms.playground import Actor
from bot.platforms.playground.options import Impossible
from bot.rehearsal.stage import Stage
from tests.cogs.moderation.test_cases import effects

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


async def raid(stage: Stage, boss: Actor, count: int) -> None:
    await acting(stage, boss, "raid")
    zoe = stage.person("Zoé")
    await zoe.join()
    raiders = [stage.person(f"xX_raider_{number}") for number in range(count)]
    for number, raider in enumerate(raiders):
        await raider.join()
        if number == count // 2:
            await stage.restart()
    await stage.advance(seconds=10)
    assert sorted(touched(stage, "kick")) == sorted(raider.name for raider in raiders)
    posts = [one for one in stage.world.effects if one.effect == "post"]
    assert len(posts) == 1
    assert f"{count} things found, {count} members" in boss.reads("team")


async def test_a_raid_is_removed_and_told_once(town: Stage, boss: Actor) -> None:
    await town.set("moderation", log=None)
    await raid(town, boss, 20)


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
    await acting(stage, boss, "wave", "flood")
    bad = [stage.person(f"{chr(65 + number % 26)}{number}q", here=True) for number in range(spammers)]
    good = [stage.person(name, here=True) for name in ("Ada", "Bob")]
    await good[0].say("Good morning, who reads along today?")
    for turn in range(each):
        for one in bad:
            await says(one, "Buy the finest watches at the lowest price here")
        if turn == 0:
            await good[1].say("What is going on?")
            await mod.run("mod mute", member=bad[0], duration="3 h", reason="Spam")
            await stage.restart()
    await stage.advance(seconds=10)
    assert "finest watches" not in boss.reads("general")
    assert "Good morning" in boss.reads("general")
    assert "What is going on?" in boss.reads("general")
    silenced = touched(stage, "timeout")
    assert set(silenced) == {one.name for one in bad}
    assert len([name for name in silenced if name != bad[0].name]) == spammers - 1
    assert "things found" in boss.reads("team")
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
    await flood(town, boss, mod, spammers=6, each=4)


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
async def test_five_hundred_come_at_once(town: Stage, boss: Actor) -> None:
    await town.set("moderation", log=None)
    await raid(town, boss, 500)


@pytest.mark.soak
async def test_forty_accounts_flood(town: Stage, boss: Actor, mod: Actor) -> None:
    await town.set("moderation", log=None)
    await flood(town, boss, mod, spammers=40, each=12)

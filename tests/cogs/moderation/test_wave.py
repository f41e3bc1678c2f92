"""Acting on everybody of an alert: a press and a confirmation, exceptions, progress, and the way back."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.chat.platform import Can, PlatformError
from bot.chat.things import Level
from bot.engine.models import JobRow
from bot.platforms.playground import Actor
from bot.platforms.playground.options import Impossible
from bot.rehearsal.stage import Stage
from tests.cogs.moderation.test_cases import effects
from tests.cogs.moderation.test_raid import touched

COUNT = 23
"""More than are dealt with at once."""


@pytest.fixture
async def wave(town: Stage, boss: Actor) -> list[Actor]:
    """Many came at once, and the moderators were told; nothing was done to them."""
    await boss.run("moderation preset", name="gentle")
    people = [town.person(f"Zorglub{number:02}") for number in range(COUNT)]
    for one in people:
        await one.join()
    await town.advance(seconds=10)
    assert f"{COUNT} members" in boss.reads("team")
    boss.forget()
    return people


async def test_all_are_banned_with_a_press_and_a_confirmation(town: Stage, mod: Actor, wave: list[Actor]) -> None:
    await mod.press("Act on all of them")
    assert f"{COUNT} members on this alert" in mod.sees
    assert effects(town, "ban") == []
    await mod.press(f"Ban {COUNT}")
    await town.advance(minutes=1)
    assert sorted(touched(town, "ban")) == sorted(one.name for one in wave)
    assert all("You were banned from" in one.sees for one in wave)
    assert f"{COUNT} members banned" in mod.reads("team")
    assert mod.reads("log").count("members banned") == 1
    assert "Case 3:" not in mod.reads("log")
    await mod.run("case show", number=3)
    assert "part of a wave" in mod.sees


async def test_what_was_pressed_goes_first_to_its_end_and_what_rules_do_does_not(
    town: Stage, mod: Actor, wave: list[Actor]
) -> None:
    await wave[0].say("you whore, come to discord.gg/abcdef")
    await mod.press("Act on all of them")
    await mod.press(f"Ban {COUNT}")
    await town.advance(minutes=1)
    async with town.app.database.reading() as db:
        rows = [(row.name.removeprefix("moderation."), row.asked) for row in await db.scalars(select(JobRow))]
    assert rows.count(("go_on", True)) > 1
    assert {name for name, asked in rows if asked} == {"go_on"}
    assert {"carry", "show_alert"} <= {name for name, asked in rows if not asked}


async def test_who_is_trusted_is_left_out(town: Stage, mod: Actor, wave: list[Actor]) -> None:
    await mod.press("Act on all of them")
    await mod.choose("Leave out", [wave[0].name, wave[5].name])
    await mod.press(f"Remove {COUNT - 2}")
    await town.advance(minutes=1)
    assert sorted(touched(town, "kick")) == sorted(one.name for one in wave if one not in (wave[0], wave[5]))


async def test_all_of_it_can_be_undone(town: Stage, mod: Actor, wave: list[Actor]) -> None:
    await mod.press("Act on all of them")
    await mod.press(f"Silence {COUNT} for a day")
    await town.advance(minutes=1)
    with pytest.raises(Impossible):
        await wave[3].say("but")
    mod.forget()
    await mod.press("Undo all of it")
    await mod.press("Reverse all of them")
    await town.advance(minutes=1)
    assert f"{COUNT} cases are reversed" in mod.sees
    assert "All of it was undone by Mo" in mod.reads("team")
    await wave[3].say("thank you")
    assert mod.reads("log").count("cases are reversed") == 1


async def test_a_death_in_the_middle_does_nothing_twice_and_forgets_nobody(
    town: Stage, mod: Actor, boss: Actor, wave: list[Actor]
) -> None:
    for who in (mod, boss):
        await who.press("Act on all of them")
    town.world.fail_next(PlatformError("it is on fire"), times=2, on="ban")
    await mod.press(f"Ban {COUNT}")
    await town.restart()
    await boss.press(f"Ban {COUNT}")
    await town.restart()
    await town.advance(hours=1)
    assert sorted(touched(town, "ban")) == sorted(one.name for one in wave)
    town.errors.clear()


async def test_those_who_are_gone_or_of_the_team_are_let_be(town: Stage, mod: Actor, wave: list[Actor]) -> None:
    await wave[1].leave()
    wave[2].change(level=Level.HELPER)
    await mod.press("Act on all of them")
    await mod.press(f"Remove {COUNT}")
    await town.advance(minutes=1)
    assert len(touched(town, "kick")) == COUNT - 2
    assert "2 let be" in mod.reads("team")


async def test_what_the_bot_may_not_do_is_not_begun(town: Stage, mod: Actor, ada: Actor, wave: list[Actor]) -> None:
    await mod.press("Act on all of them")
    town.world.deny(town.world.spaces[0], Can.BAN)
    await mod.press(f"Ban {COUNT}")
    assert "may not do this here any more" in mod.sees
    mod.change(level=Level.EVERYONE)
    mod.forget()
    await mod.press(f"Remove {COUNT}")
    await town.advance(minutes=1)
    assert "This is for" in mod.sees
    assert effects(town, "ban", "kick") == []

"""Moderation dies at any commit and at any call to its platform: right members, one case each, nothing said twice."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.chat.things import Level
from bot.engine import loader
from bot.engine.models import JobRow, PostRow
from bot.platforms.playground import Actor
from bot.platforms.playground.options import Impossible
from cogs.moderation.tables import Case
from tests.faults.deaths import Deaths
from tests.faults.mortal import Fuse, MortalStage

POINTS = 8


async def live(fuse: Fuse) -> MortalStage:
    """Three members meet a rule, one of them again and again; a moderator bans a fourth. Nobody else is touched."""
    stage = MortalStage(fuse, cogs=loader.load(), channels=("general", "team", "log"), seed=1)
    await stage.start()
    await stage.set("community", moderators="team")
    await stage.set("moderation", log="log", native=False)
    await stage.set("welcome", look_in=False)
    boss = stage.person("boss", level=Level.ADMIN, here=True)
    people = {name: stage.person(name, here=True) for name in ("ada", "bob", "eve", "zed", "kim")}
    await boss.run("moderation words add", word="grumpf")
    fuse.armed = True
    for name in ("ada", "bob"):
        await stage.once(lambda who=people[name]: who.say("what a grumpf"))  # type: ignore[misc]
    await stage.once(lambda: people["kim"].say("good morning"))
    for _ in range(4):
        await stage.once(lambda: people["eve"].say("grumpf"))
        await stage.pass_time(minutes=2)
    boss.forget()
    await stage.insist(
        lambda: boss.run("mod ban", member=people["zed"], reason="Sold things"),
        lambda: "Case" in boss.sees or "Nothing to do" in boss.sees,
    )
    await stage.pass_time(minutes=10)
    fuse.armed = False
    return stage


async def wrongs(stage: MortalStage) -> list[str]:
    reader = stage.person("reader", here=True)
    talk, log = reader.reads("general"), reader.reads("log")
    people = {it.name: stage.world.actor(it.id) for it in stage.world.state.accounts.values()}
    found = [f"{error.what}: {error.why}" for error in stage.errors]
    found += [] if talk == "kim: good morning" else [f"the channel reads: {talk}"]
    told = {"ada": ["taken away"], "bob": ["taken away"], "kim": [], "zed": ["You were banned"]}
    for name, words in told.items():
        said = private(stage, people[name])
        found += [] if [text for text in said if any(word in text for word in words)] == said else [f"{name}: {said}"]
        found += [] if len(said) == len(words) else [f"{name} is told {len(said)} times"]
    found += [] if len(private(stage, people["eve"])) == 4 else [f"eve: {private(stage, people['eve'])}"]
    found += await banned(people["zed"])
    async with stage.app.database.reading() as db:
        cases = (await db.scalars(select(Case).order_by(Case.number))).all()
        waiting = (await db.scalars(select(PostRow.key).where(PostRow.state.in_(["waiting", "sending"])))).all()
        running = (await db.scalars(select(JobRow.name).where(JobRow.state == "running"))).all()
    names = sorted(case.name or "" for case in cases)
    found += [] if names == ["ada", "bob", "eve", "eve", "eve", "eve", "zed"] else [f"cases: {names}"]
    found += [] if [case.number for case in cases] == [1, 2, 3, 4, 5, 6, 7] else ["numbers have gaps"]
    found += [
        f"{case.number} is in the log {log.count(f'Case {case.number}:')} times"
        for case in cases
        if log.count(f"Case {case.number}:") != 1
    ]
    found += [] if [case.kind for case in cases if case.name == "eve"][-1] == "timeout" else ["eve was not silenced"]
    return found + [f"posts wait: {waiting}"] * bool(waiting) + [f"jobs run: {running}"] * bool(running)


def private(stage: MortalStage, who: Actor) -> list[str]:
    cards = [it.card for it in stage.world.state.private(who.space.id, who.id) if it.card]
    return [f"{card.title} {card.text}" for card in cards]


async def banned(who: Actor) -> list[str]:
    try:
        await who.join()
    except Impossible as error:
        return [] if "banned" in str(error) else [str(error)]
    return ["zed may come back"]


DEATHS = Deaths(live, wrongs)


async def test_a_life_without_death() -> None:
    assert await DEATHS.at() == []
    assert await DEATHS.moments() > 200


@pytest.mark.parametrize("part", range(POINTS))
async def test_it_may_die_anywhere(part: int) -> None:
    assert await DEATHS.within(part, POINTS) == []


@pytest.mark.soak
@pytest.mark.parametrize("part", range(100))
async def test_it_may_die_nearly_everywhere(part: int) -> None:
    assert await DEATHS.within(part, 100) == []

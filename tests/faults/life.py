"""A scripted life of a small community, as people live it: who gets no answer tries again."""

from __future__ import annotations

import re
from collections import Counter

from sqlalchemy import select

from bot.chat.things import Level
from bot.engine import loader
from bot.engine.models import AccountRow, FactRow, JobRow, PostRow
from bot.platforms.playground import Actor
from tests.faults.mortal import Fuse, MortalStage

CROWD = ("ada", "bob", "carol", "dan", "eve", "fay")
SILENT = ("carol", "dan", "fay")
RULES = "Be kind, or be elsewhere."
TOLD = "IntroductionMade"


async def live(fuse: Fuse) -> MortalStage:
    """Play the life to its end. The stage is left open, and what happened is to be judged."""
    stage = MortalStage(fuse, cogs=loader.load(), channels=("general", "accueil", "presentations"), seed=1)
    await stage.start()
    await stage.set("welcome", channel="accueil", introductions="presentations", greetings=["Welcome {member}!"])
    boss = stage.person("boss", level=Level.ADMIN, here=True)
    people = {name: stage.person(name) for name in CROWD}
    fuse.armed = True

    for name in CROWD[:5]:
        await stage.once(people[name].join)
        await stage.pass_time(seconds=5)
    await stage.insist(lambda: boss.run("settings set", name="welcome.rules", value=RULES), lambda: bool(boss.sees))
    await stage.pass_time(minutes=2)
    await _introduce(stage, people["ada"], "I repair clocks.")
    await _introduce(stage, people["bob"], "I break them.", first="x")
    await stage.once(lambda: people["eve"].say("Hello everybody"))
    await stage.once(lambda: people["eve"].say("Nice place"))
    await stage.once(people["fay"].join)
    await stage.insist(lambda: people["carol"].press("Rules"), lambda: RULES in people["carol"].sees)
    await _introduce(stage, people["ada"], "I repair clocks and watches.")
    await stage.pass_time(days=8)
    await stage.once(lambda: people["eve"].say("Good night"))
    await stage.pass_time(hours=2)
    fuse.armed = False
    return stage


async def _introduce(stage: MortalStage, who: Actor, words: str, first: str = "") -> None:
    """Somebody introduces themselves, until they are told that it is done; ``first`` is refused."""
    who.forget()

    async def write() -> None:
        if who.form is None:
            await who.press("Introduce myself")
        if first and "At least" not in who.sees:
            await who.fill(about=first)
        if who.form is not None:
            await who.fill(about=words)

    await stage.insist(write, lambda: "Thank you" in who.sees or "up to date" in who.sees)


# Judging


async def wrongs(stage: MortalStage) -> list[str]:
    """What was lost, or happened more than once."""
    reader = stage.person("reader", here=True)
    hall, introductions = reader.reads("accueil"), reader.reads("presentations")
    pinged = Counter(member for _, member in stage.world.notified)
    found = []
    for name, person in _crowd(stage).items():
        found += _unless(len(re.findall(rf"@{name}\b", hall)) == 1, f"{name} is greeted not once: {hall}")
        found += _unless(pinged[person.id] == 1, f"{name} is pinged {pinged[person.id]} times")
        looks = _looks(stage, person)
        found += _unless(looks == int(name in SILENT), f"{name} is written to {looks} times")
    for name, words in (("ada", "I repair clocks and watches."), ("bob", "I break them.")):
        found += _unless(introductions.count(f"Meet {name}") == 1, f"{name} is introduced not once: {introductions}")
        found += _unless(words in introductions, f"what {name} said is lost: {introductions}")
    found += _unless(introductions.count("Relais:") == 2, f"there are other introductions: {introductions}")
    return found + await _stored(stage) + [f"{error.what}: {error.why}" for error in stage.errors]


def _looks(stage: MortalStage, person: Actor) -> int:
    cards = [it.card for it in stage.world.state.private(person.space.id, person.id) if it.card]
    return sum("short words" in str(card.text) or "a few words about yourself" in str(card.text) for card in cards)


def _crowd(stage: MortalStage) -> dict[str, Actor]:
    accounts = stage.world.state.accounts.values()
    return {it.name: stage.world.actor(it.id) for it in accounts if it.name in CROWD}


async def _stored(stage: MortalStage) -> list[str]:
    await stage.app.engine.activity.flush()
    async with stage.app.database.reading() as db:
        facts = (await db.scalars(select(FactRow.person).where(FactRow.name == TOLD))).all()
        waiting = (await db.scalars(select(PostRow.key).where(PostRow.state.in_(["waiting", "sending"])))).all()
        running = (await db.scalars(select(JobRow.name).where(JobRow.state == "running"))).all()
        counts = {row.account: row.messages for row in await db.scalars(select(AccountRow))}
    eve = _crowd(stage)["eve"]
    return [
        *_unless(len(facts) == len(set(facts)) == 2, f"introductions were told {facts}"),
        *_unless(not waiting, f"posts wait: {waiting}"),
        *_unless(not running, f"jobs run: {running}"),
        *_unless(counts[eve.id] == 3, f"eve said {counts[eve.id]} messages"),
    ]


def _unless(right: bool, words: str) -> list[str]:
    return [] if right else [words]

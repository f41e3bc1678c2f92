"""The link to the pages: private, for everybody, and never twice the same."""

from __future__ import annotations

import re

from sqlalchemy import select

from bot.chat.things import Level
from bot.engine.models import SignIn
from bot.rehearsal.stage import Stage
from tests.stages import last_address


async def test_a_link_for_who_asks_alone(world: Stage) -> None:
    ada, bob = world.person("ada", here=True), world.person("bob", level=Level.ADMIN, here=True)
    await ada.run("dashboard")
    assert "It works once, for 10 minutes." in ada.sees
    assert "what Relais stores about you" in ada.sees
    assert bob.sees == ""
    await bob.run("dashboard")
    assert "the settings of the community" in bob.sees
    assert last_address(world, ada) != last_address(world, bob)


async def test_only_a_hash_is_kept(world: Stage) -> None:
    ada = world.person("ada", here=True)
    await ada.run("dashboard")
    url = last_address(world, ada)
    assert re.fullmatch(r"http://127\.0\.0\.1:8080/sign-in/[\w-]{40,}", url)
    async with world.app.database.reading() as db:
        rows = (await db.scalars(select(SignIn))).all()
    assert [row.account for row in rows] == [ada.id]
    assert rows[0].hash not in url
    assert url.rpartition("/")[2] not in rows[0].hash


async def test_old_links_are_forgotten(world: Stage) -> None:
    ada = world.person("ada", here=True)
    await ada.run("dashboard")
    await world.advance(days=2)
    await world.app.tidy()
    async with world.app.database.reading() as db:
        assert (await db.scalars(select(SignIn))).all() == []


async def test_in_french_and_with_tu(world: Stage) -> None:
    ada = world.person("ada", language="fr", here=True)
    await ada.run("dashboard")
    assert "10 minutes" in ada.sees
    assert "Gardez" in ada.sees
    await world.set("community", address="tu")
    ada.forget()
    await ada.run("dashboard")
    assert "Garde-le" in ada.sees

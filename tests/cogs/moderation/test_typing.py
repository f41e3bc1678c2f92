"""What managers type and are shown again, in their language."""

from __future__ import annotations

import pytest

from bot.chat.things import Level
from bot.platforms.playground import Actor
from bot.rehearsal.stage import Stage


@pytest.fixture(params=["vous", "tu"])
async def chief(request: pytest.FixtureRequest, town: Stage) -> Actor:
    """An administrator of a French community, with the standard rules."""
    await town.speaks("fr")
    await town.set("community", address=request.param)
    boss = town.person("Boss", level=Level.ADMIN, language="fr", here=True)
    await boss.run("moderation preset", name="standard")
    boss.forget()
    return boss


async def test_a_french_form_shows_french_and_reads_it_back(chief: Actor) -> None:
    await chief.run("moderation rule edit", name="insultes")
    assert "supprimer, reformuler, points 1" in chief.sees
    await chief.fill(actions="supprimer, reformuler, points 1")
    assert "Insultes\u202f» reste comme elle était" in chief.sees


async def test_french_words_change_a_rule(chief: Actor) -> None:
    await chief.run("moderation rule edit", name="Insultes")
    await chief.fill(actions="supprimer, silence 7 j, 2 points, alerter")
    chief.forget()
    await chief.run("moderation rule show", name="insults")
    assert "supprimer, silence de 7 jours, 2 points et alerter la modération" in chief.sees.replace("\u00a0", " ")
    chief.forget()
    await chief.run("moderation rule edit", name="insults")
    assert "supprimer, silence 7 j, points 2, alerter" in chief.sees


async def test_a_rule_is_named_by_its_title_in_any_language(town: Stage, boss: Actor) -> None:
    await boss.run("moderation preset", name="standard")
    for name in ("insults", "Insults", "insultes", "Propos haineux"):
        boss.forget()
        await boss.run("moderation rule show", name=name)
        assert ("Insults" if name.lower().startswith("insult") else "Hateful words") in boss.sees


async def test_the_ladder_is_typed_and_shown_in_french(chief: Actor, town: Stage) -> None:
    await chief.run("settings set", name="moderation.ladder", value="2 rappel, 4 silence 7 j, 12 bannissement")
    assert "4 silence 7 jours" in chief.sees.replace("\u00a0", " ")
    chief.forget()
    await chief.run("settings show", section="moderation")
    assert "reminder" not in chief.sees
    assert town.app.engine.settings.snapshot(town.community.id, "moderation", chief.space).ladder == (  # type: ignore[attr-defined]
        "2 reminder",
        "4 timeout 7d",
        "12 ban",
    )

"""What Slack cannot play of the contract, and what it does instead."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.chat.platform import Can
from bot.chat.things import Level
from tests.contract.cog import COGS
from tests.contract.conftest import Open
from tests.contract.slack import SlackStage
from tests.contract.test_shape import PARTS


@pytest.fixture
async def slack(opened: Open) -> SlackStage:
    stage = await opened("slack", cogs=COGS)
    assert isinstance(stage, SlackStage)
    return stage


async def test_a_command_is_explained_in_english_and_answers_in_the_readers_language(slack: SlackStage) -> None:
    assert slack.help_of("contract write", "fr") == slack.help_of("contract write", "en") != ""
    eve = slack.person("eve", language="fr", here=True)
    await eve.run("contract options", moment="quand les poules auront des dents")
    assert "Cette date n’est pas claire" in eve.sees


async def test_what_the_client_refuses_is_kept_in_the_form(slack: SlackStage) -> None:
    ada = slack.person("ada", here=True)
    await ada.run("contract write")
    await ada.fill(title="Fine", body="Fine", pages="several")
    assert "Please enter a valid number." in ada.sees
    await ada.fill(pages="2")
    assert "Told: Fine, 2 pages" in ada.sees


async def test_an_edit_shows_all_but_files(slack: SlackStage) -> None:
    ada = slack.person("ada", here=True)
    await ada.run("contract whole", how="edit", text="small")
    missing = [part for part in PARTS if part not in ada.reads("general")]
    assert missing == ["Alternative Beginning small", "table.csv"]


@pytest.mark.parametrize("what", [Can.TIMEOUT, Can.BAN, Can.KICK, Can.SLOW_MODE])
async def test_powers_that_it_never_has(slack: SlackStage, what: Can) -> None:
    slack.deny()
    assert not slack.can(what)


async def test_nobody_is_asked_to_remove_somebody_without_a_channel_for_it(slack: SlackStage) -> None:
    mo, eve = slack.person("mo", level=Level.MODERATOR, here=True), slack.person("eve", here=True)
    await eve.leave()
    await mo.run("contract act", what="kick", account=eve.id)
    assert "refused" in mo.sees


async def test_a_link_leads_to_a_message_and_without_an_answer_there_is_none(slack: SlackStage) -> None:
    ref = await slack.person("ada", here=True).say("look here")
    link = await slack.app.engine.permalink(ref)
    assert link.endswith(f"/archives/{ref.channel.id}/p{ref.id.replace('.', '')}")
    assert await slack.app.engine.permalink(replace(ref, id="1.000001")) == ""

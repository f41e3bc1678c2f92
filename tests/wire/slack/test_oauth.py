"""One app in several workspaces: added by OAuth while Relais runs, kept over restarts, encrypted, and left again."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from cryptography.fernet import Fernet

from bot.chat.card import Card
from bot.chat.platform import Can, Forbidden, PlatformError, can
from bot.platforms.slack.installations import Installation
from bot.platforms.slack.manifest import SCOPES
from bot.platforms.slack.oauth import Stop, _installation
from bot.rehearsal.patience import patience
from tests.contract.cog import notes
from tests.wire.slack.errors import Refused
from tests.wire.slack.faults import Fault
from tests.wire.slack.house import House, opened, query

TOKEN = re.compile(rb"xox[a-z]-")
"""How Slack's tokens begin. What is encrypted holds fewer letters of it by chance."""


@pytest.fixture(autouse=True)
def _clean(caplog: pytest.LogCaptureFixture) -> None:
    notes.clear()
    caplog.set_level(logging.WARNING, logger="relais.slack")


@pytest.fixture(params=["sockets", "http"])
async def both(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    house = House(tmp_path, by_http=request.param == "http")
    async with opened(house):
        yield house
        assert not [step for step in house.app.engine.trace.steps if step.kind == "error"]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened(House(tmp_path)) as house:
        yield house


def lost(house: House) -> set[str]:
    """The workspaces that Relais knows it is not in any more."""
    return {key.partition(":")[2] for key in house.app.engine.spaces.lost}


def complaints(house: House) -> list[str]:
    """What managers were told to fix."""
    return [step.why for step in house.app.engine.trace.steps if step.what == "complaint"]


async def test_two_workspaces_each_get_what_is_theirs(both: House) -> None:
    town, village = both.workspace("Town"), both.workspace("Village")
    assert both.teams() == set()
    for space in (town, village):
        shown = await both.owner(space).add()
        assert shown.status == 200, shown.text
        assert f"Relais is in {space.name}" in shown.text
    assert both.teams() == {town.id, village.id}
    for space, words in ((town, "hammer"), (village, "sickle")):
        ada = both.world.person(f"Ada of {space.name}", here=True, space=space)
        await ada.say(f"answer {words}")
        assert f"Heard: {words}" in ada.reads("general")
        await ada.run("contract write")
        await ada.fill(title=words, body="Upon a time")
        assert f"Told: {words}" in ada.sees
    communities = {both.app.engine.community(space).id for space in (town, village)}
    assert len(communities) == 2
    for space in (town, village):
        await both.adapter.post(both.world.channel("general", space), Card(f"For {space.name}"), key=space.id)
    owners = [both.owner(space).who for space in (town, village)]
    assert ["For Town" in one.reads("general") for one in owners] == [True, False]
    assert ["For Village" in one.reads("general") for one in owners] == [False, True]


async def test_a_restart_keeps_them_and_the_file_tells_no_token(both: House) -> None:
    town, village = both.workspace("Town"), both.workspace("Village")
    for space in (town, village):
        await both.owner(space).add()
    await both.restart()
    assert both.teams() == {town.id, village.id}
    ada = both.world.person("Ada", here=True, space=village)
    await ada.say("answer again")
    assert "Heard: again" in ada.reads("general")
    kept = both.kept()
    for secret in (both.secret, *(both.world.token(space) for space in (town, village))):
        assert secret.encode() not in kept
    assert not TOKEN.search(kept)


async def test_the_configured_workspace_is_served_beside_the_others(tmp_path: Path) -> None:
    house = House(tmp_path)
    home = house.workspace("Home", installed=True)
    house.bot_token = house.world.token(home)
    async with opened(house):
        assert house.teams() == {home.id}
        town = house.workspace("Town")
        await house.owner(town).add()
        assert house.teams() == {home.id, town.id}
        house.world.revoke(home)
        await house.restart()
        assert house.teams() == {town.id}


@pytest.mark.parametrize("alone", [True, False])
async def test_the_configured_workspace_returns_with_the_app(tmp_path: Path, alone: bool) -> None:
    house = House(tmp_path)
    home = house.workspace("Home", installed=True)
    house.bot_token = house.world.token(home)
    async with opened(house):
        if not alone:
            await house.owner(house.workspace("Town")).add()
        await house.world.uninstall(home)
        assert home.id not in house.teams()
        assert lost(house) == {home.id}
        ada = house.world.person("Ada", here=True, space=home)
        await ada.say("answer anybody?")
        house.clock.move_to(house.clock.now() + timedelta(minutes=5))
        house.server.state.grants[house.bot_token].dead = ""
        async with patience("the workspace is served again", 10):
            while lost(house):
                await asyncio.sleep(0.01)
        await house.settle()
        assert "Heard: anybody?" in ada.reads("general")


async def test_the_configured_workspace_returns_that_was_not_there_at_the_start(tmp_path: Path) -> None:
    house = House(tmp_path)
    home = house.workspace("Home", installed=True)
    house.bot_token = house.world.token(home)
    async with opened(house):
        await house.owner(house.workspace("Town")).add()
        house.world.revoke(home)
        await house.restart()
        assert lost(house) == {home.id}
        house.server.state.grants[house.bot_token].dead = ""
        async with patience("the workspace is served again", 10):
            while lost(house):
                await asyncio.sleep(0.01)


async def test_moderators_lend_their_tokens_each_in_their_workspace(house: House) -> None:
    town, village = house.workspace("Town"), house.workspace("Village")
    for space in (town, village):
        await house.owner(space).add()
    house.user_tokens = [house.world.user_token(house.owner(town).who, "chat:write"), "xoxp-unknown"]
    await house.restart()
    assert [can(house.adapter, space, Can.DELETE_ANY) for space in (town, village)] == [True, False]
    ada = house.world.person("Ada", here=True, space=town)
    spam, more = await ada.say("spam"), await ada.say("more spam")
    await house.adapter.delete_any(spam, "why")
    assert ada.reads("general") == "Ada: more spam"
    house.server.state.grants[house.user_tokens[0]].dead = "token_revoked"
    with pytest.raises(Forbidden):
        await house.adapter.delete_any(more, "why")
    assert not can(house.adapter, town, Can.DELETE_ANY), "the moderators are asked from now on"


# Coming


async def test_the_way_to_slack_asks_for_what_the_manifest_says(house: House) -> None:
    house.workspace("Town")
    asked = query(await house.owner(house.world.spaces[0]).leave())
    assert asked["client_id"] == house.server.state.app.client_id
    assert asked["redirect_uri"] == f"{house.url}/slack/oauth"
    assert {"chat:write", "commands", "users:read"} <= set(asked["scope"].split(","))
    assert house.secret not in str(asked)


async def test_the_page_speaks_the_visitor_s_language(house: House) -> None:
    town = house.workspace("Ville")
    shown = await house.owner(town, language="fr-CA,en;q=0.5").add()
    assert shown.language == "fr"
    assert "Relais est dans Ville" in shown.text
    assert f"https://app.slack.com/client/{town.id}" in shown.text
    assert '<code class="command">/invite @Relais</code>' in shown.text


async def test_whoever_cancels_has_added_nothing(house: House) -> None:
    town = house.workspace("Town")
    shown = await house.owner(town).add(answer="cancel")
    assert (shown.status, house.teams()) == (403, set())
    assert "Nothing was added" in shown.text
    assert house.server.sent("oauth.v2.access") == []


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        ("invalid_team_for_non_distributed_app", 403, "Activate Public Distribution"),
        ("something_new", 500, "in its log"),
        ("", 500, "in its log"),
    ],
)
async def test_refusals_of_slack_are_explained(house: House, error: str, status: int, words: str) -> None:
    visitor = house.owner(house.workspace("Town"))
    state = quote(query(await visitor.leave())["state"], safe="")
    shown = await visitor.come_back(f"{house.url}/slack/oauth?error={error}&state={state}")
    assert shown.status == status
    assert words in shown.text


@pytest.mark.parametrize("more", [{"is_enterprise_install": True}, {"expires_in": 43200}, {"team": None}])
def test_what_relais_could_not_serve_is_not_added(more: dict[str, object]) -> None:
    answer = {"team": {"id": "T1", "name": "Town"}, "access_token": "xoxb-1", "scope": ",".join(SCOPES)}
    assert _installation(answer) == Installation("T1", "Town", "xoxb-1")
    with pytest.raises(Stop) as caught:
        _installation({**answer, **more})
    assert caught.value.page.status == 403


async def test_a_visit_is_good_once(house: House) -> None:
    visitor = house.owner(house.workspace("Town"))
    address = await visitor.leave()
    cookies = dict(visitor.jar)
    back = await visitor.decide(address)
    assert (await visitor.come_back(back)).status == 200
    for jar in (dict(visitor.jar), cookies):
        visitor.jar = jar
        again = await visitor.come_back(back)
        assert again.status == 410
        assert "This visit is over" in again.text
    assert len(house.server.sent("oauth.v2.access")) == 1


async def test_a_visit_lasts_ten_minutes(house: House) -> None:
    visitor = house.owner(house.workspace("Town"))
    back = await visitor.decide(await visitor.leave())
    house.clock.move_to(house.clock.now().replace(minute=11))
    assert (await visitor.come_back(back)).status == 400
    assert house.teams() == set()


@pytest.mark.parametrize("state", ["", "made-up", "gAAAAA", "état"])
async def test_a_state_that_was_not_made_here(house: House, state: str) -> None:
    visitor = house.owner(house.workspace("Town"))
    visitor.jar["relais-slack"] = state.encode("ascii", "ignore").decode()
    assert (await visitor.come_back(f"{house.url}/slack/oauth?code=x&state={state}")).status == 400


async def test_nobody_finishes_what_somebody_else_began(house: House) -> None:
    town, village = house.workspace("Town"), house.workspace("Village")
    ada, eve = house.owner(town), house.owner(village)
    back = await eve.decide(await eve.leave())
    await ada.leave()
    assert (await ada.come_back(back)).status == 400
    assert house.teams() == set()


async def test_scopes_that_are_missing_are_told(house: House, caplog: pytest.LogCaptureFixture) -> None:
    visitor = house.owner(house.workspace("Town"))
    address = (await visitor.leave()).replace("users%3Aread", "").replace(",users:read", "")
    shown = await visitor.come_back(await visitor.decide(address))
    assert shown.status == 403
    assert "did not grant" in shown.text
    assert "users:read" in caplog.text
    assert house.teams() == set()
    assert b"installation" not in house.kept()


async def test_a_wrong_secret_is_told_to_who_runs_relais(house: House, caplog: pytest.LogCaptureFixture) -> None:
    house.server.state.app.client_secret = "another"
    shown = await house.owner(house.workspace("Town")).add()
    assert shown.status == 500
    assert "in its log" in shown.text
    assert "SLACK_CLIENT_SECRET" in caplog.text
    assert "slack-client-secret" not in caplog.text


async def test_a_slack_that_is_silent_while_exchanging(house: House) -> None:
    house.server.faults.waiting.append(Fault("oauth.v2.access", 1, before=Refused("", status=503)))
    shown = await house.owner(house.workspace("Town")).add()
    assert shown.status == 503
    assert "Begin again" in shown.text


async def test_a_slack_that_is_silent_after_exchanging(house: House) -> None:
    town = house.workspace("Town")
    house.server.faults.waiting.append(Fault("auth.test", 1, before=Refused("", status=503)))
    shown = await house.owner(town).add()
    assert shown.status == 202
    await house.settle()
    assert house.teams() == {town.id}


async def test_no_token_is_logged(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="relais.slack")
    town = house.workspace("Town")
    visitor = house.owner(town)
    back = await visitor.decide(await visitor.leave())
    await visitor.come_back(back)
    said = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("aiosqlite"))
    assert house.world.token(town) not in said
    assert house.secret not in said


# Going


async def test_a_workspace_that_removes_the_app_is_left(both: House) -> None:
    town, village = both.workspace("Town"), both.workspace("Village")
    for space in (town, village):
        await both.owner(space).add()
    await both.world.uninstall(town)
    assert both.teams() == {village.id}
    assert lost(both) == {town.id}
    await both.restart()
    assert both.teams() == {village.id}
    assert lost(both) == {town.id}
    await both.owner(town).add()
    assert both.teams() == {town.id, village.id}
    assert lost(both) == set()


@pytest.mark.parametrize("error", ["account_inactive", "token_revoked", "invalid_auth"])
async def test_a_workspace_whose_token_is_refused_is_left_without_any_farewell(house: House, error: str) -> None:
    town, village = house.workspace("Town"), house.workspace("Village")
    for space in (town, village):
        await house.owner(space).add()
    house.world.revoke(town, error=error)
    with pytest.raises(PlatformError):
        await house.adapter.members(town)
    await house.settle()
    assert house.teams() == {village.id}
    assert lost(house) == {town.id}
    house.clock.move_to(house.clock.now() + timedelta(minutes=5))
    await house.owner(town).add()
    assert lost(house) == set()


async def test_a_workspace_that_went_while_relais_was_away_is_lost(house: House) -> None:
    town = house.workspace("Town")
    await house.owner(town).add()
    house.world.revoke(town, error="account_inactive")
    await house.restart()
    assert lost(house) == {town.id}


async def test_a_late_farewell_does_not_end_a_new_installation(house: House) -> None:
    town = house.workspace("Town")
    await house.owner(town).add()
    await house.world.uninstall(town)
    last = next(it for it in reversed(house.server.delivery.log) if it.kind == "events_api")
    assert last.payload["event"]["type"] == "app_uninstalled"
    await house.owner(town).add()
    house.server.delivery._send(last)
    await house.settle()
    assert house.teams() == {town.id}


async def test_one_that_is_broken_does_not_stop_the_others(house: House, caplog: pytest.LogCaptureFixture) -> None:
    town, village, hamlet = (house.workspace(name) for name in ("Town", "Village", "Hamlet"))
    for space in (town, village, hamlet):
        await house.owner(space).add()
    house.world.revoke(town, error="account_inactive")
    house.world.revoke(hamlet, error="invalid_auth")
    await house.restart()
    assert house.teams() == {village.id}
    assert f"the workspace {town.id} is not served" in caplog.text
    assert lost(house) == {town.id, hamlet.id}
    caplog.clear()
    await house.restart()
    assert town.id not in caplog.text, "what is over is forgotten"
    assert f"the workspace {hamlet.id} is not served" in caplog.text


async def test_scopes_that_were_taken_away_are_told_to_who_manages(house: House) -> None:
    town = house.workspace("Town")
    await house.owner(town).add()
    house.server.state.grant_of(town.id).scopes -= {"reactions:read", "im:write"}
    await house.restart(install=False)
    assert house.teams() == {town.id}
    assert any("did not grant im:write, reactions:read" in told for told in complaints(house))


async def test_one_that_slack_does_not_answer_for_is_tried_again(house: House) -> None:
    town = house.workspace("Town")
    await house.owner(town).add()
    house.server.faults.waiting.append(Fault("auth.test", 1, before=Refused("", status=503)))
    await house.restart()
    assert house.teams() == {town.id}


async def test_keys_are_changed_one_after_the_other(house: House, caplog: pytest.LogCaptureFixture) -> None:
    town, new = house.workspace("Town"), Fernet.generate_key().decode()
    await house.owner(town).add()
    old = house.keys
    house.keys = [new, *old]
    await house.restart()
    house.keys = [new]
    await house.restart()
    assert house.teams() == {town.id}
    house.keys = old
    await house.restart()
    assert house.teams() == set()
    assert "ENCRYPTION_KEY" in caplog.text

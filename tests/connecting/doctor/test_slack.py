"""What the doctor says of a Slack: its tokens, its scopes, its channels."""

from __future__ import annotations

import pytest

from bot.engine import loader
from tests.connecting.doctor.clinic import Clinic
from tests.connecting.doctor.test_sheet import guardian


async def test_a_missing_scope_is_named_with_what_it_is_for(clinic: Clinic) -> None:
    granted = clinic.slack.state.grants[clinic.slack.world.token()].scopes - {"im:write", "files:write", "pins:write"}
    clinic.slack.world.grant(*granted)
    said = await clinic.doctor()
    assert said.code == 1
    assert "✗ Slack did not grant im:write (private messages)" in said
    assert "relais manifest" in said
    assert "· Done without: files:write (pictures and files); pins:write (pinning messages)" in said


async def test_what_may_be_taken_away_is_only_noted(clinic: Clinic) -> None:
    granted = clinic.slack.state.grants[clinic.slack.world.token()].scopes - {"files:write"}
    clinic.slack.world.grant(*granted)
    assert (await clinic.doctor()).code == 0


async def test_the_app_is_not_in_the_chosen_channel(clinic: Clinic) -> None:
    lounge = clinic.slack.world.add_channel("lounge", with_bot=False)
    await clinic.choose(clinic.office, channel=lounge)
    said = await clinic.doctor()
    assert said.code == 1
    assert "✗ The app is not in #lounge (Welcome, Greeting channel)" in said
    assert "/invite @relais" in said
    assert "✓ The app is in #lounge" in await clinic.doctor("--fix")
    assert (await clinic.doctor()).code == 0


async def test_a_private_channel_waits_for_an_invitation(clinic: Clinic) -> None:
    secret = clinic.slack.world.add_channel("board", private=True, with_bot=False)
    await clinic.choose(clinic.office, channel=secret)
    said = await clinic.doctor("--fix")
    assert "✗ The channel of “Welcome, Greeting channel” is gone, or private without the app" in said


async def test_an_archived_channel(clinic: Clinic) -> None:
    old = clinic.slack.world.add_channel("old")
    clinic.slack.state.channels[old.id].archived = True
    await clinic.choose(clinic.office, channel=old)
    assert "✗ #old (Welcome, Greeting channel) is archived" in await clinic.doctor()


async def test_tokens_that_slack_does_not_know(clinic: Clinic) -> None:
    clinic.slack.world.revoke()
    said = await clinic.doctor()
    assert said.code == 1
    assert "✗ Slack does not accept the bot token (token_revoked)" in said


async def test_an_app_token_that_slack_does_not_know(clinic: Clinic) -> None:
    clinic.env.setenv("SLACK_APP_TOKEN", "xapp-1-another-secret")
    said = await clinic.doctor()
    assert "✗ Slack opens no socket for SLACK_APP_TOKEN (invalid_auth)" in said
    assert "another-secret" not in said


async def test_socket_mode_is_switched_off(clinic: Clinic) -> None:
    clinic.slack.state.app.paused = True
    said = await clinic.doctor()
    assert "(socket_mode_not_enabled)" in said
    assert "switch Socket Mode on" in said


@pytest.mark.parametrize(("address", "code"), [("https://relais.example.org", 0), ("http://127.0.0.1:8080", 1)])
async def test_slack_by_http_needs_an_https_address(clinic: Clinic, address: str, code: int) -> None:
    clinic.env.delenv("SLACK_APP_TOKEN")
    clinic.env.setenv("SLACK_SIGNING_SECRET", clinic.slack.signing_secret)
    clinic.env.setenv("PUBLIC_URL", address)
    said = await clinic.doctor()
    assert said.code == code
    assert ("✓ Slack calls https://relais.example.org/slack/events" in said) is (code == 0)


async def test_moderators_who_are_asked_need_a_channel(clinic: Clinic) -> None:
    clinic.env.setattr(loader, "load", lambda: (guardian(),))
    said = await clinic.doctor()
    assert said.code == 0
    assert "· Office: what the bot may not do is asked of the moderators, and they have no channel" in said
    assert "/settings set community.moderators" in said
    assert "Town: what the bot may not do" not in said

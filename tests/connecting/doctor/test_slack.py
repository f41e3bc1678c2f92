"""What the doctor says of a Slack: its tokens, its scopes, its channels."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet

from bot.chat.things import Level
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


# Several workspaces


async def test_each_workspace_that_added_the_app_is_looked_at(clinic: Clinic) -> None:
    town, village = clinic.slack.world.add_space("Town of Slack"), clinic.slack.world.add_space("Village")
    for space in (clinic.office, town):
        clinic.slack.world.grant(*clinic.slack.state.grants[clinic.slack.world.token()].scopes, space=space)
    clinic.slack.world.grant("chat:write", space=village)
    await clinic.add_by_oauth(clinic.office, town, village)
    said = await clinic.doctor()
    assert said.code == 1
    assert said.text.count("works: relais in Office") == 1, "the configured workspace is looked at once"
    assert "✓ The token of Town of Slack works: relais in Town of Slack" in said
    assert "✓ The token of Village works" in said
    assert said.text.count("✗ Slack did not grant") == 1
    assert said.text.count("Socket Mode is on") == 1
    assert said.text.count("clock agrees") == 2, "Discord's and Slack's"


async def test_the_app_alone_serves_those_who_add_it(clinic: Clinic) -> None:
    await clinic.add_by_oauth()
    clinic.env.delenv("SLACK_BOT_TOKEN")
    said = await clinic.doctor()
    assert said.code == 0
    assert "· No workspace added the app by OAuth yet" in said
    assert "https://relais.example.org/slack/install" in said
    await clinic.add_by_oauth(clinic.office)
    clinic.without("discord")
    said = await clinic.doctor()
    assert "✓ The token of Office works" in said
    assert "No token is set" not in said


async def test_a_workspace_that_removed_the_app_and_one_whose_key_is_lost(clinic: Clinic) -> None:
    gone, sealed = clinic.slack.world.add_space("Gone"), clinic.slack.world.add_space("Sealed")
    await clinic.add_by_oauth(gone)
    await clinic.add_by_oauth(sealed, key=Fernet.generate_key().decode())
    clinic.slack.world.revoke(gone)
    said = await clinic.doctor()
    assert said.code == 1
    assert "✗ Slack does not accept the token of Gone (token_revoked)" in said
    assert "An administrator there adds Relais again: https://relais.example.org/slack/install" in said
    assert f"✗ The token of the workspace {sealed.id} cannot be decrypted" in said
    assert "✓ The bot token works" in said


# Moderators' own tokens


async def test_a_token_that_an_administrator_lent_deletes(clinic: Clinic) -> None:
    clinic.env.setattr(loader, "load", lambda: (guardian(),))
    boss = clinic.slack.world.person("Boss", level=Level.ADMIN, here=True)
    clinic.env.setenv("SLACK_USER_TOKEN", clinic.slack.world.user_token(boss, "chat:write"))
    said = await clinic.doctor()
    assert said.code == 0
    assert "✓ What others write in Office is deleted in the name of boss" in said
    assert "an app deletes only its own messages" not in said


async def test_a_lent_token_that_deletes_nothing_says_why(clinic: Clinic) -> None:
    world = clinic.slack.world
    ada, bob = world.person("Ada", here=True), world.person("Bob", level=Level.ADMIN, here=True)
    elsewhere = world.add_space("Elsewhere")
    eve = world.person("Eve", level=Level.ADMIN, here=True, space=elsewhere)
    tokens = [world.user_token(ada, "chat:write"), world.user_token(eve, "chat:write"), "xoxp-unknown-secret"]
    clinic.env.setenv("SLACK_USER_TOKEN", ",".join(tokens))
    said = await clinic.doctor()
    assert said.code == 1
    assert "✗ ada, who lent a token of SLACK_USER_TOKEN, is no administrator of Office" in said
    assert "· SLACK_USER_TOKEN holds a token for Elsewhere, where Relais is not" in said
    assert "✗ Slack does not accept a token of SLACK_USER_TOKEN (invalid_auth)" in said
    clinic.env.setenv("SLACK_USER_TOKEN", world.user_token(bob, "pins:write"))
    assert "✗ bob lent a token without the scope chat:write" in await clinic.doctor()

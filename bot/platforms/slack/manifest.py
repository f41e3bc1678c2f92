"""The description of the Slack app that a workspace creates for Relais, from the commands that Relais has.

Slack shows a command's words in one language: English.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from bot.chat.forms import CommandSpec
from bot.chat.text import clean
from bot.chat.words import Words
from bot.platforms.slack import limits
from bot.platforms.slack.commands import UMBRELLA, roots
from bot.platforms.slack.limits import cut

SCOPES: Mapping[str, str] = {
    "app_mentions:read": "commands in threads, by mentioning the app",
    "channels:history": "seeing what is said in channels, and finding its own posts again",
    "channels:join": "posting in a public channel that somebody chose",
    "channels:read": "the list of channels",
    "chat:write": "posting",
    "commands": "slash commands and the message shortcut",
    "im:history": "commands in private messages, and finding its own again",
    "im:write": "private messages",
    "reactions:read": "reactions",
    "reactions:write": "reactions",
    "users:read": "names, languages and time zones; who joins and leaves",
}
"""What each scope is for. Nothing works without these."""

OPTIONAL: Mapping[str, str] = {
    "files:read": "files that somebody hands in",
    "files:write": "pictures and files",
    "groups:history": "private channels to which the app is invited",
    "groups:read": "private channels to which the app is invited",
    "pins:write": "pinning messages",
    "usergroups:read": "moderators, helpers and roles by user group",
    "usergroups:write": "giving and taking roles, which are user groups",
}
"""What a workspace may take away, and loses with it."""

EVENTS: Mapping[str, str] = {
    "app_mention": "app_mentions:read",
    "channel_archive": "channels:read",
    "channel_created": "channels:read",
    "channel_deleted": "channels:read",
    "channel_rename": "channels:read",
    "channel_unarchive": "channels:read",
    "message.channels": "channels:history",
    "message.im": "im:history",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "team_join": "users:read",
    "user_change": "users:read",
}
"""The scope that each event needs."""

OPTIONAL_EVENTS: Mapping[str, str] = {
    "message.groups": "groups:history",
    "subteam_members_changed": "usergroups:read",
    "subteam_updated": "usergroups:read",
}

REMOVALS = ("app_uninstalled", "tokens_revoked")
"""Events that need no scope: the app is no longer wanted."""

ASK = "relais.ask"
ENDPOINT, INSTALL, REDIRECT = "/slack/events", "/slack/install", "/slack/oauth"
"""Paths of our own site."""
CREATE = "https://api.slack.com/apps?new_app=1&manifest_json="
SHORT = "Welcome, moderation, discussions and contests for your community."
COLOUR = "#2b3a67"


def manifest(
    commands: Sequence[CommandSpec],
    *,
    say: Callable[[Words], str] = lambda words: str(getattr(words, "source", words)),
    public_url: str = "",
    install_url: str = "",
    name: str = "Relais",
) -> dict[str, Any]:
    """The app's manifest: Socket Mode, or HTTP to ``public_url`` when it is given.

    ``install_url`` is where the pages are reached, for adding the app to several workspaces.

    Raises ``ValueError`` when there are more commands than Slack takes.
    """
    url = {"request_url": f"{public_url.rstrip('/')}{ENDPOINT}"} if public_url else {}
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {
            "name": cut(name, limits.APP_NAME),
            "description": cut(SHORT, limits.APP_DESCRIPTION),
            "background_color": COLOUR,
        },
        "features": {
            "app_home": {
                "home_tab_enabled": False,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": cut(name, limits.APP_NAME), "always_online": True},
            "shortcuts": [_shortcut()],
            "slash_commands": _commands(commands, say, url.get("request_url", "")),
        },
        "oauth_config": {**_redirect(install_url), "scopes": _scopes()},
        "settings": {
            "event_subscriptions": {**url, "bot_events": sorted({*EVENTS, *OPTIONAL_EVENTS, *REMOVALS})},
            "interactivity": {"is_enabled": True, **url},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not public_url,
            "token_rotation_enabled": False,
        },
    }


def creation_link(document: Mapping[str, Any]) -> str:
    """The address that opens Slack's page for creating the app, filled in."""
    return CREATE + quote(json.dumps(document, separators=(",", ":"), ensure_ascii=False), safe="")


def _redirect(url: str) -> dict[str, list[str]]:
    return {"redirect_urls": [f"{url.rstrip('/')}{REDIRECT}"]} if url else {}


def _scopes() -> dict[str, list[str]]:
    """Slack knows ``bot_optional`` scopes: the workspace may untick them when it installs the app."""
    return {"bot": sorted({**SCOPES, **OPTIONAL}), "bot_optional": sorted(OPTIONAL)}


def _shortcut() -> dict[str, str]:
    described = cut("Use a command of Relais on this message, also in a thread", limits.SHORTCUT_DESCRIPTION)
    return {"name": "Ask Relais", "type": "message", "callback_id": ASK, "description": described}


def _commands(commands: Sequence[CommandSpec], say: Callable[[Words], str], url: str) -> list[dict[str, Any]]:
    """One for each first word, and one which takes all of them, for workspaces where a name is taken."""
    under = roots(commands)
    if len(under) >= limits.COMMANDS:
        raise ValueError(f"Slack takes {limits.COMMANDS} commands, and Relais has {len(under) + 1}")
    listed = [_command(root, *_words(specs, say), url) for root, specs in under.items()]
    return [*listed, _command(UMBRELLA, "Everything Relais can do", "[command] [options]", url)]


def _words(specs: Sequence[CommandSpec], say: Callable[[Words], str]) -> tuple[str, str]:
    """What a command does, and how it is typed."""
    if len(specs) == 1:
        names = (one.name if one.required else f"[{one.name}]" for one in specs[0].options)
        return clean(say(specs[0].help)), " ".join((*specs[0].path.split()[1:], *names))
    rests = [" ".join(spec.path.split()[1:]) for spec in specs]
    return " ".join(clean(say(spec.help)) for spec in specs), " | ".join(rests)


def _command(root: str, described: str, hint: str, url: str) -> dict[str, Any]:
    command: dict[str, Any] = {
        "command": f"/{root}",
        "description": cut(described, limits.COMMAND_DESCRIPTION),
        "should_escape": True,
    }
    if hint:
        command["usage_hint"] = cut(hint, limits.COMMAND_HINT)
    return command | ({"url": url} if url else {})

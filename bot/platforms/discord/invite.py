"""The link that adds the bot to a server, with exactly the permissions that Relais uses."""

from __future__ import annotations

from collections.abc import Mapping

import discord

ASKED: Mapping[str, str] = {
    "view_channel": "seeing channels",
    "send_messages": "posting",
    "send_messages_in_threads": "posting in threads",
    "create_public_threads": "a thread under a prompt or a question",
    "embed_links": "cards",
    "attach_files": "pictures and files",
    "add_reactions": "reactions",
    "read_message_history": "catching up after an absence, and finding its own posts again",
    "manage_messages": "deleting what breaks a rule",
    "pin_messages": "pinning messages",
    "moderate_members": "time-outs",
    "kick_members": "removing members",
    "ban_members": "bans, and their end",
    "manage_roles": "roles that are earned or taken back",
    "manage_channels": "slow mode",
    "manage_guild": "rules in AutoMod, pausing invites, and by which invite somebody came",
    "create_instant_invite": "making invites",
    "create_events": "scheduled events",
    "view_audit_log": "cases of what moderators do by hand",
}
"""What each permission is for: no administrator, and nothing that mentions everybody."""

PERMISSIONS = discord.Permissions(**dict.fromkeys(ASKED, True))


def invite_link(application: str) -> str:
    """``application`` is the application's id, of the General Information page."""
    return discord.utils.oauth_url(application, permissions=PERMISSIONS, scopes=("bot", "applications.commands"))

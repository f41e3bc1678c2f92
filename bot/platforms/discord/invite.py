"""The link that adds the bot to a server, with exactly the permissions that Relais uses."""

from __future__ import annotations

import discord

PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    embed_links=True,
    attach_files=True,
    add_reactions=True,
    read_message_history=True,
    manage_messages=True,
    pin_messages=True,
    moderate_members=True,
    kick_members=True,
    ban_members=True,
    manage_roles=True,
    manage_channels=True,
)
"""What the adapter's posts and powers need: no administrator, and nothing that mentions everybody."""


def invite_link(application: str) -> str:
    """``application`` is the application's id, of the General Information page."""
    return discord.utils.oauth_url(application, permissions=PERMISSIONS, scopes=("bot", "applications.commands"))

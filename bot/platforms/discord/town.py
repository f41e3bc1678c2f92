"""What translating needs to know of a guild, and where the library's cache tells it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import discord

from bot.chat.platform import Can
from bot.chat.things import Channel, Level, Space
from bot.platforms.discord.markup import SNOWFLAKE

PLATFORM = "discord"

Rights = tuple[frozenset[tuple[str, Level]], int]

ADMIN = discord.Permissions(administrator=True, manage_guild=True).value
MODERATOR = discord.Permissions(manage_messages=True, moderate_members=True, kick_members=True, ban_members=True).value
HELPERS = frozenset({"helper", "helpers", "relais helper"})
"""Roles whose members are helpers, by name: Discord has no permission that says so."""

SHOWN = {
    "view_channel": "View Channels",
    "send_messages": "Send Messages",
    "send_messages_in_threads": "Send Messages in Threads",
    "create_public_threads": "Create Public Threads",
    "read_message_history": "Read Message History",
    "attach_files": "Attach Files",
    "embed_links": "Embed Links",
    "add_reactions": "Add Reactions",
    "manage_messages": "Manage Messages",
    "manage_channels": "Manage Channels",
    "manage_roles": "Manage Roles",
    "moderate_members": "Timeout Members",
    "kick_members": "Kick Members",
    "ban_members": "Ban Members",
    "pin_messages": "Pin Messages",
    "manage_guild": "Manage Server",
    "create_instant_invite": "Create Invite",
    "create_events": "Create Events",
    "manage_events": "Manage Events",
    "view_audit_log": "View Audit Log",
}
"""Permissions as Discord's settings name them."""

NEEDS = {
    Can.DELETE_ANY: "manage_messages",
    Can.TIMEOUT: "moderate_members",
    Can.KICK: "kick_members",
    Can.BAN: "ban_members",
    Can.ROLES: "manage_roles",
    Can.PINS: "pin_messages",
    Can.SLOW_MODE: "manage_channels",
    Can.EVENTS: "create_events",
    Can.INVITES: "manage_guild",
    Can.PAUSE_INVITES: "manage_guild",
    Can.AUTOMOD: "manage_guild",
}


@dataclass(frozen=True, slots=True)
class Role:
    name: str
    permissions: int


class Town(Protocol):
    """A guild, as translating sees it."""

    @property
    def space(self) -> Space: ...
    @property
    def owner(self) -> str: ...
    def role(self, id: str) -> Role | None: ...
    def place(self, id: str) -> tuple[Channel, str | None]:
        """The channel of an id, and the thread if it is one's."""
        ...


def level_of(permissions: int, roles: Iterable[str], *, owner: bool = False) -> Level:
    """Discord's permissions and the names of roles as a level."""
    if owner or permissions & ADMIN:
        return Level.ADMIN
    if permissions & MODERATOR:
        return Level.MODERATOR
    return Level.HELPER if any(name.strip().casefold() in HELPERS for name in roles) else Level.EVERYONE


class Unseen:
    """A guild that the library does not hold: one that is out of reach for the moment."""

    def __init__(self, id: str) -> None:
        self.space = Space(PLATFORM, id)
        self.owner = ""

    def role(self, id: str) -> Role | None:
        return None

    def place(self, id: str) -> tuple[Channel, str | None]:
        return Channel(self.space, id), None


class GuildTown:
    """A guild in the library's cache."""

    def __init__(self, guild: discord.Guild) -> None:
        self.guild = guild
        language = str(guild.preferred_locale).split("-")[0]
        self.space = Space(PLATFORM, str(guild.id), guild.name or "", language, "UTC")

    @property
    def owner(self) -> str:
        return str(self.guild.owner_id or "")

    def role(self, id: str) -> Role | None:
        role = self.guild.get_role(int(id))
        return Role(role.name, role.permissions.value) if role else None

    def role_id(self, wanted: str) -> str | None:
        """A role by id or by name."""
        bare = wanted.strip().removeprefix("@").casefold()
        roles = [role for role in self.guild.roles if bare in (str(role.id), role.name.casefold())]
        return str(roles[0].id) if roles else None

    def levels(self) -> dict[str, Level]:
        """The level that each role gives; those of bots and integrations give none."""
        return {str(it.id): level_of(it.permissions.value, [it.name]) for it in self.guild.roles if not it.managed}

    def roles_of(self, level: Level | None) -> tuple[str, ...]:
        """The roles that give this level or a higher one, but for administrators: AutoMod spares these itself."""
        return tuple(id for id, one in self.levels().items() if level is not None and level <= one < Level.ADMIN)

    def rights(self) -> Rights:
        """Who is of the team by which role, and what the bot may do."""
        me = self._me()
        team = frozenset((id, level) for id, level in self.levels().items() if level > Level.EVERYONE)
        return team, me.guild_permissions.value if me else 0

    def holds(self, id: str) -> bool:
        """Whether it is one of this guild's channels or threads."""
        return bool(SNOWFLAKE.fullmatch(id)) and self.guild.get_channel_or_thread(int(id)) is not None

    def place(self, id: str) -> tuple[Channel, str | None]:
        found = self.guild.get_channel_or_thread(int(id))
        if isinstance(found, discord.Thread):
            parent = self.guild.get_channel(found.parent_id)
            return Channel(self.space, str(found.parent_id), parent.name if parent else ""), id
        return Channel(self.space, id, found.name if found else ""), None

    def channels(self) -> tuple[Channel, ...]:
        """Where the bot may be told to post: text channels and announcements, in their order."""
        return tuple(Channel(self.space, str(one.id), one.name) for one in self.guild.text_channels)

    def may(self, permission: str, channel: str | None = None) -> bool:
        """Whether the bot has a permission there. True when nobody knows: Discord will tell."""
        me = self._me()
        if me is None or self.guild.get_role(self.guild.id) is None:
            return True
        found = self.guild.get_channel_or_thread(int(channel)) if channel else None
        if isinstance(found, discord.Thread) and self.guild.get_channel(found.parent_id) is None:
            return True
        held = found.permissions_for(me) if found else me.guild_permissions
        return bool(held.administrator or getattr(held, permission))

    def _me(self) -> discord.Member | None:
        return self.guild.me

    @property
    def came(self) -> datetime | None:
        """When the bot came here."""
        me = self._me()
        return me.joined_at if me else None

    def missing(self, permissions: Iterable[str], channel: str | None = None) -> str:
        """The permissions that the bot lacks there, as people read them."""
        return ", ".join(SHOWN[one] for one in permissions if not self.may(one, channel))

    def below(self, roles: Iterable[str]) -> bool:
        """Whether the bot's highest role is above all of these."""
        me = self._me()
        known = [role for role in map(self.guild.get_role, map(int, roles)) if role]
        return me is None or all(role < me.top_role for role in known)

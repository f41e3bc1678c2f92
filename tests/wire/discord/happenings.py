"""Changes told to whoever is connected: one function for each dispatch."""

from __future__ import annotations

from tests.wire.discord import shapes
from tests.wire.discord.bits import Json
from tests.wire.discord.records import AuditEntry, Channel, Guild, Invite, Member, Message, Role
from tests.wire.discord.state import State


def full_message(state: State, message: Message) -> Json:
    """A message as the gateway sends it."""
    guild = state.channels[message.channel].guild
    found = shapes.message(state, message) | {"channel_type": int(state.channels[message.channel].kind)}
    if guild is None:
        return found
    member = state.member(guild, message.author)
    found |= {"member": shapes.bare_member(member)} if member else {}
    for one in found["mentions"]:
        if mentioned := state.member(guild, one["id"]):
            one["member"] = shapes.bare_member(mentioned)
    return found | {"guild_id": guild}


def message_posted(state: State, message: Message) -> None:
    if message.only is None:
        guild = state.channels[message.channel].guild
        state.tell("MESSAGE_CREATE", full_message(state, message), guild, message.channel)


def message_changed(state: State, message: Message) -> None:
    if message.only is None:
        guild = state.channels[message.channel].guild
        state.tell("MESSAGE_UPDATE", full_message(state, message), guild, message.channel)


def message_deleted(state: State, message: Message) -> None:
    if message.only is None:
        data = _where(state, message)
        state.tell("MESSAGE_DELETE", {"id": message.id, **data}, data.get("guild_id"), message.channel)


def messages_deleted(state: State, channel: Channel, ids: list[str]) -> None:
    data = {"ids": ids, "channel_id": channel.id, "guild_id": channel.guild}
    state.tell("MESSAGE_DELETE_BULK", data, channel.guild, channel.id)


def _where(state: State, message: Message) -> Json:
    guild = state.channels[message.channel].guild
    return {"channel_id": message.channel, **({"guild_id": guild} if guild else {})}


def reacted(state: State, message: Message, user: str, emoji: str, *, added: bool) -> None:
    where = _where(state, message)
    data = {"user_id": user, "message_id": message.id, "emoji": shapes.emoji_of(emoji), "burst": False, "type": 0}
    data |= where
    if added:
        data["message_author_id"] = message.author
        if member := state.member(where.get("guild_id"), user):
            data["member"] = shapes.member(state, member)
    name = "MESSAGE_REACTION_ADD" if added else "MESSAGE_REACTION_REMOVE"
    state.tell(name, data, where.get("guild_id"), message.channel)


def reactions_cleared(state: State, message: Message, emoji: str | None) -> None:
    where = _where(state, message)
    data = {"message_id": message.id, **where}
    name = "MESSAGE_REACTION_REMOVE_ALL"
    if emoji is not None:
        data["emoji"], name = shapes.emoji_of(emoji), "MESSAGE_REACTION_REMOVE_EMOJI"
    state.tell(name, data, where.get("guild_id"), message.channel)


def pins_changed(state: State, channel: Channel) -> None:
    data: Json = {"channel_id": channel.id, "last_pin_timestamp": shapes.moment(channel.last_pin)}
    data |= {"guild_id": channel.guild} if channel.guild else {}
    state.tell("CHANNEL_PINS_UPDATE", data, channel.guild, channel.id)


def member_joined(state: State, member: Member) -> None:
    state.tell("GUILD_MEMBER_ADD", _member(state, member), member.guild, None)


def member_changed(state: State, member: Member) -> None:
    state.tell("GUILD_MEMBER_UPDATE", _member(state, member), member.guild, None)


def _member(state: State, member: Member) -> Json:
    return shapes.member(state, member) | {"guild_id": member.guild}


def member_left(state: State, member: Member) -> None:
    data = {"guild_id": member.guild, "user": shapes.user(state.users[member.user])}
    state.tell("GUILD_MEMBER_REMOVE", data, member.guild, None)


def ban_changed(state: State, guild: str, user: str, *, banned: bool) -> None:
    data = {"guild_id": guild, "user": shapes.user(state.users[user])}
    state.tell("GUILD_BAN_ADD" if banned else "GUILD_BAN_REMOVE", data, guild, None)


def role_changed(state: State, role: Role, *, new: bool = False) -> None:
    data = {"guild_id": role.guild, "role": shapes.role(role)}
    state.tell("GUILD_ROLE_CREATE" if new else "GUILD_ROLE_UPDATE", data, role.guild, None)


def role_deleted(state: State, role: Role) -> None:
    state.tell("GUILD_ROLE_DELETE", {"guild_id": role.guild, "role_id": role.id}, role.guild, None)


def channel_changed(state: State, channel: Channel, how: str = "UPDATE") -> None:
    """``how`` is CREATE, UPDATE or DELETE."""
    data = shapes.channel(state, channel)
    if channel.is_thread and how == "CREATE":
        data |= {"newly_created": True}
    name = f"{'THREAD' if channel.is_thread else 'CHANNEL'}_{how}"
    state.tell(name, data, channel.guild, channel.parent if channel.is_thread else None)


def guild_changed(state: State, guild: Guild) -> None:
    state.tell("GUILD_UPDATE", shapes.guild(state, guild), guild.id, None)


def invite_made(state: State, invite: Invite) -> None:
    data = shapes.invite(state, invite) | {"channel_id": invite.channel}
    state.tell("INVITE_CREATE", data, invite.guild, invite.channel)


def invite_gone(state: State, invite: Invite) -> None:
    data = {"channel_id": invite.channel, "guild_id": invite.guild, "code": invite.code}
    state.tell("INVITE_DELETE", data, invite.guild, invite.channel)


def audited(state: State, guild: Guild, entry: AuditEntry) -> None:
    data = shapes.audit_entry(entry) | {"guild_id": guild.id}
    state.tell("GUILD_AUDIT_LOG_ENTRY_CREATE", data, guild.id, None)

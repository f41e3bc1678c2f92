"""Who may do what: permissions, overwrites, time-outs and the hierarchy of roles."""

from __future__ import annotations

from tests.wire.discord.bits import ALL, NOTHING, WHILE_TIMED_OUT, Kind, Permission
from tests.wire.discord.records import Channel, Guild, Member, Role
from tests.wire.discord.state import State

DIRECT = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.ADD_REACTIONS
    | Permission.PIN_MESSAGES
    | Permission.USE_EXTERNAL_EMOJIS
)
"""What both may do in a direct conversation."""


def in_guild(state: State, guild: Guild, user: str) -> Permission:
    """Permissions in a guild as a whole."""
    member = guild.members.get(user)
    if member is None:
        return NOTHING
    found = guild.roles[guild.id].permissions
    for role in member.roles:
        found |= guild.roles[role].permissions
    if user == guild.owner or found & Permission.ADMINISTRATOR:
        return ALL
    return found & WHILE_TIMED_OUT if timed_out(state, member) else found


def timed_out(state: State, member: Member) -> bool:
    return member.timeout_until is not None and member.timeout_until > state.now()


def in_channel(state: State, channel: Channel, user: str) -> Permission:
    """Permissions in a channel; a thread has those of its channel."""
    if channel.guild is None:
        return DIRECT if user in (channel.recipient, state.bot.id) else NOTHING
    guild = state.guilds[channel.guild]
    base = in_guild(state, guild, user)
    if base in (ALL, NOTHING):
        return base
    place = state.channels[channel.parent] if channel.is_thread and channel.parent else channel
    found = _implied(_overwritten(guild, place, guild.members[user], base), thread=channel.is_thread)
    return found & WHILE_TIMED_OUT if timed_out(state, guild.members[user]) else found


def _overwritten(guild: Guild, channel: Channel, member: Member, base: Permission) -> Permission:
    if everyone := channel.overwrites.get(guild.id):
        base = base & ~everyone.deny | everyone.allow
    allow, deny = NOTHING, NOTHING
    for role in member.roles:
        if overwrite := channel.overwrites.get(role):
            allow |= overwrite.allow
            deny |= overwrite.deny
    base = base & ~deny | allow
    if own := channel.overwrites.get(member.user):
        base = base & ~own.deny | own.allow
    return base


def _implied(found: Permission, *, thread: bool) -> Permission:
    """What cannot be seen allows nothing; where one cannot write, nothing that goes with writing."""
    if not found & Permission.VIEW_CHANNEL:
        return NOTHING
    if not found & (Permission.SEND_MESSAGES_IN_THREADS if thread else Permission.SEND_MESSAGES):
        found &= ~(Permission.MENTION_EVERYONE | Permission.EMBED_LINKS | Permission.ATTACH_FILES)
    return found


def can_see(state: State, channel: Channel, user: str) -> bool:
    """Whether a channel is before somebody's eyes; a private thread only for those who are in it."""
    found = in_channel(state, channel, user)
    if channel.kind is Kind.PRIVATE_THREAD and user not in channel.joined and not found & Permission.MANAGE_THREADS:
        return False
    return bool(found & Permission.VIEW_CHANNEL)


def can_write(state: State, channel: Channel, user: str) -> bool:
    wanted = Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES
    return bool(in_channel(state, channel, user) & wanted)


def top_role(guild: Guild, user: str) -> Role:
    """The highest role of a member."""
    held = guild.members[user].roles if user in guild.members else []
    return max((guild.roles[it] for it in (guild.id, *held)), key=rank)


def rank(role: Role) -> tuple[int, int]:
    """Of two roles at one position, the older is higher."""
    return role.position, -int(role.id)


def outranks(guild: Guild, user: str, other: str) -> bool:
    """Whether somebody may act on somebody else."""
    if other == guild.owner:
        return False
    return user == guild.owner or rank(top_role(guild, user)) > rank(top_role(guild, other))


def above(guild: Guild, user: str, role: Role) -> bool:
    """Whether a role is below somebody's highest."""
    return user == guild.owner or rank(top_role(guild, user)) > rank(role)

"""One channel: what it is, its settings, its overwrites, its invites."""

from __future__ import annotations

import hashlib

from tests.wire.discord import happenings, shapes
from tests.wire.discord.bits import Json, Kind, Permission
from tests.wire.discord.call import Call, Done, routes
from tests.wire.discord.errors import Refused
from tests.wire.discord.permissions import in_guild
from tests.wire.discord.records import Channel, Guild, Invite, Overwrite
from tests.wire.discord.routes_guilds import CHANNEL, overwrite
from tests.wire.discord.rules import Anything, Many, Shape, Snowflake, Text, Whole, YesNo

_THREAD = Shape(
    {
        "name": Text(100, least=1),
        "archived": YesNo(),
        "locked": YesNo(),
        "auto_archive_duration": Whole(among=frozenset({60, 1440, 4320, 10080})),
        "rate_limit_per_user": Whole(0, 21600),
        "invitable": YesNo(),
        "flags": Whole(),
        "applied_tags": Many(Snowflake(), most=5),
    }
)


@routes.on("GET", "/channels/{channel}")
def get_channel(call: Call) -> Json:
    return shapes.channel(call.state, call.channel())


@routes.on("PATCH", "/channels/{channel}")
def edit_channel(call: Call) -> Json:
    channel = call.channel()
    if channel.guild is None:
        raise Refused(50003)
    if channel.is_thread:
        _edit_thread(call, channel)
    else:
        _edit_place(call, channel, call.state.guilds[channel.guild])
    happenings.channel_changed(call.state, channel)
    return shapes.channel(call.state, channel)


def _edit_place(call: Call, channel: Channel, guild: Guild) -> None:
    body = call.checked(Shape(CHANNEL))
    call.need(channel, Permission.MANAGE_CHANNELS)
    if body.get("permission_overwrites") is not None:
        call.need(channel, Permission.MANAGE_ROLES)
        overwrite(call, guild, channel, body["permission_overwrites"])
    channel.name = body.get("name") or channel.name
    channel.topic = body.get("topic", channel.topic)
    channel.nsfw = bool(body.get("nsfw", channel.nsfw))
    channel.parent = body.get("parent_id", channel.parent)
    channel.position = body.get("position", channel.position)
    if (slow := body.get("rate_limit_per_user")) is not None:
        channel.slow = slow
        call.watch(_slowed(call, channel))
    call.audit(guild, 11, channel.id)


def _slowed(call: Call, channel: Channel) -> Done:
    return Done("slow_mode", channel.guild, channel.id, words=f"{channel.slow} s", reason=call.reason or "")


def _edit_thread(call: Call, thread: Channel) -> None:
    """Its owner may rename and archive; the rest is for those who manage threads."""
    body = call.checked(_THREAD)
    manages = call.may(thread, Permission.MANAGE_THREADS)
    more = body.keys() - {"name", "archived", "auto_archive_duration", "applied_tags"}
    if not manages and (more or thread.owner != call.me):
        raise Refused(50013)
    if thread.archived and body.get("archived") is not False:
        raise Refused(50083)
    if "archived" in body and bool(body["archived"]) is not thread.archived:
        thread.archived, thread.archived_at = bool(body["archived"]), call.state.now()
    thread.locked = bool(body.get("locked", thread.locked))
    thread.name = body.get("name") or thread.name
    thread.archive_after = body.get("auto_archive_duration") or thread.archive_after
    thread.slow = body.get("rate_limit_per_user", thread.slow) or 0
    thread.tags = [str(id) for id in body.get("applied_tags") or thread.tags]


@routes.on("DELETE", "/channels/{channel}")
def delete_channel(call: Call) -> Json:
    channel = call.channel()
    found = shapes.channel(call.state, channel)
    if channel.guild is None:
        return found
    call.need(channel, Permission.MANAGE_THREADS if channel.is_thread else Permission.MANAGE_CHANNELS)
    happenings.channel_changed(call.state, channel, "DELETE")
    call.state.drop_channel(channel)
    call.audit(call.state.guilds[channel.guild], 112 if channel.is_thread else 12, channel.id)
    return found


# Overwrites


@routes.on("PUT", "/channels/{channel}/permissions/{overwrite}")
def set_overwrite(call: Call) -> None:
    channel = call.channel()
    bits = Whole(0, coerced=True)
    ignored = frozenset({"id"})
    body = call.checked(Shape({"type": Whole(0, 1), "allow": bits, "deny": bits}, need=("type",), ignored=ignored))
    call.need(channel, Permission.MANAGE_ROLES)
    guild = call.state.guilds[channel.guild or ""]
    it = Overwrite(call.args["overwrite"], body["type"])
    it.allow, it.deny = Permission(int(body.get("allow") or 0)), Permission(int(body.get("deny") or 0))
    if (it.allow | it.deny) & ~in_guild(call.state, guild, call.me):
        raise Refused(50013)
    channel.overwrites[it.id] = it
    happenings.channel_changed(call.state, channel)
    call.audit(guild, 13, channel.id)


@routes.on("DELETE", "/channels/{channel}/permissions/{overwrite}")
def drop_overwrite(call: Call) -> None:
    channel = call.channel()
    call.need(channel, Permission.MANAGE_ROLES)
    if channel.overwrites.pop(call.args["overwrite"], None) is None:
        raise Refused(10009)
    happenings.channel_changed(call.state, channel)
    call.audit(call.state.guilds[channel.guild or ""], 15, channel.id)


# Invites and typing

_INVITE = Shape(
    {
        "max_age": Whole(0, 604_800),
        "max_uses": Whole(0, 100),
        "temporary": YesNo(),
        "unique": YesNo(),
        **{it: Anything() for it in ("target_type", "target_user_id", "target_application_id", "role_ids", "flags")},
    }
)


@routes.on("GET", "/channels/{channel}/invites")
def channel_invites(call: Call) -> list[Json]:
    channel = call.channel()
    call.need(channel, Permission.MANAGE_CHANNELS)
    invites = call.state.guilds[channel.guild or ""].invites.values()
    return [shapes.invite(call.state, it) for it in invites if it.channel == channel.id]


@routes.on("POST", "/channels/{channel}/invites")
def create_invite(call: Call) -> Json:
    channel = call.channel()
    body = call.checked(_INVITE)
    if channel.guild is None:
        raise Refused(50003)
    call.need(channel, Permission.CREATE_INSTANT_INVITE)
    guild = call.state.guilds[channel.guild]
    code = hashlib.sha256(call.state.ids.new().encode()).hexdigest()[:8]
    invite = Invite(code, guild.id, channel.id, call.me, call.state.now())
    invite.max_uses, invite.temporary = body.get("max_uses") or 0, bool(body.get("temporary"))
    invite.max_age = 86_400 if body.get("max_age") is None else body["max_age"]
    guild.invites[code] = call.state.invites[code] = invite
    happenings.invite_made(call.state, invite)
    call.audit(guild, 40, None, [{"key": "code", "new_value": code}])
    call.did("invite", guild, code)
    return shapes.invite(call.state, invite)


@routes.on("POST", "/channels/{channel}/typing")
def typing(call: Call) -> None:
    channel = call.channel()
    if channel.kind in (Kind.CATEGORY, Kind.FORUM):
        raise Refused(50024)
    call.need(channel, Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES)

"""Guilds: what they are, their channels, roles, invites, bans and audit log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from tests.wire.discord import happenings, shapes
from tests.wire.discord.bits import ALL, Json, Kind, Permission
from tests.wire.discord.call import Call, routes
from tests.wire.discord.errors import Refused, invalid
from tests.wire.discord.permissions import above, can_see, in_guild
from tests.wire.discord.records import Channel, Guild, Overwrite, Role
from tests.wire.discord.rules import Anything, Many, Moment, Rules, Shape, Snowflake, Text, Whole, YesNo


@routes.on("GET", "/guilds/{guild}")
def get_guild(call: Call) -> Json:
    guild = call.guild()
    if not call.yes("with_counts"):
        return shapes.guild(call.state, guild)
    counts = {"approximate_member_count": len(guild.members), "approximate_presence_count": len(guild.members)}
    return shapes.guild(call.state, guild) | counts


# Channels

OVERWRITE = Shape(
    {
        "id": Snowflake(),
        "type": Whole(0, 1),
        "allow": Whole(0, coerced=True),
        "deny": Whole(0, coerced=True),
    },
    need=("id",),
)
CHANNEL: Rules = {
    "name": Text(100, least=1),
    "type": Whole(0, 16),
    "topic": Text(4096),
    "position": Whole(0),
    "rate_limit_per_user": Whole(0, 21600),
    "nsfw": YesNo(),
    "parent_id": Snowflake(),
    "permission_overwrites": Many(OVERWRITE),
    "default_auto_archive_duration": Whole(among=frozenset({60, 1440, 4320, 10080})),
    "available_tags": Many(Anything(), most=20),
    "flags": Whole(),
    **dict.fromkeys(
        [
            "bitrate",
            "user_limit",
            "rtc_region",
            "video_quality_mode",
            "default_reaction_emoji",
            "default_thread_rate_limit_per_user",
            "default_sort_order",
            "default_forum_layout",
        ],
        Anything(),
    ),
}


@routes.on("GET", "/guilds/{guild}/channels")
def guild_channels(call: Call) -> list[Json]:
    return [shapes.channel(call.state, it) for it in call.state.guild_channels(call.guild().id)]


@routes.on("POST", "/guilds/{guild}/channels")
def create_channel(call: Call) -> Json:
    guild = call.guild()
    body = call.checked(Shape(CHANNEL, need=("name",)))
    call.need(guild, Permission.MANAGE_CHANNELS)
    kind = Kind(body.get("type") or 0)
    name = body["name"] if kind is Kind.CATEGORY else body["name"].lower().replace(" ", "-")
    channel = Channel(call.state.ids.new(), kind, guild.id, name, position=len(call.state.guild_channels(guild.id)))
    channel.parent, channel.topic = body.get("parent_id"), body.get("topic")
    channel.slow, channel.nsfw = body.get("rate_limit_per_user") or 0, bool(body.get("nsfw"))
    channel.available_tags = [{"id": call.state.ids.new()} | it for it in body.get("available_tags") or []]
    overwrite(call, guild, channel, body.get("permission_overwrites") or [])
    call.state.add_channel(channel)
    happenings.channel_changed(call.state, channel, "CREATE")
    call.audit(guild, 10, channel.id)
    return shapes.channel(call.state, channel)


def overwrite(call: Call, guild: Guild, channel: Channel, wanted: list[Json]) -> None:
    """Replace a channel's overwrites. The bot cannot give what it does not have itself."""
    for it in wanted:
        found = Overwrite(str(it["id"]), it.get("type") or 0)
        found.allow, found.deny = Permission(int(it.get("allow") or 0)), Permission(int(it.get("deny") or 0))
        may_not = (found.allow | found.deny) & ~in_guild(call.state, guild, call.me)
        if may_not and in_guild(call.state, guild, call.me) != ALL:
            raise Refused(50013)
        channel.overwrites[found.id] = found
    for gone in channel.overwrites.keys() - {str(it["id"]) for it in wanted}:
        del channel.overwrites[gone]


@routes.on("GET", "/guilds/{guild}/threads/active")
def active_threads(call: Call) -> Json:
    guild = call.guild()
    threads = [
        it
        for it in call.state.channels.values()
        if it.guild == guild.id and it.is_thread and not it.archived and can_see(call.state, it, call.me)
    ]
    members = [shapes.thread_member(call.state, it, call.me) for it in threads if call.me in it.joined]
    return {"threads": [shapes.thread(call.state, it) for it in threads], "members": members}


# Roles

ROLE: Rules = {
    "name": Text(100),
    "permissions": Whole(0, coerced=True),
    "color": Whole(0, 0xFFFFFF),
    "colors": Anything(),
    "hoist": YesNo(),
    "mentionable": YesNo(),
    "icon": Anything(),
    "unicode_emoji": Anything(),
}


@routes.on("GET", "/guilds/{guild}/roles")
def guild_roles(call: Call) -> list[Json]:
    return [shapes.role(it) for it in call.guild().roles.values()]


@routes.on("GET", "/guilds/{guild}/roles/{role}")
def get_role(call: Call) -> Json:
    return shapes.role(call.role(call.guild()))


@routes.on("GET", "/guilds/{guild}/roles/member-counts")
def role_counts(call: Call) -> dict[str, int]:
    guild = call.guild()
    return {id: sum(id in it.roles for it in guild.members.values()) for id in guild.roles if id != guild.id}


@routes.on("POST", "/guilds/{guild}/roles")
def create_role(call: Call) -> Json:
    guild = call.guild()
    body = call.checked(Shape(ROLE))
    call.need(guild, Permission.MANAGE_ROLES)
    role = Role(call.state.ids.new(), guild.id, body.get("name") or "new role")
    _fill(call, guild, role, body)
    guild.roles[role.id] = role
    happenings.role_changed(call.state, role, new=True)
    call.audit(guild, 30, role.id)
    return shapes.role(role)


@routes.on("PATCH", "/guilds/{guild}/roles/{role}")
def edit_role(call: Call) -> Json:
    guild = call.guild()
    role = call.role(guild)
    body = call.checked(Shape(ROLE))
    call.need(guild, Permission.MANAGE_ROLES)
    if not above(guild, call.me, role):
        raise Refused(50013)
    _fill(call, guild, role, body)
    happenings.role_changed(call.state, role)
    call.audit(guild, 31, role.id)
    return shapes.role(role)


def _fill(call: Call, guild: Guild, role: Role, body: Json) -> None:
    if body.get("permissions") is not None:
        wanted, own = Permission(int(body["permissions"])), in_guild(call.state, guild, call.me)
        if wanted & ~own & ~role.permissions:
            raise Refused(50013)
        role.permissions = wanted
    role.name = body.get("name") or role.name
    role.color = body.get("color") or role.color
    role.hoist = bool(body.get("hoist", role.hoist))
    role.mentionable = bool(body.get("mentionable", role.mentionable))


@routes.on("DELETE", "/guilds/{guild}/roles/{role}")
def delete_role(call: Call) -> None:
    guild = call.guild()
    role = call.role(guild)
    call.need(guild, Permission.MANAGE_ROLES)
    if not above(guild, call.me, role):
        raise Refused(50013)
    if role.managed or role.id == guild.id:
        raise Refused(50028)
    del guild.roles[role.id]
    for member in guild.members.values():
        member.roles = [it for it in member.roles if it != role.id]
    happenings.role_deleted(call.state, role)
    call.audit(guild, 32, role.id)


# Invites


@routes.on("GET", "/guilds/{guild}/invites")
def guild_invites(call: Call) -> list[Json]:
    guild = call.guild()
    call.need(guild, Permission.MANAGE_GUILD)
    return [shapes.invite(call.state, it) for it in guild.invites.values()]


@routes.on("GET", "/invites/{code}", token=False)
def get_invite(call: Call) -> Json:
    invite = call.state.invites.get(call.args["code"])
    if invite is None:
        raise Refused(10006)
    return shapes.invite(call.state, invite)


@routes.on("DELETE", "/invites/{code}")
def delete_invite(call: Call) -> Json:
    invite = call.state.invites.get(call.args["code"])
    if invite is None:
        raise Refused(10006)
    call.need(call.state.guilds[invite.guild], Permission.MANAGE_GUILD)
    del call.state.invites[invite.code]
    del call.state.guilds[invite.guild].invites[invite.code]
    happenings.invite_gone(call.state, invite)
    guild = call.state.guilds[invite.guild]
    call.audit(guild, 42, None, [{"key": "code", "old_value": invite.code}])
    call.did("delete_invite", guild, invite.code)
    return shapes.invite(call.state, invite)


@routes.on("GET", "/guilds/{guild}/vanity-url")
def vanity(call: Call) -> Json:
    guild = call.guild()
    call.need(guild, Permission.MANAGE_GUILD)
    return {"code": guild.vanity, "uses": guild.vanity_uses}


_INCIDENTS = Shape({"invites_disabled_until": Moment(), "dms_disabled_until": Moment()})
LONGEST_PAUSE = timedelta(hours=24)


@routes.on("PUT", "/guilds/{guild}/incident-actions")
def incident_actions(call: Call) -> Json:
    """A day ahead at most."""
    guild = call.guild()
    body = call.checked(_INCIDENTS)
    call.need(guild, Permission.MANAGE_GUILD)
    if "invites_disabled_until" in body:
        raw = body["invites_disabled_until"]
        until = datetime.fromisoformat(raw) if raw else None
        if until and until - call.state.now() > LONGEST_PAUSE + timedelta(minutes=1):
            raise invalid("invites_disabled_until", "INCIDENT_ACTIONS_TOO_LONG", "At most 24 hours in the future.")
        guild.paused_until = until
        happenings.guild_changed(call.state, guild)
        call.did("pause_invites" if until else "resume_invites", guild, raw or "")
    return shapes.incidents(guild)


# Audit log


@routes.on("GET", "/guilds/{guild}/audit-logs")
def audit_log(call: Call) -> Json:
    guild = call.guild()
    call.need(guild, Permission.VIEW_AUDIT_LOG)
    entries = list(_entries(call, guild))[: call.number("limit", 50, 1, 100)]
    users = {it.user for it in guild.audit} | {it.target for it in guild.audit if it.target in call.state.users}
    return {
        "audit_log_entries": entries,
        "users": [shapes.user(call.state.users[id]) for id in sorted(users) if id],
        **{it: [] for it in _NO_SUCH},
    }


_NO_SUCH = (
    "integrations",
    "webhooks",
    "guild_scheduled_events",
    "threads",
    "application_commands",
    "auto_moderation_rules",
)


def _entries(call: Call, guild: Guild) -> Iterator[Json]:
    """Newest first."""
    kind, user = call.query.get("action_type"), call.query.get("user_id")
    before, after = call.query.get("before"), call.query.get("after")
    for it in reversed(guild.audit):
        late = before and int(it.id) >= int(before)
        early = after and int(it.id) <= int(after)
        other = (kind and it.action != int(kind)) or (user and it.user != user)
        if not (late or early or other):
            yield shapes.audit_entry(it)

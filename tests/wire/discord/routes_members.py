"""Members: who they are, what they may be given, and how they are sent away."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.wire.discord import happenings, shapes
from tests.wire.discord.bits import Json, Permission
from tests.wire.discord.call import LONGEST_TIMEOUT, Call, routes
from tests.wire.discord.errors import Refused, invalid
from tests.wire.discord.permissions import above, in_guild, outranks
from tests.wire.discord.records import Guild, Member
from tests.wire.discord.rules import Anything, Many, Moment, Shape, Snowflake, Text, Whole, YesNo
from tests.wire.discord.state import made_at


@routes.on("GET", "/guilds/{guild}/members")
def list_members(call: Call) -> list[Json]:
    """The whole list is for applications that have the members intent."""
    guild = call.guild()
    if not call.state.intents_open & 1 << 1:
        raise Refused(50001)
    limit, after = call.number("limit", 1, 1, 1000), int(call.query.get("after") or 0)
    found = sorted((it for it in guild.members.values() if int(it.user) > after), key=lambda it: int(it.user))
    return [shapes.member(call.state, it) for it in found[:limit]]


@routes.on("GET", "/guilds/{guild}/members/search")
def search_members(call: Call) -> list[Json]:
    guild = call.guild()
    query = call.query.get("query")
    if not query:
        raise invalid("query", "BASE_TYPE_REQUIRED", "This field is required")
    limit = call.number("limit", 1, 1, 1000)
    names = {id: (call.state.users[id].name, it.nick or "") for id, it in guild.members.items()}
    found = [id for id, both in names.items() if any(n.casefold().startswith(query.casefold()) for n in both if n)]
    return [shapes.member(call.state, guild.members[id]) for id in found[:limit]]


@routes.on("GET", "/guilds/{guild}/members/{user}")
def get_member(call: Call) -> Json:
    return shapes.member(call.state, call.member(call.guild()))


# Changing

_MEMBER = Shape(
    {
        "nick": Text(32),
        "roles": Many(Snowflake(), unique=True),
        "mute": YesNo(),
        "deaf": YesNo(),
        "channel_id": Snowflake(),
        "communication_disabled_until": Moment(),
        "flags": Whole(),
    }
)


@routes.on("PATCH", "/guilds/{guild}/members/{user}")
def edit_member(call: Call) -> Json:
    guild = call.guild()
    member = call.member(guild)
    body = call.checked(_MEMBER)
    if "communication_disabled_until" in body:
        _timeout(call, guild, member, body["communication_disabled_until"])
    if "nick" in body:
        call.need(guild, Permission.MANAGE_NICKNAMES)
        _below(call, guild, member)
        member.nick = body["nick"] or None
    if body.get("roles") is not None:
        _set_roles(call, guild, member, [str(id) for id in body["roles"]])
    call.changed(member)
    return shapes.member(call.state, member)


@routes.on("PATCH", "/guilds/{guild}/members/@me")
def edit_myself(call: Call) -> Json:
    guild = call.guild()
    body = call.checked(Shape({"nick": Text(32), "avatar": Anything(), "banner": Anything(), "bio": Anything()}))
    member = guild.members[call.me]
    if "nick" in body:
        call.need(guild, Permission.CHANGE_NICKNAME)
        member.nick = body["nick"] or None
    call.changed(member)
    return shapes.member(call.state, member)


def _timeout(call: Call, guild: Guild, member: Member, until: str | None) -> None:
    call.need(guild, Permission.MODERATE_MEMBERS)
    _below(call, guild, member)
    if in_guild(call.state, guild, member.user) & Permission.ADMINISTRATOR:
        raise Refused(50013)
    moment = datetime.fromisoformat(until) if until else None
    if moment is not None and moment - call.state.now() > LONGEST_TIMEOUT + timedelta(minutes=1):
        words = "Timeouts cannot be longer than 28 days."
        raise invalid("communication_disabled_until", "COMMUNICATION_DISABLED_UNTIL_TOO_FAR", words)
    old, member.timeout_until = member.timeout_until, moment
    change = {"key": "communication_disabled_until", "new_value": until, "old_value": shapes.moment(old)}
    call.audit(guild, 24, member.user, [{key: it for key, it in change.items() if it is not None}])
    call.acted("timeout", guild, member.user, until or "")


def _below(call: Call, guild: Guild, member: Member) -> None:
    if member.user != call.me and not outranks(guild, call.me, member.user):
        raise Refused(50013)


def _set_roles(call: Call, guild: Guild, member: Member, wanted: list[str]) -> None:
    changed = set(wanted) ^ set(member.roles)
    for id in changed:
        _may_hand(call, guild, id)
    added = [id for id in wanted if id not in member.roles]
    removed = [id for id in member.roles if id not in wanted]
    member.roles = wanted
    _told_roles(call, guild, member, added, removed)


def _may_hand(call: Call, guild: Guild, id: str) -> None:
    call.need(guild, Permission.MANAGE_ROLES)
    role = guild.roles.get(id)
    if role is None:
        raise Refused(10011)
    if role.managed or role.id == guild.id:
        raise Refused(50028)
    if not above(guild, call.me, role):
        raise Refused(50013)


def _told_roles(call: Call, guild: Guild, member: Member, added: list[str], removed: list[str]) -> None:
    changes: list[Json] = []
    for sign, ids in (("$add", added), ("$remove", removed)):
        if ids:
            changes.append({"key": sign, "new_value": [{"id": id, "name": guild.roles[id].name} for id in ids]})
        for id in ids:
            call.acted("role", guild, member.user, f"{'+' if sign == '$add' else '-'}{guild.roles[id].name}")
    if changes:
        call.audit(guild, 25, member.user, changes)


@routes.on("PUT", "/guilds/{guild}/members/{user}/roles/{role}")
def give_role(call: Call) -> None:
    _hand(call, given=True)


@routes.on("DELETE", "/guilds/{guild}/members/{user}/roles/{role}")
def take_role(call: Call) -> None:
    _hand(call, given=False)


def _hand(call: Call, *, given: bool) -> None:
    guild = call.guild()
    member, role = call.member(guild), call.role(guild)
    _may_hand(call, guild, role.id)
    if (role.id in member.roles) is given:
        return
    if given:
        member.roles.append(role.id)
    else:
        member.roles.remove(role.id)
    _told_roles(call, guild, member, [role.id] * given, [role.id] * (not given))
    call.changed(member)


# Sending away


@routes.on("DELETE", "/guilds/{guild}/members/{user}")
def kick(call: Call) -> None:
    guild = call.guild()
    member = call.member(guild)
    call.need(guild, Permission.KICK_MEMBERS)
    _below(call, guild, member)
    del guild.members[member.user]
    happenings.member_left(call.state, member)
    call.audit(guild, 20, member.user)
    call.acted("kick", guild, member.user)


_BAN = {"delete_message_seconds": Whole(0, 604_800), "delete_message_days": Whole(0, 7)}


@routes.on("GET", "/guilds/{guild}/bans")
def list_bans(call: Call) -> list[Json]:
    guild = call.guild()
    call.need(guild, Permission.BAN_MEMBERS)
    after, limit = int(call.query.get("after") or 0), call.number("limit", 1000, 1, 1000)
    found = [id for id in sorted(guild.bans, key=int) if int(id) > after]
    return [{"user": shapes.user(call.state.users[id]), "reason": guild.bans[id]} for id in found[:limit]]


@routes.on("GET", "/guilds/{guild}/bans/{user}")
def get_ban(call: Call) -> Json:
    guild = call.guild()
    call.need(guild, Permission.BAN_MEMBERS)
    user = call.user()
    if user.id not in guild.bans:
        raise Refused(10026)
    return {"user": shapes.user(user), "reason": guild.bans[user.id]}


@routes.on("PUT", "/guilds/{guild}/bans/{user}")
def ban(call: Call) -> None:
    guild, user = call.guild(), call.user()
    body = call.checked(Shape(_BAN))
    seconds = body.get("delete_message_seconds") or (body.get("delete_message_days") or 0) * 86_400
    seconds = seconds or call.number("delete_message_seconds", 0, 0, 604_800)
    call.need(guild, Permission.BAN_MEMBERS)
    if user.id in guild.members:
        _below(call, guild, guild.members[user.id])
    _ban(call, guild, user.id, seconds)


def _ban(call: Call, guild: Guild, user: str, seconds: int) -> None:
    member = guild.members.pop(user, None)
    guild.bans[user] = call.reason
    if member is not None:
        happenings.member_left(call.state, member)
    happenings.ban_changed(call.state, guild.id, user, banned=True)
    _forget_words(call, guild, user, timedelta(seconds=seconds))
    call.audit(guild, 22, user)
    call.acted("ban", guild, user)


def _forget_words(call: Call, guild: Guild, user: str, back: timedelta) -> None:
    """A ban may take the recent messages with it."""
    since = call.state.now() - back
    for channel in [it for it in call.state.channels.values() if it.guild == guild.id]:
        gone = [it for it in call.state.messages(channel.id) if it.author == user and made_at(it.id) > since]
        for message in gone:
            call.state.drop_message(message)
        if gone:
            happenings.messages_deleted(call.state, channel, [it.id for it in gone])


@routes.on("DELETE", "/guilds/{guild}/bans/{user}")
def unban(call: Call) -> None:
    guild, user = call.guild(), call.user()
    call.need(guild, Permission.BAN_MEMBERS)
    if user.id not in guild.bans:
        raise Refused(10026)
    del guild.bans[user.id]
    happenings.ban_changed(call.state, guild.id, user.id, banned=False)
    call.audit(guild, 23, user.id)
    call.acted("unban", guild, user.id)


@routes.on("POST", "/guilds/{guild}/bulk-ban")
def bulk_ban(call: Call) -> Json:
    guild = call.guild()
    who = Many(Snowflake(null=False), 200, 1, null=False)
    body = call.checked(Shape({"user_ids": who, "delete_message_seconds": Whole(0, 604_800)}, need=("user_ids",)))
    call.need(guild, Permission.BAN_MEMBERS | Permission.MANAGE_GUILD)
    banned: list[str] = []
    failed: list[str] = []
    for id in map(str, body["user_ids"]):
        known = id in call.state.users and id not in guild.bans
        allowed = id not in guild.members or outranks(guild, call.me, id)
        (banned if known and allowed and id != call.me else failed).append(id)
    if not banned:
        raise Refused(500000, status=400, message="Failed to ban users")
    for id in banned:
        _ban(call, guild, id, body.get("delete_message_seconds") or 0)
    return {"banned_users": banned, "failed_users": failed}

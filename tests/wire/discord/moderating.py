"""What a moderator does by hand in the client, and what the guild's AutoMod does by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.platforms.playground.moderating import Target
from bot.platforms.playground.options import Impossible
from tests.wire.discord import happenings, shapes
from tests.wire.discord.bits import Json, Permission
from tests.wire.discord.permissions import in_guild, outranks
from tests.wire.discord.records import AuditEntry, Channel, Guild, Member, Message
from tests.wire.discord.state import State

if TYPE_CHECKING:
    from tests.wire.discord.world import World

BLOCK, ALERT, SILENCE = 1, 2, 3
KEYWORD, MENTIONS = 1, 5
Hit = tuple[str | None, str | None]
"""The keyword of a rule, and what it matched."""


class Moderating:
    """The moderator's menu of an ``Actor``. Each deed leaves an entry in the audit log."""

    guild: str
    _world: World
    _state: State
    _id: str

    async def rename(self, name: str) -> None:
        """Take a nickname."""
        member = self._state.guilds[self.guild].members[self._id]
        member.nick = name
        happenings.member_changed(self._state, member)
        await self._world.settle()

    async def timeout(self, who: Target, until: datetime, why: str = "") -> None:
        """Silence somebody until then."""
        await self._silence(who, until, why)

    async def end_timeout(self, who: Target, why: str = "") -> None:
        """Let somebody speak again."""
        await self._silence(who, None, why)

    async def _silence(self, who: Target, until: datetime | None, why: str) -> None:
        member = self._below(who, Permission.MODERATE_MEMBERS)
        change = {"key": "communication_disabled_until", "old_value": shapes.moment(member.timeout_until)}
        change["new_value"] = shapes.moment(until)
        member.timeout_until = until
        self._audit(24, who.id, why, [{key: value for key, value in change.items() if value is not None}])
        happenings.member_changed(self._state, member)
        await self._world.settle()

    async def kick(self, who: Target, why: str = "") -> None:
        """Send somebody away."""
        member = self._below(who, Permission.KICK_MEMBERS)
        del self._guild.members[member.user]
        happenings.member_left(self._state, member)
        self._audit(20, who.id, why)
        await self._world.settle()

    async def ban(self, who: Target, why: str = "") -> None:
        """Send somebody away for good, there or not."""
        self._need(Permission.BAN_MEMBERS)
        member = self._guild.members.pop(who.id, None)
        self._guild.bans[who.id] = why
        if member:
            happenings.member_left(self._state, member)
        happenings.ban_changed(self._state, self.guild, who.id, banned=True)
        self._audit(22, who.id, why)
        await self._world.settle()

    async def unban(self, who: Target, why: str = "") -> None:
        """Lift a ban."""
        self._need(Permission.BAN_MEMBERS)
        if self._guild.bans.pop(who.id, None) is None:
            raise Impossible(f"{who.name} is not banned")
        happenings.ban_changed(self._state, self.guild, who.id, banned=False)
        self._audit(23, who.id, why)
        await self._world.settle()

    async def give_role(self, who: Target, role: str, why: str = "") -> None:
        await self._set_role(who, role, why, given=True)

    async def take_role(self, who: Target, role: str, why: str = "") -> None:
        await self._set_role(who, role, why, given=False)

    async def _set_role(self, who: Target, name: str, why: str, *, given: bool) -> None:
        member, role = self._below(who, Permission.MANAGE_ROLES), self._state.role_named(self.guild, name)
        if role is None:
            raise Impossible(f"there is no role {name}")
        member.roles = [*member.roles, role.id] if given else [it for it in member.roles if it != role.id]
        change = {"key": "$add" if given else "$remove", "new_value": [{"id": role.id, "name": role.name}]}
        self._audit(25, who.id, why, [change])
        happenings.member_changed(self._state, member)
        await self._world.settle()

    @property
    def _guild(self) -> Guild:
        return self._state.guilds[self.guild]

    def _need(self, wanted: Permission) -> None:
        if not in_guild(self._state, self._guild, self._id) & wanted:
            raise Impossible(f"{self._state.users[self._id].name} is no moderator")

    def _below(self, who: Target, wanted: Permission) -> Member:
        self._need(wanted)
        member = self._guild.members.get(who.id)
        if member is None:
            raise Impossible(f"{who.name} is not here")
        if not outranks(self._guild, self._id, who.id):
            raise Impossible(f"{who.name} is not below")
        return member

    def _audit(self, action: int, target: str, why: str, changes: list[Json] | None = None) -> None:
        state, guild = self._state, self._guild
        entry = AuditEntry(state.ids.new(), action, self._id, target, why or None, changes or [])
        guild.audit.append(entry)
        if in_guild(state, guild, state.bot.id) & Permission.VIEW_AUDIT_LOG:
            happenings.audited(state, guild, entry)


# AutoMod


def filtered(state: State, message: Message) -> str | None:
    """What AutoMod does about something said; gives the words for its author when nobody may see it."""
    channel = state.channels[message.channel]
    guild = state.guilds[channel.guild or ""]
    if in_guild(state, guild, message.author) & Permission.MANAGE_GUILD:
        return None
    stopped: str | None = None
    for rule, hit in _hits(guild, channel, message):
        blocks = next((it for it in rule["actions"] if it["type"] == BLOCK), None)
        if blocks and stopped is None:
            said = (blocks.get("metadata") or {}).get("custom_message")
            stopped = said or f"AutoMod stopped it: {rule['name']}"
        for action in rule["actions"]:
            _act(state, guild, message, action, rule, hit, blocked=blocks is not None)
    return stopped


def _hits(guild: Guild, channel: Channel, message: Message) -> Iterator[tuple[Json, Hit]]:
    roles = set(guild.members[message.author].roles)
    place = {channel.id, channel.parent}
    for rule in guild.automod.values():
        exempt = roles & set(rule["exempt_roles"]) or place & set(rule["exempt_channels"])
        if rule["enabled"] and not exempt and (hit := _hit(rule, message)):
            yield rule, hit


def _hit(rule: Json, message: Message) -> Hit | None:
    trigger = rule["trigger_metadata"]
    if rule["trigger_type"] == MENTIONS:
        count = len(message.mentions) + len(message.mention_roles)
        return (None, None) if count > trigger.get("mention_total_limit", 20) else None
    words = message.content.lower()
    for allowed in trigger.get("allow_list") or []:
        words = words.replace(allowed.lower().strip("*"), "")
    for keyword in trigger.get("keyword_filter") or []:
        core = keyword.strip("*").lower()
        at = words.find(core)
        if at >= 0 and _alone(words, at, at + len(core), keyword):
            return keyword, words[at : at + len(core)]
    return None


def _alone(words: str, start: int, end: int, keyword: str) -> bool:
    """Whether it is a whole word there, where no ``*`` says otherwise."""
    before, after = words[:start][-1:], words[end:][:1]
    return (keyword.startswith("*") or not before.isalnum()) and (keyword.endswith("*") or not after.isalnum())


def _act(state: State, guild: Guild, message: Message, action: Json, rule: Json, hit: Hit, *, blocked: bool) -> None:
    keyword, matched = hit
    if action["type"] == SILENCE:
        member = guild.members[message.author]
        member.timeout_until = state.now() + timedelta(seconds=action["metadata"]["duration_seconds"])
        happenings.member_changed(state, member)
    data: dict[str, Any] = {
        "guild_id": guild.id,
        "action": action,
        "rule_id": rule["id"],
        "rule_trigger_type": rule["trigger_type"],
        "user_id": message.author,
        "channel_id": message.channel,
        "content": message.content if state.intents_open & 1 << 15 else "",
        "matched_keyword": keyword,
        "matched_content": matched if state.intents_open & 1 << 15 else "",
    }
    if not blocked:
        data["message_id"] = message.id
    if action["type"] == ALERT:
        data["alert_system_message_id"] = state.ids.new()
    if in_guild(state, guild, state.bot.id) & Permission.MANAGE_GUILD:
        state.tell("AUTO_MODERATION_ACTION_EXECUTION", data, guild.id, None)

"""What the bot may do to a server as a whole: its scheduled events, its invites, its AutoMod."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import discord
from discord.http import Route

from bot.chat.platform import PlatformError, why
from bot.chat.things import Channel, Invite, Made, NativeRule, ScheduledEvent, Space
from bot.platforms.discord import automod, limits
from bot.platforms.discord.base import Base
from bot.platforms.discord.errors import Blame, nothing
from bot.platforms.discord.rest import Payload, audited, number
from bot.platforms.discord.town import GuildTown
from bot.platforms.discord.translate import member, moment

log = logging.getLogger("relais.discord")

STAGE, VOICE, ELSEWHERE = 1, 2, 3
"""Where a scheduled event may be."""
MEMBERS_ONLY = 2
CANCELLED = 4
LIVE = (1, 2)
"""States of a scheduled event: to come, and under way."""


def reason(given: str) -> str | None:
    """For the audit log."""
    return audited(given or why.get())


class Guarding(Base):
    """Scheduled events, invites, the pause of invites, AutoMod."""

    # Scheduled events

    async def schedule_event(self, space: Space, event: ScheduledEvent, why: str) -> Made:
        town = self.town(space)
        guild, blame = number(space.id), self.lacking(town, "create_events")
        present: Sequence[Payload] = await self.rest.do(lambda http: http.get_scheduled_events(guild, False), blame)
        for one in present:
            mine = str(one.get("creator_id")) == self.me and one.get("status") in LIVE
            if mine and one["name"] == _name(event) and moment(one["scheduled_start_time"]) == event.starts:
                return await self.change_event(space, str(one["id"]), event, why)
        fields = _fields(town, event)
        made: Payload = await self.rest.do(
            lambda http: http.create_guild_scheduled_event(guild, reason=reason(why), **fields), blame
        )
        return _made(made)

    async def change_event(self, space: Space, id: str, event: ScheduledEvent, why: str) -> Made:
        town = self.town(space)
        guild, found, fields = number(space.id), number(id), _fields(town, event)
        changed: Payload = await self.rest.do(
            lambda http: http.edit_scheduled_event(guild, found, reason=reason(why), **fields),
            self.lacking(town, "create_events"),
        )
        return _made(changed)

    async def cancel_event(self, space: Space, id: str, why: str) -> None:
        """Those who said they would come are told by Discord; one under way ends."""
        town = self.town(space)
        guild, found, blame = number(space.id), number(id), self.lacking(town, "create_events")
        now: Payload = await self.rest.do(lambda http: http.get_scheduled_event(guild, found, False), blame)
        if now.get("status") not in LIVE:
            return
        state = CANCELLED if now["status"] == LIVE[0] else CANCELLED - 1
        await self.rest.do(
            lambda http: http.edit_scheduled_event(guild, found, reason=reason(why), status=state), blame
        )

    # Invites

    async def invites(self, space: Space) -> tuple[Invite, ...]:
        town = self.town(space)
        found = await self.invites_now(space.id)
        return tuple(_invite(town, one) for one in found)

    async def invites_now(self, guild: str) -> Sequence[Payload]:
        id, town = number(guild), self.seen(guild)
        blame = self.lacking(town, "manage_guild") if town else nothing
        found: Sequence[Payload] = await self.rest.do(lambda http: http.invites_from(id), blame)
        return found

    async def create_invite(self, channel: Channel, max_uses: int, max_age: timedelta, why: str) -> Made:
        town, id = self.town(channel.space), number(channel.id)
        uses, age = min(max_uses, limits.INVITE_USES), int(min(max_age, limits.INVITE_AGE).total_seconds())
        blame = self.lacking(town, "view_channel", "create_instant_invite", channel=channel.id)
        made: Payload = await self.rest.do(
            lambda http: http.create_invite(id, reason=reason(why), max_uses=uses, max_age=age), blame
        )
        return Made(str(made["code"]), _link(made))

    async def delete_invite(self, space: Space, code: str, why: str) -> None:
        blame = self.lacking(self.town(space), "manage_guild")
        await self.rest.do(lambda http: http.delete_invite(code, reason=reason(why)), blame)

    async def pause_invites(self, space: Space, until: datetime | None, why: str) -> None:
        """At most a day: Discord's limit."""
        blame = self.lacking(self.town(space), "manage_guild")
        if until is not None:
            until = min(until, self.hub.now() + limits.INVITE_PAUSE)
        route = Route("PUT", "/guilds/{guild_id}/incident-actions", guild_id=number(space.id))
        asked = {"invites_disabled_until": until.isoformat() if until else None}
        await self.rest.do(lambda http: http.request(route, json=asked, reason=reason(why)), blame)

    # AutoMod

    async def mirror(self, space: Space, rules: Sequence[NativeRule], why: str) -> Made:
        town, guild = self.town(space), number(space.id)
        blame = self.lacking(town, "manage_guild", *(["moderate_members"] if any(it.timeout for it in rules) else []))
        present = await self.rules_now(space.id)
        sparing = [replace(it, exempt_roles=(*it.exempt_roles, *town.roles_of(it.exempt))) for it in rules]
        plan = automod.planned(sparing, present, self.me, town.role_id)
        for id in plan.drop:
            await self.rest.do(_deleting(guild, number(id), why), blame)
        for id, fields in plan.change.items():
            await self._set_rule(_changing(guild, number(id), fields, why), fields, plan, blame)
        for fields in plan.make:
            await self._set_rule(_making(guild, fields, why), fields, plan, blame)
        return Made(left_out=tuple(plan.left_out))

    async def _set_rule(self, request: Any, fields: Mapping[str, Any], plan: automod.Plan, blame: Blame) -> None:
        """A rule that Discord does not take (an expression it cannot read) is left out, the others are set."""
        try:
            await self.rest.do(request, blame)
        except PlatformError as error:
            if type(error) is not PlatformError:
                raise
            log.warning("AutoMod does not take the rule %s: %s", fields["name"], error)
            plan.left_out.append(automod.name_of({**fields, "creator_id": self.me}, self.me))

    async def rules_now(self, guild: str) -> Sequence[Payload]:
        id, town = number(guild), self.seen(guild)
        blame = self.lacking(town, "manage_guild") if town else nothing
        found: Sequence[Payload] = await self.rest.do(lambda http: http.get_auto_moderation_rules(id), blame)
        return found


def _deleting(guild: int, id: int, why: str) -> Any:
    return lambda http: http.delete_auto_moderation_rule(guild, id, reason=reason(why))


def _changing(guild: int, id: int, fields: Mapping[str, Any], why: str) -> Any:
    return lambda http: http.edit_auto_moderation_rule(guild, id, reason=reason(why), **fields)


def _making(guild: int, fields: Mapping[str, Any], why: str) -> Any:
    return lambda http: http.create_auto_moderation_rule(guild, reason=reason(why), **fields)


def _name(event: ScheduledEvent) -> str:
    return limits.cut(event.name, limits.EVENT_NAME)


def _fields(town: GuildTown, event: ScheduledEvent) -> dict[str, Any]:
    """A channel where people speak holds the event; any other is named as its place."""
    fields: dict[str, Any] = {
        "name": _name(event),
        "description": limits.cut(event.description, limits.EVENT_TEXT) or None,
        "privacy_level": MEMBERS_ONLY,
        "scheduled_start_time": event.starts.isoformat(),
        "scheduled_end_time": event.ends.isoformat(),
    }
    if not isinstance(event.place, Channel):
        return fields | _elsewhere(event.place)
    channel = town.guild.get_channel(number(event.place.id))
    if isinstance(channel, discord.VoiceChannel | discord.StageChannel):
        kind = STAGE if isinstance(channel, discord.StageChannel) else VOICE
        return fields | {"entity_type": kind, "channel_id": event.place.id, "entity_metadata": None}
    return fields | _elsewhere(f"#{event.place.name or (channel.name if channel else event.place.id)}")


def _elsewhere(place: str) -> dict[str, Any]:
    location = limits.cut(place, limits.EVENT_PLACE)
    return {"entity_type": ELSEWHERE, "channel_id": None, "entity_metadata": {"location": location}}


def _made(event: Payload) -> Made:
    return Made(str(event["id"]), f"https://discord.com/events/{event['guild_id']}/{event['id']}")


def _link(invite: Payload) -> str:
    return f"https://discord.gg/{invite['code']}"


def _invite(town: GuildTown, given: Payload) -> Invite:
    inviter, place = given.get("inviter"), given.get("channel")
    return Invite(
        town.space,
        str(given["code"]),
        _link(given),
        member(town, {}, inviter) if inviter else None,
        town.place(str(place["id"]))[0] if place else None,
        int(given.get("uses") or 0),
        int(given.get("max_uses") or 0),
        moment(given.get("expires_at")),
    )

"""What the gateway tells of invites, of AutoMod and of moderators' own deeds."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from bot.chat.events import MemberJoined, Sanctioned
from bot.chat.missed import patiently
from bot.chat.platform import PlatformError
from bot.chat.things import Member, Space
from bot.platforms.discord import audit, automod, limits
from bot.platforms.discord.audit import Deed, sanctioned
from bot.platforms.discord.doors import Door, Doors, door
from bot.platforms.discord.feed import Feed, Recent, Tasks
from bot.platforms.discord.gateway import Ear, Payload
from bot.platforms.discord.guarding import Guarding
from bot.platforms.discord.town import GuildTown
from bot.platforms.discord.translate import member, somebody, stopped

log = logging.getLogger("relais.discord")

CROWD = 20
"""Newcomers of one server for whom the invite is looked up at the same time; others are told of at once."""
LOOKING = 5.0
"""Seconds that a newcomer is held back until the invite is known."""
LOOKS = 3
"""How often the invites are read again because more people came meanwhile."""
ONE_HIT = timedelta(seconds=10)
"""Within it AutoMod tells the actions of one hit."""
REMEMBERED = 5_000
AUDIT_PAGES = 10
"""Pages of the audit log read for what moderators did while the bot was away: its newest thousand entries."""

Members = Mapping[str, Mapping[str, Any]]
"""Members as Discord tells them, by their ids."""


class Watching(Guarding):
    """Ears beside those for messages and members."""

    feed: Feed
    tasks: Tasks

    def __init__(self) -> None:
        super().__init__()
        self._doors: dict[str, Doors] = {}
        self._newcomers: dict[str, list[MemberJoined]] = {}
        self._rules: dict[str, dict[str, Payload]] = {}
        self._hits: Recent[tuple[str, ...], tuple[datetime, set[int]]] = Recent(REMEMBERED)
        self._departed: Recent[tuple[str, str], Member] = Recent(REMEMBERED)
        self._telling = asyncio.Lock()
        self._stops = 0

    def watchers(self) -> dict[str, Ear]:
        return {
            "INVITE_CREATE": lambda payload: self._doors_of(str(payload["guild_id"])).made(door(payload)),
            "INVITE_DELETE": lambda payload: self._doors_of(str(payload["guild_id"])).gone(str(payload["code"])),
            "GUILD_AUDIT_LOG_ENTRY_CREATE": self._audited,
            "AUTO_MODERATION_RULE_CREATE": self._rule_changed,
            "AUTO_MODERATION_RULE_UPDATE": self._rule_changed,
            "AUTO_MODERATION_ACTION_EXECUTION": self._acted,
        }

    # Invites

    def _doors_of(self, guild: str) -> Doors:
        return self._doors.setdefault(guild, Doors())

    async def learn_doors(self, guild: str) -> None:
        """Read the invites, to compare with when somebody comes."""
        town = self.seen(guild)
        if town is not None and town.may("manage_guild"):
            try:
                self._doors_of(guild).learn(await self._doors_now(town))
            except PlatformError as error:
                log.warning("the invites of %s cannot be read: %s", town.space.name, error)

    async def _doors_now(self, town: GuildTown) -> list[Door]:
        found = [door(it) for it in await self.invites_now(town.space.id)]
        if "VANITY_URL" in town.guild.features:
            own = await self.rest.do(lambda http: http.get_vanity_code(town.guild.id))
            found += [door(own)] if own.get("code") else []
        return found

    def arrived(self, event: MemberJoined) -> None:
        """Tell of a newcomer, once it is known by which invite they came, where that can be known."""
        town, guild = self.seen(event.space.id), event.space.id
        if event.member.is_bot or town is None or not town.may("manage_guild"):
            return self.feed.put(event)
        self._doors_of(guild).newcomers += 1
        waiting = self._newcomers.setdefault(guild, [])
        if len(waiting) >= CROWD:
            return self.feed.put(event)
        self.feed.hold(event.member.key)
        waiting.append(event)
        if len(waiting) == 1:
            self.tasks.spawn(self._attribute(town))

    async def _attribute(self, town: GuildTown) -> None:
        came: Door | None = None
        try:
            came = await self._door_used(town)
        finally:
            by = came.inviter if came else None
            inviter = member(town, {}, by) if by and str(by["id"]) != self.me else None
            for event in self._newcomers.pop(town.space.id):
                told = replace(event, invite=came.code if came else "", invited_by=inviter)
                self.feed.release(event.member.key, [told])

    async def _door_used(self, town: GuildTown) -> Door | None:
        """The invite by which all of those came who wait, if that is certain."""
        doors = self._doors_of(town.space.id)
        try:
            async with asyncio.timeout(LOOKING):
                for _ in range(LOOKS):
                    heard = doors.newcomers
                    found = await self._doors_now(town)
                    if heard == doors.newcomers:
                        return doors.look(found)
        except (PlatformError, TimeoutError) as error:
            log.info("nobody knows by which invite somebody came to %s: %s", town.space.name, error)
        doors.forget()
        return None

    # AutoMod

    def _rule_changed(self, payload: Payload) -> None:
        if (known := self._rules.get(str(payload["guild_id"]))) is not None:
            known[str(payload["id"])] = payload

    def _acted(self, payload: Payload) -> None:
        """Discord tells each action of a rule: one that was told already begins another hit."""
        key = tuple(str(payload.get(it) or "") for it in ("rule_id", "user_id", "channel_id", "message_id", "content"))
        action, now = int(payload["action"]["type"]), self.hub.now()
        at, told = self._hits.get(key) or (now, set[int]())
        if told and action not in told and now - at <= ONE_HIT:
            told.add(action)
            return
        self._hits.put(key, (now, {action}))
        self._stops += 1
        self.tasks.spawn(self._tell_stopped(payload, now, f"{now.isoformat()}:{self._stops}"))

    async def _tell_stopped(self, payload: Payload, now: datetime, hit: str) -> None:
        guild = str(payload["guild_id"])
        town = self.town_of(guild)
        async with self._telling:
            who = await self._somebody(town.space, str(payload["user_id"]))
            rule = await self._rule(guild, str(payload["rule_id"]))
        name, own = automod.name_of(rule, self.me), automod.is_ours(rule, self.me)
        self.feed.put(replace(stopped(town, payload, who, now), id=f"stopped:{hit}", rule=name, own=own))

    async def _rule(self, guild: str, id: str) -> Payload:
        """A rule of AutoMod; an empty one when Discord does not tell."""
        if id not in self._rules.get(guild, {}):
            try:
                found = await self.rules_now(guild)
            except PlatformError:
                return {}
            self._rules[guild] = {str(it["id"]): dict(it) for it in found}
        return self._rules[guild].get(id, {})

    # Moderators

    def _audited(self, payload: Payload) -> None:
        guild = str(payload["guild_id"])
        if code := audit.invite_deleted(payload):
            self._doors_of(guild).deleted(code)
        for deed in self._deeds_of_others(payload):
            self.tasks.spawn(self._tell_deed(payload, deed, self.town_of(guild).space))

    def _deeds_of_others(self, entry: Payload) -> Iterator[Deed]:
        """What an entry says that others than the bot did to somebody."""
        return audit.deeds(entry) if entry.get("target_id") and str(entry.get("user_id")) != self.me else iter(())

    async def _tell_deed(self, payload: Payload, deed: Deed, space: Space) -> None:
        by = str(payload.get("user_id") or "")
        async with self._telling:
            who = await self._somebody(space, str(payload["target_id"]))
            event = sanctioned(payload, deed, who, await self._somebody(space, by) if by else None)
        self.feed.put(event)

    async def deeds_missed(self, town: GuildTown, since: int, members: Members) -> list[Sanctioned]:
        """What moderators did after the entry ``since`` of the audit log, where the bot may read it, in no order."""
        if not town.may("view_audit_log"):
            return []
        try:
            entries, users = await self._audit_since(town.space.id, since)
        except PlatformError as error:
            log.warning("the audit log of %s could not be read: %s", town.space.name, error)
            return []

        def who(id: str) -> Member:
            if given := members.get(id):
                return self.note(member(town, given))
            return member(town, {}, users[id]) if id in users else somebody(town.space, id)

        return [
            sanctioned(entry, deed, who(str(entry["target_id"])), who(by) if by else None)
            for entry in entries
            for deed in self._deeds_of_others(entry)
            for by in [str(entry.get("user_id") or "")]
        ]

    async def _audit_since(self, guild: str, since: int) -> tuple[list[Payload], dict[str, Payload]]:
        """The newest entries after ``since``, and the users that they name."""
        entries: list[Payload] = []
        users: dict[str, Payload] = {}
        before: str | None = None
        for _ in range(AUDIT_PAGES):
            page = await patiently(partial(self.rest.audit_log, guild, limits.PAGE, before))
            told = page["audit_log_entries"]
            entries += [one for one in told if int(one["id"]) > since]
            users |= {str(one["id"]): one for one in page["users"]}
            if len(told) < limits.PAGE or int(told[-1]["id"]) <= since:
                break
            before = str(told[-1]["id"])
        return entries, users

    async def _somebody(self, space: Space, id: str) -> Member:
        """Somebody who may have left."""
        try:
            found = self._departed.get((space.id, id)) or await self.member(space, id)
        except PlatformError:
            found = None
        return found or self.once_known(space, id) or somebody(space, id)

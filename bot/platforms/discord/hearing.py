"""What Discord's gateway tells, on its way to Relais."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.chat.events import MemberAdmitted, MemberJoined, MemberRenamed, Reacted, RightsChanged, SpaceLost, SpaceSeen
from bot.chat.things import Member, MessageRef, Space
from bot.platforms.discord.feed import Feed, Recent, Tasks
from bot.platforms.discord.gateway import Ear, Payload
from bot.platforms.discord.history import SCREENED, SCREENING, History
from bot.platforms.discord.talk import Talk
from bot.platforms.discord.town import PLATFORM, Rights, Town
from bot.platforms.discord.translate import (
    admitted,
    deleted,
    edited,
    emoji,
    is_said,
    joined,
    left,
    member,
    moment,
    posted,
    somebody,
)

log = logging.getLogger("relais.discord")

ASTRAY = timedelta(days=1)
"""A join told now that lies further away happened now: sessions are resumed within minutes, so a clock is wrong."""
REMEMBERED = 5_000
"""Reactions, departures and newcomers kept to know a repetition from something new."""


class Hearing(History, Talk):
    """Ears for the gateway's events."""

    def __init__(self) -> None:
        super().__init__()
        self.tasks = Tasks()
        self.feed = Feed(self._receive)
        self._absent: set[str] = set()
        """Guilds that Discord announced and did not show yet."""
        self._expected: set[str] = set()
        """Guilds where something that was missed may not be told yet."""
        self._rights: dict[str, Rights] = {}
        self._turns = 0
        """How often the rights of any guild changed."""
        self._shards: set[int] = set()
        self._pending: Recent[tuple[str, str], bool] = Recent(REMEMBERED)
        self._gone: Recent[tuple[str, str], str] = Recent(REMEMBERED)
        self._reactions: Recent[tuple[str, str, str], tuple[bool, str]] = Recent(REMEMBERED)

    async def _receive(self, event: Any) -> None:
        if isinstance(event, MemberJoined | MemberAdmitted):
            self._arrivals[event] = None
        await self.hub.receive(event)

    def ears(self) -> Mapping[str, Ear]:
        guilds: dict[str, Ear] = {
            "READY": self._ready,
            "GUILD_CREATE": self._guild_came,
            "GUILD_UPDATE": self._guild_changed,
            "GUILD_DELETE": self._guild_went,
            **dict.fromkeys(("GUILD_ROLE_CREATE", "GUILD_ROLE_UPDATE", "GUILD_ROLE_DELETE"), self._roles_changed),
        }
        people: dict[str, Ear] = {
            "GUILD_MEMBER_ADD": self._joined,
            "GUILD_MEMBER_UPDATE": self._changed,
            "GUILD_MEMBER_REMOVE": self._left,
        }
        return (
            guilds
            | people
            | self.watchers()
            | {
                "MESSAGE_CREATE": self._said,
                "MESSAGE_UPDATE": self._reworded,
                "MESSAGE_DELETE": self._deleted,
                "MESSAGE_DELETE_BULK": self._deleted,
                "MESSAGE_REACTION_ADD": lambda payload: self._reacted(payload, added=True),
                "MESSAGE_REACTION_REMOVE": lambda payload: self._reacted(payload, added=False),
                "INTERACTION_CREATE": self.asked,
            }
        )

    def asked(self, payload: Payload) -> None:
        """Somebody waits for an answer."""
        raise NotImplementedError

    # Guilds

    def _ready(self, payload: Payload) -> None:
        """A new session of a shard: what its guilds told before is over, and some may have been missed."""
        shard, count = payload.get("shard") or (0, 1)
        self._shards.add(int(shard))
        there = {str(one["id"]) for one in payload["guilds"]}
        for space in self.hub.known(PLATFORM):
            if (int(space.id) >> 22) % int(count) == int(shard) and space.id not in there:
                self._lost(space)
        for guild in (str(one["id"]) for one in payload["guilds"]):
            self.forget_town(guild)
            self._absent.add(guild)
            self._expected.add(guild)
            self.feed.hold(guild)
        self.look_around()

    def _guild_came(self, payload: Payload) -> None:
        guild = str(payload["id"])
        self.forget_town(guild)
        if payload.get("unavailable"):
            return
        self._absent.discard(guild)
        self._look_at_rights(guild)
        self.feed.hold(guild)
        self.tasks.spawn(self._catch_up(guild))
        self.look_around()

    async def _catch_up(self, guild: str) -> None:
        try:
            await self.learn_doors(guild)
            missed = await self.missed(guild)
        except Exception:
            log.exception("could not catch up")
            missed = []
        self.feed.release(guild, missed)
        self._expected.discard(guild)
        self.look_around()

    def look_around(self) -> None:
        """Called whenever the guilds in reach may have become all there are."""
        raise NotImplementedError

    def _guild_changed(self, payload: Payload) -> None:
        self.forget_town(str(payload["id"]))
        if town := self.seen(str(payload["id"])):
            now = self.hub.now()
            self.feed.put(SpaceSeen(space=town.space, id=f"seen:{payload['id']}:{now.isoformat()}", at=now))

    def _guild_went(self, payload: Payload) -> None:
        """An outage of a server, or the bot was removed from it."""
        guild = str(payload["id"])
        self.forget_town(guild)
        self._absent.discard(guild)
        self._expected.discard(guild)
        self.feed.release(guild)
        if not payload.get("unavailable"):
            self._rights.pop(guild, None)
            self._lost(Space(PLATFORM, guild))
        self.look_around()

    def _lost(self, space: Space) -> None:
        now = self.hub.now()
        self.feed.put(SpaceLost(space=space, id=f"lost:{space.id}:{now.isoformat()}", at=now))

    def _roles_changed(self, payload: Payload) -> None:
        self.forget_town(str(payload["guild_id"]))
        self._look_at_rights(str(payload["guild_id"]))

    def _look_at_rights(self, guild: str) -> None:
        """Tell when they are not what they were; at first nobody knows of another state."""
        if town := self.seen(guild):
            before, rights, now = self._rights.get(guild), town.rights(), self.hub.now()
            self._rights[guild] = rights
            if before not in (None, rights):
                self._turns += 1
                told = f"rights:{guild}:{now.isoformat()}:{self._turns}"
                self.feed.put(RightsChanged(space=town.space, id=told, at=now))

    # People

    def _joined(self, payload: Payload) -> None:
        town = self._town(payload)
        now = self.hub.now()
        event = joined(town, payload, now)
        if abs(now - event.at) > ASTRAY:
            event = replace(event, at=now)
        key = (town.space.id, event.member.id)
        self._gone.pop(key)
        self._departed.pop(key)
        if event.member.pending:
            self._pending.put(key, True)
        self._lists.pop(town.space.id)
        self.note(event.member)
        self.arrived(event)

    def _changed(self, payload: Payload) -> None:
        """Of all changes, a new name and the end of screening are told; the latter again after a restart."""
        town, id = self._town(payload), str(payload["user"]["id"])
        if id == self.me:
            self._look_at_rights(town.space.id)
        before, who = self.once_known(town.space, id), self.note(member(town, payload))
        if id != self.me and (before is None or before.name != who.name):
            now = self.hub.now()
            old = before.name if before else None
            told = f"renamed:{id}:{old}:{who.name}:{now.isoformat()}"
            self.feed.put(MemberRenamed(space=town.space, id=told, at=now, member=who, before=old))
        if payload.get("pending"):
            self._pending.put((town.space.id, id), True)
            return
        was_pending = self._pending.pop((town.space.id, id))
        came, now = moment(payload.get("joined_at")), self.hub.now()
        guild = self.seen(town.space.id)
        screened = guild is not None and SCREENING in guild.guild.features
        recent = came is not None and now - came <= SCREENED and id != self.me
        if was_pending or (screened and recent):
            self.feed.put(admitted(town, payload, now))

    def _left(self, payload: Payload) -> None:
        town, id, now = self._town(payload), str(payload["user"]["id"]), self.hub.now()
        key = (town.space.id, id)
        told = self._gone.get(key) or f"left:{id}:{now.isoformat()}"
        self._gone.put(key, told)
        self._pending.pop(key)
        event = left(town, payload, told, now)
        self._departed.put(key, self.once_known(town.space, id) or event.member)
        self.forget(town.space, id)
        if id != self.me:
            self.feed.put(event)

    # Messages

    def _said(self, payload: Payload) -> None:
        if str(payload["author"]["id"]) == self.me:
            self.heard_own(payload)
        elif "guild_id" in payload and is_said(payload, self.me):
            town = self._town(payload)
            who = None if payload.get("webhook_id") else self.author(town, payload)
            self.feed.put(posted(town, payload, who))

    def _reworded(self, payload: Payload) -> None:
        if "guild_id" not in payload or not is_said(payload, self.me):
            return
        town = self._town(payload)
        known = None if payload.get("member") else self.known(town.space, str(payload["author"]["id"]))
        if event := edited(town, payload, known):
            self.feed.put(event)

    def _deleted(self, payload: Payload) -> None:
        if "guild_id" in payload:
            for event in deleted(self._town(payload), payload, self.hub.now()):
                self.feed.put(event)

    def _reacted(self, payload: Payload, *, added: bool) -> None:
        id = str(payload["user_id"])
        if "guild_id" not in payload or id == self.me:
            return
        town, sign, now = self._town(payload), emoji(payload["emoji"]), self.hub.now()
        key = (str(payload["message_id"]), id, sign)
        before = self._reactions.get(key)
        same = before is not None and before[0] is added
        told = before[1] if before and same else f"reaction:{':'.join(key)}:{added}:{now.isoformat()}"
        self._reactions.put(key, (added, told))
        channel, thread = town.place(str(payload["channel_id"]))
        ref = MessageRef(channel, key[0], thread)
        who = self._reacting(town, payload, id)
        self.feed.put(Reacted(space=town.space, id=told, at=now, member=who, ref=ref, emoji=sign, added=added))

    def _reacting(self, town: Town, payload: Payload, id: str) -> Member:
        """Discord describes who reacts, not who takes a reaction back."""
        if payload.get("member"):
            return self.note(member(town, payload["member"]))
        return self.known(town.space, id) or somebody(town.space, id)

    def _town(self, payload: Payload) -> Town:
        return self.town_of(str(payload["guild_id"]))

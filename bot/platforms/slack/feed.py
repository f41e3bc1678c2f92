"""What happens in a workspace, handed to Relais: in order within each channel, each under its own stable id."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from bot.chat.events import Event, SpaceLost, SpaceSeen
from bot.chat.missed import CATCH_UP
from bot.chat.platform import Hub, PlatformError
from bot.chat.things import Channel, Space
from bot.platforms.slack import translate
from bot.platforms.slack.translate import TOMBSTONE
from bot.platforms.slack.workspace import Workspace

log = logging.getLogger("relais.slack")

LANES = 5_000
SINCE = "since"
"""In the store: when Relais first came into a workspace."""
Payload = Mapping[str, Any]


class Talk(Protocol):
    """Where what is said to the app goes."""

    async def mentioned(self, workspace: Workspace, channel: Channel, event: Payload, *, direct: bool) -> None: ...


def lost(space: Space, now: datetime) -> SpaceLost:
    return SpaceLost(space=space, id=f"lost:{now.isoformat()}", at=now)


class Feed:
    """Events of one workspace."""

    def __init__(self, workspace: Workspace, hub: Hub, talk: Talk) -> None:
        self.workspace = workspace
        self.hub = hub
        self.talk = talk
        self.ready = asyncio.Event()
        self._lanes: OrderedDict[str, asyncio.Lock] = OrderedDict()
        self._gone: set[str] = set()
        self._catching = asyncio.Lock()

    async def hear(self, event: Payload) -> None:
        """Something happened. Messages wait while missed ones are told."""
        kind = str(event.get("type", ""))
        match kind:
            case "message" | "app_mention" | "reaction_added" | "reaction_removed":
                await self._in_channel(kind, event)
            case "team_join":
                await self._joined(event)
            case "user_change":
                await self._changed(event)
            case "subteam_updated" | "subteam_members_changed" | "subteam_created":
                await self.read_groups()
            case _ if kind.startswith(("channel_", "group_", "member_joined_channel", "member_left_channel")):
                self.workspace.directory.channels_changed()

    async def _in_channel(self, kind: str, event: Payload) -> None:
        item: Payload = event.get("item") or {}
        id = str(event.get("channel") or item.get("channel") or "")
        if not id:
            return
        lane = self._lane(id)
        async with lane:
            await self.ready.wait()
            channel = self.workspace.directory.channel(id)
            if kind == "message":
                await self._message(channel, event)
            elif kind == "app_mention":
                await self._mention(channel, event)
            elif item.get("type") == "message":
                await self._reaction(channel, event)

    def _lane(self, channel: str) -> asyncio.Lock:
        lane = self._lanes.setdefault(channel, asyncio.Lock())
        self._lanes.move_to_end(channel)
        if len(self._lanes) > LANES and not next(iter(self._lanes.values())).locked():
            self._lanes.popitem(last=False)
        return lane

    async def _message(self, channel: Channel, event: Payload) -> None:
        subtype = event.get("subtype")
        if event.get("channel_type") in ("im", "mpim"):
            if event["channel_type"] == "im" and subtype is None and not event.get("bot_id"):
                await self.talk.mentioned(self.workspace, channel, event, direct=True)
        elif subtype == "message_changed":
            await self._changed_message(channel, event)
        elif subtype == "message_deleted":
            if not self.workspace.is_own(event.get("previous_message") or {}):
                await self.hub.receive(translate.deleted(channel, event))
        else:
            await self.tell(channel, event)

    async def _changed_message(self, channel: Channel, event: Payload) -> None:
        message: Payload = event.get("message") or {}
        if message.get("subtype") == TOMBSTONE:
            await self.hub.receive(translate.deleted(channel, event))
        elif not self.workspace.is_own(message) and message.get("subtype") in translate.SAID:
            edited = translate.edited(channel, event, await self.workspace.who(message))
            if edited:
                await self.hub.receive(edited)

    async def tell(self, channel: Channel, message: Payload) -> None:
        """Something was said. What the app said itself is passed over."""
        if translate.is_said(message) and not self.workspace.is_own(message):
            author = await self.workspace.who(message)
            await self.hub.receive(translate.posted(channel, message, author))

    async def _mention(self, channel: Channel, event: Payload) -> None:
        """The twin of a message, and perhaps a command."""
        if event.get("edited"):
            return
        await self.tell(channel, event)
        if not event.get("bot_id"):
            await self.talk.mentioned(self.workspace, channel, event, direct=False)

    async def _reaction(self, channel: Channel, event: Payload) -> None:
        user = str(event.get("user") or "")
        if user and user != self.workspace.user:
            member = await self.workspace.directory.somebody(user)
            await self.hub.receive(translate.reacted(channel, event, member))

    # Members

    async def _joined(self, event: Payload) -> None:
        directory, user = self.workspace.directory, event["user"]
        told = {"id": user} if isinstance(user, str) else user
        member = await directory.member(told["id"]) if len(told) == 1 else directory.learn(told)
        if member and member.language is None:
            directory.forget(member.id)
            member = await directory.somebody(member.id, member.name)
        if member:
            self._gone.discard(member.id)
            await self._told_once(translate.joined(self.workspace.space, event, member, self.hub.now()))

    async def _changed(self, event: Payload) -> None:
        """A profile was changed. A deactivated account has left; one that comes back joins again."""
        space, now = self.workspace.space, self.hub.now()
        directory, user = self.workspace.directory, event["user"]
        id = str(user["id"])
        before, member = directory.people.get(id), directory.learn(user)
        if user.get("deleted"):
            directory.forget(id)
            if id not in self._gone:
                self._gone.add(id)
                await self._told_once(translate.left(space, user, member, now))
        elif id in self._gone:
            self._gone.discard(id)
            await self._told_once(translate.joined(space, event, member, now))
        elif id != self.workspace.user and (before is None or before.name != member.name):
            await self.hub.receive(translate.renamed(space, user, member, before, now))

    async def _told_once(self, event: Event) -> None:
        """No list of Slack's says who came and went: it may forget the event only when all of it is done."""
        await self.hub.receive(event)
        await self.hub.handled(event)

    async def read_groups(self) -> None:
        """Levels from user groups, where they may be read."""
        if self.workspace.has("usergroups:read"):
            try:
                await self.workspace.directory.read_groups()
            except PlatformError as error:
                log.warning("user groups could not be read: %s", error)

    # After an absence

    def seen(self, id: str) -> SpaceSeen:
        return SpaceSeen(space=self.workspace.space, id=id, at=self.hub.now())

    async def catch_up(self) -> None:
        """Tell what was said since the last message that Relais knows of, channel by channel, oldest first."""
        async with self._catching:
            self.ready.clear()
            try:
                for channel in await self.workspace.channels():
                    if channel.id in self.workspace.directory.joined:
                        await self._catch_up(channel)
            except PlatformError as error:
                log.warning("channels could not be caught up with: %s", error)
            finally:
                self.ready.set()

    async def _since(self) -> str:
        """When Relais first came: nothing older is told of channels where it heard nothing yet."""
        id = self.workspace.space.id
        known = (await self.hub.store.load(SINCE)).get(id)
        if known is None:
            known = f"{self.hub.now().timestamp():.6f}"
            await self.hub.store.save(SINCE, {id: known})
        return known

    async def _catch_up(self, channel: Channel) -> None:
        last = await self.hub.last_seen(channel) or await self._since()
        try:
            missed = await self.workspace.newest(channel.id, last, CATCH_UP)
        except PlatformError as error:
            log.warning("#%s could not be caught up with: %s", channel.name or channel.id, error)
            return
        for message in missed:
            await self.tell(channel, message)

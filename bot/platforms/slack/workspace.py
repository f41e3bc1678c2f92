"""One workspace where the app is installed: what is posted there, and what is looked up."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from slack_bolt.authorization import AuthorizeResult

from bot.chat.card import Card
from bot.chat.missed import patiently
from bot.chat.platform import Forbidden, NotFound, PlatformError
from bot.chat.things import Channel, Member, MessageRef, Space
from bot.platforms.slack import limits
from bot.platforms.slack.api import Api
from bot.platforms.slack.directory import Directory
from bot.platforms.slack.errors import Refused
from bot.platforms.slack.render import Rendered, mentioned, render

log = logging.getLogger("relais.slack")

POSTED = "relais_post"
"""The ``event_type`` of the metadata that carries a post's key."""
LOOKED_AT = 10
"""Pages of a channel's history that are searched for a post; after them nothing is sure."""
NOT_THERE = "not_in_channel"
MALFORMED = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "invalid_arguments"})
NO_UNFURL = {"unfurl_links": False, "unfurl_media": False}

Message = Mapping[str, Any]


class Workspace:
    """Posts and reads. ``user`` and ``bot`` are the two ids by which Slack calls the app."""

    def __init__(self, api: Api, directory: Directory, auth: Mapping[str, Any], scopes: frozenset[str]) -> None:
        self.api = api
        self.directory = directory
        self.user = str(auth.get("user_id", ""))
        self.bot = str(auth.get("bot_id", ""))
        self.scopes = scopes
        self.regrouping = asyncio.Lock()
        self.authorization = AuthorizeResult(
            enterprise_id=auth.get("enterprise_id"),
            team_id=directory.space.id,
            bot_user_id=self.user,
            bot_id=self.bot,
            bot_token=api.token,
        )

    @property
    def space(self) -> Space:
        return self.directory.space

    def has(self, scope: str) -> bool:
        return scope in self.scopes

    def is_own(self, message: Message) -> bool:
        """Whether the app wrote it."""
        by_user = bool(self.user) and message.get("user") == self.user
        return by_user or (bool(self.bot) and message.get("bot_id") == self.bot)

    async def channels(self) -> tuple[Channel, ...]:
        private = self.has("groups:read")
        return await self.directory.channels("public_channel,private_channel" if private else "public_channel")

    # Writing

    async def rendered(self, card: Card) -> Rendered:
        """A card with the names of those it mentions."""
        names = await self.directory.names(mentioned(card))
        return render(card, names=names, zone=self.space.zone)

    async def send(
        self, channel: str, card: Card, *, thread: str | None = None, metadata: Mapping[str, Any] | None = None
    ) -> str:
        """Post a card; gives the message's id. Its files follow; one that fails does not undo the message."""
        message = await self.rendered(card)
        body = {"channel": channel, **message.body, **NO_UNFURL}
        body |= {"thread_ts": thread} if thread else {}
        body |= {"metadata": dict(metadata)} if metadata else {}
        await self.api.pace.turn(channel)
        ts = str((await self._post(channel, body))["ts"])
        if message.files:
            await self._share(message, channel, thread)
        return ts

    async def _post(self, channel: str, body: dict[str, Any]) -> Mapping[str, Any]:
        try:
            return await self._in_channel(channel, "chat.postMessage", body)
        except Refused as error:
            if error.code not in MALFORMED:
                raise
            log.warning("Slack took the text of a message, not its blocks: %s", error)
            return await self._in_channel(channel, "chat.postMessage", {**body, "blocks": []})

    async def _in_channel(self, channel: str, method: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Do it, once more after joining the channel when the app is not there."""
        try:
            return await self.api.write(method, **body)
        except Forbidden as error:
            if error.permission != NOT_THERE:
                raise
        await self._join(channel)
        return await self.api.write(method, **body)

    async def _join(self, channel: str) -> None:
        try:
            await self.api.write("conversations.join", channel=channel)
        except (Forbidden, NotFound, Refused):
            raise Forbidden(NOT_THERE) from None
        self.directory.channels_changed()

    async def _share(self, message: Rendered, channel: str, thread: str | None) -> None:
        try:
            await self.api.upload(message.files, channel, thread)
        except PlatformError as error:
            log.warning("a message was posted without its files: %s", error)

    async def direct(self, member: str, card: Card, *, metadata: Mapping[str, Any] | None = None) -> MessageRef:
        """Write to somebody alone."""
        channel = await self.directory.direct(member)
        ts = await self.send(channel, card, metadata=metadata)
        return MessageRef(Channel(self.space, channel), ts)

    async def whisper(
        self, channel: str, member: str, card: Card, *, thread: str | None = None, join: bool = True
    ) -> None:
        """Show something to one member in a channel, where the app is or may be (``join``)."""
        message = await self.rendered(card)
        body = {"channel": channel, "user": member, **message.body} | ({"thread_ts": thread} if thread else {})
        if join:
            await self._in_channel(channel, "chat.postEphemeral", body)
        else:
            await self.api.write("chat.postEphemeral", **body)

    async def edit(self, ref: MessageRef, card: Card) -> None:
        message = await self.rendered(card)
        await self.api.write("chat.update", channel=ref.channel.id, ts=ref.id, **message.body)

    # Reading

    async def messages(
        self, channel: str, oldest: str, *, thread: str | None = None, most: int = LOOKED_AT, limit: int = limits.PAGE
    ) -> AsyncIterator[Message]:
        """Messages after ``oldest``, in no order to rely on. Raises ``PlatformError`` when there are too many."""
        method = "conversations.replies" if thread else "conversations.history"
        params: dict[str, Any] = {"channel": channel, "oldest": oldest, "limit": limit, "include_all_metadata": True}
        params |= {"ts": thread} if thread else {}
        for _ in range(most):
            answer = await self.api.read(method, **params)
            for message in answer.get("messages") or []:
                yield message
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor or not answer.get("has_more", True):
                return
            params["cursor"] = cursor
        raise PlatformError(f"more than {most * limit} messages to look through")

    async def find(self, channel: str, key: str, since: datetime, thread: str | None = None) -> str | None:
        """The id of the message posted with this key."""
        async for message in self.messages(channel, f"{since.timestamp():.6f}", thread=thread):
            metadata = message.get("metadata") or {}
            if metadata.get("event_type") == POSTED and (metadata.get("event_payload") or {}).get("key") == key:
                return str(message["ts"])
        return None

    async def newest(self, channel: str, after: str | None, most: int) -> list[Message]:
        """The newest messages after one, oldest first.

        Slack turns the order round when it is told where to begin: it is asked from now backwards.
        """
        found: list[Message] = []
        cursor = ""
        while len(found) < most:
            asked: dict[str, Any] = {"channel": channel, "limit": min(most - len(found), limits.PAGE)}
            asked |= {"cursor": cursor} if cursor else {}
            answer = await patiently(partial(self.api.read, "conversations.history", **asked))
            page = answer.get("messages") or []
            newer = [one for one in page if after is None or float(one["ts"]) > float(after)]
            found += newer
            cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor or len(newer) < len(page):
                break
        return in_order(found[:most])

    async def who(self, message: Message) -> Member:
        """Who wrote a message. Of another app's, only the name is known."""
        user, bot = str(message.get("user") or ""), str(message.get("bot_id") or "")
        if user:
            return await self.directory.somebody(user)
        name = message.get("username") or (message.get("bot_profile") or {}).get("name") or ""
        return Member(self.space, bot or "unknown", str(name), is_bot=True)


def moment(ts: str) -> datetime:
    """When a message was written: its id begins with the second; what follows only tells it from others."""
    return datetime.fromtimestamp(int(ts.partition(".")[0]), UTC)


def in_order(messages: Iterable[Message]) -> list[Message]:
    return sorted(messages, key=lambda message: float(message["ts"]))

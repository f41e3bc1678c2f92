"""One session of the gateway: its events by number, what it asked for, and its socket while there is one."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime
from typing import Any

from aiohttp import WSCloseCode, web

from tests.wire.discord.bits import Intent, Json

REPLAYED = 1000
"""Events kept for a resume."""

WANTED: Mapping[str, tuple[Intent, Intent]] = {
    **dict.fromkeys(
        [
            "GUILD_CREATE",
            "GUILD_UPDATE",
            "GUILD_DELETE",
            "GUILD_ROLE_CREATE",
            "GUILD_ROLE_UPDATE",
            "GUILD_ROLE_DELETE",
            "CHANNEL_CREATE",
            "CHANNEL_UPDATE",
            "CHANNEL_DELETE",
            "THREAD_CREATE",
            "THREAD_UPDATE",
            "THREAD_DELETE",
        ],
        (Intent.GUILDS, Intent(0)),
    ),
    "CHANNEL_PINS_UPDATE": (Intent.GUILDS, Intent.DIRECT_MESSAGES),
    **dict.fromkeys(
        ["GUILD_MEMBER_ADD", "GUILD_MEMBER_UPDATE", "GUILD_MEMBER_REMOVE"], (Intent.GUILD_MEMBERS, Intent(0))
    ),
    **dict.fromkeys(
        ["GUILD_AUDIT_LOG_ENTRY_CREATE", "GUILD_BAN_ADD", "GUILD_BAN_REMOVE"], (Intent.GUILD_MODERATION, Intent(0))
    ),
    **dict.fromkeys(["INVITE_CREATE", "INVITE_DELETE"], (Intent.GUILD_INVITES, Intent(0))),
    **dict.fromkeys(
        ["MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE", "MESSAGE_DELETE_BULK"],
        (Intent.GUILD_MESSAGES, Intent.DIRECT_MESSAGES),
    ),
    **dict.fromkeys(
        [
            "MESSAGE_REACTION_ADD",
            "MESSAGE_REACTION_REMOVE",
            "MESSAGE_REACTION_REMOVE_ALL",
            "MESSAGE_REACTION_REMOVE_EMOJI",
        ],
        (Intent.GUILD_MESSAGE_REACTIONS, Intent.DIRECT_MESSAGE_REACTIONS),
    ),
    **dict.fromkeys(
        ["GUILD_SCHEDULED_EVENT_CREATE", "GUILD_SCHEDULED_EVENT_UPDATE", "GUILD_SCHEDULED_EVENT_DELETE"],
        (Intent.GUILD_SCHEDULED_EVENTS, Intent(0)),
    ),
    **dict.fromkeys(
        ["AUTO_MODERATION_RULE_CREATE", "AUTO_MODERATION_RULE_UPDATE", "AUTO_MODERATION_RULE_DELETE"],
        (Intent.AUTO_MODERATION_CONFIGURATION, Intent(0)),
    ),
    "AUTO_MODERATION_ACTION_EXECUTION": (Intent.AUTO_MODERATION_EXECUTION, Intent(0)),
}
"""The intent an event needs in a guild, and in a direct conversation. What is not here goes to everybody."""


class Session:
    """``read_up_to`` is the number of the last event that the client is known to have read."""

    def __init__(self, id: str, intents: Intent, shard: tuple[int, int], me: str) -> None:
        self.id = id
        self.intents = intents
        self.shard = shard
        self.sequence = 0
        self.read_up_to = 0
        self.lost_at: datetime | None = None
        self.socket: web.WebSocketResponse | None = None
        self.progress = asyncio.Event()
        self._me = me
        self._sent: deque[tuple[int, str]] = deque(maxlen=REPLAYED)
        self._outbox: asyncio.Queue[str | bytes | None] = asyncio.Queue()

    # What the session is for

    def serves(self, guild: str | None) -> bool:
        """Whether a guild is of this shard; direct conversations are of shard 0."""
        id, count = self.shard
        return (int(guild) >> 22) % count == id if guild else id == 0

    def wants(self, name: str, data: Json, guild: str | None) -> bool:
        in_guild, direct = WANTED.get(name, (None, None))
        if in_guild is None or direct is None:
            return True
        if name == "GUILD_MEMBER_UPDATE" and data["user"]["id"] == self._me:
            return True
        return bool(self.intents & (in_guild if guild else direct))

    def shown(self, name: str, data: Json, guild: str | None) -> Json:
        """The data as this session may see it: without its words, unless it may read them or is concerned."""
        if guild is None or name not in ("MESSAGE_CREATE", "MESSAGE_UPDATE") or self.intents & Intent.MESSAGE_CONTENT:
            return data
        concerned = data["author"]["id"] == self._me or any(one["id"] == self._me for one in data["mentions"])
        return data if concerned else _without_words(data)

    # Sending

    def dispatch(self, name: str, data: Json) -> None:
        """Number an event, keep it, and send it if somebody listens."""
        self.sequence += 1
        event = json.dumps({"op": 0, "t": name, "s": self.sequence, "d": data})
        self._sent.append((self.sequence, event))
        self._queue(event)

    def send(self, frame: Json) -> None:
        """Queue a frame: data is written down now, whatever changes later."""
        self._queue(json.dumps(frame))

    def _queue(self, frame: str | bytes) -> None:
        if self.socket is not None:
            self._outbox.put_nowait(frame)

    def ping(self) -> None:
        """Ask how far the client has read."""
        self._queue(str(self.sequence).encode())

    def read(self, answer: bytes) -> None:
        """The client's answer to a ping."""
        self.read_up_to = max(self.read_up_to, int(answer or b"0"))
        self.progress.set()

    def replay(self, after: int) -> bool:
        """Send again what came after a number; False when it is no longer known."""
        oldest = self._sent[0][0] if self._sent else self.sequence + 1
        if after > self.sequence or after + 1 < oldest:
            return False
        for number, event in self._sent:
            if number > after:
                self._queue(event)
        return True

    async def write(self, socket: web.WebSocketResponse) -> None:
        """Send what is queued until the socket is gone."""
        while socket is self.socket and not socket.closed:
            frame = await self._outbox.get()
            if frame is None or socket is not self.socket:
                return
            try:
                await (socket.ping(frame) if isinstance(frame, bytes) else socket.send_str(frame))
            except (ConnectionError, RuntimeError):
                return

    def take(self, socket: web.WebSocketResponse) -> None:
        """The session is on this socket now."""
        self._outbox = asyncio.Queue()
        self.socket, self.lost_at = socket, None
        self.progress.set()

    def lose(self, now: datetime) -> None:
        """The socket is gone; the session may be resumed."""
        self.socket, self.lost_at = None, now
        self._outbox.put_nowait(None)
        self.progress.set()


def _without_words(data: Json) -> Json:
    stripped: dict[str, Any] = data | {"content": "", "embeds": [], "attachments": [], "components": []}
    if (referenced := stripped.get("referenced_message")) is not None:
        stripped["referenced_message"] = deepcopy(referenced) | {"content": "", "embeds": [], "attachments": []}
        stripped["referenced_message"] |= {"components": []}
    return stripped


CLOSED_BY_CLIENT = (WSCloseCode.OK, WSCloseCode.GOING_AWAY)
"""A client that closes with one of these ends its session."""

"""The library's connection: shards, resumes, REST, and the cache of guilds, channels and roles.

Payloads are heard as they come, beside the library or in its place: it would build objects for each message that
nobody needs here. Members and messages are not cached at all.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any
from weakref import WeakSet

import aiohttp
import discord
import discord.http
import discord.shard
import discord.webhook.async_
from aiohttp.connector import Connection
from discord.gateway import DiscordWebSocket, KeepAliveHandler
from discord.http import Route, json_or_text

log = logging.getLogger("relais.discord")

Payload = dict[str, Any]
Ear = Callable[[Payload], None]

OURS = frozenset(
    {
        "MESSAGE_CREATE",
        "MESSAGE_UPDATE",
        "MESSAGE_DELETE",
        "MESSAGE_DELETE_BULK",
        "MESSAGE_REACTION_ADD",
        "MESSAGE_REACTION_REMOVE",
        "INTERACTION_CREATE",
        "INVITE_CREATE",
        "INVITE_DELETE",
        "GUILD_AUDIT_LOG_ENTRY_CREATE",
        "AUTO_MODERATION_RULE_CREATE",
        "AUTO_MODERATION_RULE_UPDATE",
        "AUTO_MODERATION_RULE_DELETE",
        "AUTO_MODERATION_ACTION_EXECUTION",
    }
)
"""Events that the library does not need for its cache."""

LONGEST_WAIT = 30.0
"""Seconds of a rate limit that a request waits for; a longer one is told as ``Busy``."""


def intents() -> discord.Intents:
    """All that Relais can use."""
    return discord.Intents(
        guilds=True,
        members=True,
        guild_messages=True,
        guild_reactions=True,
        dm_messages=True,
        message_content=True,
        invites=True,
        moderation=True,
        auto_moderation_configuration=True,
        auto_moderation_execution=True,
    )


def granted(wanted: discord.Intents, flags: discord.ApplicationFlags) -> discord.Intents:
    """The intents without those privileged ones that the application was not given."""
    kept = discord.Intents(**dict(wanted))
    kept.members = wanted.members and (flags.gateway_guild_members or flags.gateway_guild_members_limited)
    content = flags.gateway_message_content or flags.gateway_message_content_limited
    kept.message_content = wanted.message_content and content
    return kept


def unprivileged(wanted: discord.Intents) -> discord.Intents:
    kept = discord.Intents(**dict(wanted))
    kept.members = kept.message_content = False
    return kept


@dataclass(frozen=True, slots=True)
class Shards:
    """Which shards of how many are served here; by default all of as many as Discord wants."""

    count: int | None = None
    ids: tuple[int, ...] = ()


ALL_SHARDS = Shards()


class Wires(aiohttp.TCPConnector):
    """Connections that are let go of at the end, also where the library lost sight of one or could not close it."""

    def __init__(self) -> None:
        super().__init__(limit=0)
        self._given: WeakSet[Connection] = WeakSet()

    async def connect(self, *args: Any, **more: Any) -> Connection:
        connection = await super().connect(*args, **more)
        self._given.add(connection)
        return connection

    async def close(self, *, abort_ssl: bool = False) -> None:
        for connection in tuple(self._given):
            connection.close()
        await super().close(abort_ssl=abort_ssl)


class Gateway(discord.AutoShardedClient):
    """One session with Discord; another one is made when it ends for good."""

    def __init__(self, wanted: discord.Intents, ears: Mapping[str, Ear], shards: Shards = ALL_SHARDS) -> None:
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # nobody speaks here
        super().__init__(
            intents=wanted,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            max_ratelimit_timeout=LONGEST_WAIT,
            guild_ready_timeout=0.5,
            shard_count=shards.count,
            connector=Wires(),
        )
        self.shard_ids = list(shards.ids) or None
        parsers = self._connection.parsers
        for event, ear in ears.items():
            library = None if event in OURS else parsers.get(event)
            parsers[event] = partial(_hear, event, library, ear)

    async def close(self) -> None:
        """Also ends the heartbeat of a connection that was only being made: the library lost sight of it."""
        try:
            await super().close()
        finally:
            for thread in threading.enumerate():
                if isinstance(thread, KeepAliveHandler) and thread.ws._connection is self._connection:
                    thread.stop()

    @cached_property
    def me(self) -> str:
        """The bot's own id, once it is logged in."""
        assert self.user is not None
        return str(self.user.id)

    async def learn_gateway(self) -> None:
        """Ask this Discord where its gateway is, for the library's defaults name the public one."""
        shards, url, _ = await self.http.get_bot_gateway()
        DiscordWebSocket.DEFAULT_GATEWAY = type(DiscordWebSocket.DEFAULT_GATEWAY)(url)
        self.shard_count = self.shard_count or shards

    def guild_of(self, data: Any) -> discord.Guild:
        """A guild with its channels and the bot's own member, as the library would cache it."""
        return discord.Guild(data=data, state=self._connection)

    def expects(self) -> int:
        """How many shards are served here; 0 while nobody knows."""
        return len(self.shard_ids or ()) or self.shard_count or 0

    def is_connected(self) -> bool:
        """Whether every shard has an open connection."""
        shards = self.shards.values()
        return bool(shards) and not self.is_closed() and not any(shard.is_closed() for shard in shards)


def _hear(event: str, library: Ear | None, ear: Ear, payload: Payload) -> None:
    """An error of ours must not end the connection."""
    if library is not None:
        library(payload)
    try:
        ear(payload)
    except Exception:
        log.exception("an event of Discord could not be read: %s", event)


class Lenient(DiscordWebSocket):
    """A connection with another Discord, which may not say where to resume: there, then."""

    async def received_message(self, msg: Any, /) -> None:
        if self.session_id is None:
            msg = self._decompressor.decompress(msg) if isinstance(msg, bytes) else msg
            if msg is None:
                return
            msg = _with_address(msg, str(self.gateway))
        await super().received_message(msg)


def _with_address(frame: str, gateway: str) -> str:
    """A READY that names the gateway to resume at; any other frame as it is."""
    read = json.loads(frame)
    if read.get("t") != "READY" or "resume_gateway_url" in read["d"]:
        return frame
    return json.dumps({**read, "d": {"resume_gateway_url": gateway, **read["d"]}})


async def read(response: aiohttp.ClientResponse) -> Any:
    """An answer of another Discord, which may name the charset of its JSON: the library would take it for text."""
    text = await response.text(encoding="utf-8")
    return json.loads(text) if response.content_type == "application/json" and text else text


class Redirection:
    """Points the library at another Discord (tests, rehearsals, a REST proxy), and back.

    The library keeps these addresses on its classes: one process speaks with one Discord.
    """

    def __init__(self, base: str | None) -> None:
        self.base = base.rstrip("/") if base else None
        self._before: tuple[str, Any, str] | None = None

    def __bool__(self) -> bool:
        return self.base is not None

    def begin(self) -> None:
        if self.base is None or self._before is not None:
            return
        self._before = (Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, discord.Asset.BASE)
        Route.BASE = self.base
        discord.Asset.BASE = self.base
        setattr(discord.shard, DiscordWebSocket.__name__, Lenient)
        _read_with(read)

    def end(self) -> None:
        if self._before is not None:
            Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, discord.Asset.BASE = self._before
            setattr(discord.shard, DiscordWebSocket.__name__, DiscordWebSocket)
            _read_with(json_or_text)
            self._before = None


def _read_with(reader: Callable[[aiohttp.ClientResponse], Awaitable[Any]]) -> None:
    for module in (discord.http, discord.webhook.async_):
        setattr(module, json_or_text.__name__, reader)

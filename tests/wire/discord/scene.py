"""A stage on Discord: the server on loopback, and Relais connected with it through the real discord.py."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta

from bot.chat.platform import Platform
from bot.chat.things import Channel, MessageRef, Space
from bot.platforms.discord import Discord
from bot.platforms.discord.client import LISTENING
from bot.platforms.playground.options import Value
from bot.rehearsal.scene import Scene, Work, say_here
from tests.wire.discord import DiscordServer, Kind, happenings, redirected
from tests.wire.discord.actor import Actor
from tests.wire.discord.bits import locale_of
from tests.wire.discord.bodies import walk
from tests.wire.discord.faults import Dropped, Fault

CORRECT = "relais.correct"
FOREVER = 1_000_000
ANSWERED = 10.0
"""Real seconds for a first answer: three on Discord, more here, where the machine may do much else."""


class DiscordScene:
    """``adapter`` is the one that is connected now."""

    def __init__(self, now: Callable[[], datetime], settle: Callable[[], Awaitable[None]]) -> None:
        self.server = DiscordServer(now, settle=settle, answer_within=ANSWERED)
        self.world = self.server.world
        self.world.moment = say_here
        self.world.effects = deque()
        self.adapter = Discord(self.server.token)
        self._redirection = ExitStack()
        self._cut = Fault("*", FOREVER, before=Dropped())

    # Life

    async def start(self) -> None:
        await self.server.start()
        self._redirection.enter_context(redirected(self.server))

    async def stop(self) -> None:
        """Raises ``AssertionError`` when a request did not fit what Discord publishes."""
        self._redirection.close()
        await self.server.stop()
        self.server.verify()

    def adapters(self) -> Sequence[Platform]:
        self.adapter = Discord(self.server.token)
        return [self.adapter]

    async def die(self) -> None:
        """The sockets are cut before the library could close them, as the death of a process does."""
        adapter = self.adapter
        await adapter._life.cancel()
        await adapter.tasks.cancel()
        await self.cut()
        await adapter._close()
        if adapter._session is not None:
            await adapter._session.close()
        self.mend()

    async def cut(self) -> None:
        """The network is gone, for the gateway and for requests."""
        self.mend()
        self.server.gateway.reachable.clear()
        self.server.faults.waiting.insert(0, self._cut)
        self.server.gateway.drop()
        while self.server.gateway.live:
            await asyncio.sleep(0)

    def mend(self) -> None:
        """The network is there again."""
        self.server.gateway.reachable.set()
        self.server.faults.waiting = [it for it in self.server.faults.waiting if it is not self._cut]

    async def settle(self, work: Work) -> None:
        """Until a whole round changed nothing."""
        seen = None
        while seen != (seen := self._progress()):
            await self.server.idle()
            await self.adapter.idle()
            await work()
        await self._note_listening()

    async def _note_listening(self) -> None:
        """What the adapter does each minute of the real clock, on this one."""
        heard, now = self.adapter._heard_at, self.server.state.now()
        if heard is not None and now - heard >= timedelta(seconds=LISTENING) and self.adapter._hears():
            await self.adapter.listened()

    def _progress(self) -> tuple[int, ...]:
        state, sessions = self.server.state, self.server.gateway.sessions.values()
        return self.server.rest.count, state.revision, sum(it.sequence for it in sessions)

    # The world

    async def fill(self, actor: Actor, values: Mapping[str, Value]) -> None:
        """Discord closes a form that was sent: a refused one is behind a button."""
        if actor.form is None:
            await self.reopen(actor)
        await actor.fill(**values)

    async def reopen(self, actor: Actor) -> None:
        """Press the newest button that brings a refused form back."""
        for message in reversed(actor._private()):
            for one in walk(message.components):
                if str(one.get("custom_id", "")).startswith(CORRECT):
                    return await actor.use(message, one["custom_id"])

    def files_of(self, actor: Actor) -> list[bytes]:
        """What they alone were given, newest first."""
        return [
            self.server.state.files[it.url.removeprefix(f"{self.server.cdn_base}/")]
            for message in reversed(actor._private())
            for it in message.attachments
        ]

    def addresses_of(self, actor: Actor) -> list[str]:
        """The links of buttons that they alone see, newest first."""
        shown = [one for message in reversed(actor._private()) for one in walk(message.components)]
        return [str(one["url"]) for one in shown if one.get("url")]

    def has_channel(self, name: str, space: Space | None) -> bool:
        return self.server.state.channel_named(self.world.town(space).id, name) is not None

    def is_public(self, channel: Channel) -> bool:
        return self.server.state.channels[channel.id].kind is not Kind.DM

    def is_here(self, actor: Actor) -> bool:
        return self.server.state.member(actor.guild, actor.id) is not None

    def came(self, actor: Actor, at: datetime) -> None:
        presence = self.server.state.member(actor.guild, actor.id)
        if presence is not None:
            presence.joined_at = at

    def speaks(self, space: Space, language: str) -> None:
        guild = self.world.town(space)
        guild.language, guild.locale = language, locale_of(language)
        happenings.guild_changed(self.server.state, guild)

    def last_said(self, channel: Channel) -> MessageRef | None:
        message = self.server.state.last(channel.id)
        return self.world.ref(message) if message else None


def conforms(scene: DiscordScene) -> Scene:
    """For the type checker."""
    return scene

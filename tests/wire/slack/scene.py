"""A stage on Slack: the server on loopback, and Relais connected with it through the real slack-bolt."""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

from bot.chat.platform import Hub, Platform
from bot.chat.things import Channel, MessageRef, Space
from bot.platforms.playground.options import Value
from bot.platforms.slack import Slack
from bot.platforms.slack.manifest import manifest
from bot.rehearsal.scene import Scene, Work, say_here
from tests.wire.slack.actor import SPOKEN, Actor
from tests.wire.slack.blocks import elements
from tests.wire.slack.server import APP_TOKEN, SlackServer
from tests.wire.slack.world import World, locale_of

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")
"""The library would ask a proxy for the loopback too."""

ACKNOWLEDGED = 10.0
"""Real seconds for an acknowledgement: three on Slack, more here, where the machine may do much else."""
PATIENCE, PING = 0.3, 3.0
"""Real seconds: what is not answered is acknowledged then; a lost connection is noticed then."""


class Installed(Slack):
    """The adapter of an app that was made from the manifest of the commands that it has."""

    scene: SlackScene

    async def start(self, hub: Hub) -> None:
        self.scene.install(hub)
        await super().start(hub)


class SlackScene:
    """``adapter`` is the one that is connected now: to the first workspace, since one token is one workspace."""

    app_token: str | None = APP_TOKEN

    def __init__(self, now: Callable[[], datetime], settle: Callable[[], Awaitable[None]]) -> None:
        self.server = SlackServer(now, pace=None, ack_within=ACKNOWLEDGED, retry_after=(0, 0, 0), settle=settle)
        self.world: World = self.server.world
        self.world.moment = say_here
        self.server.state.effects = deque()
        self.adapter: Slack
        self._installed = False

    # Life

    async def start(self) -> None:
        for space in self.world.spaces:
            self._owner(space)
        await self.server.start()

    async def stop(self) -> None:
        """Raises ``AssertionError`` when a request did not fit what Slack publishes."""
        await self.server.stop()
        self.server.verify()

    def adapters(self) -> Sequence[Platform]:
        for name in PROXIES:
            os.environ.pop(name, None)
        self.server.bind()
        adapter = Installed(
            self.world.token(),
            self.app_token,
            self.server.signing_secret,
            self.server.api_base,
            pace=0,
            patience=PATIENCE,
            ping=PING,
        )
        adapter.scene, self.adapter = self, adapter
        return [adapter]

    def install(self, hub: Hub) -> None:
        """Whoever runs Relais made the app from its manifest, once."""
        if not self._installed:
            self.world.install(manifest(hub.commands, say=lambda words: hub.say(words, "en")))
            self._installed = True

    async def die(self) -> None:
        """The sockets are cut before the library could close them, as the death of a process does."""
        tasks = tuple(self.adapter._tasks)
        for task in tasks:
            task.cancel()
        self.server.socket.kill()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.adapter.stop()
        await self.server.socket.gone()

    async def settle(self, work: Work) -> None:
        """Until a whole round changed nothing."""
        seen = None
        while seen != (seen := self._progress()):
            await self.server.idle()
            await self.adapter.idle()
            await work()

    def _progress(self) -> tuple[int, ...]:
        return self.server.desk.count, len(self.server.delivery.log), self.server.state.revision

    # The world

    def _owner(self, space: Space) -> None:
        """Whoever made the workspace, whose language and zone are its own."""
        team = self.world.town(space)
        owner = self.world.person("Owner", language=team.language, zone=team.zone, here=True, space=space)
        owner.account.is_admin = owner.account.is_owner = True

    async def fill(self, actor: Actor, values: Mapping[str, Value]) -> None:
        """A refused form stays open."""
        await actor.fill(**values)

    def files_of(self, actor: Actor) -> list[bytes]:
        """What they alone were given, newest first."""
        files = self.server.state.files
        return [files[id].data or b"" for message in reversed(actor._private()) for id in message.files]

    def addresses_of(self, actor: Actor) -> list[str]:
        """The links of buttons that they alone see, newest first."""
        shown = [one for message in reversed(actor._private()) for _, one in elements(message.blocks)]
        return [str(one["url"]) for one in shown if one.get("url")]

    def has_channel(self, name: str, space: Space | None) -> bool:
        return self.server.state.channel_named(self.world.town(space).id, name) is not None

    def is_public(self, channel: Channel) -> bool:
        return not self.server.state.channels[channel.id].is_im

    def is_here(self, actor: Actor) -> bool:
        return actor.account.here and not actor.account.deleted

    def came(self, actor: Actor, at: datetime) -> None:
        actor.account.joined_at = at

    def speaks(self, space: Space, language: str) -> None:
        """Slack has no language for a workspace: its owner's is changed."""
        team = self.world.town(space)
        team.language = language
        for user in self.server.state.people(team.id):
            if user.is_owner:
                user.locale = locale_of(language)

    def last_said(self, channel: Channel) -> MessageRef | None:
        said = [it for it in self.server.state.messages(channel.id) if it.subtype in SPOKEN]
        return self.server.state.ref(said[-1]) if said else None


def conforms(scene: SlackScene) -> Scene:
    """For the type checker."""
    return scene

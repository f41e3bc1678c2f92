"""Where a stage stands: a platform's world, and what connects a bot with it."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bot.chat.platform import Platform
from bot.chat.things import Channel, MessageRef, Space
from bot.cog.dates import say_moment
from bot.platforms.playground import Actor, Playground, World
from bot.platforms.playground.lookup import Profile
from bot.platforms.playground.options import Value

Work = Callable[[], Awaitable[None]]

ELSEWHERE = {
    "discord": ("tests.wire.discord.scene", "DiscordScene"),
    "slack": ("tests.wire.slack.scene", "SlackScene"),
}
"""Scenes that only a checkout of Relais has: servers that speak a platform's protocol on loopback."""


class Scene(Protocol):
    """``world`` has the words of the playground's ``World`` and its people those of ``Actor``."""

    @property
    def world(self) -> Any: ...

    async def start(self) -> None:
        """Called once, before a bot connects; what was built before is there."""
        ...

    async def stop(self) -> None:
        """Called once, after the bot has let go."""
        ...

    def adapters(self) -> Sequence[Platform]:
        """What connects one process; another one for the process after it."""
        ...

    async def die(self) -> None:
        """The process is dead: nothing of its adapters may run on, nor say good-bye."""
        ...

    async def settle(self, work: Work) -> None:
        """Wait until nothing is under way, here nor in the bot. ``work`` does all that is due in the bot."""
        ...

    async def fill(self, actor: Any, values: Mapping[str, Value]) -> None:
        """Somebody fills the form before their eyes, or the refused one that they must ask to see again."""
        ...

    def has_channel(self, name: str, space: Space | None) -> bool: ...

    def is_public(self, channel: Channel) -> bool:
        """Whether it is not a private conversation."""
        ...

    def is_here(self, actor: Any) -> bool:
        """Whether somebody is in their space."""
        ...

    def came(self, actor: Any, at: datetime) -> None:
        """Somebody who is here joined then."""
        ...

    def speaks(self, space: Space, language: str) -> None:
        """Give a space a language."""
        ...

    def last_said(self, channel: Channel) -> MessageRef | None:
        """The newest message that everybody sees."""
        ...


MakeScene = Callable[[Callable[[], datetime], Work], Scene]
"""From the clock, and what is awaited after each act of a person."""


class NotHere(Exception):
    """A scene that this installation does not have."""


def scene_on(platform: str) -> MakeScene:
    """The scene of a platform. Raises ``NotHere``."""
    if platform == "playground":
        return PlaygroundScene
    module, name = ELSEWHERE[platform]
    root = str(Path(__file__).parents[2])
    if root not in sys.path:
        sys.path.append(root)
    try:
        made: MakeScene = getattr(import_module(module), name)
    except ImportError as error:
        raise NotHere(
            f"--on {platform} is for those who work on Relais: its protocol-level server is in tests/, "
            f"run from a checkout with the dev requirements ({error})"
        ) from None
    return made


class PlaygroundScene:
    """A town in memory."""

    def __init__(self, now: Callable[[], datetime], settle: Work, profile: Profile | None = None) -> None:
        self.world = World(now, moment=say_here, settle=settle)
        self.world.effects = deque()
        self._profile = profile

    async def start(self) -> None:
        """Nothing to open."""

    async def stop(self) -> None:
        """Nothing to close."""

    def adapters(self) -> Sequence[Platform]:
        return [Playground(self.world, profile=self._profile)]

    async def die(self) -> None:
        self.world.detach()

    async def settle(self, work: Work) -> None:
        await work()

    async def fill(self, actor: Actor, values: Mapping[str, Value]) -> None:
        await actor.fill(**values)

    def has_channel(self, name: str, space: Space | None) -> bool:
        return self.world.state.room_named(self.world.town(space).id, name) is not None

    def is_public(self, channel: Channel) -> bool:
        return self.world.state.rooms[channel.id].owner is None

    def is_here(self, actor: Actor) -> bool:
        return self.world.state.presence(actor.space.id, actor.id) is not None

    def came(self, actor: Actor, at: datetime) -> None:
        presence = self.world.state.presence(actor.space.id, actor.id)
        if presence is not None:
            presence.joined_at = at
            self.world.state.put(presence)

    def speaks(self, space: Space, language: str) -> None:
        town = self.world.town(space)
        town.language = language
        self.world.state.put(town)

    def last_said(self, channel: Channel) -> MessageRef | None:
        messages = self.world.state.messages(channel.id)
        return self.world.state.ref(messages[-1]) if messages else None


def say_here(moment: datetime, zone: str, language: str) -> str:
    """A moment in the words of a reader, as every scene's people read it."""
    return say_moment(moment, zone=ZoneInfo(zone), language=language)

"""The contract's stage in memory. ``profile`` imitates what another platform lacks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.app import AppHub
from bot.chat.events import Event
from bot.chat.platform import Can, Platform, PlatformError, can
from bot.chat.things import Channel, MessageRef, Space
from bot.engine.store import DocumentStore
from bot.platforms.playground import World
from bot.platforms.playground.lookup import Profile
from bot.platforms.playground.records import BOT
from bot.rehearsal.stage import Stage
from tests.contract.stage import Cogs


class PlaygroundStage(Stage):
    """``platform`` is "playground", or "playground:slack" with a profile."""

    def __init__(self, platform: str, *, cogs: Cogs, start: datetime, zone: str, screening: bool) -> None:
        profiles: dict[str, Profile] = {"playground:discord": "discord", "playground:slack": "slack"}
        super().__init__(cogs=cogs, start=start, zone=zone, profile=profiles.get(platform))
        self.platform = platform
        self._last: Event | None = None
        town = self.world.town()
        town.screening = screening
        self.world.state.put(town)
        _overhear(self.world, self)

    @property
    def space(self) -> Space:
        return self.world.spaces[0]

    @property
    def adapter(self) -> Platform:
        return self.app.platforms[0]

    def can(self, what: Can) -> bool:
        return can(self.adapter, self.space, what)

    def help_of(self, path: str, language: str) -> str:
        [spec] = [spec for spec in self.app.engine.desk.commands if spec.path == path]
        return self._hub.say(spec.help, language)

    async def outwait(self) -> None:
        """Nothing expires on the playground."""

    # What happened

    @property
    def notified(self) -> list[tuple[str, str]]:
        return list(self.world.notified)

    @property
    def effects(self) -> list[str]:
        return [effect.effect for effect in self.world.effects]

    def posts(self, channel: Channel) -> tuple[MessageRef, ...]:
        state = self.world.state
        return tuple(state.ref(it) for it in state.messages(channel.id) if it.author == BOT)

    def reactions(self, ref: MessageRef) -> Mapping[str, int]:
        message = self.world.state.message(ref.channel.id, ref.id)
        assert message is not None
        return {emoji: len(givers) for emoji, givers in message.reactions.items() if givers}

    # What may go wrong

    async def disconnect(self) -> None:
        self.world.detach()

    async def reconnect(self) -> None:
        await self.adapter.start(self._hub)
        await self.settle()

    async def redeliver(self) -> None:
        assert self._last is not None
        await self.world.deliver(self._last)
        await self.settle()

    def told(self, event: Event) -> None:
        self._last = event

    def fail_next(self, error: PlatformError, times: int = 1, *, on: str | None = None) -> None:
        self.world.fail_next(error, times, on=on)

    def lose_next_answer(self, times: int = 1, *, on: str | None = None) -> None:
        self.world.lose_next_answer(times, on=on)

    def close_channel(self, channel: Channel, closed: bool = True) -> None:
        self.world.close_channel(channel, closed)

    def deny(self, *powers: Can) -> None:
        self.world.deny(self.space, *powers)

    @property
    def _hub(self) -> AppHub:
        engine, name = self.app.engine, self.adapter.name
        return AppHub(engine, DocumentStore(engine.database, name), engine.desk.commands, name)


def _overhear(world: World, stage: PlaygroundStage) -> None:
    """Remember the last event that the world told, to tell it again."""
    deliver = world.deliver

    async def overheard(event: Event) -> None:
        stage.told(event)
        await deliver(event)

    replaced: Any = overheard
    world.deliver = replaced  # type: ignore[method-assign]

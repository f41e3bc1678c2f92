"""The contract's stage on Discord: the protocol-level server, through the real discord.py."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime

from bot.chat.platform import Can, Platform, PlatformError, can
from bot.chat.things import Channel, MessageRef, Space
from bot.rehearsal.stage import Stage
from tests.contract.stage import Cogs
from tests.wire.discord import happenings
from tests.wire.discord.bits import Json, Permission
from tests.wire.discord.records import Overwrite
from tests.wire.discord.scene import DiscordScene

NOT_ON_DISCORD = {
    "test_two_readers_of_one_event_in_two_languages": "Discord tells a reader's language with their interactions alone",
    "test_two_stages_know_nothing_of_each_other": "discord.py keeps its addresses on classes: one Discord per process",
}
"""Cases that Discord cannot play, each with the reason."""
PEOPLE_DO = ("GUILD_MEMBER_ADD", "GUILD_MEMBER_REMOVE", "MESSAGE_CREATE", "MESSAGE_UPDATE", "INTERACTION_CREATE")
Told = tuple[str, Json, str | None, str | None]


class DiscordStage(Stage):
    """``discord`` is the scene, with the server and the adapter of the moment."""

    def __init__(self, platform: str, *, cogs: Cogs, start: datetime, zone: str, screening: bool) -> None:
        super().__init__(cogs=cogs, start=start, zone=zone, scene=DiscordScene)
        assert isinstance(self.scene, DiscordScene)
        self.discord = self.scene
        self.server = self.discord.server
        self.platform = platform
        self.discord.world.town().screening = screening
        self.discord.world.add_role("Friends")
        self._last: Told | None = None
        self._tell = self.server.state.tell
        self.server.state.tell = self._overheard

    def _overheard(self, name: str, data: Json, guild: str | None, channel: str | None) -> None:
        """Remember the last thing that people did, to tell it again."""
        if name in PEOPLE_DO and data.get("author", {}).get("id") != self.server.state.bot.id:
            self._last = name, data, guild, channel
        self._tell(name, data, guild, channel)

    @property
    def space(self) -> Space:
        return self.adapter.spaces()[0]

    @property
    def adapter(self) -> Platform:
        return self.discord.adapter

    def can(self, what: Can) -> bool:
        return can(self.adapter, self.space, what)

    def help_of(self, path: str, language: str) -> str:
        """As a client in this language shows it."""
        names, level = path.split(), self.server.state.application.commands
        for name in names[:-1]:
            level = next(it for it in level if it["name"] == name)["options"]
        found = next(it for it in level if it["name"] == names[-1])
        return str((found.get("description_localizations") or {}).get(language) or found["description"])

    async def outwait(self) -> None:
        """Every interaction was acknowledged, or Discord gave up on it."""
        waiting = [it.over.wait() for it in self.server.state.interactions.values()]
        async with asyncio.timeout(self.server.state.patience + 1):
            await asyncio.gather(*waiting)

    # What happened

    @property
    def notified(self) -> list[tuple[str, str]]:
        return list(self.discord.world.notified)

    @property
    def effects(self) -> list[str]:
        return [effect.effect for effect in self.discord.world.effects]

    def posts(self, channel: Channel) -> tuple[MessageRef, ...]:
        state = self.server.state
        places = [channel.id, *(it.id for it in state.threads(channel.id))]
        said = [it for place in places for it in state.messages(place) if it.author == state.bot.id]
        return tuple(self.discord.world.ref(it) for it in sorted(said, key=lambda it: int(it.id)))

    def reactions(self, ref: MessageRef) -> Mapping[str, int]:
        message = self.server.state.message(ref.thread or ref.channel.id, ref.id)
        assert message is not None
        return {emoji: len(givers) for emoji, givers in message.reactions.items() if givers}

    # What may go wrong

    async def disconnect(self) -> None:
        await self.discord.cut()

    async def reconnect(self) -> None:
        self.discord.mend()
        await self.server.gateway.connected()
        await self.settle()

    async def redeliver(self) -> None:
        assert self._last is not None
        self._tell(*self._last)
        await self.settle()

    def fail_next(self, error: PlatformError, times: int = 1, *, on: str | None = None) -> None:
        self.discord.world.fail_next(error, times, on=on)

    def lose_next_answer(self, times: int = 1, *, on: str | None = None) -> None:
        self.discord.world.lose_next_answer(times, on=on)

    def close_channel(self, channel: Channel, closed: bool = True) -> None:
        """The bot still hears what is said there."""
        state, bot = self.server.state, self.server.state.bot.id
        place = state.channels[channel.id]
        place.overwrites.pop(bot, None)
        if closed:
            place.overwrites[bot] = Overwrite(bot, 1, deny=Permission.SEND_MESSAGES)
        happenings.channel_changed(state, place)

    def deny(self, *powers: Can) -> None:
        self.discord.world.deny(self.discord.world.spaces[0], *powers)

"""Acts on messages, and on the channel they are in."""

from __future__ import annotations

from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass
from typing import cast

from bot.chat.platform import (
    BulkDeletes,
    Can,
    Deletes,
    NotFound,
    Pins,
    Platform,
    SlowModes,
)
from bot.chat.text import to
from bot.chat.things import Channel, MessageRef, Space
from bot.chat.words import Phrase
from bot.cog.acts.base import Act
from bot.cog.texts import listing, plural, t


@dataclass(frozen=True, slots=True)
class RemoveMessage(Act):
    ref: MessageRef
    needs = Can.DELETE_ANY

    @property
    def space(self) -> Space:
        return self.ref.channel.space

    @property
    def message(self) -> MessageRef:
        return self.ref

    @property
    def request(self) -> Phrase:
        return t("Please delete a message in {channel}: {why}", channel=to(self.ref.channel), why=self.why)

    def carry_out(self, platform: Platform) -> Awaitable[None]:
        return cast(Deletes, platform).delete_any(self.ref, self.why)


@dataclass(frozen=True, slots=True)
class RemoveMessages(Act):
    """Messages of one space, at least one; those already gone do not count."""

    refs: tuple[MessageRef, ...]
    needs = Can.DELETE_ANY

    @property
    def space(self) -> Space:
        return self.refs[0].channel.space

    @property
    def request(self) -> Phrase:
        channels = dict.fromkeys(ref.channel for ref in self.refs)
        return plural(
            "Please delete a message in {channels}: {why}",
            "Please delete {count} messages in {channels}: {why}",
            count=len(self.refs),
            channels=listing(*map(to, channels)),
            why=self.why,
        )

    async def carry_out(self, platform: Platform) -> None:
        if isinstance(platform, BulkDeletes):
            return await platform.delete_many(self.refs, self.why)
        for ref in self.refs:
            with suppress(NotFound):
                await cast(Deletes, platform).delete_any(ref, self.why)


@dataclass(frozen=True, slots=True)
class Pin(Act):
    ref: MessageRef
    needs = Can.PINS

    @property
    def space(self) -> Space:
        return self.ref.channel.space

    @property
    def message(self) -> MessageRef:
        return self.ref

    @property
    def request(self) -> Phrase:
        return t("Please pin a message in {channel}: {why}", channel=to(self.ref.channel), why=self.why)

    def carry_out(self, platform: Platform) -> Awaitable[None]:
        return cast(Pins, platform).pin(self.ref)


@dataclass(frozen=True, slots=True)
class SlowDown(Act):
    """One message of each member in so many seconds; 0 lifts it."""

    channel: Channel
    seconds: int
    needs = Can.SLOW_MODE

    @property
    def space(self) -> Space:
        return self.channel.space

    @property
    def request(self) -> Phrase:
        if self.seconds == 0:
            return t("Please lift the slow mode of {channel}: {why}", channel=to(self.channel), why=self.why)
        return t("Please calm {channel} down: {why}", channel=to(self.channel), why=self.why)

    def carry_out(self, platform: Platform) -> Awaitable[None]:
        return cast(SlowModes, platform).slow_mode(self.channel, self.seconds)

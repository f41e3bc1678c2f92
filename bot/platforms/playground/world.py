"""The playground's server. It lives without the bot, as Discord and Slack do."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Protocol

from bot.chat.card import Card
from bot.chat.events import Event, MemberLeft, MessageDeleted, SpaceSeen
from bot.chat.forms import CommandSpec
from bot.chat.platform import Can, NotFound, PlatformError, why
from bot.chat.things import Channel, Level, Member, Space
from bot.platforms.playground.actor import Actor
from bot.platforms.playground.faults import Fault, Faults
from bot.platforms.playground.plain import NOTHING, MomentFormat, Reader, Reading, readable
from bot.platforms.playground.records import (
    BOT,
    PLATFORM,
    Account,
    Change,
    Effect,
    Message,
    Presence,
    Room,
    Sent,
    Town,
)
from bot.platforms.playground.state import State, direct_id

MAX_EFFECTS = 10_000


class Line(Protocol):
    """The connection of a running bot."""

    @property
    def commands(self) -> tuple[CommandSpec, ...]: ...

    async def receive(self, event: Event) -> None: ...

    async def flush(self) -> None: ...


async def _settled() -> None:
    """Nothing to wait for."""


class World:
    """Towns, channels, people and everything they say.

    ``settle`` is awaited after each act of an actor: the app gives one that returns when the bot has nothing left to
    do. ``moment`` puts a moment in words. ``effects`` is what the bot did, newest last, told to ``on_effect`` as it
    happens; ``notified`` who was pinged, as (message id, member id).
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        *,
        moment: MomentFormat = readable,
        settle: Callable[[], Awaitable[None]] = _settled,
    ) -> None:
        self.now = now
        self.moment = moment
        self.settle = settle
        self.state = State()
        self.effects: deque[Effect] = deque(maxlen=MAX_EFFECTS)
        self.on_effect: list[Callable[[Effect], None]] = []
        self.notified: deque[tuple[str, str]] = deque(maxlen=MAX_EFFECTS)
        self.faults = Faults()
        self.line: Line | None = None

    def subscribe(self, watcher: Callable[[Change], None]) -> Callable[[], None]:
        """Tell ``watcher`` every change from now on; call what is returned to stop."""
        return self.state.subscribe(watcher)

    # Building a town

    def add_space(
        self,
        name: str = "Town",
        *,
        language: str = "en",
        zone: str = "UTC",
        screening: bool = False,
        channels: tuple[str, ...] = ("general",),
    ) -> Space:
        """Build a town. With ``screening`` newcomers are pending until they ``admit()``."""
        town = Town(self.state.new_id("t"), name, language, zone, screening)
        self.state.put(town)
        space = self.state.space(town.id)
        for channel in channels:
            self.add_channel(channel, space)
        return space

    def add_channel(self, name: str, space: Space | None = None) -> Channel:
        room = Room(self.state.new_id("c"), self.town(space).id, name.removeprefix("#"))
        self.state.put(room)
        return self.state.channel(room.id)

    def person(
        self,
        name: str,
        *,
        level: Level = Level.EVERYONE,
        language: str | None = None,
        zone: str | None = None,
        created_at: datetime | None = None,
        roles: tuple[str, ...] = (),
        is_bot: bool = False,
        here: bool = False,
        space: Space | None = None,
    ) -> Actor:
        """A new account, outside the town until it ``join()``s, or ``here`` since before the bot looked."""
        town, now = self.town(space), self.now()
        account = Account(self.state.new_id("u"), name, level, language, zone, tuple(roles), is_bot, created_at or now)
        self.state.put(account)
        if here:
            self.state.put(Presence(town.id, account.id, self.state.tick(), now))
        return Actor(self, town.id, account.id)

    def actor(self, account: str, space: Space | None = None) -> Actor:
        """Somebody who exists, in a town."""
        return Actor(self, self.town(space).id, self.state.accounts[account].id)

    @property
    def spaces(self) -> tuple[Space, ...]:
        return tuple(self.state.space(town) for town in self.state.towns)

    def town(self, space: Space | None = None) -> Town:
        """The record of a space; the first one by default."""
        if space is None:
            return next(iter(self.state.towns.values()))
        if space.platform != PLATFORM or space.id not in self.state.towns:
            raise NotFound(space.key)
        return self.state.towns[space.id]

    def channel(self, name: str, space: Space | None = None) -> Channel:
        """A channel by name."""
        room = self.state.room_named(self.town(space).id, name)
        if room is None:
            raise NotFound(f"#{name}")
        return self.state.channel(room.id)

    def forget(self, space: Space) -> None:
        """Take a town away with all that was in it, and those who lived nowhere else."""
        self.state.forget(self.town(space).id)

    # What may be in the bot's way

    def close_channel(self, channel: Channel, closed: bool = True) -> None:
        """Close a channel to the bot, or open it again."""
        room = self.state.rooms[channel.id]
        room.closed = closed
        self.state.put(room)

    def keep_to(self, channel: Channel, level: Level) -> None:
        """Show a channel to people from a level on, and to nobody else."""
        room = self.state.rooms[channel.id]
        room.level = level
        self.state.put(room)

    def deny(self, space: Space, *powers: Can) -> None:
        """The powers that a space does not permit; none permits everything again."""
        town = self.town(space)
        town.denied = [power.value for power in powers]
        self.state.put(town)

    def fail_next(self, error: PlatformError, times: int = 1, *, on: str | None = None) -> None:
        """Raise ``error`` in place of the bot's next effects (or those named ``on``, for instance "post" or "find")."""
        self.faults.waiting.append(Fault(times, on, error))

    def lose_next_answer(self, times: int = 1, *, on: str | None = None) -> None:
        """Carry out the bot's next effects, then raise ``Uncertain``."""
        self.faults.waiting.append(Fault(times, on))

    # Between the world and the bot

    def attach(self, line: Line) -> None:
        """A bot is listening; it takes the place of the one before."""
        self.line = line
        self.state.progress.clean = False

    def detach(self, line: Line | None = None, *, clean: bool = False) -> None:
        """The bot went away; not ``clean`` when it was killed. A ``line`` that was already replaced changes nothing."""
        if line is None or line is self.line:
            self.line = None
            self.state.progress.clean = clean

    async def deliver(self, event: Event) -> None:
        """Tell the bot, if one is listening."""
        if self.line is not None:
            await self.line.receive(event)

    async def show_space(self, space: Space) -> None:
        """Tell a running bot of a space built after it started."""
        await self.deliver(self.seen(space))

    def seen(self, space: Space) -> SpaceSeen:
        """The bot is in this space; the first time is remembered."""
        town, now = self.town(space), self.now()
        if town.bot_since is None:
            town.bot_since = now
            self.state.put(town)
        return SpaceSeen(space=self.state.space(town.id), id=self.state.new_id("e"), at=now)

    def remove(self, presence: Presence) -> MemberLeft:
        """Somebody goes, of their own will or not; gives what to tell the bot."""
        member = self.state.member(presence.town, presence.account)
        self.state.drop(presence)
        return MemberLeft(space=member.space, id=self.state.new_id("e"), at=self.now(), member=member)

    def deleted(self, message: Message) -> MessageDeleted:
        """What to tell the bot of a message that was deleted."""
        ref = self.state.ref(message)
        return MessageDeleted(space=ref.channel.space, id=self.state.new_id("e"), at=self.now(), ref=ref)

    def forget_words(self, town: str, account: str, since: datetime) -> list[MessageDeleted]:
        """Delete what somebody wrote after a moment; gives what to tell the bot."""
        said = [it for room in self.state.public_rooms(town) for it in self.state.messages(room.id)]
        gone = [it for it in said if it.author == account and it.at > since]
        for message in gone:
            message.deleted_at = self.now()
            self.state.put(message)
        return [*map(self.deleted, gone)]

    # What the bot does

    @asynccontextmanager
    async def doing(self, line: Line, effect: str) -> AsyncIterator[None]:
        """Around each call of the bot: prepared faults strike, and what was done is kept before the answer leaves."""
        if line is not self.line:
            raise PlatformError("this bot is no longer connected")
        self.faults.before(effect)
        yield
        await line.flush()
        self.faults.after(effect)

    def reader(self, town: str, account: str | None = None) -> Reader:
        """Plain words, for the public of a town or for one person there."""
        return Reader(self.state, self.moment, town, account)

    def write(
        self, room: Room, card: Card, sent: Sent, *, key: str = "", only: str | None = None, thread: str | None = None
    ) -> Message:
        """A new message of the bot, recorded as an effect."""
        message = Message(
            self.state.new_id("m"), room.id, self.now(), BOT, sent, card=card, post_key=key, only=only, thread=thread
        )
        message.revision = self.state.progress.counter
        self.state.put(message)
        if only is None:
            self.notified.extend((message.id, member.id) for member in card.pings)
        reading = self.reader(room.town, only).card(card)
        self.record(sent.value, room.town, room=room, to=only, reading=reading, message_id=message.id)
        return message

    def direct_room(self, town: str, account: str) -> Room:
        """Where the bot and somebody talk alone, opened when it is needed."""
        room = self.state.direct_room(town, account)
        if room is None:
            room = Room(direct_id(town, account), town, "Relais", owner=account)
            self.state.put(room)
        return room

    def record(
        self,
        effect: str,
        town: str,
        *,
        room: Room | None = None,
        to: str | None = None,
        reading: Reading = NOTHING,
        message_id: str = "",
        reason: str = "",
    ) -> None:
        """Note something that the bot did; without a ``reason`` it is the one of ``bot.chat.platform.why``."""
        done = Effect(
            self.now(),
            effect,
            self.state.space(town),
            self.state.channel(room.id) if room else None,
            self._member(town, to),
            reading.title,
            reading.text,
            reading.fields,
            reading.buttons,
            reason or why.get(),
            message_id,
            reading.language,
        )
        self.effects.append(done)
        for watcher in self.on_effect:
            watcher(done)

    def _member(self, town: str, account: str | None) -> Member | None:
        return self.state.member(town, account) if account else None

"""The playground as Relais sees it: the whole of ``Platform``, and every optional power."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from bot.chat.card import Card
from bot.chat.events import Event, MessagePosted
from bot.chat.forms import CommandSpec
from bot.chat.platform import Can, Closed, Forbidden, Hub, NotFound
from bot.chat.things import Channel, Member, MessageRef, Space
from bot.platforms.playground.happenings import arrived, posted
from bot.platforms.playground.keep import Keeper
from bot.platforms.playground.plain import NOTHING, Reading
from bot.platforms.playground.records import BOT, PLATFORM, Arrival, Message, Presence, Room, Sent, number_of
from bot.platforms.playground.world import World

Profile = Literal["discord", "slack"]

PERMITTED: Mapping[Profile, frozenset[Can]] = {
    "discord": frozenset(Can) - {Can.WHISPER},
    "slack": frozenset({Can.PINS, Can.WHISPER}),
}
"""What the imitated platform has, from its documentation."""

CATCH_UP = 100
"""Messages of each channel told at start, the newest, when the bot missed more."""

IN_DOUBT = timedelta(minutes=1)
"""After a kill, arrivals of its last minute are told again: the bot may have heard them and died."""


class Playground:
    """A ``Platform`` over a ``World``. ``keep`` writes the world to the hub's store (see ``keep.restore``)."""

    name = PLATFORM

    def __init__(self, world: World, *, profile: Profile | None = None, keep: bool = False) -> None:
        self.world = world
        self.profile = profile
        self._keep = keep
        self._keeper: Keeper | None = None
        self._backlog: deque[Event] | None = None

    # Life

    async def start(self, hub: Hub) -> None:
        """Listen, and tell the hub first what happened while nobody did."""
        self._hub = hub
        if self._keep:
            self._keeper = Keeper(self.world.state, hub.store)
            await self._keeper.compare()
        seen = {room.id: await hub.last_seen(self.world.state.channel(room.id)) for room in self._public_rooms()}
        self._backlog = deque([*self._missed(seen)])
        self.world.attach(self)
        while self._backlog:
            await self._hand_over(self._backlog.popleft())
        self._backlog = None

    async def stop(self) -> None:
        self.world.detach(self, clean=True)
        await self.flush()
        if self._keeper:
            self._keeper.close()

    @property
    def commands(self) -> tuple[CommandSpec, ...]:
        return self._hub.commands

    async def receive(self, event: Event) -> None:
        """An event of the world, kept before it is handed over; it waits its turn while the bot catches up."""
        if self._backlog is not None:
            self._backlog.append(event)
        else:
            await self._hand_over(event)

    async def flush(self) -> None:
        """Write what changed, if the world is kept."""
        if self._keeper:
            await self._keeper.flush()

    async def _hand_over(self, event: Event) -> None:
        state = self.world.state
        state.progress.last_heard = self.world.now()
        await self.flush()
        await self._hub.receive(event)
        arrival = state.arrivals.get(event.id)
        if arrival:
            arrival.heard = True
            state.put(arrival)
            self._forget_arrivals()

    def _forget_arrivals(self) -> None:
        state, doubt = self.world.state, self.world.now() - IN_DOUBT
        while (oldest := next(iter(state.arrivals.values()), None)) and oldest.heard and oldest.at < doubt:
            state.drop(oldest)

    def _public_rooms(self) -> tuple[Room, ...]:
        state = self.world.state
        return tuple(room for town in state.towns for room in state.public_rooms(town))

    def _missed(self, seen: Mapping[str, str | None]) -> list[Event]:
        """The spaces, then what happened there since the bot last listened, in order."""
        state = self.world.state
        missed: list[Event] = [arrived(state, it) for it in self._unheard()]
        for room, last in seen.items():
            missed += [posted(state, it) for it in self._said(room, last)[-CATCH_UP:]]
        return [*map(self.world.seen, self.world.spaces), *sorted(missed, key=lambda event: number_of(event.id))]

    def _unheard(self) -> list[Arrival]:
        state, progress = self.world.state, self.world.state.progress
        doubt = progress.last_heard - IN_DOUBT if progress.last_heard and not progress.clean else None
        for arrival in list(state.arrivals.values()):
            gone = state.presence(arrival.town, arrival.account) is None
            if gone or (arrival.heard and (doubt is None or arrival.at < doubt)):
                state.drop(arrival)
        return list(state.arrivals.values())

    def _said(self, room: str, after: str | None) -> list[Message]:
        """What people said after a message; when none was ever handled there, since the bot first came."""
        state = self.world.state
        since = state.towns[state.rooms[room].town].bot_since
        people = (it for it in state.messages(room) if it.author != BOT)
        if after is not None:
            return [it for it in people if number_of(it.id) > number_of(after)]
        return [it for it in people if since is not None and it.at >= since]

    # What is there

    def spaces(self) -> tuple[Space, ...]:
        return self.world.spaces

    def permits(self, space: Space, what: Can) -> bool:
        imitated = self.profile is None or what in PERMITTED[self.profile]
        return imitated and what.value not in self.world.town(space).denied

    async def channels(self, space: Space) -> tuple[Channel, ...]:
        state = self.world.state
        return tuple(state.channel(room.id) for room in state.public_rooms(self.world.town(space).id))

    async def member(self, space: Space, id: str) -> Member | None:
        state, town = self.world.state, self.world.town(space).id
        return state.member(town, id) if state.presence(town, id) else None

    async def members(self, space: Space) -> tuple[Member, ...]:
        state, town = self.world.state, self.world.town(space).id
        return tuple(state.member(town, account.id) for account in state.present(town))

    async def history(
        self, channel: Channel, *, after: str | None = None, limit: int = 100
    ) -> tuple[MessagePosted, ...]:
        """Messages of people, oldest first."""
        room, first = self._room(channel), number_of(after) if after else 0
        people = [it for it in self.world.state.messages(room.id) if it.author != BOT and number_of(it.id) > first]
        return tuple(posted(self.world.state, it) for it in people[:limit])

    # The bot's own messages

    async def post(self, channel: Channel, card: Card, *, key: str, thread: str | None = None) -> MessageRef:
        async with self.world.doing(self, "post"):
            room = self._open_room(channel)
            if thread is not None and self.world.state.message(room.id, thread) is None:
                raise NotFound(f"thread {thread}")
            message = self.world.state.keyed(room.id, key) or self.world.write(
                room, card, Sent.POST, key=key, only=room.owner, thread=thread
            )
        return self.world.state.ref(message)

    async def direct(self, member: Member, card: Card, *, key: str) -> MessageRef:
        async with self.world.doing(self, "direct"):
            room = self._direct_room(member)
            message = self.world.state.keyed(room.id, key) or self._write_direct(member, room, card, key)
        return self.world.state.ref(message)

    async def find(self, channel: Channel, key: str, *, since: datetime) -> MessageRef | None:
        self.world.faults.before("find")
        return self._find(self._room(channel).id, key, since)

    async def find_direct(self, member: Member, key: str, *, since: datetime) -> MessageRef | None:
        self.world.faults.before("find")
        return self._find(self._direct_room(member).id, key, since)

    async def edit(self, ref: MessageRef, card: Card) -> None:
        async with self.world.doing(self, "edit"):
            room, message = self._own(ref)
            message.card = card
            message.edited_at, message.revision = self.world.now(), self.world.state.tick()
            self._record_on("edit", room, message, self.world.reader(room.town, message.only).card(card))

    async def delete(self, ref: MessageRef) -> None:
        async with self.world.doing(self, "delete"):
            room, message = self._own(ref)
            message.deleted_at = self.world.now()
            self._record_on("delete", room, message)

    async def react(self, ref: MessageRef, emoji: str) -> None:
        async with self.world.doing(self, "react"):
            room, message = self._message(ref)
            givers = message.reactions.setdefault(emoji, [])
            if BOT not in givers:
                givers.append(BOT)
                self._record_on("react", room, message, Reading(text=emoji))

    async def open_thread(self, ref: MessageRef, name: str) -> str:
        async with self.world.doing(self, "thread"):
            room, message = self._message(ref)
            if message.thread is None and message.thread_name is None:
                message.thread_name = name
                self._record_on("thread", room, message, Reading(title=name))
        return message.thread or message.id

    # Powers

    async def whisper(self, channel: Channel, member: Member, card: Card) -> None:
        async with self.world.doing(self, "whisper"):
            room = self._open_room(channel)
            self._permitted(room.town, Can.WHISPER)
            self._presence(member)
            self.world.write(room, card, Sent.WHISPER, only=member.id)

    async def delete_any(self, ref: MessageRef, why: str) -> None:
        async with self.world.doing(self, "delete"):
            room, message = self._message(ref)
            self._permitted(room.town, Can.DELETE_ANY)
            message.deleted_at = self.world.now()
            self._record_on("delete", room, message, why=why)
            if message.author != BOT:
                await self.world.deliver(self.world.deleted(message))

    async def timeout(self, member: Member, until: datetime | None, why: str) -> None:
        async with self.world.doing(self, "timeout"):
            self._permitted(member.space.id, Can.TIMEOUT)
            presence = self._presence(member)
            presence.timeout_until = until
            self.world.state.put(presence)
            text = self.world.reader(presence.town).moment(until) if until else ""
            self.world.record("timeout", presence.town, to=member.id, reading=Reading(text=text), reason=why)

    async def kick(self, member: Member, why: str) -> None:
        async with self.world.doing(self, "kick"):
            self._permitted(member.space.id, Can.KICK)
            presence = self._presence(member)
            self.world.record("kick", presence.town, to=member.id, reason=why)
            await self.world.deliver(self.world.remove(presence))

    async def ban(self, member: Member, why: str) -> None:
        async with self.world.doing(self, "ban"):
            self._permitted(member.space.id, Can.BAN)
            town = self.world.town(member.space)
            self._account(member)
            if member.id not in town.banned:
                town.banned.append(member.id)
                self.world.state.put(town)
            presence = self.world.state.presence(town.id, member.id)
            self.world.record("ban", town.id, to=member.id, reason=why)
            if presence:
                await self.world.deliver(self.world.remove(presence))

    async def unban(self, member: Member, why: str) -> None:
        async with self.world.doing(self, "unban"):
            self._permitted(member.space.id, Can.BAN)
            town = self.world.town(member.space)
            if member.id not in town.banned:
                raise NotFound(f"no ban of {member.id}")
            town.banned.remove(member.id)
            self.world.state.put(town)
            self.world.record("unban", town.id, to=member.id, reason=why)

    async def give_role(self, member: Member, role: str, why: str) -> None:
        await self._set_role(member, role, why, given=True)

    async def take_role(self, member: Member, role: str, why: str) -> None:
        await self._set_role(member, role, why, given=False)

    async def _set_role(self, member: Member, role: str, why: str, *, given: bool) -> None:
        async with self.world.doing(self, "role"):
            self._permitted(member.space.id, Can.ROLES)
            account = self.world.state.accounts[self._presence(member).account]
            others = tuple(it for it in account.roles if it != role)
            account.roles = (*others, role) if given else others
            self.world.state.put(account)
            text = f"{'+' if given else '-'}{role}"
            self.world.record("role", member.space.id, to=member.id, reading=Reading(text=text), reason=why)

    async def pin(self, ref: MessageRef) -> None:
        await self._set_pin(ref, pinned=True)

    async def unpin(self, ref: MessageRef) -> None:
        await self._set_pin(ref, pinned=False)

    async def _set_pin(self, ref: MessageRef, *, pinned: bool) -> None:
        effect = "pin" if pinned else "unpin"
        async with self.world.doing(self, effect):
            room, message = self._message(ref)
            self._permitted(room.town, Can.PINS)
            if message.pinned is not pinned:
                message.pinned = pinned
                self._record_on(effect, room, message)

    async def slow_mode(self, channel: Channel, seconds: int) -> None:
        async with self.world.doing(self, "slow_mode"):
            room = self._open_room(channel)
            self._permitted(room.town, Can.SLOW_MODE)
            room.slow = seconds
            self.world.state.put(room)
            self.world.record("slow_mode", room.town, room=room, reading=Reading(text=f"{seconds} s"))

    # Looking things up

    def _permitted(self, town: str, what: Can) -> None:
        if not self.permits(self.world.state.space(town), what):
            raise Forbidden(what.value)

    def _room(self, channel: Channel) -> Room:
        room = self.world.state.rooms.get(channel.id)
        if room is None or room.town != channel.space.id:
            raise NotFound(f"channel {channel.id}")
        return room

    def _open_room(self, channel: Channel) -> Room:
        room = self._room(channel)
        if room.closed:
            raise Forbidden("write here")
        return room

    def _message(self, ref: MessageRef) -> tuple[Room, Message]:
        room = self._open_room(ref.channel)
        message = self.world.state.message(room.id, ref.id)
        if message is None:
            raise NotFound(f"message {ref.id}")
        return room, message

    def _own(self, ref: MessageRef) -> tuple[Room, Message]:
        room, message = self._message(ref)
        if message.author != BOT:
            raise Forbidden("change the messages of others")
        return room, message

    def _find(self, room: str, key: str, since: datetime) -> MessageRef | None:
        message = self.world.state.keyed(room, key)
        recent = message is not None and message.deleted_at is None and message.at >= since
        return self.world.state.ref(message) if message and recent else None

    def _account(self, member: Member) -> None:
        if member.id not in self.world.state.accounts:
            raise NotFound(f"member {member.id}")

    def _presence(self, member: Member) -> Presence:
        presence = self.world.state.presence(self.world.town(member.space).id, member.id)
        if presence is None:
            raise NotFound(f"member {member.id}")
        return presence

    def _direct_room(self, member: Member) -> Room:
        self._account(member)
        return self.world.direct_room(self.world.town(member.space).id, member.id)

    def _write_direct(self, member: Member, room: Room, card: Card, key: str) -> Message:
        absent = self.world.state.presence(room.town, member.id) is None
        if absent or self.world.state.accounts[member.id].direct_closed:
            raise Closed(member.id)
        return self.world.write(room, card, Sent.DIRECT, key=key, only=member.id)

    def _record_on(
        self, effect: str, room: Room, message: Message, reading: Reading = NOTHING, *, why: str = ""
    ) -> None:
        self.world.state.put(message)
        self.world.record(
            effect, room.town, room=room, to=message.only, reading=reading, message_id=message.id, reason=why
        )

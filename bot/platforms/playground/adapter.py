"""The playground as Relais sees it: the whole of ``Platform``, and every optional power."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from bot.chat.card import Card
from bot.chat.events import Event, MessagePosted
from bot.chat.forms import CommandSpec
from bot.chat.missed import CATCH_UP
from bot.chat.platform import Closed, Forbidden, Hub, NotFound
from bot.chat.things import Channel, Member, MessageRef, Space
from bot.platforms.playground.happenings import arrived, done, posted
from bot.platforms.playground.keep import Keeper
from bot.platforms.playground.lookup import Profile
from bot.platforms.playground.places import Address
from bot.platforms.playground.plain import Reading
from bot.platforms.playground.powers import Powers
from bot.platforms.playground.records import BOT, PLATFORM, Arrival, Deed, Message, Room, Sent, number_of
from bot.platforms.playground.world import World

IN_DOUBT = timedelta(minutes=1)
"""After a kill, what its last minute told of people is told again: the bot may have heard it and died."""


class Playground(Powers):
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

    async def caught_up(self) -> None:
        """``start`` told everything."""

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
        if notice := state.notices.get(event.id):
            notice.heard = True
            state.put(notice)
            self._forget_notices()

    def _forget_notices(self) -> None:
        state, doubt = self.world.state, self.world.now() - IN_DOUBT
        while (oldest := next(iter(state.notices.values()), None)) and oldest.heard and oldest.at < doubt:
            state.drop(oldest)

    def _public_rooms(self) -> tuple[Room, ...]:
        state = self.world.state
        return tuple(room for town in state.towns for room in state.public_rooms(town))

    def _missed(self, seen: Mapping[str, str | None]) -> list[Event]:
        """The spaces, then what happened there since the bot last listened, in order."""
        state = self.world.state
        missed: list[Event] = [
            done(state, it) if isinstance(it, Deed) else arrived(state, it) for it in self._unheard()
        ]
        for room, last in seen.items():
            missed += [posted(state, it) for it in self._said(room, last)[-CATCH_UP:]]
        return [*map(self.world.seen, self.world.spaces), *sorted(missed, key=lambda event: number_of(event.id))]

    def _unheard(self) -> list[Arrival | Deed]:
        state, progress = self.world.state, self.world.state.progress
        doubt = progress.last_heard - IN_DOUBT if progress.last_heard and not progress.clean else None
        for notice in list(state.notices.values()):
            if self._is_over(notice) or (notice.heard and (doubt is None or notice.at < doubt)):
                state.drop(notice)
        return list(state.notices.values())

    def _is_over(self, notice: Arrival | Deed) -> bool:
        """Whether nobody needs to hear of it: who came is gone again, or it was done before the bot first came."""
        state = self.world.state
        if isinstance(notice, Arrival):
            return state.presence(notice.town, notice.account) is None
        since = state.towns[notice.town].bot_since
        return since is None or notice.at < since

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

    async def find(
        self, channel: Channel, key: str, *, since: datetime, card: Card | None = None, others: Collection[str] = ()
    ) -> MessageRef | None:
        self.world.faults.before("find")
        return self._find(self._room(channel).id, key, since)

    async def find_direct(
        self, member: Member, key: str, *, since: datetime, card: Card | None = None, others: Collection[str] = ()
    ) -> MessageRef | None:
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

    # Looking things up

    async def permalink(self, ref: MessageRef) -> str:
        """Without the name of a server: the page leads its people there."""
        room = self._room(ref.channel)
        if self.world.state.message(room.id, ref.id) is None:
            raise NotFound(f"message {ref.id}")
        return str(Address(room.town, room.id, ref.id))

    def _own(self, ref: MessageRef) -> tuple[Room, Message]:
        room, message = self._message(ref)
        if message.author != BOT:
            raise Forbidden("change the messages of others")
        return room, message

    def _find(self, room: str, key: str, since: datetime) -> MessageRef | None:
        message = self.world.state.keyed(room, key)
        recent = message is not None and message.deleted_at is None and message.at >= since
        return self.world.state.ref(message) if message and recent else None

    def _direct_room(self, member: Member) -> Room:
        self._account(member)
        return self.world.direct_room(self.world.town(member.space).id, member.id)

    def _write_direct(self, member: Member, room: Room, card: Card, key: str) -> Message:
        absent = self.world.state.presence(room.town, member.id) is None
        if absent or self.world.state.accounts[member.id].direct_closed:
            raise Closed(member.id)
        return self.world.write(room, card, Sent.DIRECT, key=key, only=member.id)

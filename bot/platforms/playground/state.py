"""The records of the playground, their order, their neutral views, and the announcement of every change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from heapq import merge

from bot.chat.things import Channel, Member, MessageRef, Space
from bot.platforms.playground.records import (
    PLATFORM,
    Account,
    Arrival,
    Change,
    Deed,
    Message,
    OpenForm,
    Presence,
    Record,
    Room,
    Town,
    number_of,
    presence_key,
)

MAX_MESSAGES = 2_000
"""Messages kept in one room, and for one person's eyes; older ones are forgotten."""


@dataclass
class Progress:
    """Where the counter of ids is, and how the last life of the bot ended."""

    counter: int = 0
    clean: bool = True
    last_heard: datetime | None = None


@dataclass
class State:
    """Everything that is kept. Every mutation of a record ends with ``put`` or ``drop``."""

    progress: Progress = field(default_factory=Progress)
    towns: dict[str, Town] = field(default_factory=dict)
    rooms: dict[str, Room] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    presences: dict[str, Presence] = field(default_factory=dict)
    forms: dict[str, OpenForm] = field(default_factory=dict)
    notices: dict[str, Arrival | Deed] = field(default_factory=dict)
    _public: dict[str, dict[str, Room]] = field(default_factory=dict)
    _messages: dict[str, dict[str, Message]] = field(default_factory=dict)
    _private: dict[str, dict[str, Message]] = field(default_factory=dict)
    _keyed: dict[tuple[str, str], Message] = field(default_factory=dict)
    _watchers: list[Callable[[Change], None]] = field(default_factory=list)

    def tick(self) -> int:
        """The next number of the one counter that orders everything."""
        self.progress.counter += 1
        return self.progress.counter

    def new_id(self, letter: str) -> str:
        return f"{letter}{self.tick()}"

    def subscribe(self, watcher: Callable[[Change], None]) -> Callable[[], None]:
        """Tell ``watcher`` every change from now on; call what is returned to stop."""
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher)

    def put(self, record: Record) -> None:
        """Store a record, new or changed, and announce it."""
        match record:
            case Town():
                self.towns[record.id] = record
            case Room():
                self._put_room(record)
            case Account():
                self.accounts[record.id] = record
            case Presence():
                self.presences[record.key] = record
            case OpenForm():
                self.forms[record.key] = record
            case Arrival() | Deed():
                self.notices[record.id] = record
            case Message():
                self._put_message(record)
        self._announce(record)

    def _put_room(self, room: Room) -> None:
        self.rooms[room.id] = room
        if room.owner is None:
            self._public.setdefault(room.town, {})[room.name] = room

    def _put_message(self, message: Message) -> None:
        shelf = self._shelf(message)
        shelf[message.id] = message
        if message.post_key:
            self._keyed[message.room, message.post_key] = message
        while len(shelf) > MAX_MESSAGES:
            self.drop(next(iter(shelf.values())))

    def _shelf(self, message: Message) -> dict[str, Message]:
        if message.only:
            return self._private.setdefault(message.only, {})
        return self._messages.setdefault(message.room, {})

    def drop(self, record: Record) -> None:
        """Forget a record, and announce that it is gone."""
        change = self._change(record, gone=True)
        match record:
            case Town():
                del self.towns[record.id]
            case Room():
                del self.rooms[record.id]
                self._public.get(record.town, {}).pop(record.name, None)
            case Account():
                del self.accounts[record.id]
            case Presence():
                del self.presences[record.key]
            case OpenForm():
                del self.forms[record.key]
            case Arrival() | Deed():
                del self.notices[record.id]
            case Message():
                del self._shelf(record)[record.id]
                self._keyed.pop((record.room, record.post_key), None)
        self._tell(change)

    def forget(self, town: str) -> None:
        """Drop a town with its rooms, what was said there, and the people who are in no other town."""
        here = [it for it in self.records() if not isinstance(it, Account) and self._where(it)[0] == town]
        for record in reversed(here):
            self.drop(record)
        elsewhere = {presence.account for presence in self.presences.values()}
        for deed in (it for it in self.notices.values() if isinstance(it, Deed)):
            elsewhere |= {deed.account, deed.by}
        for account in [it for it in self.accounts.values() if it.id not in elsewhere]:
            self.drop(account)

    def _announce(self, record: Record) -> None:
        self._tell(self._change(record, gone=False))

    def _tell(self, change: Change) -> None:
        for watcher in tuple(self._watchers):
            watcher(change)

    def _change(self, record: Record, gone: bool) -> Change:
        town, room, only = self._where(record)
        return Change(record, record.kind, record.key, town, room, only, gone)

    def _where(self, record: Record) -> tuple[str, str, str]:
        match record:
            case Town():
                return record.id, "", ""
            case Room():
                return record.town, record.id, record.owner or ""
            case Account():
                return "", "", ""
            case Presence() | Arrival() | Deed():
                return record.town, "", ""
            case OpenForm():
                return record.town, record.room, record.account
            case Message():
                return self.rooms[record.room].town, record.room, record.only or ""

    def records(self) -> Iterator[Record]:
        """All records, in an order in which each may be put back."""
        yield from self.towns.values()
        yield from self.rooms.values()
        yield from self.accounts.values()
        yield from self.presences.values()
        yield from self.forms.values()
        yield from self.notices.values()
        for shelf in (*self._messages.values(), *self._private.values()):
            yield from shelf.values()

    def messages(self, room: str) -> tuple[Message, ...]:
        """What everybody sees in a room, oldest first, deleted messages left out."""
        return tuple(m for m in self._messages.get(room, {}).values() if m.deleted_at is None)

    def private(self, town: str, account: str) -> tuple[Message, ...]:
        """What only this person sees in a town, oldest first."""
        mine = self._private.get(account, {}).values()
        return tuple(m for m in mine if m.deleted_at is None and self.rooms[m.room].town == town)

    def newest(self, town: str, account: str) -> Iterator[Message]:
        """All that this person sees in a town, newest first."""
        shelves = [self._private.get(account, {})]
        if self.presence(town, account):
            shelves += [self._messages.get(room.id, {}) for room in self.public_rooms(town)]
        for message in merge(*(reversed(shelf.values()) for shelf in shelves), key=lambda m: -number_of(m.id)):
            if message.deleted_at is None and self.rooms[message.room].town == town:
                yield message

    def message(self, room: str, id: str) -> Message | None:
        """A message that is still there: in a channel for all to see, or in a private conversation."""
        owner = self.rooms[room].owner if room in self.rooms else None
        message = (self._private.get(owner, {}) if owner else self._messages.get(room, {})).get(id)
        return message if message and message.room == room and message.deleted_at is None else None

    def keyed(self, room: str, key: str) -> Message | None:
        """The message that was posted with this key, deleted since or not."""
        return self._keyed.get((room, key))

    def room_named(self, town: str, name: str) -> Room | None:
        return self._public.get(town, {}).get(name.removeprefix("#"))

    def direct_room(self, town: str, account: str) -> Room | None:
        """Where the bot and somebody talk alone."""
        return self.rooms.get(direct_id(town, account))

    def public_rooms(self, town: str) -> tuple[Room, ...]:
        return tuple(self._public.get(town, {}).values())

    def rooms_of(self, town: str, account: Account) -> tuple[Room, ...]:
        """The channels that somebody sees."""
        return tuple(room for room in self.public_rooms(town) if room.level <= account.level)

    def presence(self, town: str, account: str) -> Presence | None:
        return self.presences.get(presence_key(town, account))

    def form(self, town: str, account: str) -> OpenForm | None:
        return self.forms.get(presence_key(town, account))

    def present(self, town: str) -> tuple[Account, ...]:
        """Who is in a town, in the order in which they came."""
        return tuple(self.accounts[p.account] for p in self.presences.values() if p.town == town)

    def named(self, town: str, name: str) -> Account | None:
        """Somebody present, by name."""
        bare = name.removeprefix("@").casefold()
        return next((a for a in self.present(town) if a.name.casefold() == bare), None)

    def space(self, town: str) -> Space:
        it = self.towns[town]
        return Space(PLATFORM, it.id, it.name, it.language, it.zone)

    def channel(self, room: str) -> Channel:
        it = self.rooms[room]
        return Channel(self.space(it.town), it.id, it.name)

    def member(self, town: str, account: str) -> Member:
        """An account as a town shows it, even after it left."""
        it, presence = self.accounts[account], self.presence(town, account)
        return Member(
            self.space(town),
            it.id,
            it.name,
            level=it.level,
            language=it.language,
            is_bot=it.is_bot,
            pending=presence.pending if presence else False,
            roles=it.roles,
            joined_at=presence.joined_at if presence else None,
            created_at=it.created_at,
        )

    def ref(self, message: Message) -> MessageRef:
        return MessageRef(self.channel(message.room), message.id, message.thread)


def direct_id(town: str, account: str) -> str:
    """The id of the room where the bot and somebody talk alone."""
    return f"{town}-{account}"

"""The playground writes several documents for one act; the process may die between any two of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from bot.chat.events import Event, MemberJoined, MessagePosted
from bot.chat.forms import CommandSpec
from bot.chat.platform import PlatformError, Store
from bot.chat.things import Channel, Space
from bot.chat.words import Words
from bot.platforms.playground import Playground, World, restore
from tests.faults.mortal import Fuse, Killed

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


class MortalStore:
    """Documents outlive the process, which may die before each writing."""

    def __init__(self, fuse: Fuse) -> None:
        self.fuse = fuse
        self.kinds: dict[str, dict[str, str]] = {}

    async def load(self, kind: str) -> Mapping[str, str]:
        return dict(self.kinds.get(kind, {}))

    async def save(self, kind: str, documents: Mapping[str, str]) -> None:
        self.fuse()
        self.kinds.setdefault(kind, {}).update(documents)

    async def remove(self, kind: str, key: str | None = None) -> None:
        self.fuse()
        self.kinds.get(kind, {}).pop(key or "", None)


class Ears:
    """A hub that only listens."""

    def __init__(self, store: MortalStore) -> None:
        self.store: Store = store
        self.commands: tuple[CommandSpec, ...] = ()
        self.heard: list[Event] = []

    def now(self) -> datetime:
        return NOW

    async def receive(self, event: Event) -> None:
        self.heard.append(event)

    def known(self, platform: str) -> tuple[Space, ...]:
        return ()

    async def handled(self, event: Event) -> None:
        pass

    def say(self, words: Words, language: str) -> str:
        return str(words)

    async def last_seen(self, channel: Channel) -> str | None:
        return None

    async def complain(self, space: Space, words: Words) -> None:
        raise AssertionError(words)

    async def give_up(self, why: PlatformError) -> None:
        raise AssertionError(why)


@pytest.mark.parametrize("end", range(1, 16))
async def test_whoever_is_there_was_told_of(end: int) -> None:
    """Somebody joins and speaks; after a death anywhere, the bot hears of all that is there."""
    fuse = Fuse([end])
    store = MortalStore(fuse)
    world = World(lambda: NOW)
    space = world.add_space()
    ears = Ears(store)
    await Playground(world, keep=True).start(ears)
    fuse.armed = True
    eve = world.person("eve", space=space)
    try:
        await eve.join()
        await eve.say("hello")
        await eve.leave()
        await eve.join()
    except Killed:
        fuse.reborn()
    fuse.armed = False
    world = World(lambda: NOW)
    assert await restore(world.state, store)
    again = Ears(store)
    await Playground(world, keep=True).start(again)
    heard = [*ears.heard, *again.heard]
    joins = {(it.member.id, it.member.joined_at) for it in heard if isinstance(it, MemberJoined)}
    words = {it.ref.id for it in heard if isinstance(it, MessagePosted)}
    assert {(it.account, it.joined_at) for it in world.state.presences.values()} <= joins
    assert {it.id for room in world.state.rooms for it in world.state.messages(room)} <= words

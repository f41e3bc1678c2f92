"""A town with Ada and Bob, a hub that remembers what it was told, and a clock moved by hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.chat.events import CommandUsed, Event, Interacted
from bot.chat.forms import Choice, CommandSpec, FieldSpec, Kind, Sheet
from bot.chat.platform import PlatformError, Responder, Store
from bot.chat.things import Channel, Level, Space
from bot.chat.words import Words
from bot.platforms.playground import Playground, World

COMMANDS = (
    CommandSpec("welcome preview", "Show the welcome", (FieldSpec("member", Kind.MEMBER, "Who", required=False),)),
    CommandSpec("welcome setup", "Set it up", (FieldSpec("channel", Kind.CHANNEL, "Where"),), private=False),
    CommandSpec(
        "contest new",
        "Open a contest",
        (
            FieldSpec("title", Kind.TEXT, "Title"),
            FieldSpec("winners", Kind.WHOLE, "Winners"),
            FieldSpec("public", Kind.YES_NO, "Public"),
            FieldSpec("kind", Kind.CHOICE, "Kind", choices=(Choice("draw", "A draw"), Choice("vote", "A vote"))),
        ),
    ),
)
SHEET = Sheet(
    "welcome.introduce",
    "Introduce yourself",
    (FieldSpec("about", Kind.TEXT, "About you"), FieldSpec("sponsor", Kind.MEMBER, "Who brought you", required=False)),
    "Send",
    {"about": "I am"},
)


class MemoryStore:
    """A ``Store`` in a dictionary."""

    def __init__(self) -> None:
        self.kinds: dict[str, dict[str, str]] = {}
        self.written: list[tuple[str, str]] = []

    async def load(self, kind: str) -> Mapping[str, str]:
        return dict(self.kinds.get(kind, {}))

    async def save(self, kind: str, documents: Mapping[str, str]) -> None:
        self.kinds.setdefault(kind, {}).update(documents)
        self.written += [(kind, key) for key in documents]

    async def remove(self, kind: str, key: str | None = None) -> None:
        if key is None:
            self.kinds.pop(kind, None)
        else:
            self.kinds.get(kind, {}).pop(key, None)


class FakeHub:
    """A ``Hub`` that remembers events, and lets a test answer interactions."""

    def __init__(self, now: Callable[[], datetime], store: MemoryStore) -> None:
        self.now = now
        self.store: Store = store
        self.commands: tuple[CommandSpec, ...] = COMMANDS
        self.received: list[Event] = []
        self.last: dict[str, str] = {}
        self.answer: Callable[[Responder], Awaitable[object]] | None = None
        self.first: Callable[[], Awaitable[object]] | None = None

    async def receive(self, event: Event) -> None:
        self.received.append(event)
        if self.first:
            act, self.first = self.first, None
            await act()
        if isinstance(event, Interacted) and self.answer:
            await self.answer(event.responder)

    def known(self, platform: str) -> tuple[Space, ...]:
        return ()

    async def handled(self, event: Event) -> None:
        pass

    def say(self, words: Words, language: str) -> str:
        assert isinstance(words, str)
        return words

    async def last_seen(self, channel: Channel) -> str | None:
        return self.last.get(channel.id)

    async def complain(self, space: Space, words: Words) -> None:
        raise AssertionError(words)

    async def give_up(self, why: PlatformError) -> None:
        raise AssertionError(why)

    def only(self, kind: type[Any]) -> Any:
        """The one event of this kind."""
        [event] = self.all(kind)
        return event

    def all(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.received if type(event) is kind]


class Bed:
    """What a test lies in."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 23, 7, tzinfo=UTC)
        self.world = World(lambda: self.time)
        self.space = self.world.add_space(zone="Europe/Paris", channels=("general", "random"))
        self.general = self.world.channel("general")
        self.ada = self.world.person("Ada", zone="Asia/Tokyo", here=True)
        self.bob = self.world.person("Bob", level=Level.MODERATOR, here=True)
        self.store = MemoryStore()
        self.playground = Playground(self.world)
        self.hub = FakeHub(lambda: self.time, self.store)

    def pass_time(self, **by: float) -> None:
        self.time += timedelta(**by)

    async def restart(self, *, killed: bool = False, **options: Any) -> None:
        """A new adapter on the same world, with a new hub that has seen what the old one had."""
        if killed:
            self.world.detach()
        else:
            await self.playground.stop()
        await self.begin(**options)

    async def begin(self, **options: Any) -> None:
        last, commands = self.hub.last, self.hub.commands
        self.playground = Playground(self.world, **options)
        self.hub = FakeHub(lambda: self.time, self.store)
        self.hub.last, self.hub.commands = last, commands
        await self.playground.start(self.hub)

    async def answered(self, answer: Callable[[Responder], Awaitable[object]]) -> None:
        """Ada uses a command which is answered like this."""
        self.hub.answer = answer
        await self.ada.run("welcome preview")
        self.hub.answer = None

    @property
    def responder(self) -> Responder:
        """Of the last command."""
        responder: Responder = self.hub.all(CommandUsed)[-1].responder
        return responder

    @property
    def effects(self) -> list[str]:
        return [effect.effect for effect in self.world.effects]


@pytest.fixture
async def bed() -> Bed:
    bed = Bed()
    await bed.playground.start(bed.hub)
    return bed


@pytest.fixture
def sheet() -> Sheet:
    return SHEET

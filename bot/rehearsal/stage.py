"""A whole Relais with its clock moved by hand, on a town in memory or on another scene: what rehearsals and tests of
cogs stand on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, ClassVar, Self, cast

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.app import App
from bot.chat.things import Channel, Community, Level, Member, Space
from bot.cog.dates import short
from bot.cog.declare import Cog
from bot.engine import loader, migrate
from bot.engine.clock import HandClock
from bot.engine.inmemory import InMemory
from bot.engine.session import Database
from bot.engine.trace import Step
from bot.platforms.playground import Actor, World
from bot.platforms.playground.lookup import Profile
from bot.rehearsal.patience import patience
from bot.rehearsal.scene import MakeScene, PlaygroundScene, Scene

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
"""A Monday morning."""
SOON = 20.0
"""Real seconds in which a bot, and then its platform, have let go of everything."""


class Stage:
    """A community whose time stands still until it is moved.

    Used as ``async with Stage() as stage``, or with ``start()`` and ``stop()``. What is built before ``start`` was
    there before Relais came. ``errors`` are the failures of handlers, and what managers were told to fix
    (``complaints``), across restarts. ``scene`` makes another platform's world than the playground's; ``world`` then
    has the same words, its ``state`` not.
    """

    _tables: ClassVar[bytes] = b""
    """A database as the migrations made it: once for the whole process."""
    _closed: ClassVar[list[Database]] = []
    """Databases of stages that are over: opened again they are empty, and their statements are compiled already."""

    def __init__(
        self,
        *,
        cogs: tuple[Cog[Any], ...] | None = None,
        start: datetime = START,
        seed: int = 0,
        name: str = "Town",
        language: str = "en",
        zone: str = "UTC",
        spaces: Sequence[str] = (),
        united: bool = True,
        channels: Sequence[str] = ("general",),
        profile: Profile | None = None,
        scene: MakeScene | None = None,
    ) -> None:
        self.name = name
        self.united = united
        self.clock = HandClock(start)
        self.errors: list[Step] = []
        self.complaints: list[Step] = []
        self.scene: Scene = (
            scene(self.clock.now, self.settle) if scene else PlaygroundScene(self.clock.now, self.settle, profile)
        )
        self.world: World = self.scene.world
        for space in spaces or (name,):
            self.world.add_space(space, language=language, zone=zone, channels=tuple(channels))
        self._cogs = loader.load() if cogs is None else cogs
        self._database = Stage._closed.pop() if Stage._closed else Database("sqlite+aiosqlite://")
        self._random = Random(seed)
        self._zone = zone
        self.app = self._new_app()

    # Life

    async def start(self) -> Self:
        """Bring the bot up, all spaces being one community unless they are not ``united``."""
        await self._furnish()
        if self.united and [space.name for space in self.world.spaces] != [self.name]:
            await self._unite()
        await self.scene.start()
        await self.app.start()
        await self.settle()
        for space in self.world.spaces:
            if self.app.engine.community(space).zone != self._zone:
                await self.change({"community.zone": self._zone}, space)
        return self

    async def stop(self) -> None:
        """Raises ``Hung`` when something does not let go."""
        try:
            async with patience("stopping the bot", SOON):
                await self.app.stop()
            self._give_back()
        finally:
            async with patience("stopping the platform", SOON):
                await self.scene.stop()

    async def __aenter__(self) -> Self:
        try:
            return await self.start()
        except BaseException:
            await self.stop()
            raise

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def restart(self) -> None:
        """The process dies here, finishing nothing, and starts again."""
        await self.app.kill()
        await self.scene.die()
        self.app = self._new_app()
        await self.app.start()
        await self.settle()

    async def settle(self) -> None:
        """Wait until the bot has nothing left to do at this moment."""
        await self.scene.settle(self.app.settle)

    # Time

    @property
    def now(self) -> datetime:
        return self.clock.now()

    async def advance(self, **by: float) -> None:
        """Let time pass: ``advance(days=7, hours=1)``."""
        await self.until(self.now + timedelta(**by))

    async def until(self, moment: datetime) -> None:
        """Let time pass until a moment, stopping at each thing due on the way."""
        await self.app.advance(moment, self.settle)

    # Who and where

    def channels(self, *names: str, space: Space | None = None) -> tuple[Channel, ...]:
        """Channels by name, made where there are none."""
        for name in names:
            if not self.scene.has_channel(name, space):
                self.world.add_channel(name, space)
        return tuple(self.world.channel(name, space) for name in names)

    def person(self, name: str, **facts: Any) -> Actor:
        """Somebody who is not there until they ``join()``, or ``here=True``; see ``World.person``."""
        return self.world.person(name, **facts)

    @property
    def community(self) -> Community:
        return self.app.engine.community(self.world.spaces[0])

    # Settings

    async def set(self, section: str, **values: object) -> None:
        """Change settings as an administrator would by typing them. Raises ``Invalid``."""
        await self.change({f"{section}.{name}": typed(value) for name, value in values.items()})

    async def change(self, given: Mapping[str, str], space: Space | None = None) -> None:
        """Change settings named ``section.field``, typed in a space (the first by default). Raises ``Invalid``."""
        await self.settle()
        here = space or self.world.spaces[0]
        desk, community = self.app.engine.desk, self.app.engine.community(here)
        place = desk.place(community, here, community.language)
        await desk.settings.change(community, place, _administrator(here), given)
        await self.settle()

    async def speaks(self, language: str) -> None:
        """Give the community a language."""
        for space in self.world.spaces:
            self.scene.speaks(space, language)
        await self.set("community", language=language)

    # Behind the scenes

    def _give_back(self) -> None:
        if self._database not in Stage._closed:
            Stage._closed.append(self._database)

    def _new_app(self) -> App:
        app = App(
            database=self._database,
            clock=self.clock,
            random=self._random,
            cogs=self._cogs,
            platforms=self.scene.adapters(),
            token=lambda: f"{self._random.getrandbits(256):064x}",
        )
        app.engine.trace.listeners.append(self._hear)
        return app

    def _hear(self, step: Step) -> None:
        if step.kind == "error":
            (self.complaints if step.what == "complaint" else self.errors).append(step)

    async def _furnish(self) -> None:
        """Make the tables: by migrating the first time, then by copying what came of it."""
        await self._database.open()
        async with self._database.engine.connect() as connection:
            if not Stage._tables:
                Stage._tables = await _migrated()
            await (await _raw(connection)).become(Stage._tables)

    async def _unite(self) -> None:
        """Make one community of all the spaces, as linking them by a code would."""
        spaces = self.app.engine.spaces
        first, *others = self.world.spaces
        community = await spaces.see(replace(first, name=self.name))
        for other in others:
            await spaces.see(other)
            await spaces.join(other, community.id)


def typed(value: object) -> str:
    """A value as somebody would type it."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case timedelta():
            return short(value)
        case list() | tuple():
            return "\n".join(map(typed, value))
        case Channel() | Member() | Actor():
            return value.id
    return str(value)


async def _migrated() -> bytes:
    database = Database("sqlite://")
    await migrate.upgrade(database)
    async with database.engine.connect() as connection:
        image = await (await _raw(connection)).image()
    await database.close()
    return image


async def _raw(connection: AsyncConnection) -> InMemory:
    return cast(InMemory, (await connection.get_raw_connection()).driver_connection)


def _administrator(space: Space) -> Member:
    return Member(space, "stage", "Stage", level=Level.ADMIN)

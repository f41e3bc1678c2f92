"""A yard for the machinery: real SQLite files, a platform that remembers everything, and lives that end anywhere."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from bot.chat.card import Button, Card, Field, File, Menu, Option, Picture, Style, Tone
from bot.chat.platform import Closed, why
from bot.chat.text import Md
from bot.chat.things import Channel, Member, MessageRef, Space
from bot.chat.words import Words
from bot.cog.context import Priority
from bot.cog.desk import Alert
from bot.cog.table import Base
from bot.cog.texts import Voice
from bot.engine.attention import AttentionSettings, Gate
from bot.engine.clock import HandClock
from bot.engine.jobs import Claimed, Jobs
from bot.engine.models import CommunityRow, JobRow, PostRow, SpaceRow
from bot.engine.outbox import Outbox
from bot.engine.schedules import Schedules
from bot.engine.session import Database
from bot.engine.trace import Trace

SPACE = Space("yard", "1", "The yard")
GENERAL = Channel(SPACE, "general", "general")
OTHER = Channel(SPACE, "other", "other")
ADA = Member(SPACE, "ada", "Ada")
START = datetime(2026, 3, 2, 12, tzinfo=UTC)


PICTURE = Picture(b"png", "Three bars", "chart.png")
RICH = Card(
    text=Md("**Hello** @[playground:1/ada]"),
    title="A title & more",
    fields=(Field("Name", Md("_value_"), short=False),),
    buttons=(Button("Rules", "welcome.rules:3", style=Style.PRIMARY), Button("Site", url="https://example.org")),
    menus=(Menu("Choose", "m.choose", (Option("One", "1", "the first"), Option("Two", "2")), 0, 2),),
    picture=PICTURE,
    files=(File(b"a,b", "table.csv", "text/csv"), File(b"c", "c.txt")),
    footer=Md("small"),
    tone=Tone.GRAVE,
    pings=(ADA,),
)


class Killed(BaseException):
    """The process is no more."""


class Fuse:
    """Counts the moments at which a process may die, and kills it at one of them."""

    def __init__(self) -> None:
        self.left = -1

    def __call__(self) -> None:
        if self.left == 0:
            self.left = -1
            raise Killed
        self.left -= self.left > 0


class MortalDatabase(Database):
    """May die before a transaction, just before it is stored, and just after."""

    def __init__(self, url: str, fuse: Fuse) -> None:
        super().__init__(url)
        self.fuse = fuse

    @asynccontextmanager
    async def transaction(self, factory: Any = AsyncSession, **args: Any) -> AsyncIterator[Any]:
        self.fuse()
        async with super().transaction(factory, **args) as db:
            yield db
            self.fuse()
        self.fuse()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        self.fuse()
        async with super().reading() as db:
            yield db


@dataclass
class Said:
    ref: MessageRef
    card: Card
    key: str
    at: datetime
    why: str
    thread: str | None = None


@dataclass
class Yard:
    """A platform without any idempotence: a second ``post`` with the same key is a second message.

    ``errors`` are raised by the next calls, before anything happens; ``answers`` after it happened; ``blind`` by the
    next looks. ``shut`` closes the doors to private messages.
    """

    now: Callable[[], datetime]
    fuse: Fuse
    name: str = "yard"
    said: list[Said] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)
    answers: list[BaseException] = field(default_factory=list)
    blind: list[Exception] = field(default_factory=list)
    shut: bool = False
    looks: int = 0

    async def post(self, channel: Channel, card: Card, *, key: str, thread: str | None = None) -> MessageRef:
        self.fuse()
        if self.errors:
            raise self.errors.pop(0)
        ref = MessageRef(channel, f"m{len(self.said)}", thread)
        self.said.append(Said(ref, card, key, self.now(), why.get(), thread))
        self.fuse()
        if self.answers:
            raise self.answers.pop(0)
        return ref

    async def direct(self, member: Member, card: Card, *, key: str) -> MessageRef:
        if self.shut:
            raise Closed
        return await self.post(Channel(member.space, f"dm-{member.id}"), card, key=key)

    async def find(
        self, channel: Channel, key: str, *, since: datetime, card: Card | None = None, others: Collection[str] = ()
    ) -> MessageRef | None:
        self.fuse()
        self.looks += 1
        if self.blind:
            raise self.blind.pop(0)
        return next((s.ref for s in self.said if s.key == key and s.ref.channel == channel and s.at >= since), None)

    async def find_direct(
        self, member: Member, key: str, *, since: datetime, card: Card | None = None, others: Collection[str] = ()
    ) -> MessageRef | None:
        return await self.find(Channel(member.space, f"dm-{member.id}"), key, since=since)

    def texts(self, channel: str = "general") -> list[str]:
        return [str(said.card.text) for said in self.said if said.ref.channel.id == channel]


class Life:
    """One process: everything it holds in memory."""

    def __init__(self, world: World, owner: str, **options: Any) -> None:
        self.world = world
        self.trace = Trace(world.clock.now)
        self.database = MortalDatabase(world.url, world.fuse)
        now = world.clock.now
        self.gate = Gate(
            self.database,
            lambda community, space: world.settings,
            lambda community: world.alert,
            lambda community: world.zone,
            lambda channel, window: world.talking,
        )
        platform: Any = world.yard
        self.outbox = Outbox(
            self.database,
            now,
            owner,
            lambda name: platform if world.connected else None,
            lambda key: SPACE,
            self.gate,
            self.trace,
            world.complain,
            **options,
        )
        self.jobs = Jobs(self.database, now, owner, self.run, world.late.get, self.trace, **options)
        self.schedules = Schedules(self.database, now, self.jobs)

    async def run(self, claimed: Claimed) -> None:
        self.world.fuse()
        await self.world.handle(self, claimed)
        self.world.fuse()

    async def post(self, text: str, to: Channel | Member = GENERAL, *, deliver: bool = True, **options: Any) -> int:
        given: dict[str, Any] = {
            "community": "c",
            "cog": "tests",
            "space": SPACE,
            "to": to,
            "card": Card(text),
            "priority": Priority.NORMAL,
            "thread": None,
            "key": text,
            "merge": "",
            "why": f"because {text}",
            "until": None,
            "otherwise": None,
            "person": None,
        }
        async with self.database.transaction() as db:
            number = await self.outbox.put(db, **(given | options))
        if deliver:
            await self.outbox.deliver(number)
        return number

    async def job(self, name: str = "look", key: str = "k", **options: Any) -> bool:
        given: dict[str, Any] = {
            "community": "c",
            "space": SPACE.key,
            "name": name,
            "key": key,
            "arguments": {},
            "due_at": self.world.clock.now(),
        }
        async with self.database.transaction() as db:
            return await self.jobs.put(db, **(given | options))

    async def posts(self) -> list[PostRow]:
        async with self.database.reading() as db:
            return list(await db.scalars(select(PostRow).order_by(PostRow.number)))

    async def job_rows(self) -> list[JobRow]:
        async with self.database.reading() as db:
            return list(await db.scalars(select(JobRow).order_by(JobRow.number)))


class World:
    """What outlives a process: the file, the platform and the clock."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.clock = HandClock(START)
        self.fuse = Fuse()
        self.yard = Yard(self.clock.now, self.fuse)
        self.settings = AttentionSettings()
        self.alert = Alert.CALM
        self.zone = ZoneInfo("Europe/Paris")
        self.talking = 0
        self.connected = True
        self.late: dict[str, Any] = {"look": "run"}
        self.ran: list[Claimed] = []
        self.complaints: list[Words] = []
        self.handler: Callable[[Life, Claimed], Any] | None = None
        self._lives: list[Life] = []

    async def handle(self, life: Life, claimed: Claimed) -> None:
        self.ran.append(claimed)
        if self.handler is not None:
            await self.handler(life, claimed)

    async def complain(self, community: str, words: Words) -> None:
        self.complaints.append(words)

    def forward(self, **delay: float) -> None:
        self.clock.move_to(self.clock.now() + timedelta(**delay))

    def life(self, owner: str = "first", **options: Any) -> Life:
        self._lives.append(Life(self, owner, **options))
        return self._lives[-1]

    async def close(self) -> None:
        for life in self._lives:
            await life.database.close()


HOME = {"name": "Home", "language": "en", "zone": "UTC"}


def furniture() -> list[Base]:
    """Two communities and one space."""
    communities = [CommunityRow(id=id, **HOME) for id in "cd"]
    return [*communities, SpaceRow(key=SPACE.key, platform="yard", id="1", community="c", **HOME)]


def furnish(path: Path) -> None:
    """A file with every table."""
    engine = create_engine(f"sqlite:///{path}")
    Base.metadata.create_all(engine)
    with Session(engine) as db, db.begin():
        db.add_all(furniture())
    engine.dispose()


@pytest.fixture
async def worlds(tmp_path: Path) -> AsyncIterator[Callable[[], World]]:
    """Makes worlds, each with its own file."""
    made: list[World] = []
    template = tmp_path / "template.db"
    furnish(template)

    def make() -> World:
        path = tmp_path / f"{len(made)}.db"
        shutil.copy(template, path)
        made.append(World(f"sqlite:///{path}"))
        return made[-1]

    yield make
    for world in made:
        await world.close()


@pytest.fixture
def world(worlds: Callable[[], World]) -> World:
    return worlds()


@pytest.fixture
async def shared(database: Database) -> AsyncIterator[World]:
    """A world on each kind of database."""
    async with database.transaction() as db:
        db.add_all(furniture())
    world = World(database.url.render_as_string(hide_password=False))
    yield world
    await world.close()


def said(words: Any) -> str:
    return Voice().text(words)


async def run_to_the_end(world: Any, life: Any) -> None:
    """Move from one due moment to the next until nothing waits."""
    for _ in range(500):
        moment = await life.outbox.next_at()
        if moment is None:
            return
        world.clock.move_to(moment)
        await life.outbox.deliver_due()
    raise AssertionError("posts wait for ever")

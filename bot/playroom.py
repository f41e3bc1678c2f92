"""The playground of a running Relais: a town that is kept, the page to live in it, and a clock that may be moved."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.dates import format_date, format_skeleton
from sqlalchemy import delete, func, select
from starlette.routing import BaseRoute

from bot.app import App
from bot.chat.platform import Hub, Store
from bot.chat.things import Level, Member, Space
from bot.chat.words import Phrase, Words
from bot.cog.dates import say_day, say_duration, say_moment, say_time
from bot.cog.fields import Invalid
from bot.cog.table import Base
from bot.cog.texts import Voice, t
from bot.engine.clock import SystemClock
from bot.engine.jobs import JobState
from bot.engine.models import CommunityRow, JobRow, PostRow
from bot.engine.trace import Step
from bot.platforms.playground import Playground, World, restore
from bot.platforms.playground.page import Due, House, Pages

CLOCK = "clock"
PATIENCE = 20.0
"""Seconds that somebody on the page waits for Relais to be done."""
ZONES = {"fr": "Europe/Paris", "en": "Europe/London"}


class Playroom:
    """``platform`` goes to the ``App``; once that runs, ``open`` it, and serve ``routes``.

    Not ``alone`` when real platforms share the clock: it is then right, whatever time the town had reached.
    """

    def __init__(self, clock: SystemClock, random: Random, *, alone: bool = True) -> None:
        self.clock = clock
        self.alone = alone
        self.random = random
        self.world = World(clock.now, moment=_moment, settle=self.settle)
        self.platform = Resident(self)
        self.app: App | None = None
        self._house: House | None = None

    async def begin(self, hub: Hub) -> None:
        """Bring back the town, and the time it had reached: a town's time never goes back."""
        await restore(self.world.state, hub.store)
        if self.alone:
            await _wind(self.clock, self.world, hub.store)
        self._house = House(self.world, hub, Remote(self, hub.store), self.platform.flush)
        await self._house.load()
        self.world.on_effect.append(self._house.journal.effect)

    @property
    def house(self) -> House:
        if self._house is None:
            raise RuntimeError("start the app first: the page belongs to a running Relais")
        return self._house

    def open(self, app: App) -> None:
        """The app runs: its steps go to the journal from now on."""
        self.app = app
        app.engine.trace.listeners.append(self._hear)

    def _hear(self, step: Step) -> None:
        why = self._said(step) if step.said else step.why
        if step.said and step.kind == "post":
            why = f"{step.why.partition(':')[0]}: {why}"
        self.house.journal.step(step.at, step.kind, step.what, why)

    def _said(self, step: Step) -> str:
        """A reason in the language and on the clock of the community."""
        assert self.app is not None
        spaces = self.app.engine.spaces.spaces_of(step.community)
        community = self.app.engine.community(spaces[0]) if spaces else None
        voice = self.app.engine.voice(community, None) if community else Voice()
        return voice.text(step.said)

    def routes(self) -> list[BaseRoute]:
        return Pages(self.house).routes()

    def close(self) -> None:
        """End the streams, so that the server can stop at once."""
        self.house.close()

    async def end(self) -> None:
        """Write down what is not written yet."""
        if self._house is not None:
            await self._house.keep()

    async def settle(self) -> None:
        """Wait until Relais has done what is due, but not for ever: somebody is waiting."""
        if self.app is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.app.settle(), PATIENCE)


class Resident(Playground):
    """The playground that remembers its town from one start to the next."""

    def __init__(self, room: Playroom) -> None:
        super().__init__(room.world, keep=True)
        self._playroom = room

    async def start(self, hub: Hub) -> None:
        await self._playroom.begin(hub)
        await super().start(hub)

    async def stop(self) -> None:
        await self._playroom.end()
        await super().stop()


class Remote:
    """The page's ``Controls`` over the running app."""

    def __init__(self, room: Playroom, store: Store) -> None:
        self._room = room
        self._store = store

    @property
    def app(self) -> App:
        assert self._room.app is not None
        return self._room.app

    @property
    def may_travel(self) -> bool:
        """Not while a real platform shares the clock."""
        return self._room.alone and all(platform is self._room.platform for platform in self.app.platforms)

    async def next_due(self) -> Due | None:
        jobs = select(JobRow.due_at, JobRow.name).where(JobRow.state == JobState.DUE).order_by(JobRow.due_at).limit(1)
        posts = select(func.min(PostRow.not_before)).where(PostRow.state == "waiting")
        async with self.app.database.reading() as db:
            job, post = (await db.execute(jobs)).first(), await db.scalar(posts)
        if job is not None and (post is None or job.due_at <= post):
            return Due(job.due_at, self.title(job.name.split(".")[0]))
        return Due(post, t("a post that waits")) if post else None

    async def travel(self, until: datetime, seen: Callable[[], Awaitable[None]]) -> None:
        app, clock = self.app, self._room.clock
        last: datetime | None = None
        while (due := await app.next_at()) is not None and due <= until and due != last:
            if due > clock.now():
                last = due
                await app.advance(due)
                await self._keep()
                await seen()
            else:
                await app.settle()
                last = due
        await app.advance(until)
        await self._keep()

    async def _keep(self) -> None:
        await self._store.save(CLOCK, {CLOCK: str(self._room.clock.ahead.total_seconds())})

    async def configure(self, space: Space, given: Mapping[str, str]) -> None:
        engine = self.app.engine
        await self.app.settle()
        community = engine.community(space)
        by = Member(space, "playground", "Relais", level=Level.ADMIN)
        for name, value in given.items():
            with suppress(Invalid):
                place = engine.place(community, space, community.language)
                await engine.settings.change(community, place, by, {name: value})

    async def forget(self, space: Space) -> None:
        app, engine = self.app, self.app.engine
        await app.settle()
        await engine.activity.flush()
        community = engine.community(space).id
        async with app.database.transaction() as db:
            for table in reversed(Base.metadata.sorted_tables):
                if "community" in table.c:
                    await db.execute(delete(table).where(table.c.community == community))
            await db.execute(delete(CommunityRow).where(CommunityRow.id == community))
        await engine.spaces.load()
        await engine.settings.reload()
        await engine.alerts.load()

    def title(self, cog: str) -> Words:
        titles = self.app.engine.desk.titles()
        return titles.get(cog, Phrase("Relais"))

    def zone(self, language: str) -> str:
        return machine_zone() or ZONES[language]

    def date(self, moment: datetime, style: str, zone: str, language: str) -> str:
        return say_date(moment, style, ZoneInfo(zone), language)

    def duration(self, delta: timedelta, language: str) -> str:
        return say_duration(delta, language=language)


async def _wind(clock: SystemClock, world: World, store: Store) -> None:
    """Set the clock to what it was ahead, and not before anything that happened in the town."""
    kept = (await store.load(CLOCK)).get(CLOCK)
    if kept:
        clock.move_to(clock.now() + timedelta(seconds=float(kept)) - clock.ahead)
    state = world.state
    moments = [message.at for room in state.rooms for message in state.messages(room)]
    if state.progress.last_heard:
        moments.append(state.progress.last_heard)
    if moments:
        clock.move_to(max(moments))


def _moment(moment: datetime, zone: str, language: str) -> str:
    return say_moment(moment, zone=ZoneInfo(zone), language=language)


def say_date(moment: datetime, style: str, zone: ZoneInfo, language: str) -> str:
    """A moment in one of the styles of the small Markdown, on the clock of ``zone``."""
    local = moment.astimezone(zone)
    locale = Locale("fr") if language.startswith("fr") else Locale("en", "GB")
    time = say_time(local.time(), language=language)
    match style:
        case "t":
            return time
        case "T":
            return f"{local:%H:%M:%S}"
        case "d":
            return format_date(local.date(), "short", locale=locale)
        case "D":
            return _weekday(local, locale)
        case "F":
            return say_moment(moment, zone=zone, language=language)
    said: str = format_skeleton("MMMd", local, tzinfo=zone, locale=locale)
    return f"{said}, {time}"


def _weekday(local: datetime, locale: Locale) -> str:
    return say_day(local.date(), language=locale.language, pattern="EEEE d MMMM")


def machine_zone() -> str:
    """The IANA name of this machine's time zone; empty when it cannot be told, or when it is only UTC."""
    name = os.environ.get("TZ", "").removeprefix(":") or _linked()
    return name if name in available_timezones() and "/" in name and not name.startswith("Etc/") else ""


def _linked() -> str:
    try:
        path = str(Path("/etc/localtime").resolve())
    except OSError:
        return ""
    _, found, name = path.partition("zoneinfo/")
    return name if found else ""

"""The composition root: database, cogs, platforms, jobs and pages become one process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

import structlog
from sqlalchemy import text

from bot.chat.events import Event, SpaceLost
from bot.chat.forms import CommandSpec
from bot.chat.platform import Busy, OutOfReach, Platform, PlatformError, Store
from bot.chat.tasks import end
from bot.chat.things import Channel, Space
from bot.chat.words import Words
from bot.cog.declare import Cog
from bot.cog.texts import Voice
from bot.engine import codes, migrate
from bot.engine.clock import Clock
from bot.engine.entrance import unguessable
from bot.engine.health import Health
from bot.engine.host import Engine
from bot.engine.pulse import Pulse
from bot.engine.session import Database
from bot.engine.store import DocumentStore

log: structlog.stdlib.BoundLogger = structlog.get_logger("relais")

FINISHING = 5.0
"""Seconds that a stop leaves to what is under way: whoever runs Relais as a service gives it ten in all."""
FIRST_WAIT, LONGEST_WAIT = 5.0, 300.0
"""Seconds before a platform that is out of reach is tried again; each wait doubles."""
CATCHING_UP = 30.0
"""Seconds that jobs wait for what was missed to be told; the rest is told meanwhile."""
KEPT = timedelta(days=30)
"""How long jobs and posts that are over stay in the ledger."""


@dataclass(slots=True)
class AppHub:
    """What one adapter, the ``platform``, is given. ``barred`` takes why it gave up, by that name."""

    engine: Engine
    store: Store
    commands: tuple[CommandSpec, ...]
    platform: str
    barred: dict[str, str] = field(default_factory=dict)

    def now(self) -> datetime:
        return self.engine.now()

    async def receive(self, event: Event) -> None:
        await self.engine.dispatcher.receive(event)

    async def handled(self, event: Event) -> None:
        await self.engine.dispatcher.handled(event)

    def say(self, words: Words, language: str) -> str:
        return Voice(language).text(words)

    async def last_seen(self, channel: Channel) -> str | None:
        return await self.engine.activity.last_seen(channel)

    def known(self, platform: str) -> tuple[Space, ...]:
        spaces = self.engine.spaces
        return tuple(one for one in spaces.all() if one.platform == platform and not spaces.lost_at(one))

    async def complain(self, space: Space, words: Words) -> None:
        if self.engine.spaces.knows(space):
            await self.engine.complain(self.engine.community(space).id, words)

    async def give_up(self, why: PlatformError) -> None:
        log.error(f"{str(why).rstrip('.')}. It is not tried again before the next start", platform=self.platform)
        self.barred[self.platform] = str(why)
        now = self.now()
        for space in self.known(self.platform):
            id = f"barred:{space.id}:{now.isoformat()}"
            await self.receive(SpaceLost(space=space, id=id, at=now, barred=True))


class App:
    """One running Relais.

    With ``live`` the pulse runs due work by itself; without, ``settle`` and ``advance`` do, which is how rehearsals
    and tests move through a week at once.
    """

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        random: Random,
        cogs: tuple[Cog[Any], ...],
        platforms: Sequence[Platform],
        owner: str = "one",
        live: bool = False,
        address: str = "http://127.0.0.1:8080",
        token: Callable[[], str] = unguessable,
    ) -> None:
        self.database = database
        self.clock = clock
        self.platforms = tuple(platforms)
        self.engine = Engine(
            database=database,
            clock=clock,
            random=random,
            cogs=cogs,
            owner=owner,
            side_by_side=4 if live else 1,
            apart=live,
            address=address,
            token=token,
            online=live,
        )
        self.pulse = self._pulse() if live else None
        self.out_of_reach: dict[str, asyncio.Task[None]] = {}
        """The platforms that do not answer yet, by name, each with what tries again."""
        self.barred: dict[str, str] = {}
        """The platforms that do not let Relais in until it is started anew, by name, each with what to do."""
        self._connected = False
        self._waking: asyncio.Task[None] | None = None

    def _pulse(self) -> Pulse:
        engine = self.engine
        ticks: dict[str, Callable[[], Awaitable[object]]] = {
            "plan": self._awake(engine.replan),
            "jobs": self._awake(engine.jobs.run_due),
            "posts": engine.outbox.deliver_due,
        }
        return Pulse(engine.trace, ticks=ticks, flush=engine.activity.flush, tidy=self.tidy)

    def _awake(self, work: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[object]]:
        async def once_awake() -> None:
            if self.engine.awake:
                await work()

        return once_awake

    async def start(self) -> None:
        """``open``, then ``connect``."""
        await self.open()
        await self.connect()

    async def open(self) -> None:
        """Read the database. Raises ``StorageError`` when it cannot be used; nothing is then changed."""
        await self.database.open()
        alone = self.database.hold()
        await migrate.upgrade(self.database)
        engine = self.engine
        if alone:
            await engine.jobs.inherit()
            await engine.outbox.inherit()
        await engine.spaces.load()
        await engine.settings.reload()
        await engine.alerts.load()
        await engine.activity.load()
        for platform in self.platforms:
            engine.platforms[platform.name] = platform
        for space in engine.spaces.all():
            await engine.prepare(space)

    async def connect(self) -> None:
        """Connect the platforms side by side: people are heard from now on.

        A live app serves those that are there, and tries again those that are out of reach. Raises what a platform
        raised that does not pass, such as a wrong token; the others are then connected, until ``stop``.

        Posts that wait leave at once, jobs begin when what was missed is told; a live app goes on meanwhile.
        """
        for failure in await asyncio.gather(*map(self._connect, self.platforms), return_exceptions=True):
            if failure is not None:
                raise failure
        self._connected = True
        if self.pulse:
            self.pulse.start()
            self._waking = asyncio.create_task(self._begin())
        else:
            await self._wake()

    async def _connect(self, platform: Platform) -> None:
        try:
            await platform.start(self._hub(platform))
        except (OutOfReach, Busy) as error:
            if self.pulse is None:
                raise
            log.warning(f"{error}. It is tried again until it answers", platform=platform.name)
            self.out_of_reach[platform.name] = asyncio.create_task(self._connect_later(platform))

    async def _connect_later(self, platform: Platform) -> None:
        """Try again until it answers, or refuses for good."""
        wait = FIRST_WAIT
        while True:
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT)
            try:
                await platform.start(self._hub(platform))
            except (OutOfReach, Busy) as error:
                log.warning(str(error), platform=platform.name)
            except PlatformError as error:
                await self._hub(platform).give_up(error)
                break
            except Exception:
                log.exception("connecting failed; it is tried again", platform=platform.name)
            else:
                log.info("connected at last", platform=platform.name)
                break
        del self.out_of_reach[platform.name]

    def _hub(self, platform: Platform) -> AppHub:
        store = DocumentStore(self.database, platform.name)
        return AppHub(self.engine, store, self.engine.desk.commands, platform.name, self.barred)

    async def _begin(self) -> None:
        """Whatever fails, jobs begin: their beats come again."""
        try:
            await self._wake()
        except Exception as error:
            self.engine.trace.failed("catching up", error)
        self.engine.awake = True

    async def _wake(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(CATCHING_UP):
                away = {*self.out_of_reach, *self.barred}
                there = (platform for platform in self.platforms if platform.name not in away)
                await asyncio.gather(*(platform.caught_up() for platform in there))
        await self.engine.replan()
        self.engine.awake = True

    async def stop(self) -> None:
        """Finish what is under way, then let go of everything.

        What does not end in time is broken off as a crash would: the next start takes it up. Raises what a platform
        raised, at the end.
        """
        try:
            async with asyncio.timeout(FINISHING):
                await self._finish()
        except TimeoutError:
            log.warning("not everything ended in time; it is taken up at the next start")
        await self._break_off()
        self._connected = False
        ends = await asyncio.gather(*(platform.stop() for platform in self.platforms), return_exceptions=True)
        await self.engine.activity.flush()
        await self.database.close()
        for failure in ends:
            if failure is not None:
                raise failure

    async def _finish(self) -> None:
        if self.pulse:
            await self.pulse.pause()
        await self.engine.dispatcher.idle()
        await self.engine.jobs.idle()
        await self.engine.outbox.idle()

    async def _break_off(self) -> None:
        await end([*self.out_of_reach.values(), *([self._waking] if self._waking else [])])
        if self.pulse:
            await self.pulse.stop()
        await self.engine.dispatcher.stop()
        await self.engine.jobs.crew.stop()
        await self.engine.outbox.crew.stop()
        self.engine.memory.workers.stop()

    async def kill(self) -> None:
        """Die at once, as a process would: nothing is flushed or finished. The database stays open."""
        if self.pulse:
            await self.pulse.stop()
        await self.engine.dispatcher.stop()

    async def work(self) -> bool:
        """Do what is due now. False when there was nothing."""
        await self.engine.replan()
        ran = await self.engine.jobs.run_due()
        await self.engine.jobs.idle()
        sent = await self.engine.outbox.deliver_due()
        await self.engine.outbox.idle()
        return bool(ran or sent)

    async def tidy(self) -> None:
        """Forget what has been over for long."""
        await self.engine.jobs.forget(self.clock.now() - KEPT)
        await self.engine.outbox.forget(self.clock.now() - KEPT)
        async with self.database.transaction() as db:
            await codes.forget(db, self.clock.now())
        await self.engine.entrance.forget()

    async def health(self) -> Health:
        """Whether this process serves anybody, and what is wrong, by part."""
        try:
            async with self.database.reading() as db:
                await db.execute(text("SELECT 1"))
        except Exception as error:
            return Health(False, {"database": type(error).__name__})
        if not self._connected:
            return Health(False, {"platforms": "connecting"})
        away = dict.fromkeys(self.out_of_reach, "out of reach") | self.barred
        return Health(len(away) < len(self.platforms), away)

    async def settle(self) -> None:
        """Wait until nothing is under way and nothing is due."""
        await self.engine.dispatcher.idle()
        while await self.work():
            await self.engine.dispatcher.idle()

    async def next_at(self) -> datetime | None:
        """When the next thing is due."""
        moments = [await self.engine.jobs.next_at(), await self.engine.outbox.next_at()]
        return min((moment for moment in moments if moment is not None), default=None)

    async def advance(self, until: datetime, settle: Callable[[], Awaitable[None]] | None = None) -> None:
        """Move the clock, stopping at each thing due on the way. ``settle`` also waits for what is around the app."""
        settle = settle or self.settle
        await settle()
        while (moment := await self.next_at()) is not None and moment <= until:
            self.clock.move_to(moment)
            await settle()
        self.clock.move_to(until)
        await self.engine.activity.flush()
        await settle()

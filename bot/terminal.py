"""The verbs that cogs declare, run at a terminal."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from argparse import Namespace
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random, SystemRandom
from typing import TextIO, TypeVar, cast

from sqlalchemy.ext.asyncio import AsyncSession

from bot.chat.things import Community, Space
from bot.chat.words import Words
from bot.cog.declare import Cog, CogSettings, Verb
from bot.cog.terminal import Progress
from bot.cog.texts import Voice, spoken, t
from bot.config import ConfigError, load
from bot.engine import loader, migrate
from bot.engine.archive import MessageArchive
from bot.engine.clock import SystemClock
from bot.engine.host import Engine
from bot.engine.people import People
from bot.engine.session import Database, StorageError
from bot.engine.settings import SettingsStore
from bot.engine.spaces import Spaces

S = TypeVar("S", bound=CogSettings)

MOVES = timedelta(seconds=0.2)
TELLS = timedelta(seconds=10)
"""How often progress is told: on a terminal, and elsewhere."""


def run(verb: Verb, args: Namespace) -> int:
    """The verb's exit code; 2 when the settings or the database make it impossible."""
    try:
        return asyncio.run(_interruptible(verb.run(AtTerminal(language_of(os.environ)), args)))
    except (ConfigError, StorageError) as error:
        sys.stderr.write(f"{error}\n")
        return 2


async def _interruptible(work: Coroutine[None, None, int]) -> int:
    """Ctrl-C ends a verb wherever it is: asyncio would wait for its next ``await``, and a verb may work without any."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.default_int_handler)
    return await work


def language_of(environ: Mapping[str, str]) -> str:
    """The language that the environment asks for, as far as Relais speaks it."""
    return spoken(next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := environ.get(name))), None))


class AtTerminal:
    """See ``bot.cog.terminal.Terminal``."""

    def __init__(self, language: str) -> None:
        self.voice = Voice(language)
        self.random: Random = SystemRandom()
        self._clock = SystemClock()

    def now(self) -> datetime:
        return self._clock.now()

    def say(self, words: Words) -> None:
        _put(sys.stdout, f"{self.voice.text(words)}\n")

    def write(self, line: bytes) -> None:
        sys.stdout.flush()
        sys.stdout.buffer.write(line)

    def complain(self, words: Words) -> None:
        _put(sys.stderr, f"{self.voice.text(words)}\n")

    @contextmanager
    def progress(self, doing: Words, total: int = 0) -> Iterator[Progress]:
        shown = Shown(sys.stderr, self.voice, self.now, doing, total)
        try:
            yield shown
        finally:
            shown.close()

    @asynccontextmanager
    async def relais(self) -> AsyncIterator[WithoutPlatforms]:
        database = Database(load(os.environ, Path(".env")).database_url)
        await database.open()
        try:
            await migrate.upgrade(database)
            spaces = Spaces(database, self.random)
            await spaces.load()
            people = People(database, self.random, self.now)
            settings = SettingsStore(database, self.now, people, spaces, Engine.sections(loader.load()))
            await settings.reload()
            yield WithoutPlatforms(database, spaces, MessageArchive(database, people), settings)
        finally:
            await database.close()


@dataclass(frozen=True)
class WithoutPlatforms:
    """See ``bot.cog.terminal.Offline``."""

    database: Database
    known: Spaces
    archive: MessageArchive
    stored: SettingsStore

    def spaces(self) -> tuple[Space, ...]:
        return self.known.all()

    def community_of(self, space: Space) -> Community:
        return self.stored.community(space)

    def settings(self, space: Space, cog: Cog[S]) -> S:
        return cast(S, self.stored.snapshot(self.community_of(space).id, cog.name, space))

    @asynccontextmanager
    async def db(self) -> AsyncIterator[AsyncSession]:
        async with self.database.transaction() as db:
            yield db


class Shown:
    """How far something is, on a stream."""

    def __init__(self, stream: TextIO, voice: Voice, now: Callable[[], datetime], doing: Words, total: int) -> None:
        self._stream = stream
        self._voice = voice
        self._now = now
        self._doing = doing
        self._total = total
        self._moves = stream.isatty()
        self._started = self._told = now()
        self._width = 0

    def __call__(self, done: int) -> None:
        now = self._now()
        if now - self._told < (MOVES if self._moves else TELLS):
            return
        self._told = now
        rate = int(done / max((now - self._started).total_seconds(), 0.001))
        line = self._voice.text(self._words(done, rate))
        if self._moves:
            _put(self._stream, f"\r{line.ljust(self._width)}")
            self._width = len(line)
        else:
            _put(self._stream, f"{line}\n")
        self._stream.flush()

    def _words(self, done: int, rate: int) -> Words:
        if self._total:
            percent = min(100, done * 100 // self._total)
            return t(
                "{doing}: {percent} %, {done} messages, {rate}/s",
                doing=self._doing,
                percent=percent,
                done=done,
                rate=rate,
            )
        return t("{doing}: {done} messages, {rate}/s", doing=self._doing, done=done, rate=rate)

    def close(self) -> None:
        if self._width:
            _put(self._stream, f"\r{' ' * self._width}\r")
            self._stream.flush()


def _put(stream: TextIO, text: str) -> None:
    """Write what the stream's encoding may not have as escapes."""
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding))

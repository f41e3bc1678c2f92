"""What a verb of the command line is given: a reader at a terminal, and the database when it asks for it."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, AbstractContextManager
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING, Protocol, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from bot.chat.things import Community, Space
from bot.chat.words import Words
from bot.cog.archive import Archive
from bot.cog.texts import Voice

if TYPE_CHECKING:
    from bot.cog.declare import Cog, CogSettings

S = TypeVar("S", bound="CogSettings")


class Progress(Protocol):
    """Tells how far something is: a line that moves on a terminal, one line every few seconds elsewhere."""

    def __call__(self, done: int) -> None: ...


class Offline(Protocol):
    """Relais without its platforms: an open database, brought to this version's tables."""

    @property
    def archive(self) -> Archive: ...

    def spaces(self) -> tuple[Space, ...]:
        """Every space of every community."""
        ...

    def community_of(self, space: Space) -> Community: ...

    def settings(self, space: Space, cog: Cog[S]) -> S:
        """A cog's settings as they stand in a space."""
        ...

    def db(self) -> AbstractAsyncContextManager[AsyncSession]:
        """A transaction."""
        ...


class Terminal(Protocol):
    """Where a verb speaks, in the language of the environment (``LC_ALL``, ``LC_MESSAGES``, ``LANG``)."""

    voice: Voice
    random: Random

    def now(self) -> datetime: ...

    def say(self, words: Words) -> None:
        """A line of the result, on standard output."""
        ...

    def write(self, line: bytes) -> None:
        """A line for programs, with its end, on standard output as it is."""
        ...

    def complain(self, words: Words) -> None:
        """A line about what is wrong, on standard error."""
        ...

    def progress(self, doing: Words, total: int = 0) -> AbstractContextManager[Progress]:
        """Tell on standard error how far ``doing`` is; ``total`` is 0 when nobody knows."""
        ...

    def relais(self) -> AbstractAsyncContextManager[Offline]:
        """Open the database of this process's settings. What makes it impossible ends the verb with its words."""
        ...


__all__ = ["Offline", "Progress", "Terminal"]

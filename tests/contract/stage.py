"""What a platform must bring so that every case of the contract can be played on it.

A stage is a whole Relais on one platform, whose clock stands still until it is moved. The playground's is in memory;
Discord's and Slack's are servers on loopback, driven through the real client libraries. What is shared with the
playground's own stage (``bot.rehearsal.stage``) has its names and its meaning.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from bot.chat.forms import Sheet
from bot.chat.platform import Can, Platform, PlatformError
from bot.chat.things import Channel, Level, Member, MessageRef, Space
from bot.cog import Cog
from bot.engine.trace import Step
from bot.platforms.playground.options import Value


class Person(Protocol):
    """Somebody with a client of the platform. Each act returns once Relais has nothing left to do.

    What the client would not let them do raises ``Impossible``. Without a channel they act ``here``.
    """

    here: str | Channel

    @property
    def id(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def member(self) -> Member: ...

    def change(
        self,
        *,
        level: Level | None = None,
        language: str | None = None,
        direct_closed: bool | None = None,
    ) -> None: ...

    async def join(self, via: Any = None) -> None: ...

    async def rename(self, name: str) -> None: ...

    async def kick(self, who: Any, why: str = "") -> None: ...

    async def admit(self) -> None: ...

    async def leave(self) -> None: ...

    async def say(
        self,
        text: str,
        to: str | Channel | None = None,
        *,
        reply_to: MessageRef | None = None,
        forward: Iterable[str] = (),
    ) -> MessageRef: ...

    async def edit(self, text: str, to: str | Channel | None = None, *, ref: MessageRef | None = None) -> None: ...

    async def delete(self, to: str | Channel | None = None, *, ref: MessageRef | None = None) -> None: ...

    async def react(self, emoji: str, to: str | Channel | None = None, *, ref: MessageRef | None = None) -> None: ...

    async def unreact(self, emoji: str, to: str | Channel | None = None, *, ref: MessageRef | None = None) -> None: ...

    async def run(self, path: str, /, **options: Value) -> None: ...

    async def press(self, label: str) -> None: ...

    async def choose(self, label: str, values: str | Sequence[str]) -> None: ...

    async def fill(self, /, **values: Value) -> None: ...

    @property
    def sees(self) -> str:
        """All that they alone were shown since ``forget()``, and the form before their eyes."""
        ...

    def reads(self, channel: str | Channel | None = None) -> str:
        """What everybody reads in a channel since ``forget()``."""
        ...

    @property
    def form(self) -> Sheet | None:
        """The form before their eyes, with what stands in it."""
        ...

    def forget(self) -> None: ...


class Stage(Protocol):
    """One space with a channel "general", and Relais in it."""

    @property
    def platform(self) -> str:
        """The parameter that this stage was opened for."""
        ...

    @property
    def space(self) -> Space: ...

    @property
    def adapter(self) -> Platform:
        """The platform's adapter that is connected now."""
        ...

    @property
    def now(self) -> datetime: ...

    @property
    def errors(self) -> list[Step]:
        """Failures of handlers. A test that means them empties the list; whatever is left fails it."""
        ...

    @property
    def complaints(self) -> list[Step]:
        """What managers were told to fix."""
        ...

    # Who and where

    def person(
        self,
        name: str,
        *,
        level: Level = Level.EVERYONE,
        language: str | None = None,
        zone: str | None = None,
        here: bool = False,
    ) -> Person:
        """Somebody who is not there until they ``join()``, or ``here=True``: since before the bot looked."""
        ...

    def channels(self, *names: str) -> tuple[Channel, ...]:
        """Channels by name, made where there are none."""
        ...

    def can(self, what: Can) -> bool:
        """Whether the platform has this power at all, and the space permits it."""
        ...

    def help_of(self, path: str, language: str) -> str:
        """A command's description as a client in this language shows it."""
        ...

    # Settings and time

    async def set(self, section: str, **values: object) -> None: ...

    async def speaks(self, language: str) -> None: ...

    async def advance(self, **by: float) -> None: ...

    async def settle(self) -> None: ...

    async def outwait(self) -> None:
        """Let the time pass after which the platform gives up on an interaction that was not acknowledged."""
        ...

    # What happened

    @property
    def notified(self) -> list[tuple[str, str]]:
        """Who was pinged, as (message id, member id)."""
        ...

    @property
    def effects(self) -> list[str]:
        """The names of what the bot did, as in the playground's ``Effect``."""
        ...

    def posts(self, channel: Channel) -> tuple[MessageRef, ...]:
        """The bot's messages that everybody sees there, oldest first, those in threads included."""
        ...

    def reactions(self, ref: MessageRef) -> Mapping[str, int]: ...

    # What may go wrong

    async def restart(self) -> None:
        """The process dies here, finishing nothing, and starts again."""
        ...

    async def disconnect(self) -> None:
        """The connection drops; the process lives on."""
        ...

    async def reconnect(self) -> None:
        """The connection is there again, and what was missed is caught up."""
        ...

    async def redeliver(self) -> None:
        """The platform tells once more the last thing it told, under the same id."""
        ...

    def fail_next(self, error: PlatformError, times: int = 1, *, on: str | None = None) -> None:
        """Answer the bot's next effects (or those named ``on``: post, direct, find, edit, …) with an error."""
        ...

    def lose_next_answer(self, times: int = 1, *, on: str | None = None) -> None:
        """Carry out the bot's next effects, and never answer."""
        ...

    def close_channel(self, channel: Channel, closed: bool = True) -> None:
        """Close a channel to the bot, or open it again."""
        ...

    def deny(self, *powers: Can) -> None:
        """The powers that the space does not permit; none permits everything again."""
        ...

    async def stop(self) -> None: ...


Cogs = tuple[Cog[Any], ...]
Opener = Callable[..., Awaitable[Stage]]
"""``open_stage(platform, cogs=…, start=…, zone=…, screening=…)``."""

"""What Relais asks of a platform: the common ground, and the optional powers.

An adapter implements ``Platform`` whole. What it can do beyond is which of the other protocols its class satisfies,
narrowed by what a space permits (``Platform.permits``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextvars import ContextVar
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, runtime_checkable

from bot.chat.card import Card
from bot.chat.events import Event, MessagePosted
from bot.chat.forms import CommandSpec, Sheet
from bot.chat.things import Channel, Invite, Made, Member, MessageRef, NativeRule, ScheduledEvent, Space
from bot.chat.words import Words

why: ContextVar[str] = ContextVar("why", default="")
"""The reason of what is being asked of a platform right now: audit logs and rehearsals show it."""


class PlatformError(Exception):
    """The platform did not do what was asked; what was asked certainly did not happen."""


class Forbidden(PlatformError):
    """The bot lacks a permission; ``permission`` names it as the platform does."""

    def __init__(self, permission: str = "") -> None:
        super().__init__(permission)
        self.permission = permission


class NotFound(PlatformError):
    """The channel, message or member is gone."""


class TooLate(NotFound):
    """The platform waits no more for an answer to this interaction, or for this kind of answer: nobody saw it."""


class Closed(PlatformError):
    """The member accepts no direct message from the bot."""


class Busy(PlatformError):
    """Try again, after ``after`` seconds if the platform said so."""

    def __init__(self, after: float = 1.0) -> None:
        super().__init__(f"again in {after} s")
        self.after = after


class OutOfReach(PlatformError):
    """At a start: nobody answers there for now. It passes, unlike a wrong token."""


class Uncertain(PlatformError):
    """The request left and no answer came: it may have happened."""


class Responder(Protocol):
    """What may be said back to one interaction. The adapter owns acknowledgement.

    ``private`` on the responder is what the acknowledgement promises when the handler is slow.
    """

    private: bool

    async def reply(self, card: Card, *, private: bool) -> MessageRef | None:
        """Raises ``TooLate`` when it cannot reach them in any other way either."""
        ...

    async def ask(self, sheet: Sheet) -> None:
        """Raises ``TooLate`` when a form can no longer be opened; ``reply`` still works then."""
        ...

    async def refuse(self, problems: Mapping[str, str], sheet: Sheet) -> bool:
        """Show what is wrong beside each field, typed values kept.

        The key ``""`` is for the form as a whole. False when this platform cannot: the engine then answers with the
        problems and a button that opens the form again.
        """
        ...


@runtime_checkable
class Finishing(Protocol):
    """A ``Responder`` that must hear when no answer comes any more, lest its platform goes on announcing one."""

    async def done(self) -> None:
        """Raises ``TooLate`` when the platform gave up waiting before anything was answered, or ``PlatformError``."""
        ...


class Store(Protocol):
    """Where an adapter keeps what must survive a restart: small JSON documents by kind and key."""

    async def load(self, kind: str) -> Mapping[str, str]: ...

    async def save(self, kind: str, documents: Mapping[str, str]) -> None: ...

    async def remove(self, kind: str, key: str | None = None) -> None: ...


class Hub(Protocol):
    """What an adapter is given: where events go, and what it may ask of Relais."""

    store: Store
    commands: tuple[CommandSpec, ...]

    def now(self) -> datetime: ...

    async def receive(self, event: Event) -> None:
        """Hand over an event; returns once it is queued, not when it is handled."""
        ...

    async def handled(self, event: Event) -> None:
        """Wait until all there is to do about an event that was handed over is done and stored.

        For what a platform tells once and forgets when it is acknowledged.
        """
        ...

    def say(self, words: Words, language: str) -> str: ...

    async def last_seen(self, channel: Channel) -> str | None:
        """Id of the last message handled there, to catch up from."""
        ...

    def known(self, platform: str) -> tuple[Space, ...]:
        """Where the bot was when Relais last heard of it; a space that is not there any more is a ``SpaceLost``."""
        ...

    async def complain(self, space: Space, words: Words) -> None:
        """Tell those who manage a space what to fix, once for the same words. Nobody hears of a space never seen."""
        ...

    async def give_up(self, why: PlatformError) -> None:
        """Tell, after a start, that the platform lets Relais in no more until it is started anew."""
        ...


class Platform(Protocol):
    """The common ground. Cards arrive with every text a ``str`` in its reader's language."""

    name: str

    async def start(self, hub: Hub) -> None:
        """Connect, and begin to tell what was missed. Raises ``PlatformError`` in words that name the cure."""
        ...

    async def caught_up(self) -> None:
        """Wait until what was missed before the start is told."""
        ...

    async def stop(self) -> None: ...

    def spaces(self) -> tuple[Space, ...]: ...

    def permits(self, space: Space, what: Can) -> bool: ...

    async def channels(self, space: Space) -> tuple[Channel, ...]: ...

    async def member(self, space: Space, id: str) -> Member | None: ...

    async def members(self, space: Space) -> tuple[Member, ...]: ...

    async def post(self, channel: Channel, card: Card, *, key: str, thread: str | None = None) -> MessageRef:
        """Post once: a second call with the same ``key`` gives the first message where the platform can tell."""
        ...

    async def direct(self, member: Member, card: Card, *, key: str) -> MessageRef: ...

    async def find(
        self, channel: Channel, key: str, *, since: datetime, card: Card | None = None, others: Collection[str] = ()
    ) -> MessageRef | None:
        """The message posted with ``key``, looked for in recent history. Raises ``PlatformError`` if it cannot tell.

        Where history holds no keys it is known by its ``card``; ``others`` are the ids of messages known to be others.
        """
        ...

    async def find_direct(
        self, member: Member, key: str, *, since: datetime, card: Card | None = None, others: Collection[str] = ()
    ) -> MessageRef | None: ...

    async def edit(self, ref: MessageRef, card: Card) -> None: ...

    async def delete(self, ref: MessageRef) -> None:
        """Delete one of the bot's own messages."""
        ...

    async def react(self, ref: MessageRef, emoji: str) -> None: ...

    async def open_thread(self, ref: MessageRef, name: str) -> str:
        """Open a thread under a message; gives the thread's id for ``post``. Opening it twice gives the same."""
        ...

    async def history(
        self, channel: Channel, *, after: str | None = None, limit: int = 100
    ) -> tuple[MessagePosted, ...]:
        """Messages of people, oldest first."""
        ...


class Can(StrEnum):
    """What a platform may be able to do beyond the common ground."""

    DELETE_ANY = "delete messages of others"
    TIMEOUT = "time members out"
    KICK = "kick members"
    BAN = "ban members"
    ROLES = "give and take roles"
    PINS = "pin messages"
    SLOW_MODE = "slow a channel down"
    WHISPER = "whisper to a member in a channel"
    EVENTS = "schedule events"
    INVITES = "see and make invites"
    PAUSE_INVITES = "pause invites"
    AUTOMOD = "set the platform's own filter"


@runtime_checkable
class Deletes(Protocol):
    async def delete_any(self, ref: MessageRef, why: str) -> None: ...


@runtime_checkable
class BulkDeletes(Protocol):
    """Beside ``Deletes``, where many messages go in one request."""

    async def delete_many(self, refs: Sequence[MessageRef], why: str) -> None:
        """Delete messages of one space; those already gone do not count."""
        ...


@runtime_checkable
class Timeouts(Protocol):
    async def timeout(self, member: Member, until: datetime | None, why: str) -> None:
        """Silence until then; ``None`` lifts it."""
        ...


@runtime_checkable
class Kicks(Protocol):
    async def kick(self, member: Member, why: str) -> None: ...


@runtime_checkable
class Bans(Protocol):
    async def ban(self, member: Member, why: str, delete_messages: timedelta = timedelta()) -> None:
        """Ban somebody, there or not, and delete what they wrote in that time before."""
        ...

    async def unban(self, member: Member, why: str) -> None: ...


@runtime_checkable
class Roles(Protocol):
    async def give_role(self, member: Member, role: str, why: str) -> None: ...

    async def take_role(self, member: Member, role: str, why: str) -> None: ...


@runtime_checkable
class Pins(Protocol):
    async def pin(self, ref: MessageRef) -> None: ...

    async def unpin(self, ref: MessageRef) -> None: ...


@runtime_checkable
class SlowModes(Protocol):
    async def slow_mode(self, channel: Channel, seconds: int) -> None:
        """Let each member write once in so many seconds; 0 lifts it."""
        ...


@runtime_checkable
class Whispers(Protocol):
    async def whisper(self, channel: Channel, member: Member, card: Card) -> None:
        """Show a card to one member in a channel, unprompted."""
        ...


@runtime_checkable
class Schedules(Protocol):
    async def schedule_event(self, space: Space, event: ScheduledEvent, why: str) -> Made:
        """Announce a date; one of the bot's own of the same name and start is brought up to date instead."""
        ...

    async def change_event(self, space: Space, id: str, event: ScheduledEvent, why: str) -> Made: ...

    async def cancel_event(self, space: Space, id: str, why: str) -> None: ...


@runtime_checkable
class Invites(Protocol):
    async def invites(self, space: Space) -> tuple[Invite, ...]: ...

    async def create_invite(self, channel: Channel, max_uses: int, max_age: timedelta, why: str) -> Made:
        """A new invite; its id is its code. 0 uses or no age mean without end."""
        ...

    async def delete_invite(self, space: Space, code: str, why: str) -> None: ...


@runtime_checkable
class InvitePauses(Protocol):
    async def pause_invites(self, space: Space, until: datetime | None, why: str) -> None:
        """Let nobody in until then; ``None`` opens again."""
        ...


@runtime_checkable
class Filters(Protocol):
    async def mirror(self, space: Space, rules: Sequence[NativeRule], why: str) -> Made:
        """Make the bot's own rules of the platform's filter these, and touch no other; no rules takes all of them away.

        ``Made.left_out`` names the rules, words and patterns that the platform has no room for.
        """
        ...


@runtime_checkable
class Permalinks(Protocol):
    async def permalink(self, ref: MessageRef) -> str:
        """The address that leads people to a message. Raises ``PlatformError``."""
        ...


POWERS: Mapping[Can, type] = {
    Can.DELETE_ANY: Deletes,
    Can.TIMEOUT: Timeouts,
    Can.KICK: Kicks,
    Can.BAN: Bans,
    Can.ROLES: Roles,
    Can.PINS: Pins,
    Can.SLOW_MODE: SlowModes,
    Can.WHISPER: Whispers,
    Can.EVENTS: Schedules,
    Can.INVITES: Invites,
    Can.PAUSE_INVITES: InvitePauses,
    Can.AUTOMOD: Filters,
}


def can(platform: Platform, space: Space, what: Can) -> bool:
    """Whether the adapter has the power and the space permits it."""
    return isinstance(platform, POWERS[what]) and platform.permits(space, what)

"""What a handler is given: who, where, its settings, and everything it may do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from random import Random
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from bot.chat.card import Card
from bot.chat.forms import Sheet
from bot.chat.platform import Can, Responder
from bot.chat.things import Channel, Community, Invite, Member, MessageRef, Space
from bot.chat.words import Words
from bot.cog.acts import Act, Outcome
from bot.cog.facts import Fact
from bot.cog.fetched import LIMIT, Fetched
from bot.cog.texts import Voice, localise
from bot.cog.window import Window

if TYPE_CHECKING:
    from bot.cog.declare import Form
    from bot.cog.desk import Alert, Desk

S_co = TypeVar("S_co", covariant=True)


class Priority(IntEnum):
    """How much a post may wait. The attention gate reads it."""

    LOW = 0
    """Nobody misses it: it waits for a calm moment, and may be dropped when its time is over."""
    NORMAL = 10
    """A scheduled post: it respects budgets, quiet hours and people who are talking."""
    PERSON = 20
    """Somebody just did something and this answers: it counts, but does not wait."""
    URGENT = 30
    """Moderators must see it now."""


class State(StrEnum):
    """What became of a post."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    MERGED = "merged"
    DROPPED = "dropped"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class Sent:
    """A post as it stands now. ``ref`` is known once it is sent; ``reason`` says why it is not."""

    id: int
    state: State
    ref: MessageRef | None = None
    reason: Words = ""


class Db(AsyncSession):
    """A transaction. What is added, told, posted and put off here happens together or not at all."""

    async def tell(self, fact: Fact) -> str:
        """Store a fact for the cogs that listen to it. Gives its id."""
        raise NotImplementedError

    async def later(
        self, job: Any, *, at: datetime, key: str, arguments: Mapping[str, object], replace: bool = False
    ) -> None:
        raise NotImplementedError

    async def post(self, to: Channel | Member, card: Card, **options: Any) -> int:
        """Put a post in the outbox; it leaves once the transaction is stored. Gives its id."""
        raise NotImplementedError

    def after(self, call: Callable[[], None]) -> None:
        """Call once what is done here is stored."""
        raise NotImplementedError


class Host(Protocol):
    """What the engine does for a context. Cogs never see it."""

    random: Random
    desk: Desk

    def now(self) -> datetime: ...
    def db(self, ctx: Context[Any]) -> AbstractAsyncContextManager[Db]: ...
    async def sent(self, post: int) -> Sent: ...
    async def person_of(self, ctx: Context[Any], member: Member) -> str: ...
    async def accounts_of(self, ctx: Context[Any], person: str) -> tuple[Member, ...]: ...
    async def last_spoke(self, ctx: Context[Any], person: str) -> datetime | None: ...
    async def act(self, ctx: Context[Any], act: Act, key: str) -> Outcome: ...
    async def cancel(self, ctx: Context[Any], job: Any, key: str) -> bool: ...
    async def channels(self, space: Space) -> tuple[Channel, ...]: ...
    async def invites(self, space: Space) -> tuple[Invite, ...]: ...
    async def member(self, space: Space, id: str) -> Member | None: ...
    async def open(self, ctx: Interaction[Any], sheet: Sheet) -> None: ...
    async def edit(self, ctx: Context[Any], ref: MessageRef, card: Card) -> None: ...
    async def delete(self, ref: MessageRef) -> None: ...
    async def permalink(self, ref: MessageRef) -> str: ...
    async def react(self, ref: MessageRef, emoji: str) -> None: ...
    async def open_thread(self, ref: MessageRef, name: str) -> str: ...
    def can(self, space: Space, what: Can) -> bool: ...
    def voice(self, community: Community, language: str | None) -> Voice: ...
    def window(self, cog: str, name: str, key: str, size: int) -> Window[Any]: ...
    def snapshot(self, ctx: Glance[Any]) -> Any: ...
    async def refresh(self, ctx: Context[Any]) -> None: ...
    async def fetch(self, url: str, *, etag: str, modified: str, limit: int) -> Fetched: ...
    def count(self, name: str, by: float) -> None: ...
    def alert(self, community: str) -> Alert: ...
    def earlier(self, community: str, member: Member) -> int: ...
    async def raise_alert(self, ctx: Context[Any], level: Alert, why: str, until: datetime) -> bool: ...
    def moderators(self, community: str, space: Space) -> Channel | None: ...


class Glance(Generic[S_co]):
    """What a guard sees: everything that needs no waiting."""

    def __init__(self, host: Host, cog: str, community: Community, space: Space, settings: S_co, cause: str) -> None:
        self.host = host
        self.cog = cog
        self.community = community
        self.space = space
        self.settings = settings
        self.cause = cause
        """What made this handler run; keys of its effects begin with it, so that a second run repeats none."""

    @property
    def now(self) -> datetime:
        return self.host.now()

    @property
    def random(self) -> Random:
        return self.host.random

    @property
    def snapshot(self) -> Any:
        """What the cog's ``@cog.snapshot`` made ahead."""
        return self.host.snapshot(self)

    def window(self, name: str, key: str, size: int = 100) -> Window[Any]:
        """A bounded memory of recent moments, lost at a restart; ``size`` is how many it holds."""
        return self.host.window(self.cog, name, key, size)

    def can(self, what: Can) -> bool:
        return self.host.can(self.space, what)

    def earlier(self, member: Member) -> int:
        """How many messages an account had posted in the community before this moment."""
        return self.host.earlier(self.community.id, member)

    @property
    def alert(self) -> Alert:
        """The community's alert level now."""
        return self.host.alert(self.community.id)

    @property
    def moderators(self) -> Channel | None:
        """Where this space's moderators are asked and told things."""
        return self.host.moderators(self.community.id, self.space)

    def count(self, name: str, by: float = 1) -> None:
        """Add to a figure, shown among the metrics."""
        self.host.count(name, by)


class Context(Glance[S_co]):
    """What listeners and jobs are given."""

    asked = False
    """Whether this follows from what somebody pressed or typed: what it does for now goes first."""
    _ordinal = 0

    def db(self) -> AbstractAsyncContextManager[Db]:
        """A transaction; short, and no call to a platform inside (it raises ``RuntimeError``)."""
        return self.host.db(self)

    def next_key(self) -> str:
        """The key of this handler's next effect, the same if the handler runs again."""
        self._ordinal += 1
        return f"{self.cause}#{self._ordinal}"

    async def post(
        self,
        channel: Channel,
        card: Card | Words,
        *,
        priority: Priority = Priority.NORMAL,
        thread: str | None = None,
        key: str = "",
        why: Words = "",
        merge: str = "",
        until: datetime | None = None,
    ) -> Sent:
        """Post through the attention gate.

        ``key`` makes it unique (by default: this run's next ordinal). Posts with the same ``merge`` that wait for the
        same channel leave together. After ``until`` it is dropped. ``why`` is shown in the ledger.
        """
        async with self.db() as db:
            post = await db.post(
                channel, as_card(card), priority=priority, thread=thread, key=key, why=why, merge=merge, until=until
            )
        return await self.host.sent(post)

    async def direct(
        self,
        member: Member,
        card: Card | Words,
        *,
        otherwise: Channel | None = None,
        priority: Priority = Priority.NORMAL,
        key: str = "",
        why: Words = "",
        until: datetime | None = None,
    ) -> Sent:
        """Write to somebody privately, through the gate.

        When they accept no direct message it fails, unless ``otherwise`` names a channel to post in.
        """
        async with self.db() as db:
            post = await db.post(
                member, as_card(card), otherwise=otherwise, priority=priority, key=key, why=why, until=until
            )
        return await self.host.sent(post)

    async def edit(self, ref: MessageRef, card: Card | Words) -> None:
        await self.host.edit(self, ref, as_card(card))

    async def delete(self, ref: MessageRef) -> None:
        await self.host.delete(ref)

    async def react(self, ref: MessageRef, emoji: str) -> None:
        await self.host.react(ref, emoji)

    async def open_thread(self, ref: MessageRef, name: str) -> str:
        """The thread under a message, for ``post(thread=…)``."""
        return await self.host.open_thread(ref, name)

    async def act(self, act: Act, *, key: str = "") -> Outcome:
        """Do something once; an act with the same ``key`` is not done again.

        Where the moderators are asked to, ``DoneByHand`` brings the key back once one of them did it.
        """
        return await self.host.act(self, act, key or self.next_key())

    async def raise_alert(self, level: Alert, *, why: str, until: datetime) -> bool:
        """Raise the community's alert level for a while. False when it is that high already; nothing changes then."""
        return await self.host.raise_alert(self, level, why, until)

    async def later(
        self,
        job: Callable[..., Any],
        *,
        after: timedelta | None = None,
        at: datetime | None = None,
        key: str,
        replace: bool = False,
        **arguments: object,
    ) -> None:
        """Run a job of this cog at a moment. A ``key`` is good once, until ``cancel``: again, it changes nothing.

        With ``replace`` the job takes the place of the one of that key, whether that waits, runs or is over.
        """
        moment = at or self.now + (after or timedelta())
        async with self.db() as db:
            await db.later(job, at=moment, key=key, arguments=arguments, replace=replace)

    async def cancel(self, job: Callable[..., Any], key: str) -> bool:
        """Forget a job that waits. False when there was none."""
        return await self.host.cancel(self, job, key)

    async def person_of(self, member: Member) -> str:
        """The id of the person behind an account, made at first sight."""
        return await self.host.person_of(self, member)

    async def accounts_of(self, person: str) -> tuple[Member, ...]:
        """A person's accounts that are members right now, those of this space first."""
        return await self.host.accounts_of(self, person)

    async def last_spoke(self, person: str) -> datetime | None:
        """When this person last posted a message anywhere in the community."""
        return await self.host.last_spoke(self, person)

    async def refresh(self) -> None:
        """Make this cog's snapshots again, in each space of the community; returns once guards see the new ones."""
        await self.host.refresh(self)

    async def fetch(self, url: str, *, etag: str = "", modified: str = "", limit: int = LIMIT) -> Fetched:
        """What a public address gives, in ``limit`` bytes at most; pass ``etag`` and ``modified`` of the last time.

        Raises ``Unreachable``, with words for whoever chose the address.
        """
        return await self.host.fetch(url, etag=etag, modified=modified, limit=limit)

    async def channels(self) -> tuple[Channel, ...]:
        return await self.host.channels(self.space)

    async def invites(self) -> tuple[Invite, ...]:
        """The ways into this space, with their uses. ``Forbidden`` where ``can(Can.INVITES)`` is false."""
        return await self.host.invites(self.space)

    async def member_by_id(self, id: str) -> Member | None:
        """Who has this account id in this space right now."""
        return await self.host.member(self.space, id)

    async def permalink(self, ref: MessageRef) -> str:
        """The address that leads people to a message; empty where the platform has none, or it is gone."""
        return await self.host.permalink(ref)

    def voice_for(self, member: Member | None = None) -> Voice:
        """How to speak to a member, or in public."""
        return self.host.voice(self.community, member.language if member else self.community.language)

    @property
    def desk(self) -> Desk:
        """Relais itself, for the cogs that administer it."""
        return self.host.desk


class Interaction(Context[S_co]):
    """Somebody did something and waits for an answer."""

    asked = True
    member: Member
    person: str
    channel: Channel
    responder: Responder
    ref: MessageRef | None = None
    voice: Voice
    """How to speak to the member."""

    async def reply(self, card: Card | Words, *, private: bool | None = None) -> MessageRef | None:
        """Answer. ``private`` is by default what the command declares; buttons and forms answer privately."""
        alone = self.responder.private if private is None else private
        voice = self.voice if alone else self.host.voice(self.community, self.space.language)
        return await self.responder.reply(localise(as_card(card), voice), private=alone)

    async def update(self, card: Card | Words) -> None:
        """Replace the message whose button was pressed."""
        if self.ref is not None:
            await self.host.edit(self, self.ref, as_card(card))


class Askable(Interaction[S_co]):
    """Commands and buttons may open a form; a form may not open another (Discord forbids it)."""

    async def ask(
        self, form: Form[Any], *arguments: object, title: Words = "", values: Mapping[str, str] | None = None
    ) -> None:
        """Open a form; ``values`` fill it beforehand, ``arguments`` come back to its handler."""
        await self.open(await form.sheet(self, *arguments, title=title, values=values or {}))

    async def open(self, sheet: Sheet) -> None:
        """Open a form as it is; a button that opens it where it is too late for the form itself."""
        await self.host.open(self, sheet)


def as_card(card: Card | Words) -> Card:
    return card if isinstance(card, Card) else Card(card)

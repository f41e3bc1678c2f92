"""A post between its row and its platform."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from bot.chat.card import Card
from bot.chat.platform import Platform, PlatformError
from bot.chat.things import Channel, Member, MessageRef, Space
from bot.cog.context import State
from bot.engine import reasons, sending
from bot.engine.attention import Action, Decision
from bot.engine.models import PostRow
from bot.engine.sending import Fate, Try
from bot.engine.session import Database

MARGIN = timedelta(minutes=1)
"""How far a platform's clock may differ from ours, when looking for a post."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A post that this process sends now; ``doubt`` when an earlier attempt may have succeeded."""

    row: PostRow
    card: Card
    space: Space
    doubt: bool

    @property
    def to(self) -> Channel | Member:
        if self.row.channel is not None:
            return Channel(self.space, self.row.channel)
        return Member(self.space, str(self.row.account))

    @property
    def key(self) -> str:
        return sending.platform_key(self.row.community, self.row.key)


def target_of(row: PostRow) -> str:
    return f"{row.space}#{row.channel}" if row.channel else f"{row.space}@{row.account}"


def attempt_of(row: PostRow, now: datetime) -> Try:
    return Try(now, row.tries, row.first_try_at or now, row.until, row.otherwise is not None)


def unreachable(what: str, attempt: Try, *, doubt: bool) -> Fate:
    """The platform cannot be asked now."""
    return sending.in_doubt(attempt) if doubt else sending.after_refusal(PlatformError(what), attempt)


def hold(row: PostRow, decision: Decision) -> None:
    """Write down that the gate lets a post wait, or drops it."""
    row.reason = reasons.dump(decision.reason)
    if decision.action is Action.DROP:
        row.state = State.DROPPED
    else:
        assert decision.until is not None
        row.not_before = decision.until


def settle(row: PostRow, fate: Fate, now: datetime) -> None:
    """Write down what becomes of a post that was not accepted."""
    row.state, row.reason, row.tries = fate.state, reasons.dump(fate.reason), fate.tries
    row.owner, row.lease_until = None, fate.again_at if fate.state is State.SENDING else None
    row.not_before = fate.again_at or now
    if fate.instead:
        row.channel, row.otherwise, row.thread = row.otherwise, None, None


async def post(platform: Platform, outgoing: Outgoing) -> MessageRef:
    match outgoing.to:
        case Channel() as channel:
            return await platform.post(channel, outgoing.card, key=outgoing.key, thread=outgoing.row.thread)
        case Member() as member:
            return await platform.direct(member, outgoing.card, key=outgoing.key)


async def find(platform: Platform, database: Database, outgoing: Outgoing) -> MessageRef | None:
    """The message of a post in doubt. Raises ``PlatformError`` when nobody can tell."""
    since = (outgoing.row.first_try_at or outgoing.row.created_at) - MARGIN
    async with database.reading() as db:
        sent = select(PostRow.message).where(PostRow.space == outgoing.row.space, PostRow.sent_at >= since)
        others = frozenset(id for id in await db.scalars(sent) if id)
    key, card = outgoing.key, outgoing.card
    match outgoing.to:
        case Channel() as channel:
            return await platform.find(channel, key, since=since, card=card, others=others)
        case Member() as member:
            return await platform.find_direct(member, key, since=since, card=card, others=others)

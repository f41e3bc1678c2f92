"""The attention gate: may this post leave now, must it wait, with whom does it leave, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator
from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.chat.things import Channel, Community, Space
from bot.cog.context import Priority, State
from bot.cog.dates import next_times
from bot.cog.declare import CogSettings
from bot.cog.desk import Alert, Tally
from bot.cog.fields.kinds import Unread
from bot.cog.texts import t
from bot.engine import reasons
from bot.engine.losing import KEPT
from bot.engine.models import PostRow
from bot.engine.reasons import Code, Reason
from bot.engine.session import Database
from bot.engine.spaces import Spaces

LOOK_AGAIN = timedelta(seconds=30)
"""How soon a post that yields to people is looked at again."""
LOCKDOWN_LOOK = timedelta(minutes=5)
LOST_LOOK = timedelta(minutes=5)
ORDER_LOOK = timedelta(seconds=1)
STALE = {Priority.LOW: timedelta(days=3), Priority.NORMAL: timedelta(days=7)}
"""How long a post may wait in all before it is dropped."""
ORDERED_TRIES = 3
"""A post that failed this often no longer holds up those behind it."""
PENDING = (State.WAITING, State.SENDING)
COMPANIONS = 20
PROMPT = (Code.READY, Code.PERSON, Code.URGENT, Code.INSTEAD)
"""Reasons that delay nothing."""


class AttentionSettings(CogSettings):
    per_channel_day: Annotated[
        int,
        Field(
            title="Posts a day in one channel",
            description="Beyond it scheduled posts wait for the next day. Answers to people count, but never wait.",
            ge=0,
        ),
    ] = 20
    per_member_week: Annotated[
        int,
        Field(
            title="Private messages a week to one member",
            description="Beyond it unasked messages wait. Answers to people count, but never wait.",
            ge=0,
        ),
    ] = 5
    quiet_from: Annotated[time | None, Field(title="Quiet hours begin at")] = None
    quiet_to: Annotated[time | None, Field(title="Quiet hours end at")] = None
    yield_after: Annotated[
        int,
        Field(
            title="Messages that make a conversation",
            description="While people exchange this many in a short time, scheduled posts wait. 0 never waits.",
            ge=0,
        ),
    ] = 5
    yield_window: Annotated[
        timedelta, Field(title="Time in which those messages are counted", gt=timedelta(), le=timedelta(hours=1))
    ] = timedelta(minutes=2)
    yield_limit: Annotated[
        timedelta, Field(title="Longest wait for a conversation to calm down", ge=timedelta(), le=timedelta(days=1))
    ] = timedelta(minutes=15)

    @model_validator(mode="after")
    def _both_ends(self) -> AttentionSettings:
        if (self.quiet_from is None) is not (self.quiet_to is None):
            raise Unread(t("Quiet hours need a beginning and an end: set both together, or neither."))
        if self.quiet_from is not None and self.quiet_from == self.quiet_to:
            raise Unread(t("Quiet hours must begin and end at different times."))
        return self


class Action(StrEnum):
    SEND = "send"
    WAIT = "wait"
    MERGE = "merge"
    """Send, together with ``others``."""
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is to be known of a post. ``yielding`` is since when it makes way for people who talk."""

    priority: Priority
    created_at: datetime
    private: bool = False
    until: datetime | None = None
    yielding: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ledger:
    """What is to be known of everything else.

    ``sent`` is how many posts the channel had today, or the member in seven days; ``talking`` how many messages
    people just posted there; ``behind`` when the older post that goes first is looked at again; ``others`` the posts
    that may leave on the same card.
    """

    sent: int = 0
    talking: int = 0
    behind: datetime | None = None
    others: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """``until`` is when a post that waits is looked at again."""

    action: Action
    reason: Reason
    until: datetime | None = None
    others: tuple[int, ...] = ()


def decide(
    post: Facts, ledger: Ledger, settings: AttentionSettings, alert: Alert, now: datetime, zone: ZoneInfo
) -> Decision:
    """What becomes of a post now."""
    if post.until is not None and post.until <= now:
        return Decision(Action.DROP, Reason(Code.EXPIRED))
    if post.priority < Priority.PERSON and (held := _held(post, ledger, settings, alert, now, zone)):
        return _wait(post, held)
    if ledger.behind is not None:
        behind = max(ledger.behind, now + ORDER_LOOK)
        return Decision(
            Action.WAIT, Reason(Code.ORDER, until=behind, since=post.yielding), min(behind, post.until or behind)
        )
    action = Action.MERGE if ledger.others else Action.SEND
    return Decision(action, Reason(_free(post.priority)), others=ledger.others)


def _free(priority: Priority) -> Code:
    if priority >= Priority.URGENT:
        return Code.URGENT
    return Code.PERSON if priority >= Priority.PERSON else Code.READY


def _held(
    post: Facts, ledger: Ledger, settings: AttentionSettings, alert: Alert, now: datetime, zone: ZoneInfo
) -> Reason | None:
    """What holds back a post that nobody waits for, and until when at least."""
    if alert is Alert.LOCKDOWN:
        return Reason(Code.LOCKDOWN, until=now + LOCKDOWN_LOOK)
    if end := quiet_end(settings, now, zone):
        return Reason(Code.QUIET, until=end)
    budget = settings.per_member_week if post.private else settings.per_channel_day
    if ledger.sent >= budget:
        code = Code.MEMBER_BUDGET if post.private else Code.CHANNEL_BUDGET
        return Reason(code, until=next_day(now, zone), count=budget)
    return _yielding(post, ledger, settings, now)


def _yielding(post: Facts, ledger: Ledger, settings: AttentionSettings, now: datetime) -> Reason | None:
    if not settings.yield_after or ledger.talking < settings.yield_after:
        return None
    since = post.yielding or now
    longest = since + settings.yield_limit
    return Reason(Code.TALKING, until=min(now + LOOK_AGAIN, longest), since=since) if longest > now else None


def _wait(post: Facts, held: Reason) -> Decision:
    """Wait as ``held`` says, unless the post's own time is over by then."""
    assert held.until is not None
    if post.priority is Priority.LOW and post.until is not None and post.until <= held.until:
        return Decision(Action.DROP, held)
    if held.until > post.created_at + STALE[post.priority]:
        return Decision(Action.DROP, replace(held, code=Code.STALE))
    return Decision(Action.WAIT, held, min(held.until, post.until or held.until))


def quiet_end(settings: AttentionSettings, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When the present quiet hours end; ``None`` outside them.

    They are on when they end before they begin again: right whatever midnight and the changes of time do.
    """
    if settings.quiet_from is None or settings.quiet_to is None:
        return None
    begin, end = (_next(moment, now, zone) for moment in (settings.quiet_from, settings.quiet_to))
    return end if end < begin else None


def next_day(now: datetime, zone: ZoneInfo) -> datetime:
    return _next(time(), now, zone)


def day_start(now: datetime, zone: ZoneInfo) -> datetime:
    """The midnight before, on the wall clock of the zone."""
    return datetime.combine(now.astimezone(zone).date(), time(), zone).astimezone(now.tzinfo)


def _next(moment: time, now: datetime, zone: ZoneInfo) -> datetime:
    return next(next_times(f"{moment.minute} {moment.hour} * * *", after=now, zone=zone))


class Gate:
    """Decides inside the transaction that claims a post, and tells what it decided lately."""

    def __init__(
        self,
        database: Database,
        settings: Callable[[str, Space], AttentionSettings],
        alert: Callable[[str], Alert],
        zone: Callable[[str], ZoneInfo],
        talking: Callable[[Channel, timedelta], int],
        spaces: Spaces | None = None,
    ) -> None:
        self.database = database
        self.settings = settings
        self.alert = alert
        self.zone = zone
        self.talking = talking
        self.spaces = spaces

    async def decide(self, db: AsyncSession, row: PostRow, space: Space, now: datetime) -> Decision:
        """The row must be locked by the caller's transaction, and its target by ``one_at_a_time``."""
        if decision := self._away(row, space, now):
            return decision
        settings, zone = self.settings(row.community, space), self.zone(row.community)
        talking = self.talking(Channel(space, row.channel), settings.yield_window) if row.channel else 0
        ledger = Ledger(
            await self._sent(db, row, now, zone),
            talking,
            await self._behind(db, row, now),
            await self._others(db, row, now),
        )
        return decide(facts_of(row), ledger, settings, self.alert(row.community), now, zone)

    def _away(self, row: PostRow, space: Space, now: datetime) -> Decision | None:
        """What becomes of a post for a space that went to another community, or where the bot is not any more."""
        if self.spaces is None:
            return None
        if not self.spaces.is_home(row.community, space):
            return Decision(Action.DROP, Reason(Code.MOVED))
        lost = self.spaces.lost_at(space)
        if lost is None or (row.until is not None and row.until <= now):
            return None
        again = min(now + LOST_LOOK, row.until or now + LOST_LOOK)
        kept = now < lost + KEPT
        return Decision(Action.WAIT if kept else Action.DROP, Reason(Code.LOST), again)

    async def _sent(self, db: AsyncSession, row: PostRow, now: datetime, zone: ZoneInfo) -> int:
        if row.priority >= Priority.PERSON:
            return 0
        since = day_start(now, zone) if row.channel else now - timedelta(days=7)
        counts = and_(same_reader(row), PostRow.number != row.number, PostRow.priority < Priority.URGENT)
        left = or_(
            PostRow.state == State.SENDING,
            and_(PostRow.state == State.SENT, PostRow.sent_at >= since),
            and_(PostRow.state == State.UNCERTAIN, PostRow.first_try_at >= since),
        )
        return await db.scalar(select(func.count()).select_from(PostRow).where(counts, left)) or 0

    async def _behind(self, db: AsyncSession, row: PostRow, now: datetime) -> datetime | None:
        """When the post that must leave before this one is looked at; ``None`` when this one is the first."""
        older = (PostRow.number < row.number, PostRow.priority >= row.priority, PostRow.tries < ORDERED_TRIES)
        waiting = func.min(case((PostRow.state == State.WAITING, PostRow.not_before)))
        sending = func.min(case((PostRow.state == State.SENDING, PostRow.lease_until)))
        found = await db.execute(select(waiting, sending).where(same_target(row), PostRow.state.in_(PENDING), *older))
        waits, lease = found.one()
        looks = [waits, min(lease, now + ORDER_LOOK) if lease else None]
        return min((look for look in looks if look), default=None)

    async def _others(self, db: AsyncSession, row: PostRow, now: datetime) -> tuple[int, ...]:
        """Posts on the same subject that could leave too: none that matters less, and might still have to wait."""
        if not row.merge or not row.channel:
            return ()
        return tuple(await db.scalars(_companions(row, now)))

    async def report(self, community: Community, *, since: datetime) -> tuple[Tally, ...]:
        """How posts made since then ended, or what they wait for, the most frequent first."""
        made = (PostRow.community == community.id, PostRow.created_at >= since)
        counted = select(PostRow.cog, PostRow.state, PostRow.reason, func.count()).where(*made)
        totals: dict[tuple[str, str, Code], int] = {}
        async with self.database.reading() as db:
            for cog, state, stored, count in await db.execute(
                counted.group_by(PostRow.cog, PostRow.state, PostRow.reason)
            ):
                reason = reasons.load(stored)
                key = (cog, state, reason.code if reason else Code.READY)
                totals[key] = totals.get(key, 0) + count
        tallies = (
            Tally(cog, state, reasons.IN_SHORT[code], n, delayed=code not in PROMPT)
            for (cog, state, code), n in totals.items()
        )
        return tuple(sorted(tallies, key=lambda tally: (-tally.count, tally.cog, tally.state, str(tally.reason))))


def facts_of(row: PostRow) -> Facts:
    reason = reasons.load(row.reason)
    return Facts(
        Priority(row.priority), row.created_at, row.channel is None, row.until, reason.since if reason else None
    )


def same_target(row: PostRow) -> ColumnElement[bool]:
    """Posts to the same channel, or to the same account in private."""
    if row.channel is not None:
        return and_(PostRow.space == row.space, PostRow.channel == row.channel)
    return and_(PostRow.space == row.space, PostRow.channel.is_(None), PostRow.account == row.account)


def elsewhere(row: PostRow) -> ColumnElement[bool]:
    """Posts to any other place; said without NOT, which forgets the rows that have no channel."""
    if row.channel is not None:
        return or_(PostRow.space != row.space, PostRow.channel.is_(None), PostRow.channel != row.channel)
    return or_(PostRow.space != row.space, PostRow.channel.is_not(None), PostRow.account != row.account)


def same_reader(row: PostRow) -> ColumnElement[bool]:
    """Posts that use the same budget: a channel's, or a person's over all their accounts."""
    if row.channel is None and row.person is not None:
        return and_(PostRow.channel.is_(None), PostRow.person == row.person)
    return same_target(row)


def queue() -> Subquery:
    """The posts that wait or leave: each with ``ahead``, the highest priority of those before it to the same place."""
    reader = case((PostRow.channel.is_(None), PostRow.account))
    holds = case((PostRow.tries < ORDERED_TRIES, PostRow.priority))
    ahead = func.max(holds).over(
        partition_by=(PostRow.space, PostRow.channel, reader), order_by=PostRow.number, rows=(None, -1)
    )
    return select(PostRow.number, ahead.label("ahead")).where(PostRow.state.in_(PENDING)).subquery()


def _companions(row: PostRow, now: datetime) -> Select[int]:
    thread = PostRow.thread == row.thread if row.thread else PostRow.thread.is_(None)
    return (
        select(PostRow.number)
        .where(
            same_target(row),
            thread,
            PostRow.number != row.number,
            PostRow.community == row.community,
            PostRow.cog == row.cog,
            PostRow.merge == row.merge,
            PostRow.state == State.WAITING,
            PostRow.priority >= row.priority,
            PostRow.first_try_at.is_(None),
            or_(PostRow.until.is_(None), PostRow.until > now),
        )
        .order_by(PostRow.number)
        .limit(COMPANIONS)
        .with_for_update(skip_locked=True)
    )


__all__ = ["Action", "AttentionSettings", "Decision", "Facts", "Gate", "Ledger", "decide"]

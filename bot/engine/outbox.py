"""Keyed posts: each leaves once, in order, when the gate lets it; a kill at any moment loses none and repeats none."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from weakref import WeakValueDictionary

from sqlalchemy import ColumnElement, and_, bindparam, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.chat.card import Card
from bot.chat.platform import Platform, PlatformError, Uncertain, why
from bot.chat.things import Channel, Member, MessageRef, Space
from bot.chat.words import Words
from bot.cog.context import Priority, Sent, State
from bot.cog.texts import Voice
from bot.engine import cards, reasons, sending
from bot.engine.attention import PENDING, Action, Gate, elsewhere, queue, same_target
from bot.engine.crew import Crew
from bot.engine.jobs import changed
from bot.engine.models import PostFile, PostRow
from bot.engine.posts import Outgoing, attempt_of, find, hold, post, settle, target_of, unreachable
from bot.engine.reasons import Code, Reason
from bot.engine.sending import Fate, Try
from bot.engine.session import Database, insert_once, outside_transaction
from bot.engine.trace import Trace

LEASE = timedelta(seconds=100)
"""Under two minutes: a post sent again still finds Discord's memory of its nonce."""
PATIENCE = 80.0
"""Seconds that a platform has to answer, within the lease."""
PROMPT = 2.0
"""Seconds that whoever posts waits for the posts before theirs."""
OVER = (State.SENT, State.MERGED, State.DROPPED, State.FAILED, State.UNCERTAIN)

_LINE = queue()
_ITS_TURN = or_(_LINE.c.ahead.is_(None), _LINE.c.ahead < PostRow.priority)
_NEXT = (
    select(PostRow)
    .join(_LINE, _LINE.c.number == PostRow.number)
    .where(
        or_(
            and_(
                PostRow.state == State.WAITING,
                PostRow.not_before <= bindparam("now"),
                or_(PostRow.reason.is_(None), _ITS_TURN),
            ),
            and_(PostRow.state == State.SENDING, PostRow.lease_until <= bindparam("now")),
        )
    )
    .order_by(PostRow.priority.desc(), PostRow.number)
    .limit(1)
    .with_for_update(of=PostRow, skip_locked=True)
)
"""Built once, as all that is asked at each turn: building a statement takes longer than running it."""
_MOMENTS = select(
    select(func.min(PostRow.not_before))
    .join(_LINE, _LINE.c.number == PostRow.number)
    .where(PostRow.state == State.WAITING, _ITS_TURN)
    .scalar_subquery(),
    select(func.min(PostRow.lease_until)).where(PostRow.state == State.SENDING).scalar_subquery(),
)
_MINE = (
    select(PostRow)
    .where(PostRow.number == bindparam("number"), PostRow.owner == bindparam("owner"), PostRow.state == State.SENDING)
    .with_for_update()
)
_FILES = select(PostFile).where(PostFile.post == bindparam("post")).order_by(PostFile.number)

Complain = Callable[[str, Words], Awaitable[None]]


class Outbox:
    """``platform`` finds a platform by its name, ``complain`` tells a community's managers what to fix.

    ``concurrency`` is how many channels are served side by side by ``deliver_due``.
    """

    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime],
        owner: str,
        platform: Callable[[str], Platform | None],
        space_of: Callable[[str], Space],
        gate: Gate,
        trace: Trace,
        complain: Complain,
        *,
        concurrency: int = 1,
    ) -> None:
        self.database = database
        self.now = now
        self.owner = owner
        self.platform = platform
        self.space_of = space_of
        self.gate = gate
        self.trace = trace
        self.complain = complain
        self.crew = Crew(concurrency, trace)
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._sending: dict[int, PostRow] = {}
        self._complained: set[tuple[str, str | None, Code]] = set()

    async def put(
        self,
        db: AsyncSession,
        *,
        community: str,
        cog: str,
        space: Space,
        to: Channel | Member,
        card: Card,
        priority: Priority,
        thread: str | None,
        key: str,
        merge: str,
        why: str,
        until: datetime | None,
        otherwise: Channel | None,
        person: str | None,
    ) -> int:
        """Add a localised post in the caller's transaction. Gives its number: the first one's for a key used before."""
        new = await insert_once(
            db,
            PostRow,
            community=community,
            key=key,
            cog=cog,
            space=space.key,
            channel=to.id if isinstance(to, Channel) else None,
            account=to.id if isinstance(to, Member) else None,
            thread=thread,
            otherwise=otherwise.id if otherwise else None,
            person=person,
            card=cards.dump(card),
            priority=int(priority),
            merge=merge,
            why=why,
            created_at=self.now(),
            not_before=self.now(),
            until=until,
            state=State.WAITING,
            tries=0,
        )
        named = (PostRow.community == community, PostRow.key == key)
        number = (await db.scalars(select(PostRow.number).where(*named))).one()
        for file in cards.attached(card) if new else ():
            db.add(PostFile(post=number, name=file.name, media_type=file.media_type, data=file.data))
        return number

    async def deliver(self, number: int) -> None:
        """Send a post now if it may leave, after those that must go before it. Platforms' refusals are not raised.

        Whoever posts may have somebody waiting: a long queue is left to ``deliver_due`` after ``PROMPT``.
        """
        async with self.database.reading() as db:
            row = await db.get(PostRow, number)
        if row is None or row.state not in PENDING:
            return
        scope = (or_(same_target(row), PostRow.number == number), PostRow.number <= number)
        loop = asyncio.get_running_loop()
        end, turn = loop.time() + PROMPT, self._turn(target_of(row))
        try:
            async with asyncio.timeout_at(end):
                await turn.acquire()
        except TimeoutError:
            return
        tried: list[tuple[PostRow, Fate | None]] = []
        try:
            while (not tried or loop.time() < end) and (outgoing := await self._claim(*scope)):
                tried.append((outgoing.row, await self._send(outgoing)))
        finally:
            turn.release()
        for sent, fate in tried:
            await self._tell_managers(sent, fate)

    async def deliver_due(self, limit: int = 50) -> int:
        """Send what may leave now. Gives how many were tried."""
        for count in range(limit):
            outgoing = await self._claim(*(elsewhere(row) for row in self._sending.values()))
            if outgoing is None:
                return count
            self._sending[outgoing.row.number] = outgoing.row
            await self.crew.do(target_of(outgoing.row), partial(self._send_in_turn, outgoing))
        return limit

    async def inherit(self) -> None:
        """End every lease soon: whoever held one is known to be dead, what they sent last may still arrive."""
        soon = self.now() + sending.SETTLE
        sent_by_the_dead = (PostRow.state == State.SENDING, PostRow.owner.is_not(None), PostRow.lease_until > soon)
        async with self.database.transaction() as db:
            await db.execute(update(PostRow).where(*sent_by_the_dead).values(lease_until=soon))

    async def idle(self) -> None:
        """Wait for the posts that are sent beside ``deliver_due``."""
        await self.crew.idle()

    async def sent(self, number: int) -> Sent:
        """A post as it stands. Raises ``LookupError`` once it is forgotten."""
        async with self.database.reading() as db:
            row = await db.get(PostRow, number)
            leader = await db.get(PostRow, row.merged_into) if row and row.merged_into else row
        if row is None:
            raise LookupError(f"there is no post {number}")
        reason = reasons.load(row.reason) if row.state != State.SENT else None
        ref = self._ref(leader) if leader else None
        return Sent(number, State(row.state), ref, reasons.in_words(reason) if reason else "")

    async def next_at(self) -> datetime | None:
        """When ``deliver_due`` has something to do next: a post that waits, or a lease that ends."""
        async with self.database.reading() as db:
            moments = (await db.execute(_MOMENTS)).one()
        return min((moment for moment in moments if moment), default=None)

    async def forget(self, before: datetime) -> int:
        """Delete the posts that were over before a moment, with their files."""
        old = (PostRow.state.in_(OVER), func.coalesce(PostRow.sent_at, PostRow.not_before) < before)
        async with self.database.transaction() as db:
            return changed(await db.execute(delete(PostRow).where(*old)))

    # Claiming

    async def _send_in_turn(self, outgoing: Outgoing) -> None:
        try:
            async with self._turn(target_of(outgoing.row)):
                fate = await self._send(outgoing)
        finally:
            del self._sending[outgoing.row.number]
        await self._tell_managers(outgoing.row, fate)

    def _turn(self, target: str) -> asyncio.Lock:
        """Within one process, posts to one place take turns, so that ``deliver`` finds the one before it gone."""
        return self._turns.setdefault(target, asyncio.Lock())

    async def _claim(self, *scope: ColumnElement[bool]) -> Outgoing | None:
        """The next post to send. Those that the gate holds back or drops on the way are settled one by one."""
        while True:
            async with self.database.transaction() as db:
                row = await self._next(db, *scope)
                if row is None:
                    return None
                outgoing = await self._judge(db, row)
            if outgoing is not None:
                return outgoing
            self._note(row)

    async def _next(self, db: AsyncSession, *scope: ColumnElement[bool]) -> PostRow | None:
        """A post behind another one is looked at once, to say so, and again when its turn has come."""
        row: PostRow | None = await db.scalar(_NEXT.where(*scope) if scope else _NEXT, {"now": self.now()})
        if row is not None and self.database.dialect == "postgresql":
            place = f"{row.space} {row.channel or row.person or row.account}"
            await db.execute(select(func.pg_advisory_xact_lock(func.hashtext(place))))
        return row

    async def _judge(self, db: AsyncSession, row: PostRow) -> Outgoing | None:
        now = self.now()
        doubt = row.state == State.SENDING
        try:
            space = self.space_of(row.space)
        except LookupError as error:
            settle(row, unreachable(str(error), attempt_of(row, now), doubt=doubt), now)
            return None
        if not doubt:
            decision = await self.gate.decide(db, row, space, now)
            if decision.action in (Action.WAIT, Action.DROP):
                hold(row, decision)
                return None
            if reasons.load(row.reason) is None:
                row.reason = reasons.dump(decision.reason)
            await self._take_along(db, row, space, decision.others)
        row.state, row.owner, row.lease_until = State.SENDING, self.owner, now + LEASE
        row.first_try_at = row.first_try_at or now
        return Outgoing(row, await self._card(db, row, space), space, doubt)

    async def _take_along(self, db: AsyncSession, row: PostRow, space: Space, numbers: tuple[int, ...]) -> None:
        """Put on this post's card those of the others that fit on it."""
        together = {row.number: (row, await self._card(db, row, space))}
        for number in numbers:
            other = await db.get_one(PostRow, number)
            wider = {**together, number: (other, await self._card(db, other, space))}
            if cards.fit(_in_order(wider)):
                together = wider
        if len(together) == 1:
            return
        row.card = cards.dump(cards.merge(_in_order(together)))
        ends = [one.until for one, _ in together.values()]
        row.until = None if None in ends else max(end for end in ends if end)
        for other, _ in together.values():
            if other is not row:
                other.state, other.merged_into = State.MERGED, row.number
                other.reason = reasons.dump(Reason(Code.MERGED))

    async def _card(self, db: AsyncSession, row: PostRow, space: Space) -> Card:
        files = await db.scalars(_FILES, {"post": row.number})
        return cards.load(row.card, [cards.Attached(f.name, f.media_type, f.data) for f in files], space)

    # Sending

    async def _send(self, outgoing: Outgoing) -> Fate | None:
        """Call the platform and write down what came of it; gives what the managers may have to know."""
        outside_transaction("sending a post")
        token = why.set(outgoing.row.why)
        try:
            async with asyncio.timeout(PATIENCE):
                result = await self._attempt(outgoing)
        except TimeoutError:
            result = sending.in_doubt(attempt_of(outgoing.row, self.now()))
        finally:
            why.reset(token)
        async with self.database.transaction() as db:
            row = await self._mine(db, outgoing.row)
            if row is None:
                return None
            if isinstance(result, MessageRef):
                row.state, row.message, row.message_channel = State.SENT, result.id, result.channel.id
                row.sent_at, row.lease_until = self.now(), None
            else:
                settle(row, result, self.now())
        self._note(row)
        return result if isinstance(result, Fate) else None

    async def _attempt(self, outgoing: Outgoing) -> MessageRef | Fate:
        platform = self.platform(outgoing.space.platform)
        attempt = attempt_of(outgoing.row, self.now())
        if platform is None:
            return unreachable(f"{outgoing.space.platform} is not connected", attempt, doubt=outgoing.doubt)
        if outgoing.doubt:
            try:
                if found := await find(platform, self.database, outgoing):
                    return found
            except PlatformError:
                return sending.in_doubt(attempt)
            except Exception as error:
                self.trace.failed("looking for a post", error, community=outgoing.row.community)
                return sending.in_doubt(attempt)
            if outgoing.row.until is not None and outgoing.row.until <= self.now():
                return Fate(State.DROPPED, Reason(Code.EXPIRED), tries=attempt.tries)
        return await self._post(platform, outgoing, attempt)

    async def _post(self, platform: Platform, outgoing: Outgoing, attempt: Try) -> MessageRef | Fate:
        try:
            return await post(platform, outgoing)
        except PlatformError as error:
            if not isinstance(error, Uncertain):
                return sending.after_refusal(error, attempt)
        except Exception as error:
            self.trace.failed("sending a post", error, community=outgoing.row.community)
        try:
            return await find(platform, self.database, outgoing) or sending.in_doubt(attempt)
        except Exception:
            return sending.in_doubt(attempt)

    async def _mine(self, db: AsyncSession, row: PostRow) -> PostRow | None:
        """The row, unless the lease ended and somebody else has the post now."""
        found: PostRow | None = await db.scalar(_MINE, {"number": row.number, "owner": self.owner})
        return found

    async def _tell_managers(self, row: PostRow, fate: Fate | None) -> None:
        """Once for each place and kind of trouble."""
        if fate is None or (row.space, row.channel, fate.reason.code) in self._complained:
            return
        space = self.space_of(row.space)
        channel = Channel(space, row.channel) if row.channel else None
        words = sending.complaint(fate, channel, space.name or space.key)
        if words is None:
            return
        self._complained.add((row.space, row.channel, fate.reason.code))
        try:
            await self.complain(row.community, words)
        except Exception as error:
            self.trace.failed("telling the managers", error, community=row.community)

    def _ref(self, row: PostRow) -> MessageRef | None:
        if row.message is None or row.message_channel is None:
            return None
        return MessageRef(Channel(self.space_of(row.space), row.message_channel), row.message, row.thread)

    def _note(self, row: PostRow) -> None:
        reason = reasons.load(row.reason)
        said = reasons.in_words(reason) if reason else ""
        why = f"{row.state}: {Voice().text(said)}"
        self.trace.add("post", f"{row.cog} → {target_of(row)}", why, community=row.community, said=said)


def _in_order(posts: dict[int, tuple[PostRow, Card]]) -> list[Card]:
    return [card for _, (_, card) in sorted(posts.items())]


__all__ = ["Outbox"]

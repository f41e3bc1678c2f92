"""Who talks and where: noted in memory on each message, written down together every few seconds.

The channels' marks and the members' counts are stored in one transaction: catching up after a crash resumes from a
mark, and counts again the messages that were not counted. A mark never passes over a message that is still being
handled.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Table, bindparam, case, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.chat.events import MessageEdited, MessagePosted
from bot.chat.things import Channel, Member, MessageRef
from bot.cog.table import UtcDateTime
from bot.engine.models import AccountRow, ChannelMark
from bot.engine.people import Account, People
from bot.engine.session import Database, overwrite
from bot.engine.spaces import Spaces

LATELY = 50
"""Messages remembered in each channel, to know whether people are talking."""


@dataclass(slots=True)
class Noted:
    """What an account did since the last flush."""

    member: Member
    messages: int
    at: datetime


@dataclass(slots=True)
class Held:
    """A message that is being handled: how many works are left, and where catching up starts meanwhile."""

    works: int
    before: str | None


@dataclass(slots=True)
class Heard:
    """A channel's messages: the last one, those still being handled, and the moments of people's latest."""

    last: tuple[datetime, str] | None = None
    unsaved: bool = False
    held: dict[str, Held] = field(default_factory=dict)
    lately: deque[datetime] = field(default_factory=lambda: deque(maxlen=LATELY))

    @property
    def mark(self) -> str | None:
        """The last message before which everything was handled."""
        if self.held:
            return next(iter(self.held.values())).before
        return self.last[1] if self.last else None


class Activity:
    """The message path's memory."""

    def __init__(self, database: Database, now: Callable[[], datetime], people: People, spaces: Spaces) -> None:
        self.database = database
        self.now = now
        self.people = people
        self.spaces = spaces
        self._heard: dict[Channel, Heard] = {}
        self._noted: dict[Account, Noted] = {}
        self._leaving: dict[Account, Noted] = {}
        self._flushing = asyncio.Lock()
        self._counts: dict[Account, int] = {}
        people.on_erased.append(self.forget)

    async def load(self) -> None:
        """Read how many messages each account has posted, to know newcomers by."""
        async with self.database.reading() as db:
            rows = await db.execute(
                select(AccountRow.community, AccountRow.platform, AccountRow.account, AccountRow.messages)
            )
            self._counts = {(community, platform, account): count for community, platform, account, count in rows.all()}

    def count(self, community: str, platform: str, account: str) -> int:
        """How many messages an account has posted; no input or output."""
        return self._counts.get((community, platform, account), 0)

    def note(self, event: MessagePosted, *, works: int = 0) -> None:
        """Take notice of a message; no input or output. An edit is no new message.

        Until each of the ``works`` on it is released, a restart hears it again.
        """
        if isinstance(event, MessageEdited):
            return
        heard, at = self._of(event.ref.channel), event.at
        if works:
            heard.held[event.ref.id] = Held(works, heard.mark)
        if heard.last is None or at >= heard.last[0]:
            heard.last, heard.unsaved = (at, event.ref.id), True
        if event.member.is_bot:
            return
        heard.lately.append(at)
        account = (self.spaces.community_of(event.space).id, event.space.platform, event.member.id)
        self._counts[account] = self._counts.get(account, 0) + 1
        if noted := self._noted.get(account):
            noted.messages += 1
            noted.at = max(noted.at, at)
        else:
            self._noted[account] = Noted(event.member, 1, at)

    def release(self, ref: MessageRef) -> None:
        """One of the works on a message is done."""
        heard = self._of(ref.channel)
        held = heard.held.get(ref.id)
        if held is None:
            return
        held.works -= 1
        if held.works == 0:
            del heard.held[ref.id]
            heard.unsaved = True

    def _of(self, channel: Channel) -> Heard:
        heard = self._heard.get(channel)
        if heard is None:
            heard = self._heard[channel] = Heard()
        return heard

    def talking(self, channel: Channel, within: timedelta) -> int:
        """How many messages people posted there lately, ``LATELY`` at most."""
        since = self.now() - within
        return sum(moment >= since for moment in self._of(channel).lately)

    def spoke_at(self, community: str, platform: str, account: str) -> datetime | None:
        """When an account last posted, as far as memory goes."""
        key = (community, platform, account)
        return max((memory[key].at for memory in (self._noted, self._leaving) if key in memory), default=None)

    def forget(self, accounts: Collection[Account]) -> None:
        """Drop what was noted of accounts that were erased."""
        for account in accounts:
            self._counts.pop(account, None)
            self._noted.pop(account, None)
            self._leaving.pop(account, None)

    async def last_seen(self, channel: Channel) -> str | None:
        """The id of the last message handled in a channel."""
        if (mark := self._of(channel).mark) is not None:
            return mark
        async with self.database.reading() as db:
            stored: str | None = await db.scalar(
                select(ChannelMark.message).where(
                    ChannelMark.space == channel.space.key, ChannelMark.channel == channel.id
                )
            )
            return stored

    async def flush(self) -> None:
        """Write down everything noted so far. What could not be written is kept for the next time."""
        async with self._flushing:
            marks = [channel for channel, heard in self._heard.items() if heard.unsaved]
            self._leaving, self._noted = self._noted, {}
            for channel in marks:
                self._heard[channel].unsaved = False
            try:
                await self._write(marks)
            except BaseException:
                for channel in marks:
                    self._heard[channel].unsaved = True
                for account, noted in self._leaving.items():
                    self._add(account, noted)
                raise
            finally:
                self._leaving = {}

    async def _write(self, channels: Iterable[Channel]) -> None:
        marks = [
            {"space": channel.space.key, "channel": channel.id, "message": mark}
            for channel in channels
            if (mark := self._heard[channel].mark) is not None
        ]
        for account, noted in list(self._leaving.items()):
            await self.people.person_of(noted.member, account[0])
        if marks or self._leaving:
            async with self.database.transaction() as db:
                await overwrite(db, ChannelMark, marks)
                await _count(db, self._leaving)

    def _add(self, account: Account, more: Noted) -> None:
        if noted := self._noted.get(account):
            noted.messages += more.messages
            noted.at = max(noted.at, more.at)
        else:
            self._noted[account] = more


async def _count(db: AsyncSession, noted: dict[Account, Noted]) -> None:
    if not noted:
        return
    table = cast(Table, AccountRow.__table__)
    known, spoke = table.c, bindparam("spoke", type_=UtcDateTime())
    later = or_(known.last_spoke_at.is_(None), known.last_spoke_at < spoke)
    statement = (
        update(table)
        .where(
            known.community == bindparam("of_community"),
            known.platform == bindparam("of_platform"),
            known.account == bindparam("of_account"),
        )
        .values(messages=known.messages + bindparam("more"))
        .values(last_spoke_at=case((later, spoke), else_=known.last_spoke_at))
    )
    keys = ("of_community", "of_platform", "of_account", "more", "spoke")
    await db.execute(
        statement, [dict(zip(keys, (*who, one.messages, one.at), strict=True)) for who, one in noted.items()]
    )

"""Who talks and where: noted in memory on each message, written down together every few seconds.

The channels' marks and the members' counts are stored in one transaction: catching up after a crash resumes from a
mark, and counts again exactly the messages that were not counted.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Table, bindparam, case, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.chat.events import MessageEdited, MessagePosted
from bot.chat.things import Channel, Member
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


class Activity:
    """The message path's memory."""

    def __init__(self, database: Database, now: Callable[[], datetime], people: People, spaces: Spaces) -> None:
        self.database = database
        self.now = now
        self.people = people
        self.spaces = spaces
        self._marks: dict[Channel, tuple[datetime, str]] = {}
        self._unsaved: set[Channel] = set()
        self._noted: dict[Account, Noted] = {}
        self._leaving: dict[Account, Noted] = {}
        self._flushing = asyncio.Lock()
        self._lately: dict[Channel, deque[datetime]] = {}
        people.on_erased.append(self.forget)

    def note(self, event: MessagePosted) -> None:
        """Take notice of a message; no input or output. An edit is no new message."""
        if isinstance(event, MessageEdited):
            return
        channel = event.ref.channel
        marked = self._marks.get(channel)
        if marked is None or event.at >= marked[0]:
            self._marks[channel] = (event.at, event.ref.id)
            self._unsaved.add(channel)
        if not event.member.is_bot:
            self._lately.setdefault(channel, deque(maxlen=LATELY)).append(event.at)
            account = (self.spaces.community_of(event.space).id, event.space.platform, event.member.id)
            self._add(account, Noted(event.member, 1, event.at))

    def talking(self, channel: Channel, within: timedelta) -> int:
        """How many messages people posted there lately, ``LATELY`` at most."""
        since = self.now() - within
        return sum(moment >= since for moment in self._lately.get(channel, ()))

    def spoke_at(self, community: str, platform: str, account: str) -> datetime | None:
        """When an account last posted, as far as memory goes."""
        key = (community, platform, account)
        return max((memory[key].at for memory in (self._noted, self._leaving) if key in memory), default=None)

    def forget(self, accounts: Collection[Account]) -> None:
        """Drop what was noted of accounts that were erased."""
        for account in accounts:
            self._noted.pop(account, None)
            self._leaving.pop(account, None)

    async def last_seen(self, channel: Channel) -> str | None:
        """The id of the last message handled in a channel."""
        if channel in self._marks:
            return self._marks[channel][1]
        async with self.database.reading() as db:
            mark: str | None = await db.scalar(
                select(ChannelMark.message).where(
                    ChannelMark.space == channel.space.key, ChannelMark.channel == channel.id
                )
            )
            return mark

    async def flush(self) -> None:
        """Write down everything noted so far. What could not be written is kept for the next time."""
        async with self._flushing:
            marks, self._unsaved = self._unsaved, set()
            self._leaving, self._noted = self._noted, {}
            try:
                await self._write(marks)
            except BaseException:
                self._unsaved |= marks
                for account, noted in self._leaving.items():
                    self._add(account, noted)
                raise
            finally:
                self._leaving = {}

    async def _write(self, channels: Iterable[Channel]) -> None:
        marks = [{"space": c.space.key, "channel": c.id, "message": self._marks[c][1]} for c in channels]
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

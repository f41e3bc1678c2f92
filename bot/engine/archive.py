"""The archive: the messages of a community as rows, each once."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, func, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.chat.things import Community
from bot.cog.archive import Kept, Stored
from bot.cog.exports import Said
from bot.cog.table import UtcDateTime
from bot.engine.models import ArchivedMessage
from bot.engine.people import People
from bot.engine.session import Database

PAGE = 2_000
"""Messages read at once."""

Key = tuple[str, str]
"""Channel and message."""


class MessageArchive:
    """See ``bot.cog.archive.Archive``."""

    def __init__(self, database: Database, people: People) -> None:
        self.database = database
        self.people = people

    async def store(self, community: Community, platform: str, messages: Sequence[Said]) -> Stored:
        latest = _latest(messages)
        async with self.database.transaction() as db:
            known = await _known(db, community.id, platform, latest)
            new = [said for key, said in latest.items() if key not in known]
            edited = [said for key, said in latest.items() if key in known and _is_later(said, known[key])]
            await self._add(db, community.id, platform, new)
            await _update(db, community.id, platform, edited)
        return Stored(len(new), len(edited), len(messages))

    async def _add(self, db: AsyncSession, community: str, platform: str, messages: Sequence[Said]) -> None:
        authors = {said.author: said.author_name for said in messages if said.author and not said.is_bot}
        persons = await self.people.owners(db, community, platform, authors)
        rows = [
            {
                "community": community,
                "platform": platform,
                "channel": said.channel,
                "channel_name": said.channel_name,
                "message": said.id,
                "thread": said.thread or None,
                "person": persons.get(said.author),
                "author": said.author,
                "author_name": said.author_name,
                "is_bot": said.is_bot,
                "roles": json.dumps(said.roles, ensure_ascii=False),
                "at": said.at,
                "reply_to": said.reply_to or None,
                "mentions": len(set(said.mentions)),
                **_content(said),
            }
            for said in messages
        ]
        if rows:
            await db.execute(insert(ArchivedMessage), rows)

    async def count(self, community: Community) -> int:
        async with self.database.reading() as db:
            counted = select(func.count()).select_from(ArchivedMessage)
            return await db.scalar(counted.where(ArchivedMessage.community == community.id)) or 0

    async def messages(
        self, community: Community, *, since: datetime | None = None, until: datetime | None = None
    ) -> AsyncIterator[Kept]:
        row = ArchivedMessage
        wanted = select(row).where(row.community == community.id, row.text.is_not(None)).order_by(row.at, row.number)
        if since is not None:
            wanted = wanted.where(row.at >= since)
        if until is not None:
            wanted = wanted.where(row.at < until)
        page = wanted.limit(PAGE)
        while True:
            async with self.database.reading() as db:
                found = (await db.scalars(page)).all()
            for one in found:
                yield _kept(one)
            if len(found) < PAGE:
                return
            page = wanted.where(tuple_(row.at, row.number) > (found[-1].at, found[-1].number)).limit(PAGE)


def _latest(messages: Sequence[Said]) -> dict[Key, Said]:
    """Each message once, as it was edited last."""
    latest: dict[Key, Said] = {}
    for said in messages:
        key = said.channel, said.id
        if key not in latest or _is_later(said, (True, latest[key].edited_at)):
            latest[key] = said
    return latest


def _is_later(said: Said, known: tuple[bool, datetime | None]) -> bool:
    """Whether a message was edited since; what was erased stays so."""
    is_there, edited_at = known
    return is_there and said.edited_at is not None and (edited_at is None or said.edited_at > edited_at)


async def _known(
    db: AsyncSession, community: str, platform: str, messages: dict[Key, Said]
) -> dict[Key, tuple[bool, datetime | None]]:
    """Of these messages, those that are kept: whether they still have a text, and when they were edited."""
    row = ArchivedMessage
    here = (row.community == community, row.platform == platform, row.message.in_({id for _, id in messages}))
    rows = await db.execute(select(row.channel, row.message, row.text.is_not(None), row.edited_at).where(*here))
    return {(channel, id): (bool(there), edited) for channel, id, there, edited in rows}


async def _update(db: AsyncSession, community: str, platform: str, messages: Sequence[Said]) -> None:
    if not messages:
        return
    columns = cast(Table, ArchivedMessage.__table__).c
    statement = (
        update(ArchivedMessage.__table__)  # type: ignore[arg-type]
        .where(columns.community == community, columns.platform == platform)
        .where(columns.channel == bindparam("in_channel"), columns.message == bindparam("of_message"))
        .values(
            text=bindparam("text"),
            edited_at=bindparam("edited_at", type_=UtcDateTime()),
            attachments=bindparam("attachments"),
            quoted=bindparam("quoted"),
        )
    )
    rows: list[dict[str, Any]] = [
        {"in_channel": said.channel, "of_message": said.id, **_content(said)} for said in messages
    ]
    await (await db.connection()).execute(statement, rows)


def _content(said: Said) -> dict[str, Any]:
    """What editing changes."""
    return {
        "text": said.text,
        "edited_at": said.edited_at,
        "attachments": json.dumps(said.attachments, ensure_ascii=False),
        "quoted": json.dumps(said.quoted, ensure_ascii=False),
    }


def _kept(row: ArchivedMessage) -> Kept:
    said = Said(
        id=row.message,
        at=row.at,
        channel=row.channel,
        channel_name=row.channel_name,
        thread=row.thread or "",
        author=row.author or "",
        author_name=row.author_name or "",
        is_bot=row.is_bot,
        text=row.text or "",
        edited_at=row.edited_at,
        reply_to=row.reply_to or "",
        mentions=tuple(map(str, range(row.mentions))),
        roles=tuple(json.loads(row.roles or "[]")),
        attachments=tuple(json.loads(row.attachments or "[]")),
        quoted=tuple(json.loads(row.quoted or "[]")),
    )
    return Kept(row.platform, said)


__all__ = ["MessageArchive"]

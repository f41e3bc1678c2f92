"""Facts: kept with what they say, and a job for each cog that listens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cog.facts import Fact
from bot.engine.jobs import FACT, Jobs
from bot.engine.models import FactRow
from bot.engine.session import Database, insert_once


async def put(
    db: AsyncSession,
    fact: Fact,
    *,
    community: str,
    space: str,
    key: str,
    at: datetime,
    id: str,
    listeners: Sequence[str],
    jobs: Jobs,
    asked: bool = False,
) -> str:
    """Store a fact in the caller's transaction, once per key. Gives its id: the first one's when it was told before."""
    told = await insert_once(
        db,
        FactRow,
        id=id,
        community=community,
        key=key,
        name=type(fact).__name__,
        payload=dump(replace(fact, id=id)),
        person=getattr(fact, "person", None),
        at=at,
    )
    if not told:
        mine = (FactRow.community == community, FactRow.key == key)
        return (await db.scalars(select(FactRow.id).where(*mine))).one()
    for name in listeners:
        await jobs.put(
            db,
            community=community,
            space=space,
            name=name,
            key=f"{FACT}{id}",
            arguments={"fact": id},
            due_at=at,
            person=getattr(fact, "person", None),
            asked=asked,
        )
    return id


async def load(database: Database, id: str, kind: type[Fact]) -> Fact | None:
    """A fact that a listener to ``kind`` was told of; ``None`` when it was erased since."""
    async with database.reading() as db:
        row = await db.get(FactRow, id)
    return read(row, kind) if row else None


def dump(fact: Fact) -> str:
    return TypeAdapter(type(fact)).dump_json(fact).decode()


def read(row: FactRow, kind: type[Fact] = Fact) -> Fact:
    """Raises ``LookupError`` when no such kind of fact is known, and ``ValueError`` when what it says changed."""
    for found in _kinds(kind):
        if found.__name__ == row.name:
            return TypeAdapter(found).validate_json(row.payload)
    raise LookupError(f"{row.name} is no {kind.__name__}")


def _kinds(kind: type[Fact]) -> Iterator[type[Fact]]:
    yield kind
    for narrower in kind.__subclasses__():
        yield from _kinds(narrower)

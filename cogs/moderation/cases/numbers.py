"""The numbers of cases: each is given once in a community."""

from __future__ import annotations

from sqlalchemy import update

from bot.cog import Db
from cogs.moderation.tables import Counter


async def next_number(db: Db, community: str) -> int:
    """The next number of a case in a community."""
    more = update(Counter).where(Counter.community == community).values(cases=Counter.cases + 1)
    number: int | None = await db.scalar(more.returning(Counter.cases))
    if number is None:
        db.add(Counter(community=community, cases=1))
        await db.flush()
        return 1
    return number

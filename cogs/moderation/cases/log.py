"""The moderation log: lines are kept as things happen, and posted together some seconds later."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from bot.cog import Card, Context, Db, Priority, Words, lines, t
from cogs.moderation.base import cog
from cogs.moderation.book.stored import Titles, titles_of
from cogs.moderation.cases.saying import kind_words, line_of
from cogs.moderation.settings import Settings
from cogs.moderation.tables import Case, Entry

SLOT = 15
"""Seconds of which the lines go together."""
LINES = 20
"""Lines on one card."""

WHAT: Mapping[str, Words] = {
    "reversed": t("reversed"),
    "appealed": t("appealed"),
    "upheld": t("the appeal was turned down"),
    "overturned": t("overturned on appeal"),
    "untold": t("the member could not be told: they accept no private message"),
    "ended": t("ended by a moderator"),
    "released": t("the message held was released"),
    "refused": t("the message held stays away"),
}

TOLD_WHOLE = ("opened", "by_hand")
"""What is told by the case as it stands."""


async def log(ctx: Context[Settings], db: Db, case: Case, what: str) -> None:
    """Keep a line for the log; nothing where there is no log."""
    if ctx.settings.log is None:
        return
    db.add(Entry(community=ctx.community.id, space=ctx.space.key, case=case.id, what=what, at=ctx.now))
    slot = int(ctx.now.timestamp()) // SLOT + 1
    due = datetime.fromtimestamp(slot * SLOT, ctx.now.tzinfo) + timedelta(seconds=1)
    await db.later(write_log, at=due, key=f"{ctx.space.key} {slot}", arguments={})


@cog.job()
async def write_log(ctx: Context[Settings]) -> None:
    """Post the lines that wait, and forget them in the same transaction."""
    here = (Entry.community == ctx.community.id, Entry.space == ctx.space.key)
    channel = ctx.settings.log
    more = True
    while more:
        async with ctx.db() as db:
            found = (await db.scalars(select(Entry).where(*here).order_by(Entry.id).limit(LINES))).all()
            more = len(found) == LINES
            if not found:
                return
            cases = {
                case.id: case for case in await db.scalars(select(Case).where(Case.id.in_([e.case for e in found])))
            }
            if channel is not None:
                titles = await titles_of(db, ctx.community.id, cases.values())
                said = lines(*(entry_line(entry, cases[entry.case], titles) for entry in found))
                first = found[0]
                key = f"moderation.log {first.case} {first.what} {first.at.isoformat()}"
                await db.post(channel, Card(said), priority=Priority.PERSON, key=key, why=t("moderation log"))
            await db.execute(delete(Entry).where(Entry.id.in_([entry.id for entry in found])))


def entry_line(entry: Entry, case: Case, titles: Titles) -> Words:
    if entry.what in TOLD_WHOLE:
        return line_of(case, titles)
    return t(
        "Case {number} ({kind}, {name}): {what}",
        number=str(case.number),
        kind=kind_words(case),
        name=case.name or "?",
        what=WHAT[entry.what],
    )

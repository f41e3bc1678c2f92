"""Opening a case: one way in for rules, commands, hands and whole alerts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.cog import Context, Db
from cogs.moderation.cases.numbers import next_number
from cogs.moderation.settings import Settings
from cogs.moderation.tables import Case, Kind, Source, State


@dataclass(frozen=True, slots=True)
class Concerned:
    """Whom a case is about: the person, and the account and name under which they are known in this space."""

    person: str
    account: str
    name: str


async def open_case(
    ctx: Context[Settings],
    db: Db,
    who: Concerned,
    kind: Kind,
    source: Source,
    *,
    key: str,
    state: State = State.STANDS,
    **facts: Any,
) -> Case:
    """Keep a case that began now, unless ``facts``, which name its other columns, say otherwise.

    It has a number from the start, but when it is only proposed. ``key`` is its own in the community.
    """
    columns: dict[str, Any] = {
        "at": ctx.now,
        "last_at": ctx.now,
        "rule": "",
        "version": 0,
        "trigger": "",
    }
    case = Case(
        community=ctx.community.id,
        space=ctx.space.key,
        number=None if state is State.PROPOSED else await next_number(db, ctx.community.id),
        key=key,
        kind=kind.value,
        source=source.value,
        state=state.value,
        person=who.person,
        account=who.account,
        name=who.name,
        **columns | facts,
    )
    db.add(case)
    await db.flush()
    return case

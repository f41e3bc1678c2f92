"""People and their accounts. What happens to their data follows from what each column declares with ``personal()``."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING, Any, cast

from pydantic_core import to_jsonable_python
from sqlalchemy import Column, CursorResult, Table, and_, bindparam, delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.chat.things import Community, Member
from bot.cog.table import Base, Personal
from bot.engine.models import AccountRow, PersonRow, SpaceMove, SpaceRow
from bot.engine.session import Database, insert_once

if TYPE_CHECKING:
    from bot.engine.activity import Activity

REMEMBERED = 20_000
"""Accounts whose person is kept in memory."""
_ACCOUNT = select(AccountRow).where(
    AccountRow.community == bindparam("community"),
    AccountRow.platform == bindparam("platform"),
    AccountRow.account == bindparam("account"),
)

Account = tuple[str, str, str]
"""Community, platform, and the platform's id of the user."""


@dataclass(frozen=True, slots=True)
class Owner:
    """A column that holds people, and the columns that say something about whom it holds."""

    table: Table
    column: Column[Any]
    declared: Personal
    about: tuple[tuple[Column[Any], Personal], ...]

    @property
    def emptied(self) -> tuple[str, ...]:
        """The columns that become NULL where the row stays."""
        own = (self.column.name,) if self.declared.policy == "anonymise" else ()
        return (*own, *(column.name for column, said in self.about if said.policy != "keep"))


def owners_of(table: Table) -> tuple[Owner, ...]:
    """A table's columns that hold people."""
    said = [(column, column.info["personal"]) for column in table.columns if "personal" in column.info]
    return tuple(
        Owner(table, column, own, tuple((other, about) for other, about in said if about.of == column.name))
        for column, own in said
        if not own.of
    )


class People:
    """Who is behind each account."""

    def __init__(self, database: Database, random: Random, now: Callable[[], datetime]) -> None:
        self.database = database
        self.random = random
        self.now = now
        self.on_erased: list[Callable[[Collection[Account]], None]] = []
        """Called with the accounts of whoever was erased."""
        self._known: OrderedDict[Account, tuple[str, str]] = OrderedDict()
        self._changes = 0
        """How often somebody was erased, merged or separated: what was read before is then not kept."""

    async def person_of(self, member: Member, community: str) -> str:
        """The id of the person behind an account, made at first sight. Its name follows the platform's."""
        account = (community, member.space.platform, member.id)
        known = self._known.get(account)
        if known is None or member.name not in ("", known[1]):
            changes = self._changes
            known = await self._meet(account, member.name)
            if changes != self._changes:
                return known[0]
            self._known[account] = known
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        self._known.move_to_end(account)
        return known[0]

    async def accounts(self, person: str) -> tuple[tuple[str, str], ...]:
        """A person's accounts: platform, and the platform's id."""
        async with self.database.reading() as db:
            rows = await db.execute(
                select(AccountRow.platform, AccountRow.account)
                .where(AccountRow.person == person)
                .order_by(AccountRow.number)
            )
            return tuple((platform, account) for platform, account in rows.all())

    async def last_spoke(self, person: str, activity: Activity) -> datetime | None:
        """When one of the person's accounts last posted, written down or not yet."""
        async with self.database.reading() as db:
            rows = (await db.scalars(select(AccountRow).where(AccountRow.person == person))).all()
        noted = [activity.spoke_at(row.community, row.platform, row.account) for row in rows]
        moments = [moment for moment in (*noted, *(row.last_spoke_at for row in rows)) if moment is not None]
        return max(moments, default=None)

    async def export(self, community: Community, person: str) -> dict[str, Any]:
        """Every row that names the person, by table; who else it names is left out."""
        found: dict[str, Any] = {}
        async with self.database.reading() as db:
            for one in await _lives(db, community, person):
                for table, owners in _tables():
                    named = or_(*(owner.column == one for owner in owners))
                    rows = (await db.execute(select(table).where(named).order_by(*table.primary_key))).mappings().all()
                    if rows:
                        found.setdefault(table.name, []).extend(_exported(dict(row), owners, one) for row in rows)
        return found

    async def erase(self, community: Community, person: str) -> Mapping[str, int]:
        """Erase as the columns declare, all at once. Gives how many rows were touched, by table."""
        touched: dict[str, int] = {}
        async with self.database.transaction() as db:
            lives = await _lives(db, community, person)
            accounts = await _accounts(db, lives)
            for one in lives:
                for table, owners in reversed(list(_tables())):
                    count = sum([await _erase(db, owner, one) for owner in _deleting_first(owners)])
                    touched |= {table.name: touched.get(table.name, 0) + count} if count else {}
        self.forget(*lives)
        for forget in self.on_erased:
            forget(accounts)
        return touched

    async def merge(self, community: Community, into: str, gone: str) -> None:
        """Two people were one: the rows of ``gone`` go to ``into``, who keeps their own where both have one."""
        async with self.database.transaction() as db:
            await self.merge_in(db, community, into, gone)
        self.forget(gone)

    async def merge_in(self, db: AsyncSession, community: Community, into: str, gone: str) -> None:
        """Merge in the caller's transaction; once it is stored, ``forget`` who is gone."""
        if into == gone:
            return
        if not (await _belongs(db, community, into) and await _belongs(db, community, gone)):
            raise LookupError("only two people of the same community can be merged")
        for table, owners in _tables():
            for owner in owners if table is not PersonRow.__table__ else ():
                await _move(db, owner, into, gone)
        await db.execute(delete(PersonRow).where(PersonRow.id == gone))

    async def separate(self, community: Community, person: str, platform: str, account: str) -> bool:
        """Give one of a person's several accounts a new person; what is stored stays. False when it is not one."""
        which = and_(AccountRow.person == person, AccountRow.platform == platform, AccountRow.account == account)
        async with self.database.transaction() as db:
            await db.execute(select(PersonRow.id).where(PersonRow.id == person).with_for_update())
            row = await db.scalar(select(AccountRow).where(AccountRow.community == community.id, which))
            if row is None or len(await _accounts(db, [person])) == 1:
                return False
            row.person = await self._new_person(db, community.id)
        self.forget(person)
        return True

    def policies(self) -> tuple[tuple[str, str, str], ...]:
        return tuple(
            (table.name, column.info["personal"].policy, column.info["personal"].why)
            for table in Base.metadata.sorted_tables
            for column in table.columns
            if "personal" in column.info
        )

    async def _meet(self, account: Account, name: str) -> tuple[str, str]:
        community, platform, user = account
        which = {"community": community, "platform": platform, "account": user}
        async with self.database.transaction() as db:
            row = await db.scalar(_ACCOUNT, which)
            if row is None:
                await self._make(db, account, name)
                row = (await db.scalars(_ACCOUNT, which)).one()
            row.name = name or row.name
            return row.person, row.name

    async def _make(self, db: AsyncSession, account: Account, name: str) -> None:
        """Another process may have met the account meanwhile: its person is then the one."""
        community, platform, user = account
        person = await self._new_person(db, community)
        values = {"community": community, "platform": platform, "account": user, "person": person, "name": name}
        if not await insert_once(db, AccountRow, **values):
            await db.execute(delete(PersonRow).where(PersonRow.id == person))

    async def owners(self, db: AsyncSession, community: str, platform: str, names: Mapping[str, str]) -> dict[str, str]:
        """The persons behind accounts given with their names, made where they are new, in the caller's transaction."""
        known = await _owners(db, community, platform, names)
        missing = sorted(names.keys() - known.keys())
        for account in missing:
            await self._make(db, (community, platform, account), names[account])
        return await _owners(db, community, platform, names) if missing else known

    async def _new_person(self, db: AsyncSession, community: str) -> str:
        person = f"{self.random.getrandbits(64):016x}"
        db.add(PersonRow(id=person, community=community, created_at=self.now()))
        await db.flush()
        return person

    def forget(self, *persons: str) -> None:
        """Look up again who is behind the accounts of these persons."""
        self._changes += 1
        for account in [account for account, known in self._known.items() if known[0] in persons]:
            del self._known[account]


def _tables() -> Iterator[tuple[Table, tuple[Owner, ...]]]:
    """The tables that hold people, those they refer to first."""
    for table in Base.metadata.sorted_tables:
        if owners := owners_of(table):
            yield table, owners


async def _lives(db: AsyncSession, community: Community, person: str) -> list[str]:
    """The person, and who their accounts were in communities that spaces of this one left without any space.

    Nobody could ask there any more, so what is asked here holds for them too.
    """
    if not await _belongs(db, community, person):
        return []
    left = (
        select(SpaceMove.community)
        .join(SpaceRow, SpaceRow.key == SpaceMove.space)
        .where(SpaceRow.community == community.id, SpaceMove.community.not_in(select(SpaceRow.community)))
    )
    now, before = aliased(AccountRow), aliased(AccountRow)
    same = and_(before.platform == now.platform, before.account == now.account)
    former = select(before.person).join(now, same).where(now.person == person, before.community.in_(left)).distinct()
    return [person, *await db.scalars(former)]


async def _accounts(db: AsyncSession, persons: Collection[str]) -> list[Account]:
    columns = (AccountRow.community, AccountRow.platform, AccountRow.account)
    rows = await db.execute(select(*columns).where(AccountRow.person.in_(persons)))
    return [(community, platform, account) for community, platform, account in rows]


async def _owners(db: AsyncSession, community: str, platform: str, accounts: Collection[str]) -> dict[str, str]:
    columns = (AccountRow.account, AccountRow.person)
    here = (AccountRow.community == community, AccountRow.platform == platform)
    rows = await db.execute(select(*columns).where(*here, AccountRow.account.in_(accounts)))
    return {account: person for account, person in rows}  # noqa: C416 - a row is no pair to mypy


async def _belongs(db: AsyncSession, community: Community, person: str) -> bool:
    found = await db.scalar(select(PersonRow.id).where(PersonRow.id == person, PersonRow.community == community.id))
    return found is not None


def _exported(row: Mapping[str, Any], owners: Iterable[Owner], person: str) -> dict[str, Any]:
    others = [owner for owner in owners if row[owner.column.name] != person]
    hidden = {column.name for owner in others for column in (owner.column, *(about for about, _ in owner.about))}
    return {name: _json_safe(value) for name, value in row.items() if name not in hidden}


def _json_safe(value: Any) -> Any:
    return to_jsonable_python(value, bytes_mode="base64", fallback=str)


def _deleting_first(owners: Iterable[Owner]) -> list[Owner]:
    return sorted(owners, key=lambda owner: owner.declared.policy != "delete")


async def _erase(db: AsyncSession, owner: Owner, person: str) -> int:
    whose = owner.column == person
    if owner.declared.policy == "delete":
        return await _count(db, delete(owner.table).where(whose))
    if owner.emptied:
        return await _count(db, update(owner.table).where(whose).values(dict.fromkeys(owner.emptied)))
    return 0


async def _move(db: AsyncSession, owner: Owner, into: str, gone: str) -> None:
    """All rows at once, or one by one where some meet a unique key."""
    if not await _renamed(db, owner, owner.column == gone, into):
        keys = list(owner.table.primary_key)
        for row in (await db.execute(select(*keys).where(owner.column == gone))).all():
            this = and_(*(key == value for key, value in zip(keys, row, strict=True)))
            if not await _renamed(db, owner, this, into):
                await db.execute(delete(owner.table).where(this))


async def _renamed(db: AsyncSession, owner: Owner, which: Any, into: str) -> bool:
    try:
        async with db.begin_nested():
            await db.execute(update(owner.table).where(which).values({owner.column.name: into}))
    except IntegrityError:
        return False
    return True


async def _count(db: AsyncSession, statement: Any) -> int:
    return cast("CursorResult[Any]", await db.execute(statement)).rowcount

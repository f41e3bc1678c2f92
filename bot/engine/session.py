"""The database: one engine, short transactions, and failures told in words.

    async with database.transaction() as db:
        db.add(row)

SQLite and PostgreSQL run the same code. On SQLite writers take turns inside the process and claim the file with
``BEGIN IMMEDIATE``, so nobody reads a row that another is about to change. A task holds one transaction at a time and
calls no platform inside it.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, contextmanager, nullcontext
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar, cast, overload
from urllib.parse import quote, urlencode
from weakref import WeakSet

from sqlalchemy import Connection, CursorResult, Table, event, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import StaticPool

from bot.cog.table import Base
from bot.engine import inmemory
from bot.engine.sole import Sole

S = TypeVar("S", bound=AsyncSession)

DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}
PRAGMAS = ("journal_mode=WAL", "busy_timeout=5000", "synchronous=NORMAL", "foreign_keys=ON")
MAGIC = b"SQLite format 3\0"
CHECKED_WHOLE = 64_000_000
"""Bytes up to which a SQLite file is checked page by page when it is opened: less than a second."""

_inside: WeakSet[asyncio.Task[Any]] = WeakSet()


class StorageError(Exception):
    """The database cannot be used. The words say what happened, what is unchanged, and what to do."""


def outside_transaction(what: str) -> None:
    """Raises ``RuntimeError`` when the current task is inside a transaction."""
    if asyncio.current_task() in _inside:
        raise RuntimeError(
            f"{what}: no platform call inside a transaction. Leave the “async with … db()” block first: the database"
            " would wait for the network."
        )


@contextmanager
def _alone() -> Iterator[None]:
    task = asyncio.current_task()
    if task is None:
        raise RuntimeError("A transaction is opened by a task, not by a callback of the event loop.")
    if task in _inside:
        raise RuntimeError(
            "This task is already inside a transaction. Use the session you have, or leave its block first: SQLite has"
            " one writer, a second transaction would wait for the first one for ever."
        )
    _inside.add(task)
    try:
        yield
    finally:
        _inside.discard(task)


def read_url(url: str) -> URL:
    """The URL with the driver that Relais uses. Raises ``StorageError``."""
    try:
        read = make_url(url)
    except (ArgumentError, ValueError):
        raise StorageError("DATABASE_URL is not the address of a database. Write sqlite:///data/relais.db") from None
    if read.drivername not in DRIVERS:
        raise StorageError(f"Relais uses SQLite or PostgreSQL, not {read.drivername}. Correct DATABASE_URL.")
    return read.set(drivername=DRIVERS[read.drivername])


class Database:
    """One database, shared by the whole process. With ``read_only`` a SQLite file is not made, nor changed at all."""

    def __init__(self, url: str, *, read_only: bool = False) -> None:
        self.url = read_url(url)
        self.dialect = self.url.get_backend_name()
        in_memory = self.dialect == "sqlite" and self.url.database in (None, "", ":memory:")
        self.file = Path(str(self.url.database)) if self.dialect == "sqlite" and not in_memory else None
        self.engine = _engine(self.url, in_memory, self.file if read_only else None)
        self._reader = self.engine.execution_options(begin="BEGIN")
        self._in_memory = in_memory
        self._begin_turns()
        self._sole: Sole | None = None

    def _begin_turns(self) -> None:
        self._write_turn: AbstractAsyncContextManager[Any] = (
            asyncio.Lock() if self.dialect == "sqlite" else nullcontext()
        )
        self._read_turn = self._write_turn if self._in_memory else nullcontext()

    async def open(self) -> None:
        """Check that the database can be read and written. Raises ``StorageError``, having changed nothing."""
        if self.file is not None:
            await asyncio.to_thread(check_file, self.file)
        try:
            async with self.engine.connect() as connection:
                await connection.begin()
        except _errors_of(self.dialect) as error:
            raise explained(error, self._place) or self._unreachable(error) from error

    def hold(self) -> bool:
        """Keep a SQLite file to this process until ``close``. Raises ``StorageError`` when another one keeps it.

        True when whoever used this database before is certainly gone; PostgreSQL cannot tell.
        """
        if self.file is not None and self._sole is None:
            sole = Sole(self.file)
            if not sole.take():
                raise StorageError(
                    f"Another Relais already runs on {self.file}. Nothing was changed. Stop it first, or give this one"
                    " a database of its own in DATABASE_URL; several processes need PostgreSQL."
                )
            self._sole = sole
        return self.dialect == "sqlite"

    async def close(self) -> None:
        """It may be opened again, also by another event loop; in memory, it is empty then."""
        await self.engine.dispose()
        self._begin_turns()
        if self._sole is not None:
            self._sole.let_go()
            self._sole = None

    @overload
    def transaction(self) -> AbstractAsyncContextManager[AsyncSession]: ...
    @overload
    def transaction(self, factory: type[S], **session_args: Any) -> AbstractAsyncContextManager[S]: ...

    def transaction(self, factory: type[Any] = AsyncSession, **session_args: Any) -> AbstractAsyncContextManager[Any]:
        """Everything done with the session is stored at the end, or nothing on any exception, cancellation included."""
        return self._session(self.engine, self._write_turn, factory, session_args)

    def reading(self) -> AbstractAsyncContextManager[AsyncSession]:
        """A session that only reads, beside whoever is writing."""
        return self._session(self._reader, self._read_turn, AsyncSession, {})

    @asynccontextmanager
    async def restructuring(self) -> AsyncIterator[AsyncConnection]:
        """A connection that may change the schema: one process at a time, all or nothing.

        SQLite does not enforce foreign keys meanwhile (rebuilding a table would empty those that refer to it); they
        are checked at the end.
        """
        with _alone(), self._explaining():
            async with self._write_turn, self.engine.connect() as connection:
                if self.dialect == "sqlite":
                    async with _without_foreign_keys(connection), connection.begin():
                        yield connection
                        await _check_foreign_keys(connection)
                else:
                    async with connection.begin():
                        await connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('relais'))"))
                        yield connection

    @asynccontextmanager
    async def _session(
        self, engine: AsyncEngine, turn: AbstractAsyncContextManager[Any], factory: type[S], args: Mapping[str, Any]
    ) -> AsyncIterator[S]:
        with _alone(), self._explaining():
            async with turn, factory(engine, expire_on_commit=False, **args) as session, session.begin():
                yield session

    @contextmanager
    def _explaining(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            if told := explained(error, self._place):
                raise told from error
            raise

    @property
    def _place(self) -> str:
        return str(self.file) if self.file is not None else self.url.render_as_string(hide_password=True)

    def _unreachable(self, error: BaseException) -> StorageError:
        reason = str(getattr(error, "orig", None) or error).strip() or type(error).__name__
        return StorageError(
            f"The database {self._place} cannot be reached ({reason}). Nothing was changed. Check that it runs, that it"
            " exists, and the name and password in DATABASE_URL."
        )


def _engine(url: URL, in_memory: bool, only_read: Path | None) -> AsyncEngine:
    if url.get_backend_name() == "postgresql":
        try:
            return create_async_engine(url, pool_pre_ping=True, pool_size=5)
        except ModuleNotFoundError:
            raise StorageError("PostgreSQL needs its driver. Install it: pip install 'relais-bot[postgres]'") from None
    more: dict[str, Any] = {"connect_args": {"isolation_level": None}}
    if in_memory:
        more = {"poolclass": StaticPool, "async_creator": inmemory.connect}
    if only_read is not None:
        url = url.set(
            database=f"file:{quote(str(only_read.absolute()))}", query={"uri": "true", **_only_reading(only_read)}
        )
    engine = create_async_engine(url, **more)
    if only_read is None:
        event.listen(engine.sync_engine, "connect", _set_pragmas)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _only_reading(path: Path) -> dict[str, str]:
    """How to open a file and leave it as it is. Without a journal beside it nobody writes, and none is made."""
    return {"mode": "ro"} | ({} if path.with_name(f"{path.name}-wal").exists() else {"immutable": "1"})


def _set_pragmas(connection: Any, record: object) -> None:
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN IMMEDIATE"))


@asynccontextmanager
async def _without_foreign_keys(connection: AsyncConnection) -> AsyncIterator[None]:
    raw = cast(Any, (await connection.get_raw_connection()).driver_connection)
    await raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        await raw.execute("PRAGMA foreign_keys=ON")


async def _check_foreign_keys(connection: AsyncConnection) -> None:
    broken = (await connection.exec_driver_sql("PRAGMA foreign_key_check")).mappings().first()
    if broken is not None:
        raise StorageError(
            f"A row of {broken['table']} refers to a row of {broken['parent']} that is gone. Nothing was changed. Put a"
            " backup in place of the database, or delete that row."
        )


def _errors_of(dialect: str) -> tuple[type[Exception], ...]:
    """What connecting may raise; asyncpg's own errors come as they are."""
    if dialect != "postgresql":
        return (DBAPIError,)
    import asyncpg

    return (DBAPIError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError)


def check_file(path: Path) -> None:
    """Make the file's folder if need be, and read the file. Raises ``StorageError``, having written nothing."""
    try:
        path.parent.mkdir(exist_ok=True)
        if not path.exists():
            return
        with path.open("rb") as file:
            head = file.read(len(MAGIC))
    except OSError as error:
        raise StorageError(
            f"{path} cannot be used ({error.strerror}). Nothing was changed. Create its folder, give Relais the right"
            " to write there, or correct DATABASE_URL."
        ) from error
    if head and head != MAGIC:
        raise StorageError(
            f"{path} is not a SQLite database. Nothing was changed. Move it away, put a backup in its place, or correct"
            " DATABASE_URL."
        )
    _check_pages(path)


def _check_pages(path: Path) -> None:
    whole = path.stat().st_size <= CHECKED_WHOLE
    check = "PRAGMA quick_check(1)" if whole else "SELECT 'ok' FROM (SELECT count(*) FROM sqlite_schema)"
    try:
        options = urlencode(_only_reading(path))
        with closing(sqlite3.connect(f"file:{quote(str(path.absolute()))}?{options}", uri=True)) as connection:
            (found,) = connection.execute(check).fetchone()
    except sqlite3.OperationalError as error:
        raise explained(error, str(path)) or damaged(path, error) from error
    except sqlite3.DatabaseError as error:
        raise damaged(path, error) from error
    if found != "ok":
        raise damaged(path, found)


def damaged(place: object, why: object) -> StorageError:
    return StorageError(
        f"{place} is damaged ({why}). Nothing was changed. Put a backup in its place; to save what can be saved:"
        f" sqlite3 {place} .recover"
    )


def explained(error: Exception, place: str) -> StorageError | None:
    """A failure of SQLite's in words for whoever runs the bot; ``None`` for any other error."""
    said = str(getattr(error, "orig", None) or error)
    for sign, what, cure in TROUBLES:
        if sign in said:
            return StorageError(f"{place} {what}. {cure}")
    return damaged(place, said) if "malformed" in said or "not a database" in said else None


TROUBLES = (
    (
        "disk is full",
        "cannot grow: the disk is full",
        "What was being written was undone. Free some space; Relais goes on by itself.",
    ),
    (
        "readonly database",
        "cannot be written",
        "Nothing was changed. Give Relais the right to write this file and its folder.",
    ),
    (
        "unable to open database file",
        "cannot be opened",
        "Nothing was changed. Create its folder and give Relais the right to write there, or correct DATABASE_URL.",
    ),
    (
        "database is locked",
        "is held by another program",
        "What was being written was undone. Close the other program: one Relais at a time uses a SQLite file.",
    ),
    (
        "disk I/O error",
        "cannot be read or written: the disk fails",
        "What was being written was undone. Check the disk, then put a backup in its place if need be.",
    ),
)


def _insert(dialect: str, table: type[Base]) -> sqlite.Insert:
    """PostgreSQL's INSERT has the same conflict clauses, under another type."""
    return cast(sqlite.Insert, import_module(f"sqlalchemy.dialects.{dialect}").insert(table.__table__))


@cache
def _insert_once(dialect: str, table: type[Base]) -> sqlite.Insert:
    return _insert(dialect, table).on_conflict_do_nothing()


async def insert_once(db: AsyncSession, table: type[Base], **values: Any) -> bool:
    """Insert a row unless one of its unique keys is taken; true when it was inserted."""
    result = await db.execute(_insert_once(db.get_bind().dialect.name, table), values)
    return cast("CursorResult[Any]", result).rowcount > 0


async def overwrite(db: AsyncSession, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, each in place of the one that has the same primary key."""
    if not rows:
        return
    keys = [column.name for column in cast(Table, table.__table__).primary_key]
    statement = _insert(db.get_bind().dialect.name, table)
    given = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    await db.execute(statement.values(list(rows)).on_conflict_do_update(index_elements=keys, set_=given))


__all__ = ["Database", "StorageError", "insert_once", "outside_transaction", "overwrite"]

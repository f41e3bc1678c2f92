"""Brings the database to the schema of the code: at start, under a lock, all or nothing."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text

from bot.engine import loader
from bot.engine.models import CommunityRow
from bot.engine.session import Database, StorageError

MIGRATIONS = Path(__file__).parent.parent.parent / "migrations"
METADATA = CommunityRow.metadata
"""The engine's tables; loading the cogs adds theirs."""


async def upgrade(database: Database) -> None:
    """Bring an open database to the newest revision, with a copy of a SQLite file beside it first.

    Raises ``StorageError`` for a database that a newer Relais has changed; it is then left as it is.
    """
    known = revisions()
    async with database.restructuring() as connection:
        present = await connection.run_sync(_present)
        if present is not None and present not in known:
            raise StorageError(
                f"The database was used by a newer Relais: its revision {present} is unknown to this one. Nothing was"
                " changed. Start the newer Relais again, or put back the copy made before it was installed."
            )
        if present == (newest := known[-1]):
            return
        if database.file is not None and present is not None:
            await asyncio.to_thread(back_up, database.file, newest)
        await connection.run_sync(_alembic().upgrade, MIGRATIONS, METADATA)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a database's schema is. ``present`` is ``None`` for one that Relais never used."""

    present: str | None
    newest: str
    known: bool

    @property
    def is_current(self) -> bool:
        return self.present is not None and self.present == self.newest


async def standing(database: Database) -> Standing:
    """Read which revision a database has; nothing is changed. Raises ``StorageError``."""
    known = revisions()
    async with database.reading() as db:
        present = await (await db.connection()).run_sync(_present)
    return Standing(present, known[-1], present is None or present in known)


async def check(database: Database) -> tuple[str, ...]:
    """How an open database differs from the tables that the code declares; empty when it does not."""
    loader.load()
    async with database.restructuring() as connection:
        found: tuple[str, ...] = await connection.run_sync(_alembic().differences, METADATA)
        return found


def revision(message: str) -> str:
    """Write the migration from the last revision to the code's tables. Gives its path, or why there is none."""
    return asyncio.run(_revision(message))


async def _revision(message: str) -> str:
    loader.load()
    database = Database("sqlite://")
    try:
        await upgrade(database)
        if not await check(database):
            return "No migration to write: they give exactly the declared tables."
        number = f"{len(revisions()) + 1:04d}"
        async with database.restructuring() as connection:
            made: str = await connection.run_sync(
                lambda sync: _alembic().write(sync, MIGRATIONS, METADATA, message=message, number=number)
            )
        return made
    finally:
        await database.close()


def back_up(file: Path, revision: str) -> Path:
    """Copy a SQLite file beside itself as it was before ``revision``; older copies of this kind go."""
    copy = file.with_name(f"{file.name}.before-{revision}.bak")
    partial = copy.with_suffix(".part")
    try:
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(partial)) as target:
            source.backup(target)
        partial.replace(copy)
    except (OSError, sqlite3.Error) as error:
        partial.unlink(missing_ok=True)
        raise StorageError(
            f"{file} must be upgraded and cannot be copied first ({error}). Nothing was changed. Free some space, or"
            " give Relais the right to write in its folder."
        ) from error
    for older in file.parent.glob(f"{file.name}.before-*.bak"):
        if older != copy:
            older.unlink()
    return copy


def revisions() -> tuple[str, ...]:
    """All revisions, the first one first: each file of a migration begins with its own."""
    return tuple(sorted(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py")))


def _present(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def _alembic() -> Any:
    """Imported when there is something to do: that takes longer than looking whether there is."""
    return import_module("bot.engine.schema")

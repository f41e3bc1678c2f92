"""Brings the database to the schema of the code: at start, under a lock, all or nothing."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

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
    steps = _steps()
    async with database.restructuring() as connection:
        present = await connection.run_sync(_present)
        if not _known(steps, present):
            raise StorageError(
                f"The database was used by a newer Relais: its revision {present} is unknown to this one. Nothing was"
                " changed. Start the newer Relais again, or put back the copy made before it was installed."
            )
        if present == (newest := steps.get_current_head()):
            return
        if database.file is not None and present is not None:
            await asyncio.to_thread(back_up, database.file, str(newest))
        await connection.run_sync(lambda sync: command.upgrade(_config(sync), "head"))


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a database's schema is. ``present`` is ``None`` for one that Relais never used."""

    present: str | None
    newest: str | None
    known: bool

    @property
    def is_current(self) -> bool:
        return self.present is not None and self.present == self.newest


async def standing(database: Database) -> Standing:
    """Read which revision a database has; nothing is changed. Raises ``StorageError``."""
    steps = _steps()
    async with database.reading() as db:
        present = await (await db.connection()).run_sync(_present)
    return Standing(present, steps.get_current_head(), _known(steps, present))


async def check(database: Database) -> tuple[str, ...]:
    """How an open database differs from the tables that the code declares; empty when it does not."""
    loader.load()
    async with database.restructuring() as connection:
        return await connection.run_sync(_differences)


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
        number = f"{len(list(_steps().walk_revisions())) + 1:04d}"
        async with database.restructuring() as connection:
            made: Any = await connection.run_sync(
                lambda sync: command.revision(_config(sync), message, autogenerate=True, rev_id=number)
            )
        return str(made.path)
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


def _config(connection: Connection | None = None, *, folder: Path | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder or MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes |= {"connection": connection, "metadata": METADATA}
    return config


def _steps() -> ScriptDirectory:
    return _read(MIGRATIONS)


@cache
def _read(folder: Path) -> ScriptDirectory:
    """The migrations of a folder, read once."""
    return ScriptDirectory.from_config(_config(folder=folder))


def _present(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _known(steps: ScriptDirectory, revision: str | None) -> bool:
    return revision is None or revision in {step.revision for step in steps.walk_revisions()}


def _differences(connection: Connection) -> tuple[str, ...]:
    context = MigrationContext.configure(connection, opts={"render_as_batch": True, "compare_type": True})
    return tuple(str(difference) for difference in compare_metadata(context, METADATA))

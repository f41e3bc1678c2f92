"""Migrations make exactly the tables of the code, on both databases, and touch no database that they do not know."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from importlib import import_module
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.engine import loader, migrate
from bot.engine.models import CommunityRow
from bot.engine.session import Database, StorageError


async def upgraded(url: str) -> Database:
    database = Database(url)
    await database.open()
    await migrate.upgrade(database)
    return database


def sqlite_at(folder: Path) -> str:
    return f"sqlite:///{folder / 'relais.db'}"


async def set_revision(database: Database, revision: str) -> None:
    async with database.restructuring() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})


async def test_migrations_equal_the_tables_of_the_code(empty_url: str) -> None:
    database = await upgraded(empty_url)
    differences = await migrate.check(database)
    await database.close()
    assert not differences, 'run: relais db revision "what changes"'


async def test_numbers_of_erased_rows_are_never_given_again(tmp_path: Path) -> None:
    """What the tables of the code say of SQLite, which the comparison above does not see."""
    database = await upgraded(sqlite_at(tmp_path))
    async with database.reading() as db:
        made = await db.scalars(text("SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'"))
        numbered = set(made)
    await database.close()
    loader.load()
    tables = migrate.METADATA.tables.values()
    assert numbered == {one.name for one in tables if one.dialect_options["sqlite"]["autoincrement"]} != set()


def test_each_file_is_named_after_its_revision_and_follows_the_one_before() -> None:
    """So that a start finds the newest without reading them."""
    before = None
    for path, number in zip(sorted((migrate.MIGRATIONS / "versions").glob("0*.py")), migrate.revisions(), strict=True):
        step = import_module(f"migrations.versions.{path.stem}")
        assert (step.revision, step.down_revision) == (number, before)
        before = number


async def test_upgrading_again_changes_nothing(empty_url: str) -> None:
    database = await upgraded(empty_url)
    async with database.transaction() as db:
        db.add(CommunityRow(id="c", name="Les Relais", language="fr", zone="Europe/Paris"))
    await migrate.upgrade(database)
    async with database.reading() as db:
        assert await db.get(CommunityRow, "c") is not None
    await database.close()


async def test_a_newer_database_is_refused_untouched(empty_url: str) -> None:
    database = await upgraded(empty_url)
    await set_revision(database, "9999")
    with pytest.raises(StorageError, match=r"newer Relais: its revision 9999.*Nothing was changed"):
        await migrate.upgrade(database)
    async with database.reading() as db:
        assert await db.scalar(text("SELECT version_num FROM alembic_version")) == "9999"
    await database.close()


async def test_the_file_of_a_newer_database_is_refused_untouched(tmp_path: Path) -> None:
    database = await upgraded(sqlite_at(tmp_path))
    await set_revision(database, "9999")
    await database.close()
    before = (tmp_path / "relais.db").read_bytes()
    database = Database(sqlite_at(tmp_path))
    await database.open()
    with pytest.raises(StorageError, match="newer Relais"):
        await migrate.upgrade(database)
    await database.close()
    assert (tmp_path / "relais.db").read_bytes() == before
    assert not list(tmp_path.glob("*.bak"))


async def test_a_failing_migration_leaves_everything_as_it_was(empty_url: str) -> None:
    database = Database(empty_url)
    await database.open()
    async with database.restructuring() as connection:
        await connection.execute(text("CREATE TABLE space (surprise TEXT)"))
    with pytest.raises(Exception, match="already exists"):
        await migrate.upgrade(database)
    async with database.restructuring() as connection:
        tables = await connection.run_sync(lambda sync: sync.dialect.get_table_names(sync))
    await database.close()
    assert tables == ["space"]


async def test_one_copy_is_kept_beside_an_upgraded_file(tmp_path: Path) -> None:
    file = tmp_path / "relais.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE words (word TEXT)")
        connection.execute("INSERT INTO words VALUES ('kept')")
        connection.commit()
    migrate.back_up(file, "0002")
    copy = migrate.back_up(file, "0003")
    assert [path.name for path in tmp_path.glob("*.bak")] == ["relais.db.before-0003.bak"]
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT word FROM words").fetchone() == ("kept",)


async def test_a_copy_that_fails_is_told(tmp_path: Path) -> None:
    file = tmp_path / "relais.db"
    file.touch()
    (tmp_path / "relais.db.before-0002.bak").mkdir()
    with pytest.raises(StorageError, match="cannot be copied first"):
        migrate.back_up(file, "0002")
    assert not list(tmp_path.glob("*.part"))


async def test_an_old_file_is_copied_then_upgraded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = await upgraded(sqlite_at(tmp_path))
    script = migrate.MIGRATIONS
    later = tmp_path / "migrations"
    (later / "versions").mkdir(parents=True)
    (later / "env.py").write_text((script / "env.py").read_text())
    for step in (script / "versions").glob("0*.py"):
        (later / "versions" / step.name).write_text(step.read_text())
    last = max(step.name[:4] for step in (later / "versions").glob("0*.py"))
    (later / "versions" / "9000_later.py").write_text(LATER.format(last=last))
    monkeypatch.setattr(migrate, "MIGRATIONS", later)
    await fill(database)
    await migrate.upgrade(database)
    async with database.reading() as db:
        assert await db.scalar(text("SELECT motto FROM community")) == "ensemble"
        assert await db.scalar(text("SELECT count(*) FROM space")) == 1
    await database.close()
    assert [path.name for path in tmp_path.glob("*.bak")] == ["relais.db.before-9000.bak"]


async def fill(database: Database) -> None:
    async with database.transaction() as db:
        await db.execute(text("INSERT INTO community (id, name, language, zone) VALUES ('c', 'Relais', 'fr', 'UTC')"))
        await db.execute(
            text(
                "INSERT INTO space (key, community, platform, id, name, language, zone)"
                " VALUES ('town:1', 'c', 'town', '1', 'Relais', 'fr', 'UTC')"
            )
        )


LATER = """
import sqlalchemy as sa
from alembic import op

revision = "9000"
down_revision = "{last}"


def upgrade() -> None:
    with op.batch_alter_table("community", recreate="always") as table:
        table.add_column(sa.Column("motto", sa.String(), nullable=False, server_default="ensemble"))
"""


def test_nothing_new_makes_no_migration() -> None:
    assert migrate.revision("nothing").startswith("No migration")

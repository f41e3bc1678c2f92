"""Transactions: all or nothing, one at a time for a task, never around a platform call; claims never double."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import StatementError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.engine.models import ChannelMark, CommunityRow, PersonRow
from bot.engine.session import Database, StorageError, insert_once, outside_transaction, overwrite
from tests.postgres import Server

CLAIMER = """
import asyncio, sys
from sqlalchemy import text
from bot.engine.session import Database

async def main(url):
    database, claimed = Database(url), 0
    sys.stdin.read()
    while True:
        async with database.transaction() as db:
            row = (await db.execute(text(
                "SELECT space FROM channel_mark WHERE message = 'free' LIMIT 1" + sys.argv[2]
            ))).first()
            if row is None:
                break
            await db.execute(text("UPDATE channel_mark SET message = 'taken' WHERE space = :space"), {"space": row[0]})
            claimed += 1
    await database.close()
    print(claimed)

asyncio.run(main(sys.argv[1]))
"""


def community(id: str = "c") -> CommunityRow:
    return CommunityRow(id=id, name="Les Relais", language="fr", zone="Europe/Paris")


async def count(database: Database) -> int:
    async with database.reading() as db:
        return await db.scalar(select(func.count()).select_from(CommunityRow)) or 0


async def test_a_transaction_is_stored_at_its_end(database: Database) -> None:
    async with database.transaction() as db:
        db.add(community())
    assert await count(database) == 1


async def test_an_exception_undoes_everything(database: Database) -> None:
    async def fail() -> None:
        async with database.transaction() as db:
            db.add(community())
            await db.flush()
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert await count(database) == 0


async def test_cancelling_undoes_everything_and_frees_the_database(database: Database) -> None:
    written = asyncio.Event()

    async def write_for_ever() -> None:
        async with database.transaction() as db:
            db.add(community())
            await db.flush()
            written.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(write_for_ever())
    await written.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with database.transaction() as db:
        db.add(community("after"))
    assert await count(database) == 1


@pytest.mark.parametrize("inner", ["transaction", "reading"])
async def test_a_transaction_inside_a_transaction_says_what_to_do(database: Database, inner: str) -> None:
    async with database.transaction():
        with pytest.raises(RuntimeError, match="Use the session you have"):
            async with getattr(database, inner)():
                pytest.fail("opened")


async def test_a_platform_call_inside_a_transaction_is_refused(database: Database) -> None:
    async with database.transaction():
        with pytest.raises(RuntimeError, match="editing a message: no platform call inside a transaction"):
            outside_transaction("editing a message")
    outside_transaction("editing a message")


async def test_a_task_made_inside_a_transaction_is_not_inside(database: Database) -> None:
    async def elsewhere() -> None:
        outside_transaction("posting")
        async with database.transaction() as db:
            db.add(community("second"))

    async with database.transaction() as db:
        db.add(community("first"))
        task = asyncio.create_task(elsewhere())
    await task
    assert await count(database) == 2


async def test_a_transaction_may_be_of_a_class_of_its_own(database: Database) -> None:
    class Named(AsyncSession):
        name = "named"

    async with database.transaction(Named, info={"why": "test"}) as db:
        assert (db.name, db.info) == ("named", {"why": "test"})


async def test_readers_do_not_wait_for_the_writer(database: Database) -> None:
    async def read() -> int:
        return await count(database)

    async with database.transaction() as db:
        db.add(community())
        await db.flush()
        assert await asyncio.create_task(read()) == 0


async def test_tasks_that_count_lose_nothing(database: Database) -> None:
    async with database.transaction() as db:
        db.add(ChannelMark(space="s", channel="c", message="0"))

    async def add_one() -> None:
        async with database.transaction() as db:
            mark = (await db.scalars(select(ChannelMark).with_for_update())).one()
            mark.message = str(int(mark.message) + 1)

    await asyncio.gather(*(add_one() for _ in range(20)))
    async with database.reading() as db:
        assert await db.scalar(select(ChannelMark.message)) == "20"


async def test_processes_that_claim_never_claim_twice(database: Database) -> None:
    async with database.transaction() as db:
        db.add_all(ChannelMark(space=f"{i}", channel="c", message="free") for i in range(60))
    locking = " FOR UPDATE SKIP LOCKED" if database.dialect == "postgresql" else ""
    url = database.url.render_as_string(hide_password=False)
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", CLAIMER, url, locking, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        for _ in range(2)
    ]
    said = await asyncio.gather(*(process.communicate(b"") for process in processes))
    assert sum(int(out) for out, _ in said) == 60


async def test_inserting_once_says_whether_it_did(database: Database) -> None:
    row = {"id": "c", "name": "Les Relais", "language": "fr", "zone": "Europe/Paris"}
    async with database.transaction() as db:
        assert [await insert_once(db, CommunityRow, **row) for _ in range(2)] == [True, False]


async def test_overwriting_replaces_the_row_of_the_same_key(database: Database) -> None:
    async with database.transaction() as db:
        await overwrite(db, ChannelMark, [])
        await overwrite(db, ChannelMark, [{"space": "s", "channel": c, "message": "1"} for c in "ab"])
        await overwrite(db, ChannelMark, [{"space": "s", "channel": "b", "message": "2"}])
        rows = await db.execute(select(ChannelMark.channel, ChannelMark.message).order_by(ChannelMark.channel))
        assert [tuple(row) for row in rows] == [("a", "1"), ("b", "2")]


async def test_moments_come_back_aware_in_utc(database: Database) -> None:
    noon_in_paris = datetime(2026, 11, 23, 12, tzinfo=timezone(timedelta(hours=1)))
    async with database.transaction() as db:
        db.add(community())
        await db.flush()
        db.add(PersonRow(id="p", community="c", created_at=noon_in_paris))
    async with database.reading() as db:
        stored = await db.scalar(select(PersonRow.created_at))
    assert stored is not None
    assert stored.isoformat() == "2026-11-23T11:00:00+00:00"


async def test_a_naive_moment_is_refused(database: Database) -> None:
    async def write() -> None:
        async with database.transaction() as db:
            await db.execute(
                update(PersonRow).values(created_at=datetime(2026, 11, 23, tzinfo=UTC).replace(tzinfo=None))
            )

    with pytest.raises(StatementError, match="has no time zone"):
        await write()


async def test_memory_is_one_database_for_everybody() -> None:
    database = Database("sqlite+aiosqlite://")
    await database.open()
    async with database.restructuring() as connection:
        await connection.run_sync(CommunityRow.metadata.create_all)

    async def write(id: str) -> None:
        async with database.transaction() as db:
            db.add(community(id))
        await count(database)

    await asyncio.gather(*(write(str(i)) for i in range(5)))
    assert await count(database) == 5
    await database.close()


async def test_the_folder_is_made(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/data/relais.db")
    await database.open()
    await database.close()
    assert (tmp_path / "data" / "relais.db").exists()


async def test_a_missing_path_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"Nothing was changed\. Create its folder"):
        await Database(f"sqlite:///{tmp_path}/no/such/relais.db").open()


async def test_a_text_file_is_refused_untouched(tmp_path: Path) -> None:
    file = tmp_path / "relais.db"
    file.write_text("my shopping list")
    with pytest.raises(StorageError, match="is not a SQLite database"):
        await Database(f"sqlite:///{file}").open()
    assert file.read_text() == "my shopping list"


async def test_a_damaged_file_is_refused_untouched(tmp_path: Path) -> None:
    file = tmp_path / "relais.db"
    database = Database(f"sqlite:///{file}")
    async with database.restructuring() as connection:
        await connection.execute(text("CREATE TABLE words (word TEXT)"))
        await connection.execute(text("CREATE INDEX by_word ON words (word)"))
        await connection.execute(text("INSERT INTO words VALUES ('relais')"))
    await database.close()
    damaged = file.read_bytes()[:4096] + b"\x0d" * 4096 + file.read_bytes()[8192:]
    file.write_bytes(damaged)
    with pytest.raises(StorageError, match="is damaged"):
        await Database(f"sqlite:///{file}").open()
    assert file.read_bytes() == damaged


async def test_a_full_disk_is_told_and_undone(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/relais.db")
    async with database.restructuring() as connection:
        await connection.execute(text("CREATE TABLE words (word TEXT)"))

    async def fill() -> None:
        async with database.transaction() as db:
            await db.execute(text("PRAGMA max_page_count = 3"))
            await db.execute(text("INSERT INTO words VALUES (:word)"), {"word": "x" * 100_000})

    with pytest.raises(StorageError, match="the disk is full"):
        await fill()
    async with database.reading() as db:
        assert await db.scalar(text("SELECT count(*) FROM words")) == 0
    await database.close()


async def test_an_absent_server_is_told_without_the_password() -> None:
    with pytest.raises(StorageError, match="cannot be reached") as told:
        await Database("postgres://bot:secret@127.0.0.1:1/relais").open()
    assert "secret" not in str(told.value)


@pytest.mark.postgres
async def test_an_absent_database_is_told(server: Server) -> None:
    url = server.url.set(database="no_such_database")
    with pytest.raises(StorageError, match="does not exist"):
        await Database(url.render_as_string(hide_password=False)).open()


@pytest.mark.parametrize("url", ["mysql://localhost/relais", "relais.db", ""])
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(StorageError, match="DATABASE_URL"):
        Database(url)

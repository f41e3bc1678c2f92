"""What the doctor says of the machine: the database's folder, the port, who runs there already."""

from __future__ import annotations

import os
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import pytest
import uvicorn
from starlette.applications import Starlette

from bot.engine import migrate
from bot.engine.health import Health
from bot.engine.session import Database
from bot.serve import Server
from bot.web.site import watching
from tests.connecting.doctor.clinic import Clinic

NOBODY = 65534


@contextmanager
def as_nobody() -> Iterator[None]:
    """Without the rights of root, who may write anywhere."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def readable(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that everybody may read and nobody write."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o555)
        monkeypatch.chdir(folder)
        yield folder
        folder.chmod(0o755)


async def test_a_folder_that_cannot_be_written(clinic: Clinic, readable: Path) -> None:
    await clinic.doctor()  # imports everything: Python may lie in a folder that nobody else may read
    with as_nobody():
        said = await clinic.doctor()
    assert said.code == 1
    assert "✗ data/relais.db cannot be made" in said
    assert "Give Relais the right to write in data" in said


async def test_a_database_of_a_newer_relais(clinic: Clinic) -> None:
    await clinic.choose(clinic.town)
    database = Database("sqlite+aiosqlite:///data/relais.db")
    async with database.restructuring() as connection:
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    await database.close()
    said = await clinic.doctor()
    assert said.code == 1
    assert "✗ data/relais.db was used by a newer Relais: its revision 9999" in said
    assert "✓ The token works" in said, "the rest is looked at all the same"


async def test_a_database_with_a_table_less(clinic: Clinic) -> None:
    await clinic.choose(clinic.town)
    with closing(sqlite3.connect("data/relais.db")) as file:
        file.execute("DROP TABLE setting")
    said = await clinic.doctor()
    assert said.code == 1
    assert "✗ What the database holds cannot be read" in said
    assert "relais db check" in said


async def test_a_file_that_is_no_database(clinic: Clinic) -> None:
    (clinic.folder / "data").mkdir()
    (clinic.folder / "data" / "relais.db").write_text("dear diary")
    said = await clinic.doctor()
    assert said.code == 1
    assert "✗ data/relais.db is not a SQLite database" in said
    assert "put a backup in its place" in said


async def test_a_server_of_databases_that_is_not_there(clinic: Clinic) -> None:
    pytest.importorskip("asyncpg")
    clinic.env.setenv("DATABASE_URL", "postgresql://relais:hush@127.0.0.1:1/relais")
    said = await clinic.doctor()
    assert said.code == 1
    assert "cannot be reached" in said
    assert "hush" not in said


async def test_a_database_that_the_next_start_completes(clinic: Clinic, empty_url: str) -> None:
    clinic.without("slack")
    clinic.env.setenv("DATABASE_URL", empty_url)
    said = await clinic.doctor()
    assert said.code == 0
    assert "is made at the first start" in said or "is empty: the first start makes its tables" in said
    database = Database(empty_url)
    await database.open()
    await migrate.upgrade(database)
    await database.close()
    assert "can be read, and is as this version wants it" in await clinic.doctor()


async def test_a_port_that_somebody_else_holds(clinic: Clinic) -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        clinic.env.setenv("WEB_PORT", str(stranger.getsockname()[1]))
        clinic.env.setattr("bot.connecting.doctor.house.PATIENCE", 0.2)
        said = await clinic.doctor()
    assert said.code == 1
    assert "✗ Relais cannot listen on 127.0.0.1" in said
    assert "WEB_PORT=" in said


@contextmanager
def running(problems: dict[str, str]) -> Iterator[int]:
    """The pages of a Relais that runs; gives its port."""

    async def look() -> Health:
        return Health(not problems, problems)

    app = Starlette(routes=watching(look, lambda: b""))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(uvicorn.Config(app, log_config=None, lifespan="off"))
        serving = Thread(target=server.run, kwargs={"sockets": [listener]})
        serving.start()
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            serving.join()


async def test_relais_runs_already(clinic: Clinic) -> None:
    clinic.without("slack")
    with running({}) as port:
        clinic.env.setenv("WEB_PORT", str(port))
        said = await clinic.doctor()
    assert said.code == 0
    assert f"✓ Relais runs at http://127.0.0.1:{port}" in said


async def test_relais_runs_and_cannot_serve(clinic: Clinic) -> None:
    with running({"database": "OperationalError"}) as port:
        clinic.env.setenv("WEB_PORT", str(port))
        clinic.env.setenv("PUBLIC_URL", "https://127.0.0.1:1")
        said = await clinic.doctor()
    assert said.code == 1
    assert "✗ It cannot serve:" in said
    assert "OperationalError" in said
    assert "· https://127.0.0.1:1 does not answer, as seen from this machine" in said


async def test_pages_in_public_want_https(clinic: Clinic) -> None:
    clinic.env.setenv("PUBLIC_URL", "http://relais.example.org")
    assert "✗ PUBLIC_URL is http" in await clinic.doctor()

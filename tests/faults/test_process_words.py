"""What the real process does about a bad beginning, a full disk and an end: clear words, and nothing is spoilt."""

from __future__ import annotations

import http.client
import os
import resource
import signal
import socket
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.faults.process import SWIFTLY, Relais, Town

ROOM = 2_500_000
"""Bytes of the small disk."""


def tables(file: Path) -> list[str]:
    """All that is in a database."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as db:
        return list(db.iterdump())


# Ends


def test_it_ends_when_asked(relais: Relais) -> None:
    """Ctrl-C, then a stop from the system, each time with a page open that waits for news."""
    for how in (signal.SIGINT, signal.SIGTERM):
        relais.start()
        town = Town(relais)
        assert town.read("general").count("Good night") == int(how is signal.SIGTERM)
        town.says("Good night")
        page = http.client.HTTPConnection("127.0.0.1", relais.port, timeout=SWIFTLY)
        page.request("GET", f"/town/t1/{town.rooms['general']}/events")
        assert page.getresponse().status == 200
        assert relais.stop(how) < SWIFTLY
        page.close()
    assert "Traceback" not in relais.log


def test_it_ends_while_it_starts(relais: Relais) -> None:
    """Ctrl-C at once: no traceback, whatever it was doing."""
    process = relais.launch()
    process.send_signal(signal.SIGTERM)
    assert process.wait(SWIFTLY) in (0, -signal.SIGTERM)
    assert "Traceback" not in relais.log


# Bad beginnings


def test_a_port_that_is_taken(relais: Relais) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        relais.port = other.getsockname()[1]
        code, said = relais.fails()
    assert code == 1
    assert f"Relais cannot listen on 127.0.0.1:{relais.port}" in said
    assert f"WEB_PORT={relais.port + 1} make run" in said
    assert not relais.database.exists()


def test_a_database_that_another_relais_uses(relais: Relais, tmp_path: Path) -> None:
    relais.start()
    second = Relais(tmp_path / "second", DATABASE_URL=f"sqlite:///{relais.database}")
    second.folder.mkdir()
    code, said = second.fails()
    assert code == 1
    assert f"Another Relais already runs on {relais.database}. Nothing was changed." in said
    assert "Traceback" not in said
    relais.kill()
    second.start()
    second.kill()


def test_wrong_settings_are_all_told(relais: Relais) -> None:
    lines = ("DISCORD_TOKEN=123456789012345678", "SLACK_BOT_TOKEN=xapp-1-oops-secret", "LOG_LEVEL=loud", "WEB_PROT=80")
    (relais.folder / ".env").write_text("\n".join((*lines, "what is this")))
    code, said = relais.fails()
    assert code == 2
    assert "settings need your attention" in said
    for words in ("DISCORD_TOKEN", "SLACK_BOT_TOKEN", "LOG_LEVEL", "WEB_PROT", "mean WEB_PORT?", ".env, line 5"):
        assert words in said
    assert "Traceback" not in said
    assert "secret" not in said
    assert "123456789012345678" not in said
    assert not relais.database.exists()


def garbage(file: Path) -> None:
    file.write_bytes(b"these are my holiday photographs" * 1000)


def spoilt(file: Path) -> None:
    """A real database with some pages overwritten."""
    with closing(sqlite3.connect(file)) as db:
        db.executescript("CREATE TABLE t (a TEXT); CREATE INDEX i ON t (a)")
        db.executemany("INSERT INTO t VALUES (?)", [(f"{number} " * 50,) for number in range(2000)])
        db.commit()
    whole = file.read_bytes()
    file.write_bytes(whole[:8192] + os.urandom(20_000) + whole[28_192:])


def cut(file: Path) -> None:
    """Half of a real database."""
    spoilt(file)
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


@pytest.mark.parametrize("spoil", [garbage, spoilt, pytest.param(cut, marks=pytest.mark.soak)])
def test_a_file_that_is_no_database(relais: Relais, spoil: Callable[[Path], None]) -> None:
    spoil(relais.database)
    before = relais.database.read_bytes()
    code, said = relais.fails()
    assert code == 1
    assert "is not a SQLite database" in said or "is damaged" in said
    assert "Nothing was changed" in said
    assert "backup" in said
    assert "Traceback" not in said
    assert relais.database.read_bytes() == before
    assert [it.name for it in relais.folder.iterdir() if it.name.startswith("relais.db")] == ["relais.db"]


def test_a_database_of_a_newer_relais(relais: Relais) -> None:
    with closing(sqlite3.connect(relais.database)) as db:
        db.executescript(
            "PRAGMA journal_mode=WAL; CREATE TABLE alembic_version (version_num TEXT); CREATE TABLE future (what TEXT);"
            "INSERT INTO alembic_version VALUES ('9999'); INSERT INTO future VALUES ('flying cars');"
        )
    before = tables(relais.database), relais.database.read_bytes()
    code, said = relais.fails()
    assert code == 1
    assert "newer Relais" in said
    assert "9999" in said
    assert "Nothing was changed" in said
    assert "Traceback" not in said
    assert (tables(relais.database), relais.database.read_bytes()) == before


def test_a_folder_where_it_may_not_write(relais: Relais) -> None:
    relais.database = relais.folder / "missing" / "deeper" / "relais.db"
    code, said = relais.fails()
    assert code == 1
    assert "Create its folder" in said
    assert "Traceback" not in said


# A full disk


@pytest.fixture
def small(relais: Relais) -> Iterator[Relais]:
    """Relais with its database on a disk of its own, where this machine permits it."""
    disk = relais.folder / "disk"
    disk.mkdir()
    relais.database = disk / "relais.db"
    mount = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(disk)]
    with suppress(FileNotFoundError):
        subprocess.run(mount, check=False, capture_output=True)
    yield relais
    relais.kill()
    if os.path.ismount(disk):
        subprocess.run(["umount", str(disk)], check=True)


def fill(relais: Relais) -> Callable[[], None]:
    """Leave no room; gives what makes room again. On a shared disk, the process may write no longer files than now."""
    disk = relais.database.parent
    if os.path.ismount(disk):
        ballast = disk / "ballast"
        with suppress(OSError), ballast.open("wb", buffering=0) as file:
            while file.write(b"\0" * 4096):
                pass
        return ballast.unlink
    assert relais.process is not None
    pid, longest = relais.process.pid, max(it.stat().st_size for it in disk.iterdir())
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (longest // 2, before[1]))

    def empty() -> None:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)

    return empty


def test_a_full_disk_while_it_runs(small: Relais) -> None:
    """It says so, refuses what it cannot keep, lives on, and goes on by itself once there is room."""
    small.start()
    town = Town(small)
    assert town.joins("Before")
    empty = fill(small)
    refused = [name for name in (f"During{number}" for number in range(40)) if not town.joins(name)]
    assert refused, "the disk is not full"
    assert small.get("/healthz")[0] == 200
    assert "the disk is full" in small.log or "the disk fails" in small.log
    empty()
    assert town.joins("After")
    town.passes("hour")
    assert {"Before", "After"} <= town.people()
    assert "@Before" in town.read("welcome")
    assert "@After" in town.read("welcome")
    assert small.stop() < SWIFTLY
    with closing(sqlite3.connect(small.database)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_full_disk_when_it_starts(small: Relais) -> None:
    if not os.path.ismount(small.database.parent):
        pytest.skip("this machine lends no small disk")
    empty = fill(small)
    code, said = small.fails()
    assert code == 1
    assert "the disk is full" in said
    assert "Traceback" not in said
    empty()
    small.start()
    small.stop()

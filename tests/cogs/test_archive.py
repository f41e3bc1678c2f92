"""``relais import``: exports into the archive, as whoever runs Relais does it."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import pytest

from bot.__main__ import main
from bot.chat.things import Space
from bot.cog.exports import Said
from bot.engine import migrate
from bot.engine.archive import MessageArchive
from bot.engine.clock import SystemClock
from bot.engine.people import People
from bot.engine.session import Database
from bot.engine.spaces import Spaces
from tests.exports.makers import (
    discord_file,
    discord_message,
    discord_user,
    slack_files,
    slack_message,
    write_json,
    write_zip,
)

ROOT = Path(__file__).parent.parent.parent
SERVER = Space("discord", "111", "Les Relais", "fr", "Europe/Paris")
WORKSPACE = Space("slack", "T1", "Relais HQ")
ELSEWHERE = Space("discord", "999", "Ailleurs")
T = TypeVar("T")


@pytest.fixture(autouse=True)
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The environment of a process of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'relais.db'}")
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    return tmp_path / "relais.db"


def inside(path: Path, work: Callable[[Database, Spaces], Awaitable[T]]) -> T:
    async def run() -> T:
        database = Database(f"sqlite:///{path}")
        await database.open()
        try:
            await migrate.upgrade(database)
            spaces = Spaces(database, Random(1))
            await spaces.load()
            return await work(database, spaces)
        finally:
            await database.close()

    return asyncio.run(run())


def know(path: Path, *spaces: Space) -> None:
    async def see(database: Database, known: Spaces) -> None:
        for space in spaces:
            await known.see(space)

    inside(path, see)


def kept(path: Path, space: Space = SERVER) -> list[Said]:
    async def read(database: Database, spaces: Spaces) -> list[Said]:
        archive = MessageArchive(database, People(database, Random(2), SystemClock().now))
        return [kept.said async for kept in archive.messages(spaces.community_of(space))]

    return inside(path, read)


def export(folder: Path, messages: Sequence[Any], name: str = "export.json") -> Path:
    return write_json(folder / name, discord_file(messages))


ADA, BOB = discord_user("9", "Ada"), discord_user("8", "Bob")
TALK = [
    discord_message("1", "Bonjour", author=ADA),
    discord_message("2", "Salut !", author=BOB, timestamp="2025-03-01T10:01:00+00:00"),
]


def test_an_export_is_kept(tmp_path: Path, database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    know(database, SERVER)
    assert main(["import", str(export(tmp_path, TALK))]) == 0
    assert "Les Relais: 2 new messages are in the archive." in capsys.readouterr().out
    assert [(said.text, said.author_name, said.channel_name) for said in kept(database)] == [
        ("Bonjour", "Ada", "général"),
        ("Salut !", "Bob", "général"),
    ]


def test_it_speaks_french_where_the_terminal_does(
    tmp_path: Path, database: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    know(database, SERVER)
    assert main(["import", str(export(tmp_path, TALK))]) == 0
    assert "2 nouveaux messages" in capsys.readouterr().out
    assert main(["import", str(tmp_path / "rien.zip")]) == 2
    assert "n’existe pas" in capsys.readouterr().err


def test_importing_again_changes_nothing(tmp_path: Path, database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    know(database, SERVER)
    path = export(tmp_path, [*TALK, TALK[0]])
    main(["import", str(path)])
    before = kept(database)
    assert main(["import", str(path)]) == 0
    assert "0 new messages" in capsys.readouterr().out
    assert kept(database) == before
    assert len(before) == 2


def test_an_edited_text_takes_the_place_of_the_old_one(
    tmp_path: Path, database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    know(database, SERVER)
    main(["import", str(export(tmp_path, TALK))])
    edited = discord_message("1", "Bonsoir", author=ADA, timestampEdited="2025-03-02T10:00:00+00:00")
    main(["import", str(export(tmp_path, [edited], "new.json"))])
    assert "edited since" in capsys.readouterr().out
    assert kept(database)[0].text == "Bonsoir"
    main(["import", str(tmp_path / "export.json")])
    assert kept(database)[0].text == "Bonsoir"


def test_a_slack_export_goes_to_its_workspace(tmp_path: Path, database: Path) -> None:
    know(database, SERVER, WORKSPACE)
    files = slack_files({"2025-03-01": [slack_message("1740823200.0001", "Hello <@U2>")]})
    assert main(["import", str(write_zip(tmp_path / "slack.zip", files))]) == 0
    assert [(said.text, len(said.mentions)) for said in kept(database, WORKSPACE)] == [("Hello @Bob", 1)]
    assert kept(database, SERVER) == []


def test_the_history_of_another_platform_joins_a_community(tmp_path: Path, database: Path) -> None:
    know(database, SERVER, ELSEWHERE)
    files = slack_files({"2025-03-01": [slack_message("1740823200.0001", "Hello")]})
    path = write_zip(tmp_path / "slack.zip", files)
    assert main(["import", str(path), "--space", "discord:111"]) == 0
    assert len(kept(database, SERVER)) == 1


@pytest.mark.parametrize(
    ("spaces", "arguments", "says"),
    [
        ((), (), "serves no community yet"),
        ((), ("--space", "slack:X"), "Start it there once"),
        ((WORKSPACE, ELSEWHERE), (), "--space and one of: discord:999 (Ailleurs) and slack:T1 (Relais HQ)"),
        ((WORKSPACE,), ("--space", "slack:X"), "does not know the space slack:X. It knows: slack:T1 (Relais HQ)"),
    ],
)
def test_when_it_is_not_clear_which_community(
    tmp_path: Path,
    database: Path,
    capsys: pytest.CaptureFixture[str],
    spaces: tuple[Space, ...],
    arguments: tuple[str, ...],
    says: str,
) -> None:
    know(database, *spaces)
    assert main(["import", str(export(tmp_path, TALK)), *arguments]) == 2
    assert says in capsys.readouterr().err


def test_a_broken_export_leaves_nothing_behind(
    tmp_path: Path, database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    know(database, SERVER)
    export(tmp_path / "all", [discord_message(str(n)) for n in range(3_000)], "a.json")
    (tmp_path / "all" / "b.json").write_text('{"messages": [{]}')
    assert main(["import", str(tmp_path / "all")]) == 2
    said = capsys.readouterr().err
    assert "b.json is not valid JSON" in said
    assert kept(database) == []


def test_wrong_settings_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://x")
    assert main(["import", str(export(tmp_path, TALK))]) == 2
    assert "DATABASE_URL" in capsys.readouterr().err


def test_authors_can_erase_what_was_imported_and_it_stays_erased(tmp_path: Path, database: Path) -> None:
    know(database, SERVER)
    path = export(tmp_path, TALK)
    main(["import", str(path)])

    async def erase(database: Database, spaces: Spaces) -> tuple[Any, ...]:
        people = People(database, Random(3), SystemClock().now)
        community = spaces.community_of(SERVER)
        async with database.transaction() as db:
            person = (await people.owners(db, community.id, "discord", {"9": "Ada"}))["9"]
        exported = await people.export(community, person)
        await people.erase(community, person)
        return [row["text"] for row in exported["archived_message"]], await MessageArchive(database, people).count(
            community
        )

    texts, left = inside(database, erase)
    assert texts == ["Bonjour"]
    assert left == 2
    main(["import", str(path)])
    edited = discord_message("1", "Bonsoir", author=ADA, timestampEdited="2025-03-02T10:00:00+00:00")
    main(["import", str(export(tmp_path, [edited], "new.json"))])
    assert [said.text for said in kept(database)] == ["Salut !"]
    with closing(sqlite3.connect(database)) as connection:
        (row,) = connection.execute("SELECT * FROM archived_message WHERE message = '1'").fetchall()
        assert not {"9", "Ada", "Bonjour", "Bonsoir"} & set(row)


def test_an_import_that_was_killed_goes_on(tmp_path: Path, database: Path) -> None:
    know(database, SERVER)
    count = 4_000
    path = export(tmp_path, [discord_message(str(n), f"message {n}") for n in range(count)])
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "import", str(path)], env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=tmp_path
    )
    while process.poll() is None and rows(database) == 0:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    left = rows(database)
    assert 0 < left < count
    assert left % 1_000 == 0
    assert main(["import", str(path)]) == 0
    assert rows(database) == count


def rows(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        found: int = connection.execute("SELECT count(*) FROM archived_message").fetchone()[0]
        return found

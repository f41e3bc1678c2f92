"""What a verb of the command line is given: a voice, progress, and the database when it asks."""

from __future__ import annotations

import io
from argparse import Namespace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.chat.things import Space
from bot.cog.declare import Verb
from bot.cog.terminal import Terminal
from bot.cog.texts import Voice, t
from bot.engine.clock import HandClock
from bot.terminal import Shown, language_of, run

START = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Screen(io.StringIO):
    """A stream that is a terminal, or not."""

    def __init__(self, is_terminal: bool) -> None:
        super().__init__()
        self.is_terminal = is_terminal

    def isatty(self) -> bool:
        return self.is_terminal


def told(is_terminal: bool, total: int = 0) -> str:
    clock, screen = HandClock(START), Screen(is_terminal)
    shown = Shown(screen, Voice(), clock.now, t("Reading"), total)
    for seconds in range(0, 25, 5):
        clock.move_to(START + timedelta(seconds=seconds))
        shown(seconds * 100)
    shown.close()
    return screen.getvalue()


def test_progress_is_one_line_that_moves_on_a_terminal_and_leaves_nothing() -> None:
    said = told(is_terminal=True, total=2_000)
    assert "\rReading: 25 %, 500 messages, 100/s" in said
    assert "\n" not in said
    assert said.endswith(" \r")


def test_elsewhere_progress_is_a_line_now_and_then() -> None:
    assert told(is_terminal=False).splitlines() == [
        "Reading: 1,000 messages, 100/s",
        "Reading: 2,000 messages, 100/s",
    ]


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LC_MESSAGES": "fr", "LANG": "en"}, "fr"),
        ({"LANG": "de_DE"}, "en"),
    ],
)
def test_the_language_of_the_environment(environ: dict[str, str], language: str) -> None:
    assert language_of(environ) == language


def verb(work: object) -> Verb:
    return Verb("try", "Try.", lambda parser: None, work)  # type: ignore[arg-type]


def test_a_verb_may_open_the_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'relais.db'}")
    monkeypatch.chdir(tmp_path)
    seen: list[Space] = []

    async def work(terminal: Terminal, args: Namespace) -> int:
        async with terminal.relais() as relais:
            seen.extend(relais.spaces())
            async with relais.db() as db:
                await db.connection()
        return 4

    assert run(verb(work), Namespace()) == 4
    assert seen == []
    assert (tmp_path / "relais.db").exists()


def test_a_database_that_cannot_be_used_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "relais.db").write_text("not a database at all")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'relais.db'}")
    monkeypatch.chdir(tmp_path)

    async def work(terminal: Terminal, args: Namespace) -> int:
        async with terminal.relais():
            return 0

    assert run(verb(work), Namespace()) == 2
    assert "is not a SQLite database" in capsys.readouterr().err


def test_what_a_terminal_cannot_show_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.TextIOWrapper(io.BytesIO(), encoding="latin-1")
    monkeypatch.setattr("sys.stdout", screen)

    async def work(terminal: Terminal, args: Namespace) -> int:
        terminal.say("été 👋")
        terminal.write('{"a": "👋"}\n'.encode())
        return 0

    assert run(verb(work), Namespace()) == 0
    screen.flush()
    raw = screen.buffer
    assert isinstance(raw, io.BytesIO)
    assert raw.getvalue() == "été \\U0001f44b\n".encode("latin-1") + '{"a": "👋"}\n'.encode()

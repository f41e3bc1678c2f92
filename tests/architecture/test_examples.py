"""What the pages and the scaffold show works: it is run, in a copy of the house, as a newcomer would."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.workshop import scaffold

ROOT = Path(__file__).parent.parent.parent
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)

THANKS_TEST = """
from bot.rehearsal.stage import Stage


async def test_thanks_are_said_aloud(world: Stage) -> None:
    ada, bob = world.person("ada", here=True), world.person("bob", here=True)
    await ada.run("thank", member=bob, reason="the <b>cake</b>")
    assert "the <b>cake</b>" in bob.reads("general")
    assert "Thank you for saying so" in ada.sees
    await world.set("thanks", aloud=False)
    await bob.run("thank", member=ada, reason="the recipe")
    assert "the recipe" not in ada.reads("general")
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what runs, without its tests, with the examples in place."""
    house = tmp_path_factory.mktemp("house")
    for name in ("bot", "cogs", "locales", "migrations"):
        shutil.copytree(ROOT / name, house / name)
    (house / "tests" / "cogs").mkdir(parents=True)
    shutil.copytree(ROOT / "tests/wire", house / "tests/wire", ignore=shutil.ignore_patterns("test_*"))
    for path in (ROOT / "pyproject.toml", *(ROOT / "tests").glob("*.py")):
        shutil.copy(path, house / path.relative_to(ROOT))
    return house


def run(house: Path, *command: str) -> str:
    """What a command of the house printed. Fails the test when it fails."""
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=house,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(house)},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def blocks(page: str) -> list[str]:
    return BLOCK.findall((ROOT / page).read_text("utf-8"))


def test_the_examples_work(house: Path) -> None:
    (house / "cogs" / "thanks.py").write_text(blocks("README.md")[0], "utf-8")
    (house / "tests/cogs/test_thanks.py").write_text(THANKS_TEST, "utf-8")
    *parts, test = blocks("docs/writing-a-cog.md")
    (house / "cogs" / "book_club.py").write_text("\n".join(parts), "utf-8")
    (house / "tests/cogs/test_book_club.py").write_text(test, "utf-8")
    written = scaffold.write("round_table", house)
    run(house, "ruff", "check", *(str(path.relative_to(house)) for path in written))
    run(house, "ruff", "format", "--check", *(str(path.relative_to(house)) for path in written))
    for platform in ("discord", "slack"):
        said = run(house, "pytest", "-q", "-p", "no:cacheprovider", f"--on={platform}", "tests/cogs")
        assert "3 passed" in said


@pytest.mark.parametrize("name", ["Polls", "p", "2polls", "book-club", "../x", "class", "match", "relais", "a" * 31])
def test_a_bad_name_is_refused(name: str, tmp_path: Path) -> None:
    assert scaffold.refusal(name, tmp_path)


def test_what_exists_is_not_written_over(tmp_path: Path) -> None:
    assert scaffold.refusal("book_club", tmp_path) == ""
    cog, test = scaffold.write("book_club", tmp_path)
    cog.unlink()
    assert test.name in scaffold.refusal("book_club", tmp_path)
    test.unlink()
    assert scaffold.refusal("book_club", tmp_path) == ""
    (tmp_path / "cogs" / "book_club").mkdir()
    assert "exists already" in scaffold.refusal("book_club", tmp_path)


def test_a_command_of_another_cog_is_not_taken(tmp_path: Path) -> None:
    assert "'people'" in scaffold.refusal("privacy", tmp_path)

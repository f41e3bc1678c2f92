"""The generated pages say what the code does, and the other pages lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.rehearsal import script
from bot.workshop import docs

ROOT = Path(__file__).parent.parent.parent
WRITTEN = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
BLOCK = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("name", ["docs/commands.md", "docs/settings.md"])
def test_generated_pages_say_what_the_code_does(name: str) -> None:
    path = ROOT / name
    assert path.exists(), "run `make docs`"
    assert path.read_text("utf-8") == docs.pages()[name], "run `make docs`"


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    links = [
        link for link in LINK.findall(path.read_text("utf-8")) if "://" not in link and not link.startswith("mailto:")
    ]
    assert not [link for link in links if not (path.parent / link).exists()]


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_rehearsals_in_the_pages_can_be_read(path: Path) -> None:
    for source in BLOCK.findall(path.read_text("utf-8")):
        assert script.read(source).steps


def test_tables_keep_their_shape() -> None:
    text = docs.table(("a", "b"), [("x|y", "two\nlines")])
    assert text == "| a | b |\n| --- | --- |\n| x\\|y | two lines |\n"

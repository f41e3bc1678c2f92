"""``relais new-cog NAME``: a working cog and its test, to change into what you want."""

from __future__ import annotations

import keyword
import re
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from bot.engine import loader

ROOT = Path(__file__).parent.parent.parent
HERE = Path(__file__).parent

RESERVED = frozenset({"attention", "community", "relais", "test"})
"""Names of sections of the settings and of commands that are not a cog's."""


def refusal(name: str, root: Path = ROOT) -> str:
    """Why a cog cannot have this name; empty when it can."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,29}", name):
        return f"{name!r} cannot name a cog: 2 to 30 small letters, digits and _, a letter first, such as book_club."
    if keyword.iskeyword(name) or keyword.issoftkeyword(name) or name in RESERVED:
        return f"{name!r} means something else already. Choose another name."
    for path in (*_paths(name, root), root / "cogs" / name):
        if path.exists():
            return f"{path.relative_to(root)} exists already. Nothing was written."
    for cog in loader.load():
        if any(command.spec.path.split()[0] == name for command in cog.commands):
            return f"/{name} is a command of the cog {cog.name!r} already. Choose another name."
    return ""


def write(name: str, root: Path = ROOT) -> tuple[Path, Path]:
    """Write the cog and its test."""
    title = name.replace("_", " ").capitalize()
    paths = _paths(name, root)
    for path, template in zip(paths, ("new_cog.txt", "new_cog_test.txt"), strict=True):
        text = (HERE / template).read_text("utf-8")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("NAME", name).replace("TITLE", title), "utf-8")
    return paths


def _paths(name: str, root: Path) -> tuple[Path, Path]:
    return root / "cogs" / f"{name}.py", root / "tests" / "cogs" / f"test_{name}.py"


def add(parser: ArgumentParser) -> None:
    parser.add_argument("name", help="small letters, digits and _, such as book_club")


def run(args: Namespace) -> int:
    if words := refusal(args.name):
        print(words, file=sys.stderr)
        return 1
    cog, test = (path.relative_to(ROOT) for path in write(args.name))
    steps = {
        f"make test ARGS={test}": "passes; say there what you want, then write it",
        "make run": "meet it in the playground",
        "make docs": "collect its texts and describe it; then translate locales/fr.po",
    }
    width = max(map(len, steps))
    print(f"Written: {cog} and {test}.\n\nNext:")
    for command, words in steps.items():
        print(f"  {command:{width}}  {words}")
    print("\nThe rest is in docs/writing-a-cog.md.")
    return 0

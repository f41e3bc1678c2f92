"""Who may import what. import-linter forbids; here is what it cannot say: these, and nothing else."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent

COMMON = ("typing_extensions",)
"""Newer parts of ``typing``, everywhere but in the vocabulary."""
DATA = ("sqlalchemy", "aiosqlite", "asyncpg", "alembic")
ONLY = {
    "bot/chat": ("bot.chat",),
    "bot/cog": ("bot.cog", "bot.chat", "sqlalchemy", "pydantic", "annotated_types", "babel", "cronsim"),
    "bot/engine": (
        *("bot.engine", "bot.cog", "bot.chat", "pydantic", "pydantic_core", *DATA),
        *("apscheduler", "cronsim", "structlog", "prometheus_client", "aiohttp", "yarl"),
    ),
    "bot/platforms/playground": ("bot.platforms.playground", "bot.chat", "starlette", "jinja2"),
    "bot/platforms/discord": ("bot.platforms.discord", "bot.chat", "discord", "aiohttp"),
    "bot/platforms/slack": ("bot.platforms.slack", "bot.chat", "slack_bolt", "slack_sdk", "aiohttp", "starlette"),
    "bot/web": ("bot.web", "bot.engine", "bot.cog", "bot.chat", "starlette", "jinja2", "itsdangerous"),
    "bot/rehearsal": (
        *("bot.rehearsal", "bot.app", "bot.engine", "bot.platforms.playground", "bot.cog", "bot.chat"),
        *("babel", "ruamel", "sqlalchemy", "structlog"),
    ),
    "bot/workshop": ("bot.workshop", "bot.config", "bot.engine", "bot.cog", "bot.chat", "babel", "jinja2"),
    "bot/connecting": (
        *("bot.connecting", "bot.config", "bot.engine", "bot.cog", "bot.platforms.discord", "bot.platforms.slack"),
        *("bot.connections", "bot.web.port", "bot.logs", "bot.chat", "aiohttp"),
    ),
    "bot/config.py": ("pydantic", "pydantic_settings"),
}
"""For each folder, what it may import besides the standard library."""

COG_FORBIDS = ("bot", "cogs", "discord", "slack_bolt", "slack_sdk", "aiosqlite", "asyncpg", "apscheduler", "starlette")

RAW: tuple[str, ...] = ()
"""The files that reach through a neutral object for the platform's own (``.raw``). Each needs a reason here."""


def files(place: str) -> list[Path]:
    path = ROOT / place
    return [path] if path.suffix else sorted(path.rglob("*.py"))


def imported(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def within(name: str, packages: tuple[str, ...]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


@pytest.mark.parametrize("place", ONLY)
def test_a_folder_imports_only_what_it_may(place: str) -> None:
    may = (*ONLY[place], *(COMMON if place != "bot/chat" else ()))
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in files(place)
        for line, name in imported(path)
        if name.split(".")[0] not in sys.stdlib_module_names and not within(name, may)
    ]
    assert not wrong, "\n".join(wrong)


def test_every_folder_of_the_bot_has_its_rule() -> None:
    folders = {path.relative_to(ROOT).as_posix() for path in (ROOT / "bot").glob("*/__init__.py")}
    ruled = {place.removesuffix("/__init__.py") for place in ONLY}
    missing = {
        folder.removesuffix("/__init__.py")
        for folder in folders
        if not any(place.startswith(folder.removesuffix("/__init__.py")) for place in ruled)
    }
    assert not missing


def test_a_cog_imports_bot_cog_and_libraries_of_its_trade() -> None:
    wrong = []
    for path in files("cogs"):
        own = ".".join(path.relative_to(ROOT).with_suffix("").parts[:2])
        wrong += [
            f"{path.relative_to(ROOT)}:{line} imports {name}"
            for line, name in imported(path)
            if within(name, COG_FORBIDS) and not within(name, ("bot.cog", own))
        ]
    assert not wrong, "\n".join(wrong)


def test_a_cog_takes_what_bot_cog_hands_out() -> None:
    """``from bot.cog import …``, not from the modules behind it: they may move."""
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}: from {node.module} import …"
        for path in files("cogs")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("bot.cog.")
    ]
    assert not wrong, "\n".join(wrong)


def test_nothing_imports_inside_a_function_without_need() -> None:
    """Imports stand at the top, where the rules above are read; a heavy library may come late, in a cog."""
    wrong = [
        f"{path.relative_to(ROOT)}:{inner.lineno}"
        for path in files("bot")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.ImportFrom) and (inner.module or "").startswith("bot")
    ]
    assert not wrong, "\n".join(wrong)


def test_users_of_the_raw_escape_are_listed() -> None:
    users = tuple(
        path.relative_to(ROOT).as_posix()
        for folder in ("bot/engine", "bot/cog", "bot/web", "cogs")
        for path in files(folder)
        if any(isinstance(n, ast.Attribute) and n.attr == "raw" for n in ast.walk(ast.parse(path.read_text("utf-8"))))
    )
    assert users == RAW

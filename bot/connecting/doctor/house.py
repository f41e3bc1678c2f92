"""What Relais needs on its own machine: settings, database, pages."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from random import SystemRandom
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bot.chat.checkup import Checkup
from bot.cog.declare import Cog
from bot.config import LOOPBACK, Config
from bot.engine import migrate
from bot.engine.clock import Clock
from bot.engine.host import Engine
from bot.engine.session import Database, StorageError, check_file
from bot.web.port import port_problem

SETTINGS, DATABASE, PAGES = "Settings", "Database", "Pages"
PATIENCE = 10.0
"""Seconds that the database or a page of ours may take to answer."""
IN_MEMORY = "sqlite://"
ALIVE, NOBODY = (200, "alive"), (0, "")
"""What /healthz answers, and what stands for no answer."""


def settings(config: Config, env_file: Path, checkup: Checkup) -> None:
    """They could be read; what else is there to say of them."""
    if env_file.is_file():
        checkup.good(f"{env_file} and the environment can be read, and nothing in them is wrong")
        if config.secrets() and os.name == "posix" and env_file.stat().st_mode & 0o077:
            checkup.note(f"Others on this machine may read {env_file}, which holds secrets", f"chmod 600 {env_file}")
    else:
        checkup.good("The environment can be read, and nothing in it is wrong")
    for variable, base in (("DISCORD_API_BASE", config.discord_api_base), ("SLACK_API_BASE", config.slack_api_base)):
        if base:
            checkup.note(f"{variable} leads to {base}")
    if not (config.discord_token or config.slack_bot_token or config.slack_client_id):
        checkup.note(
            "No token is set: Relais opens the playground",
            "To connect Discord or Slack: cp .env.example .env, and follow the README",
        )


# The database


async def database(config: Config, cogs: tuple[Cog[Any], ...], clock: Clock, checkup: Checkup) -> tuple[Engine, bool]:
    """An engine that knows the spaces and settings that are stored, and whether they could be read.

    Nothing is written: the file is opened for reading alone.
    """
    try:
        opened = Database(config.database_url, read_only=True)
    except StorageError as error:
        checkup.wrong(*_told(error))
        opened = Database(IN_MEMORY)
        readable = False
    else:
        readable = await _is_current(opened, checkup)
    engine = Engine(database=opened, clock=clock, random=SystemRandom(), cogs=cogs, owner="doctor", side_by_side=1)
    return engine, readable and await _loaded(engine, checkup)


async def _loaded(engine: Engine, checkup: Checkup) -> bool:
    """Whether the spaces and the settings could be read."""
    try:
        async with asyncio.timeout(PATIENCE):
            await engine.spaces.load()
            await engine.settings.reload()
    except Exception as error:
        checkup.wrong(f"What the database holds cannot be read ({type(error).__name__})", "relais db check says more")
        return False
    return True


async def _is_current(database: Database, checkup: Checkup) -> bool:
    """Whether it can be read as this version writes it."""
    if database.file is not None and not _file(database.file, checkup):
        return False
    place = str(database.file or "The database")
    try:
        async with asyncio.timeout(PATIENCE):
            if database.file is None:
                await database.open()
            standing = await migrate.standing(database)
    except TimeoutError:
        checkup.wrong(f"{place} does not answer", "Check that it runs, and that DATABASE_URL leads to it")
        return False
    except StorageError as error:
        checkup.wrong(*_told(error))
        return False
    if not standing.known:
        checkup.wrong(
            f"{place} was used by a newer Relais: its revision {standing.present} is unknown to this one",
            "Start the newer Relais again, or put back the copy made before it was installed",
        )
    elif standing.is_current:
        checkup.good(f"{place} can be read, and is as this version wants it")
    elif standing.present is None:
        checkup.good(f"{place} is empty: the first start makes its tables")
    else:
        checkup.good(f"{place} is of an older version: the next start brings it up to date")
    return standing.is_current


def _file(path: Path, checkup: Checkup) -> bool:
    """Whether there is a SQLite file that can be read."""
    folder = path.parent
    if not path.exists():
        if _may_write(folder if folder.exists() else folder.parent):
            checkup.good(f"{path} is made at the first start")
        else:
            checkup.wrong(
                f"{path} cannot be made", f"Give Relais the right to write in {folder}, or correct DATABASE_URL"
            )
        return False
    try:
        check_file(path)
    except StorageError as error:
        checkup.wrong(*_told(error))
        return False
    if not (_may_write(path) and _may_write(folder)):
        checkup.wrong(
            f"{path} cannot be written", f"Give Relais the right to write this file and in {folder.absolute()}"
        )
    return True


def _may_write(path: Path) -> bool:
    wanted = os.W_OK | (os.X_OK if path.is_dir() else os.R_OK)
    return os.access(path, wanted, effective_ids=os.access in os.supports_effective_ids)


def _told(error: StorageError) -> tuple[str, str]:
    """A storage error's words: the first sentence says what is wrong, the others what to do."""
    what, _, cure = str(error).replace("Nothing was changed. ", "").partition(". ")
    return what, cure or "Correct DATABASE_URL"


# The pages


async def pages(config: Config, checkup: Checkup) -> None:
    """Whether the pages can be served, and where they are reached."""
    problem, runs = port_problem(config.web_host, config.web_port), False
    if not problem:
        checkup.good(f"{config.local_address} is free for the pages")
    elif runs := await _said(config.local_address, "/healthz") == ALIVE:
        checkup.good(f"Relais runs at {config.local_address}")
        status, ready = await _said(config.local_address, "/readyz")
        if status != 200:
            checkup.wrong(f"It cannot serve: {ready or status}", "Its log says why")
    else:
        what, _, cure = problem.partition("\n")
        checkup.wrong(what.rstrip("."), cure.replace("\n", " "))
    if urlsplit(config.public_url).scheme == "https":
        await _reached(config.public_url, runs, checkup)
    else:
        _unsafe(config, checkup)


async def _reached(public_url: str, runs: bool, checkup: Checkup) -> None:
    """Whether the public address leads to the Relais that runs here. Some networks hide it from their own machines."""
    said = await _said(public_url, "/healthz") if runs else ALIVE
    cure = "Look at its name, its certificate and the proxy, which passes the Host header on"
    if said == ALIVE:
        checkup.good(f"{'The pages are reached' if runs else 'Links will lead to the pages'} at {public_url}")
    elif said == NOBODY:
        checkup.note(f"{public_url} does not answer, as seen from this machine", cure)
    else:
        checkup.wrong(f"{public_url} leads elsewhere: it answers {said[0]}", cure)


def _unsafe(config: Config, checkup: Checkup) -> None:
    if config.in_public:
        checkup.wrong(
            "PUBLIC_URL is http: links that sign in would travel in clear",
            "Put a reverse proxy with HTTPS in front, and write its https address",
        )
    elif config.web_host not in LOOPBACK and not config.public_url:
        checkup.note(
            f"The pages listen to the network on {config.web_host}, and links lead to this machine alone",
            "Set PUBLIC_URL to where people reach them, or WEB_HOST=127.0.0.1",
        )


async def _said(address: str, page: str) -> tuple[int, str]:
    """The status and text of one of our own pages, or ``NOBODY``."""
    timeout = aiohttp.ClientTimeout(total=PATIENCE)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(address + page) as answer:
            return answer.status, (await answer.content.read(500)).decode(errors="replace").strip()
    except (aiohttp.ClientError, OSError, TimeoutError):
        return NOBODY

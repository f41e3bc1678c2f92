"""``relais run``: the main job, until somebody stops it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from random import SystemRandom

import uvicorn

from bot.app import App
from bot.chat.platform import Platform, PlatformError
from bot.config import Config, ConfigError, load
from bot.connections import Connections
from bot.engine import loader
from bot.engine.clock import SystemClock
from bot.engine.session import Database, StorageError
from bot.logs import configure
from bot.playroom import Playroom
from bot.web.port import port_problem
from bot.web.site import site

STOP = (signal.SIGINT, signal.SIGTERM)


def add(parser: ArgumentParser) -> None:
    parser.add_argument("--quiet", action="store_true", help="print no welcome, only the log")


def run(args: Namespace) -> int:
    """0 when stopped by hand, 1 when it cannot serve, 2 when the settings are wrong."""
    try:
        config = load(os.environ, Path(".env"))
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 2
    secrets = [secret.get_secret_value() for secret in config.secrets()]
    configure(level=config.log_level, as_json=config.json_logs(sys.stderr.isatty()), secrets=secrets)
    try:
        return asyncio.run(serve(config, quiet=args.quiet))
    except (StorageError, PlatformError) as error:
        print(error, file=sys.stderr)
    return 1


async def serve(config: Config, *, quiet: bool) -> int:
    taken = port_problem(config.web_host, config.web_port)
    if taken:
        print(taken, file=sys.stderr)
        return 1
    clock, random = SystemClock(), SystemRandom()
    database = Database(config.database_url)
    connections = Connections(config)
    room = None if connections.platforms else Playroom(clock, random)
    app = App(
        database=database,
        clock=clock,
        random=random,
        cogs=loader.load(),
        platforms=[room.platform] if room else connections.platforms,
        owner=f"{socket.gethostname()}-{os.getpid()}",
        live=True,
        address=config.address,
    )
    await app.open()
    if room:
        await app.connect()
        room.open(app)
    routes = connections.routes if room is None else [] if config.in_public else room.routes()
    pages = site(app.engine, health=app.health, public_url=config.public_url, routes=routes)
    server = Server(
        uvicorn.Config(
            pages, config.web_host, config.web_port, log_config=None, lifespan="off", timeout_graceful_shutdown=5
        )
    )
    serving = asyncio.create_task(server.serve())
    try:
        if room is None:
            await app.connect()
        if not quiet:
            print(welcome(config, connections.platforms, app.out_of_reach), flush=True)
        await stopped(serving)
    finally:
        if room:
            room.close()
        server.should_exit = True
        await serving
        with contextlib.suppress(PlatformError):
            await app.stop()
    if not quiet:
        print("\nRelais has stopped. Everything is kept; `make run` goes on from here.", flush=True)
    return 0


class Server(uvicorn.Server):
    """Leaves signals to us: pages close after the streams they hold open."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def stopped(serving: asyncio.Task[None]) -> None:
    """Wait for Ctrl-C, for a stop from the system, or for the web server to fail."""
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in STOP:
        loop.add_signal_handler(one, asked.set)
    waiting = asyncio.create_task(asked.wait())
    await asyncio.wait({waiting, serving}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    for one in STOP:
        loop.remove_signal_handler(one)


def welcome(config: Config, platforms: Sequence[Platform], out_of_reach: Collection[str] = ()) -> str:
    if platforms:
        return connected(config, platforms, out_of_reach)
    if config.in_public:
        return f"\n  Relais is running:  {config.address}\n\n  To sign in there, send /dashboard in your community.\n"
    return "\n".join(
        (
            "",
            f"  Relais is running:  {config.address}",
            "",
            "  That page is the playground: a small demo community where you can play every part.",
            "    · press “A lively day” to see what Relais does",
            "    · act as any member, add a newcomer, move the clock",
            "    · read beside each message why the bot did it",
            "",
            "  Next: docs/writing-a-cog.md to add a feature; `relais rehearse FILE` to try settings on a virtual week.",
            "  Ctrl-C stops.",
            "",
        )
    )


def connected(config: Config, platforms: Sequence[Platform], out_of_reach: Collection[str] = ()) -> str:
    """What is served where, and what to do when nothing is."""
    served = [
        f"    · {space.name or space.id} ({platform.name})" for platform in platforms for space in platform.spaces()
    ]
    served += [f"    · {name.title()} does not answer: it is tried again until it does" for name in out_of_reach]
    return "\n".join(
        (
            "",
            f"  Relais is running:  {config.address}",
            "",
            *(served or ["  Nobody has invited it yet: add it to a server or a workspace."]),
            *([f"  To add it to a Slack workspace:  {config.address}/slack/install"] if config.slack_client_id else []),
            "",
            "  Next: type /settings there, or /dashboard to set it up in the browser.",
            "  Ctrl-C stops.",
            "",
        )
    )

"""``relais db``: the database's schema from the command line."""

from __future__ import annotations

import asyncio
import os
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from bot.config import ConfigError, load
from bot.engine import loader, migrate
from bot.engine.session import Database, StorageError


def add(parser: ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("upgrade", help="bring the database to this version's schema (done at every start)")
    actions.add_parser("check", help="say whether the migrations give exactly the tables that the code declares")
    actions.add_parser("revision", help="write a migration for the tables that changed").add_argument("message")


def run(args: Namespace) -> int:
    loader.load()
    try:
        if args.action == "revision":
            print(migrate.revision(args.message))
            return 0
        config = load(os.environ, Path(".env"))
        return asyncio.run(_with_database(args.action, Database(config.database_url)))
    except (ConfigError, StorageError) as error:
        print(error, file=sys.stderr)
        return 2


async def _with_database(action: str, database: Database) -> int:
    await database.open()
    try:
        if action == "upgrade":
            await migrate.upgrade(database)
            print("The database is up to date.")
            return 0
        differences = await migrate.check(database)
        print("\n".join(differences) or "The migrations give exactly the declared tables.")
        return 1 if differences else 0
    finally:
        await database.close()

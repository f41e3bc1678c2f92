"""``relais manifest``: the Slack app, made from the commands that the cogs declare."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace

from bot.cog.texts import Voice
from bot.connecting import configured
from bot.engine import loader
from bot.platforms.slack import creation_link, manifest


def add(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print the manifest itself instead of the link")


def run(args: Namespace) -> int:
    """0 once it is printed, 2 when the process's settings are wrong."""
    config = configured()
    if config is None:
        return 2
    commands = tuple(command.spec for cog in loader.load() for command in cog.commands)
    by_http = config.public_url if config.slack_signing_secret and not config.slack_app_token else ""
    document = manifest(commands, say=Voice().text, public_url=by_http, install_url=config.public_url)
    print(json.dumps(document, indent=2, ensure_ascii=False) if args.json else creation_link(document))
    return 0

"""``relais invite``: the link that adds the bot to a Discord server."""

from __future__ import annotations

import base64
import binascii
import sys
from argparse import ArgumentParser, Namespace

from bot.config import Config
from bot.connecting import configured
from bot.platforms.discord import invite_link


def add(parser: ArgumentParser) -> None:
    parser.add_argument("application", nargs="?", help="the application's id; read from DISCORD_TOKEN when it is set")


def run(args: Namespace) -> int:
    """0 once the link is printed, 2 when the application is not known."""
    config = configured()
    if config is None:
        return 2
    application = args.application or application_of(config)
    if not application.isdigit():
        print(
            "Give the application's id, from https://discord.com/developers/applications, General Information:\n"
            "    relais invite 123456789012345678",
            file=sys.stderr,
        )
        return 2
    print(invite_link(application))
    return 0


def application_of(config: Config) -> str:
    """A bot token begins with its application's id in base64; empty without one."""
    token = config.discord_token.get_secret_value() if config.discord_token else ""
    head = token.split(".")[0]
    try:
        return base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return ""

"""What Discord and Slack ask for before a bot may come in: ``relais invite`` and ``relais manifest``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from bot.config import Config, ConfigError, load


def configured() -> Config | None:
    """The process's settings; ``None`` once what is wrong with them is printed."""
    try:
        return load(os.environ, Path(".env"))
    except ConfigError as error:
        print(error, file=sys.stderr)
        return None

"""Discord: the adapter over discord.py's gateway and REST."""

from bot.platforms.discord.client import Discord

__all__ = ["Discord"]

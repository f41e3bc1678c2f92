"""Discord: the adapter over discord.py's gateway and REST."""

from bot.platforms.discord.client import Discord
from bot.platforms.discord.invite import invite_link

__all__ = ["Discord", "invite_link"]

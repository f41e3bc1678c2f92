"""The cog that the parts of moderation declare themselves on."""

from __future__ import annotations

from bot.cog import Cog
from cogs.moderation.settings import Settings

cog = Cog("moderation", Settings, title="Moderation")

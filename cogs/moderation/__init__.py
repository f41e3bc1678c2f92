"""Moderation people can trust: rules that explain themselves, cases that can be appealed, trials before anything."""

from __future__ import annotations

from bot.cog import Cog, CogSettings

cog: Cog[CogSettings] = Cog("moderation", title="Moderation")

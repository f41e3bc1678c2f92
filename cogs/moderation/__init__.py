"""Moderation people can trust: rules that explain themselves, cases that can be appealed, trials before anything."""

from __future__ import annotations

from bot.cog import Cog, CogSettings
from cogs.moderation import check_rules, judge

cog: Cog[CogSettings] = Cog("moderation", title="Moderation")

cog.verb("judge", judge.add)(judge.run)
cog.verb("check-rules", check_rules.add)(check_rules.run)

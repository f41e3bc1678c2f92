"""Moderation people can trust: rules that explain themselves, cases that can be appealed, trials before anything.

``seeing`` shows events to the rules, ``record`` stores what they found, ``carry`` and ``enforce`` act on it.
"""

from __future__ import annotations

from argparse import Namespace

from bot.cog import Can, Terminal, t
from cogs.moderation import (
    appealing,
    backtest,
    cases,
    check_rules,
    forgetting,
    hands,
    importing,
    judge,
    listing,
    manual,
    record,
    report,
    ruling,
    seeing,
    trial,
)
from cogs.moderation.base import cog

cog.verb("judge", judge.add)(judge.run)
cog.verb("check-rules", check_rules.add)(check_rules.run)


@cog.verb("backtest", backtest.add)
async def back_test(terminal: Terminal, args: Namespace) -> int:
    """Tell what moderation rules would have done on a history of messages."""
    return await backtest.run(terminal, args)


cog.uses(Can.DELETE_ANY, t("takes away messages that rules find"))
cog.uses(Can.TIMEOUT, t("silences members for a while"))
cog.uses(Can.KICK, t("removes members"))
cog.uses(Can.BAN, t("bans members, and lifts bans"))
cog.uses(Can.SLOW_MODE, t("slows a busy channel down"))
cog.uses(Can.PAUSE_INVITES, t("closes the way in during a raid"))
cog.uses(
    Can.AUTOMOD,
    t("has the platform stop listed words before anybody sees them"),
    instead=t("Relais takes them away itself"),
    when=lambda settings: settings.native,
)

__all__ = [
    "appealing",
    "cases",
    "cog",
    "forgetting",
    "hands",
    "importing",
    "listing",
    "manual",
    "record",
    "report",
    "ruling",
    "seeing",
    "trial",
]

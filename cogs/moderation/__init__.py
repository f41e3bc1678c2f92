"""Moderation people can trust: rules that explain themselves, cases that can be appealed, trials before anything.

In reading order: ``settings`` and ``tables``; ``words`` and ``rules``, which are pure; ``around``, what rules know of
the community; ``book``, the rules in force; ``seeing``, which shows events to them; ``acting``, what follows;
``cases`` and ``appeals``; ``commands``; ``backtest`` and the other verbs.
"""

from __future__ import annotations

from argparse import Namespace

from bot.cog import Can, Terminal, t
from cogs.moderation import appeals, backtest, check_rules, commands, judge, seeing
from cogs.moderation.acting import hands, record
from cogs.moderation.base import cog
from cogs.moderation.book import trial
from cogs.moderation.cases import forgetting

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
    "appeals",
    "cog",
    "commands",
    "forgetting",
    "hands",
    "record",
    "seeing",
    "trial",
]

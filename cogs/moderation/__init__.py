"""Moderation people can trust: rules that explain themselves, cases that can be appealed, trials before anything."""

from __future__ import annotations

from argparse import Namespace

from bot.cog import Cog, CogSettings, Terminal
from cogs.moderation import backtest, check_rules, judge

cog: Cog[CogSettings] = Cog("moderation", title="Moderation")

cog.verb("judge", judge.add)(judge.run)
cog.verb("check-rules", check_rules.add)(check_rules.run)


@cog.verb("backtest", backtest.add)
async def back_test(terminal: Terminal, args: Namespace) -> int:
    """Tell what moderation rules would have done on a history of messages."""
    return await backtest.run(terminal, args)

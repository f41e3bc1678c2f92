"""``relais backtest``: what rules would have done on a history, before they touch anyone."""

from cogs.moderation.backtest.verb import add, run

__all__ = ["add", "run"]

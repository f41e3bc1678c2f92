"""Moderation people can trust: rules that explain themselves, cases that can be appealed, trials before anything.

``seeing`` shows events to the rules, ``record`` stores what they found, ``carry`` and ``enforce`` act on it.
"""

from __future__ import annotations

from cogs.moderation import (
    appealing,
    cases,
    check_rules,
    hands,
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

__all__ = ["appealing", "cases", "cog", "hands", "listing", "manual", "record", "report", "ruling", "seeing", "trial"]

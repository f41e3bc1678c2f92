from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cogs.moderation.finding import Finding
from cogs.moderation.rules import Recipe, Remembered, Rule, Rulebook, RuleSet, Surroundings, prepare
from cogs.moderation.seen import Hit, Seen

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)

Judge = Callable[..., Hit | None]


class Desk:
    """One rule at work: say something to it, and see what it finds."""

    def __init__(self, rule: Rule, around: Surroundings) -> None:
        self.book = Rulebook(prepare(Recipe(RuleSet(rules=(rule,)), around)))
        self.windows = Remembered()
        self.now = NOON

    def after(self, **time: float) -> Desk:
        self.now += timedelta(**time)
        return self

    def findings(self, text: str = "", **known: Any) -> tuple[Finding, ...]:
        return self.book.judge(Seen(**{"text": text, "at": self.now, "author": "ada", **known}), self.windows)

    def sees(self, text: str = "", **known: Any) -> Hit | None:
        found = self.findings(text, **known)
        return found[0].hit if found else None


@pytest.fixture
def rule() -> Callable[..., Desk]:
    """A desk with one rule: its triggers as in a rule file, and more of its keys."""

    def make(*triggers: dict[str, Any], around: Surroundings | None = None, **more: Any) -> Desk:
        given = Rule.model_validate({"name": "one", "triggers": triggers, **more})
        return Desk(given, around or Surroundings(languages=()))

    return make

"""Actions as people type them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.cog import Alert, Invalid
from cogs.moderation.actions import Action, BanOut, Delete, Points, RaiseAlert, Remind, SlowMode, TimeOut
from cogs.moderation.commands.actions import read_actions, typed_actions

HOUR = timedelta(hours=1)
RICH: tuple[Action, ...] = (
    SlowMode(every=timedelta(seconds=10), length=2 * HOUR),
    RaiseAlert(level=Alert.LOCKDOWN, length=3 * HOUR),
    TimeOut(),
    Points(),
    BanOut(),
    Remind(),
)


def test_what_is_typed_again_changes_nothing() -> None:
    typed = typed_actions(RICH)
    assert typed == "slow_mode 10s, raise_alert lockdown, timeout 10m, points 1, ban, remind"
    assert read_actions(typed, RICH) == RICH


def test_what_cannot_be_typed_stays() -> None:
    assert read_actions("delete, slow_mode 20s", RICH) == (
        Delete(),
        SlowMode(every=timedelta(seconds=20), length=2 * HOUR),
    )


@pytest.mark.parametrize("typed", ["dance", "delete 3", "timeout soon", "points 0", "raise_alert loud"])
def test_what_is_no_action_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        read_actions(typed)

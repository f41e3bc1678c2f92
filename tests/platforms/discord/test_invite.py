"""What Discord is asked for is what is used, and the documentation gives the reason of each."""

from __future__ import annotations

from pathlib import Path

from bot.platforms.discord import invite_link
from bot.platforms.discord.invite import ASKED, PERMISSIONS
from bot.platforms.discord.town import NEEDS, SHOWN

RUNNING = Path(__file__).parents[3] / "docs" / "running.md"


def test_every_power_has_its_permission_asked() -> None:
    assert set(NEEDS.values()) <= set(ASKED)
    assert PERMISSIONS.value.bit_count() == len(ASKED)
    assert not PERMISSIONS.administrator
    assert str(PERMISSIONS.value) in invite_link("1")


def test_the_documentation_lists_each_permission() -> None:
    told = RUNNING.read_text(encoding="utf-8")
    assert [name for name in ASKED if SHOWN[name] not in told] == []

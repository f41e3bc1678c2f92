"""Who writes or arrives, and where, when and for whom rules hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.cog import Alert, Level
from cogs.moderation.rules import Surroundings
from cogs.moderation.seen import Moment
from tests.pure.moderation.rules.conftest import NOON

Make = Callable[..., Any]
YELL: dict[str, Any] = {"on": "pattern", "patterns": ["yell"]}


def ago(**time: float) -> datetime:
    return NOON - timedelta(**time)


@pytest.mark.parametrize(("earlier", "matches"), [(0, True), (1, True), (2, False), (None, False)])
def test_first_messages(rule: Make, earlier: int | None, matches: bool) -> None:
    assert bool(rule({"on": "first", "messages": 2}).sees("hello", earlier=earlier)) is matches


@pytest.mark.parametrize(
    ("trigger", "known", "matches"),
    [
        ({"account": "7d"}, {"created_at": ago(days=6)}, True),
        ({"account": "7d"}, {"created_at": ago(days=8)}, False),
        ({"member": "1h"}, {"joined_at": ago(minutes=59), "created_at": ago(days=900)}, True),
        ({"member": "1h", "account": "1d"}, {"joined_at": ago(days=1), "created_at": ago(days=900)}, False),
        ({"member": "1h"}, {}, False),
        ({"account": "7d"}, {"created_at": ago(days=1), "moment": Moment.JOINED}, True),
        ({"account": "7d"}, {"created_at": ago(days=1), "moment": Moment.RENAMED}, False),
    ],
)
def test_age(rule: Make, trigger: dict[str, Any], known: dict[str, Any], matches: bool) -> None:
    assert bool(rule({"on": "age", **trigger}).sees("hello", **known)) is matches


@pytest.mark.parametrize("moment", [Moment.JOINED, Moment.RENAMED])
@pytest.mark.parametrize(
    ("name", "matches"),
    [
        ("v1lain", True),
        ("Buy at shop.example", True),
        ("Relais Team", True),
        ("RelaisTeam", True),
        ("Rеlаis Tеаm ✓", True),
        ("ReIais Team", True),
        ("Relays Team", True),
        ("Ada", False),
        ("Team", False),
    ],
)
def test_names(rule: Make, moment: Moment, name: str, matches: bool) -> None:
    around = Surroundings(languages=(), staff=frozenset({"Relais Team", "Ada Admin"}))
    trigger = {"on": "name", "words": ["vilain"], "patterns": [r"shop\.example"], "staff": True}
    desk = rule(trigger, around=around)
    assert bool(desk.sees(name, moment=moment)) is matches
    assert desk.sees(name, moment=Moment.POSTED) is None, "a message is no name"


@pytest.mark.parametrize(
    ("question", "known", "holds"),
    [
        ({"channels": ["7"]}, {"channel": "7"}, True),
        ({"channels": ["7"]}, {"channel": "70", "parent": "7"}, True),
        ({"channels": ["#general"]}, {"channel": "70", "channel_name": "general"}, True),
        ({"channels": ["7"]}, {"channel": "8"}, False),
        ({"level": "helper"}, {"level": Level.HELPER}, True),
        ({"level": "helper"}, {"level": Level.EVERYONE}, False),
        ({"roles": ["r1", "r2"]}, {"roles": ("r2",)}, True),
        ({"roles": ["r1"]}, {"roles": ()}, False),
        ({"languages": ["fr"]}, {"language": "fr-CA"}, True),
        ({"languages": ["fr"]}, {"language": "en"}, False),
        ({"languages": ["fr"]}, {}, False),
        ({"member_for": "30d"}, {"joined_at": ago(days=30)}, True),
        ({"member_for": "30d"}, {"joined_at": ago(days=29)}, False),
        ({"member_for": "30d"}, {}, False),
        ({"member_under": "30d"}, {"joined_at": ago(days=29)}, True),
        ({"member_under": "30d"}, {"joined_at": ago(days=30)}, False),
        ({"member_under": "30d"}, {}, False),
        ({"account_for": "30d"}, {"created_at": ago(days=30)}, True),
        ({"account_under": "30d"}, {"created_at": ago(days=1)}, True),
        ({"account_under": "30d"}, {"created_at": ago(days=30)}, False),
        ({"messages_under": 3}, {"earlier": 2}, True),
        ({"messages_under": 3}, {"earlier": 3}, False),
        ({"messages_under": 3}, {}, False),
        ({"hours": "12:30-14:00"}, {}, True),
        ({"hours": "13h-13h01"}, {}, True),
        ({"hours": "14:00-23:00"}, {}, False),
        ({"hours": "22:00-13:30"}, {}, True),
        ({"hours": "22:00-07:00"}, {}, False),
        ({"hours": "22:00-07:00"}, {"at": datetime(2026, 11, 23, 23, tzinfo=UTC)}, True),
        ({"hours": "22:00-07:00"}, {"at": None}, False),
        ({"alert": "watch"}, {"alert": Alert.LOCKDOWN}, True),
        ({"alert": "watch"}, {"alert": Alert.CALM}, False),
        ({"moments": ["edited"]}, {"moment": Moment.EDITED}, True),
        ({"moments": ["edited"]}, {"moment": Moment.POSTED}, False),
        ({"level": "helper", "roles": ["r1"]}, {"level": Level.HELPER, "roles": ("r1",)}, True),
    ],
)
def test_conditions_and_exceptions(rule: Make, question: dict[str, Any], known: dict[str, Any], holds: bool) -> None:
    around = Surroundings(zone=ZoneInfo("Europe/Paris"))  # one hour later
    known = {"level": Level.EVERYONE, **known}
    only, unless = (rule(YELL, around=around, **{side: question}) for side in ("only", "unless"))
    for desk in (only, unless):
        desk.book._exempt = 1000
    assert bool(only.sees("a yell", **known)) is holds
    assert bool(unless.sees("a yell", **known)) is not holds


def test_all_conditions_must_hold_and_any_exception_spares(rule: Make) -> None:
    both = {"channels": ["7"], "languages": ["fr"]}
    assert rule(YELL, only=both).sees("yell", channel="7", language="en") is None
    assert rule(YELL, only=both).sees("yell", channel="7", language="fr")
    assert rule(YELL, unless=both).sees("yell", channel="7", language="en") is None
    assert rule(YELL, unless=both).sees("yell", channel="8", language="en")


def test_the_team_and_bots_are_not_judged(rule: Make) -> None:
    desk = rule(YELL)
    assert desk.sees("yell", level=Level.HELPER) is None
    assert desk.sees("yell", is_bot=True) is None
    assert desk.sees("yell")

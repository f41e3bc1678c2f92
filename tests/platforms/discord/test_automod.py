"""Our rules within AutoMod's limits, and nobody else's touched."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.chat.things import Channel, NativeRule
from bot.platforms.discord import limits
from bot.platforms.discord.automod import KEYWORD, MENTIONS, Plan, name_of, planned
from tests.platforms.discord.conftest import BOT, SPACE

ALERTS = Channel(SPACE, "7")


def plan(*rules: NativeRule, present: list[dict[str, Any]] | None = None) -> Plan:
    return planned(rules, present or [], BOT, {"Mods": "11"}.get)


def kept(*rules: NativeRule) -> list[dict[str, Any]]:
    """What a guild holds after these rules, with what Discord adds."""
    made = plan(*rules).make
    return [rule | {"id": str(n), "creator_id": BOT, "extra": 1} for n, rule in enumerate(made)]


def theirs(kind: int, count: int) -> list[dict[str, Any]]:
    return [{"id": f"9{n}", "creator_id": "1", "name": f"theirs {n}", "trigger_type": kind} for n in range(count)]


def test_a_rule_says_all_that_discord_can_do() -> None:
    rule = NativeRule(
        "links",
        words=("bad*",),
        patterns=("b.d",),
        allowed=("badge",),
        message="Not here.",
        alert=ALERTS,
        timeout=timedelta(days=40),
        exempt_roles=("Mods", "Nobody"),
        exempt_channels=(Channel(SPACE, "8"),),
    )
    [made] = plan(rule).make
    assert made == {
        "name": "Relais: links",
        "event_type": 1,
        "trigger_type": KEYWORD,
        "trigger_metadata": {"keyword_filter": ["bad*"], "regex_patterns": ["b.d"], "allow_list": ["badge"]},
        "actions": [
            {"type": 1, "metadata": {"custom_message": "Not here."}},
            {"type": 2, "metadata": {"channel_id": "7"}},
            {"type": 3, "metadata": {"duration_seconds": 28 * 86_400}},
        ],
        "enabled": True,
        "exempt_roles": ["11"],
        "exempt_channels": ["8"],
    }


def test_many_words_need_more_rules_and_a_part_keeps_the_name() -> None:
    words = tuple(f"word{n}" for n in range(limits.AUTOMOD_WORDS + 1))
    first, second = plan(NativeRule("list", words=words)).make
    assert len(first["trigger_metadata"]["keyword_filter"]) == limits.AUTOMOD_WORDS
    assert (second["name"], second["trigger_metadata"]["keyword_filter"]) == ("Relais: list (2)", [words[-1]])
    assert name_of(second | {"creator_id": BOT}, BOT) == "list"


def test_what_is_too_long_or_too_much_is_named() -> None:
    long, patterns = "x" * (limits.AUTOMOD_WORD + 1), tuple(f"p{n}" for n in range(limits.AUTOMOD_PATTERNS + 1))
    found = plan(NativeRule("a", words=("ok", long, "ok", " "), patterns=patterns))
    assert found.left_out == [long, "p10"]
    assert found.make[0]["trigger_metadata"]["keyword_filter"] == ["ok"]


def test_the_longest_word_passes() -> None:
    assert plan(NativeRule("a", words=("x" * limits.AUTOMOD_WORD,))).left_out == []


def test_the_rules_of_others_take_room() -> None:
    rules = [NativeRule(f"r{n}", words=("x",)) for n in range(4)] + [NativeRule("m", mentions=50)]
    found = plan(*rules, present=theirs(KEYWORD, 3) + theirs(MENTIONS, 1))
    assert [it["name"] for it in found.make] == ["Relais: r0", "Relais: r1", "Relais: r2"]
    assert (found.left_out, found.drop, found.change) == (["r3", "m"], [], {})
    assert plan(rules[-1]).make[0]["trigger_metadata"] == {"mention_total_limit": 50}


@pytest.mark.parametrize(
    "rule",
    [
        NativeRule("a", words=("x",), allowed=tuple(f"w{n}" for n in range(limits.AUTOMOD_ALLOWED + 1))),
        NativeRule("a", words=("x",), allowed=("w" * (limits.AUTOMOD_WORD + 1),)),
        NativeRule("a", words=("x",), exempt_roles=tuple(map(str, range(21)))),
        NativeRule("a", words=("x",), exempt_channels=tuple(Channel(SPACE, str(n)) for n in range(51))),
        NativeRule("a", mentions=51),
    ],
)
def test_a_rule_that_would_hit_the_innocent_is_left_out(rule: NativeRule) -> None:
    assert plan(rule) == Plan(left_out=["a"])


@pytest.mark.parametrize("rules", [(), (NativeRule("a", words=("x",)), NativeRule("b", mentions=5))])
def test_a_second_time_changes_nothing(rules: tuple[NativeRule, ...]) -> None:
    assert plan(*rules, present=kept(*rules)) == Plan()


def test_a_rule_that_goes_lends_its_place_to_a_new_one() -> None:
    before = kept(*(NativeRule(f"r{n}", words=("x",)) for n in range(6)))
    found = plan(
        *(NativeRule(f"r{n}", words=("x",)) for n in range(1, 5)), NativeRule("new", words=("y",)), present=before
    )
    assert (found.make, len(found.change), len(found.drop), found.left_out) == ([], 1, 1, [])
    assert not set(found.drop) & set(found.change)


def test_one_of_ours_that_a_moderator_renamed_is_theirs() -> None:
    [ours] = kept(NativeRule("a", words=("x",)))
    found = plan(present=[ours | {"name": "mine now"}])
    assert found == Plan()

"""What is counted over time: floods, duplicates, arrivals. The messages concerned are told too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from cogs.moderation.rules import Recipe, Remembered, Rule, Rulebook, RuleSet, Surroundings, prepare
from cogs.moderation.seen import Moment, Seen
from tests.pure.moderation.rules.conftest import NOON

Make = Callable[..., Any]


def test_a_flood_begins_with_the_message_too_many(rule: Make) -> None:
    desk = rule({"on": "flood", "count": 3, "within": "10s"})
    assert desk.sees("one", id="1") is None
    assert desk.after(seconds=5).sees("two", id="2") is None
    hit = desk.after(seconds=5).sees("three", id="3")
    assert [one.id for one in hit.others] == ["1", "2"]
    assert desk.after(seconds=6).sees("four", id="4") is None


def test_members_and_channels_are_counted_apart(rule: Make) -> None:
    desk = rule({"on": "flood", "count": 2, "within": "10s"})
    assert desk.sees("a", author="ada", channel="1") is None
    assert desk.sees("a", author="bob", channel="1") is None
    assert desk.sees("b", author="ada", channel="2")
    each = rule({"on": "flood", "count": 2, "within": "10s", "channels": "each"})
    assert each.sees("a", channel="1") is None
    assert each.sees("b", channel="2") is None
    busy = rule({"on": "flood", "count": 2, "within": "10s", "per": "channel"})
    assert busy.sees("a", author="ada", channel="1") is None
    assert busy.sees("a", author="bob", channel="1")


def test_edits_do_not_flood_nor_does_what_the_rule_spares(rule: Make) -> None:
    desk = rule({"on": "flood", "count": 2, "within": "10s"}, unless={"channels": ["quiet"]})
    assert desk.sees("a") is None
    assert desk.sees("a", moment=Moment.EDITED) is None
    assert desk.sees("b", channel="quiet") is None
    assert desk.sees("c")


def test_two_rules_count_apart(rule: Make) -> None:
    desk = rule({"on": "flood", "count": 3, "within": "10s"}, {"on": "flood", "count": 2, "within": "1s"})
    assert desk.sees("a") is None
    assert desk.after(seconds=2).sees("b") is None
    assert desk.after(seconds=2).sees("c").detail == "3"


@pytest.mark.parametrize(
    ("texts", "similar", "hits"),
    [
        (["Join my new channel today"] * 3, 100, [False, False, True]),
        (["Join my new channel today", "JOIN my new channel TODAY", "join my new channel today"], 100, [0, 0, 1]),
        (["Join my new channel today 1", "Join my new channel today 22", "Join my new channel today!"], 90, [0, 0, 1]),
        (["Join my new channel today 1", "Join my new channel today 22", "Join my new channel today!"], 100, [0, 0, 0]),
        (["What a lovely walk it was", "Who brings water on sunday", "The bridge is closed today"], 80, [0, 0, 0]),
        (["ok"] * 5, 100, [0] * 5),
    ],
)
def test_a_member_repeats(rule: Make, texts: list[str], similar: int, hits: list[bool]) -> None:
    desk = rule({"on": "duplicates", "count": 3, "similar": similar})
    said = [desk.after(seconds=3).sees(text, channel=str(at)) for at, text in enumerate(texts)]
    assert list(map(bool, said)) == list(map(bool, hits))


def test_what_was_said_long_ago_may_be_said_again(rule: Make) -> None:
    desk = rule({"on": "duplicates", "count": 2, "within": "5m"})
    assert desk.sees("Who brings water on sunday?") is None
    assert desk.after(minutes=6).sees("Who brings water on sunday?") is None
    assert desk.after(minutes=4).sees("Who brings water on sunday?")


def test_many_members_say_the_same_in_many_channels(rule: Make) -> None:
    desk = rule({"on": "duplicates", "count": 4, "per": "community", "similar": 85})
    texts = [
        "Free coins for everybody at the fair, come now",
        "Free coins for everybody at the fair, come now 🎉🎉",
        "hello Free coins for everybody at the fair, come now",
        "FREE coins for everybody at the fair, come now!!!",
    ]
    said = [
        desk.after(seconds=1).sees(text, author=f"m{at}", channel=f"c{at}", id=str(at)) for at, text in enumerate(texts)
    ]
    assert said[:3] == [None] * 3
    assert sorted(one.id for one in said[3].others) == ["0", "1", "2"]
    assert desk.sees("Who brings water to the fair on sunday?", author="ada") is None


def test_arrivals_too_many_at_once(rule: Make) -> None:
    desk = rule({"on": "join_rate", "count": 3, "within": "10s"})
    joined = {"moment": Moment.JOINED}
    assert desk.sees("Ada", author="1", **joined) is None
    assert desk.sees("Ada", author="1", **joined) is None, "heard twice"
    assert desk.after(seconds=1).sees("Bob", author="2", **joined) is None
    hit = desk.after(seconds=1).sees("Chloé", author="3", **joined)
    assert [one.author for one in hit.others] == ["1", "2"]
    assert desk.after(seconds=20).sees("Dan", author="4", **joined) is None


def test_accounts_made_together(rule: Make) -> None:
    desk = rule({"on": "created_together", "count": 3, "within": "1h", "apart": "1d"})

    def joins(author: str, days: float) -> Any:
        desk.after(minutes=5)
        return desk.sees(author, author=author, moment=Moment.JOINED, created_at=desk.now - timedelta(days=days))

    assert joins("old", 900) is None
    assert joins("a", 2) is None
    assert joins("other", 9) is None
    assert joins("b", 2.3) is None
    assert [one.author for one in joins("c", 1.9).others] == ["a", "b"]
    assert desk.sees("unknown", author="x", moment=Moment.JOINED) is None


def test_names_made_alike(rule: Make) -> None:
    desk = rule({"on": "named_alike", "count": 3, "within": "1h"})
    said = [
        desk.after(minutes=1).sees(name, author=name, moment=Moment.JOINED)
        for name in ("crypto_fan_01", "Ada", "Crypto Fan 77", "Bob", "cryptofan9")
    ]
    assert said[:4] == [None] * 4
    assert {one.text for one in said[4].others} == {"crypto_fan_01", "Crypto Fan 77"}


def test_what_is_remembered_is_bounded() -> None:
    windows = Remembered(most=2)
    first = windows("flood", "ada", 3)
    windows("flood", "bob", 3)
    assert windows("flood", "ada", 3) is first
    windows("flood", "chloé", 3)
    assert windows("flood", "ada", 3) is not first


def test_without_a_clock_nothing_is_counted(rule: Make) -> None:
    desk = rule({"on": "flood", "count": 2}, {"on": "duplicates", "count": 2}, {"on": "age", "account": "1d"})
    assert not any(desk.sees("the same message again", at=None) for _ in range(5))


def test_a_rule_that_becomes_stricter_or_milder_counts_at_once() -> None:
    windows, now = Remembered(), NOON
    for count in (2, 4):
        flood = Rule.model_validate({"name": "one", "triggers": [{"on": "flood", "count": count, "within": "1m"}]})
        book = Rulebook(prepare(Recipe(RuleSet(rules=(flood,)), Surroundings(languages=()))))
        found = [book.judge(Seen(text="hi", at=now, author="ada"), windows) for _ in range(count)]
        assert list(map(bool, found)) == [False] * (count - 1) + [True]


def test_what_is_said_between_does_not_hide_what_is_repeated(rule: Make) -> None:
    desk = rule({"on": "duplicates", "count": 3}, {"on": "flood", "count": 30})
    said = ["Join my new channel today", "ok", "yes", "no", "well", "hm"] * 3
    assert [at for at, text in enumerate(said) if desk.after(seconds=1).sees(text)] == [12]


def test_rules_that_concern_some_remember_what_these_say_alone() -> None:
    some = {"name": "some", "triggers": [{"on": "flood", "count": 3}], "only": {"channels": ["a"]}}
    every = {"name": "every", "triggers": [{"on": "flood", "count": 5}, {"on": "duplicates", "count": 3}]}
    rules = RuleSet.model_validate({"rules": [some, every]})
    book, windows = Rulebook(prepare(Recipe(rules, Surroundings(languages=())))), Remembered()
    found = [
        {one.rule for one in book.judge(Seen(text=f"hi {at}", at=NOON, author="ada", channel=channel), windows)}
        for at, channel in enumerate("abbaa")
    ]
    assert found == [set(), set(), set(), set(), {"some", "every"}]

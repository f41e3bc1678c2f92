"""Who is concerned by what rules find, and what of it is said to programs."""

from __future__ import annotations

import pytest

from cogs.moderation.actions import Delete, Points
from cogs.moderation.finding import Finding, Found
from cogs.moderation.records import record
from cogs.moderation.seen import Hit, Seen


def said(author: str, text: str = "buy this") -> Seen:
    return Seen(text=text, author=author, id=f"{author} {text}")


@pytest.mark.parametrize(
    ("trigger", "concerned"),
    [("flood", ["ada", "ada"]), ("duplicates", ["ada", "ada", "bob"]), ("join_rate", ["ada", "ada", "bob"])],
)
def test_others_in_a_busy_channel_are_not_concerned(trigger: str, concerned: list[str]) -> None:
    hit = Hit(trigger, others=(said("ada", "again"), said("bob")))
    found = Found(said("ada"), (Finding("one", 1, hit, ()),))
    assert [seen.author for seen, _ in found.concerned()] == concerned


def test_each_rule_concerns_its_own() -> None:
    wave = Finding("wave", 1, Hit("duplicates", others=(said("bob"),)), ())
    words = Finding("words", 1, Hit("words", "buy", (0, 3)), ())
    found = Found(said("ada"), (words, wave))
    assert [(seen.author, one.rule) for seen, one in found.concerned()] == [
        ("ada", "words"),
        ("ada", "wave"),
        ("bob", "wave"),
    ]


def test_a_record_says_where_it_is_unless_it_is_in_something_quoted() -> None:
    inside = record(said("ada"), Finding("words", 1, Hit("words", "buy", (0, 3)), (Delete(), Points())))
    assert (inside["matched"], inside["span"], inside["action"]) == ("buy", [0, 3], "delete+points")
    quoted = record(said("ada"), Finding("words", 1, Hit("words", "buy", (0, 3), quote=0), (), observing=True))
    assert (quoted["matched"], quoted["span"], quoted["action"]) == ("", [0, 0], "observe")

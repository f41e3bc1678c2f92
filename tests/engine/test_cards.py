from __future__ import annotations

import pytest

from bot.chat.card import Button, Card, Field, Tone
from bot.chat.text import Md
from bot.chat.things import Member
from bot.cog.texts import t
from bot.engine import cards
from tests.engine.conftest import ADA, RICH, SPACE


def test_a_card_reads_as_it_was_written() -> None:
    assert cards.load(cards.dump(RICH), cards.attached(RICH), SPACE) == RICH
    assert [file.name for file in cards.attached(RICH)] == ["chart.png", "table.csv", "c.txt"]
    assert type(cards.load(cards.dump(RICH), (), SPACE).text) is Md


def test_words_without_a_language_are_refused() -> None:
    with pytest.raises(TypeError, match="localise"):
        cards.dump(Card(t("Hello")))


def test_merged_cards_lose_nothing() -> None:
    rules, site = RICH.buttons
    one = Card(Md("one"), fields=(Field("a", Md("1")),), buttons=(rules,), pings=(ADA,), tone=Tone.GOOD)
    two = Card(Md("two"), fields=(Field("a", Md("1")),), buttons=(rules, site), pings=(ADA, Member(SPACE, "bob")))
    merged = cards.merge([one, two])
    assert merged.text == "one\ntwo"
    assert merged.fields == one.fields
    assert merged.buttons == (rules, site)
    assert merged.pings == (ADA, Member(SPACE, "bob"))
    assert merged.tone is Tone.GOOD
    assert cards.fit([one, two])
    assert not cards.fit([one, RICH])
    assert not cards.fit([one, Card(Md("x"), title="Another subject")])
    many = Card(Md("x"), buttons=tuple(Button(str(n), f"a.b:{n}") for n in range(5)))
    assert cards.fit([many])
    assert not cards.fit([one, many])
    assert not cards.fit([one, Card(Md("x" * 2000))])

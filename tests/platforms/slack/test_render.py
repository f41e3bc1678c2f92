"""Cards as messages: within every limit, and calling nobody but those who are named."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.card import Button, Card, Field, File, Menu, Option, Picture, Style, Tone
from bot.chat.text import Md, at, when
from bot.chat.words import Phrase
from bot.platforms.slack.limits import cut, head, size
from bot.platforms.slack.mrkdwn import APART, Writer
from bot.platforms.slack.render import mentioned, render
from tests.platforms.slack.rules import ADA, BOB, TEXTS, WORDS, faults, length, notified, texts

NAMES = {ADA.id: "Ada", BOB.id: "Bob @here <!channel>"}
ACTIONS = st.sampled_from(["a.b:1", "a.b:2", "x.y"])
CARDS = st.builds(
    Card,
    text=WORDS,
    title=WORDS,
    fields=st.lists(st.builds(Field, WORDS, WORDS, st.booleans()), max_size=30).map(tuple),
    buttons=st.lists(st.builds(Button, TEXTS, ACTIONS, style=st.sampled_from(Style)), max_size=30).map(tuple),
    menus=st.lists(
        st.builds(
            Menu,
            TEXTS,
            ACTIONS,
            st.lists(st.builds(Option, TEXTS, st.sampled_from("abc"), TEXTS), max_size=3).map(tuple),
            most=st.integers(1, 3),
        ),
        max_size=3,
    ).map(tuple),
    footer=WORDS,
    tone=st.sampled_from(Tone),
    pings=st.sampled_from([(), (ADA,), (ADA, BOB)]),
)


def bare(pieces: list[str]) -> str:
    """Without spaces, visible or not, nor the brackets of links: one that is too long for a piece is none."""
    return "".join("".join(pieces).split()).replace("<", "").replace(">", "").replace(APART, "")


def section(md: str, **names: str) -> str:
    return "\n".join(texts(render(Card(Md(md)), names=names).blocks))


@settings(max_examples=60, deadline=None)
@given(CARDS)
def test_any_card_is_a_message_that_slack_takes(card: Card) -> None:
    assert faults(render(card, names=NAMES).body) == []


@settings(max_examples=60, deadline=None)
@given(CARDS)
def test_nobody_is_called_but_those_who_are_named(card: Card) -> None:
    message = render(card, names=NAMES)
    called = notified("\n".join(texts(message.blocks)))
    wanted = {member.id for member in card.pings}
    assert called == wanted
    assert notified(message.text) <= wanted


@settings(deadline=None)
@given(st.one_of(TEXTS, st.text()), st.integers(60, 200))
def test_a_text_in_pieces_loses_nothing(text: str, limit: int) -> None:
    pieces = Writer(styles=False).pieces(text, limit)
    assert all(0 < length(piece) <= limit for piece in pieces)
    whole = Writer(styles=False).pieces(text, 10**9)
    assert bare(pieces) == bare(whole)


@given(TEXTS, st.integers(1, 80))
def test_what_is_cut_fits(text: str, limit: int) -> None:
    assert size(cut(text, limit)) <= limit
    assert size(head(text, limit)) <= limit
    assert cut(text, max(size(text), 1)) == text


def test_markup() -> None:
    md = "# Big\n**bold** *slanted* ~~gone~~ `a<b` ||hidden|| [here](https://e.org/?a=1&b=2)\n\n- one\n- two\n\n> said"
    assert section(md) == (
        "*Big*\n*bold* _slanted_ ~gone~ `a&lt;b` (spoiler) hidden <https://e.org/?a=1&amp;b=2|here>"
        "\n• one\n• two\n> said"
    )


def test_code_blocks_keep_their_lines() -> None:
    assert section("```py\nif a < b:\n    pass\n```") == "```\nif a &lt; b:\n    pass\n```"


def test_styles_inside_words_are_set_apart_and_never_cross_lines() -> None:
    assert section("a**b**c") == f"a{APART}*b*{APART}c"
    assert section("**one\ntwo**") == "*one*\n*two*"


def test_data_is_not_markup() -> None:
    message = render(Card("*not bold* snake_case _no_ ~no~ `no` <b>&amp; > x"))
    said = "\n".join(texts(message.blocks))
    assert said == f"*{APART}not bold* snake_case _{APART}no_ ~{APART}no~ ˋnoˋ &lt;b&gt;&amp;amp; &gt; x"
    assert "\n".join(texts(render(Card("> quoted")).blocks)) == f"{APART}&gt; quoted"


def test_addresses_in_a_text_are_links() -> None:
    assert section("See https://e.org/a_b?c=1&d=2, please") == "See <https://e.org/a_b?c=1&amp;d=2>, please"


def test_moments_are_the_reader_s_own() -> None:
    moment = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
    body = render(Card(when(moment)), zone="Europe/Paris").blocks
    assert list(texts(body)) == ["<!date^1795417200^{date_long_pretty} {time}|2026-11-23 08:00>"]


def test_mentions_are_names_unless_they_ping() -> None:
    card = Card(Md(f"{at(ADA)} thanks {at(BOB)}"), pings=(ADA,))
    assert mentioned(card) == (ADA.id, BOB.id)
    assert list(texts(render(card, names={BOB.id: "Bob"}).blocks)) == [f"<@{ADA.id}> thanks @Bob"]


def test_a_ping_that_no_text_mentions_comes_first() -> None:
    message = render(Card("Well done", "Title", pings=(ADA,)))
    assert list(texts(message.blocks)) == [f"<@{ADA.id}>", "Well done"]
    assert message.text == f"<@{ADA.id}>\nTitle\nWell done"


def test_long_text_is_several_sections_then_cut() -> None:
    blocks = render(Card("word " * 5000)).blocks
    assert len(blocks) == 4
    assert blocks[-1]["text"]["text"].endswith("…")


def test_the_same_action_twice_has_two_ids_and_one_value() -> None:
    (row,) = render(Card("x", buttons=(Button("A", "a.b:1"), Button("B", "a.b:1")))).blocks[1:]
    assert [(e["action_id"], e["value"]) for e in row["elements"]] == [("a.b:1", "a.b:1"), ("a.b:1#2", "a.b:1")]


def test_links_styles_and_tones() -> None:
    card = Card("x", "Mind", buttons=(Button("Go", url="https://e.org"), Button("No", "a.b", style=Style.DANGER)))
    head, _, row = render(Card(card.text, card.title, buttons=card.buttons, tone=Tone.GRAVE)).blocks
    assert head["text"]["text"] == "🚨 Mind"
    assert row["elements"][0]["url"] == "https://e.org"
    assert row["elements"][1]["style"] == "danger"


def test_menus() -> None:
    options = (Option("A", "a", "first"), Option("B", "b"))
    one, many = render(Card("x", menus=(Menu("Pick", "m.one", options), Menu("Some", "m.many", options, 0, 2)))).blocks[
        1:
    ]
    assert one["elements"][0]["type"] == "static_select"
    assert one["block_id"] == "menu.0.1"
    assert many["accessory"]["max_selected_items"] == 2
    assert many["text"] == {"type": "plain_text", "text": "Some", "emoji": True}


def test_a_picture_alone_still_says_something() -> None:
    message = render(Card(picture=Picture(b"png", "The podium"), files=(File(b"x", "a.txt"),)))
    assert message.text == "The podium"
    assert len(message.files) == 2


def test_words_without_a_language_are_refused() -> None:
    with pytest.raises(TypeError, match="language"):
        render(Card(Phrase("Hello")))

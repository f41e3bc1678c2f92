"""Cards as messages: every part at its place, never over a limit, nobody pinged unless named."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.card import Button, Card, Field, File, Menu, Option, Picture, Style, Tone
from bot.chat.platform import PlatformError
from bot.chat.text import Md, at
from bot.chat.things import Member
from bot.platforms.discord import limits
from bot.platforms.discord.components import tagged, untagged
from bot.platforms.discord.limits import size
from bot.platforms.discord.render import render
from tests.platforms.discord.conftest import SPACE

ADA = Member(SPACE, "42", "Ada")
BOB = Member(SPACE, "43", "Bob")

LONG = st.text(alphabet="aé👋*_<@1>\n ", min_size=0, max_size=40).flatmap(
    lambda text: st.sampled_from([1, 30, 120]).map(lambda times: text * times)
)
WORDS = LONG | LONG.map(Md)
CARDS = st.builds(
    Card,
    text=WORDS,
    title=LONG,
    footer=WORDS,
    tone=st.sampled_from(Tone),
    fields=st.lists(st.builds(Field, LONG, WORDS, st.booleans()), max_size=30).map(tuple),
    buttons=st.lists(
        st.builds(Button, LONG, action=st.text("abc", max_size=5), url=st.sampled_from(["", "https://x.example"])),
        max_size=30,
    ).map(tuple),
    menus=st.lists(
        st.builds(
            Menu,
            LONG,
            st.text("xyz", min_size=1, max_size=3),
            st.lists(st.builds(Option, LONG, st.text("abc", min_size=1, max_size=9), LONG), max_size=30).map(tuple),
            st.integers(0, 30),
            st.integers(0, 30),
        ),
        max_size=7,
    ).map(tuple),
    pings=st.lists(st.integers(10**17, 10**18).map(lambda id: Member(SPACE, str(id))), max_size=120).map(tuple),
)


@settings(max_examples=60, deadline=None)
@given(CARDS, st.booleans())
def test_any_card_is_within_the_limits(card: Card, embeds: bool) -> None:
    payload = render(card, embeds=embeds).payload
    check(payload)
    named = {member.id for member in card.pings}
    assert payload["allowed_mentions"]["parse"] == []
    assert set(payload["allowed_mentions"]["users"]) <= named
    for id in payload["allowed_mentions"]["users"]:
        assert f"<@{id}>" in payload["content"] or not embeds


def check(payload: dict[str, Any]) -> None:
    """What Discord would refuse."""
    assert size(payload["content"]) <= limits.CONTENT
    assert payload["content"].strip() or payload["embeds"] or payload["attachments"]
    total = 0
    for embed in payload["embeds"]:
        texts = [embed.get("title", ""), embed.get("description", ""), embed.get("footer", {}).get("text", "")]
        assert [size(text) <= most for text, most in zip(texts, (256, 4096, 2048), strict=True)] == [True] * 3
        assert len(embed.get("fields", ())) <= 25
        for one in embed.get("fields", ()):
            assert 0 < size(one["name"]) <= 256
            assert 0 < size(one["value"]) <= 1024
            texts += [one["name"], one["value"]]
        total += sum(map(size, texts))
    assert total <= limits.EMBED_TOTAL
    assert len(payload["components"]) <= 5
    for row in payload["components"]:
        assert 0 < len(row["components"]) <= 5
        for component in row["components"]:
            check_component(component)
    json.dumps(payload)


def check_component(component: dict[str, Any]) -> None:
    if component["type"] == 2:
        assert 0 < size(component["label"]) <= 80
        assert ("url" in component) != ("custom_id" in component)
    else:
        values = [option["value"] for option in component["options"]]
        assert 0 < len(values) == len(set(values)) <= 25
        assert all(0 < size(option["label"]) <= 100 for option in component["options"])
        assert 0 <= component["min_values"] <= len(values) >= component["max_values"] >= 1
        assert size(component["placeholder"]) <= 150


def test_words_alone_are_an_ordinary_message() -> None:
    payload = render(Card(Md(f"Welcome {at(ADA)}!"), pings=(ADA,))).payload
    assert payload["content"] == "Welcome <@42>!"
    assert payload["embeds"] == []
    assert payload["allowed_mentions"] == {"parse": [], "users": ["42"], "roles": [], "replied_user": False}


def test_who_is_pinged_and_not_named_comes_first() -> None:
    assert render(Card("Look", pings=(ADA, BOB))).payload["content"] == "<@42> <@43>\nLook"


def test_who_is_named_and_not_pinged_is_not_notified() -> None:
    payload = render(Card(Md(f"{at(ADA)} @everyone <@&5>"))).payload
    assert payload["allowed_mentions"] == {"parse": [], "users": [], "roles": [], "replied_user": False}
    assert "@everyone" not in payload["content"]


def test_every_part_is_at_its_place() -> None:
    picture = Picture(b"png", "a chart")
    card = Card(
        Md("**text**"),
        "Ti*tle",
        (Field("name", Md("*value*")),),
        footer=Md("by **us**"),
        tone=Tone.GRAVE,
        picture=picture,
    )
    parcel = render(card)
    assert parcel.payload["embeds"] == [
        {
            "color": 0xC0392B,
            "title": "Ti\\*tle",
            "description": "**text**",
            "fields": [{"name": "name", "value": "*value*", "inline": True}],
            "footer": {"text": "by us"},
            "image": {"url": "attachment://picture.png"},
        }
    ]
    assert parcel.payload["attachments"] == [{"id": "0", "filename": "picture.png", "description": "a chart"}]
    assert parcel.files[0].data == b"png"


def test_where_embeds_are_not_allowed_everything_is_said() -> None:
    card = Card(Md("text"), "Title", (Field("name", Md("value")),), footer="end", tone=Tone.GOOD)
    payload = render(card, embeds=False).payload
    assert payload["embeds"] == []
    assert payload["content"] == "**Title**\ntext\n**name**\nvalue\n-# end"


def test_a_long_text_is_cut_between_words_and_its_markup_closed() -> None:
    text = Md("**" + "word " * 2000 + "**")
    described = render(Card(text)).payload["embeds"][0]["description"]
    assert described.startswith("**word")
    assert described.endswith(("…**", "**…"))


@pytest.mark.parametrize("length", [limits.CONTENT, limits.CONTENT + 1, limits.EMBED_TEXT, limits.EMBED_TEXT + 1])
def test_the_longest_text_passes_and_one_more_is_cut(length: int) -> None:
    payload = render(Card("a" * length)).payload
    shown = payload["content"] if length <= limits.CONTENT else payload["embeds"][0]["description"]
    assert len(shown) == min(length, limits.EMBED_TEXT)
    assert shown.endswith("…") == (length > limits.EMBED_TEXT)


def test_buttons_come_before_menus_and_links_are_links() -> None:
    card = Card(
        "x",
        buttons=(Button("Go", "a.b:1", style=Style.PRIMARY), Button("Site", url="https://x.example")),
        menus=(Menu("Pick", "a.c", (Option("One", "1", "first"),)),),
    )
    assert render(card).payload["components"] == [
        {
            "type": 1,
            "components": [
                {"type": 2, "style": 1, "label": "Go", "custom_id": "a.b:1"},
                {"type": 2, "style": 5, "label": "Site", "url": "https://x.example"},
            ],
        },
        {
            "type": 1,
            "components": [
                {
                    "type": 3,
                    "custom_id": "a.c",
                    "placeholder": "Pick",
                    "min_values": 1,
                    "max_values": 1,
                    "options": [{"label": "One", "value": "1", "description": "first"}],
                }
            ],
        },
    ]


def test_a_link_too_long_for_a_button_is_said_in_the_text() -> None:
    url = "https://x.example/" + "a" * 600
    payload = render(Card("See", buttons=(Button("here", url=url),))).payload
    assert payload["components"] == []
    assert payload["content"] == f"See\n[here]({url})"


def test_a_private_component_carries_its_guild() -> None:
    row = render(Card("x", buttons=(Button("Go", "a.b:1"),)), guild="100").payload["components"][0]
    assert untagged(row["components"][0]["custom_id"]) == ("a.b:1", "100")
    assert untagged("a.b:1") == ("a.b:1", "")
    assert tagged("a" * 98, "100") == "a" * 98


def test_files_go_beside_with_safe_names() -> None:
    card = Card("x", files=(File(b"1", "../my file.csv"), File(b"2", "../my file.csv")))
    assert [file.name for file in render(card).files] == ["my_file.csv", "1_my_file.csv"]
    params = render(card).params()
    assert params.multipart is not None
    assert [part["name"] for part in params.multipart] == ["payload_json", "files[0]", "files[1]"]


def test_a_file_that_discord_refuses_is_refused_here() -> None:
    with pytest.raises(PlatformError, match="larger"):
        render(Card("x", files=(File(b"x" * (limits.ATTACHMENT_BYTES + 1), "big.bin"),)))


def test_nothing_at_all_is_still_a_message() -> None:
    check(render(Card()).payload)
    check(render(Card(tone=Tone.GOOD)).payload)

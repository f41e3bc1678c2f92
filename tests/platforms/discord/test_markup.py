"""Our small Markdown on Discord and back: data stays data, nobody is mentioned by accident."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.text import Md, clean, escape, plain
from bot.platforms.discord.limits import cut, size
from bot.platforms.discord.markup import fit, literal, markup
from bot.platforms.discord.reading import read

NASTY = st.text(
    alphabet=st.sampled_from(list("ab @<>#&!:/*_~|`\\[]()-+>0123.\n\té👩🏽‍💻̀\u202e")) | st.characters(), max_size=300
)
WITH_MENTIONS = st.lists(
    st.sampled_from(
        ["<@1>", "<@!1>", "<@&1>", "<#1>", "@everyone", "@here", "<t:1:R>", "<:a:1>", "\\", "`", "**", "x", "\n"]
    )
).map("".join)


@settings(deadline=None)
@given(NASTY | WITH_MENTIONS)
def test_data_shows_as_it_is(text: str) -> None:
    """Blank lines and spaces at the ends of lines are Discord's own to show."""
    assert words(plain(read(literal(text), str))) == words(clean(text))


def words(text: str) -> list[str]:
    return text.replace("@\u200b", "@").split()


@settings(deadline=None)
@given(NASTY | WITH_MENTIONS)
def test_data_mentions_nobody(text: str) -> None:
    written = literal(text)
    unescaped = re.sub(r"\\.", "", written, flags=re.DOTALL)
    assert not re.search(r"<[@#:/]|<t:|<id:", unescaped)
    assert not re.search("@(everyone|here)", written, re.IGNORECASE)


@settings(deadline=None)
@given(WITH_MENTIONS)
def test_data_in_code_calls_nobody_together(text: str) -> None:
    written = markup(f"`{escape(text)}`")
    assert read(written, str).count("<#") == 0 or "`" in written


@settings(deadline=None)
@given(NASTY.map(escape), st.integers(0, 80))
def test_what_fits_is_within_its_limit(md: Md, limit: int) -> None:
    assert size(fit(md, limit)) <= limit


@settings(deadline=None)
@given(NASTY, st.integers(1, 50))
def test_cut_is_within_its_limit(text: str, limit: int) -> None:
    assert size(cut(text, limit)) <= limit
    assert size(text) > limit or cut(text, limit) == text


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("**bold** and *italic*", "**bold** and *italic*"),
        ("~~no~~ ||secret||", "~~no~~ ||secret||"),
        ("_x_", "*x*"),
        ("# Title\ntext", "# Title\ntext"),
        ("- a\n- b\n\n1. c", "- a\n- b\n1. c"),
        ("> quoted\n> more", "> quoted\n> more"),
        ("```py\nx = 1\n```", "```py\nx = 1\n```"),
        ("`a b`", "`a b`"),
        ("[label](https://example.com/a_b)", "[label](https://example.com/a_b)"),
        ("[https://safe.example](https://evil.example)", "https://safe.example (https://evil.example)"),
        ("[write](mailto:a@example.com)", "write (mailto:a@example.com)"),
        ("<@123> in <#456>", "<@123> in <#456>"),
        ("<@U123>", "@U123"),
        ("see https://example.com/a_b_c*", "see https://example.com/a_b_c\\*"),
        ("2 \\* 3 and \\<@1>", "2 \\* 3 and \\<@1\\>"),
        ("\\# no title", "\\# no title"),
        ("\\- no list", "\\- no list"),
        ("1\\. no list", "1\\. no list"),
    ],
)
def test_each_mark_has_its_own(ours: str, theirs: str) -> None:
    assert markup(ours) == theirs


def test_a_moment_shows_on_each_readers_clock() -> None:
    seconds = int(datetime(2026, 11, 23, 8, tzinfo=UTC).timestamp())
    assert markup(f"<t:{seconds}:R>") == f"<t:{seconds}:R>"


def test_code_never_ends_its_fence() -> None:
    assert markup("`a\\`\\`\\`b`").count("```") == 0
    assert markup("```\nx\\`\\`\\`y\n```").count("```") == 2


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("<@!12> <@12>", "<@12> <@12>"),
        ("<@&7>", "@R7"),
        ("<:wave:123456> <a:run:1>", ":wave: :run:"),
        ("</welcome preview:99>", "/welcome preview"),
        ("<https://example.com/x>", "https://example.com/x"),
        ("__under__", "under"),
        ("-# small", "small"),
        ("a\\b \\* c", "a\\b * c"),
        ("`a\\b`", "a\\b"),
        ("x ```js\nlet a = `b`\n``` y", "x\nlet a = `b`\n y"),
        (">>> one\ntwo", "> one\n> two"),
        ("<t:0:S>", "1970-01-01 00:00 UTC"),
        ("@everyone", "@everyone"),
        ("ends with \\", "ends with \\"),
    ],
)
def test_what_people_write_is_read(theirs: str, ours: str) -> None:
    def role(id: str) -> str:
        return f"R{id}"

    if ours.startswith("<@"):
        assert read(theirs, role) == ours
    else:
        assert plain(read(theirs, role)).replace(" \n", "\n") == ours


@settings(deadline=None)
@given(NASTY | WITH_MENTIONS)
def test_reading_never_fails(text: str) -> None:
    plain(read(text, str))

"""The small Markdown: nothing typed becomes markup, nothing written is lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.text import (
    Bold,
    Bullets,
    Code,
    CodeBlock,
    Heading,
    Italic,
    Link,
    Md,
    MemberMention,
    Moment,
    Paragraph,
    Quote,
    Strike,
    Text,
    at,
    clean,
    clip,
    escape,
    fill,
    link,
    parse,
    plain,
    to,
    unparse,
    when,
)
from bot.chat.text.inline_tokens import TOKEN

SIGNS = st.text(alphabet="*_~|`[]()<>@#:t1R\\-.>\n aé!{}h/", max_size=60)
ANYTHING = st.one_of(SIGNS, st.text(max_size=80))
MARKUP = (Bold, Italic, Strike, Code, Link, MemberMention, Moment)


@dataclass(frozen=True)
class Named:
    id: str


def only(md: str) -> tuple[object, ...]:
    [paragraph] = parse(md)
    assert isinstance(paragraph, Paragraph)
    return paragraph.children


def test_emphasis_nests() -> None:
    assert only("***a***") == (Bold((Italic((Text("a"),)),)),)
    assert only("*a **b***") == (Italic((Text("a "), Bold((Text("b"),)))),)
    assert only("~~no~~ ||x||")[0] == Strike((Text("no"),))


@pytest.mark.parametrize("text", ["snake_case_name", "2 * 3 * 4", "**open", "a ** b", "``", "<@>", "[x](javascript:alert)"])
def test_what_is_not_markup_stays_text(text: str) -> None:
    assert only(text) == (Text(text),)


def test_blocks() -> None:
    kinds = [type(block) for block in parse("# Title\n> quoted\n- a\n- b\n1. one\n```py\nx = 1\n```\nend\n\nmore")]
    assert kinds == [Heading, Quote, Bullets, Bullets, CodeBlock, Paragraph, Paragraph]


def test_mentions_moments_and_links() -> None:
    moment = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
    md = Md(f"{at(Named('U1'))} {to(Named('C1'))} {when(moment)} {link('a]b', 'https://x.org/a(b)')}")
    assert plain(md) == "@U1 #C1 2026-11-23 07:00 UTC a]b (https://x.org/a%28b%29)"
    with pytest.raises(ValueError, match="time zone"):
        when(datetime(2026, 1, 1))  # noqa: DTZ001
    with pytest.raises(ValueError, match="not an address"):
        link("x", "javascript:alert(1)")
    with pytest.raises(ValueError, match="mentioned"):
        at(Named("1> <@2"))


def test_an_impossible_moment_is_text() -> None:
    assert only("<t:999999999999>") == (Text("<t:999999999999>"),)


def test_templates_replace_only_what_they_know() -> None:
    said = fill("{member} {member.__class__} {0} {other} {{member}}", member="**x** {other}", other=Md("_y_"))
    assert plain(said) == "**x** {other} {member.__class__} {0} y {**x** {other}}"


def test_hidden_signs_go_and_families_stay() -> None:
    assert clean("a\u202eb\x00c\ufeff\r\nd") == "abc\nd"
    assert clean("👩\u200d👩\u200d👧 é") == "👩\u200d👩\u200d👧 é"
    assert clean("z" + "\u0301" * 40) == "z" + "\u0301" * 4


def nodes(tree: object) -> list[object]:
    found: list[object] = []
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, tuple):
            waiting.extend(node)
        else:
            found.append(node)
            waiting.extend(getattr(node, name) for name in ("children", "blocks", "items") if hasattr(node, name))
    return found


def shown(text: str) -> str:
    """What Markdown can say of a text: blank lines collapse, and go at both ends."""
    lines = clean(text).split("\n")
    kept: list[str] = []
    for line in lines:
        if line.strip() or (kept and kept[-1].strip()):
            kept.append(line if line.strip() else "")
    return "\n".join(kept).rstrip("\n")


@given(ANYTHING)
def test_typed_text_is_only_text(text: str) -> None:
    tree = parse(escape(text))
    assert not [node for node in nodes(tree) if isinstance(node, (*MARKUP, Heading, Quote, Bullets, CodeBlock))]
    assert plain(escape(text)) == shown(text)


@given(st.text(alphabet="*_~|`[]<>@\\ab{}", min_size=1, max_size=20))
def test_typed_text_stays_inside_what_surrounds_it(text: str) -> None:
    assert only(f"**{escape(text)}** end") == (Bold((Text(text),)), Text(" end"))


@given(ANYTHING)
def test_writing_the_tree_gives_the_tree(text: str) -> None:
    tree = parse(text)
    assert parse(unparse(tree)) == tree


@given(ANYTHING, st.integers(1, 80))
def test_a_cut_text_fits_and_stays_whole(text: str, limit: int) -> None:
    cut = clip(text, limit)
    assert len(plain(cut)) <= limit
    if len(plain(text)) <= limit:
        assert cut == text


def test_a_cut_keeps_markup_and_words() -> None:
    assert clip("**Hello dear friends** of the club", 12) == "**Hello dear**…"


@pytest.mark.parametrize("sign", ["*", "`", "[", "<@", "\\", "> ", "[a", "_a*", "```\n", "**a "])
def test_hostile_repetition_makes_work_in_proportion(sign: str) -> None:
    def work(size: int) -> int:
        text = sign * size
        return len(nodes(parse(text))) + sum(1 for _ in TOKEN.finditer(text))

    assert work(4000) <= 5 * work(1000) + 100

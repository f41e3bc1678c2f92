"""The small Markdown: nothing typed becomes markup, nothing written is lost."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from types import FrameType
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from bot.chat.text import (
    Bold,
    Break,
    Bullets,
    ChannelMention,
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
    Spoiler,
    Strike,
    Text,
    as_typed,
    at,
    clean,
    clip,
    escape,
    fill,
    labelled,
    link,
    parse,
    plain,
    to,
    unparse,
    when,
)

UNTIMED = settings(deadline=None)
PIECES = (
    *("*", "**", "***", "_", "~~", "||", "`", "``", "```", "```py\n", "\n", "\n\n", "> ", ">", "- ", "* ", "1. ", "# "),
    *(
        "### ",
        "[",
        "]",
        "](",
        ")",
        "](https://a.b/c)",
        "<@1>",
        "<#2>",
        "<t:5>",
        "<t:5:R>",
        "<",
        "\\",
        "\\\n",
        "\\\u2060",
    ),
    *(
        " ",
        "\t",
        "a",
        "b ",
        "é",
        "👩\u200d👧",
        "\u0301\u0301\u0301",
        "\u2060",
        "\ufeff",
        "\u202e",
        "{a}",
        "\r",
        "1",
        ".",
        "-",
    ),
)
HOSTILE = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)
ANYTHING = HOSTILE | st.text(max_size=80)
HARMLESS = (Paragraph, Text, Break)


@dataclass(frozen=True)
class Named:
    id: str


def nodes(tree: object) -> Iterator[object]:
    if isinstance(tree, tuple):
        for node in tree:
            yield from nodes(node)
        return
    yield tree
    for name in ("children", "blocks", "items"):
        yield from nodes(getattr(tree, name, ()))


def depth(tree: object) -> int:
    if isinstance(tree, tuple):
        return max(map(depth, tree), default=0)
    return 1 + max(depth(getattr(tree, name, ())) for name in ("children", "blocks", "items"))


def only(md: str) -> tuple[object, ...]:
    [paragraph] = parse(md)
    assert isinstance(paragraph, Paragraph)
    return paragraph.children


INLINE = (
    ("**a**", Bold((Text("a"),))),
    ("** a **", Bold((Text(" a "),))),
    ("*a*", Italic((Text("a"),))),
    ("_a b_", Italic((Text("a b"),))),
    ("~~a~~", Strike((Text("a"),))),
    ("||a||", Spoiler((Text("a"),))),
    ("`a * b`", Code("a * b")),
    ("`a\\`b`", Code("a`b")),
    ("``a`b``", Code("a`b")),
    ("<@U1>", MemberMention("U1")),
    ("<#C.1_-x>", ChannelMention("C.1_-x")),
    ("<t:0>", Moment(datetime(1970, 1, 1, tzinfo=UTC), "f")),
    ("<t:-60:R>", Moment(datetime(1969, 12, 31, 23, 59, tzinfo=UTC), "R")),
    ("[a *b*](https://x.y)", Link("https://x.y", (Text("a "), Italic((Text("b"),))))),
    ("[<@1>](HTTP://x.y)", Link("HTTP://x.y", (Text("<@1>"),))),
    ("[](mailto:a@b.c)", Link("mailto:a@b.c", (Text("mailto:a@b.c"),))),
    ("***a***", Bold((Italic((Text("a"),)),))),
    ("*a **b***", Italic((Text("a "), Bold((Text("b"),))))),
    ("**a *b***", Bold((Text("a "), Italic((Text("b"),))))),
    ("*a _b_ c*", Italic((Text("a b c"),))),
    ("**a\nb**", Bold((Text("a"), Break(), Text("b")))),
    ("\\*a\\*", Text("*a*")),
)


@pytest.mark.parametrize(("md", "node"), INLINE)
def test_inside_a_line(md: str, node: object) -> None:
    assert only(md) == (node,)


@pytest.mark.parametrize(
    "text",
    [
        *("snake_case_name", "__init__", "2 * 3 * 4", "**open", "a ** b", "****", "||||", "``", "``a`", "a\\b", "C:\\"),
        *("<@>", "<@a b>", f"<@{'1' * 65}>", "<t:999999999999999>", "<t:1:X>", "<t:x>", "\\"),
        *("[x](javascript:alert)", "[x](https://)", "[x](https://a b)", "[x]", "[x] (https://a.b)"),
        *("#title", "#### title", "# ", ">quote", "-a", " - a", "1.a", "1234. a", "```", "```py"),
    ],
)
def test_what_is_not_markup_stays_text(text: str) -> None:
    assert only(text) == (Text(text),)


def test_crossed_markers_and_nested_brackets() -> None:
    assert only("**a ~~b** c~~") == (Bold((Text("a ~~b"),)), Text(" c~~"))
    assert only("*[a*](https://x.y)") == (Text("*"), Link("https://x.y", (Text("a*"),)))
    assert only("[a [b](https://x.y)](https://z.t)") == (
        Text("[a "),
        Link("https://x.y", (Text("b"),)),
        Text("](https://z.t)"),
    )


def test_blocks() -> None:
    md = "# Title\n> quoted\n>\n> > deep\n- a\n* b\n1. one\n```py\nx = *1*\n\n# y\n```\nend\nline\n\n\nmore"
    assert parse(md) == (
        Heading(1, (Text("Title"),)),
        Quote((Paragraph((Text("quoted"),)), Quote((Paragraph((Text("deep"),)),)))),
        Bullets(((Text("a"),), (Text("b"),)), ordered=False),
        Bullets(((Text("one"),),), ordered=True),
        CodeBlock("x = *1*\n\n# y", "py"),
        Paragraph((Text("end"), Break(), Text("line"))),
        Paragraph((Text("more"),)),
    )


def test_blank_lines_do_not_restart_a_list() -> None:
    assert plain("1. a\n\n2. b\n\nend") == "1. a\n2. b\nend"


def test_a_backslash_at_the_end_of_a_line_keeps_the_block() -> None:
    assert parse("# a\\\n# b") == (Heading(1, (Text("a"), Break(), Text("# b"))),)
    assert parse("- a\\\n\\\n- b") == (Bullets(((Text("a"), Break(), Break(), Text("- b")),)),)


def test_nesting_is_bounded() -> None:
    assert depth(parse("> " * 500 + "**~~||*[**~~||*x*||~~**](https://a.b)*||~~**")) <= 10
    assert depth(parse("> " * 4 + "**~~||*[**~~||*x*||~~**](https://a.b)*||~~**")) == 10
    assert plain("> " * 500 + "x") == "> " * 500 + "x"


def test_plain() -> None:
    md = "# T\n**a** ||b|| `*c*`\n\nd\n> e\\\n> f\n- [g](https://h.i)\n- [](https://h.i)\n```\n*j*\n```"
    lines = "T\na b *c*\n\nd\n> e\n> > f\n• g (https://h.i)\n• https://h.i\n*j*\n@1 #2 1970-01-01 00:01 UTC"
    assert plain(f"{md}\n<@1> <#2> <t:60>") == lines
    named = plain("<@1> <#2> <t:60:R>", member=lambda id: f"Ada{id}", channel="<{}>".format, moment=lambda m: m.style)
    assert named == "Ada1 <2> R"


def test_mentions_moments_and_links() -> None:
    moment = datetime(2026, 11, 23, 8, 0, 59, 999_999, tzinfo=timezone(timedelta(hours=1)))
    md = Md(f"{at(Named('U1'))} {to(Named('C1'))} {when(moment)} {link('a]b', 'https://x.org/a (b)')}")
    assert plain(md) == "@U1 #C1 2026-11-23 07:00 UTC a]b (https://x.org/a%20%28b%29)"
    assert when(moment, "R") == "<t:1795417259:R>"
    assert link("", "https://x.org") == link("https://x.org", "https://x.org")
    assert parse(when(datetime.min.replace(tzinfo=UTC))) == (
        Paragraph((Moment(datetime.min.replace(tzinfo=UTC), "f"),)),
    )


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: at(Named("1> <@2")), "mentioned"),
        (lambda: to(Named("")), "mentioned"),
        (lambda: at(Named("1\n")), "mentioned"),
        (lambda: when(datetime(2026, 1, 1)), "time zone"),  # noqa: DTZ001
        (lambda: when(datetime(2026, 1, 1, tzinfo=UTC), "x"), "style"),
        (lambda: when(datetime.max.replace(tzinfo=timezone(timedelta(hours=-1)))), "out of range"),
        (lambda: link("x", "javascript:alert(1)"), "not an address"),
        (lambda: link("x", "https://" + "a" * 2000), "not an address"),
    ],
)
def test_what_cannot_be_written_is_refused(make: Callable[[], Md], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        make()


def test_templates_replace_only_what_they_know() -> None:
    said = fill("{member} {member.__class__} {0} {other} {{member}} {", member="**x** {other}", other=Md("_y_"))
    assert plain(said) == "**x** {other} {member.__class__} {0} y {**x** {other}} {"
    assert fill("\\{a} {template}", a="x", template="y") == "\\{a} y"


def test_a_second_filling_does_not_reach_typed_text() -> None:
    assert plain(fill(fill("{a} {b}", a="{b}"), b="x")) == "{b} x"


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("plain", "plain"),
        (escape("a*b <c> snake_case #1 [x](y)"), "a*b <c> snake_case #1 [x](y)"),
        (f"see {link('', 'https://example.org/a_b')} now", "see https://example.org/a_b now"),
        ("[example.org](https://example.org/) [me@example.org](mailto:me@example.org)", "example.org me@example.org"),
        ("[here](https://example.org)", "[here](https://example.org)"),
        ("**loud** ~~no~~", "**loud** ~~no~~"),
        (r"¯\_(ツ)_/¯ C:\new", r"¯_(ツ)_/¯ C:\new"),
    ],
)
def test_what_was_typed_has_no_escapes_and_no_address_twice(written: str, typed: str) -> None:
    assert as_typed(written) == typed


def test_a_lonely_backslash_does_not_undo_escaping() -> None:
    assert only(fill("{a}{b}", a=Md("\\"), b="*x*")) == (Text("\\*x*"),)


@given(HOSTILE, st.dictionaries(st.sampled_from("abc"), HOSTILE))
def test_filling_never_raises(template: str, values: dict[str, str]) -> None:
    assert isinstance(fill(template, **values), Md)


def test_hidden_signs_go_and_families_stay() -> None:
    assert clean("a\u202eb\x00c\ufeff\r\nd\re\tf\x85\ud800\u2066") == "abc\nd\ne\tf"
    assert clean("👩\u200d👩\u200d👧 é e\u0301 हिन्दी") == "👩\u200d👩\u200d👧 é e\u0301 हिन्दी"
    assert clean("z" + "\u0301" * 40) == clean("z" + "\u0301\u200d" * 40).replace("\u200d", "") == "z" + "\u0301" * 4


@given(ANYTHING)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@UNTIMED
@given(ANYTHING)
@example("  # a \n\n\n- b\n  ")
@example("12. a")
def test_typed_text_is_only_text_and_nothing_is_lost(text: str) -> None:
    assert all(isinstance(node, HARMLESS) for node in nodes(parse(escape(text))))
    assert plain(escape(text)) == clean(text)


WRAPPERS: tuple[tuple[str, Callable[[tuple[Any, ...]], object]], ...] = (
    ("**{}**", lambda inner: Paragraph((Bold(inner),))),
    ("*{}*", lambda inner: Paragraph((Italic(inner),))),
    ("_{}_", lambda inner: Paragraph((Italic(inner),))),
    ("~~{}~~", lambda inner: Paragraph((Strike(inner),))),
    ("||{}||", lambda inner: Paragraph((Spoiler(inner),))),
    ("[{}](https://a.b)", lambda inner: Paragraph((Link("https://a.b", inner),))),
    ("## {}", lambda inner: Heading(2, inner)),
    ("> {}", lambda inner: Quote((Paragraph(inner),))),
    ("- {}", lambda inner: Bullets((inner,))),
    ("1. {}", lambda inner: Bullets((inner,), ordered=True)),
)


@UNTIMED
@given(ANYTHING.map(clean).filter(bool), st.sampled_from(WRAPPERS))
@example("a\\", WRAPPERS[0])
@example("*", WRAPPERS[0])
@example(" ", WRAPPERS[1])
@example("\xa0", WRAPPERS[1])
def test_typed_text_stays_inside_what_surrounds_it(
    text: str, wrapper: tuple[str, Callable[[tuple[Any, ...]], object]]
) -> None:
    template, around = wrapper
    [paragraph] = parse(escape(text))
    assume(isinstance(paragraph, Paragraph))
    assert parse(template.format(escape(text))) == (around(paragraph.children),)  # type: ignore[union-attr]


@UNTIMED
@given(ANYTHING.map(clean).filter(bool))
def test_typed_text_stays_inside_code(text: str) -> None:
    assert only(f"`{escape(text)}`") == (Code(text),)
    assert parse(f"```\n{escape(text)}\n```") == (CodeBlock(text),)


@UNTIMED
@given(st.lists(HOSTILE, min_size=2, max_size=4))
def test_typed_texts_side_by_side_are_only_text(texts: list[str]) -> None:
    md = "".join(map(escape, texts))
    assert all(isinstance(node, HARMLESS) for node in nodes(parse(md)))


@pytest.mark.parametrize("template", ["<{}>", "[a]{}", "<t:{}>", "-{}", "#{}", "1{}", ">{}", "``{}", "*{}"])
@pytest.mark.parametrize("typed", ["@1", "#1", "t:1", "(https://a.b)", "0:R", " a", ". a", "`\nb\n```", "* a*", "*a**"])
def test_typed_text_does_not_complete_what_is_around_it(template: str, typed: str) -> None:
    assert all(isinstance(node, HARMLESS) for node in nodes(parse(template.format(escape(typed)))))


@UNTIMED
@given(ANYTHING)
@example("*a _b_ c*~~d~~~~e~~")
@example("- a\n\n\\\u2060\n\n- b")
def test_writing_the_tree_gives_the_tree(text: str) -> None:
    tree = parse(text)
    assert parse(unparse(tree)) == tree
    assert depth(tree) <= 10


def test_trees_that_no_text_gives_are_written_all_the_same() -> None:
    odd = (
        Paragraph((Bold((Bold((Text("a"),)), Strike(()))), Link("javascript:x", (Text("b"),)), Text("\n# c"))),
        CodeBlock("```", "not a name"),
    )
    assert parse(unparse(odd)) == (
        Paragraph((Bold((Text("a"),)), Text("b"), Break(), Text("# c"))),
        CodeBlock("```"),
    )


@UNTIMED
@given(ANYTHING, st.integers(-1, 80), st.sampled_from(("…", "", "* more *", "(…)")))
def test_a_cut_text_fits_and_stays_whole(text: str, limit: int, more: str) -> None:
    cut = clip(text, limit, more)
    assert len(plain(cut)) <= max(limit, 0)
    if len(plain(text)) <= limit:
        assert cut == text


CUTS = (
    ("**Hello dear friends** of the club", 12, "**Hello dear**…"),
    ("Hello", 5, "Hello"),
    ("Hellooooooooo", 5, "Hell…"),
    ("Hello", 1, "…"),
    ("Hello", 0, ""),
    ("> - quoted words", 11, "> - quoted…"),
    ("- one\n- two\n- three", 12, "- one\n- two…"),
    ("see [the rules](https://a.b) now", 20, "see…"),
    ("```py\nlong code here\n```", 10, "```py\nlong code…\n```"),
    ("👩\u200d👩\u200d👧👩\u200d👩\u200d👧", 8, "👩\u200d👩\u200d👧…"),
)


@pytest.mark.parametrize(("md", "limit", "cut"), CUTS)
def test_a_cut_keeps_markup_and_words(md: str, limit: int, cut: str) -> None:
    assert parse(clip(md, limit)) == parse(cut)


def steps(work: Callable[[], object]) -> int:
    """Lines of Python run by ``work``."""
    count = 0

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


HOSTILE_REPETITION = (
    *("*", "_a*", "**a ", "* _", "*a_ b", "~~", "||", "`", "`` a` ", "`\\`", "\\", "\\\n", "\n", "a\u0301"),
    *("[", "[a", "](", "[a](", "[a](https://", "[[a](https://b)", "<@", "<@a", "<t:1", "{a"),
    *("> ", "> a\n", "- ", "- a\n\n", "1. \n\n", "```\n", "```a\n", "# a\n"),
)


@pytest.mark.parametrize("sign", HOSTILE_REPETITION)
@pytest.mark.parametrize("work", [parse, plain, escape, lambda text: unparse(parse(text))])
def test_hostile_repetition_makes_work_in_proportion(work: Callable[[str], object], sign: str) -> None:
    few, many = (steps(lambda text=sign * size: work(text)) for size in (200, 800))  # type: ignore[misc]
    assert many <= 4.5 * few + 100


@pytest.mark.parametrize("sign", HOSTILE_REPETITION)
def test_long_hostile_texts_are_read(sign: str) -> None:
    text = (sign * 40_000)[:40_000]
    assert depth(parse(text)) <= 10
    assert plain(escape(text)) == clean(text)


def test_french_sets_its_colon_off() -> None:
    assert labelled("Quoi", "rappel", "fr-CA") == "Quoi\N{NARROW NO-BREAK SPACE}: rappel"
    assert labelled("What", "notice", "en") == "What: notice"

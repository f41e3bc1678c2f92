"""What a message says and how it looks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from bot.cog import Voice
from cogs.moderation.rules import Recipe, Remembered, Rule, Rulebook, RuleSet, Surroundings, prepare
from cogs.moderation.rules.faults import said
from cogs.moderation.seen import Seen

Make = Callable[..., Any]


def refused(trigger: dict[str, Any]) -> str:
    with pytest.raises(ValidationError) as error:
        Rule.model_validate({"name": "one", "triggers": [trigger]})
    return "\n".join(Voice().text(fault.words) for fault in said(error.value))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("tu es un gros vilain !", "vilain"),
        ("VILAIN", "VILAIN"),
        ("v-i-l-a-i-n va", "v-i-l-a-i-n"),
        ("un vilainpetitcanard", None),
        ("rien de tel", None),
    ],
)
def test_own_words_are_found_where_they_stand(rule: Make, text: str, found: str | None) -> None:
    hit = rule({"on": "words", "words": ["vilain"]}).sees(text, language="fr")
    assert (hit and hit.matched) == found
    assert hit is None or text[slice(*hit.span)] == hit.matched


LISTED = {
    "haus": {"words": ["dummkopf"], "language": "de"},
    "quebec": {"words": ["niaiseux"], "language": "fr-CA"},
    "any": {"words": ["quatsch"]},
}


@pytest.mark.parametrize(
    ("languages", "text", "found"),
    [
        ([], "du dummk0pf", "dummk0pf"),
        ([], "niaiseux va", "niaiseux"),
        ([], "so ein quatsch", "quatsch"),
        (["FR"], "niaiseux va", "niaiseux"),
        (["fr"], "du dummkopf", None),
        (["fr"], "so ein quatsch", "quatsch"),
    ],
)
def test_own_lists_of_any_language_count_unless_the_rule_names_others(
    languages: list[str], text: str, found: str | None
) -> None:
    trigger = {"on": "words", "lists": [*LISTED], "languages": languages}
    rules = RuleSet.model_validate({"lists": LISTED, "rules": [{"name": "one", "triggers": [trigger]}]})
    told = Rulebook(prepare(Recipe(rules, Surroundings()))).judge(Seen(text=text, language="en"), Remembered())
    assert [one.hit.matched for one in told] == ([found] if found else [])


def test_words_hide_neither_behind_a_spoiler_nor_in_what_is_quoted(rule: Make) -> None:
    desk = rule({"on": "words", "words": ["villain"]})
    assert desk.sees("you ||villain||").matched == "villain"
    hit = desk.sees("look at that", quoted=("nothing", "a villain said"))
    assert (hit.matched, hit.quote) == ("villain", 1)


def test_two_rules_may_look_for_the_same_word(rule: Make) -> None:
    desk = rule({"on": "words", "words": ["villain"]}, {"on": "words", "words": ["Villain", "rogue"]})
    assert [one.hit.detail.lower() for one in desk.findings("that villain")] == ["villain"]


def test_a_word_trigger_needs_words() -> None:
    assert "name a list" in refused({"on": "words"})


@pytest.mark.parametrize(
    ("patterns", "text", "found"),
    [
        ([r"\bfree +money\b"], "get FREE  money now", "FREE  money"),
        ([r"(?-i)ABC"], "abc ABC", "ABC"),
        (["été"], "l’été 😀 arrive", "été"),
        (["x{3}", "y{3}"], "ayyy", "yyy"),
        (["x{3}"], "xx", None),
    ],
)
def test_patterns(rule: Make, patterns: list[str], text: str, found: str | None) -> None:
    hit = rule({"on": "pattern", "patterns": patterns}).sees(text)
    assert (hit and hit.matched) == found


def test_a_pattern_finds_its_place_after_wide_characters(rule: Make) -> None:
    hit = rule({"on": "pattern", "patterns": ["needle"]}).sees("😀é\ud800 needle")
    assert hit.matched == "needle"
    assert hit.span == (4, 10)


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("(a", "missing )"),
        ("a(?=b)", "at character 2, “(?=”: RE2 has no look-ahead"),
        (r"(a)\1", "back-references"),
        ("a*+", "possessive"),
        ("a*", "matches an empty text"),
        ("x" * 501, "at most 500"),
        ("(a{1000}){1000}", ""),
    ],
)
def test_a_bad_pattern_is_refused_with_its_place(pattern: str, words: str) -> None:
    assert words in refused({"on": "pattern", "patterns": [pattern]})


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("WHY DOES NOBODY EVER ANSWER ME", True),
        ("POURQUOI PERSONNE NE RÉPOND À MES MESSAGES ÉCRITS", True),
        ("Why does nobody ever answer me", False),
        ("OK NASA", False),
        ("<@12345678901234567890> see https://EXAMPLE.ORG/ABCDEFGHIJKLMNOPQRSTUVWXYZ please", False),
        ("`SELECT NAME FROM PEOPLE WHERE AGE` works", False),
        ("写真をたくさん見ましたとても良かったです", False),
        ("АБВГДЕЖЗИКЛМНОПРСТУФ", True),
    ],
)
def test_capitals(rule: Make, text: str, matches: bool) -> None:
    assert bool(rule({"on": "capitals", "letters": 15, "share": 0.7}).sees(text)) is matches


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("😀😀😀", 3),
        ("👩‍👩‍👧‍👦 👍🏽 🇫🇷 1️⃣ ❤️", 5),
        ("<:party:123456789012345678><a:wave:123456789012345678> :tada: :+1::skin-tone-3:", 4),
        ("at 10:30:45, see std::vector::iterator", 0),
        ("returns :class:`Reading` or :exc:`KeyError`", 0),
        ("plain", 0),
    ],
)
def test_emoji_are_counted_as_people_see_them(rule: Make, text: str, count: int) -> None:
    if count:
        assert rule({"on": "emoji", "count": count}).sees(text).detail == str(count)
    assert rule({"on": "emoji", "count": count + 1}).sees(text) is None


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("a\n" * 40, True),
        ("a\n" * 39, False),
        ("a" + "\n" * 10 + "b", True),
        ("a" + "\n \n\t\n" * 4, True),
        ("like this:\n```py\n" + "x += 1\n" * 60 + "```\nclear?", False),
        ("```\n" + "x\n" * 20 + "```" + "a\n" * 40, True),
        ("```" + "\n" * 60 + "```", True),
        ("```\n" + "x\n" * 60, True),
        ("a", False),
    ],
)
def test_line_breaks(rule: Make, text: str, matches: bool) -> None:
    assert bool(rule({"on": "lines", "count": 40, "empty": 10}).sees(text)) is matches


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("Z\u0351\u036b\u0343a\u0302\u0303\u0304lgo", True),
        ("Việt Nam, được, Nguyễn", False),
        ("Vie\u0302\u0323t Nam, d\u01b0\u01a1\u0323c, Nguye\u0302\u0303n", False),
        ("שָׁלוֹם עֲלֵיכֶם", False),
        ("สวัสดีครับ ที่นี่", False),
        ("e\u0301te\u0301", False),
    ],
)
def test_stacked_marks(rule: Make, text: str, matches: bool) -> None:
    assert bool(rule({"on": "zalgo"}).sees(text)) is matches


@pytest.mark.parametrize("count", [4, 7, 20, 31])
@pytest.mark.parametrize("before", ["", "a", "hello ", "é" * 3 + " "])
@pytest.mark.parametrize("one", ["o", "é", "!", "😀"])
def test_repeated_characters(rule: Make, count: int, before: str, one: str) -> None:
    desk = rule({"on": "repeats", "count": count})
    assert desk.sees(before + one * count + " there").matched == one * count
    assert desk.sees(before + one * (count - 1) + " there") is None


def test_lines_drawn_and_numbers_repeat_nothing(rule: Make) -> None:
    desk = rule({"on": "repeats", "count": 10})
    for line in ("-" * 30, "^" * 30, "/" * 30, "█" * 20 + "░" * 20, "1" + "0" * 20, " " * 30):
        assert desk.sees(f"see {line} there") is None


def test_length(rule: Make) -> None:
    desk = rule({"on": "length", "characters": 10})
    assert desk.sees("0123456789")
    assert desk.sees("012345678") is None


@pytest.mark.parametrize(
    ("text", "mentions", "count"),
    [
        ("<@1> <@!2> <@&3>", (), 3),
        ("<@U01ABC> <!subteam^S01> <@W2|bob>", (), 3),
        ("<@1> <@1> <@1>", (), 1),
        ("@ada @bob, @chloé", (), 3),
        ("write to ada@example.org or see example.org/@ada", (), 0),
        ("npm i @types/node @babel/core", (), 0),
        ('@route("/") @cached(60)', (), 0),
        ("```\n@ada", (), 1),
        ("`@Test` and ```java\n@Override\n@Before``` for @ada", (), 1),
        ("@ada/@bob", (), 1),
        ("hello", ("1", "2"), 2),
    ],
)
def test_mentions_are_counted_once_each(rule: Make, text: str, mentions: tuple[str, ...], count: int) -> None:
    if count:
        assert rule({"on": "mentions", "count": count}).sees(text, mentions=mentions).detail == str(count)
    assert rule({"on": "mentions", "count": count + 1}).sees(text, mentions=mentions) is None


@pytest.mark.parametrize("text", ["@everyone", "hey @here!", "<!channel> hi", "<!here|here>", "@Everyone"])
def test_calling_everybody(rule: Make, text: str) -> None:
    assert rule({"on": "mentions", "everyone": True}).sees(text).detail == "everyone"
    assert rule({"on": "mentions"}).sees(text) is None


@pytest.mark.parametrize("text", ["everyone", "me@here.org", "we @everyoneelse", "type `@everyone`"])
def test_not_calling_everybody(rule: Make, text: str) -> None:
    assert rule({"on": "mentions", "everyone": True, "count": 100}).sees(text) is None


@pytest.mark.parametrize(
    ("trigger", "files", "matches"),
    [
        ({"programs": True}, ("setup.EXE",), True),
        ({"programs": True}, ("photo.jpg", "https://files.example.org/1/run.scr?ex=1"), True),
        ({"programs": True}, ("exe.png",), False),
        ({"deny": [".tar.gz"]}, ("a.tar.gz",), True),
        ({"deny": ["gz"]}, ("a.tar.gz",), True),
        ({"only": ["png", "jpg"]}, ("a.png",), False),
        ({"only": ["png", "jpg"]}, ("a.png", "b.pdf"), True),
        ({"only": ["png", "jpg"]}, ("noending",), True),
        ({"count": 2}, ("a.png", "b.png"), True),
        ({"count": 2}, ("a.png",), False),
        ({"programs": True}, (), False),
    ],
)
def test_attached_files(rule: Make, trigger: dict[str, Any], files: tuple[str, ...], matches: bool) -> None:
    assert bool(rule({"on": "attachments", **trigger}).sees("see", attachments=files)) is matches


def test_an_ending_is_an_ending() -> None:
    assert "write exe" in refused({"on": "attachments", "deny": ["a b"]})

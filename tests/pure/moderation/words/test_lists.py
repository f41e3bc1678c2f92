"""What a list may say, and what it means."""

from __future__ import annotations

import pickle

import pytest

from cogs.moderation.words import ALLOW, Entry, Matcher, prepare, read_list

LIST = """
# a comment
[insult 2]
moron
son of a gun   # said in films
[3]
c#sharp
[allow]
moron test
"""


def made(*texts: str, allow: tuple[str, ...] = ()) -> Matcher:
    return Matcher(prepare([Entry(text) for text in texts], allow, ()))


def said(matcher: Matcher, text: str, language: str = "") -> list[str]:
    return [text[match.start : match.end] for match in matcher.find(text, language)]


def test_a_list_is_read_with_its_headings_and_comments() -> None:
    assert read_list(LIST, language="en") == (
        Entry("moron", "en", "insult", 2),
        Entry("son of a gun", "en", "insult", 2),
        Entry("c#sharp", "en", "", 3),
        Entry("moron test", "en", ALLOW, 1),
    )


def test_what_a_list_allows_exonerates() -> None:
    matcher = Matcher(prepare(read_list(LIST), (), ()))
    assert said(matcher, "you moron, do the moron test") == ["moron"]


@pytest.mark.parametrize(
    ("entry", "text", "found"),
    [
        ("cat*", "a catalogue of cats", ["catalogue", "cats"]),
        ("*cat", "bobcat concatenate", ["bobcat"]),
        ("*cat*", "bobcat concatenate cat", ["bobcat", "concatenate", "cat"]),
        ("cat", "a catalogue, a cat, a cât", ["cat", "cât"]),
        ("cat*", "c.a.t", ["c.a.t"]),
        ("free nitro", "FREE n1tro now", ["FREE n1tro"]),
        ("free nitro", "free\nnitro", ["free\nnitro"]),
        ("c'est nul", "c’est nul ça", ["c’est nul"]),
        ("🖕", "oh 🖕🏽 you", ["🖕"]),
        (":-)", "well :-)", [":-)"]),
        ("1488", "1488 and 14880", ["1488"]),
        ("s&m", "s&m s m sm", ["s&m"]),
        ("a$$hat", "asshat a$$hat", ["asshat", "a$$hat"]),
        ("œuf", "un oeuf, un œuf", ["oeuf", "œuf"]),
    ],
)
def test_an_entry_is_a_word_a_phrase_or_a_sign(entry: str, text: str, found: list[str]) -> None:
    assert said(made(entry), text) == found


def test_allowed_words_and_phrases_exonerate_what_they_cover() -> None:
    matcher = made("dick", "cock*", allow=("moby dick", "cocktail", "cockp*"))
    assert said(matcher, "Moby-Dick and a dick drink a cocktail in the cockpit of a cockerel") == ["dick", "cockerel"]


def test_entries_of_other_languages_do_not_count() -> None:
    matcher = Matcher(prepare([Entry("bite", "fr"), Entry("slut", "en"), Entry("zut")], (), ()))
    assert said(matcher, "bite slut zut", "fr") == ["bite", "zut"]
    assert said(matcher, "bite slut zut", "fr-CA") == ["bite", "zut"]
    assert said(matcher, "bite slut zut", "en") == ["slut", "zut"]
    assert said(matcher, "bite slut zut") == ["bite", "slut", "zut"]


def test_the_longest_of_several_entries_is_told() -> None:
    assert said(made("pute", "fils de pute"), "ce fils de pute") == ["fils de pute"]


def test_an_empty_list_finds_nothing() -> None:
    assert not made().find("anything")
    assert not made("*", "  ").find("anything")


def test_a_plan_travels_between_processes() -> None:
    plan = prepare([Entry("moron")], ("moron test",), ())
    assert said(Matcher(pickle.loads(pickle.dumps(plan))), "m0ron") == ["m0ron"]

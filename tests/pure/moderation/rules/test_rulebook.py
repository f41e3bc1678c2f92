"""The rules together: what they find in one message, and how they explain themselves."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cog import Level, Voice
from cogs.moderation.actions import Delete
from cogs.moderation.rules import (
    Change,
    Mode,
    Prepared,
    Preset,
    Recipe,
    Remembered,
    Rule,
    Rulebook,
    RuleSet,
    Surroundings,
    effective,
    prepare,
    preset_rules,
    spoken,
)
from cogs.moderation.rules.presets import TEXTS
from cogs.moderation.seen import Moment, Seen
from tests.pure.moderation.rules.conftest import NOON

Make = Callable[..., Any]
ENGLISH, FRENCH = Voice("en"), Voice("fr")

CLEAN = (
    "The walk on Sunday starts at ten near the old bridge: bring water, and a friend who likes birds!",
    "Who could help with the raffle? I have 3 prizes, but no box…",
    "Merci à tous pour hier soir ! C’était très réussi, et le buffet aussi 😋",
    "Peter, tu peux péter une noix ? Success garanti, assieds-toi.",
    "I passed the class with an assessment in Scunthorpe; my cocktail was fine.",
    "LOL 😂😂😂 trop bien!!!",
    "v2.1.0 is out: see https://docs.python.org/3/whatsnew/3.13.html and https://github.com/python/cpython",
    "```python\\nSELECT = [x for x in range(10)]\\n```",
    "NASA and ESA launch on 2026-11-23 at 10:30:00 UTC",
    "Rendez-vous au 12, rue de la Paix (code 1234B), 18 h 30.",
    "@ada @bob vous venez ? <@123456789012345678>",
    "aaah oui… hmm… noooon, trop bizarre",
    "- pain\\n- lait\\n- œufs\\n\\nVoilà la liste",
    "https://www.lemonde.fr/sport/ https://fr.wikipedia.org/wiki/Pont https://www.amazon.de/dp/B00",
    "Xin chào, Nguyễn Thị Minh Khai! Привет, как дела? שלום 你好",
    "J’ai envoyé un mail à ada.lovelace@example.org.Il est parti",
    "GUESS WHO FOUND THE KEY",
    "ENFIN, ÇA MARCHE CHEZ MOI",
    "youpiiiiiiiiiiiiiiiiii",
    "🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉",
    "read https://t.co/AbCdEf1234 first",
    "```py\n" + "print('tick')\n" * 70 + "```",
    "    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\nNameError: name 'tick' is not defined",
    "npm i @types/node @babel/core @vue/cli @nestjs/common @prisma/client @mui/material @emotion/css @trpc/server",
    "",
)


@pytest.fixture(scope="module")
def standard() -> Prepared:
    """The presets look for the same words: their lists are compiled once."""
    return prepare(Recipe(RuleSet(preset=Preset.STANDARD)))


@pytest.fixture(scope="module")
def books(standard: Prepared) -> dict[Preset, Rulebook]:
    return {preset: Rulebook(replace(standard, recipe=Recipe(RuleSet(preset=preset)))) for preset in Preset}


@pytest.mark.parametrize("preset", Preset)
@pytest.mark.parametrize("text", CLEAN)
@pytest.mark.parametrize("language", ["", "en", "fr"])
def test_presets_spare_clean_messages(books: dict[Preset, Rulebook], preset: Preset, text: str, language: str) -> None:
    seen = Seen(
        text=text, text_language=language, at=NOON, author="ada", earlier=40, joined_at=NOON - timedelta(days=9)
    )
    assert books[preset].judge(seen, Remembered()) == ()


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("come to discord.gg/abcdefg", "invites"),
        ("https://dlscord-gift.com/free", "lookalikes"),
        (" ".join(f"<@{n}>" for n in range(12)), "mentions"),
        ("POURQUOI EST-CE QUE PERSONNE NE ME RÉPOND JAMAIS ICI", "capitals"),
        ("H\u0302\u0303\u0304E\u0302\u0303\u0304", "zalgo"),
        ("no" + "o" * 60, "repeats"),
    ],
)
def test_the_standard_preset_finds(books: dict[Preset, Rulebook], text: str, rule: str) -> None:
    assert [one.rule for one in books[Preset.STANDARD].judge(Seen(text=text), Remembered())] == [rule]


@pytest.mark.parametrize(("text", "rule"), [("@everyone look", "everyone")])
def test_only_the_strict_preset_finds(books: dict[Preset, Rulebook], text: str, rule: str) -> None:
    found = {preset: [one.rule for one in book.judge(Seen(text=text), Remembered())] for preset, book in books.items()}
    assert found == {Preset.GENTLE: [], Preset.STANDARD: [], Preset.STRICT: [rule]}


@pytest.mark.parametrize("preset", Preset)
def test_presets_have_the_same_rules_and_words_for_each(preset: Preset) -> None:
    rules = preset_rules(preset)
    assert [rule.name for rule in rules] == list(TEXTS)
    assert all(rule.title and rule.netiquette and rule.actions for rule in rules)
    for rule in rules:
        for text in (rule.title, rule.netiquette):
            assert ENGLISH.text(spoken(text)) == text
            assert FRENCH.text(spoken(text)) != text or rule.title == "Emoji", text


def test_what_somebody_typed_as_a_title_stays_as_typed() -> None:
    assert spoken("No {spoilers}") == "No {spoilers}"


def many(*rules: dict[str, Any], **more: Any) -> Rulebook:
    made = RuleSet.model_validate({"rules": rules, **more})
    return Rulebook(pickle.loads(pickle.dumps(prepare(Recipe(made, Surroundings(languages=()))))))


SHOUT: dict[str, Any] = {"on": "pattern", "patterns": ["shout"]}


def test_findings_come_in_the_order_of_the_rules_each_once() -> None:
    book = many(
        {"name": "b", "triggers": [SHOUT, {"on": "length", "characters": 1}], "version": 4},
        {"name": "off", "triggers": [SHOUT], "mode": "off"},
        {
            "name": "a",
            "triggers": [{"on": "length", "characters": 1}],
            "mode": "observe",
            "actions": [{"do": "delete"}],
        },
    )
    first, second = book.judge(Seen(text="a shout"), Remembered())
    assert (first.rule, first.version, first.hit.trigger, first.observing) == ("b", 4, "pattern", False)
    assert (second.rule, second.actions, second.observing) == ("a", (Delete(),), True)


def test_a_change_of_a_preset_holds(standard: Prepared) -> None:
    rules = RuleSet(preset=Preset.STANDARD, changes={"everyone": Change(mode=Mode.OFF, version=2)})
    assert [(rule.mode, rule.version) for rule in effective(rules) if rule.name == "everyone"] == [(Mode.OFF, 2)]
    assert Rulebook(replace(standard, recipe=Recipe(rules))).judge(Seen(text="@everyone look"), Remembered()) == ()


def test_the_level_from_which_nobody_is_judged_is_chosen() -> None:
    shout = Seen(text="shout", level=Level.MODERATOR)
    loud = {"name": "loud", "triggers": [SHOUT]}
    assert many(loud).judge(shout, Remembered()) == ()
    assert many(loud, exempt="admin").judge(shout, Remembered())
    for nobody in ("nobody", "none", None):
        assert many(loud, exempt=nobody).judge(Seen(text="shout", level=Level.ADMIN), Remembered())
    assert many(loud, exempt="everyone").judge(Seen(text="shout"), Remembered()) == ()


def test_allowed_words_are_not_found() -> None:
    rule = {"name": "one", "triggers": [{"on": "words", "lists": ["mine"]}]}
    lists = {"mine": {"words": ["villain", "rogue"]}}
    assert many(rule, lists=lists).judge(Seen(text="the rogue wave"), Remembered())
    assert many(rule, lists=lists, allow=["rogue wave"]).judge(Seen(text="the rogue wave"), Remembered()) == ()


def test_a_list_counts_from_its_severity_and_in_its_language() -> None:
    lists = {"mine": {"words": ["villain"], "severity": 2, "language": "en"}}
    low, high = ({"name": "one", "triggers": [{"on": "words", "lists": ["mine"], "severity": n}]} for n in (2, 3))
    assert many(low, lists=lists).judge(Seen(text="a villain"), Remembered())
    assert many(low, lists=lists).judge(Seen(text="a villain", text_language="en-GB"), Remembered())
    assert many(low, lists=lists).judge(Seen(text="a villain", text_language="fr"), Remembered()) == ()
    assert many(low, lists=lists).judge(Seen(text="a villain", language="fr"), Remembered())
    assert many(high, lists=lists).judge(Seen(text="a villain"), Remembered()) == ()


def words(name: str, *listed: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "triggers": [{"on": "words", "words": listed, **more}]}


def test_each_rule_finds_its_own_word_where_several_meet() -> None:
    book = many(words("short", "grumpf"), words("long", "grumpf face"), words("other", "face off"))
    found = book.judge(Seen(text="you grumpf face off"), Remembered())
    assert [(one.rule, one.hit.matched) for one in found] == [
        ("short", "grumpf"),
        ("long", "grumpf face"),
        ("other", "face off"),
    ]


def test_a_word_said_again_and_again_hides_no_other() -> None:
    book = many(words("mild", "grumpf"), words("grave", "villain"))
    assert {one.rule for one in book.judge(Seen(text="grumpf " * 50 + "villain"), Remembered())} == {"mild", "grave"}


def test_a_rule_chooses_the_languages_of_its_words() -> None:
    lists = {
        "english": {"words": ["villain"], "language": "en"},
        "french": {"words": ["coquin"], "language": "fr"},
        "all": {"words": ["grumpf"]},
    }
    both, french = (
        {"name": name, "triggers": [{"on": "words", "lists": list(lists), "languages": languages}]}
        for name, languages in (("both", []), ("french", ["fr"]))
    )
    book = many(both, french, lists=lists)

    def found(text: str) -> set[str]:
        return {one.rule for one in book.judge(Seen(text=text), Remembered())}

    assert found("a villain") == {"both"}
    assert found("un coquin") == found("a grumpf") == {"both", "french"}


def explained(book: Rulebook, seen: Seen, voice: Voice = ENGLISH) -> dict[str, str]:
    return {one.rule.name: voice.text(one.why) for one in book.explain(seen, Remembered())}


def test_every_rule_says_why() -> None:
    book = many(
        {"name": "loud", "triggers": [SHOUT, {"on": "capitals"}]},
        {"name": "night", "triggers": [SHOUT], "only": {"channels": ["night"]}},
        {"name": "spared", "triggers": [SHOUT], "unless": {"roles": ["singers"]}},
        {"name": "off", "triggers": [SHOUT], "mode": "off"},
        {"name": "fast", "triggers": [{"on": "flood"}]},
        {"name": "raid", "triggers": [{"on": "join_rate"}]},
    )
    told = explained(book, Seen(text="a shout", at=NOON, author="ada", roles=("singers",)))
    assert "found “shout”" in told["loud"]
    assert "0 capitals among 6 letters" in told["loud"]
    assert told["night"] == "It only looks under this condition: channel: night."
    assert told["spared"] == "This exception holds: role: singers."
    assert told["off"] == "This rule is off."
    assert "Fewer than 8 messages in 10 seconds" in told["fast"]
    assert told["raid"] == "It looks at other moments."
    assert "exempt" in explained(book, Seen(text="a shout", level=Level.ADMIN))["loud"]
    assert explained(book, Seen(text="a shout", is_bot=True))["loud"] == "Bots are not judged."


def test_the_explanation_agrees_with_the_judgement(books: dict[Preset, Rulebook]) -> None:
    for text in (*CLEAN, "come to discord.gg/abcdefg", "@everyone LOOK AT THIS EVERYBODY NOW PLEASE"):
        seen = Seen(text=text, at=NOON, author="ada")
        found = tuple(one.finding for one in books[Preset.STRICT].explain(seen, Remembered()) if one.finding)
        assert found == books[Preset.STRICT].judge(seen, Remembered())


def test_explanations_are_in_the_readers_language(books: dict[Preset, Rulebook]) -> None:
    for moment in Moment:
        seen = Seen(text="Bonjour https://example.org", at=NOON, author="ada", moment=moment, attachments=("a.png",))
        english, french = (explained(books[Preset.STRICT], seen, voice) for voice in (ENGLISH, FRENCH))
        assert not [name for name, words in english.items() if words == french[name]]


HOSTILE = st.text(
    st.one_of(st.characters(), st.sampled_from("a@.:/[]()<>|*_`#!\u200b\u0301😀\ud800\n\r\x00%é&;^1")), max_size=200
)


@given(
    HOSTILE,
    st.lists(HOSTILE, max_size=2),
    st.sampled_from(Moment),
    st.sampled_from(["", "fr", "en", "xx-YY", "\ud800"]),
)
@settings(deadline=None, max_examples=150)
def test_judging_never_fails_and_shows_where(
    books: dict[Preset, Rulebook], text: str, quoted: list[str], moment: Moment, language: str
) -> None:
    seen = Seen(
        text=text, quoted=tuple(quoted), moment=moment, text_language=language, at=NOON, author="a", channel="c"
    )
    windows = Remembered()
    for _ in range(3):
        for finding in books[Preset.STRICT].judge(seen, windows):
            start, end = finding.hit.span
            source = text if finding.hit.quote is None else quoted[finding.hit.quote]
            assert 0 <= start <= end <= len(source)
            assert source[start:end] == finding.hit.matched
    books[Preset.STRICT].explain(seen, windows)


def test_a_rule_knows_whether_it_does_the_same() -> None:
    rule = Rule.model_validate({"name": "one", "triggers": [SHOUT]})
    assert rule.same(rule.model_copy(update={"version": 9}))
    assert not rule.same(rule.model_copy(update={"mode": Mode.OFF}))

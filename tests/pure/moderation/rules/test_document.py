"""Rule files: everything wrong is said at once, and what is written is read back the same."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cog import Level, Voice
from cogs.moderation.rules import Change, Mode, Preset, Rule, RuleSet, Where, WordList, effective, preset_rules
from cogs.moderation.rules.document import BadRules, read_rules, schema, write_rules
from cogs.moderation.rules.triggers import PatternTrigger, WordsTrigger

WRONG = """\
preset: standard
exempt: helpr
changes:
  capitals: {mode: off}
  capitls: {mode: off}
rules:
  - name: No spoilers
    triggers:
      - {on: wods, words: [a]}
      - {on: words, wrds: [secret]}
      - on: pattern
        patterns:
          - "(a"
          - '(?=a)b'
    mode: observe
    mode: act
    unless: {levl: moderator, member_for: 30 parsecs, hours: 25-3}
    actions:
      - {do: timeout, length: 40d}
      - {doo: delete}
  - name: empty
    triggers: []
"""


def problems(text: str) -> list[tuple[int, str]]:
    with pytest.raises(BadRules) as error:
        read_rules(text)
    return [(one.line, Voice().text(one.words)) for one in error.value.problems]


def test_everything_wrong_is_said_at_once_with_its_line() -> None:
    told = problems(WRONG)
    expected = {
        2: "unknown level “helpr”; known: everyone, helper",
        7: "“No spoilers” is no name",
        9: "unknown kind “wods”; did you mean “words”?",
        10: "unknown key “wrds”; did you mean “words”?",
        13: "at character 1, “(a”: missing )",
        14: "at character 1, “(?=”: RE2 has no look-ahead",
        16: "“mode” was already given on line 15",
        17: "unknown key “levl”; did you mean “level”?",
        19: "“length”: at most 28 days",
        20: "say which kind it is: “do: …”",
        22: "“triggers”: needs 1 at least",
    }
    for line, words in expected.items():
        assert any(at == line and words in said for at, said in told), (line, words, told)
    assert {line for line, _ in told} == set(expected)


def test_names_that_mean_nothing_are_told() -> None:
    told = problems(
        "preset: gentle\nchanges:\n  capitls: {mode: off}\nrules:\n"
        "- name: capitals\n  triggers: [{on: emoji}]\n"
        "- name: mine\n  triggers: [{on: emoji}, {on: words, lists: [insutl]}]\n"
        "- name: mine\n  triggers: [{on: emoji}]\n"
        "lists:\n  insult2: {words: [a]}\n"
    )
    assert [line for line, _ in told] == [3, 5, 8, 9]
    assert "did you mean “capitals”?" in told[0][1]
    assert "change the preset’s under “changes”" in told[1][1]
    assert "unknown list “insutl”; did you mean “insult" in told[2][1]
    assert "nothing to change without a “preset”" in problems("changes: {capitals: {mode: off}}")[0][1]


BOMB = "a: &k0 [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"b{at}: &k{at} [{','.join([f'*k{at - 1}'] * 10)}]\n" for at in range(1, 8)
)
"""Eight lines that stand for ten million values."""


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "the file is empty"),
        ("- a", 1, "write keys and values"),
        ("preset: [", 1, "not YAML"),
        ("a: b: c", 1, "not YAML"),
        ("rules:\n\t- name: a\n", 2, "a tab stands here; indent with spaces"),
        ("rules:\n  - name: a\n   triggers: []\n", 3, "indent this line like the others"),
        ("rules:\n  - {name: a\n", 3, "a bracket or a comma is missing"),
        ('rules:\n  - name: "a\n', 3, "a quotation mark is not closed"),
        ("preset: strict\n---\npreset: gentle\n", 2, "a file holds one document"),
        ("rules: " + "[" * 5000 + "]" * 5000, 1, "too many levels"),
        ("preset: soft", 1, "unknown value “soft”; known: gentle, standard, strict"),
        ("format: 2\npreset: gentle", 1, "“format”: at most 1"),
        ("relais: script", 1, "unknown value “script”"),
        ("x: " + "[" * 30 + "]" * 30, 1, "too many levels"),
        ("? [a]\n: b", 1, "a key is a text"),
        (BOMB, 1, "too large"),
        ("a: \x00", 1, "not YAML"),
    ],
)
def test_a_hostile_file_ends_in_words(text: str, line: int, words: str) -> None:
    told = problems(text)
    assert any(words in said for _, said in told), told
    assert any(at == line for at, _ in told), told


def test_a_value_is_what_it_looks_like() -> None:
    rules = read_rules(
        "preset: strict\nallow: [off, 007, 'null', 1.0, yes]\nexempt: nobody\nchanges:\n  flood:\n    mode: off\n"
        "    unless: {member_for: 2h30, level: moderator}\n    budget: 0.1\n"
    )
    assert rules.allow == ("off", "007", "null", "1.0", "yes")
    assert rules.exempt is None
    assert rules.changes["flood"].unless == Where.model_validate({"member_for": "150m", "level": Level.MODERATOR})
    (flood,) = [rule for rule in effective(rules) if rule.name == "flood"]
    assert (flood.mode, flood.budget) == (Mode.OFF, 0.1)
    assert flood.triggers == next(rule for rule in preset_rules(Preset.STRICT) if rule.name == "flood").triggers


@pytest.mark.parametrize("preset", Preset)
def test_a_preset_written_out_is_read_back(preset: Preset) -> None:
    rules = RuleSet(rules=preset_rules(preset))
    assert read_rules(write_rules(rules)) == rules


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co")), min_size=1, max_size=30)
NAMES = st.from_regex(r"[a-z][a-z0-9-]{0,20}", fullmatch=True)
RULES = st.builds(
    lambda name, title, words, mode, where, version: Rule(
        name=name, title=title, triggers=(WordsTrigger(words=words),), mode=mode, only=where, version=version
    ),
    NAMES,
    TEXT,
    st.lists(TEXT, min_size=1, max_size=4).map(tuple),
    st.sampled_from(Mode),
    st.builds(Where, channels=st.lists(TEXT, max_size=2).map(tuple), level=st.none() | st.sampled_from(Level)),
    st.integers(1, 99),
)


@given(
    st.lists(RULES, max_size=3, unique_by=lambda rule: rule.name),
    st.lists(TEXT, max_size=3).map(tuple),
    st.dictionaries(NAMES, st.builds(WordList, words=st.lists(TEXT, max_size=3).map(tuple)), max_size=2),
    st.none() | st.sampled_from(Level),
)
@settings(deadline=None, max_examples=40)
def test_what_is_written_is_read_back(
    rules: list[Rule], allow: tuple[str, ...], lists: dict[str, WordList], exempt: Level | None
) -> None:
    whole = RuleSet(rules=tuple(rules), allow=allow, lists=lists, exempt=exempt)
    assert read_rules(write_rules(whole)) == whole


def test_a_pattern_is_written_as_it_was_typed() -> None:
    rule = Rule(name="one", triggers=(PatternTrigger(patterns=(r"^\d{3}: '#\"x", "é\\s*é")),))
    assert read_rules(write_rules(RuleSet(rules=(rule,)))).rules == (rule,)


def test_changes_are_written_without_what_stays() -> None:
    rules = RuleSet(preset=Preset.STANDARD, changes={"emoji": Change(mode=Mode.OBSERVE, version=3)})
    text = write_rules(rules)
    assert text.split() == "relais: rules format: 1 preset: standard changes: emoji: mode: observe version: 3".split()
    assert read_rules(text) == rules


def test_the_schema_is_json_and_names_every_kind() -> None:
    whole = json.loads(schema())
    assert {"preset", "rules", "changes", "lists", "allow", "exempt"} <= whole["properties"].keys()
    assert "FloodTrigger" in whole["$defs"]

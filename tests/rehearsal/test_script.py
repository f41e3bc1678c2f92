"""Reading scripts: what they mean, and every way of getting one wrong, with its line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.chat.things import Level
from bot.rehearsal import Script, ScriptError, load, read
from bot.rehearsal.steps import Choose, Expect, Join, Run, Say, Wait, Where

WHOLE = """\
community: {name: Club, language: fr, zone: Europe/Paris, start: 2026-11-23T08:00}   # wall time in the zone
seed: 7
channels: [accueil, "#general", annonces]
settings:
  welcome: {channel: accueil, greet: true, pause: 007, words: [a, "b: c"], after: 7d, nothing: }
people:
  ada: {level: admin, language: en}
  bob: {account_age: 400d, roles: [old, "new"], zone: Asia/Tokyo, is_bot: true}
spaces: [main]
steps:
  - join: bob
  # a remark
  - join: {who: bob, via: ada}
  - say:
      by: bob
      in: general
      text: |
        Bonjour
        à tous

  - choose: {by: bob, label: "…", values: one}
  - run: {by: ada, in: main/general, command: " /welcome  preview", options: {member: bob, loud: false, count: 3}}
  - wait: 2h30
  - until: 2026-12-01T09:00
  - restart: {}
  - restart:
  - expect: {in: general, text: [a, b]}
  - expect: {nothing_private: bob}
"""


def test_a_whole_script() -> None:
    script = read(WHOLE, "club.yaml")
    assert (script.file, script.name, script.language, script.zone.key) == ("club.yaml", "Club", "fr", "Europe/Paris")
    assert script.start == datetime(2026, 11, 23, 7, tzinfo=UTC)
    assert script.seed == 7
    assert script.spaces == ("main",)
    assert script.channels == tuple(Where("main", name) for name in ("accueil", "general", "annonces"))
    assert {one.name: one.typed for one in script.settings} == {
        "welcome.channel": "accueil",
        "welcome.greet": "yes",
        "welcome.pause": "007",
        "welcome.words": "a\nb: c",
        "welcome.after": "7d",
        "welcome.nothing": "",
    }
    ada, bob = script.people
    assert (ada.level, ada.language, ada.here, ada.is_bot) == (Level.ADMIN, "en", True, False)
    assert (bob.level, bob.account_age, bob.here) == (Level.EVERYONE, timedelta(days=400), False)
    assert (bob.roles, bob.zone, bob.is_bot) == (("old", "new"), "Asia/Tokyo", True)


def test_steps() -> None:
    steps = read(WHOLE).steps
    general = Where("main", "general")
    assert [step.line for step in steps] == [11, 13, 14, 21, 22, 23, 24, 25, 26, 27, 28]
    assert steps[0] == Join(line=11, written="- join: bob", who="bob")
    assert isinstance(steps[1], Join)
    assert steps[1].via == "ada"
    assert isinstance(steps[2], Say)
    assert steps[2].text == "Bonjour\nà tous\n"
    assert steps[2].written.split("\n")[-1].strip() == "à tous"
    assert isinstance(steps[3], Choose)
    assert steps[3].values == ("one",)
    assert isinstance(steps[4], Run)
    assert (steps[4].where, steps[4].command) == (general, "welcome preview")
    assert steps[4].options == {"member": "bob", "loud": "no", "count": "3"}
    assert isinstance(steps[5], Wait)
    assert steps[5].by == timedelta(hours=2, minutes=30)
    assert isinstance(steps[6], Wait)
    assert steps[6].until == datetime(2026, 12, 1, 8, tzinfo=UTC)
    assert isinstance(steps[9], Expect)
    assert (steps[9].where, steps[9].texts) == (general, ("a", "b"))
    assert isinstance(steps[10], Expect)
    assert (steps[10].where, steps[10].who, steps[10].texts) == (None, "bob", ())


def test_the_smallest_script() -> None:
    script = read("steps: []")
    assert script == Script("script")
    assert script.start == datetime(2026, 1, 5, 9, tzinfo=UTC)


def test_json_is_a_script() -> None:
    script = read(
        '{"people": {"ada": {}}, "steps": [{"say": {"by": "ada", "in": "general", "text": "\\ud83d\\ude00"}}]}'
    )
    [step] = script.steps
    assert isinstance(step, Say)
    assert step.text == "😀"


def test_aliases_are_understood() -> None:
    script = read("people: {ada: &who {level: helper}, bob: *who}\nsteps: [&x {join: ada}, *x]")
    assert script.people[1].level is Level.HELPER
    assert len(script.steps) == 2


def problems(source: str) -> list[tuple[int, str]]:
    with pytest.raises(ScriptError) as caught:
        read(source)
    return [(problem.line, problem.words) for problem in caught.value.problems]


NOT_YAML = [
    ("", 1, "empty"),
    ("\n# nothing\n", 1, "empty"),
    ("steps:\n\t- join: bob\n", 2, "a tab is not allowed"),
    ("steps:\n  - join: bob\n\t- join: bob\n", 3, "a tab is not allowed"),
    ("steps:\n  - join: bob\n - join: ada\n", 3, "indentation"),
    ("steps:\n  - join: bob\n    - join: ada\n", 3, "indentation"),
    ("steps: [\n  {join: bob},\n", 2, "a “[” or “{” is not closed"),
    ("steps:\n  - say: {by: bob\n  - x\n", 2, "“{” of line 2 is not closed"),
    ("steps:\n  - join: 'bob\n\n\n", 2, "never closed"),
    ("steps:\n  - say: {text: it: works}\n", 2, "in quotes"),
    ("steps:\n  - join: @bob\n", 2, "starts with “@”"),
    ('steps:\n  - join: "\\q"\n', 2, "unknown escape"),
    ("steps:\n  - join: 'it's'\n", 2, "after its closing quote"),
    ("steps:\n  - join: \x07\n", 2, "U+0007"),
    ("steps: []\n---\nsteps: []\n", 2, "second document"),
    ("steps: *nothing\n", 1, "*nothing refers to nothing"),
    ("steps: &a [*a]\n", 1, "*a refers to nothing"),
    ("steps: " + "[" * 2000, 1, "too many levels"),
    ("steps\n", 1, "a text, not a script"),
    ("%TAG x\n", 1, "this is not YAML"),
]


@pytest.mark.parametrize(("source", "line", "words"), NOT_YAML, ids=range(len(NOT_YAML)))
def test_what_is_not_yaml(source: str, line: int, words: str) -> None:
    [(found, said)] = problems(source)
    assert words in said
    assert found == line


WRONG = [
    ("- join: bob\n", 1, "“script” holds keys and values, not a list"),
    ("community: {}\n", 1, "“script” needs “steps”"),
    ("step: []\nsteps: []\n", 1, "unknown key of “script” “step”; did you mean “steps”?"),
    ("seed: seven\nsteps: []\n", 1, "“seed” is a whole number"),
    ("seed: [7]\nsteps: []\n", 1, "“seed” is a text, not a list"),
    ("seed: 7\nseed: 8\nsteps: []\n", 2, "“seed” was already given on line 1"),
    ("? [a]\n: b\nsteps: []\n", 1, "a key is a text"),
    ("steps: !!python/none []\n", 1, "tags have no meaning"),
    ('steps: []\ncommunity: {name: "\\ud800"}\n', 2, "half a character"),
    ("community: {zone: Europe/Pari}\nsteps: []\n", 1, "did you mean “Europe/Paris”?"),
    ("community: {zone: ../../etc/passwd}\nsteps: []\n", 1, "unknown time zone"),
    ("community: {language: 'français'}\nsteps: []\n", 1, "is not a language"),
    ("community: {start: tomorrow}\nsteps: []\n", 1, "is not a moment"),
    ("community: {start: 0001-01-01T00:00}\nsteps: []\n", 1, "out of reach"),
    ("community: {name: }\nsteps: []\n", 1, "“name” is empty"),
    ("channels: general\nsteps: []\n", 1, "“channels” is a list, not a text"),
    ("channels: [a,\n a]\nsteps: []\n", 2, "“a” was already listed"),
    ("spaces: [n, s]\nchannels: [a]\nsteps: []\n", 2, "with several spaces write “n/a”"),
    ("people: [ada]\nsteps: []\n", 1, "“people” holds keys and values"),
    ("people: {ada: {}, Ada: {}}\nsteps: []\n", 1, "two people are called “Ada”"),
    ("people: {ada: {lvl: admin}}\nsteps: []\n", 1, "did you mean “level”?"),
    ("people: {ada: {level: boss}}\nsteps: []\n", 1, "known: everyone, helper, moderator, admin"),
    ("people: {ada: {is_bot: maybe}}\nsteps: []\n", 1, "“is_bot” is true or false"),
    ("people: {ada: {account_age: old}}\nsteps: []\n", 1, "is not a duration"),
    ("people: {ada: {space: mian}}\nspaces: [main]\nsteps: []\n", 1, "did you mean “main”?"),
    ("spaces: [n, s]\npeople:\n  ada: {level: admin}\nsteps: []\n", 3, "“ada” needs “space”"),
    ("settings: {welcome: {channel: {a: b}}}\nsteps: []\n", 1, "is a value or a list of values"),
    ("settings: {welcome: hall}\nsteps: []\n", 1, "“welcome” holds keys and values"),
]


@pytest.mark.parametrize(("source", "line", "words"), WRONG, ids=range(len(WRONG)))
def test_what_is_wrong_in_the_head(source: str, line: int, words: str) -> None:
    [(found, said)] = problems(source)
    assert words in said
    assert found == line


WRONG_STEPS = [
    ("join", "a step is one key"),
    ("{join: ada, leave: ada}", "a step is one key"),
    ("joins: ada", "did you mean “join”?"),
    ("join: adda", "unknown person “adda”; did you mean “ada”?"),
    ("join: {whom: ada}", "did you mean “who”?"),
    ("join: [ada]", "“join” holds keys and values, not a list"),
    ("say: {by: ada, in: generl, text: x}", "unknown channel “generl”; did you mean “general”?"),
    ("say: {by: ada, in: general}", "“say” needs “text”"),
    ("say: {by: ada, in: general, text: }", "“text” is empty"),
    ("say: {by: ada, in: general, text: [x]}", "“text” is a text, not a list"),
    ("say: {by: ada, in: general, text: x, reply_to: first}", "“reply_to” is `last`"),
    ("say: {in: general, text: x}", "“say” needs “by”"),
    ("edit: {by: ada, in: general, text: x}", "ada has said nothing in general before this line"),
    ("run: {by: ada, in: general}", "“run” needs “command”"),
    ("choose: {by: ada, label: x}", "“choose” needs “values”"),
    ("fill: {by: ada, values: [x]}", "“values” holds keys and values"),
    ("wait: a while", "“a while” is not a duration"),
    ("wait: 0s", "is not a duration"),
    ("until: 2026-01-05T08:59", "is over: it is 2026-01-05T09:00+00:00 here"),
    ("until: noon", "is not a moment"),
    ("restart: now", "“restart” holds keys and values"),
    ("restart: {x: y}", "unknown key of “restart”"),
    ("expect: {in: general}", "an expectation has one of: “in” and “text”, “by” and “private”"),
    ("expect: {in: general, private: x}", "an expectation has one of"),
    ("expect: {in: general, text: x, by: ada}", "an expectation has one of"),
    ("expect: {nothing_private: bbo}", "unknown person “bbo”"),
    ("expect: {text: x, in: nowhere}", "unknown channel “nowhere”"),
]


@pytest.mark.parametrize(("step", "words"), WRONG_STEPS, ids=lambda it: it[:30])
def test_what_is_wrong_in_a_step(step: str, words: str) -> None:
    found = problems(f"people: {{ada: {{}}}}\nsteps:\n  - {step}\n")
    assert [(line, words in said) for line, said in found] == [(3, True)]


def test_all_that_is_wrong_is_said_at_once() -> None:
    source = (
        "sed: 1\npeople:\n  ada: {lvl: x}\nsteps:\n  - jion: ada\n  - say: {by: bob, in: here, txt: x}\n  - wait: x\n"
    )
    assert [line for line, _ in problems(source)] == [1, 3, 5, 6, 6, 6, 7]


def test_people_stay_in_their_space() -> None:
    source = "spaces: [n, s]\npeople: {ada: {space: n}}\nsteps:\n  - say: {by: ada, in: s/general, text: x}\n"
    assert problems(source) == [(4, "ada lives in n, not in s")]


def test_a_bomb_of_aliases() -> None:
    levels = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 12))
    [(line, words)] = problems(f"l0: &l0 [x]\n{levels}")
    assert "too large" in words
    assert line < 8


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    def said(file: Path) -> str:
        with pytest.raises(ScriptError) as caught:
            load(file)
        return str(caught.value)

    assert "no such file" in said(tmp_path / "missing.yaml")
    assert "is a folder" in said(tmp_path)
    huge = tmp_path / "huge.yaml"
    huge.write_bytes(b"#" * 5_000_001)
    assert "larger than 5 MB" in said(huge)
    latin = tmp_path / "latin.yaml"
    latin.write_bytes(b"steps:\n  - join: andr\xe9\n")
    assert said(latin).startswith("line 2: this is not UTF-8")


def test_a_byte_order_mark_is_no_matter(tmp_path: Path) -> None:
    file = tmp_path / "windows.yaml"
    file.write_bytes("\ufeffsteps:\r\n  - wait: 1d\r\n".encode())
    assert len(load(file).steps) == 1

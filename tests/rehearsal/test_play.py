"""What a script makes people do, and what is seen of it."""

from __future__ import annotations

import json

import pytest

from bot.rehearsal import Report
from tests.rehearsal.conftest import HEAD, Play


def did(report: Report) -> list[tuple[str, str | None, str | None]]:
    return [(it.effect, it.channel, it.to) for it in report.effects]


def good(report: Report) -> Report:
    assert report.exit_code == 0, (report.failures, report.errors, report.problems)
    return report


async def test_a_newcomer_is_seen(play: Play) -> None:
    report = good(
        await play("""
  - join: {who: bob, via: ada}
  - expect: {in: hall, text: ["Hello @bob", "friend of ada", "A newcomer", "Since", "[Feather]"]}
  - expect: {nothing_in: general}
  - expect: {nothing_private: bob}
""")
    )
    [effect] = report.effects
    found = json.loads(effect.json())
    assert list(found) == ["at", "effect", "space", "channel", "to", "title", "text", "fields", "buttons", "why"]
    assert found["at"] == "2026-11-23T08:00:00+01:00"
    assert (found["effect"], found["space"], found["channel"], found["to"]) == ("post", "Club", "hall", None)
    assert found["title"] == "A newcomer"
    assert found["fields"] == [{"name": "Since", "value": "Monday 23 November 2026 at 08:00"}]
    assert found["buttons"] == ["Feather", "Name me", "Colours"]
    assert "parrot.greet" in found["why"]


async def test_who_never_joins_was_there(play: Play) -> None:
    report = good(
        await play("""
  - say: {by: ada, in: general, text: "quiet"}
""")
    )
    assert report.effects == ()


async def test_people_talk(play: Play) -> None:
    report = good(
        await play("""
  - say: {by: ada, in: general, text: one, attach: [photo.jpg]}
  - expect: {in: general, text: one}
  - say: {by: eve, in: general, text: two, reply_to: last}
  - expect: {in: general, text: "in reply: two"}
  - edit: {by: eve, in: general, text: three}
  - expect: {in: general, text: "I saw that: three"}
  - say: {by: eve, in: general, text: silly}
  - react: {by: ada, in: general, emoji: "👍"}
  - expect: {in: general, text: "One more 👍"}
""")
    )
    assert ("react", "general", None) in did(report)


async def test_people_use_the_bot(play: Play) -> None:
    report = good(
        await play("""
  - join: bob
  - run: {by: ada, in: general, command: "/parrot  say", options: {text: hi, member: bob}}
  - expect: {in: general, text: "bob: hi"}
  - run: {by: eve, in: general, command: "parrot say", options: {text: hi}}
  - expect: {by: eve, private: "moderators"}
  - expect: {nothing_private: ada}
  - press: {by: bob, label: Feather}
  - expect: {by: bob, private: "A feather for bob"}
  - expect: {nothing_in: hall}
  - choose: {by: bob, label: Colours, values: Blue}
  - expect: {by: bob, private: "You chose blue"}
  - choose: {by: bob, label: Colours, values: [red]}
  - expect: {by: bob, private: "You chose red"}
  - press: {by: bob, label: Name me}
  - expect: {by: bob, private: "Your name"}
  - fill: {by: bob, values: {name: "A name much too long for this"}}
  - expect: {by: bob, private: "At most 20 characters"}
  - fill: {by: bob, values: {name: Robert}}
  - expect: {by: bob, private: "Nice to meet you, Robert"}
""")
    )
    assert ("form", "hall", "bob") in did(report)


async def test_time_passes(play: Play) -> None:
    report = good(
        await play("""
  - join: bob
  - wait: 47h
  - expect: {nothing_private: bob}
  - until: 2026-11-25T08:00
  - expect: {by: bob, private: "Still there, bob?"}
  - restart: {}
  - wait: 30d
  - expect: {nothing_private: bob}
""")
    )
    assert report.effects[-1].at.isoformat() == "2026-11-25T08:00:00+01:00"


NIGHT = """\
community: {zone: Europe/Paris, start: 2026-03-28T12:00}
channels: [hall]
settings: {parrot: {channel: hall, loud: true, hour: "30 8 * * *"}}
people: {ada: {}}
"""


async def test_nights_when_the_clocks_change(play: Play) -> None:
    report = good(await play("  - until: 2026-03-29T02:30\n  - wait: 24h\n", NIGHT))
    assert [it.at.isoformat() for it in report.effects] == ["2026-03-29T08:30:00+02:00"]
    assert report.transcript[0] == "── Saturday 28 March 2026 ──" or "until" in report.transcript[0]


async def test_a_skipped_wall_time_moves_forward(play: Play) -> None:
    report = await play("  - until: 2026-03-29T02:30\n  - say: {by: ada, in: hall, text: now}\n", NIGHT)
    assert good(report).effects[-1].at.isoformat() == "2026-03-29T03:30:00+02:00"


async def test_acts_on_people(play: Play) -> None:
    report = await play("""
  - say: {by: eve, in: general, text: spam}
  - expect: {in: general, text: nothing of the kind}
  - expect: {nothing_private: eve}
  - say: {by: eve, in: general, text: again}
  - say: {by: ada, in: general, text: never reached}
""")
    assert did(report) == [("timeout", None, "eve")]
    assert report.effects[0].why == "spam"
    assert [failure.line for failure in report.failures] == [7, 9]
    assert "timed out" in report.failures[1].words
    assert not any("never reached" in line for line in report.transcript)


async def test_the_removed_cannot_act(play: Play) -> None:
    report = await play("""
  - say: {by: eve, in: general, text: begone}
  - say: {by: eve, in: general, text: again}
""")
    assert report.exit_code == 2
    assert [(it.line, "has left or was removed" in it.words) for it in report.problems] == [(7, True)]


@pytest.mark.parametrize(
    ("line", "steps", "words"),
    [
        (6, "  - say: {by: bob, in: general, text: x}\n  - join: bob\n", "bob has not joined yet"),
        (8, "  - join: bob\n  - leave: bob\n  - leave: bob\n", "bob has left"),
        (7, "  - join: bob\n  - join: bob\n", "bob is already there"),
        (6, "  - press: {by: bob, label: x}\n  - join: bob\n", "bob has not joined yet"),
        (6, "  - run: {by: ada, in: general, command: parrot sya}\n", "unknown command “parrot sya”"),
        (6, "  - run: {by: ada, in: general, command: parrot say, options: {txt: a}}\n", "did you mean “text”?"),
    ],
)
async def test_what_only_shows_when_it_is_played(play: Play, line: int, steps: str, words: str) -> None:
    report = await play(steps)
    assert report.exit_code == 2
    [problem] = report.problems
    assert words in problem.words
    assert problem.line == line


async def test_who_left_may_come_back(play: Play) -> None:
    report = good(await play("  - join: bob\n  - leave: bob\n  - join: bob\n"))
    assert [it.effect for it in report.effects] == ["post", "post"]


async def test_a_button_that_is_not_there(play: Play) -> None:
    report = await play("  - join: bob\n  - press: {by: bob, label: Rules}\n")
    assert report.exit_code == 1
    [failure] = report.failures
    assert failure.line == 7
    assert "Feather" in failure.words
    assert "Name me" in failure.words


async def test_failing_handlers_are_seen(play: Play) -> None:
    report = await play("""
  - say: {by: ada, in: general, text: boom}
  - run: {by: ada, in: general, command: parrot fail}
  - expect: {by: ada, private: went wrong}
""")
    assert report.exit_code == 1
    assert report.failures == ()
    first, second = report.errors
    assert first.startswith("error in parrot.hear: ValueError: the parrot burst")
    assert "LookupError: no more seeds (after line 7 " in second
    assert "line 6" in first
    assert "error in parrot.hear" in "\n".join(report.transcript)


NEAR = [
    ("{in: general, text: Hello}", "it was said elsewhere: 2026-11-23 08:00 #hall (post) Hello"),
    ("{in: hall, text: HÉLLO}", "only case, accents or spaces differ"),
    ("{in: hall, text: Hallo there bob}", "near: “Hello @bob!”"),
    ("{in: hall, text: completely unrelated words}", ""),
    ("{by: bob, private: Hello}", "it was said elsewhere"),
]


@pytest.mark.parametrize(("expected", "near"), NEAR)
async def test_near_misses(play: Play, expected: str, near: str) -> None:
    report = await play(f"  - join: bob\n  - expect: {expected}\n")
    [failure] = report.failures
    assert failure.line == 7
    assert failure.written == f"- expect: {expected}"
    assert failure.words.startswith("expected “")
    assert failure.instead[0] == "since line 6 (join: bob):"
    assert "#hall (post) A newcomer Hello @bob!" in failure.instead[1]
    assert failure.near.startswith(near)
    assert bool(near) is bool(failure.near)


async def test_said_before(play: Play) -> None:
    report = await play("""
  - join: bob
  - wait: 1h
  - expect: {in: hall, text: Hello}
  - expect: {nothing_in: hall}
  - join: eve
  - expect: {nothing_in: hall}
""")
    first, last = report.failures
    assert first.instead == ("nothing since line 7 (wait: 1h)",)
    assert first.near.startswith("it was said before")
    assert last.words == "expected nothing in #hall"


async def test_no_break_spaces_are_spaces(play: Play) -> None:
    good(
        await play(
            '  - say: {by: ada, in: general, text: "quoi\u00a0? e\u0301"}\n'
            '  - expect: {in: general, text: "quoi ? é"}\n'
        )
    )


SPACES = """\
community: {name: Club, zone: UTC}
spaces: [north, south]
channels: [north/hall, south/hall, south/yard]
settings: {parrot: {channel: [north/hall, south/yard]}}
people: {ada: {space: north, level: admin}, bob: {space: south}}
"""


async def test_several_spaces(play: Play) -> None:
    report = good(
        await play(
            """
  - join: bob
  - expect: {in: south/yard, text: Hello @bob}
  - expect: {nothing_in: north/hall}
  - join: ada
  - expect: {in: north/hall, text: Hello @ada}
""",
            SPACES,
        )
    )
    assert [(it.space, it.channel) for it in report.effects] == [("south", "yard"), ("north", "hall")]
    assert "#south/yard  Relais" in "\n".join(report.transcript)


async def test_settings_that_do_not_fit(play: Play) -> None:
    head = "settings:\n  parrot:\n    channel: nowhere\n    after: soon\n    loud: true\n  wlcome: {channel: x}\n"
    report = await play("  []\n", head)
    assert report.exit_code == 2
    assert [problem.line for problem in report.problems] == [6]
    assert "wlcome.channel" in report.problems[0].words
    report = await play("  []\n", head.replace("  wlcome: {channel: x}\n", ""))
    assert [problem.line for problem in report.problems] == [3, 4]
    assert "There is no channel called nowhere" in report.problems[0].words


async def test_the_same_script_gives_the_same(play: Play) -> None:
    steps = "  - join: bob\n  - say: {by: bob, in: general, text: hey}\n  - restart: {}\n  - wait: 7d\n"
    first, second = good(await play(steps)), good(await play(steps))
    assert [it.json() for it in first.effects] == [it.json() for it in second.effects]
    assert first.transcript == second.transcript


HOSTILE = [
    "**bold** _it_ `code` [a](http://b) <@1> <#2> <t:3> || > # -",
    "@everyone @here <!channel>",
    "{0} {name} {member} %s %(x)s $x {{}}",
    "<script>alert(1)</script> &amp; \" ' \\",
    "x" * 40_000,
    "\x00\x07\x1b[31m\x7f\x9b",
    "\u202eevil\u2066\u2069\u200f \u2028",
    "👩‍👩‍👧 e\u0301 \U0001f3f4",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
async def test_hostile_texts(play: Play, text: str) -> None:
    quoted = json.dumps(text, ensure_ascii=False) if text.isprintable() else json.dumps(text)
    quoted = quoted.replace("\\u202e", "\u202e")
    report = good(
        await play(f"  - say: {{by: ada, in: general, text: {quoted}}}\n  - say: {{by: ada, in: hall, text: ok}}\n")
    )
    shown = "\n".join([*report.transcript, *(it.json() for it in report.effects)])
    assert not [c for c in shown if c != "\n" and (c < " " or "\x7f" <= c < "\xa0" or c in "\u202e\u2066\u2028\u200f")]
    for effect in report.effects:
        json.loads(effect.json())


async def test_the_chat_log(play: Play) -> None:
    head = HEAD.replace("name: Club", "name: Club, language: fr")
    report = await play(
        """
  - join: {who: bob, via: ada}
  - expect: {in: hall, text: "Hello @bob"}
  - say: {by: ada, in: general, text: "quiet\\nplease"}
  - press: {by: bob, label: Feather}
  - wait: 1d
  - restart: {}
  - until: 2026-11-25T08:00
  - expect: {in: hall, text: absent}
""",
        head,
    )
    assert list(report.transcript) == LOG.split("\n")


LOG = """\
── lundi 23 novembre 2026 ──
08:00  bob arrive, sur invitation de ada
08:00  #hall  Relais : A newcomer
           Hello @bob, friend of ada!
           Since\N{NARROW NO-BREAK SPACE}: lundi 23 novembre 2026 à 8 h
           [Feather] [Name me] [Colours]
       ✓ #hall : “Hello @bob”
08:00  #general  ada : quiet
           please
08:00  bob appuie sur [Feather]
08:00  #hall  Relais (visible de bob seulement) : A feather for bob
       … 1 jour
       ⟳ le processus est tué et redémarre
       … jusqu’au mercredi 25 novembre 2026 à 8 h

── mercredi 25 novembre 2026 ──
08:00  Relais (visible de bob seulement) : Still there, bob?
       ✗ la ligne 13 n’est pas respectée"""

"""``relais backtest``: what rules would have done on a history, as whoever runs Relais tries them."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.__main__ import main
from bot.chat.things import Space
from bot.cog.exports import Arrived, Said
from bot.engine.models import SettingRow
from bot.engine.session import Database
from bot.engine.spaces import Spaces
from cogs.moderation.actions import Action, BanOut, Points, TimeOut
from cogs.moderation.backtest.history import Members
from cogs.moderation.backtest.labels import Precision
from cogs.moderation.backtest.outcome import MOST_BARS, Outcome, periods
from cogs.moderation.backtest.trial import Climb, Judged, Sample, Span, Trial
from cogs.moderation.finding import Finding
from cogs.moderation.ladder import Ladder
from cogs.moderation.rules import Recipe, Rulebook, RuleSet, prepare
from cogs.moderation.rules.document import read_rules
from cogs.moderation.seen import Hit, Seen
from cogs.moderation.tables import Rules
from tests.cogs.test_archive import inside, know
from tests.exports.makers import (
    discord_file,
    discord_message,
    discord_user,
    slack_files,
    slack_message,
    write_json,
    write_zip,
)

START = datetime(2025, 3, 1, 10, tzinfo=UTC)
TEA = """
rules:
  - name: tea
    title: No tea
    triggers: [{on: pattern, patterns: ["tea\\\\b"]}]
    actions: [{do: delete}, {do: points, points: 2}]
"""
COFFEE = """
rules:
  - name: tea
    triggers: [{on: pattern, patterns: ["tea\\\\b"]}]
  - name: coffee
    mode: observe
    triggers: [{on: pattern, patterns: ["coffee"]}]
    actions: [{do: delete}]
"""
NEW = """
rules:
  - name: new-here
    triggers: [{on: pattern, patterns: ["hello"]}]
    only: {member_under: 1d}
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'relais.db'}")
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    for name, text in (("tea.yaml", TEA), ("coffee.yaml", COFFEE), ("new.yaml", NEW)):
        (tmp_path / name).write_text(text)
    return tmp_path


def talk(folder: Path, *said: str, every: timedelta = timedelta(hours=1)) -> Path:
    ada = discord_user("175928847299117063", "Ada")
    messages = [
        discord_message(str(number), text, author=ada, timestamp=(START + number * every).isoformat())
        for number, text in enumerate(said)
    ]
    return write_json(folder / "talk.json", discord_file(messages))


def objects(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def test_json_has_one_object_for_each_message_and_a_last_line(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["backtest", str(talk(place, "Bonjour", "Some été tea?")), "--rules", "tea.yaml", "--json"]) == 0
    (hit, last) = objects(capsys.readouterr().out)
    assert hit == {
        "id": "1",
        "at": "2025-03-01T11:00:00+00:00",
        "channel": "général",
        "author": "Ada",
        "text": "Some été tea?",
        "rule": "tea",
        "trigger": "pattern",
        "matched": "tea",
        "span": [9, 12],
        "action": "delete+points",
    }
    assert (last["messages"], last["hits"]) == (2, 1)
    assert last["seconds"] >= 0


def test_the_report_says_what_would_have_happened(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["backtest", str(talk(place, "Bonjour", *["tea"] * 7)), "--rules", "tea.yaml"]) == 0
    said = capsys.readouterr().out
    assert "8 messages" in said
    assert "7 messages would have been acted on or observed: 87.5 %" in said
    assert re.search(r"No tea \(tea\) +7 █", said)
    assert re.search(r"#général +7 █", said)
    assert re.search(r"Ada +7 █", said)
    # 2 points each: warning, time-outs of 10 minutes, 6 hours (five messages are not written), 2 days …
    assert "2 time-outs and 1 warning" in said
    assert "No tea: [tea]" in said


def test_the_report_speaks_french(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["backtest", str(talk(place, "tea")), "--rules", "tea.yaml", "--language", "fr"])
    assert "1 message aurait été touché ou observé" in capsys.readouterr().out


def test_two_sets_of_rules_are_compared(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = talk(place, "tea", "coffee", "water")
    assert main(["backtest", str(path), "--rules", "tea.yaml", "--compare", "coffee.yaml"]) == 0
    said = capsys.readouterr().out
    assert "both: 1" in said
    assert "only tea.yaml: 0" in said
    assert "only coffee.yaml: 1" in said
    assert "coffee: [coffee]" in said
    assert re.search(r"coffee +0 → 1", said)


def test_a_sample_is_the_same_again_and_gives_precision_once_labelled(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(talk(place, *[f"tea {number}" for number in range(30)]))
    common = ["backtest", path, "--rules", "tea.yaml", "--size", "10"]
    assert main([*common, "--sample", "one.jsonl"]) == main([*common, "--sample", "two.jsonl"]) == 0
    assert (place / "one.jsonl").read_bytes() == (place / "two.jsonl").read_bytes()
    main([*common, "--sample", "three.jsonl", "--seed", "2"])
    assert (place / "one.jsonl").read_bytes() != (place / "three.jsonl").read_bytes()
    sample = objects((place / "one.jsonl").read_text("utf-8"))
    assert len(sample) == 10
    for number, one in enumerate(sample):
        one["label"] = "wrong" if number < 2 else "right" if number < 9 else "unsure"
    (place / "labels.jsonl").write_text("".join(json.dumps(one) + "\n" for one in sample))
    capsys.readouterr()
    assert main([*common, "--labels", "labels.jsonl"]) == 0
    assert "7 of 9 right: 77.8 % (between 45.3 % and 93.7 %" in capsys.readouterr().out
    main(["backtest", path, "--rules", "new.yaml", "--labels", "labels.jsonl"])
    assert "9 labelled messages are not matched any more; 2 of them were mistakes" in capsys.readouterr().out


def test_the_page_needs_nothing_else_and_shows_messages_as_data(place: Path) -> None:
    attack = "</script><script>alert(1)</script> tea"
    assert main(["backtest", str(talk(place, attack)), "--rules", "tea.yaml", "--html", "out.html"]) == 0
    page = (place / "out.html").read_text("utf-8")
    assert "&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt; <mark>tea</mark>" in page
    assert "<script>alert" not in page
    assert not re.search(r"(?:src|href)=\"(?!#)", page)
    assert "http" not in page.replace("http-equiv", "")


def test_the_archive_is_a_history_too(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    know(place / "relais.db", Space("slack", "T1", "Relais HQ"))
    day = [slack_message("1740823200.0001", "some tea"), slack_message("1740823300.0001", "water")]
    assert main(["import", str(write_zip(place / "s.zip", slack_files({"2025-03-01": day})))]) == 0
    capsys.readouterr()
    assert main(["backtest", "--archive", "--rules", "tea.yaml", "--json"]) == 0
    (hit, last) = objects(capsys.readouterr().out)
    assert (hit["text"], hit["author"], last["messages"]) == ("some tea", "Ada", 2)


def rule_here(path: Path, space: Space) -> None:
    """The community of a space deletes tea, and bans at two points."""

    async def store_all(database: Database, known: Spaces) -> None:
        await known.see(space)
        community = known.community_of(space).id
        async with database.transaction() as db:
            document = read_rules(TEA).model_dump_json()
            db.add(Rules(community=community, revision=1, document=document, note="", at=START, by=None))
            ladder = {"community": community, "section": "moderation", "name": "ladder", "value": '["2 ban"]'}
            db.add(SettingRow(**ladder))
            db.add(SettingRow(community=community, section="community", name="zone", value='"Pacific/Auckland"'))

    inside(path, store_all)


def test_the_archive_is_tried_with_the_communitys_own_rules_and_ladder(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rule_here(place / "relais.db", Space("slack", "T1", "Relais HQ"))
    day = [slack_message("1740823200.0001", "some tea"), slack_message("1740823300.0001", "more tea")]
    assert main(["import", str(write_zip(place / "s.zip", slack_files({"2025-03-01": day})))]) == 0
    capsys.readouterr()
    assert main(["backtest", "--archive"]) == 0
    said = capsys.readouterr().out
    assert "the community’s rules on Relais HQ" in said
    assert "1 ban" in said
    assert "2025-03-01 23:" in said, "the community's own zone"
    assert main(["backtest", "--archive", "--zone", "UTC"]) == 0
    assert "2025-03-01 10:" in capsys.readouterr().out
    assert main(["backtest", "--archive", "--preset", "gentle"]) == 0
    assert "gentle on Relais HQ" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "Give a FILE, or --archive."),
        (("talk.json", "--archive"), "Give a FILE, or --archive."),
        (("nothing.zip",), "nothing.zip does not exist."),
        (("talk.json", "--rules", "nothing.yaml"), "nothing.yaml"),
        (("talk.json", "--compare", "nothing.yaml"), "nothing.yaml"),
        (("talk.json", "--zone", "Mars/Olympus"), "Mars/Olympus is no time zone"),
        (("talk.json", "--labels", "nothing.jsonl"), "nothing.jsonl cannot be read"),
        (("talk.json", "--labels", "bad.jsonl"), "bad.jsonl, line 2: a label is"),
        (("talk.json", "--html", "no/where.html"), "cannot be written"),
        (("--archive",), "serves no community yet"),
    ],
)
def test_what_is_wrong_is_told(
    place: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], says: str
) -> None:
    talk(place, "tea")
    (place / "bad.jsonl").write_text(
        '{"key": "a", "rule": "b", "label": "right"}\n{"key": "a", "rule": [], "label": []}\n'
    )
    assert main(["backtest", *arguments]) == 2
    assert says in capsys.readouterr().err


# What is known of members


def test_members_are_there_since_they_joined_or_first_wrote() -> None:
    members = Members()
    joined = members.seen("discord", Arrived(at=START, author="9", author_name="Ada"))
    assert (joined.moment, joined.text, joined.joined_at) == ("joined", "Ada", START)
    said = Said(id="1", at=START + timedelta(days=2), channel="c", author="9", text="x")
    seen = members.seen("discord", said)
    assert (seen.joined_at, seen.earlier) == (START, 0)
    assert members.seen("discord", said).earlier == 1
    other = members.seen("discord", Said(id="2", at=START, channel="c", author="175928847299117063"))
    assert other.joined_at == START
    assert other.created_at is not None
    assert other.created_at.year == 2016


def test_rules_for_newcomers_see_who_is_new(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = talk(place, "hello", "hello", every=timedelta(days=2))
    assert main(["backtest", str(path), "--rules", "new.yaml", "--json"]) == 0
    assert [one.get("id") for one in objects(capsys.readouterr().out)] == ["0", None]


# The ladder


def climbing(*moments: tuple[timedelta, Action], ladder: Ladder | None = None) -> Climb:
    climb = Climb(ladder or Ladder())
    for after, action in moments:
        seen = Seen(text="x", at=START + after, author="9", author_name="Ada")
        if not climb.keeps_silent(seen):
            climb.follow(Judged(seen, (Finding("rule", 1, Hit("words"), (action,)),)))
    return climb


def test_points_become_sanctions_and_decay() -> None:
    quickly = [(timedelta(days=number * 3), Points(points=3)) for number in range(4)]
    assert [one.kind for one in climbing(*quickly).sanctions] == ["warning", "timeout", "timeout"]
    slowly = [(timedelta(days=number * 30), Points(points=3)) for number in range(4)]
    assert Counter(one.kind for one in climbing(*slowly).sanctions) == {"warning": 4}


def test_what_could_not_have_been_written_leads_nowhere() -> None:
    hour = TimeOut(length=timedelta(hours=1))
    climb = climbing((timedelta(), hour), (timedelta(minutes=59), hour), (timedelta(minutes=60), hour))
    assert [one.at for one in climb.sanctions] == [START, START + timedelta(hours=1)]
    assert climb.unwritten == 1
    climb = climbing((timedelta(), BanOut()), (timedelta(days=300), BanOut()))
    assert len(climb.sanctions) == climb.unwritten == 1


def test_rules_that_observe_lead_nowhere() -> None:
    climb = Climb(Ladder())
    seen = Seen(text="x", at=START, author="9")
    climb.follow(Judged(seen, (Finding("rule", 1, Hit("words"), (BanOut(),), observing=True),)))
    assert not climb.sanctions


def test_a_member_who_is_hit_for_ever_takes_no_longer_each_time() -> None:
    climb = climbing(*[(timedelta(hours=number), Points()) for number in range(2_000)], ladder=Ladder(rungs=()))
    assert len(climb.standings["9"].history) == 1


# Figures


@pytest.mark.parametrize(
    ("right", "wrong", "low", "high"),
    # From the formula worked by hand: 8 of 10, and nothing at all.
    [(8, 2, 0.4902, 0.9433), (10, 0, 0.7225, 1.0), (0, 0, 0.0, 1.0), (0, 1, 0.0, 0.7935)],
)
def test_wilson(right: int, wrong: int, low: float, high: float) -> None:
    assert Precision(right, wrong).interval() == pytest.approx((low, high), abs=1e-4)


@given(right=st.integers(0, 10_000), wrong=st.integers(0, 10_000))
def test_an_interval_holds_the_share(right: int, wrong: int) -> None:
    precision = Precision(right, wrong)
    low, high = precision.interval()
    assert 0 <= low <= high <= 1
    assert not precision.all or low - 1e-9 <= precision.share <= high + 1e-9


def test_every_hit_is_as_likely_to_be_in_the_sample() -> None:
    counted: Counter[str] = Counter()
    for seed in range(600):
        sample = Sample(3, Random(seed))
        for name in "abcdefghij":
            sample.offer(Judged(Seen(text=name), ()))
        counted.update(hit.seen.text for hit in sample.chosen)
    assert len(counted) == 10
    assert all(120 <= count <= 240 for count in counted.values())


@pytest.mark.parametrize(("days", "bars"), [(1, 1), (60, 60), (63, 10), (400, 58), (800, 27)])
def test_time_is_told_in_days_weeks_or_months(days: int, bars: int) -> None:
    zone = ZoneInfo("UTC")
    book = Rulebook(prepare(Recipe(RuleSet())))
    span = Span(zone)
    for number in range(0, days, max(1, days - 1)):
        span.add(Seen(text="x", at=START + timedelta(days=number)))
    trial = Trial(book, ladder=Ladder(), zone=zone, sample=Sample(0, Random(1)))
    outcome = Outcome("s", "r", "", span, trial, None, None, None, 0.0, 1)
    _, found = periods(outcome)
    assert len(found) in (bars, bars + 1)
    assert len(found) <= MOST_BARS
    assert sum(period.messages for period in found) == span.messages
    assert found[0].first <= date(2025, 3, 1)

"""``relais rehearse FILE``: exit codes, and what goes on stdout and on stderr."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.rehearsal.conftest import rehearse_file

Relais = Callable[..., int]
Captured = pytest.CaptureFixture[str]

CLUB = """\
community: {name: Club, zone: Europe/Paris, start: 2026-11-23T08:00}
channels: [hall, general]
settings: {welcome: {channel: hall}}
people: {ada: {level: admin}, bob: {}}
steps:
  - join: bob
"""


def test_all_holds(relais: Relais, capsys: Captured) -> None:
    assert relais(CLUB + "  - expect: {in: hall, text: bob}\n  - expect: {nothing_in: general}\n") == 0
    out, err = capsys.readouterr()
    assert "── Monday 23 November 2026 ──\n08:00  bob joins\n08:00  #hall  Relais: " in out
    assert "✓ #hall: “bob”" in out
    assert err == ""


def test_json_is_one_object_a_line(relais: Relais, capsys: Captured) -> None:
    assert relais(CLUB + "  - wait: 1d\n", "--json", "--on", "playground") == 0
    out, err = capsys.readouterr()
    effects = [json.loads(line) for line in out.splitlines()]
    assert effects[0]["effect"] == "post"
    assert effects[0]["channel"] == "hall"
    assert err == ""


def test_an_expectation_that_fails(relais: Relais, capsys: Captured) -> None:
    assert relais(CLUB + "  - expect: {in: general, text: bob}\n", "--json") == 1
    out, err = capsys.readouterr()
    assert all(json.loads(line) for line in out.splitlines())
    first, written, since, effect, near = err.splitlines()
    assert first.endswith("club.yaml:7: expected “bob” in #general")
    assert written == "  - expect: {in: general, text: bob}"
    assert since == "since line 6 (join: bob):"
    assert effect.startswith("  2026-11-23 08:00 #hall (post) ")
    assert near.startswith("it was said elsewhere: ")


def test_a_file_that_is_wrong(relais: Relais, capsys: Captured) -> None:
    assert relais(CLUB + "  - jion: bob\n  - leave: eve\n") == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert [line.partition("club.yaml:")[2].partition(" ")[0] for line in err.splitlines()] == ["7:", "8:"]


def test_wrong_when_played(relais: Relais, capsys: Captured) -> None:
    assert relais(CLUB + "  - join: bob\n") == 2
    out, err = capsys.readouterr()
    assert "bob joins" in out
    assert err.endswith("club.yaml:7: bob is already there\n")


def test_settings_that_are_wrong(relais: Relais, capsys: Captured) -> None:
    assert relais(CLUB.replace("channel: hall", "chanel: hall")) == 2
    err = capsys.readouterr().err
    assert "club.yaml:3: welcome.chanel: There is no setting" in err


@pytest.mark.parametrize("source", [b"\x00\xff", b"steps: [", b""])
def test_rubbish(relais: Relais, capsys: Captured, source: bytes) -> None:
    assert relais(source) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "club.yaml:1: " in err


def test_no_file(tmp_path: Path, capsys: Captured) -> None:
    assert rehearse_file(tmp_path / "none\x1b[31m.yaml") == 2
    assert capsys.readouterr().err == f"{tmp_path}/none⟨U+001B⟩[31m.yaml: no such file\n"


def test_a_platform_that_is_none(relais: Relais) -> None:
    with pytest.raises(SystemExit):
        relais(CLUB, "--on", "telegraph")


def test_the_same_bytes(relais: Relais, capsys: Captured) -> None:
    for options in ([], ["--json"]):
        outputs = []
        for _ in range(2):
            relais(CLUB + "  - say: {by: bob, in: general, text: hello}\n  - wait: 8d\n", *options)
            outputs.append(capsys.readouterr().out)
        assert outputs[0] == outputs[1] != ""

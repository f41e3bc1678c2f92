"""``relais judge`` and ``relais check-rules``, as other programs call them."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main

ROOT = Path(__file__).parent.parent.parent
LOUD = """\
rules:
  - name: loud
    triggers:
      - {on: pattern, patterns: [shout]}
      - {on: flood, count: 2}
    actions: [{do: delete}, {do: remind}]
"""


@pytest.fixture
def loud(tmp_path: Path) -> Path:
    path = tmp_path / "loud.yaml"
    path.write_text(LOUD, "utf-8")
    return path


class Judged:
    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
        monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
        self.monkeypatch = monkeypatch
        self.captured = capsysbinary
        self.errors = ""

    def __call__(self, said: bytes, *options: object, code: int = 0) -> list[dict[str, Any]]:
        self.monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(said)))
        assert main(["judge", *map(str, options)]) == code
        out, err = self.captured.readouterr()
        self.errors = err.decode()
        return [json.loads(line) for line in out.splitlines()]


@pytest.fixture
def judge(monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Judged:
    return Judged(monkeypatch, capsysbinary)


def test_each_line_is_judged_on_its_own(judge: Judged, loud: Path) -> None:
    first, second, third = judge('a shout\n{"text": "été 😀 shout"}\nquiet\n'.encode(), "--rules", loud)
    assert first == {
        "id": "",
        "at": None,
        "channel": "",
        "author": "",
        "text": "a shout",
        "rule": "loud",
        "trigger": "pattern",
        "matched": "shout",
        "span": [2, 7],
        "action": "delete+remind",
    }
    assert second["text"][slice(*second["span"])] == second["matched"] == "shout"
    assert third == {"text": "quiet", "hit": False}
    assert not judge.errors


def test_bad_lines_are_named_and_the_next_one_follows(judge: Judged, loud: Path) -> None:
    said = (
        b'{"words": 1}\n\xff shout\n{lol shout\n'
        + b"x" * 1_000_001
        + b'\n"shout"\r\n{"text":"a","language":3}\n\nshout'
    )
    told = judge(said, "--rules", loud)
    assert [one.get("matched", one.get("hit")) for one in told] == ["shout", "shout", "shout", False, "shout"]
    assert told[2]["text"] == '"shout"'
    assert "line 1: an object needs “text”" in judge.errors
    assert "line 2: not UTF-8 at byte 1" in judge.errors
    assert "line 4: longer than" in judge.errors
    assert "line 6: an object needs" in judge.errors


def test_what_is_wrong_is_said_in_the_language_of_the_terminal(judge: Judged, tmp_path: Path) -> None:
    judge.monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    (told,) = judge(b'{"words": 1}\n\xff\n' + b"x" * 1_000_001)
    assert told == {"text": "\ufffd", "hit": False}
    assert "ligne 1\u202f: un objet demande un «\u202ftext\u202f»" in judge.errors
    assert "ligne 2\u202f: pas de l’UTF-8 à l’octet 1" in judge.errors
    assert "ligne 3\u202f: plus de 1\u202f000\u202f000 octets" in judge.errors
    bad = tmp_path / "bad.yaml"
    bad.write_text("rules:\n  - {name: a, triggers: [{on: wods}]}\n", "utf-8")
    judge(b"hello", "--rules", bad, code=2)
    assert f"{bad}:2: genre inconnu «\u202fwods\u202f»" in judge.errors
    judge(b"hello", "--words", tmp_path / "none.txt", code=2)
    assert "illisible\u202f: ce fichier n’existe pas" in judge.errors
    judge(b"hello", "--words", tmp_path, code=2)
    assert "est un dossier" in judge.errors


def test_half_a_character_is_no_reason_to_stop(judge: Judged, loud: Path) -> None:
    (told,) = judge(b'{"text": "\\ud83d shout"}', "--rules", loud)
    assert told["text"] == "\ud83d shout"
    assert told["span"] == [2, 7]


def test_nothing_in_nothing_out(judge: Judged, loud: Path) -> None:
    assert judge(b"", "--rules", loud) == []


@pytest.mark.parametrize("options", [(), ("--language", "fr")])
def test_a_list_of_words_alone(judge: Judged, tmp_path: Path, options: tuple[str, ...]) -> None:
    words = tmp_path / "words.txt"
    words.write_text("vilain\n# a comment\ngros bonnet\n", "utf-8")
    said = b"un v.i.l.a.i.n !\nPAS DE CAPITALES ICI NON PLUS DU TOUT\ndes gros bonnets, un GROS  BONNET"
    told = judge(said, "--words", words, *options)
    assert [one.get("matched") for one in told] == ["v.i.l.a.i.n", None, "GROS  BONNET"]
    assert {one["rule"] for one in told if "rule" in one} == {"words"}


def test_what_cannot_be_used_is_said_with_its_line(judge: Judged, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("rules:\n  - {name: a, triggers: [{on: wods}]}\n", "utf-8")
    assert judge(b"hello", "--rules", bad, code=2) == []
    assert f"{bad}:2: unknown kind “wods”; did you mean “words”?" in judge.errors
    assert judge(b"hello", "--words", tmp_path / "none.txt", code=2) == []
    assert "cannot be read" in judge.errors


def test_a_list_with_what_is_no_word_is_refused_with_its_line(judge: Judged, tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("vilain\n\n" + "z" * 300 + "\n", "utf-8")
    assert judge(b"vilain", "--words", words, code=2) == []
    assert f"{words}:3: at most 200 characters" in judge.errors


def test_a_list_is_found_as_it_is_written(judge: Judged, tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    listed = ["^vilain", "<bonnet>", "zorg+", "d'abord!", "fu(ck", "(?i)grub", "gr?b"]
    words.write_text("\n".join(listed), "utf-8")
    assert all("span" in one for one in judge("\n".join(listed).encode(), "--words", words))


def test_a_language_without_words_is_told(judge: Judged, loud: Path) -> None:
    judge(b"a shout", "--rules", loud, "--language", "fr-CA")
    assert not judge.errors
    judge(b"a shout", "--rules", loud, "--language", "frog")
    assert "no words are listed for the language “frog”; did you mean “fr”?" in judge.errors


def test_an_answer_comes_before_the_next_question(loud: Path) -> None:
    """Programs talk with it through pipes; closing ours early is no accident."""
    command = [sys.executable, "-m", "bot", "judge", "--rules", str(loud)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=ROOT, bufsize=0) as run:
        assert run.stdin is not None
        assert run.stdout is not None
        assert run.stderr is not None
        run.stdin.write(b"a shout\n")
        assert json.loads(run.stdout.readline())["rule"] == "loud"
        run.stdout.close()
        run.stdin.write(b"another shout\n")
        assert run.wait(60) == 141
        assert b"Traceback" not in run.stderr.read()


def test_one_interruption_is_enough(loud: Path) -> None:
    command = [sys.executable, "-m", "bot", "judge", "--rules", str(loud)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=ROOT, bufsize=0) as run:
        assert run.stdin is not None
        assert run.stdout is not None
        run.stdin.write(b"a shout\n")
        assert json.loads(run.stdout.readline())["rule"] == "loud"
        run.send_signal(signal.SIGINT)
        try:
            assert run.wait(30) == 130
        finally:
            run.kill()


def test_check_rules(loud: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check-rules", str(loud)]) == 0
    assert "is right. Rules that act: 1; that observe: 0; that are off: 0." in capsys.readouterr().out
    bad = tmp_path / "bad.yaml"
    bad.write_bytes(b"preset: soft\nrules: \xff\n")
    assert main(["check-rules", str(loud), str(bad), str(tmp_path)]) == 2
    errors = capsys.readouterr().err
    assert f"{bad}:2: this is not UTF-8" in errors
    assert "is a folder" in errors
    assert main(["check-rules"]) == 2


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check-rules", "--schema"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "RuleSet"

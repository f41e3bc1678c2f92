"""How findings look on a terminal, in a file, and in a document; no secret is among them."""

from __future__ import annotations

from io import BytesIO, StringIO, TextIOWrapper

import pytest

from bot.chat.checkup import Finding, Mark
from bot.connecting.doctor.report import Document, Report, Screen


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


GOOD = Finding("Discord", "The token works")
WRONG = Finding("Discord", "Something is off", Mark.WRONG, "Switch it on")


def shown(out: StringIO) -> str:
    screen = Screen(out)
    screen.begin("Discord")
    screen.tell(GOOD)
    screen.tell(WRONG)
    screen.end()
    return out.getvalue()


def test_lines_in_a_file_are_plain() -> None:
    said = shown(StringIO())
    assert said == (
        "\nDiscord\n  ✓ The token works\n  ✗ Something is off\n    → Switch it on\n\nOne thing needs a cure.\n"
    )


def test_a_terminal_has_colours_and_says_what_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    said = shown(Terminal())
    assert "\033[32m✓\033[0m The token works" in said
    assert "\033[31m✗\033[0m Something is off" in said
    assert "  … Discord\r\033[K" in said
    assert said.endswith("\033[1mOne thing needs a cure.\033[0m\n")


def test_who_wants_no_colour_gets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\033[3" not in shown(Terminal())


def test_an_old_terminal_has_signs_too() -> None:
    raw = BytesIO()
    out = TextIOWrapper(raw, "latin-1", errors="replace")
    screen = Screen(out)
    screen.tell(GOOD)
    screen.tell(WRONG)
    out.flush()
    assert b"  + The token works\n  x Something is off\n" in raw.getvalue()


@pytest.mark.parametrize("kind", [Screen, Document])
def test_secrets_are_never_shown(kind: type[Report]) -> None:
    out = StringIO()
    report = kind(out)
    report.hide(["hush"])
    report.begin("Slack")
    report.tell(Finding("Slack", "hush was refused", Mark.WRONG, "Copy another than hush, or xoxb-1234567890"))
    report.end()
    assert "***" in out.getvalue()
    assert "hush" not in out.getvalue()
    assert "xoxb" not in out.getvalue()

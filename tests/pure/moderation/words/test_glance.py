"""The first look lets pass what says nothing, and hides nothing that the second look would find."""

from __future__ import annotations

from random import Random

import pytest

from cogs.moderation.words import Matcher
from tests.pure.moderation.words.conftest import LISTED, PHRASES
from tests.pure.moderation.words.disguises import KINDS

MARKS = (
    " ",
    "  ",
    ".",
    ",",
    "!",
    "?!",
    "...",
    ". ",
    ", ",
    " . ",
    " - ",
    "-",
    "/",
    "(",
    '"',
    "'",
    "\n",
    "\n\n",
    "…",
    "😀",
    ";",
)
AROUND = ("", "I", "a plan", "Yes", "so", "déjà", "2")


def said(random: Random) -> str:
    """A listed word or phrase in disguise, among marks of all kinds."""
    word = random.choice((*LISTED, *PHRASES))
    disguised = random.choice((lambda it, _: it, *KINDS.values()))(word, random)
    marked = "".join(char + (random.choice(MARKS) if random.random() < 0.1 else "") for char in disguised)
    before, after = (random.choice(AROUND) + random.choice(MARKS), random.choice(MARKS) + random.choice(AROUND))
    return before + random.choice((disguised, marked)) + after


@pytest.fixture(scope="module")
def unhurried(matcher: Matcher) -> Matcher:
    """One that takes the second look at everything."""
    unhurried = Matcher(matcher._plan)
    unhurried._glance = lambda _: [(0, 1, 0)]
    return unhurried


def test_nothing_is_hidden(matcher: Matcher, unhurried: Matcher) -> None:
    random = Random(31)
    texts = [said(random) for _ in range(6_000)]
    hidden = [text for text in texts if unhurried.find(text) != matcher.find(text)]
    assert len(hidden) <= 2, hidden
    assert sum(bool(matcher.find(text)) for text in texts) > 3_500


@pytest.mark.parametrize(
    "text",
    [
        "Well, that was a nice evening. Thanks to all of you!",
        "I don't think so... see you tomorrow, Ada?",
        "Merci ! Tu viens demain ? C’est promis…",
        "déjà vu 😀",
    ],
)
def test_chat_is_let_pass_at_once(matcher: Matcher, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matcher, "_seen", lambda *_: pytest.fail("looked at twice"))
    assert matcher.find(text) == ()

"""Words that stand for values are typed in any language, and shown in the reader's."""

from __future__ import annotations

from typing import Any, Literal

import pytest

from bot.cog import Spelling, Unread, Voice, t
from bot.cog.fields.kinds import read_one, shape_of

WORDS = {"lockdown": t("lockdown"), "slow_mode": t("slow mode")}
SPELLING = Spelling({value: (words,) for value, words in WORDS.items()})


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("lockdown", ("lockdown", "")),
        ("Verrouillage", ("lockdown", "")),
        ("slow_mode 10 s", ("slow_mode", "10 s")),
        ("Slow-Mode  10 s", ("slow_mode", "10 s")),
        ("MODE LENT 10 s", ("slow_mode", "10 s")),
        ("mode", None),
        ("", None),
    ],
)
def test_a_value_is_typed_in_any_language(text: str, read: tuple[str, str] | None) -> None:
    assert SPELLING.read(text) == read


def test_it_is_shown_in_one() -> None:
    assert [SPELLING.typed("slow_mode", Voice(language)) for language in ("en", "fr")] == ["slow mode", "mode lent"]


async def test_choices_are_typed_in_any_language() -> None:
    shape = shape_of(Literal["lockdown", "slow_mode"])
    place: Any = None
    for typed in ("lockdown", "verrouillage", "Verrouillage"):
        assert await read_one(shape, typed, place, WORDS) == "lockdown"
    with pytest.raises(Unread):
        await read_one(shape, "verrou", place, WORDS)

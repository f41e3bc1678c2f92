"""What a card becomes: every part is there in some form, and nothing is too much."""

from __future__ import annotations

import pytest

from bot.platforms.playground import Impossible
from tests.contract.stage import Stage

PARTS = (
    "Beginning small",
    "Title Beginning small",
    "Name Beginning small",
    "Value Beginning small",
    "Wide",
    "Field",
    "Plain Beginning small",
    "Primary",
    "Danger",
    "Site",
    "Menu Beginning small",
    "Option Beginning small",
    "Two",
    "Alternative Beginning small",
    "table.csv",
    "Footer Beginning small",
)
FAMILY = "👩\u200d👩\u200d👧\u200d👦 🏳\ufe0f\u200d🌈"
HOW = pytest.mark.parametrize("how", ["reply", "post", "direct", "edit"])


@HOW
async def test_every_part_has_a_visible_form(stage: Stage, how: str) -> None:
    ada = stage.person("ada", here=True)
    await ada.run("contract whole", how=how, text="small")
    shown = ada.sees if how == "direct" else ada.reads("general")
    assert not [part for part in PARTS if part not in shown]
    assert "To be changed" not in shown


@HOW
async def test_ten_thousand_characters_are_not_refused(stage: Stage, how: str) -> None:
    ada = stage.person("ada", here=True)
    await ada.run("contract whole", how=how, text="long", length=10_000)
    shown = ada.sees if how == "direct" else ada.reads("general")
    for part in ("", "Title ", "Name ", "Value ", "Plain ", "Menu ", "Option ", "Alternative ", "Footer "):
        assert f"{part}Beginning long word" in shown
    assert "To be changed" not in shown
    assert not stage.complaints


@HOW
async def test_long_cards_work(stage: Stage, how: str) -> None:
    ada = stage.person("ada", here=True)
    await ada.run("contract whole", how=how, text="long", length=10_000)
    await ada.press("Danger")
    assert "Counted 3" in ada.sees


async def test_markup_that_was_typed_is_shown_as_typed(stage: Stage) -> None:
    ada = stage.person("ada", here=True)
    for typed in ("**bold** _it_ ~~no~~ `code` ||secret||", "# Title", "> quote", "- item", "[a](https://b.example)"):
        ada.forget()
        await ada.run("contract whole", how="post", text=typed)
        assert f"Beginning {typed}" in ada.reads("general")


async def test_letters_of_every_kind(stage: Stage) -> None:
    ada = stage.person("ada", here=True)
    for typed in (
        "Ĝis la revido, été, ß",
        "日本語テキスト",
        "שלום עולם",
        FAMILY,
        "e\u0301 n\u0303",
        "&lt; & < >",
    ):
        ada.forget()
        await ada.run("contract whole", how="post", text=typed)
        assert typed in ada.reads("general")


async def test_a_moment_is_on_each_readers_clock(stage: Stage) -> None:
    ada = stage.person("ada", zone="Asia/Tokyo", here=True)
    eve = stage.person("eve", zone="America/New_York", here=True)
    for person, hour in ((ada, "20:00"), (eve, "06:00")):
        await ada.run("contract moment", member=person, hours=2)
        assert hour in person.sees
        assert "see" in person.sees


async def test_its_reactions(stage: Stage) -> None:
    ada = stage.person("ada", here=True)
    ref = await ada.say("like me")
    assert stage.reactions(ref) == {"👍": 1}
    assert "react" in stage.effects


async def test_a_thread_is_opened_once(stage: Stage) -> None:
    [general] = stage.channels("general")
    ada = stage.person("ada", here=True)
    await ada.run("contract thread", name="Plans")
    assert "Same: True, inside: True" in ada.sees
    assert "In the thread of Plans" in ada.reads("general")
    assert len(stage.posts(general)) == 2
    await stage.restart()
    ada.forget()
    await ada.run("contract thread", name="Plans")
    assert "Same: True, inside: True" in ada.sees


async def test_a_thread_may_have_a_long_name(stage: Stage) -> None:
    ada = stage.person("ada", here=True)
    await ada.run("contract thread", name="Plans for a very long evening " * 20)
    assert "Same: True, inside: True" in ada.sees


async def test_a_client_lets_nobody_press_what_is_not_there(stage: Stage) -> None:
    ada = stage.person("ada", here=True)
    await ada.run("contract panel")
    with pytest.raises(Impossible):
        await ada.press("No such button")

"""What people type after a command, in their language, and the help they get."""

from __future__ import annotations

import pytest

from bot.chat.forms import Upload
from bot.chat.platform import Can
from bot.chat.things import Level
from bot.engine import loader
from bot.platforms.playground import Impossible
from bot.platforms.playground.options import Value
from tests.contract.conftest import Open
from tests.contract.stage import Stage

ENGLISH: dict[str, tuple[Value, str]] = {
    "text": ("hello there", "text=hello there"),
    "number": (12, "number=12"),
    "amount": (2.5, "amount=2.5"),
    "sure": (True, "sure=True"),
    "colour": ("red", "colour=red"),
    "member": ("bob", "member=bob"),
    "channel": ("hall", "channel=hall"),
    "moment": ("tomorrow 18:00", "moment=2026-01-06 18:00 UTC"),
    "duration": ("2 days", "duration=2 days, 0:00:00"),
    "hour": ("9 am", "hour=09:00:00"),
    "file": (Upload("list.txt", "un, deux, trois: été".encode()), "file=list.txt: un, deux, trois: été"),
}
FRENCH: dict[str, tuple[Value, str]] = {
    "text": ("bonjour à tous", "text=bonjour à tous"),
    "number": (12, "number=12"),
    "amount": (2.5, "amount=2.5"),
    "sure": (False, "sure=False"),
    "colour": ("blue", "colour=blue"),
    "member": ("@bob", "member=bob"),
    "channel": ("#hall", "channel=hall"),
    "moment": ("demain à 18h", "moment=2026-01-06 18:00 UTC"),
    "duration": ("2 jours", "duration=2 days, 0:00:00"),
    "hour": ("9h", "hour=09:00:00"),
    "file": (Upload("liste.txt", "œuf".encode()), "file=liste.txt: œuf"),
}


@pytest.mark.parametrize(("language", "kinds"), [("en", ENGLISH), ("fr", FRENCH)], ids=["en", "fr"])
async def test_each_kind_is_read(stage: Stage, language: str, kinds: dict[str, tuple[Value, str]]) -> None:
    stage.channels("hall")
    ada, _ = stage.person("ada", language=language, here=True), stage.person("bob", here=True)
    for name, (typed, understood) in kinds.items():
        ada.forget()
        await ada.run("contract options", **{name: typed})
        assert ada.sees == understood


async def test_all_kinds_together(stage: Stage) -> None:
    stage.channels("hall")
    ada, _ = stage.person("ada", here=True), stage.person("bob", here=True)
    await ada.run("contract options", **{name: value for name, (value, _) in ENGLISH.items()})
    assert not [understood for _, understood in ENGLISH.values() if understood not in ada.sees]


UNCLEAR: dict[str, tuple[Value, str]] = {
    "moment": ("when hens have teeth", "This date is not clear"),
    "duration": ("a while", "This duration is not clear"),
    "hour": ("late", "This time is not clear"),
    "file": (Upload("x.bin", b"\xff\xfe\x00\xff"), "This file is not text"),
}


async def test_what_cannot_be_read_is_explained(stage: Stage) -> None:
    ada = stage.person("ada", here=True)
    for name, (typed, said) in UNCLEAR.items():
        ada.forget()
        await ada.run("contract options", **{name: typed})
        assert said in ada.sees


async def test_it_is_explained_in_french(stage: Stage) -> None:
    ada = stage.person("ada", language="fr", here=True)
    await ada.run("contract options", moment="quand les poules auront des dents")
    assert "Cette date n’est pas claire" in ada.sees


async def test_a_missing_option_is_asked_or_explained(stage: Stage) -> None:
    """A client may insist; else a form asks for it, or words say what is missing."""
    ada = stage.person("ada", here=True)
    try:
        await ada.run("contract need")
    except Impossible:
        return
    assert "Amount" in ada.sees
    assert ada.form is not None or "This is needed" in ada.sees
    if ada.form is not None:
        await ada.fill(amount="3")
        assert "Given 3" in ada.sees


async def test_commands_explain_themselves_in_the_readers_language(platform: str, opened: Open) -> None:
    stage = await opened(platform, cogs=loader.load())
    assert stage.help_of("help", "en") == "Show what you can do here, or the details of one topic."
    assert stage.help_of("help", "fr") == "Voir ce qu’on peut faire ici, ou un sujet en détail."
    for language, said in (("en", "What you can do here"), ("fr", "Ce qu’on peut faire ici")):
        reader = stage.person(f"reader-{language}", language=language, here=True)
        await reader.run("help")
        assert said in reader.sees


async def test_refusals_are_in_the_readers_language(stage: Stage) -> None:
    mo, zoe = stage.person("mo", level=Level.MODERATOR, here=True), stage.person("zoe", language="fr", here=True)
    await mo.run("contract panel")
    await zoe.press("For moderators")
    assert "C’est réservé à la modération" in zoe.sees


async def test_two_readers_of_one_event_in_two_languages(stage: Stage) -> None:
    ada, zoe = stage.person("ada", language="en", here=True), stage.person("zoe", language="fr", here=True)
    await stage.person("bob", here=True).say("tell @ada @zoe")
    assert "Rules" in ada.sees
    assert "Règles" in zoe.sees


async def test_public_words_are_in_the_language_of_the_place_and_private_ones_in_the_readers(stage: Stage) -> None:
    [mods] = stage.channels("mods")
    await stage.speaks("fr")
    await stage.set("community", moderators=mods)
    mo, eve = stage.person("mo", level=Level.MODERATOR, language="en", here=True), stage.person("eve", here=True)
    stage.deny(Can.KICK)
    await mo.run("contract act", what="kick", account=eve.id)
    assert "the moderators were asked to" in mo.sees
    assert "Merci d’exclure" in mo.reads("mods")

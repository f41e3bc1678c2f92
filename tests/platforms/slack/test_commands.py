"""What people type after a slash: read in both languages, and described to Slack."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.forms import CommandSpec, FieldSpec, Kind
from bot.chat.words import Phrase, Words
from bot.cog.texts import Voice
from bot.platforms.slack import creation_link, limits, manifest
from bot.platforms.slack.commands import Book, usage
from bot.platforms.slack.manifest import EVENTS, OPTIONAL, OPTIONAL_EVENTS, REMOVALS, SCOPES
from tests.platforms.slack.conftest import SPECS

FRENCH = {"contest": "concours", "draw": "tirer", "Prize": "Lot", "Winners": "Gagnants", "Why": "Pourquoi"}
DRAW = CommandSpec(
    "contest draw",
    "Draw.",
    (
        FieldSpec("prize", Kind.TEXT, Phrase("Prize")),
        FieldSpec("winners", Kind.WHOLE, Phrase("Winners"), required=False),
        FieldSpec("why", Kind.TEXT, Phrase("Why"), required=False),
    ),
)
GREET = CommandSpec(
    "greet", "Greet.", (FieldSpec("member", Kind.MEMBER, "Member"), FieldSpec("note", Kind.TEXT, "Note"))
)
VALUES = st.text(st.characters(codec="utf-8", exclude_characters="\u200b"), max_size=40)


def say(words: Words, language: str) -> str:
    source = words.source if isinstance(words, Phrase) else str(words)
    return FRENCH.get(source, source) if language == "fr" else source


BOOK = Book((DRAW, GREET), say)


def as_sent(text: str) -> str:
    """What Slack makes of what was typed."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@pytest.mark.parametrize("command", ["/contest", "/concours", "/relais"])
@pytest.mark.parametrize("word", ["draw", "tirer", "DRAW"])
def test_a_path_in_both_languages(command: str, word: str) -> None:
    text = f"{word} book" if command != "/relais" else f"concours {word} book"
    asked = BOOK.understand(command, text)
    assert asked.spec is DRAW
    assert asked.options == {"prize": "book"}


@pytest.mark.parametrize("language", ["en", "fr"])
@given(
    st.fixed_dictionaries({}, optional={"prize": VALUES, "winners": VALUES, "why": VALUES}),
    st.permutations(["prize", "winners", "why"]),
)
def test_values_are_read_back(language: str, options: dict[str, str], order: list[str]) -> None:
    shuffled = {name: options[name] for name in order if name in options}
    text = BOOK.write(DRAW, shuffled, language)
    assert BOOK.options(DRAW, as_sent(text)) == shuffled


@pytest.mark.parametrize(
    ("command", "text"),
    [
        ("/welcome", "preview member:<@U0BOB|bob>"),
        ("/welcome", "preview <@U0BOB>"),
        ("/welcome", "aperçu membre:<@U0BOB|bob>"),
        ("/relais", "bienvenue aperçu membre=<@U0BOB|bob>"),
        ("", "bienvenue aperçu <@U0BOB>"),
    ],
)
def test_the_real_commands_are_typed_in_both_languages(command: str, text: str) -> None:
    asked = Book(SPECS, lambda words, language: Voice(language).text(words)).understand(command, text)
    assert asked.spec is not None
    assert (asked.spec.path, asked.options) == ("welcome preview", {"member": "<@U0BOB>"})


@given(VALUES)
def test_nothing_typed_makes_it_fail(text: str) -> None:
    assert set(BOOK.options(DRAW, text)) <= {"prize", "winners", "why"}
    BOOK.understand("/contest", text)
    BOOK.understand("", text)


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("book", {"prize": "book"}),
        ('"a big book" 3', {"prize": "a big book", "winners": "3"}),
        ("book 3 because it is old", {"prize": "book", "winners": "3", "why": "because it is old"}),
        ("winners:3 book", {"prize": "book", "winners": "3"}),
        ("gagnants=3 lot:« un livre »", {"winners": "3", "prize": "un livre"}),
        ("why: it is old winners:2", {"why": "it is old", "winners": "2"}),
        ("prize:“l’été” 2", {"prize": "l’été", "winners": "2"}),
        ('say "hi', {"prize": "say", "winners": '"hi'}),
        ("at 18:00 http://a.b:80/c", {"prize": "at", "winners": "18:00", "why": "http://a.b:80/c"}),
        ("&lt;b&gt; &amp;", {"prize": "<b>", "winners": "&"}),
        ("<https://e.org|e.org> 2", {"prize": "https://e.org", "winners": "2"}),
        ("prize:", {"prize": ""}),
        ("", {}),
    ],
)
def test_options(text: str, options: dict[str, str]) -> None:
    assert BOOK.options(DRAW, text) == options


def test_mentions_keep_their_ids() -> None:
    assert BOOK.options(GREET, "<@U0BOB|bob> hello <#C1|general> all") == {
        "member": "<@U0BOB>",
        "note": "hello <#C1> all",
    }


def test_what_is_missing() -> None:
    assert [one.name for one in BOOK.understand("/greet", "member:@bob").missing] == ["note"]
    assert BOOK.understand("/contest", "draw x").missing == ()


@pytest.mark.parametrize(("command", "text", "root"), [("/contest", "", "contest"), ("/concours", "what", "contest")])
def test_a_bare_command_is_a_question(command: str, text: str, root: str) -> None:
    asked = BOOK.understand(command, text)
    assert (asked.spec, asked.root) == (None, root)
    assert BOOK.understand("", "hello there").root == ""


def test_how_a_command_is_typed() -> None:
    assert usage(DRAW, BOOK, "en") == "/contest draw prize [winners] [why]"
    assert usage(DRAW, BOOK, "fr") == "/contest draw lot [gagnants] [pourquoi]"


def test_every_command_of_relais_can_be_typed() -> None:
    book = Book(SPECS, lambda words, language: Voice(language).text(words))
    for spec in SPECS:
        for language in ("en", "fr"):
            options = {one.name: f"x {one.name}" for one in spec.options}
            root, _, rest = spec.path.partition(" ")
            asked = book.understand(f"/{root}", f"{rest} {book.write(spec, options, language)}")
            assert asked.spec is spec
            assert asked.options == options


# The manifest


@pytest.fixture(params=["", "https://relais.example.org"], ids=["socket", "http"])
def document(request: pytest.FixtureRequest) -> dict[str, Any]:
    return manifest(SPECS, public_url=request.param)


def test_the_manifest_fits(document: dict[str, Any]) -> None:
    shown, features = document["display_information"], document["features"]
    assert len(shown["name"]) <= limits.APP_NAME
    assert len(shown["description"]) <= limits.APP_DESCRIPTION
    commands = features["slash_commands"]
    assert len(commands) <= limits.COMMANDS
    for command in commands:
        assert re.fullmatch(r"/[a-z0-9_-]{1,31}", command["command"])
        assert 0 < len(command["description"]) <= limits.COMMAND_DESCRIPTION
        assert len(command.get("usage_hint", "")) <= limits.COMMAND_HINT
        assert command["should_escape"]
    for shortcut in features["shortcuts"]:
        assert len(shortcut["name"]) <= limits.SHORTCUT_NAME
        assert len(shortcut["description"]) <= limits.SHORTCUT_DESCRIPTION


def test_the_manifest_has_every_command(document: dict[str, Any]) -> None:
    named = [command["command"] for command in document["features"]["slash_commands"]]
    assert len(set(named)) == len(named)
    assert set(named) == {f"/{spec.path.split()[0]}" for spec in SPECS} | {"/relais"}


def test_every_event_has_its_scope(document: dict[str, Any]) -> None:
    scopes = set(document["oauth_config"]["scopes"]["bot"])
    events = set(document["settings"]["event_subscriptions"]["bot_events"])
    assert events == {*EVENTS, *OPTIONAL_EVENTS, *REMOVALS}
    assert {*EVENTS.values(), *OPTIONAL_EVENTS.values()} <= scopes
    assert scopes == {*SCOPES, *OPTIONAL}
    assert set(document["oauth_config"]["scopes"]["bot_optional"]) == set(OPTIONAL)


def test_several_workspaces_are_led_back_to_the_pages() -> None:
    document = manifest(SPECS, install_url="https://relais.example.org/")
    assert document["oauth_config"]["redirect_urls"] == ["https://relais.example.org/slack/oauth"]
    assert document["settings"]["socket_mode_enabled"]
    assert "redirect_urls" not in manifest(SPECS)["oauth_config"]


def test_socket_mode_or_addresses() -> None:
    socket, http = manifest(SPECS), manifest(SPECS, public_url="https://relais.example.org/")
    assert socket["settings"]["socket_mode_enabled"]
    assert "https" not in json.dumps(socket)
    assert not http["settings"]["socket_mode_enabled"]
    address = "https://relais.example.org/slack/events"
    assert http["settings"]["event_subscriptions"]["request_url"] == address
    assert http["settings"]["interactivity"]["request_url"] == address
    assert all(command["url"] == address for command in http["features"]["slash_commands"])


def test_the_link_carries_the_manifest(document: dict[str, Any]) -> None:
    address = urlsplit(creation_link(document))
    query = parse_qs(address.query)
    assert (address.scheme, address.netloc, query["new_app"]) == ("https", "api.slack.com", ["1"])
    assert json.loads(query["manifest_json"][0]) == document
    assert len(address.geturl()) < 16_000


def test_too_many_commands() -> None:
    with pytest.raises(ValueError, match="50"):
        manifest([CommandSpec(f"c{number}", "Help.") for number in range(50)])

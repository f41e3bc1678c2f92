"""The command tree of the real cogs, and what forms and suggestions make of each kind of value."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.chat.forms import Choice, CommandSpec, FieldSpec, Kind, Sheet
from bot.chat.things import Level
from bot.chat.words import Words
from bot.cog.dates import parse_duration, parse_time
from bot.cog.fields.kinds import READERS
from bot.cog.texts import Voice
from bot.engine.loader import Registry, load
from bot.platforms.discord import commands, limits
from bot.platforms.discord.limits import size
from bot.platforms.discord.modal import Form, typed
from bot.platforms.discord.offered import Offered
from bot.platforms.discord.suggest import DURATIONS, TIMES, suggestions

NAME = re.compile(r"[-_\w]{1,32}")
SPECS = tuple(owned.item.spec for owned in Registry(load()).commands.values())
MODERATE, MANAGE = 1 << 13, 1 << 5


def say(words: Words, language: str) -> str:
    return Voice(language).text(words)


def french(words: Words, language: str) -> str:
    """English words and an invented French."""
    said = str(getattr(words, "source", words))
    return f"{said} traduit" if language == "fr" else said


def check(nodes: list[dict[str, Any]], depth: int = 0) -> None:
    """What Discord would refuse."""
    for locale in (None, "fr"):
        names = [node.get("name_localizations", {}).get(locale, node["name"]) for node in nodes]
        assert len(names) == len(set(names)) <= (25 if depth else 100)
        assert all(NAME.fullmatch(name) and name == name.lower() for name in names)
    required = [node["required"] for node in nodes if "required" in node]
    assert required == sorted(required, reverse=True)
    for node in nodes:
        texts = [node["description"], *node.get("description_localizations", {}).values()]
        assert all(0 < size(text) <= 100 for text in texts)
        assert len(node.get("choices", ())) <= 25
        assert not (node.get("choices") and node.get("autocomplete"))
        check(node.get("options", []), depth + 1)


def test_the_tree_of_all_cogs_is_valid() -> None:
    tree = commands.tree(SPECS, say)
    check(tree)
    assert all(commands.weight(node) <= limits.COMMAND_TOTAL for node in tree)
    assert all(node["contexts"] == [0] and node["dm_permission"] is False for node in tree)
    assert commands.paths(SPECS).keys() == {spec.path for spec in SPECS}


def test_descriptions_name_commands_as_each_reader_finds_them() -> None:
    tree = Offered(SPECS, say).tree
    check(tree)
    community = next(root for root in tree if root["name"] == "community")
    [code] = next(one for one in community["options"] if one["name"] == "join")["options"]
    assert code["description"] == "What /community code showed in the other space"
    assert code["description_localizations"]["fr"] == "Ce que /communauté code a affiché dans l’autre espace"


def test_a_tree_is_shown_by_its_most_open_branch() -> None:
    shown = {node["name"]: node["default_member_permissions"] for node in commands.tree(SPECS, say)}
    assert shown["settings"] == MANAGE
    assert shown["welcome"] == MODERATE
    assert shown["help"] is None


def test_french_is_told_beside_english() -> None:
    help = next(node for node in commands.tree(SPECS, say) if node["name"] == "help")
    assert help["description_localizations"]["fr"] == say(SPECS[[s.path for s in SPECS].index("help")].help, "fr")


def spec(path: str, *options: FieldSpec, level: Level = Level.EVERYONE) -> CommandSpec:
    return CommandSpec(path, "Does it.", options, level)


def test_commands_have_french_names() -> None:
    tree = {node["name"]: node for node in commands.tree(SPECS, say)}
    assert tree["settings"]["name_localizations"] == {"fr": "réglages"}
    names = {option["name"]: option.get("name_localizations") for option in tree["settings"]["options"]}
    assert names["show"] == {"fr": "voir"}


def test_three_words_are_a_group() -> None:
    [root] = commands.tree([spec("a b c"), spec("a b d"), spec("a e")], french)
    group, sub = root["options"]
    assert (group["type"], group["name"], [o["name"] for o in group["options"]]) == (2, "b", ["c", "d"])
    assert [o["type"] for o in group["options"]] == [1, 1]
    assert (sub["type"], sub["name"]) == (1, "e")
    check([root])


def test_a_command_that_begins_others_moves_below() -> None:
    both = [spec("poll"), spec("poll ask")]
    [root] = commands.tree(both, french)
    assert [o["name"] for o in root["options"]] == ["show", "ask"]
    assert commands.paths(both)["poll show"].path == "poll"


def test_options_by_kind() -> None:
    kinds = [FieldSpec(kind.name.lower(), kind, "Label", required=False) for kind in Kind]
    kinds.append(FieldSpec("needed", Kind.WHOLE, "Needed", least=1, most=5))
    [root] = commands.tree([spec("x", *kinds)], french)
    types = {option["name"]: option["type"] for option in root["options"]}
    assert root["options"][0]["name"] == "needed"
    assert (root["options"][0]["min_value"], root["options"][0]["max_value"]) == (1, 5)
    assert types == {
        "needed": 4, "text": 3, "whole": 4, "number": 10, "yes_no": 5, "choice": 3, "member": 6, "channel": 7,
        "moment": 3, "duration": 3, "time": 3, "file": 11,
    }  # fmt: skip
    check([root])


def test_many_choices_are_suggested() -> None:
    choices = tuple(Choice(f"v{index}", f"Label {index}") for index in range(30))
    field = FieldSpec("pick", Kind.CHOICE, "Pick", choices=choices)
    [root] = commands.tree([spec("x", field)], french)
    assert root["options"][0]["autocomplete"] is True
    assert "choices" not in root["options"][0]
    assert len(suggestions(field, "", "en", str)) == 25
    assert suggestions(field, "label 29", "en", str) == [{"name": "Label 29", "value": "v29"}]


def test_a_tree_too_heavy_is_made_lighter() -> None:
    options = tuple(FieldSpec(f"option{index}", Kind.TEXT, "L", hint="h" * 100) for index in range(25))
    specs = [CommandSpec(f"x c{index}", "d" * 100, options) for index in range(10)]
    [root] = commands.tree(specs, french)
    assert commands.weight(root) <= limits.COMMAND_TOTAL
    check([root])


def test_the_digest_follows_the_tree() -> None:
    one, two = commands.tree([spec("x")], french), commands.tree([spec("y")], french)
    assert commands.digest(one) == commands.digest(commands.tree([spec("x")], french)) != commands.digest(two)


@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_suggestions_are_understood(language: str) -> None:
    for text in (*DURATIONS.get(language, ()), *(s["value"] for s in offered(Kind.DURATION, "3", language))):
        if text != "3":
            assert parse_duration(text)
    for one in TIMES:
        parse_time(one)
    assert offered(Kind.MOMENT, "next week", language)[0]["value"] == "next week"
    assert {"name": "09:30", "value": "09:30"} in offered(Kind.TIME, "9", language)


def offered(kind: Kind, text: str, language: str) -> list[dict[str, Any]]:
    return suggestions(FieldSpec("x", kind, "X"), text, language, str)


def test_every_kind_has_a_field_in_forms() -> None:
    form = Form(str, lambda kind, text: {"general": "200", "Ada": "42"}.get(text))
    for kind in {kind for kind, _ in READERS.values()} - {Kind.FILE}:
        field = FieldSpec("f", kind, "L" * 60, hint="h" * 200, choices=(Choice("a", "A"), Choice("b", "B")), most=20)
        values = {Kind.CHANNEL: "general", Kind.MEMBER: "Ada", Kind.CHOICE: "b", Kind.YES_NO: "oui"}
        data = form.modal(Sheet("act", "T" * 60, (field,), "Send", {"f": values.get(kind, "12")}), "act")
        [label] = data["components"]
        assert (len(data["title"]), len(label["label"]), len(label["description"])) == (45, 45, 100)
        inner = label["component"]
        match kind:
            case Kind.CHOICE | Kind.YES_NO:
                assert [o["default"] for o in inner["options"]] == (
                    [False, True] if kind is Kind.CHOICE else [True, False]
                )
            case Kind.MEMBER | Kind.CHANNEL:
                assert inner["default_values"][0]["id"] in ("42", "200")
            case _:
                assert inner["value"] == "12"


def test_a_form_has_five_fields_and_keeps_what_was_typed() -> None:
    fields = tuple(FieldSpec(f"f{index}", Kind.TEXT, "L", least=3, most=9000) for index in range(7))
    sheet = Sheet("act", "T", fields, "Send", {"f0": "x" * 5000, "f1": "x"})
    labels = Form(str, lambda kind, text: None).modal(sheet, "act")["components"]
    assert len(labels) == 5
    assert len(labels[0]["component"]["value"]) == limits.TEXT_INPUT
    assert labels[0]["component"]["min_length"] == 3
    assert "min_length" not in labels[1]["component"]


def test_what_comes_back_from_a_form() -> None:
    assert typed(
        [
            {"type": 18, "component": {"type": 4, "custom_id": "a", "value": "text"}},
            {"type": 18, "component": {"type": 3, "custom_id": "b", "values": ["v"]}},
            {"type": 18, "component": {"type": 8, "custom_id": "c", "values": []}},
            {"type": 1, "components": [{"type": 4, "custom_id": "d", "value": ""}]},
        ]
    ) == {"a": "text", "b": "v", "c": "", "d": ""}

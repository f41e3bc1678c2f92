"""What an application command may be."""

from __future__ import annotations

import unicodedata
from typing import Any

from tests.wire.discord.bits import LOCALES, Json, Option
from tests.wire.discord.errors import Problems
from tests.wire.discord.rules import Anything, Kinds, Many, Named, Path, Rule, Shape, Snowflake, Text, Whole, YesNo

MAX_CHARACTERS = 8000
CHAT, USER_MENU, MESSAGE_MENU = 1, 2, 3
NAME_LENGTH = 32


class Name:
    """A name of a chat command or option: lower-case letters, digits, - and _ of any script."""

    def check(self, value: Any, path: Path, problems: Problems) -> None:
        before = str(problems.tree)
        Text(NAME_LENGTH, least=1, null=False).check(value, path, problems)
        if before == str(problems.tree) and not is_name(value):
            words = "Command name is invalid"
            problems.add(path, "APPLICATION_COMMAND_INVALID_NAME", words)


def is_name(text: str) -> bool:
    """Letters, marks and digits of any script, - _ and ', without capitals."""
    return text == text.lower() and all(c in "-_'" or unicodedata.category(c)[0] in "LNM" for c in text)


class Value:
    """The value of a choice: text of 100 characters, or a number."""

    def check(self, value: Any, path: Path, problems: Problems) -> None:
        if isinstance(value, str):
            Text(100, least=1).check(value, path, problems)
        elif isinstance(value, bool) or not isinstance(value, int | float):
            problems.add(path, "UNION_TYPE_CHOICES", "Must be text or a number")


_WORDS: dict[str, Rule] = {
    "type": Whole(),
    "name": Name(),
    "name_localizations": Named(Name(), LOCALES),
    "name_localized": Anything(),
    "description": Text(100, least=1),
    "description_localizations": Named(Text(100, least=1), LOCALES),
    "description_localized": Anything(),
}
_NEED = ("type", "name", "description")
CHOICE = Shape(
    {"name": Text(100, least=1), "value": Value(), "name_localizations": Named(Text(100, least=1), LOCALES)},
    need=("name", "value"),
)


def _chosen(value: Json, path: Path, problems: Problems) -> None:
    kinds: tuple[type, ...] = (str,)
    if value["type"] != Option.STRING:
        kinds = (int,) if value["type"] == Option.INTEGER else (int, float)
    for index, choice in enumerate(value.get("choices") or []):
        if not isinstance(choice["value"], kinds):
            problems.add((*path, "choices", index, "value"), "CHOICE_TYPE", "The value is not of the option's type")
    if value.get("choices") and value.get("autocomplete"):
        words = "Autocomplete options cannot have choices"
        problems.add((*path, "choices"), "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_CHOICES", words)


def _options_together(value: Json, path: Path, problems: Problems) -> None:
    """How the options of one command stand together."""
    options = value.get("options") or []
    names = [option["name"] for option in options]
    below = [option["type"] in (Option.SUB_COMMAND, Option.SUB_COMMAND_GROUP) for option in options]
    for index, option in enumerate(options):
        where = (*path, "options", index)
        if names[index] in names[:index]:
            problems.add(where, "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", "Option name already exists")
        if option.get("required") and any(not it.get("required") for it in options[:index]):
            words = "Required options must be placed before non-required options"
            problems.add(where, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", words)
    if any(below) and not all(below):
        words = "Sub-command and sub-command group option types are mutually exclusive to all other types"
        problems.add((*path, "options"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", words)


_ASKED = _WORDS | {"required": YesNo()}
_COMPLETED = _ASKED | {"choices": Many(CHOICE, most=25), "autocomplete": YesNo()}
_NUMBERED = Shape(_COMPLETED | {"min_value": Anything(), "max_value": Anything()}, need=_NEED, also=_chosen)
_LEAVES: dict[int, Shape] = {
    Option.STRING: Shape(
        _COMPLETED | {"min_length": Whole(0, 6000), "max_length": Whole(1, 6000)}, need=_NEED, also=_chosen
    ),
    Option.INTEGER: _NUMBERED,
    Option.NUMBER: _NUMBERED,
    Option.CHANNEL: Shape(_ASKED | {"channel_types": Many(Whole(0, 16), unique=True)}, need=_NEED),
    **{
        it: Shape(_ASKED, need=_NEED)
        for it in (Option.BOOLEAN, Option.USER, Option.ROLE, Option.MENTIONABLE, Option.ATTACHMENT)
    },
}
_SUB = Shape(
    _WORDS | {"required": YesNo(), "options": Many(Kinds(_LEAVES), most=25)}, need=_NEED, also=_options_together
)
_GROUP = Shape(
    _WORDS | {"required": YesNo(), "options": Many(Kinds({Option.SUB_COMMAND: _SUB}), most=25)},
    need=_NEED,
    also=_options_together,
)
_TOP: dict[str, Rule] = {
    "id": Snowflake(),
    "type": Whole(1, 4),
    "default_member_permissions": Whole(0, coerced=True),
    "dm_permission": YesNo(),
    "default_permission": YesNo(),
    "nsfw": YesNo(),
    "integration_types": Many(Whole(0, 1), least=1, unique=True),
    "contexts": Many(Whole(0, 2), unique=True),
    "handler": Whole(1, 2),
}
"""Discord forgives an empty ``contexts``."""


def characters(command: Json) -> int:
    """What counts towards 8000: names, descriptions and values, each in its longest language."""
    total = 0
    for key in ("name", "description"):
        said = [command.get(key) or "", *(command.get(f"{key}_localizations") or {}).values()]
        total += max(map(len, said))
    total += sum(len(str(choice["value"])) + characters(choice) for choice in command.get("choices") or [])
    return total + sum(map(characters, command.get("options") or []))


def _fits(value: Json, path: Path, problems: Problems) -> None:
    _options_together(value, path, problems)
    if characters(value) > MAX_CHARACTERS:
        words = "Command exceeds maximum size (8000)"
        problems.add(path, "APPLICATION_COMMAND_TOO_LARGE", words)


def _no_description(value: Json, path: Path, problems: Problems) -> None:
    if value.get("description") or value.get("options"):
        words = "Context menu commands cannot have description"
        problems.add((*path, "description"), "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION", words)


_CHAT = Shape(
    _TOP
    | {name: rule for name, rule in _WORDS.items() if name != "type"}
    | {"options": Many(Kinds({**_LEAVES, Option.SUB_COMMAND: _SUB, Option.SUB_COMMAND_GROUP: _GROUP}), most=25)},
    need=("name", "description"),
    also=_fits,
)
_MENU = Shape(
    _TOP
    | {
        "name": Text(NAME_LENGTH, least=1),
        "name_localizations": Named(Text(NAME_LENGTH, least=1), LOCALES),
        "description": Text(100),
        "description_localizations": Anything(),
        "options": Anything(),
    },
    need=("name",),
    also=_no_description,
)
COMMAND = Kinds({CHAT: _CHAT, USER_MENU: _MENU, MESSAGE_MENU: _MENU}, default=CHAT)

"""Forms: a modal's fields from a sheet, and what was typed from what comes back.

Discord has no picker for dates and no way to show a problem beside a field. A choice of at most 25, a member, a
channel and yes or no are selects; everything else is typed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.chat.forms import FieldSpec, Kind, Sheet
from bot.chat.words import Phrase, Words
from bot.platforms.discord import limits
from bot.platforms.discord.components import NAMELESS
from bot.platforms.discord.markup import SNOWFLAKE, fit_plain

Component = dict[str, Any]

STRING_SELECT, TEXT_INPUT, USER_SELECT, CHANNEL_SELECT, LABEL = 3, 4, 5, 8, 18
SHORT, PARAGRAPH = 1, 2
TALK = [0, 5]
"""Kinds of channels where the bot posts: text and announcements."""

YES = frozenset({"yes", "oui", "true", "1", "on", "y", "o", "vrai"})
NO = frozenset({"no", "non", "false", "0", "off", "n", "faux"})


@dataclass(frozen=True, slots=True)
class Form:
    """``say`` says words in the reader's language; ``id_of`` finds the id of what a name means, by kind of field."""

    say: Callable[[Words], str]
    id_of: Callable[[Kind, str], str | None]

    def modal(self, sheet: Sheet, custom_id: str) -> dict[str, Any]:
        """The data of the answer that opens a form."""
        title = fit_plain(self.say(sheet.title), limits.MODAL_TITLE) or NAMELESS
        labels = [self._label(field, sheet.values) for field in sheet.fields[: limits.MODAL_FIELDS]]
        return {"custom_id": custom_id, "title": title, "components": labels}

    def _label(self, field: FieldSpec, values: Mapping[str, str]) -> Component:
        label: Component = {
            "type": LABEL,
            "label": fit_plain(self.say(field.label), limits.LABEL) or NAMELESS,
            "component": self._input(field, values.get(field.name, field.default)),
        }
        if hint := fit_plain(self.say(field.hint), limits.LABEL_HINT):
            label["description"] = hint
        return label

    def _input(self, field: FieldSpec, value: str) -> Component:
        match field.kind:
            case Kind.CHOICE if 0 < len(field.choices) <= limits.SELECT_OPTIONS:
                return _select(field, [(c.value, self.say(c.label)) for c in field.choices], value)
            case Kind.YES_NO:
                words = [("yes", self.say(Phrase("yes"))), ("no", self.say(Phrase("no")))]
                return _select(field, words, _yes_no(value))
            case Kind.MEMBER:
                return _picker(field, USER_SELECT, "user", self.id_of(field.kind, value))
            case Kind.CHANNEL:
                picker = _picker(field, CHANNEL_SELECT, "channel", self.id_of(field.kind, value))
                return picker | {"channel_types": TALK}
        return _text(field, value)


def _select(field: FieldSpec, options: Iterable[tuple[str, str]], chosen: str) -> Component:
    shown = [
        {
            "label": fit_plain(label, limits.OPTION_TEXT) or NAMELESS,
            "value": value[: limits.OPTION_TEXT],
            "default": value == chosen,
        }
        for value, label in options
    ]
    return _one_of(field, STRING_SELECT) | {"options": shown}


def _picker(field: FieldSpec, kind: int, what: str, id: str | None) -> Component:
    chosen = {"default_values": [{"id": id, "type": what}]} if id and SNOWFLAKE.fullmatch(id) else {}
    return _one_of(field, kind) | chosen


def _one_of(field: FieldSpec, kind: int) -> Component:
    return {
        "type": kind,
        "custom_id": field.name,
        "required": field.required,
        "min_values": int(field.required),
        "max_values": 1,
    }


def _yes_no(value: str) -> str:
    word = value.strip().casefold()
    return "yes" if word in YES else "no" if word in NO else ""


def _text(field: FieldSpec, value: str) -> Component:
    made: Component = {
        "type": TEXT_INPUT,
        "custom_id": field.name,
        "style": PARAGRAPH if field.multiline else SHORT,
        "required": field.required,
    }
    most, least = limits.TEXT_INPUT, 0
    if field.kind is Kind.TEXT:
        most = max(1, min(int(field.most if field.most is not None else most), limits.TEXT_INPUT))
        least = max(0, min(int(field.least or 0), most))
    made["max_length"] = most
    value = limits.cut(value if field.multiline else " ".join(value.split("\n")), most, "")
    if value:
        made["value"] = value
    if least and (not value or limits.size(value) >= least):
        made["min_length"] = least
    return made


def typed(components: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """What stands in each field of a form that was sent: text, or the id of what was chosen."""
    found: dict[str, str] = {}
    for outer in components:
        inner = [outer["component"]] if "component" in outer else outer.get("components", [])
        for component in inner:
            if "custom_id" in component:
                chosen = component.get("values") or [""]
                found[component["custom_id"]] = str(component.get("value") or chosen[0])
    return found

"""What a form may hold."""

from __future__ import annotations

from tests.wire.discord.bits import Component, Json
from tests.wire.discord.bodies import BASE, EMOJI, SELECT_SHAPES, TEXT, walk
from tests.wire.discord.errors import Problems
from tests.wire.discord.rules import Kinds, Many, Path, Rules, Shape, Text, Whole, YesNo

_ID = Text(100, least=1, null=False)


def _lengths(value: Json, path: Path, problems: Problems) -> None:
    least, most = value.get("min_length") or 0, value.get("max_length") or 4000
    if least > most:
        problems.add((*path, "min_length"), "TEXT_INPUT_MIN_LENGTH", "min_length is larger than max_length")
    if value.get("value") and not least <= len(value["value"]) <= most:
        words = f"Must be between {least} and {most} in length."
        problems.add((*path, "value"), "BASE_TYPE_BAD_LENGTH", words)


_INPUT: Rules = BASE | {
    "custom_id": _ID,
    "style": Whole(1, 2),
    "min_length": Whole(0, 4000),
    "max_length": Whole(1, 4000),
    "required": YesNo(),
    "value": Text(4000),
    "placeholder": Text(100),
}
_OLD_INPUT = Shape(_INPUT | {"label": Text(45, least=1)}, need=("custom_id", "style", "label"), also=_lengths)
_NEW_INPUT = Shape(_INPUT | {"label": Text(45)}, need=("custom_id", "style"), also=_lengths)
_CHOICE = Shape(
    {
        "value": Text(100, least=1),
        "label": Text(100, least=1),
        "description": Text(100),
        "default": YesNo(),
        "emoji": EMOJI,
    },
    need=("value", "label"),
)
_COUNTS: Rules = {"min_values": Whole(0, 10), "max_values": Whole(1, 10), "required": YesNo()}
_ASKS: dict[int, Shape] = {
    Component.TEXT_INPUT: _NEW_INPUT,
    Component.UPLOAD: Shape(BASE | {"custom_id": _ID} | _COUNTS, need=("custom_id",)),
    Component.RADIO: Shape(
        BASE | {"custom_id": _ID, "required": YesNo(), "options": Many(_CHOICE, 10, 2, null=False)},
        need=("custom_id", "options"),
    ),
    Component.CHECKBOXES: Shape(
        BASE | {"custom_id": _ID, "options": Many(_CHOICE, 10, 1, null=False)} | _COUNTS,
        need=("custom_id", "options"),
    ),
    Component.CHECKBOX: Shape(BASE | {"custom_id": _ID, "default": YesNo()}, need=("custom_id",)),
    **SELECT_SHAPES,
}

_LABEL = Shape(
    BASE | {"label": Text(45, least=1), "description": Text(100), "component": Kinds(_ASKS)},
    need=("label", "component"),
)
_ROW = Shape(
    BASE | {"components": Many(Kinds({Component.TEXT_INPUT: _OLD_INPUT}), 1, 1, null=False)}, need=("components",)
)


def _unique(value: Json, path: Path, problems: Problems) -> None:
    ids = [it["custom_id"] for it in walk(value["components"]) if it.get("custom_id")]
    if len(set(ids)) != len(ids):
        words = "Component custom id cannot be duplicated"
        problems.add((*path, "components"), "COMPONENT_CUSTOM_ID_DUPLICATED", words)


MODAL = Shape(
    {
        "custom_id": _ID,
        "title": Text(45, least=1),
        "components": Many(
            Kinds({Component.LABEL: _LABEL, Component.ROW: _ROW, Component.TEXT: TEXT}), 5, 1, null=False
        ),
    },
    need=("custom_id", "title", "components"),
    also=_unique,
)

"""What stands in the elements of a view or message: at first, and after somebody typed."""

from __future__ import annotations

from copy import deepcopy

from tests.wire.slack.bits import Json
from tests.wire.slack.elements import HOLDS_VALUE

NOTHING: dict[str, Json] = {
    "static_select": {"selected_option": None},
    "external_select": {"selected_option": None},
    "radio_buttons": {"selected_option": None},
    "users_select": {"selected_user": None},
    "channels_select": {"selected_channel": None},
    "conversations_select": {"selected_conversation": None},
    "multi_static_select": {"selected_options": []},
    "multi_external_select": {"selected_options": []},
    "checkboxes": {"selected_options": []},
    "multi_users_select": {"selected_users": []},
    "multi_channels_select": {"selected_channels": []},
    "multi_conversations_select": {"selected_conversations": []},
    "datepicker": {"selected_date": None},
    "timepicker": {"selected_time": None},
    "datetimepicker": {"selected_date_time": None},
    "file_input": {"files": []},
    "rich_text_input": {"rich_text_value": None},
}
"""How an empty element looks in ``state.values``; the others hold a ``value``."""


def empty(element: Json) -> Json:
    """An element with nothing in it."""
    return {"type": element["type"], **deepcopy(NOTHING.get(element["type"], {"value": None}))}


def beginning(element: Json, channel: str) -> Json:
    """An element as it first stands there."""
    value = empty(element)
    name = next(name for name in value if name != "type")
    initial = "initial_" + name.removeprefix("selected_")
    if name == "rich_text_value":
        initial = "initial_value"
    if element.get(initial) is not None:
        value[name] = deepcopy(element[initial])
    elif element.get("default_to_current_conversation") and channel:
        value[name] = [channel] if name.endswith("s") else channel
    return value


def beginnings(blocks: list[Json], channel: str) -> dict[str, dict[str, Json]]:
    """``state.values`` of fresh blocks, already completed with ids."""
    found: dict[str, dict[str, Json]] = {}
    for block in blocks:
        inner = [block.get("element"), block.get("accessory"), *(block.get("elements") or [])]
        for element in inner:
            if isinstance(element, dict) and element.get("type") in HOLDS_VALUE:
                found.setdefault(block["block_id"], {})[element["action_id"]] = beginning(element, channel)
    return found


def is_empty(value: Json) -> bool:
    return not any(inner for name, inner in value.items() if name != "type")

"""Block Kit's text objects and elements, with their documented limits."""

from __future__ import annotations

from collections.abc import Mapping

from tests.wire.slack.bits import Json
from tests.wire.slack.errors import Problems
from tests.wire.slack.rules import Path, Rule, address, anything, flag, kinds, many, one_of, shape, text, whole

ID = text(255)
DATE = text(like=r"\d{4}-\d{2}-\d{2}")


def plain_text(most: int, least: int = 1) -> Rule:
    """A plain_text object."""
    return kinds({"plain_text": _plain(most, least)})


def any_text(most: int) -> Rule:
    """A plain_text or mrkdwn object."""
    return kinds({"plain_text": _plain(most, 1), "mrkdwn": mrkdwn(most)})


def _plain(most: int, least: int) -> Rule:
    return shape({"type": anything, "text": text(most, least=least), "emoji": flag}, "text")


def mrkdwn(most: int) -> Rule:
    """A mrkdwn object."""
    return shape({"type": anything, "text": text(most, least=1), "verbatim": flag}, "text")


CONFIRM = shape(
    {
        "title": plain_text(100),
        "text": any_text(300),
        "confirm": plain_text(30),
        "deny": plain_text(30),
        "style": one_of("primary", "danger"),
    },
    "title text confirm deny",
)
SLACK_FILE = shape({"id": text(), "url": address()})


def _option(words: Rule, *, with_url: bool = False) -> Rule:
    fields: dict[str, Rule] = {"text": words, "value": text(150, least=1), "description": any_text(75)}
    return shape(fields | ({"url": address()} if with_url else {}), "text value")


OPTION = _option(plain_text(75))
RICH_OPTION = _option(any_text(75))
OVERFLOW_OPTION = _option(plain_text(75), with_url=True)
OPTION_GROUP = shape({"label": plain_text(75), "options": many(OPTION, 100)}, "label options")
DISPATCH = shape({"trigger_actions_on": many(one_of("on_enter_pressed", "on_character_entered"), 2)})
FILTER = shape(
    {
        "include": many(one_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": flag,
        "exclude_bot_users": flag,
    }
)


def _either_image(value: Json, problems: Problems, path: Path) -> None:
    if (value.get("image_url") is None) == (value.get("slack_file") is None):
        problems.add("must define either `image_url` or `slack_file`", *path)


IMAGE_FIELDS: Mapping[str, Rule] = {
    "type": anything,
    "image_url": address(),
    "slack_file": SLACK_FILE,
    "alt_text": text(2000),
}
IMAGE = shape(IMAGE_FIELDS, "alt_text", _either_image)


def _initials(value: Json, problems: Problems, path: Path) -> None:
    """Options are unique, and what is chosen beforehand is one of them."""
    if (value.get("options") is None) == (value.get("option_groups") is None):
        return problems.add("must define either `options` or `option_groups`", *path)
    options = list(value.get("options") or [it for group in value["option_groups"] for it in group["options"]])
    values = [option["value"] for option in options]
    if len(set(values)) < len(values):
        problems.add("options must have unique values", *path, "options")
    chosen = value.get("initial_options") or ([value["initial_option"]] if value.get("initial_option") else [])
    if any(option not in options for option in chosen):
        problems.add("must match one of the options", *path, "initial_option")


def _element(fields: Mapping[str, Rule], need: str = "", *checks: object, confirm: bool = True) -> Rule:
    common: dict[str, Rule] = {"type": anything, "action_id": ID, "focus_on_load": flag}
    known = [check for check in checks if callable(check)]
    return shape(common | ({"confirm": CONFIRM} if confirm else {}) | dict(fields), need, *known)


def _menu(fields: Mapping[str, Rule], need: str = "", *checks: object) -> Rule:
    return _element({"placeholder": plain_text(150), **fields}, need, *checks)


def _multi(fields: Mapping[str, Rule], need: str = "", *checks: object) -> Rule:
    return _menu({"max_selected_items": whole(1), **fields}, need, *checks)


def _input(fields: Mapping[str, Rule], need: str = "", *checks: object) -> Rule:
    common: dict[str, Rule] = {"placeholder": plain_text(150), "dispatch_action_config": DISPATCH}
    return _element(common | dict(fields), need, *checks, confirm=False)


def _lengths(value: Json, problems: Problems, path: Path) -> None:
    least, most = value.get("min_length") or 0, value.get("max_length") or 3000
    if least > most:
        problems.add("min_length must be less than or equal to max_length", *path)
    if not least <= len(value.get("initial_value") or " " * least) <= most:
        problems.add("must be between min_length and max_length", *path, "initial_value")


def _link_or_action(value: Json, problems: Problems, path: Path) -> None:
    if value.get("url") == "":
        problems.add("must be more than 0 characters", *path, "url")


BUTTON = _element(
    {
        "text": plain_text(75),
        "url": address(),
        "value": text(2000),
        "style": one_of("primary", "danger"),
        "accessibility_label": text(75),
        "visible_to_user_ids": many(text(), 100),
    },
    "text",
    _link_or_action,
)
SELECTS: Mapping[str, Rule] = {
    "static_select": _menu(
        {"options": many(OPTION, 100), "option_groups": many(OPTION_GROUP, 100), "initial_option": OPTION},
        "",
        _initials,
    ),
    "external_select": _menu({"min_query_length": whole(0), "initial_option": OPTION}),
    "users_select": _menu({"initial_user": text()}),
    "conversations_select": _menu(
        {
            "initial_conversation": text(),
            "default_to_current_conversation": flag,
            "response_url_enabled": flag,
            "filter": FILTER,
        }
    ),
    "channels_select": _menu({"initial_channel": text(), "response_url_enabled": flag}),
}
MULTI_SELECTS: Mapping[str, Rule] = {
    "multi_static_select": _multi(
        {"options": many(OPTION, 100), "option_groups": many(OPTION_GROUP, 100), "initial_options": many(OPTION, 100)},
        "",
        _initials,
    ),
    "multi_external_select": _multi({"min_query_length": whole(0), "initial_options": many(OPTION, 100)}),
    "multi_users_select": _multi({"initial_users": many(text(), 1000)}),
    "multi_conversations_select": _multi(
        {"initial_conversations": many(text(), 1000), "default_to_current_conversation": flag, "filter": FILTER}
    ),
    "multi_channels_select": _multi({"initial_channels": many(text(), 1000)}),
}
ELEMENTS: Mapping[str, Rule] = {
    **SELECTS,
    **MULTI_SELECTS,
    "button": BUTTON,
    "image": IMAGE,
    "overflow": _element({"options": many(OVERFLOW_OPTION, 5)}, "options"),
    "checkboxes": _element(
        {"options": many(RICH_OPTION, 10), "initial_options": many(RICH_OPTION, 10)}, "options", _initials
    ),
    "radio_buttons": _element({"options": many(RICH_OPTION, 10), "initial_option": RICH_OPTION}, "options", _initials),
    "datepicker": _element({"initial_date": DATE, "placeholder": plain_text(150)}),
    "timepicker": _element(
        {"initial_time": text(like=r"\d{2}:\d{2}"), "placeholder": plain_text(150), "timezone": text()}
    ),
    "datetimepicker": _element({"initial_date_time": whole(1_000_000_000, 9_999_999_999)}),
    "plain_text_input": _input(
        {
            "initial_value": text(3000),
            "multiline": flag,
            "min_length": whole(0, 3000),
            "max_length": whole(1, 3000),
        },
        "",
        _lengths,
    ),
    "email_text_input": _input({"initial_value": text()}),
    "url_text_input": _input({"initial_value": text()}),
    "number_input": _input(
        {"initial_value": text(), "is_decimal_allowed": flag, "min_value": text(), "max_value": text()},
        "is_decimal_allowed",
    ),
    "rich_text_input": _input({"initial_value": anything, "min_lines": whole(1), "max_lines": whole(1)}),
    "file_input": _element({"filetypes": many(text(), 100), "max_files": whole(1, 10)}, confirm=False),
    "workflow_button": _element(
        {"text": plain_text(75), "workflow": anything, "style": one_of("primary", "danger")}, "text workflow"
    ),
    "icon_button": _element(
        {
            "icon": text(),
            "text": plain_text(75),
            "value": text(2000),
            "accessibility_label": text(75),
            "visible_to_user_ids": many(text(), 100),
        },
        "icon text",
    ),
    "feedback_buttons": _element(
        {"positive_button": anything, "negative_button": anything}, "positive_button negative_button"
    ),
}

IN_SECTION = (
    frozenset(ELEMENTS)
    - {"datetimepicker", "icon_button", "feedback_buttons"}
    - frozenset(name for name in ELEMENTS if name.endswith("_input"))
)
IN_ACTIONS = (IN_SECTION | {"datetimepicker"}) - {"image"} - frozenset(MULTI_SELECTS)
IN_INPUT = frozenset(ELEMENTS) - {"button", "image", "overflow", "workflow_button", "icon_button", "feedback_buttons"}
IN_CONTEXT_ACTIONS = frozenset({"icon_button", "feedback_buttons"})
HOLDS_VALUE = IN_INPUT
"""What appears in ``state.values``."""

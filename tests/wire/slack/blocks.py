"""Block Kit: which blocks a surface takes, and what each may hold."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.wire.slack.bits import Json
from tests.wire.slack.elements import (
    ELEMENTS,
    ID,
    IMAGE,
    IMAGE_FIELDS,
    IN_ACTIONS,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    any_text,
    mrkdwn,
    plain_text,
)
from tests.wire.slack.errors import Problems, Refused
from tests.wire.slack.rich import RICH_TEXT, RICH_TEXT_BLOCK
from tests.wire.slack.rules import (
    Check,
    Path,
    Rule,
    address,
    anything,
    flag,
    kinds,
    lazily,
    many,
    number,
    one_of,
    shape,
    text,
    whole,
)

MOST_IN_MESSAGE = 50
MOST_IN_VIEW = 100
MOST_CHARACTERS = 13_200
"""All the texts of a message's blocks (reported)."""

MOST_CHARTS = 2
MOST_TABLES = 1


def _block(fields: Mapping[str, Rule], need: str = "", *checks: Check) -> Rule:
    return shape({"type": anything, "block_id": ID, **fields}, need, *checks)


def _unique_actions(value: Json, problems: Problems, path: Path) -> None:
    ids = [it["action_id"] for it in value["elements"] if it.get("action_id")]
    if len(set(ids)) < len(ids):
        problems.add("action_id must be unique within a block", *path, "elements")


def _some_text(value: Json, problems: Problems, path: Path) -> None:
    if value.get("text") is None and value.get("fields") is None:
        problems.add("must define either `text` or `fields`", *path)


def _either_image(value: Json, problems: Problems, path: Path) -> None:
    if (value.get("image_url") is None) == (value.get("slack_file") is None):
        problems.add("must define either `image_url` or `slack_file`", *path)


def _same_width(value: Json, problems: Problems, path: Path) -> None:
    if len({len(row) for row in value["rows"]}) > 1:
        problems.add("all rows must have the same number of cells", *path, "rows")


def _card(value: Json, problems: Problems, path: Path) -> None:
    if not any(value.get(name) is not None for name in ("hero_image", "title", "actions", "body")):
        problems.add("must define at least one of `hero_image`, `title`, `actions`, `body`", *path)


def _container(value: Json, problems: Problems, path: Path) -> None:
    if value.get("title") is None and value.get("rich_text_title") is None:
        problems.add("must define either `title` or `rich_text_title`", *path)
    if value.get("is_collapsible") and value.get("has_header_divider"):
        problems.add("has_header_divider cannot be set when is_collapsible is true", *path)


CELL = kinds(
    {
        "raw_text": shape({"type": anything, "text": text(least=1)}, "text"),
        "raw_number": shape({"type": anything, "value": number, "text": text()}, "value"),
        "rich_text": RICH_TEXT,
    }
)
COLUMN = shape({"align": one_of("left", "center", "right"), "is_wrapped": flag})


def _column(value: Any, problems: Problems, path: Path) -> None:
    """Settings of a column; ``null`` keeps the usual ones."""
    if value is not None:
        COLUMN(value, problems, path)


POINT = shape({"label": text(20, least=1), "value": number}, "label value")
SERIES = shape({"name": text(20, least=1), "data": many(POINT, 20)}, "name data")
AXES = shape({"categories": many(text(20, least=1), 20), "x_label": text(50), "y_label": text(50)}, "categories")
LINES = shape({"type": anything, "series": many(SERIES, 12), "axis_config": AXES}, "series axis_config")
CHART = kinds(
    {
        "pie": shape({"type": anything, "segments": many(POINT, 12)}, "segments"),
        **dict.fromkeys(("bar", "area", "line"), LINES),
    }
)
BUTTONS = kinds(ELEMENTS, frozenset({"button", "icon_button", "overflow"}))
CONTEXT = kinds({"image": IMAGE, "plain_text": any_text(3000), "mrkdwn": mrkdwn(3000)})


def _in_container() -> Rule:
    return kinds(BLOCKS, frozenset(BLOCKS) - {"container", "carousel", "alert"})


CARD = _block(
    {
        "hero_image": IMAGE,
        "icon": IMAGE,
        "title": any_text(150),
        "subtitle": any_text(150),
        "body": any_text(200),
        "actions": many(BUTTONS, 5),
    },
    "",
    _card,
)
BLOCKS: dict[str, Rule] = {
    "section": _block(
        {
            "text": any_text(3000),
            "fields": many(any_text(2000), 10),
            "accessory": kinds(ELEMENTS, IN_SECTION),
            "expand": flag,
        },
        "",
        _some_text,
    ),
    "divider": _block({}),
    "header": _block({"text": plain_text(150)}, "text"),
    "context": _block({"elements": many(CONTEXT, 10)}, "elements"),
    "actions": _block({"elements": many(kinds(ELEMENTS, IN_ACTIONS), 25)}, "elements", _unique_actions),
    "context_actions": _block({"elements": many(kinds(ELEMENTS, IN_CONTEXT_ACTIONS), 5)}, "elements"),
    "image": _block({**IMAGE_FIELDS, "title": plain_text(2000)}, "alt_text", _either_image),
    "input": _block(
        {
            "label": plain_text(2000),
            "hint": plain_text(2000, 0),
            "element": kinds(ELEMENTS, IN_INPUT),
            "optional": flag,
            "dispatch_action": flag,
        },
        "label element",
    ),
    "video": _block(
        {
            "alt_text": text(),
            "video_url": address(),
            "thumbnail_url": address(),
            "title": plain_text(200),
            "title_url": address(),
            "description": plain_text(200),
            "provider_icon_url": address(),
            "provider_name": text(50),
            "author_name": text(50),
        },
        "alt_text video_url thumbnail_url title",
    ),
    "rich_text": RICH_TEXT_BLOCK,
    "markdown": _block({"text": text(12_000, least=1)}, "text"),
    "table": _block({"rows": many(many(CELL, 20), 100), "column_settings": many(_column, 20, 0)}, "rows", _same_width),
    "data_table": _block(
        {
            "rows": many(many(CELL, 20), 101, 2),
            "caption": text(least=1),
            "page_size": whole(1, 100),
            "row_header_column_index": whole(0, 19),
        },
        "rows caption",
        _same_width,
    ),
    "data_visualization": _block({"title": text(50, least=1), "chart": CHART}, "title chart"),
    "card": CARD,
    "carousel": _block({"elements": many(kinds({"card": CARD}), 10)}, "elements"),
    "container": _block(
        {
            "title": plain_text(150),
            "rich_text_title": RICH_TEXT,
            "subtitle": any_text(150),
            "child_blocks": many(lazily(_in_container), 10),
            "width": one_of("narrow", "standard", "wide", "full"),
            "icon": IMAGE,
            "is_collapsible": flag,
            "default_collapsed": flag,
            "has_header_divider": flag,
        },
        "child_blocks",
        _container,
    ),
    "alert": _block(
        {"text": any_text(3000), "level": one_of("default", "info", "warning", "error", "success")}, "text"
    ),
}
SURFACES: Mapping[str, frozenset[str]] = {
    "message": frozenset(BLOCKS) - {"alert"},
    "modal": frozenset(
        "actions context divider header image input rich_text section video alert container card data_table".split()
    ),
    "home": frozenset(
        "actions context divider header image input rich_text section video container card data_table".split()
    ),
}


def checked_message(blocks: Any) -> list[Json]:
    """Blocks of a message. Raises ``Refused`` with ``invalid_blocks`` and what is wrong."""
    if not isinstance(blocks, list) or not all(isinstance(it, dict) for it in blocks):
        raise Refused("invalid_blocks_format")
    problems = Problems()
    _check(blocks, "message", MOST_IN_MESSAGE, problems, ("blocks",))
    kept = [block.get("type") for block in blocks]
    if kept.count("data_visualization") > MOST_CHARTS:
        problems.add(f"no more than {MOST_CHARTS} data_visualization blocks allowed", "blocks")
    if kept.count("table") > MOST_TABLES:
        raise Refused("invalid_attachments", errors=["only_one_table_allowed"])
    problems.stop("invalid_blocks")
    if sum(map(len, texts(blocks))) > MOST_CHARACTERS:
        raise Refused("msg_blocks_too_long")
    return blocks


def _check(blocks: list[Json], surface: str, most: int, problems: Problems, path: Path) -> None:
    many(kinds(BLOCKS, SURFACES[surface]), most, 0)(blocks, problems, path)
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        id = str(block.get("block_id") or "")
        if id:
            if id in seen:
                problems.add(f"`block_id` already exists: {id}", *path, index)
            seen.add(id)


def _submit(value: Json, problems: Problems, path: Path) -> None:
    if (
        value.get("type") == "modal"
        and not value.get("submit")
        and any(it["type"] == "input" for it in value["blocks"])
    ):
        problems.add("must define `submit` to use an `input` block in modals", *path)


def _view(surface: str) -> Rule:
    def blocks(value: Any, problems: Problems, path: Path) -> None:
        if not isinstance(value, list) or not all(isinstance(it, dict) for it in value):
            return problems.add("must provide an array of objects", *path)
        _check(value, surface, MOST_IN_VIEW, problems, path)

    common: dict[str, Rule] = {
        "type": anything,
        "blocks": blocks,
        "private_metadata": text(3000),
        "callback_id": text(255),
        "external_id": text(255),
    }
    if surface == "home":
        return shape(common, "blocks")
    modal: dict[str, Rule] = {
        "title": plain_text(24),
        "close": plain_text(24),
        "submit": plain_text(24),
        "clear_on_close": flag,
        "notify_on_close": flag,
    }
    return shape(common | modal, "title blocks", _submit)


VIEWS = {"modal": _view("modal"), "home": _view("home")}


def checked_view(view: Any, *surfaces: str) -> Json:
    """A view for these surfaces. Raises ``Refused`` with ``invalid_arguments`` and what is wrong."""
    problems = Problems()
    kinds(VIEWS, frozenset(surfaces))(view, problems, ("view",))
    if problems.found:
        problems.found.insert(0, "failed to match all allowed schemas [json-pointer:/view]")
    problems.stop("invalid_arguments")
    if len(json.dumps(view)) > 250_000:
        raise Refused("view_too_large")
    found: Json = view
    return found


def texts(value: Any) -> Iterator[str]:
    """Every text that blocks show."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in ("text", "alt_text", "title") and isinstance(inner, str):
                yield inner
            else:
                yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Each block with each of its elements, those inside containers and cards included."""
    for block in blocks:
        for found in [block.get("accessory"), block.get("element"), *(block.get("elements") or [])]:
            if isinstance(found, dict) and found.get("type") == "card":
                yield from elements([found])
            elif isinstance(found, dict):
                yield block, found
        actions = block.get("actions")
        for found in actions if isinstance(actions, list) else ():
            yield block, found
        yield from elements(block.get("child_blocks") or [])

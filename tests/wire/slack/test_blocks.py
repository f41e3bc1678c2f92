"""Block Kit: the longest that passes, and one more."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wire.slack.bed import Bed, button, field, modal, section, words
from tests.wire.slack.bits import Json
from tests.wire.slack.blocks import checked_message, checked_view
from tests.wire.slack.elements import IN_ACTIONS
from tests.wire.slack.errors import Refused


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": [*elements]}


def menu(count: int = 1, *, label: int = 5, value: int = 5) -> Json:
    options = [{"text": words(str(it).rjust(label, "x")), "value": str(it).rjust(value, "x")} for it in range(count)]
    return {"type": "static_select", "action_id": "m", "options": options}


def chart(series: int = 1, points: int = 1, title: str = "t") -> Json:
    names = [f"{it}" for it in range(points)]
    data = [{"label": name, "value": 1} for name in names]
    lines = [{"name": f"s{it}", "data": data} for it in range(series)]
    return {
        "type": "data_visualization",
        "title": title,
        "chart": {"type": "bar", "series": lines, "axis_config": {"categories": names}},
    }


def problem(blocks: list[Any]) -> str:
    """What is wrong with blocks, or nothing."""
    try:
        checked_message(blocks)
    except Refused as refused:
        return str((refused.body.get("errors") or [refused.error])[0])
    return ""


LIMITS: list[tuple[list[Json], list[Json]]] = [
    ([{"type": "divider"}] * 50, [{"type": "divider"}] * 51),
    ([section("x" * 3000)], [section("x" * 3001)]),
    ([{"type": "header", "text": words("x" * 150)}], [{"type": "header", "text": words("x" * 151)}]),
    ([actions(*(button("b", f"a{it}") for it in range(25)))], [actions(*(button("b", f"a{it}") for it in range(26)))]),
    ([actions(button("x" * 75))], [actions(button("x" * 76))]),
    ([actions(button("b", value="x" * 2000))], [actions(button("b", value="x" * 2001))]),
    ([actions(button("b", "x" * 255))], [actions(button("b", "x" * 256))]),
    ([actions(menu(100))], [actions(menu(101))]),
    ([actions(menu(label=75))], [actions(menu(label=76))]),
    ([actions(menu(value=150))], [actions(menu(value=151))]),
    ([{**section("x"), "fields": [words("x")] * 10}], [{**section("x"), "fields": [words("x")] * 11}]),
    ([{"type": "context", "elements": [words("x")] * 10}], [{"type": "context", "elements": [words("x")] * 11}]),
    ([{**section("x"), "block_id": "x" * 255}], [{**section("x"), "block_id": "x" * 256}]),
    ([{"type": "markdown", "text": "x" * 12_000}], [{"type": "markdown", "text": "x" * 12_001}]),
    ([chart(12, 20, "x" * 50)], [chart(13)]),
    ([chart(), chart()], [chart(), chart(), chart()]),
    ([section("x" * 3000)] * 4, [section("x" * 3000)] * 5),
]


@pytest.mark.parametrize(("longest", "too_long"), LIMITS)
def test_the_longest_passes_and_one_more_is_refused(longest: list[Json], too_long: list[Json]) -> None:
    assert problem(longest) == ""
    assert problem(too_long)


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        ([{"type": "marquee"}], "unsupported type: marquee [json-pointer:/blocks/0/type]"),
        ([{**section("x"), "colour": "red"}], "invalid additional property: colour [json-pointer:/blocks/0]"),
        ([{"type": "header"}], "missing required field: text [json-pointer:/blocks/0]"),
        ([section("")], "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
        ([{"type": "section"}], "must define either `text` or `fields` [json-pointer:/blocks/0]"),
        (
            [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
            "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]",
        ),
        ([actions()], "no fewer than 1 items allowed [json-pointer:/blocks/0/elements]"),
        (
            [actions(button("a"), button("b"))],
            "action_id must be unique within a block [json-pointer:/blocks/0/elements]",
        ),
        (
            [{**section("a"), "block_id": "i"}, {**section("b"), "block_id": "i"}],
            "`block_id` already exists: i [json-pointer:/blocks/1]",
        ),
        ([{"type": "alert", "text": words("x")}], "unsupported type: alert [json-pointer:/blocks/0/type]"),
        (
            [actions(button("b", style="pink"))],
            "must be one of primary, danger [json-pointer:/blocks/0/elements/0/style]",
        ),
    ],
)
def test_the_words_of_a_refusal_are_slacks(blocks: list[Json], expected: str) -> None:
    assert problem(blocks) == expected


async def test_a_refusal_says_where(bed: Bed) -> None:
    found = await bed.call("chat.postMessage", channel=bed.general, text="x", blocks=[section("x" * 3001)])
    words = "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    assert found["error"] == "invalid_blocks"
    assert found["errors"] == [words]
    assert found["response_metadata"] == {"messages": [f"[ERROR] {words}"]}
    assert await bed.error("chat.postMessage", channel=bed.general, blocks="no list") == "invalid_blocks_format"
    assert await bed.error("blocks.validate", blocks=[{"type": "marquee"}]) == "invalid_blocks"


@pytest.mark.parametrize(
    ("fine", "wrong"),
    [
        ({"title": words("x" * 24)}, {"title": words("x" * 25)}),
        ({"private_metadata": "x" * 3000}, {"private_metadata": "x" * 3001}),
        ({"blocks": [section("x")] * 100}, {"blocks": [section("x")] * 101}),
        ({"notify_on_close": True}, {"submit_disabled": True}),
        ({"blocks": [{"type": "alert", "text": words("x")}]}, {"blocks": [{"type": "markdown", "text": "x"}]}),
        ({"blocks": [field("a", "x" * 2000)]}, {"blocks": [field("a", "x" * 2001)]}),
    ],
)
def test_a_modal_has_its_own_limits(fine: Json, wrong: Json) -> None:
    checked_view(modal(section("x")) | fine, "modal")
    with pytest.raises(Refused) as refused:
        checked_view(modal(section("x")) | wrong, "modal")
    assert refused.value.error == "invalid_arguments"
    first = refused.value.body["response_metadata"]["messages"][0]
    assert first == "[ERROR] failed to match all allowed schemas [json-pointer:/view]"


def test_an_input_needs_a_submit() -> None:
    view = modal(field("a", "A"))
    del view["submit"]
    with pytest.raises(Refused):
        checked_view(view, "modal")


def test_elements_stand_where_they_may() -> None:
    assert "multi_static_select" not in IN_ACTIONS
    assert problem([actions({"type": "plain_text_input", "action_id": "a"})])
    assert problem([{**section("x"), "accessory": {"type": "multi_users_select", "action_id": "a"}}]) == ""

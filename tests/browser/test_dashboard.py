"""From a command in the playground to a changed setting, with a mouse or with the keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser

LOOK = (Path(__file__).parent / "look.js").read_text("utf-8")
LOOKS = ("nameless", "faint", "overflowing")


def wrong(page: Page) -> dict[str, list[Any]]:
    """What a person would stumble on."""
    return {what: found for what in LOOKS if (found := page.evaluate(f"{LOOK}; {what}()"))}


@pytest.fixture
def dashboard(visitor: Visitor) -> Iterator[Page]:
    """The dashboard of an administrator, in a window of its own."""
    page = visitor.page
    visitor.channel("general")
    page.fill("#say", "/dashboard")
    page.press("#say", "Enter")
    page.press("#say", "Escape")
    with visitor.context.expect_page() as opened:
        page.locator(".msg.private").last.get_by_role("link", name="Open the dashboard").click()
    dashboard = opened.value
    dashboard.on("console", lambda it: visitor.complaints.append(it.text) if "422" not in it.text else None)
    dashboard.get_by_role("button", name="Sign in as").click()
    expect(dashboard.get_by_role("heading", name="Settings", exact=True)).to_be_visible()
    yield dashboard
    dashboard.close()


def test_from_the_command_to_a_changed_setting(visitor: Visitor, dashboard: Page) -> None:
    dashboard.get_by_role("link", name="Welcome").click()
    dashboard.get_by_label("Greet newcomers privately", exact=True).check()
    dashboard.get_by_label("Days of silence before we write", exact=True).fill("soon")
    dashboard.get_by_role("button", name="Save").click()
    expect(dashboard.get_by_role("alert")).to_contain_text("Nothing was saved.")
    expect(dashboard.get_by_label("Days of silence before we write", exact=True)).to_have_value("soon")
    expect(dashboard.get_by_label("Greet newcomers privately", exact=True)).to_be_checked()
    dashboard.get_by_label("Days of silence before we write", exact=True).fill("2 days")
    dashboard.get_by_role("button", name="Save").click()
    expect(dashboard.get_by_role("status")).to_contain_text("2 settings are saved.")
    expect(dashboard.locator(".changes")).to_contain_text("7 days → 2 days")

    visitor.newcomer("Ada")
    visitor.page.locator("#side a", has_text="Relais").last.click()
    expect(visitor.page.locator(".msg").last).to_contain_text("Ada")

    dashboard.get_by_role("button", name="Undo: Greet newcomers privately").click()
    expect(dashboard.get_by_role("status")).to_contain_text("The change is undone.")
    expect(dashboard.get_by_label("Greet newcomers privately", exact=True)).not_to_be_checked()


def test_the_keyboard_is_enough(dashboard: Page) -> None:
    dashboard.get_by_role("link", name="Welcome").focus()
    dashboard.keyboard.press("Enter")
    dashboard.get_by_label("Greet together above", exact=True).focus()
    dashboard.keyboard.press("ArrowUp")
    dashboard.keyboard.press("Enter")
    expect(dashboard.get_by_role("status")).to_contain_text("1 setting is saved.")
    expect(dashboard.get_by_label("Greet together above", exact=True)).to_have_value("4")
    dashboard.get_by_role("button", name="Use the default for: Greet together above").press("Enter")
    expect(dashboard.get_by_label("Greet together above", exact=True)).to_have_value("3")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_everybody_can_read_it(dashboard: Page, theme: Any, width: int) -> None:
    dashboard.emulate_media(color_scheme=theme)
    dashboard.set_viewport_size({"width": width, "height": 780})
    assert not wrong(dashboard)
    dashboard.get_by_role("link", name="Welcome").click()
    dashboard.get_by_label("Days of silence before we write", exact=True).fill("soon")
    dashboard.get_by_role("button", name="Save").click()
    assert not wrong(dashboard)
    dashboard.get_by_label("Days of silence before we write", exact=True).fill("2 days")
    dashboard.get_by_role("button", name="Save").click()
    assert not wrong(dashboard)
    dashboard.goto(dashboard.url.partition("/dashboard")[0] + "/dashboard/history")
    assert not wrong(dashboard)
    dashboard.get_by_role("button", name="Sign out").click()
    assert not wrong(dashboard)

"""The page is readable and usable by everybody: names, contrast, keyboard, small screens."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser

LOOK = (Path(__file__).parent / "look.js").read_text("utf-8")
"""``nameless()``, ``faint()`` and ``overflowing()``: lists of what is wrong."""


def wrong(page: Page, what: str) -> list[Any]:
    found: list[Any] = page.evaluate(f"{LOOK}; {what}()")
    return found


@pytest.fixture
def busy(visitor: Visitor) -> Visitor:
    """With a greeting, a private answer, a card, a reaction and unread marks on the page."""
    page = visitor.page
    visitor.newcomer("Ada")
    page.get_by_role("button", name="Rules").last.click()
    page.locator(".msg.private").wait_for()
    page.fill("#say", "Look: `code`, *this* and https://example.org\n> a quote\n@Ada, #general, ||hidden||")
    page.press("#say", "Enter")
    page.locator(".msg blockquote").wait_for()
    return visitor


def test_every_control_has_a_name(busy: Visitor) -> None:
    page = busy.page
    assert wrong(page, "nameless") == []
    page.click("#open-people")
    assert wrong(page, "nameless") == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Introduce myself").last.click()
    page.locator("#open-form").wait_for()
    assert wrong(page, "nameless") == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_stands_out_from_its_ground(busy: Visitor, theme: str) -> None:
    page = busy.page
    page.emulate_media(color_scheme="light" if theme == "light" else "dark")
    assert wrong(page, "faint") == []
    page.click("#open-people")
    assert wrong(page, "faint") == []


def test_the_theme_can_be_chosen(busy: Visitor) -> None:
    page = busy.page
    ground = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(ground)
    page.get_by_role("button", name="Light or dark").click()
    after = page.evaluate(ground)
    assert before != after
    page.reload()
    assert page.evaluate(ground) == after
    assert wrong(page, "faint") == []


@pytest.mark.parametrize("width", [360, 768, 1024])
def test_nothing_overflows(busy: Visitor, width: int) -> None:
    page = busy.page
    page.set_viewport_size({"width": width, "height": 740})
    assert wrong(page, "overflowing") == []
    for drawer in ("side", "panel"):
        button = page.locator(f".drawer-open[data-drawer={drawer}]")
        if button.is_visible():
            button.click()
            expect(page.locator(f"#{drawer}")).to_be_visible()
            assert wrong(page, "overflowing") == []
            page.keyboard.press("Escape")
            expect(page.locator(f"#{drawer}")).to_be_hidden()
            expect(button).to_be_focused()
    page.click("#open-people")
    assert wrong(page, "overflowing") == []


def test_a_narrow_screen_leads_everywhere(visitor: Visitor) -> None:
    page = visitor.page
    page.set_viewport_size({"width": 360, "height": 740})
    page.get_by_role("button", name="Channels").click()
    page.locator("#channel-list a", has_text="announcements").click()
    expect(page.locator("h1")).to_have_text("#announcements")
    expect(page.locator("#side")).to_be_hidden()


def test_the_keyboard_is_enough(visitor: Visitor) -> None:
    page = visitor.page
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+k")
    page.keyboard.type("intro")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("#introductions")
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("h1")).to_have_text("#welcome")
    page.keyboard.press("Alt+n")
    page.keyboard.type("Ada")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.get_by_role("button", name="Introduce myself").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Who are you, in a few words?")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#open-form")).to_have_count(0)
    page.keyboard.press("/")
    expect(page.locator("#say")).to_be_focused()
    expect(page.locator("#completion")).to_be_visible()
    page.keyboard.press("Escape")
    page.fill("#say", "By hand")
    page.keyboard.press("Enter")
    expect(page.locator(".msg").last).to_contain_text("By hand")
    page.keyboard.press("Alt+a")
    expect(page.locator("#as")).to_be_focused()


def test_shortcuts_are_listed(visitor: Visitor) -> None:
    page = visitor.page
    page.locator("#stream").focus()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()


def test_a_long_channel_shows_its_end_first(visitor: Visitor) -> None:
    page = visitor.page
    page.evaluate(
        """async () => {
            const url = new URL([...document.querySelectorAll("#channel-list a")].at(-2).href);
            for (let n = 0; n < 120; n++) {
                const data = new FormData();
                data.set("text", `number ${n}`);
                await fetch(url.pathname + "/do/say" + url.search, { method: "POST", body: data });
            }
        }"""
    )
    visitor.channel("announcements")
    expect(page.locator(".msg").last).to_contain_text("number 119")
    expect(page.locator(".msg")).to_have_count(100)
    page.locator("#earlier a").click()
    expect(page.locator(".msg")).to_have_count(122)
    expect(page.locator("#earlier")).to_have_count(0)

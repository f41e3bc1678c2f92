"""The page of a back-test: a person can read it on any screen, label its sample, and keep the labels."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.exports.makers import discord_file, discord_message, write_json

ROOT = Path(__file__).parent.parent.parent
pytestmark = pytest.mark.browser
RULES = "rules: [{name: tea, triggers: [{on: pattern, patterns: [tea]}], actions: [{do: points}]}]"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Written once: a browser only reads it, and keeps the labels in each context's own storage."""
    tmp_path = tmp_path_factory.mktemp("backtest")
    words = ["tea?", "water", "a" * 300 + " tea", "more tea"]
    messages = [
        discord_message(str(n), text, timestamp=f"2025-03-{n + 1:02}T10:00:00+00:00") for n, text in enumerate(words)
    ]
    (tmp_path / "rules.yaml").write_text(RULES)
    talk = write_json(tmp_path / "talk.json", discord_file(messages))
    arguments = ["--rules", str(tmp_path / "rules.yaml"), "--compare", "gentle", "--html", str(tmp_path / "out.html")]
    command = [sys.executable, "-m", "bot", "backtest", str(talk), *arguments]
    subprocess.run(command, check=True, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True)
    return tmp_path / "out.html"


@pytest.fixture(params=[(1200, "light"), (360, "dark")], ids=["wide", "narrow"])
def page(browser: Browser, report: Path, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, scheme = request.param
    context = browser.new_context(viewport=ViewportSize(width=width, height=800), color_scheme=scheme)
    page = context.new_page()
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(message.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.goto(report.as_uri())
    yield page
    assert not troubles
    context.close()


def test_it_fits_the_screen(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("h1").count() == 1
    assert page.locator(".chart rect.bar").count() == 4


def test_a_sample_is_labelled_and_downloaded(page: Page) -> None:
    for number, label in enumerate(("right", "wrong", "right")):
        page.locator(f"label.{label} input").nth(number).check()
    assert "3 of 3 labelled. Right: 66.7 % (between 20.8 % and 93.9 %)" in page.locator("#tally").inner_text()
    with page.expect_download() as caught:
        page.get_by_role("button", name="Download the labels").click()
    labels = [json.loads(line) for line in Path(caught.value.path()).read_text().splitlines()]
    assert sorted(one["label"] for one in labels) == ["right", "right", "wrong"]
    assert {one["key"] for one in labels} == {"222/0", "222/2", "222/3"}
    page.reload()
    assert "3 of 3 labelled" in page.locator("#tally").inner_text()

"""A real Relais on a free port, and a real Chromium. Without one these tests are left out, unless REQUIRE_BROWSER=1."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

ROOT = Path(__file__).parent.parent.parent
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-extensions",
]
PATIENCE = 90.0
"""Seconds in which a process is ready or has stopped, on a machine that does much else."""


class Relais:
    """A process of Relais over one database; it may be stopped or killed, and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.first = ""
        """The address of the page of the first community, once there is one."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "VIRTUAL_ENV") if name in os.environ}
        database = f"sqlite+aiosqlite:///{self.folder / 'relais.db'}"
        environment = {**keep, "PYTHONPATH": str(ROOT), "DATABASE_URL": database, "WEB_PORT": str(self.port)}
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run", "--quiet"],
                cwd=self.folder,
                env={**environment, "TZ": "Europe/Paris"},
                stdout=log,
                stderr=log,
            )
        self._wait()

    def _wait(self) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            assert self.process is not None
            assert self.process.poll() is None, self.log
            try:
                with urlopen(f"{self.url}/readyz", timeout=2):
                    return
            except (URLError, OSError):
                time.sleep(0.05)
        pytest.fail(f"Relais did not start:\n{self.log}")

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(PATIENCE)
            self.process = None

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text("utf-8")

    def errors(self) -> list[str]:
        """What went wrong in there."""
        lines = [json.loads(line) for line in self.log.splitlines() if line.startswith("{")]
        return [str(line) for line in lines if line.get("level") in ("error", "critical")]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def chromium() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """They run in a row, by one worker: one browser and one process serve those of a module."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Closed after the last test of a module: while it is open its own event loop runs, and no other can."""
    path = chromium()
    if path is None:
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail("REQUIRE_BROWSER=1, and there is no Chromium: apt-get install chromium")
        pytest.skip("no Chromium here: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Relais]:
    """One process for the tests that do not stop it; each builds its own community there."""
    relais = Relais(tmp_path_factory.mktemp("relais"))
    relais.start()
    with urlopen(f"{relais.url}/?language=en", timeout=PATIENCE) as answer:
        relais.first = answer.url
    yield relais
    relais.stop()


@pytest.fixture
def own(browser: Browser, tmp_path: Path) -> Iterator[Relais]:
    """A process of this test's own, with an empty database, not started yet."""
    relais = Relais(tmp_path)
    yield relais
    relais.stop()


class Visitor:
    """Somebody with a browser. What the browser complains about fails the test."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.url = url
        self.complaints: list[str] = []
        self.page = self.open(context)
        self.context = context

    def open(self, context: BrowserContext) -> Page:
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("console", lambda it: self.complaints.append(it.text) if it.type in ("error", "warning") else None)
        page.on("pageerror", lambda it: self.complaints.append(str(it)))
        return page

    def visit(self, query: str = "") -> Page:
        self.page.goto(f"{self.url}/{query}")
        return self.page

    def act_as(self, name: str) -> None:
        option = self.page.locator("#as option", has_text=name).first
        with self.page.expect_navigation():
            self.page.select_option("#as", label=option.inner_text())

    def pass_time(self, button: str) -> None:
        """Press one of the buttons that move the clock, and wait until it has."""
        before = self.page.locator("#now time").get_attribute("datetime") or ""
        self.page.get_by_role("button", name=button, exact=True).click()
        moved = "(before) => new Date(document.querySelector('#now time').dateTime) - new Date(before) > 600000"
        self.page.wait_for_function(moved, arg=before)
        self.page.locator("#play").wait_for(timeout=60_000)

    def channel(self, name: str) -> None:
        self.page.locator("#channel-list a", has_text=name).click()
        self.page.wait_for_selector(f"h1:has-text('{name}')")

    def newcomer(self, name: str) -> None:
        """Somebody joins, and the page goes on as them."""
        self.page.click("#open-newcomer")
        self.page.fill("#newcomer-name", name)
        with self.page.expect_navigation():
            self.page.click("#newcomer button.primary")


class Visits:
    """Opens browsers."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._visitors: list[Visitor] = []

    def __call__(self, url: str, language: str = "en-GB", *, width: int = 1280, height: int = 800) -> Visitor:
        size: ViewportSize = {"width": width, "height": height}
        context = self._browser.new_context(locale=language, viewport=size, reduced_motion="reduce")
        self._visitors.append(Visitor(context, url))
        return self._visitors[-1]

    def end(self) -> None:
        complaints = [it for visitor in self._visitors for it in visitor.complaints]
        for visitor in self._visitors:
            visitor.context.close()
        assert not complaints


@pytest.fixture
def visits(browser: Browser) -> Iterator[Visits]:
    visits = Visits(browser)
    yield visits
    visits.end()


@pytest.fixture
def visitor(visits: Visits, shared: Relais, request: pytest.FixtureRequest) -> Iterator[Visitor]:
    """In a community of this test's own, in English."""
    visitor = visits(shared.url)
    before = len(shared.errors())
    asked = urlsplit(shared.first)
    answer = visitor.context.request.post(
        f"{shared.url}{asked.path}/do/town?{asked.query}",
        headers={"Origin": shared.url},
        form={"name": request.node.name[:60], "language": "en"},
    )
    visitor.visit(f"{answer.json()['go'].removeprefix('/')}?speed=50")
    yield visitor
    assert not shared.errors()[before:]

"""A whole Relais with its pages on a free port, and browsers without a window."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import aiohttp
import pytest
import uvicorn

from bot.chat.things import Level
from bot.cog import Cog, CogSettings, Context, Invalid, NotFound, t
from bot.engine import loader
from bot.platforms.playground import Actor
from bot.rehearsal.stage import Stage
from bot.web.site import site

polls: Cog[CogSettings] = Cog("polls", CogSettings, title="Polls")


@polls.page("/open.txt")
async def for_everybody(ctx: Context[CogSettings], query: Mapping[str, str]) -> tuple[bytes, str]:
    if query.get("day") == "never":
        raise NotFound
    if query.get("day") == "soon":
        raise Invalid(t("This date is not clear. Try “tomorrow 18:00”, “friday at 9” or “2026-11-23 08:00”."))
    return f"{ctx.space.name}: {query.get('day', 'today')}".encode(), "text/plain"


@polls.page("/votes/{number}", level=Level.MODERATOR)
async def for_moderators(ctx: Context[CogSettings], query: Mapping[str, str]) -> tuple[bytes, str]:
    return f"votes {query['number']} <b>".encode(), "text/plain"


@dataclass
class Answer:
    """What came back."""

    status: int
    text: str
    headers: Mapping[str, str]
    cookies: Sequence[str]
    path: str

    @property
    def words(self) -> str:
        """The page as it is read."""
        body = re.sub(r"<(head|script)\b.*?</\1>", " ", self.text, flags=re.DOTALL)
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())

    def holds(self, name: str) -> str:
        """The value of an input, a text area or a menu; ``on`` or ``off`` for a box to tick."""
        control = re.search(rf'<(input|select|textarea)[^>]* name="{re.escape(name)}"[^>]*>', self.text)
        assert control, f"no control {name}"
        rest = self.text[control.end() :]
        if control[1] == "textarea":
            return unescape(rest[: rest.index("</textarea>")].removeprefix("\n"))
        if control[1] == "select":
            chosen = re.search(r'<option value="([^"]*)" selected', rest[: rest.index("</select>")])
            return unescape(chosen[1]) if chosen else ""
        if 'type="checkbox"' in control[0]:
            return "on" if " checked" in control[0] else "off"
        value = re.search(r' value="([^"]*)"', control[0])
        return unescape(value[1]) if value else ""

    def fields(self) -> dict[str, str]:
        """What a browser would send back with the settings' form, untouched."""
        form = self.text[self.text.index('<form class="settings"') :]
        form = form[: form.index("</form>")]
        names = dict.fromkeys(re.findall(r'<(?:input|select|textarea)[^>]* name="([^"]+)"', form))
        held = {unescape(name): self.holds(name) for name in names}
        ticked = {name: "yes" if value == "on" else value for name, value in held.items() if value != "off"}
        return {name: value.replace("\n", "\r\n") for name, value in ticked.items()}


@dataclass
class Browser:
    """Keeps cookies; follows no redirect unless asked."""

    url: str
    http: aiohttp.ClientSession
    language: str = "en"
    jar: dict[str, str] = field(default_factory=dict)

    async def get(self, path: str, **headers: str) -> Answer:
        return await self.ask("GET", path, {}, headers)

    async def post(self, path: str, data: Mapping[str, str] | None = None, **headers: str) -> Answer:
        return await self.ask("POST", path, data or {}, {"Sec-Fetch-Site": "same-origin", **headers})

    async def follow(self, answer: Answer) -> Answer:
        assert answer.status == 303, answer.text
        return await self.get(answer.headers["Location"])

    async def ask(self, method: str, path: str, data: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        cookie = "; ".join(f"{name}={value}" for name, value in self.jar.items())
        given = {"Accept-Language": self.language, **({"Cookie": cookie} if cookie else {}), **headers}
        options: dict[str, Any] = {"data": data} if method == "POST" else {}
        async with self.http.request(
            method, self.url + path, headers=given, allow_redirects=False, **options
        ) as answer:
            set_cookies = answer.headers.getall("Set-Cookie", [])
            for one in set_cookies:
                name, _, value = one.partition(";")[0].partition("=")
                self.jar[name] = value.strip('"')
            return Answer(answer.status, await answer.text(), dict(answer.headers), set_cookies, path)


@dataclass
class House:
    """A stage and its pages. ``browser()`` is somebody new."""

    stage: Stage
    url: str
    http: aiohttp.ClientSession

    def browser(self, language: str = "en") -> Browser:
        return Browser(self.url, self.http, language)

    async def link(self, who: Actor) -> str:
        """The path of the link that ``/dashboard`` gives."""
        who.forget()
        await who.run("dashboard")
        newest = self.stage.world.state.newest(who.space.id, who.id)
        url = next(it.card.buttons[0].url for it in newest if it.card and it.card.buttons)
        return url.removeprefix("http://127.0.0.1:8080")

    async def signed_in(self, who: Actor, language: str = "en") -> Browser:
        browser = self.browser(language)
        answer = await browser.post(await self.link(who))
        assert answer.status == 303, answer.text
        return browser


@asynccontextmanager
async def opened(stage: Stage, public_url: str = "") -> AsyncIterator[House]:
    """The pages of a stage, served for real."""
    listening = socket.create_server(("127.0.0.1", 0))
    pages = site(stage.app.engine, health=stage.app.health, public_url=public_url)
    server = uvicorn.Server(uvicorn.Config(pages, log_config=None, lifespan="off"))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        while not server.started:
            await asyncio.sleep(0.01)
        yield House(stage, f"http://127.0.0.1:{listening.getsockname()[1]}", http)
    server.should_exit = True
    await serving
    listening.close()


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with Stage(cogs=(*loader.load(), polls), channels=("general", "accueil")) as stage:
        yield stage
        assert not stage.errors, stage.errors


@pytest.fixture
async def house(stage: Stage) -> AsyncIterator[House]:
    async with opened(stage) as house:
        yield house


@pytest.fixture
def ada(stage: Stage) -> Actor:
    return stage.person("Ada", level=Level.ADMIN, here=True, language="en")


@pytest.fixture
def bob(stage: Stage) -> Actor:
    return stage.person("Bob", here=True, language="en")

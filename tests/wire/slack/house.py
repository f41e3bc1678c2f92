"""A whole Relais with a database file and its pages, as one app in several workspaces of this Slack."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import aiohttp
import uvicorn
from cryptography.fernet import Fernet

from bot.app import App
from bot.chat.things import Space
from bot.engine.clock import HandClock
from bot.engine.session import Database
from bot.platforms.slack import OAuth, Slack, manifest
from bot.web.site import site
from tests.contract.cog import COGS
from tests.wire.slack.actor import Actor
from tests.wire.slack.scene import PATIENCE, PING, PROXIES
from tests.wire.slack.server import SlackServer

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
KEY = Fernet.generate_key().decode()


@dataclass
class Shown:
    """A page that somebody was led to."""

    status: int
    text: str
    language: str


class Visitor:
    """Somebody's browser, signed in to Slack: on its way to add the app."""

    def __init__(self, house: House, who: Actor, language: str = "en") -> None:
        self.house = house
        self.who = who
        self.headers = {"Accept-Language": language}
        self.jar: dict[str, str] = {}

    async def follow(self, address: str, **form: str) -> Any:
        """One request, with this site's cookies; no redirect is followed."""
        ours = address.startswith(self.house.url)
        cookie = "; ".join(f'{name}="{value}"' for name, value in self.jar.items()) if ours else ""
        headers = self.headers | ({"Cookie": cookie} if cookie else {})
        options: dict[str, Any] = {"headers": headers, "allow_redirects": False}
        call = self.house.http.post(address, data=form, **options) if form else self.house.http.get(address, **options)
        async with call as answer:
            await answer.read()
            if ours:
                self.jar |= {name: one.value for name, one in answer.cookies.items()}
            return answer

    async def leave(self) -> str:
        """Follow Add to Slack; gives the address of Slack's page."""
        answer = await self.follow(f"{self.house.url}/slack/install")
        assert answer.status == 302, await answer.text()
        return str(answer.headers["Location"])

    async def decide(self, address: str, answer: str = "allow") -> str:
        """Answer Slack's page; gives the address that leads back."""
        page = await self.follow(address)
        assert page.status == 200, await page.text()
        decided = await self.follow(address, user=self.who.id, answer=answer)
        assert decided.status == 302, await decided.text()
        return str(decided.headers["Location"])

    async def come_back(self, address: str) -> Shown:
        page = await self.follow(address)
        await self.house.settle()
        text = await page.text()
        return Shown(page.status, text, "fr" if 'lang="fr"' in text else "en")

    async def add(self, answer: str = "allow") -> Shown:
        """The whole way."""
        return await self.come_back(await self.decide(await self.leave(), answer))


class House:
    """``adapter`` is the one that runs now. By HTTP there is no app-level token, and so no socket."""

    def __init__(self, folder: Path, *, by_http: bool = False, bot_token: str | None = None) -> None:
        for name in PROXIES:
            os.environ.pop(name, None)
        self.clock = HandClock(START)
        self.file = folder / "relais.db"
        self.by_http = by_http
        self.bot_token = bot_token
        self.keys = [KEY]
        self.user_tokens: list[str] = []
        self.server = SlackServer(self.clock.now, pace=None, retry_after=(0, 0, 0), settle=self.settle)
        self.world = self.server.world
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listening.getsockname()[1]}"
        self.http: aiohttp.ClientSession
        self.adapter: Slack
        self.app: App
        self._serving: asyncio.Task[None]
        self._pages: uvicorn.Server

    @property
    def secret(self) -> str:
        return self.server.state.app.client_secret

    # Life

    async def start(self, *, install: bool = True) -> None:
        """Bring Relais up; ``install`` brings the app up to its manifest first."""
        state = self.server.state
        self.server.bind()
        self.adapter = Slack(
            self.bot_token,
            None if self.by_http else self.server.app_token,
            self.server.signing_secret if self.by_http else None,
            self.server.api_base,
            oauth=OAuth(state.app.client_id, self.secret, self.keys, self.url),
            moderator_tokens=self.user_tokens,
            pace=0,
            patience=PATIENCE,
            ping=PING,
            again=0.05,
        )
        self.app = App(
            database=Database(f"sqlite+aiosqlite:///{self.file}"),
            clock=self.clock,
            random=Random(0),
            cogs=COGS,
            platforms=[self.adapter],
        )
        if install:
            self.world.install(manifest(self.app.engine.desk.commands, install_url=self.url))
        await self.app.start()
        await self._serve()
        await self.settle()

    async def _serve(self) -> None:
        pages = site(self.app.engine, health=self.app.health, routes=self.adapter.routes())
        self._pages = uvicorn.Server(uvicorn.Config(pages, log_config=None, lifespan="off", ws="none"))
        self._serving = asyncio.create_task(self._pages.serve(sockets=[self.listening.dup()]))
        while not self._pages.started:
            await asyncio.sleep(0)
        if self.by_http and self.server.delivery.line is self.server.socket:
            self.server.deliver_to(f"{self.url}/slack/events", stamp=time.time)

    async def stop(self) -> None:
        self._pages.should_exit = True
        await self._serving
        await self.app.stop()

    async def restart(self, *, install: bool = True) -> None:
        await self.stop()
        await self.start(install=install)

    async def settle(self) -> None:
        """Until a whole round changed nothing."""
        seen = None
        while seen != (seen := self._progress()):
            await self.server.idle()
            await self.adapter.idle()
            await self.app.settle()

    def _progress(self) -> tuple[int, ...]:
        return self.server.desk.count, len(self.server.delivery.log), self.server.state.revision

    # Who comes

    def workspace(self, name: str, *, installed: bool = False) -> Space:
        """A workspace where the app is not yet, with an owner who has its name."""
        space = self.world.add_space(name, installed=installed)
        owner = self.world.person(f"{name} owner", here=True, space=space)
        owner.account.is_admin = owner.account.is_owner = True
        return space

    def owner(self, space: Space, language: str = "en") -> Visitor:
        user = next(it for it in self.server.state.people(space.id) if it.is_owner)
        return Visitor(self, self.world.actor(user.id, space), language)

    def teams(self) -> set[str]:
        """The workspaces that are served now."""
        return {space.id for space in self.adapter.spaces()}

    def kept(self) -> bytes:
        """Everything in the files of the database."""
        return b"".join(one.read_bytes() for one in self.file.parent.glob(f"{self.file.name}*"))


@asynccontextmanager
async def opened(house: House) -> AsyncIterator[House]:
    """A house that runs, and this Slack."""
    async with asyncio.timeout(60), house.server, aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        house.http = http
        await house.start()
        try:
            yield house
        finally:
            await house.stop()
            house.listening.close()


def query(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query))

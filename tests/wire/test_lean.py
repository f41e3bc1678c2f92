"""Relais on servers that tell as little as they may: no optional key, no header that is not needed, the charset
that most web servers name, and a clock that stands."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.chat.platform import PlatformError
from bot.chat.things import Level
from bot.platforms.discord import Discord
from bot.platforms.discord.gateway import Redirection, intents
from bot.rehearsal.scene import MakeScene
from bot.rehearsal.stage import Stage
from tests.wire import lean
from tests.wire.discord import rest, session
from tests.wire.discord.scene import DiscordScene
from tests.wire.slack import web_api
from tests.wire.slack.delivery import Delivery, Parcel
from tests.wire.slack.scene import SlackScene

LONG_AGO = "2020-01-01T00:00:00+00:00"


class LeanDiscord(DiscordScene):
    """Reached as another Discord is: by the address of its API."""

    async def start(self) -> None:
        await super().start()
        self.adapter._redirection = Redirection(self.server.api_base)

    def adapters(self) -> Any:
        found = super().adapters()
        if self.server.api_base:
            self.adapter._redirection = Redirection(self.server.api_base)
        return found


def discord(monkeypatch: pytest.MonkeyPatch) -> MakeScene:
    dispatch, response = session.Session.dispatch, rest._response

    def tell(self: session.Session, name: str, data: Any) -> None:
        told = lean.without(data, lean.DISCORD)
        dispatch(self, name, told | {"joined_at": LONG_AGO} if name == "GUILD_MEMBER_ADD" else told)

    def answer(logged: rest.Logged, headers: dict[str, str]) -> Any:
        found = response(replace(logged, answer=lean.without(logged.answer, lean.DISCORD)), {})
        if found.body:
            found.headers["Content-Type"] = "application/json; charset=utf-8"
        return found

    monkeypatch.setattr(session.Session, "dispatch", tell)
    monkeypatch.setattr(rest, "_response", answer)
    return LeanDiscord


def slack(monkeypatch: pytest.MonkeyPatch) -> MakeScene:
    carry, serve = Delivery._carry, web_api.Desk._serve

    async def lean_carry(self: Delivery, parcel: Parcel) -> str:
        parcel.payload = lean.without(parcel.payload, lean.SLACK)
        return await carry(self, parcel)

    async def lean_serve(self: web_api.Desk, logged: web_api.Logged, work: Any) -> Any:
        def told() -> Any:
            answer, status, _ = work()
            return lean.without(answer, lean.SLACK - {"url"}), status, {}

        return await serve(self, logged, told)

    monkeypatch.setattr(Delivery, "_carry", lean_carry)
    monkeypatch.setattr(web_api.Desk, "_serve", lean_serve)
    return SlackScene


@pytest.mark.parametrize("words", ["{}", "[]", "<html>"])
async def test_what_is_no_discord_is_told_by_its_setting(words: str) -> None:
    async def something(request: web.Request) -> web.Response:
        return web.Response(text=words, content_type="application/json")

    elsewhere = web.Application()
    elsewhere.router.add_route("*", "/{path:.*}", something)
    async with TestServer(elsewhere) as there:
        redirection = Redirection(str(there.make_url("/api/v10")))
        redirection.begin()
        try:
            with pytest.raises(PlatformError, match="DISCORD_API_BASE"):
                await Discord("token")._logged_in(intents())
        finally:
            redirection.end()


@pytest.mark.parametrize("server", [discord, slack])
async def test_a_day_on_a_server_of_few_words(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """People come, talk, press, fill in and are answered, before and after a restart."""
    async with Stage(scene=server(monkeypatch), channels=("general", "introductions")) as stage:
        boss = stage.person("Boss", level=Level.ADMIN, here=True)
        await stage.set("welcome", channel="general", introductions="introductions")
        ada = stage.person("Ada")
        await ada.join()
        assert "Ada" in ada.reads("general")
        await ada.press("Introduce myself")
        await ada.fill(about="I repair clocks.")
        assert "Thank you" in ada.sees
        assert "I repair clocks." in ada.reads("introductions")
        await stage.restart()
        await ada.say("Hello")
        ada.forget()
        await ada.press("Rules")
        assert ada.sees
        await boss.run("settings show")
        assert boss.sees
        await ada.leave()
        assert not stage.errors

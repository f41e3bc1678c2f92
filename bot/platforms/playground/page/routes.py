"""The addresses of the page: reading, acting, and the stream of what changes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.chat.words import Phrase
from bot.platforms.playground.options import Away, Impossible, Stopped
from bot.platforms.playground.page import demo, people, talk
from bot.platforms.playground.page.house import PARTS, House
from bot.platforms.playground.page.palette import command_as_json
from bot.platforms.playground.page.render import Renderer
from bot.platforms.playground.page.talk import Refused
from bot.platforms.playground.page.view import PAGE, View
from bot.platforms.playground.records import Account, Room, Town
from bot.platforms.playground.state import MAX_MESSAGES, direct_id

HERE = Path(__file__).parent
TALK = {
    "say": talk.say,
    "command": talk.command,
    "press": talk.press,
    "choose": talk.choose,
    "fill": talk.fill,
    "close": talk.close_form,
    "react": talk.react,
    "edit": talk.edit,
    "delete": talk.delete,
}
PEOPLE: dict[str, people.Act] = {
    "newcomer": people.newcomer,
    "level": people.level,
    "speaks": people.speaks,
    "leave": people.leave,
    "kick": people.kick,
    "ban": people.ban,
    "silence": people.silence,
    "join": people.come_back,
    "admit": people.admit,
    "screening": people.screening,
    "town": people.town,
    "reset": people.reset,
    "time": people.time,
    "day": people.day,
    "stop": people.stop,
}
PRIVATE = {"Cache-Control": "no-store"}


class Pages:
    """Answers requests for one house."""

    def __init__(self, house: House) -> None:
        self.house = house
        loader = FileSystemLoader(HERE / "templates")
        self.render = Renderer(Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True))

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/", self.home),
            Route("/town/{town}", self.town),
            Route("/town/{town}/{room}", self.page),
            Route("/town/{town}/{room}/part/{part}", self.part),
            Route("/town/{town}/{room}/events", self.events),
            Route("/town/{town}/{room}/commands", self.commands),
            Route("/town/{town}/{room}/options", self.options),
            Route("/town/{town}/{room}/file/{message}/{index}", self.file),
            Route("/town/{town}/{room}/do/{act}", self.act, methods=["POST"]),
            Mount("/playground", StaticFiles(directory=HERE / "static")),
        ]

    # Reading

    async def home(self, request: Request) -> Response:
        """The first town, built in the browser's language if there is none."""
        house = self.house
        async with house.building:
            if not house.world.state.towns:
                await demo.build(house, request.query_params.get("language") or language_of(request))
        town = next(iter(house.world.state.towns))
        return RedirectResponse(f"/town/{town}{_speed(request)}", status_code=303)

    async def town(self, request: Request) -> Response:
        """A town's liveliest channel, as the first of its people."""
        town = self._town(request)
        state = self.house.world.state
        here = sorted(state.present(town.id), key=lambda it: -it.level)
        if not here:
            raise HTTPException(404)
        rooms = state.rooms_of(town.id, here[0])
        room = max(rooms, key=lambda it: len(state.messages(it.id)))
        view = View(self.house, town, room, here[0], language_of(request))
        return RedirectResponse(f"{view.href()}{_speed(request, '&')}", status_code=303)

    async def page(self, request: Request) -> Response:
        return HTMLResponse(await self.render.page(self._view(request)), headers=PRIVATE)

    async def part(self, request: Request) -> Response:
        """One fragment of the page."""
        part = request.path_params["part"]
        if part not in PARTS:
            raise HTTPException(404)
        return HTMLResponse(await self.render.part(part, self._view(request)), headers=PRIVATE)

    async def events(self, request: Request) -> Response:
        view = self._view(request)
        since = request.headers.get("last-event-id") or request.query_params.get("since", "")
        stream: AsyncIterator[str] = self.house.live.stream(since, self.house.concerns(view))
        return StreamingResponse(stream, media_type="text/event-stream", headers={"Cache-Control": "no-store"})

    async def commands(self, request: Request) -> Response:
        view = self._view(request)
        return JSONResponse([command_as_json(view, it) for it in view.commands()], headers=PRIVATE)

    async def options(self, request: Request) -> Response:
        """The fields of one command."""
        view, path = self._view(request), request.query_params.get("path", "")
        spec = next((it for it in view.commands() if it.path == path), None)
        if spec is None:
            raise HTTPException(404)
        return HTMLResponse(self.render.options(view, spec), headers=PRIVATE)

    async def file(self, request: Request) -> Response:
        """A picture or a file of a card, for who sees its message."""
        view, index = self._view(request), request.path_params["index"]
        message = view.find(request.path_params["message"])
        card = message.card if message else None
        if card and index == "picture" and card.picture:
            return Response(card.picture.data, media_type="image/png", headers=PRIVATE)
        if card and index.isdecimal() and int(index) < len(card.files):
            file = card.files[int(index)]
            safe = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in file.name)
            headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="{safe}"'}
            return Response(file.data, media_type="application/octet-stream", headers=headers)
        raise HTTPException(404)

    # Acting

    async def act(self, request: Request) -> Response:
        """Do something as somebody. 204, or 200 with where to go next; 400 with words when it is refused."""
        view, name = self._view(request), request.path_params["act"]
        async with request.form(max_files=5, max_fields=200) as form:
            try:
                go = await self._do(name, view, form)
            except Refused as refused:
                return Response(view.say(refused.words), status_code=400, media_type="text/plain")
            except Away:
                words = Phrase("Relais is not connected: try again in a moment.")
                return Response(view.say(words), status_code=400, media_type="text/plain")
            except Stopped as stopped:
                words = Phrase("The filter of this community let nobody see that: {why}", {"why": str(stopped)})
                return Response(view.say(words), status_code=400, media_type="text/plain")
            except Impossible:
                words = Phrase("{name} cannot do that now.", {"name": view.account.name})
                return Response(view.say(words), status_code=400, media_type="text/plain")
            finally:
                await self.house.keep()
        return JSONResponse({"go": go}) if go else Response(status_code=204)

    async def _do(self, name: str, view: View, form: FormData) -> str | None:
        if name in TALK:
            await TALK[name](view, form)
            return None
        if name in PEOPLE:
            return await PEOPLE[name](view, form)
        raise HTTPException(404)

    # Who and where

    def _town(self, request: Request) -> Town:
        town = self.house.world.state.towns.get(request.path_params["town"])
        if town is None:
            raise HTTPException(404)
        return town

    def _view(self, request: Request) -> View:
        town, query = self._town(request), request.query_params
        account = self._account(town, query.get("as", ""))
        room = self._room(town, account, request.path_params["room"])
        view = View(self.house, town, room, account, language_of(request), shown=_number(query.get("shown", "")))
        if thread := query.get("thread", ""):
            if view.find(thread) is None:
                raise HTTPException(404)
            view.thread = thread
        return view

    def _account(self, town: Town, id: str) -> Account:
        state = self.house.world.state
        if id:
            account = state.accounts.get(id)
            if account is None:
                raise HTTPException(404)
            return account
        here = sorted(state.present(town.id), key=lambda it: -it.level)
        if not here:
            raise HTTPException(404)
        return here[0]

    def _room(self, town: Town, account: Account, id: str) -> Room:
        """A channel of the town, or this person's conversation with the bot, there from the start.

        Whoever may not see the channel is shown the first one that they see.
        """
        if id == direct_id(town.id, account.id):
            return self.house.world.direct_room(town.id, account.id)
        room = self.house.world.state.rooms.get(id)
        if room is None or room.town != town.id or room.owner is not None:
            raise HTTPException(404)
        seen = self.house.world.state.rooms_of(town.id, account)
        return room if room in seen else seen[0]


def language_of(request: Request) -> str:
    """The first language of the browser that Relais speaks."""
    for entry in request.headers.get("accept-language", "").split(","):
        language = entry.split(";")[0].strip().lower()[:2]
        if language in ("fr", "en"):
            return language
    return "en"


def _number(text: str) -> int:
    return min(max(int(text), PAGE), MAX_MESSAGES) if text.isdecimal() else PAGE


def _speed(request: Request, sign: str = "?") -> str:
    speed = request.query_params.get("speed", "")
    return f"{sign}speed={speed}" if speed.replace(".", "", 1).isdecimal() else ""


__all__ = ["Pages"]

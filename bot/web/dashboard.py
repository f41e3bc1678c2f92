"""The dashboard: settings and their history for administrators, everybody's own data."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.chat.platform import PlatformError
from bot.chat.things import Channel, Level
from bot.chat.words import Words
from bot.cog.desk import Setting
from bot.cog.fields import Invalid
from bot.cog.texts import lines, t
from bot.engine.host import Engine
from bot.web import form
from bot.web.history import Line, history
from bot.web.render import PRIVATE, Renderer
from bot.web.visitors import Reader, Stop, Visitor, Visitors, nowhere

LATEST = 5
"""Changes shown beside settings."""
MAX_FIELDS = 1_000


class Dashboard:
    """Permissions are the platform's present answer, at each request."""

    def __init__(self, engine: Engine, visitors: Visitors, render: Renderer) -> None:
        self.engine = engine
        self.desk = engine.desk
        self.visitors = visitors
        self.render = render

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/dashboard", self.overview),
            Route("/dashboard/settings/{section}", self.section),
            Route("/dashboard/settings/{section}", self.save, methods=["POST"]),
            Route("/dashboard/history", self.history),
            Route("/dashboard/undo", self.undo, methods=["POST"]),
            Route("/dashboard/data", self.data),
        ]

    # Reading

    async def overview(self, request: Request) -> Response:
        visitor = await self.visitors.of(request)
        reader = await self.visitors.reader(visitor)
        admin = visitor.member.level >= Level.ADMIN
        return self.render.page(
            "overview",
            visitor.voice,
            visitor=visitor,
            here="overview",
            sections=self._sections(visitor) if admin else [],
            latest=await self._history(visitor, reader, most=LATEST) if admin else [],
            spaces=self._spaces(visitor),
        )

    async def section(self, request: Request) -> Response:
        visitor = await self._admin(request)
        return await self._form(request, visitor, self._named(request))

    async def history(self, request: Request) -> Response:
        visitor = await self._admin(request)
        lines = await self._history(visitor, await self.visitors.reader(visitor))
        return self.render.page(
            "history", visitor.voice, visitor=visitor, here="history", latest=lines, **_told(request)
        )

    async def data(self, request: Request) -> Response:
        """Everything stored about who asks, as a file."""
        visitor = await self.visitors.of(request)
        stored = await self.desk.people.export(visitor.community, visitor.person)
        name = f"relais-{self.engine.now():%Y-%m-%d}.json"
        body = json.dumps(stored, ensure_ascii=False, indent=2, default=str)
        headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="{name}"'}
        return Response(body, media_type="application/json", headers=headers)

    # Changing

    async def save(self, request: Request) -> Response:
        """Change what differs from what stood on the page; show the form again when something does not fit."""
        visitor, section = await self._admin(request), self._named(request)
        sent, settings = await _sent(request), self._settings(visitor, section)
        typed = form.typed_in(sent, settings)
        if reset := sent.get("reset"):
            return await self._reset(request, visitor, section, reset, sent)
        changes, meanwhile = form.given(sent, settings, typed)
        problems = meanwhile or await self._change(visitor, changes)
        if problems:
            kept = {name: typed[name] for name in changes}
            return await self._form(request, visitor, section, kept, problems)
        return _to(visitor, f"/dashboard/settings/{section}", saved=len(changes))

    async def _reset(
        self, request: Request, visitor: Visitor, section: str, name: str, sent: Mapping[str, str]
    ) -> Response:
        """Give one setting its default again; what was typed beside it is kept on the page."""
        if all(setting.name != name for setting in self._settings(visitor, section)):
            raise nowhere()
        problems = await self._change(visitor, {name: ""})
        settings = [setting for setting in self._settings(visitor, section) if setting.name != name]
        typed = form.typed_in(sent, settings)
        changes, others = form.given(sent, settings, typed)
        if changes or problems:
            kept = {one: typed[one] for one in changes}
            return await self._form(request, visitor, section, kept, {**others, **problems})
        return _to(visitor, f"/dashboard/settings/{section}", reset=1)

    async def undo(self, request: Request) -> Response:
        visitor = await self._admin(request)
        sent = await _sent(request)
        number, section = sent.get("number", ""), sent.get("section", "")
        if not number.isdecimal() or len(number) > 18:
            raise nowhere()
        place = self.engine.place(visitor.community, visitor.space, visitor.voice.language)

        async def work() -> None:
            await self.desk.settings.undo(visitor.community, place, visitor.member, int(number))

        if problems := await self._tried(visitor, work):
            raise Stop(409, t("Nothing was undone"), lines(*problems.values()))
        back = f"/dashboard/settings/{section}" if section in self.desk.settings.sections() else "/dashboard/history"
        return _to(visitor, back, undone=1)

    async def _change(self, visitor: Visitor, changes: Mapping[str, str]) -> Mapping[str, Words]:
        place = self.engine.place(visitor.community, visitor.space, visitor.voice.language)

        async def work() -> None:
            await self.desk.settings.change(visitor.community, place, visitor.member, changes)

        return await self._tried(visitor, work) if changes else {}

    async def _tried(self, visitor: Visitor, work: Callable[[], Awaitable[None]]) -> Mapping[str, Words]:
        """Do it, with its reason known; gives what does not fit."""
        try:
            await self.engine.tell_why("page", "dashboard", f"{visitor.member.name} → dashboard", work)
        except Invalid as invalid:
            return invalid.problems
        except PlatformError as error:
            self.engine.trace.failed("dashboard", error)
            raise Stop(
                503, t("The platform does not answer"), t("Nothing was changed. Try again in a moment.")
            ) from error
        return {}

    # Who, and what there is

    async def _admin(self, request: Request) -> Visitor:
        visitor = await self.visitors.of(request)
        visitor.need(Level.ADMIN)
        return visitor

    def _named(self, request: Request) -> str:
        section: str = request.path_params["section"]
        if section not in self.desk.settings.sections():
            raise nowhere()
        return section

    def _settings(self, visitor: Visitor, section: str) -> tuple[Setting, ...]:
        place = self.engine.place(visitor.community, visitor.space, visitor.voice.language)
        return self.desk.settings.show(visitor.community, visitor.space, section, place)

    async def _form(
        self,
        request: Request,
        visitor: Visitor,
        section: str,
        typed: Mapping[str, str] | None = None,
        problems: Mapping[str, Words] | None = None,
    ) -> Response:
        reader, settings, problems = (
            await self.visitors.reader(visitor),
            self._settings(visitor, section),
            problems or {},
        )
        channels = [Channel(visitor.space, id, name) for id, name in reader.channels.items()]
        names = {setting.name for setting in settings}
        return self.render.page(
            "section",
            visitor.voice,
            status=422 if problems else 200,
            visitor=visitor,
            here=section,
            title=reader.say(self.desk.settings.sections()[section]),
            controls=form.controls(settings, reader, channels, typed or {}, problems),
            unsaved=bool(typed) and not problems,
            wrong=[reader.say(words) for name, words in problems.items() if name not in names],
            sections=self._sections(visitor),
            latest=await self._history(visitor, reader, section=section, most=LATEST),
            **_told(request),
        )

    def _sections(self, visitor: Visitor) -> list[tuple[str, str, int]]:
        """Every section: its name, its title, and how many of its settings were changed."""
        return [
            (name, visitor.voice.text(title), sum(setting.changed for setting in self._settings(visitor, name)))
            for name, title in self.desk.settings.sections().items()
        ]

    async def _history(self, visitor: Visitor, reader: Reader, *, section: str = "", most: int = 0) -> list[Line]:
        return await history(self.desk.settings, visitor, reader, section=section, most=most)

    def _spaces(self, visitor: Visitor) -> list[tuple[str, str, bool]]:
        """The spaces of the community, when it lives in several: name, address, whether this is the one."""
        spaces = self.engine.spaces.spaces_of(visitor.community.id)
        return [(space.name, f"?space={space.key}", space == visitor.space) for space in spaces] if spaces[1:] else []


async def _sent(request: Request) -> dict[str, str]:
    async with request.form(max_files=0, max_fields=MAX_FIELDS) as sent:
        return {name: value for name, value in sent.items() if isinstance(value, str)}


def _told(request: Request) -> dict[str, int]:
    """What was just done, from the address."""
    query = request.query_params
    found = {name: query.get(name, "") for name in ("saved", "reset", "undone")}
    return {name: int(text) if text.isdecimal() and len(text) < 4 else -1 for name, text in found.items()}


def _to(visitor: Visitor, path: str, **query: object) -> Response:
    return RedirectResponse(visitor.href(path, **query), 303, PRIVATE)

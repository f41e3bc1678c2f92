"""The pages that cogs declare, at ``/<cog><path>``."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from bot.chat.platform import NotFound
from bot.chat.things import Level, Space
from bot.cog.context import Context
from bot.cog.declare import Page
from bot.cog.fields import Invalid
from bot.cog.texts import lines, t
from bot.engine.host import Engine
from bot.engine.loader import AnyCog
from bot.web.render import PRIVATE
from bot.web.visitors import Stop, Visitors, nowhere


class Declared:
    """Serves them to those who have the level at this moment."""

    def __init__(self, engine: Engine, visitors: Visitors) -> None:
        self.engine = engine
        self.visitors = visitors

    def routes(self, others: Iterable[BaseRoute]) -> list[BaseRoute]:
        """Raises ``TypeError`` for a cog whose pages would hide, or be hidden by, those of ``others``."""
        taken = {_first(route.path) for route in others if isinstance(route, Route | Mount)}
        found: list[BaseRoute] = []
        for cog in self.engine.registry.cogs:
            for page in cog.pages:
                if cog.name in taken:
                    raise TypeError(f"the pages of the cog {cog.name!r} would stand where Relais has its own")
                if not page.path.startswith("/"):
                    raise TypeError(f"the path of a page begins with a slash: {cog.name} {page.path!r}")
                found.append(Route(f"/{cog.name}{page.path}", partial(self.show, cog, page), methods=["GET"]))
        return found

    async def show(self, cog: AnyCog, page: Page, request: Request) -> Response:
        """The bytes that the cog gives."""
        space = await self._space(page, request)
        ctx = self.engine.context(Context, cog, space, cause=f"page {request.url.path}")
        query = {**request.query_params, **request.path_params}
        what, shown = f"{cog.name}{page.path}", list[tuple[bytes, str]]()

        async def run() -> None:
            shown.append(await page.fn(ctx, query))

        try:
            await self.engine.tell_why("page", what, f"page /{what}", run)
        except NotFound:
            raise nowhere() from None
        except Invalid as invalid:
            raise Stop(400, t("This cannot be shown"), lines(*invalid.problems.values())) from None
        (body, kind), private = shown[0], page.level > Level.EVERYONE
        return Response(body, media_type=kind, headers=PRIVATE if private else {"Cache-Control": "no-cache"})

    async def _space(self, page: Page, request: Request) -> Space:
        """The space that a page is about. Raises ``SignedOut``, or ``Stop`` without the level."""
        if page.level > Level.EVERYONE:
            visitor = await self.visitors.of(request)
            visitor.need(page.level)
            return visitor.space
        if key := request.query_params.get("space"):
            return self.visitors.space(key)
        if seat := await self.visitors.cookies.read(request):
            return self.visitors.space(seat.space)
        known = self.engine.spaces.all()
        if len({self.engine.community(space).id for space in known}) == 1:
            return known[0]
        raise nowhere()


def _first(path: str) -> str:
    return path.strip("/").split("/")[0]

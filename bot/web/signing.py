"""Signing in by a link, and out again."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.chat.words import Words
from bot.cog.texts import t
from bot.engine.entrance import Found, Link, Seat
from bot.web.cookies import Cookies
from bot.web.render import PRIVATE, Renderer
from bot.web.visitors import Stop, Visitors

OVER: dict[Link, tuple[int, Words]] = {
    Link.USED: (410, t("It was used already, and works only once.")),
    Link.EXPIRED: (410, t("It was good for ten minutes, and they are over.")),
    Link.UNKNOWN: (404, t("Relais does not know it: perhaps a part of the address is missing.")),
}


class Signing:
    """Looking at a link consumes nothing, so that previews do no harm; the button of its page does."""

    def __init__(self, visitors: Visitors, cookies: Cookies, render: Renderer) -> None:
        self.visitors = visitors
        self.entrance = visitors.engine.entrance
        self.cookies = cookies
        self.render = render

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/sign-in", self.how),
            Route("/sign-in/{token}", self.look),
            Route("/sign-in/{token}", self.use, methods=["POST"]),
            Route("/sign-out", self.leave, methods=["POST"]),
        ]

    async def how(self, request: Request) -> Response:
        """How to sign in."""
        return self.render.page("how", self.visitors.guest(request), gone="gone" in request.query_params)

    async def look(self, request: Request) -> Response:
        """Who the link signs in, and the button that does."""
        seat = _seat(await self.entrance.look(request.path_params["token"]))
        visitor = await self.visitors.seated(seat, request)
        return self.render.page("sign_in", visitor.voice, reading=visitor)

    async def use(self, request: Request) -> Response:
        seat = _seat(await self.entrance.use(request.path_params["token"]))
        response = RedirectResponse("/dashboard", 303, PRIVATE)
        await self.cookies.give(response, seat)
        return response

    async def leave(self, request: Request) -> Response:
        response = RedirectResponse("/sign-in?gone", 303, PRIVATE)
        self.cookies.take(response)
        return response


def _seat(found: Found) -> Seat:
    """Raises ``Stop`` for a link that is over."""
    if found.state is Link.GOOD and found.seat:
        return found.seat
    status, words = OVER[found.state]
    raise Stop(status, t("This link does not work any more"), words, sign_in=True)

"""The web application: one for the process, on loopback unless told otherwise."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ExceptionHandler

from bot.engine.health import Health
from bot.engine.host import Engine
from bot.web.cookies import Cookies
from bot.web.dashboard import Dashboard
from bot.web.declared import Declared
from bot.web.guard import Guard
from bot.web.render import PRIVATE, STATIC, Renderer
from bot.web.signing import Signing
from bot.web.visitors import SignedOut, Stop, Visitors

Look = Callable[[], Awaitable[Health]]


def site(engine: Engine, *, health: Look, public_url: str = "", routes: Sequence[BaseRoute] = ()) -> Starlette:
    """``health`` looks how the process is. ``routes`` are the adapters'.

    Raises ``TypeError`` for a cog whose pages would stand where others are.
    """
    cookies = Cookies(engine.entrance.secret, engine.now, https=public_url.startswith("https:"))
    visitors, render = Visitors(engine, cookies), Renderer()
    own: list[BaseRoute] = [
        *watching(health, engine.figures.page),
        *Signing(visitors, cookies, render).routes(),
        *Dashboard(engine, visitors, render).routes(),
        Mount("/static", StaticFiles(directory=STATIC)),
        *routes,
    ]
    declared = Declared(engine, visitors).routes(own)
    return Starlette(
        routes=[*own, *declared, Route("/", home)],
        middleware=[Middleware(Guard, public_url=public_url)],
        exception_handlers={SignedOut: explain, Stop: stopper(visitors, render)},
    )


def watching(look: Look, figures: Callable[[], bytes]) -> list[BaseRoute]:
    """What those who watch over the process ask."""

    async def healthz(request: Request) -> Response:
        return PlainTextResponse("alive\n")

    async def readyz(request: Request) -> Response:
        health = await look()
        found = {"ready": health.ready, "problems": dict(health.problems)}
        return JSONResponse(found, status_code=200 if health.ready else 503)

    async def metrics(request: Request) -> Response:
        return Response(figures(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]


async def home(request: Request) -> Response:
    """Where no adapter has a first page."""
    return RedirectResponse("/dashboard", 303)


async def explain(request: Request, error: Exception) -> Response:
    """Nobody is signed in: how to."""
    return RedirectResponse("/sign-in", 303, PRIVATE)


def stopper(visitors: Visitors, render: Renderer) -> ExceptionHandler:
    """The page that says why it goes no further."""

    async def stop(request: Request, error: Exception) -> Response:
        assert isinstance(error, Stop)
        visitor = getattr(request.state, "visitor", None)
        voice = visitor.voice if visitor else visitors.guest(request)
        return render.page(
            "stop",
            voice,
            status=error.status,
            visitor=visitor,
            title=voice.text(error.title),
            words=voice.text(error.words),
            sign_in=error.sign_in,
            signed_in=visitor is not None or await visitors.cookies.read(request) is not None,
        )

    return stop

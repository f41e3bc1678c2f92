"""The web application: one for the process, on loopback unless told otherwise."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.web.guard import Guard

Ready = Callable[[], Awaitable[Mapping[str, str]]]


def site(*, ready: Ready, figures: Callable[[], bytes], routes: Sequence[BaseRoute] = ()) -> Starlette:
    """``ready`` names what is not: an empty mapping means that Relais can serve."""

    async def healthz(request: Request) -> Response:
        return PlainTextResponse("alive\n")

    async def readyz(request: Request) -> Response:
        problems = await ready()
        return JSONResponse({"ready": not problems, "problems": problems}, status_code=503 if problems else 200)

    async def metrics(request: Request) -> Response:
        return Response(figures(), media_type="text/plain; version=0.0.4; charset=utf-8")

    own = [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]
    return Starlette(routes=[*own, *routes], middleware=[Middleware(Guard)])

"""What every answer of the site carries, and which requests are refused before any page sees them."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'self'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})


class Guard:
    """Adds security headers; refuses writes from other sites, and names that do not belong to a loopback server.

    The last is the cure for DNS rebinding: a foreign page cannot make a browser talk to the playground under its
    own name.
    """

    def __init__(self, app: ASGIApp, public_url: str = "") -> None:
        self.app = app
        self.public = urlsplit(public_url).netloc

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if refusal := refused(scope["method"], Headers(scope=scope), scope.get("server"), self.public):
            await PlainTextResponse(refusal, status_code=403)(scope, receive, send)
            return

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, dressed)


def refused(method: str, headers: Headers, server: tuple[str, int | None] | None, public: str = "") -> str:
    """Why a request is refused; empty when it is welcome. ``public`` is the name that a proxy in front answers to.

    A request with neither cookie nor origin comes from a program, such as a platform that signs what it sends.
    """
    host = headers.get("host", "")
    alone = server and server[0] in ("127.0.0.1", "::1")
    if alone and host != public and host.rsplit(":", 1)[0] not in LOOPBACK:
        return "This server answers on this machine only, under its own name.\n"
    if method in SAFE:
        return ""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return "" if site == "same-origin" else "Cross-site request refused.\n"
    if "origin" not in headers and "cookie" not in headers:
        return ""
    origin = urlsplit(headers.get("origin", "")).netloc
    return "" if origin and origin in (host, public) else "Cross-site request refused.\n"

"""The session: a signed cookie that holds ids and until when, nothing else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer
from starlette.requests import Request
from starlette.responses import Response

from bot.engine.entrance import Seat

LASTS = timedelta(hours=8)


class Cookies:
    """``secret`` is asked for once; with ``https`` the cookie travels on nothing else."""

    def __init__(self, secret: Callable[[], Awaitable[str]], now: Callable[[], datetime], *, https: bool) -> None:
        self.now = now
        self.https = https
        self.name = "__Host-relais" if https else "relais"
        self._secret = secret
        self._signer: URLSafeSerializer | None = None

    async def read(self, request: Request) -> Seat | None:
        """Who is signed in; ``None`` for a session that is over or was not made here."""
        try:
            space, account, person, until = (await self._sign()).loads(request.cookies.get(self.name, ""))
        except (BadData, TypeError, ValueError):
            return None
        return Seat(space, account, person) if self.now().timestamp() < until else None

    async def give(self, response: Response, seat: Seat) -> None:
        until = int((self.now() + LASTS).timestamp())
        value = (await self._sign()).dumps([seat.space, seat.account, seat.person, until])
        assert isinstance(value, str)
        response.set_cookie(
            self.name, value, max_age=int(LASTS.total_seconds()), httponly=True, samesite="lax", secure=self.https
        )

    def take(self, response: Response) -> None:
        """End the session."""
        response.delete_cookie(self.name, httponly=True, samesite="lax", secure=self.https)

    async def _sign(self) -> URLSafeSerializer:
        if self._signer is None:
            self._signer = URLSafeSerializer(await self._secret(), salt="relais.session")
        return self._signer

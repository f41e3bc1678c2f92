"""The Web API from the socket to a handler and back: tokens, arguments, limits, faults, and the log."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

from aiohttp import web

from tests.wire.slack import (  # noqa: F401 (each adds its methods)
    methods_chat,
    methods_conversations,
    methods_files,
    methods_marks,
    methods_people,
    methods_views,
    oauth,
)
from tests.wire.slack.bits import Json
from tests.wire.slack.call import Call, Method, methods
from tests.wire.slack.errors import Dropped, Refused, invalid_arguments
from tests.wire.slack.faults import Fault, Faults
from tests.wire.slack.rates import Rates
from tests.wire.slack.records import Grant
from tests.wire.slack.specs import request_problems
from tests.wire.slack.state import State

PREFIX = "/api/"
NOBODY = Grant("", "none", set())


@dataclass
class Logged:
    """A request and what became of it."""

    method: str
    at: datetime
    args: Mapping[str, Any] = field(default_factory=dict)
    kind: str = ""
    status: int = 0
    answer: Any = None

    @property
    def ok(self) -> bool:
        return isinstance(self.answer, dict) and self.answer.get("ok") is True

    @property
    def error(self) -> str:
        return str(self.answer.get("error", "")) if isinstance(self.answer, dict) else ""

    def __str__(self) -> str:
        return f"{self.method} → {self.status} {self.error or 'ok'}"


Answer = tuple[Any, int, Mapping[str, str]]


class Desk:
    """Every HTTP request passes here. ``log`` is oldest first; ``busy`` counts those not answered yet."""

    def __init__(self, state: State, faults: Faults) -> None:
        self.log: list[Logged] = []
        self.violations: list[str] = []
        self.broken: list[Exception] = []
        self.busy = 0
        self.count = 0
        self.quiet = asyncio.Event()
        self._state = state
        self._faults = faults

    def sent(self, on: str) -> list[Logged]:
        """Requests to methods that match a pattern."""
        return [it for it in self.log if fnmatchcase(it.method, on)]

    async def serve(self, request: web.Request, logged: Logged, work: Callable[[], Answer]) -> web.StreamResponse:
        """Answer one request, whatever is in its way."""
        self.busy += 1
        self.count += 1
        self.log.append(logged)
        try:
            return await self._serve(logged, work)
        except Dropped:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        finally:
            self.busy -= 1
            self.quiet.set()

    async def _serve(self, logged: Logged, work: Callable[[], Answer]) -> web.StreamResponse:
        fault = self._faults.take(logged.method, logged.args)
        headers: Mapping[str, str] = {}
        try:
            await _before(fault)
            logged.answer, logged.status, headers = work()
        except Dropped:
            raise
        except Refused as refused:
            logged.answer, logged.status, headers = refused.body, refused.status, refused.headers
        except Exception as error:
            self.broken.append(error)
            logged.answer, logged.status = {}, 500
        if fault and fault.after:
            raise fault.after
        if isinstance(logged.answer, dict) and (logged.ok or logged.error):
            return web.json_response(logged.answer, status=logged.status, headers=headers)
        text = "Something went wrong" if isinstance(logged.answer, dict) else str(logged.answer)
        return web.Response(text=text, status=logged.status, headers=headers)


async def _before(fault: Fault | None) -> None:
    if fault is None:
        return
    if fault.delay:
        await asyncio.sleep(fault.delay)
    if fault.hold:
        await fault.hold.wait()
    if fault.before:
        raise fault.before


class WebApi:
    """The methods."""

    def __init__(self, state: State, desk: Desk, rates: Rates) -> None:
        self._state = state
        self._desk = desk
        self._rates = rates

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One call."""
        name = request.path.removeprefix(PREFIX)
        logged = Logged(name, self._state.now())
        problem: Refused | None = None
        token = _bearer(request)
        try:
            logged.args, from_body = await read(request)
            logged.args |= oauth.credentials(request)
            token = token or from_body
        except Refused as refused:
            problem = refused
        return await self._desk.serve(request, logged, lambda: self._answer(logged, token, problem))

    def _answer(self, logged: Logged, token: str, problem: Refused | None) -> Answer:
        method = methods.all.get(logged.method)
        if method is None:
            self._desk.violations.append(f"{logged.method}: unknown method")
            raise Refused("unknown_method", req_method=logged.method)
        if problem is not None:
            raise problem
        grant = self._grant(method, token)
        logged.kind = grant.kind
        self._rates.request(grant.team, method.name, method.tier)
        self._desk.violations += request_problems(method.name, logged.args)
        call = Call(self._state, self._rates, method.name, logged.args, grant)
        if method.scopes:
            call.scope(*method.scopes)
        missing = [name for name in sorted(method.required) if call.args.get(name) in (None, "")]
        if missing:
            raise invalid_arguments(*(f"missing required field: {name}" for name in missing))
        headers = {
            "X-OAuth-Scopes": ",".join(sorted(grant.scopes)),
            "X-Accepted-OAuth-Scopes": ",".join(method.scopes),
        }
        return {"ok": True, **method.handler(call)}, 200, headers

    def _grant(self, method: Method, token: str) -> Grant:
        if method.anonymous:
            return self._state.grants.get(token, NOBODY)
        if not token:
            raise Refused("not_authed")
        grant = self._state.grants.get(token)
        if grant is None:
            raise Refused("invalid_auth")
        if grant.dead:
            raise Refused(grant.dead)
        if grant.kind not in method.kinds:
            raise Refused("not_allowed_token_type")
        return grant


def _bearer(request: web.Request) -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


async def read(request: web.Request) -> tuple[Json, str]:
    """Arguments from query, form or JSON, and a token from the first two."""
    args: Json = dict(request.query)
    kind = request.content_type
    if request.method == "POST" and kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        args |= dict(await request.post())
    token = str(args.pop("token", ""))
    if request.method == "POST" and kind == "application/json":
        args |= parse_object(await request.read())
    return args, token


def parse_object(raw: bytes) -> Json:
    """A JSON object."""
    try:
        found = json.loads(raw or b"{}")
    except ValueError:
        raise Refused("invalid_json") from None
    if not isinstance(found, dict):
        raise Refused("json_not_object")
    return found

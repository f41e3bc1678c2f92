"""The REST API from the socket to a handler and back: tokens, bodies, limits, faults, and the log."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import unquote

from aiohttp import BodyPartReader, MultipartReader, web

from tests.wire.discord import (  # noqa: F401 (each adds its routes)
    routes_channels,
    routes_commands,
    routes_events,
    routes_guilds,
    routes_interactions,
    routes_members,
    routes_messages,
    routes_self,
    routes_threads,
)
from tests.wire.discord.bits import Json
from tests.wire.discord.call import Call, Created, Done, Route, Upload, routes
from tests.wire.discord.errors import Refused, invalid, unauthorized
from tests.wire.discord.faults import Dropped, Fault, Faults
from tests.wire.discord.state import State

PREFIX = "/api/v10"
MAX_FILE = 10 * 1024 * 1024
MAX_FILES = 25 * 1024 * 1024
LIMIT = (10_000, 1.0)
"""Requests of one bucket in so many seconds, unless a test says otherwise: most tests are not about the pace."""


@dataclass
class Logged:
    """A request and what became of it; ``read`` is false when it was refused unread."""

    method: str
    path: str
    at: datetime
    query: dict[str, str] = field(default_factory=dict)
    body: Any = None
    files: dict[int, Upload] = field(default_factory=dict)
    reason: str | None = None
    status: int = 0
    answer: Any = None
    read: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.path} → {self.status}"


Inspect = Callable[[Logged, str], None]
"""Looks at a request and its content type, once answered."""


class Bucket:
    """What is left of a rate limit, on the real clock."""

    def __init__(self, count: int, seconds: float) -> None:
        self.count, self.seconds = count, seconds
        self.left, self.ends = count, 0.0

    def take(self, now: float) -> bool:
        if now >= self.ends:
            self.left, self.ends = self.count, now + self.seconds
        self.left -= 1
        return self.left >= 0


class Rest:
    """``log`` holds every request, oldest first; ``busy`` counts those that are not answered yet.

    ``broken`` is what handlers raised: faults of this server, not of its client.
    """

    def __init__(self, state: State, faults: Faults, watch: Callable[[Done], None], inspect: Inspect) -> None:
        self.log: list[Logged] = []
        self.busy = 0
        self.count = 0
        self.quiet = asyncio.Event()
        self.broken: list[Exception] = []
        self._state = state
        self._faults = faults
        self._watch = watch
        self._inspect = inspect
        self._buckets: dict[str, Bucket] = {}

    def sent(self, on: str) -> list[Logged]:
        """Requests whose "METHOD /path" matches a pattern."""
        return [it for it in self.log if fnmatchcase(f"{it.method} {it.path}", on)]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        self.busy += 1
        self.count += 1
        try:
            return await self._handle(request)
        except Dropped:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        except Exception as error:
            self.broken.append(error)
            raise
        finally:
            self.busy -= 1
            self.quiet.set()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        path = request.rel_url.raw_path.removeprefix(PREFIX)
        logged = Logged(request.method, path, self._state.now(), query=dict(request.query))
        self.log.append(logged)
        headers: dict[str, str] = {}
        fault = self._faults.take(request.method, path)
        try:
            await self._before(fault)
            logged.answer, logged.status = await self._answer(request, logged, headers)
        except Refused as refused:
            logged.answer, logged.status = refused.body, refused.status
            headers |= refused.headers
        self._inspect(logged, request.content_type)
        if fault and fault.after:
            raise fault.after
        return _response(logged, headers)

    async def _before(self, fault: Fault | None) -> None:
        if fault is None:
            return
        if fault.delay:
            await asyncio.sleep(fault.delay)
        if fault.hold:
            await fault.hold.wait()
        if fault.before:
            raise fault.before

    async def _answer(self, request: web.Request, logged: Logged, headers: dict[str, str]) -> tuple[Any, int]:
        logged.body, logged.files = await _read(request)
        logged.read = True
        found = routes.find(request.method, logged.path)
        if isinstance(found, int):
            words = {404: "404: Not Found", 405: "405: Method Not Allowed"}[found]
            raise Refused(0, status=found, message=words)
        route, args = found
        if route.token and request.headers.get("Authorization") != f"Bot {self._state.token}":
            raise unauthorized()
        self._limit(route, args, headers)
        reason = request.headers.get("X-Audit-Log-Reason")
        logged.reason = unquote(reason) if reason else None
        if logged.reason and len(logged.reason) > 512:
            raise invalid("reason", "BASE_TYPE_MAX_LENGTH", "Must be 512 or fewer in length.")
        args = {name: unquote(value) for name, value in args.items()}
        call = Call(self._state, args, logged.query, logged.body, logged.files, logged.reason, self._watch)
        answer = route.handler(call)
        if isinstance(answer, Created):
            return answer.body, 201
        return answer, 204 if answer is None else 200

    def _limit(self, route: Route, args: dict[str, str], headers: dict[str, str]) -> None:
        """The bucket of a route and its major parameter. Interaction endpoints are counted alone."""
        name = f"{route.method} {route.template}"
        major = next((args[it] for it in ("channel", "guild", "token") if it in args), "")
        count, seconds = self._faults.limits.get(name, LIMIT)
        bucket = self._buckets.setdefault(f"{name} {major} {count}", Bucket(count, seconds))
        now = asyncio.get_running_loop().time()
        free = bucket.take(now)
        after = max(0.0, bucket.ends - now)
        headers |= {
            "X-RateLimit-Limit": str(count),
            "X-RateLimit-Remaining": str(max(0, bucket.left)),
            "X-RateLimit-Reset": f"{self._state.now().timestamp() + after:.3f}",
            "X-RateLimit-Reset-After": f"{after:.3f}",
            "X-RateLimit-Bucket": hashlib.sha256(name.encode()).hexdigest()[:32],
        }
        if not free:
            body: Json = {"message": "You are being rate limited.", "retry_after": after, "global": False}
            headers |= {"Retry-After": str(max(1, round(after))), "X-RateLimit-Scope": "user", "Via": "1.1 google"}
            raise Refused(0, status=429, body=body)


def _response(logged: Logged, headers: dict[str, str]) -> web.Response:
    if logged.status == 204:
        return web.Response(status=204, headers=headers)
    raw = json.dumps(logged.answer).encode()
    # The library wants this exactly, without a charset.
    return web.Response(body=raw, status=logged.status, headers=headers | {"Content-Type": "application/json"})


async def _read(request: web.Request) -> tuple[Any, dict[int, Upload]]:
    """The body, and files by their number."""
    if request.content_type == "multipart/form-data":
        return await _read_parts(await request.multipart())
    raw = await request.read()
    if not raw:
        return None, {}
    if request.content_type != "application/json":
        words = "Expected \"Content-Type\" header to be one of {'application/json'}."
        raise Refused(50035, body={"code": 50035, "message": "Invalid Form Body", "errors": {"_misc": [words]}})
    return _json(raw), {}


async def _read_parts(reader: MultipartReader) -> tuple[Any, dict[int, Upload]]:
    body: Any = {}
    files: dict[int, Upload] = {}
    async for part in reader:
        if not isinstance(part, BodyPartReader):
            continue
        data = bytes(await part.read(decode=True))
        name = part.name or ""
        if name == "payload_json":
            body = _json(data)
        elif name.startswith("files[") and name.endswith("]") and name[6:-1].isdigit():
            files[int(name[6:-1])] = Upload(
                unquote(part.filename or "unknown"), data, part.headers.get("Content-Type", "")
            )
    sizes = [len(it.data) for it in files.values()]
    if sum(sizes) > MAX_FILES or max(sizes, default=0) > MAX_FILE:
        raise Refused(40005)
    return body, files


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        raise Refused(50109) from None

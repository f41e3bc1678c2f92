"""Socket Mode: tickets, hello, envelopes, acknowledgements, and what may go wrong with them."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from uuid import UUID

from aiohttp import WSMsgType, web

from tests.wire.slack.bits import Json
from tests.wire.slack.delivery import Delivery, NoLine, Parcel
from tests.wire.slack.state import State

MOST_CONNECTIONS = 10
TICKET_LASTS = timedelta(seconds=30)
ACCEPTS_PAYLOAD = frozenset({"view_submission", "block_suggestion"})


class Cut(Exception):
    """The connection went away before the acknowledgement."""


class Connection:
    """One socket. ``received`` are the client's frames, ``pings`` what it asked to have echoed."""

    def __init__(self, number: int, request: web.Request, socket: web.WebSocketResponse) -> None:
        self.number = number
        self.received: list[Json] = []
        self.pings: list[bytes] = []
        self.pongs: list[bytes] = []
        self.leaving = False
        self._request = request
        self._socket = socket
        self._waiting: dict[str, asyncio.Future[Json | None]] = {}

    async def serve(self) -> None:
        """Read until the client goes."""
        async for frame in self._socket:
            match frame.type:
                case WSMsgType.TEXT:
                    self._read(frame.data)
                case WSMsgType.PING:
                    self.pings.append(bytes(frame.data))
                    await self._socket.pong(frame.data)
                case WSMsgType.PONG:
                    self.pongs.append(bytes(frame.data))

    def _read(self, raw: str) -> None:
        try:
            frame = json.loads(raw)
        except ValueError:
            return
        if not isinstance(frame, dict):
            return
        self.received.append(frame)
        waiting = self._waiting.pop(str(frame.get("envelope_id")), None)
        if waiting is not None and not waiting.done():
            payload = frame.get("payload")
            waiting.set_result(payload if isinstance(payload, dict) and payload else None)

    async def send(self, frame: Json) -> None:
        try:
            await self._socket.send_json(frame)
        except ConnectionError:
            raise Cut from None

    async def ask(self, envelope: Json, within: float) -> Json | None:
        """Send an envelope and wait for its acknowledgement. Raises ``Cut`` or ``TimeoutError``."""
        id = envelope["envelope_id"]
        waiting: asyncio.Future[Json | None] = asyncio.get_running_loop().create_future()
        self._waiting[id] = waiting
        try:
            await self.send(envelope)
            return await asyncio.wait_for(waiting, within)
        finally:
            self._waiting.pop(id, None)

    async def ping(self, words: bytes) -> None:
        """The server's own ping."""
        await self._socket.ping(words)

    def gone(self) -> None:
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(Cut())

    def kill(self) -> None:
        """Cut it, as a lost network does."""
        self.leaving = True
        if self._request.transport is not None:
            self._request.transport.abort()

    async def close(self) -> None:
        self.leaving = True
        await self._socket.close()


class SocketMode:
    """``connections`` are those that are open; each payload goes to one of them, in turn."""

    def __init__(self, state: State, delivery: Delivery, *, ack_within: float = 3.0) -> None:
        self.connections: list[Connection] = []
        self.ack_within = ack_within
        self.opened = 0
        self._state = state
        self._delivery = delivery
        self._turn = 0
        self._envelopes = 0
        self._changed = asyncio.Event()

    @property
    def live(self) -> list[Connection]:
        return [it for it in self.connections if not it.leaving]

    @property
    def up(self) -> bool:
        return bool(self.live)

    async def connected(self, count: int = 1, *, opened: int = 0) -> None:
        """Wait until so many connections are open, and so many were ever opened."""
        while len(self.live) < count or self.opened < opened:
            self._changed.clear()
            await self._changed.wait()

    async def gone(self) -> None:
        """Wait until no connection is left."""
        while self.connections:
            self._changed.clear()
            await self._changed.wait()

    # One connection

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one socket; its ticket is good once, for half a minute."""
        made = self._state.tickets.pop(request.query.get("ticket", ""), None)
        if made is None or self._state.now() - made > TICKET_LASTS or self._state.app.paused:
            return web.Response(status=401, text="invalid ticket")
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        self.opened += 1
        connection = Connection(self.opened, request, socket)
        if len(self.connections) >= MOST_CONNECTIONS:
            await connection.send(_disconnect("too_many_websockets", connection))
            await connection.close()
            return socket
        await self._serve(connection)
        return socket

    async def _serve(self, connection: Connection) -> None:
        self.connections.append(connection)
        try:
            await connection.send(self._hello(connection))
            self._changed.set()
            self._delivery.line_up()
            await connection.serve()
        except (Cut, ConnectionError):
            pass
        finally:
            connection.leaving = True
            self.connections.remove(connection)
            connection.gone()
            self._changed.set()

    def _hello(self, connection: Connection) -> Json:
        debug = {"host": f"applink-{connection.number}", "build_number": 10, "approximate_connection_time": 18060}
        info = {"app_id": self._state.app.id}
        return {"type": "hello", "num_connections": len(self.live), "debug_info": debug, "connection_info": info}

    # Payloads

    async def carry(self, parcel: Parcel) -> str:
        """One attempt. Raises ``NoLine``."""
        live = self.live
        if not live:
            raise NoLine
        self._turn += 1
        connection = live[self._turn % len(live)]
        try:
            parcel.answer = await connection.ask(self._envelope(parcel), self.ack_within)
        except TimeoutError:
            return "timeout"
        except Cut:
            return "connection_failed"
        return ""

    def _envelope(self, parcel: Parcel) -> Json:
        self._envelopes += 1
        kind = parcel.payload.get("type", "")
        accepts = parcel.kind == "slash_commands" or (parcel.kind == "interactive" and kind in ACCEPTS_PAYLOAD)
        envelope: Json = {
            "envelope_id": str(UUID(int=self._envelopes, version=4)),
            "payload": parcel.payload,
            "type": parcel.kind,
            "accepts_response_payload": accepts,
        }
        if parcel.kind == "events_api":
            envelope |= {"retry_attempt": parcel.attempt, "retry_reason": parcel.reason}
        return envelope

    # What may go wrong

    async def ask_to_leave(self, reason: str = "refresh_requested", count: int = 10) -> None:
        """Send a disconnect to so many connections; they get no payload any more."""
        for connection in self.live[:count]:
            connection.leaving = reason != "warning"
            await connection.send(_disconnect(reason, connection))

    def kill(self) -> None:
        """Cut every connection."""
        for connection in self.live:
            connection.kill()

    async def close(self) -> None:
        """Close every connection properly."""
        for connection in tuple(self.connections):
            await connection.close()


def _disconnect(reason: str, connection: Connection) -> Json:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": f"applink-{connection.number}"}}

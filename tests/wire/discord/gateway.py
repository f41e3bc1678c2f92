"""The gateway: hello, identify, heartbeat, resume, dispatch, and what may go wrong with it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from aiohttp import WSMsgType, web

from tests.wire.discord import shapes
from tests.wire.discord.bits import INTENT_FLAGS, KNOWN_INTENTS, Intent, Json
from tests.wire.discord.permissions import can_see
from tests.wire.discord.session import CLOSED_BY_CLIENT, Session
from tests.wire.discord.state import State

RESUMABLE_FOR = timedelta(minutes=5)
MOST_FRAMES = 120
"""Frames a client may send in a minute."""


class Refusal(Exception):
    """The socket is closed with a code."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(code, words)
        self.code, self.words = code, words


class Gateway:
    """``identifies`` are the moments of IDENTIFY with their shards; ``acks`` off makes it a zombie.

    ``wait_for_clients`` is turned off where sockets are read by hand. While it is not ``reachable`` nobody is greeted.
    """

    def __init__(self, state: State, *, heartbeat_interval: float = 41.25) -> None:
        self.url = ""
        self.acks = True
        self.wait_for_clients = True
        self.heartbeat_interval = heartbeat_interval
        self.identifies: list[tuple[datetime, tuple[int, int]]] = []
        self.resumes: list[tuple[str, int]] = []
        self.sessions: dict[str, Session] = {}
        self._state = state
        self._sockets: dict[web.WebSocketResponse, web.Request] = {}
        self._count = 0
        self.reachable = asyncio.Event()
        self.reachable.set()
        self._up = asyncio.Event()
        state.tell = self.tell

    # Dispatching

    def tell(self, name: str, data: Json, guild: str | None, channel: str | None) -> None:
        """Dispatch an event to the sessions that may see it."""
        if guild is not None and self._state.bot.id not in self._state.guilds[guild].members:
            return
        place = self._state.channels.get(channel) if channel else None
        if place and not can_see(self._state, place, self._state.bot.id):
            return
        for session in self.sessions.values():
            if session.serves(guild) and session.wants(name, data, guild):
                session.dispatch(name, session.shown(name, data, guild))

    @property
    def live(self) -> list[Session]:
        """Sessions on an open socket."""
        return [it for it in self.sessions.values() if it.socket is not None and not it.socket.closed]

    async def connected(self, count: int = 1) -> None:
        """Wait until so many sessions are up."""
        while len(self.live) < count:
            self._up.clear()
            await self._up.wait()

    async def heard(self, patience: float) -> None:
        """Wait until each client has read all that was sent to it, or patience is over.

        A WebSocket ping is queued behind the events; clients answer it when they have come that far.
        """
        live = self.live if self.wait_for_clients else []
        waiting = [asyncio.ensure_future(self._read_by(session)) for session in live]
        if waiting:
            _, late = await asyncio.wait(waiting, timeout=patience)
            for task in late:
                task.cancel()

    async def _read_by(self, session: Session) -> None:
        socket = session.socket
        while socket is not None and session.socket is socket and session.read_up_to < session.sequence:
            session.progress.clear()
            session.ping()
            await session.progress.wait()

    # Faults

    def drop(self) -> None:
        """Cut all sockets, as a lost network does."""
        for request in self._sockets.values():
            if request.transport is not None:
                request.transport.abort()

    def ask_reconnect(self) -> None:
        """Op 7: please connect again."""
        for session in self.live:
            session.send({"op": 7, "d": None})

    def invalidate(self, *, resumable: bool = False) -> None:
        """Op 9: the session is over."""
        for session in self.live:
            session.send({"op": 9, "d": resumable})
            if not resumable:
                self.sessions.pop(session.id, None)

    async def close(self, code: int, words: str = "") -> None:
        """Close all sockets with a code."""
        for socket in tuple(self._sockets):
            await socket.close(code=code, message=words.encode())

    # One connection

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one socket."""
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        self._sockets[socket] = request
        connection = Connection(self, self._state, socket)
        try:
            await connection.serve()
        except Refusal as refusal:
            await socket.close(code=refusal.code, message=refusal.words.encode())
        finally:
            self._sockets.pop(socket, None)
            await connection.gone()
        return socket

    def open_session(self, connection: Connection, intents: Intent, shard: tuple[int, int]) -> Session:
        self._count += 1
        session = Session(f"{self._state.ids.new()}-{self._count}", intents, shard, self._state.bot.id)
        self.sessions[session.id] = session
        self.identifies.append((self._state.now(), shard))
        self._state.application.identifies -= 1
        return session

    def now_up(self) -> None:
        self._up.set()


class Connection:
    """A socket, from its hello to its end."""

    def __init__(self, gateway: Gateway, state: State, socket: web.WebSocketResponse) -> None:
        self._gateway = gateway
        self._state = state
        self._socket = socket
        self._session: Session | None = None
        self._writer: asyncio.Task[None] | None = None
        self._frames: list[float] = []

    async def serve(self) -> None:
        await self._gateway.reachable.wait()
        interval = self._gateway.heartbeat_interval
        await self._socket.send_json(
            {"op": 10, "s": None, "t": None, "d": {"heartbeat_interval": int(interval * 1000)}}
        )
        while True:
            try:
                frame = await self._socket.receive(timeout=interval * 1.5)
            except TimeoutError:
                raise Refusal(4009, "Session timed out.") from None
            match frame.type:
                case WSMsgType.TEXT | WSMsgType.BINARY:
                    await self._read(frame.data)
                case WSMsgType.PING:
                    await self._socket.pong(frame.data)
                case WSMsgType.PONG if self._session is not None:
                    self._session.read(bytes(frame.data))
                case WSMsgType.PONG:
                    pass
                case _:
                    return

    async def gone(self) -> None:
        session = self._session
        if session is not None and session.socket is self._socket:
            session.lose(self._state.now())
            if self._socket.close_code in CLOSED_BY_CLIENT:
                self._gateway.sessions.pop(session.id, None)
        if self._writer is not None:
            self._writer.cancel()
            await asyncio.gather(self._writer, return_exceptions=True)

    async def _read(self, raw: str | bytes) -> None:
        try:
            frame = json.loads(raw)
            op = frame["op"]
        except (ValueError, KeyError, TypeError):
            raise Refusal(4002, "Error while decoding payload.") from None
        self._count_frame(op)
        match op:
            case 1:
                await self._heartbeat()
            case 2:
                self._identify(frame.get("d") or {})
            case 6:
                self._resume(frame.get("d") or {})
            case 3 | 4 | 8 | 31:
                self._ask(op, frame.get("d") or {})
            case _:
                raise Refusal(4001, "Unknown opcode.")

    def _count_frame(self, op: int) -> None:
        now = asyncio.get_running_loop().time()
        self._frames = [at for at in self._frames if at > now - 60] + ([now] if op != 1 else [])
        if len(self._frames) > MOST_FRAMES:
            raise Refusal(4008, "You are being rate limited.")

    async def _heartbeat(self) -> None:
        if self._gateway.acks:
            frame: Json = {"op": 11, "s": None, "t": None, "d": None}
            if self._session is not None:
                self._session.send(frame)
            else:
                await self._socket.send_json(frame)

    # Identify and resume

    def _identify(self, asked: Json) -> None:
        if self._session is not None:
            raise Refusal(4005, "Already authenticated.")
        if asked.get("token", "").removeprefix("Bot ") != self._state.token:
            raise Refusal(4004, "Authentication failed.")
        if not {"os", "browser", "device"} <= set(asked.get("properties") or {}):
            raise Refusal(4002, "Error while decoding payload.")
        session = self._gateway.open_session(self, self._intents(asked), self._shard(asked))
        self._start(session)
        guilds = [
            it for it in self._state.guilds.values() if session.serves(it.id) and self._state.bot.id in it.members
        ]
        session.dispatch("READY", self._ready(session, [it.id for it in guilds]))
        for guild in guilds:
            if session.wants("GUILD_CREATE", {}, guild.id):
                session.dispatch("GUILD_CREATE", shapes.guild_create(self._state, guild, list(self._shown(guild.id))))
        self._gateway.now_up()

    def _intents(self, asked: Json) -> Intent:
        intents = asked.get("intents")
        if not isinstance(intents, int) or intents & ~KNOWN_INTENTS:
            raise Refusal(4013, "Invalid intent(s).")
        closed = sum(INTENT_FLAGS) & ~self._state.intents_open
        if intents & closed:
            raise Refusal(4014, "Disallowed intent(s).")
        return Intent(intents)

    def _shard(self, asked: Json) -> tuple[int, int]:
        shard = asked.get("shard") or [0, 1]
        if len(shard) != 2 or not 0 <= shard[0] < shard[1]:
            raise Refusal(4010, "Invalid shard.")
        return shard[0], shard[1]

    def _ready(self, session: Session, guilds: list[str]) -> Json:
        application = self._state.application
        return {
            "v": 10,
            "user": shapes.me(self._state.bot),
            "guilds": [{"id": id, "unavailable": True} for id in guilds],
            "session_id": session.id,
            "resume_gateway_url": self._gateway.url,
            "shard": list(session.shard),
            "application": {"id": application.id, "flags": application.flags},
            "private_channels": [],
            "relationships": [],
        }

    def _shown(self, guild: str) -> Iterator[Any]:
        """Members in GUILD_CREATE: everybody with presences, else the bot itself."""
        assert self._session is not None
        everybody = self._session.intents & Intent.GUILD_PRESENCES
        for member in self._state.guilds[guild].members.values():
            if everybody or member.user == self._state.bot.id:
                yield member

    def _resume(self, asked: Json) -> None:
        if self._session is not None:
            raise Refusal(4005, "Already authenticated.")
        if asked.get("token", "").removeprefix("Bot ") != self._state.token:
            raise Refusal(4004, "Authentication failed.")
        session = self._gateway.sessions.get(asked.get("session_id", ""))
        if session is None or self._too_late(session):
            return self._invalid()
        sequence = asked.get("seq")
        if not isinstance(sequence, int) or sequence > session.sequence:
            raise Refusal(4007, "Invalid seq.")
        self._start(session)
        if not session.replay(sequence):
            session.socket, self._session = None, None
            self._gateway.sessions.pop(session.id, None)
            return self._invalid()
        self._gateway.resumes.append((session.id, sequence))
        session.dispatch("RESUMED", {"_trace": []})
        self._gateway.now_up()

    def _too_late(self, session: Session) -> bool:
        return session.lost_at is not None and self._state.now() - session.lost_at > RESUMABLE_FOR

    def _invalid(self) -> None:
        frame = {"op": 9, "s": None, "t": None, "d": False}
        self._keep(asyncio.ensure_future(self._socket.send_json(frame)))

    def _start(self, session: Session) -> None:
        session.take(self._socket)
        self._session = session
        self._keep(asyncio.ensure_future(session.write(self._socket)))

    def _keep(self, task: asyncio.Task[None]) -> None:
        if self._writer is not None:
            self._writer.cancel()
        self._writer = task

    # Requests

    def _ask(self, op: int, asked: Json) -> None:
        if self._session is None:
            raise Refusal(4003, "Not authenticated.")
        if op == 8:
            self._members(self._session, asked)

    def _members(self, session: Session, asked: Json) -> None:
        """Op 8. The whole list is only for those with the members intent; others are left without an answer."""
        guild = self._state.guilds.get(str(asked.get("guild_id")))
        if guild is None or self._state.bot.id not in guild.members:
            return
        ids, query = asked.get("user_ids"), asked.get("query")
        if ids is not None:
            wanted = [str(id) for id in (ids if isinstance(ids, list) else [ids])][:100]
            found = [guild.members[id] for id in wanted if id in guild.members]
            missing = [id for id in wanted if id not in guild.members]
        else:
            if not session.intents & Intent.GUILD_MEMBERS and not (query and asked.get("limit")):
                return
            start, limit = str(query or "").casefold(), asked.get("limit") or len(guild.members)
            everybody = guild.members.values()
            found = [m for m in everybody if self._state.display_name(guild.id, m.user).casefold().startswith(start)]
            found, missing = found[:limit], []
        chunks = [found[at : at + 1000] for at in range(0, len(found), 1000)] or [[]]
        for index, chunk in enumerate(chunks):
            data: Json = {"guild_id": guild.id, "chunk_index": index, "chunk_count": len(chunks), "not_found": missing}
            data |= {"members": [shapes.member(self._state, it) for it in chunk]}
            session.dispatch("GUILD_MEMBERS_CHUNK", data | ({"nonce": asked["nonce"]} if "nonce" in asked else {}))

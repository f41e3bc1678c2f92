"""What remains of the throughput of the libraries' bare loops with Relais on them.

Both sides are the real library, connected to the same server on loopback, and fed the same payloads where the library
takes them from its socket. The bare bot has one handler, which does nothing.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from random import Random
from typing import Any

import discord
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult

from benchmarks.rounds import Contender, interleaved
from benchmarks.said import texts
from bot.app import App
from bot.engine import loader
from bot.engine.clock import SystemClock
from bot.engine.session import Database
from bot.platforms.discord import Discord
from bot.platforms.discord.gateway import intents
from bot.platforms.slack import Slack
from tests.wire.discord import DiscordServer, redirected
from tests.wire.discord.happenings import full_message
from tests.wire.discord.records import Message
from tests.wire.discord.state import State as DiscordState
from tests.wire.slack.server import APP_TOKEN, SlackServer
from tests.wire.slack.state import State as SlackState

PEOPLE = 50
ROOMS = ("general", "random", "music", "walks", "help")
AT_ONCE = 10
"""Payloads that a busy socket gives before anything else has its turn."""
MODERATION = frozenset({"moderation"})

Take = Callable[[Any], Awaitable[object]]
"""Hands one payload to a library, as its socket does."""
Settle = Callable[[], Awaitable[None]]
Side = tuple[Take, Settle]
Adapter = Discord | Slack


async def discord_loop(count: int, rounds: int) -> dict[str, float]:
    """discord.py's own loop: frames as its socket gives them, up to the end of every handler."""
    server = DiscordServer(_now)
    server.world.add_space(channels=ROOMS)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(server)
        stack.enter_context(redirected(server))
        talk = Talk(server)
        sides = {"discord.py": await stack.enter_async_context(_bare_discord(server))}
        for name, without in _variants().items():
            adapter = Discord(server.token)
            app = await stack.enter_async_context(_relais(adapter, without))
            assert adapter.gateway is not None
            socket = adapter.gateway._get_websocket(shard_id=0)
            sides[name] = socket.received_message, _settled(app, adapter)
        return await _compare(sides, lambda: _frames(talk, count), rounds)


async def bolt_dispatch(count: int, rounds: int) -> dict[str, float]:
    """Bolt's ``async_dispatch`` of events, up to the end of every handler."""
    server = SlackServer(_now, pace=None)
    server.world.add_space(channels=ROOMS)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(server)
        talk = Talk(server)
        sides = {"Bolt": _bare_bolt(server)}
        for name, without in _variants().items():
            adapter = Slack(server.world.token(), APP_TOKEN, server.signing_secret, server.api_base, pace=0)
            app = await stack.enter_async_context(_relais(adapter, without))
            sides[name] = _through(adapter.app), _settled(app, adapter)
        return await _compare(sides, lambda: _events(talk, count), rounds)


async def _compare(sides: Mapping[str, Side], payloads: Callable[[], Sequence[Any]], rounds: int) -> dict[str, float]:
    """Rates a second, and shares of the first side's."""
    contenders = {name: _contender([payloads() for _ in range(rounds + 1)], *side) for name, side in sides.items()}
    rates = await interleaved(contenders, rounds=rounds)
    bare, *others = rates
    found = {f"{_figure(name)}_a_second": rate.median for name, rate in rates.items()}
    return found | {f"{_figure(name)}_share": rates[name].median / rates[bare].median for name in others}


def _figure(name: str) -> str:
    return name.lower().replace(".", "_").replace(" ", "_")


def _contender(prepared: list[Sequence[Any]], take: Take, settle: Settle) -> Contender:
    async def run() -> int:
        payloads = prepared.pop()
        for number, payload in enumerate(payloads):
            await take(payload)
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)
        await settle()
        return len(payloads)

    return run


# Relais


def _variants() -> Mapping[str, Collection[str]]:
    """What to run, each with the cogs left out: one more once there is moderation."""
    moderated = MODERATION & {cog.name for cog in loader.load()}
    return {"relais": (), **({"relais without moderation": MODERATION} if moderated else {})}


@asynccontextmanager
async def _relais(adapter: Adapter, without: Collection[str]) -> AsyncIterator[App]:
    """A live Relais with all cogs but some."""
    app = App(
        database=Database("sqlite+aiosqlite://"),
        clock=SystemClock(),
        random=Random(7),
        cogs=tuple(cog for cog in loader.load() if cog.name not in without),
        platforms=[adapter],
    )
    await app.start()
    try:
        yield app
    finally:
        await app.stop()


def _settled(app: App, adapter: Adapter) -> Settle:
    async def settle() -> None:
        await adapter.idle()
        await app.engine.dispatcher.idle()

    return settle


# The bare libraries


class Bare:
    """A library with one handler, which only counts."""

    def __init__(self, take: Take) -> None:
        self._take = take
        self._told = self._heard = 0
        self._all = asyncio.Event()

    async def take(self, payload: Any) -> None:
        self._told += 1
        await self._take(payload)

    def hear(self) -> None:
        self._heard += 1
        if self._heard == self._told:
            self._all.set()

    async def settle(self) -> None:
        self._all.clear()
        if self._heard < self._told:
            await self._all.wait()


@asynccontextmanager
async def _bare_discord(server: DiscordServer) -> AsyncIterator[Side]:
    """As lean as the library can be: no member nor message is kept."""
    client = discord.Client(
        intents=intents(),
        max_messages=None,
        chunk_guilds_at_startup=False,
        member_cache_flags=discord.MemberCacheFlags.none(),
    )
    await client.login(server.token)
    running = asyncio.create_task(client.connect())
    await client.wait_until_ready()
    bare = Bare(client.ws.received_message)

    @client.event
    async def on_message(message: discord.Message) -> None:
        bare.hear()

    try:
        yield bare.take, bare.settle
    finally:
        await client.close()
        await asyncio.gather(running, return_exceptions=True)


def _bare_bolt(server: SlackServer) -> Side:
    team = server.world.town()

    async def authorize(team_id: str | None = None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=team_id, bot_user_id=team.bot, bot_token="xoxb-1")

    app = AsyncApp(signing_secret=server.signing_secret, authorize=authorize)
    bare = Bare(_through(app))

    @app.event("message")
    async def on_message(body: dict[str, Any]) -> None:
        bare.hear()

    return bare.take, bare.settle


def _through(app: AsyncApp) -> Take:
    async def take(payload: dict[str, Any]) -> None:
        answer = await app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=payload))
        assert answer.status == 200

    return take


# What is said


class Talk:
    """Many people in several channels; nothing is said twice."""

    def __init__(self, server: DiscordServer | SlackServer) -> None:
        self.server = server
        self.people = [server.world.person(f"member {number}", here=True).id for number in range(PEOPLE)]
        self.rooms = [server.world.channel(name).id for name in ROOMS]
        self.random = Random(7)

    def lines(self, count: int) -> Iterator[tuple[str, str, str]]:
        """Who says what in which channel."""
        for words in texts(count, self.random):
            yield self.random.choice(self.people), self.random.choice(self.rooms), words


def _frames(talk: Talk, count: int) -> list[str]:
    """Messages as Discord's gateway tells them."""
    state = talk.server.state
    assert isinstance(state, DiscordState)
    said = (Message(state.ids.new(), room, who, _now(), words) for who, room, words in talk.lines(count))
    return [json.dumps({"op": 0, "t": "MESSAGE_CREATE", "s": 1, "d": full_message(state, one)}) for one in said]


def _events(talk: Talk, count: int) -> list[dict[str, Any]]:
    """Messages as Slack's Events API tells them."""
    state = talk.server.state
    assert isinstance(state, SlackState)
    team = next(iter(state.teams))
    return [_event(state.new.ts(), team, room, who, words) for who, room, words in talk.lines(count)]


def _event(ts: str, team: str, room: str, user: str, words: str) -> dict[str, Any]:
    message = {"type": "message", "channel": room, "user": user, "text": words, "ts": ts, "event_ts": ts}
    return {
        "type": "event_callback",
        "team_id": team,
        "api_app_id": "A0000000001",
        "event": {**message, "team": team, "channel_type": "channel", "client_msg_id": ts},
        "event_id": f"Ev{ts}",
        "event_time": int(float(ts)),
        "authorizations": [{"enterprise_id": None, "team_id": team, "user_id": "U1", "is_bot": True}],
    }


def _now() -> datetime:
    return datetime.now(UTC)

"""The real process between a Discord and a Slack on loopback, and the people on both sides."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from bot.chat.things import Channel, Level
from bot.cog.texts import Voice
from bot.engine import loader
from bot.platforms.slack import manifest
from tests.faults.process import Relais
from tests.wire.discord import DiscordServer
from tests.wire.slack.server import SlackServer

CHANNELS = ("general", "welcome", "introductions", "staff")
RETRY_AFTER = (0.0, 4.0, 20.0)
"""Seconds before Slack tells again what nobody acknowledged; in earnest, a minute and five."""
PATIENCE = 90.0
"""Real seconds in which whatever is awaited has happened, on a machine that does much else."""


class Side:
    """A server, with its one space and an administrator there. Nobody who acts waits for all the others."""

    def __init__(self, server: DiscordServer | SlackServer) -> None:
        self.server = server
        self.world: Any = server.world
        self.space = self.world.add_space(f"{type(server).__name__[:-6]} Club", channels=CHANNELS)
        self.boss = self.person("Boss", level=Level.ADMIN)

    def person(self, name: str, *, here: bool = True, **facts: Any) -> Any:
        return self.world.person(name, here=here, **facts)

    def channel(self, name: str) -> Channel:
        found: Channel = self.world.channel(name)
        return found

    def reads(self, channel: str) -> str:
        """What is said in a channel."""
        words: str = self.boss.reads(channel)
        return words

    @property
    def is_connected(self) -> bool:
        if isinstance(self.server, SlackServer):
            return self.server.socket.up
        return bool(self.server.gateway.live)


class Towns:
    """``discord`` and ``slack`` are the sides, ``relais`` the process, which is started by hand."""

    def __init__(self, relais: Relais) -> None:
        self.relais = relais
        self.discord = Side(DiscordServer(now, settle=nothing))
        self.slack = Side(SlackServer(now, settle=nothing, retry_after=RETRY_AFTER))
        self.sides = (self.discord, self.slack)

    async def start(self) -> None:
        """The process runs, and is connected with both."""
        await asyncio.to_thread(self.relais.start)
        await until(lambda: all(side.is_connected for side in self.sides), "both are connected")

    async def kill(self) -> None:
        await asyncio.to_thread(self.relais.kill)

    async def stop(self) -> float:
        return await asyncio.to_thread(self.relais.stop)

    async def settings(self, side: Side, **values: str) -> None:
        """An administrator types settings there: ``welcome__channel="welcome"``."""
        for name, value in values.items():
            await asks(side.boss, "settings set", "Setting changed", name=name.replace("__", "."), value=value)


@asynccontextmanager
async def towns(relais: Relais) -> AsyncIterator[Towns]:
    """Both servers, until the test is over."""
    both = Towns(relais)
    discord, slack = both.discord.server, both.slack.server
    assert isinstance(discord, DiscordServer)
    assert isinstance(slack, SlackServer)
    async with discord, slack:
        commands = tuple(command.spec for cog in loader.load() for command in cog.commands)
        slack.world.install(manifest(commands, say=Voice().text))
        relais.environment |= {
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_BASE": discord.api_base,
            "SLACK_BOT_TOKEN": slack.world.token(),
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_API_BASE": slack.api_base,
        }
        try:
            yield both
        finally:
            await both.kill()


async def until(happened: Callable[[], object], what: str, within: float = PATIENCE, look: float = 0.02) -> None:
    """Wait for something that another process does, and look every ``look`` seconds whether it did."""
    try:
        async with asyncio.timeout(within):
            while not happened():
                await asyncio.sleep(look)
    except TimeoutError:
        raise AssertionError(f"it never came to this: {what}") from None


async def asks(who: Any, path: str, answer: str, **options: Any) -> None:
    """Somebody uses a command and is answered in these words."""
    who.forget()
    await who.run(path, **options)
    await until(lambda: answer in who.sees, f"{who.name} is told {answer!r} about /{path}, not {who.sees!r}")


async def insists(
    act: Callable[[], Awaitable[object]], done: Callable[[], bool], within: float | None = 120.0, pause: float = 0.1
) -> None:
    """Somebody who tries again for as long as nobody told them that it was done."""
    async with asyncio.timeout(within):
        while not done():
            try:
                await act()
            except AssertionError:
                await asyncio.sleep(pause)


def now() -> datetime:
    return datetime.now(UTC)


async def nothing() -> None:
    """Whoever acts goes on at once: the process is another one, and its answer is awaited where it matters."""

"""No thread goes on beating for a connection that nobody holds any more."""

from __future__ import annotations

from threading import get_ident
from types import SimpleNamespace
from typing import Any

from discord.gateway import KeepAliveHandler

from bot.platforms.discord.gateway import Gateway, intents


def beating(gateway: Gateway) -> KeepAliveHandler:
    """The heart of a connection that was being made: the library stores it once it stands."""
    ws: Any = SimpleNamespace(_connection=gateway._connection, _max_heartbeat_timeout=60.0, thread_id=get_ident())
    heart = KeepAliveHandler(ws=ws, interval=60.0, shard_id=0)
    heart.start()
    return heart


async def test_closing_ends_the_heartbeat_of_a_connection_that_was_being_made() -> None:
    async with Gateway(intents(), {}) as others:
        other = beating(others)
        async with Gateway(intents(), {}) as mine:
            heart = beating(mine)
        heart.join(10.0)
        assert not heart.is_alive()
        assert other.is_alive()
    other.join(10.0)
    assert not other.is_alive()

"""A Discord on loopback, honest to its published behaviour.

    async with DiscordServer(clock.now) as server:
        server.world.add_space("Town")
        ada = server.world.person("Ada", here=True)
        with redirected(server):
            ...  # start a bot with server.token
            await ada.run("welcome preview")
            assert "Welcome" in ada.sees

The server is not written for any bot: what it accepts, refuses and tells is what Discord documents. Identifiers and
times come from the injected clock.
"""

from bot.platforms.playground.options import Away, Impossible, NoSuchCommand, NothingToPress
from tests.wire.discord.actor import Actor
from tests.wire.discord.bits import Intent, Kind, Permission
from tests.wire.discord.errors import Refused
from tests.wire.discord.faults import Faults, Hold
from tests.wire.discord.gateway import Gateway
from tests.wire.discord.rest import Logged
from tests.wire.discord.server import DiscordServer, redirected
from tests.wire.discord.world import World

__all__ = [
    "Actor",
    "Away",
    "DiscordServer",
    "Faults",
    "Gateway",
    "Hold",
    "Impossible",
    "Intent",
    "Kind",
    "Logged",
    "NoSuchCommand",
    "NothingToPress",
    "Permission",
    "Refused",
    "World",
    "redirected",
]

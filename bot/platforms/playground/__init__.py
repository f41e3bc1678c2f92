"""The playground: a chat platform in memory, for trying Relais out, for tests and for rehearsals.

``World`` is its server, ``Playground`` the adapter that connects Relais to it, ``Actor`` somebody who lives there.
"""

from bot.platforms.playground.actor import Actor
from bot.platforms.playground.adapter import Playground
from bot.platforms.playground.keep import restore
from bot.platforms.playground.options import Away, Impossible, NoSuchCommand, NothingToPress, Stopped
from bot.platforms.playground.records import Change, Effect
from bot.platforms.playground.world import World

__all__ = [
    "Actor",
    "Away",
    "Change",
    "Effect",
    "Impossible",
    "NoSuchCommand",
    "NothingToPress",
    "Playground",
    "Stopped",
    "World",
    "restore",
]

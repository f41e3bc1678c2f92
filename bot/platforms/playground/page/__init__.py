"""The playground in a browser: a small chat product in which one person plays every part.

``House`` is what all open pages share, ``Pages`` answers requests, ``Controls`` is what the process gives them.
"""

from bot.platforms.playground.page.controls import Controls, Due
from bot.platforms.playground.page.house import House
from bot.platforms.playground.page.routes import Pages

__all__ = ["Controls", "Due", "House", "Pages"]

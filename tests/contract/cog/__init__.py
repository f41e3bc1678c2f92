"""A cog that uses everything a cog may use. What cannot be seen on a platform it writes into ``notes``."""

from tests.contract.cog import answers, asked, events, posts
from tests.contract.cog.base import cog, notes, witness

COGS = (cog, witness)

__all__ = ["COGS", "answers", "asked", "cog", "events", "notes", "posts", "witness"]

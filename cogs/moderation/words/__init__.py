"""Finds listed words in messages, however they are disguised, and spares the words that only look like them.

In a worker: ``prepare(entries, allow, languages)``; here: ``Matcher(plan).find(text)``.
"""

from cogs.moderation.words.entries import ALLOW, Entry, Match, curated, read_list
from cogs.moderation.words.matcher import Matcher
from cogs.moderation.words.plan import Collision, Plan, collisions, prepare

__all__ = ["ALLOW", "Collision", "Entry", "Match", "Matcher", "Plan", "collisions", "curated", "prepare", "read_list"]

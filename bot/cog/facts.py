"""What cogs tell each other: what happened, never what it is worth.

A fact is stored in the transaction that made it true (``db.tell``); every listening cog hears it at least once and is
idempotent by its ``id``.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Fact:
    """``id`` is given when the fact is stored."""

    id: str = ""


@dataclass(frozen=True, kw_only=True)
class IntroductionMade(Fact):
    """A member introduced themselves, in this message (platform's channel and message ids)."""

    person: str
    space: str
    channel: str
    message: str


@dataclass(frozen=True, kw_only=True)
class DoneByHand(Fact):
    """A moderator says that they did what they were asked to; ``act`` is the key that ``ctx.act`` was given."""

    act: str

"""What becomes of a post that a platform did not simply accept."""

from __future__ import annotations

import hashlib
from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.chat.platform import Busy, Closed, Forbidden, NotFound
from bot.chat.text import to
from bot.chat.things import Channel
from bot.chat.words import Words
from bot.cog.context import State
from bot.cog.texts import t
from bot.engine.reasons import Code, Reason

TRIES = 8
DEADLINE = timedelta(hours=24)
"""How long a post without an end is tried."""
FIRST_WAIT = timedelta(seconds=30)
GROWTH = 3
"""Each wait is so many times the one before: eight tries take nine hours."""
LONGEST_BUSY = timedelta(minutes=10)
SETTLE = timedelta(seconds=10)
"""How long a request whose answer was lost may still be on its way: only then is it looked for again."""


@dataclass(frozen=True, slots=True)
class Try:
    """One attempt. ``tries`` came before it; ``otherwise`` says whether another channel was given."""

    now: datetime
    tries: int
    first_at: datetime
    until: datetime | None = None
    otherwise: bool = False

    @property
    def deadline(self) -> datetime:
        return min(self.first_at + DEADLINE, self.until or self.first_at + DEADLINE)


@dataclass(frozen=True, slots=True)
class Fate:
    """The state a post goes to, and when it is looked at again if it is not over.

    ``SENDING`` here means in doubt. ``instead`` sends it to its other channel.
    """

    state: State
    reason: Reason
    again_at: datetime | None = None
    tries: int = 0
    instead: bool = False


def platform_key(community: str, key: str) -> str:
    """A post's key as platforms see it: 24 characters, within Discord's 25 for a nonce."""
    digest = hashlib.blake2b(f"{community}\n{key}".encode(), digest_size=15).digest()
    return b32encode(digest).decode().lower()


def after_refusal(error: Exception, attempt: Try) -> Fate:
    """The platform certainly did not post it."""
    match error:
        case Closed() if attempt.otherwise:
            return Fate(State.WAITING, Reason(Code.INSTEAD), attempt.now, instead=True)
        case Closed():
            return Fate(State.FAILED, Reason(Code.CLOSED), tries=attempt.tries + 1)
        case Forbidden():
            return Fate(State.FAILED, Reason(Code.FORBIDDEN, text=error.permission), tries=attempt.tries + 1)
        case NotFound():
            return Fate(State.FAILED, Reason(Code.GONE, text=str(error)), tries=attempt.tries + 1)
        case Busy():
            return _again(attempt, Reason(Code.BUSY), _busy_wait(error.after, attempt), attempt.tries)
    wait = FIRST_WAIT * GROWTH**attempt.tries
    return _again(attempt, Reason(Code.ERROR, text=str(error)[:500]), wait, attempt.tries + 1)


def _busy_wait(after: float, attempt: Try) -> timedelta:
    """At least what the platform asked; the longer it has been busy, the longer."""
    patience = min((attempt.now - attempt.first_at) / 2, LONGEST_BUSY)
    return max(timedelta(seconds=max(after, 1.0)), patience)


def _again(attempt: Try, reason: Reason, wait: timedelta, tries: int) -> Fate:
    again_at = attempt.now + wait
    if tries >= TRIES or again_at >= attempt.deadline:
        return Fate(State.FAILED, reason, tries=tries)
    return Fate(State.WAITING, reason, again_at, tries)


def in_doubt(attempt: Try) -> Fate:
    """Nobody knows whether it was posted: look later, or stop looking."""
    tries = attempt.tries + 1
    again_at = attempt.now + SETTLE * GROWTH**attempt.tries
    if tries >= TRIES or again_at >= attempt.first_at + DEADLINE:
        return Fate(State.UNCERTAIN, Reason(Code.DOUBT), tries=tries)
    return Fate(State.SENDING, Reason(Code.DOUBT), again_at, tries)


def complaint(fate: Fate, channel: Channel | None, space: str) -> Words | None:
    """What the managers should know and do about it; ``channel`` is ``None`` for a private message."""
    if channel is None:
        return _private_complaint(fate, space)
    match fate:
        case Fate(State.UNCERTAIN):
            return t(
                "A post in {channel} may or may not have been sent: the platform did not answer, and cannot tell."
                " It will not be sent again. Look there, and say it yourself if it is missing.",
                channel=to(channel),
            )
        case Fate(State.FAILED, Reason(Code.FORBIDDEN, text=permission)):
            return t(
                "The bot cannot post in {channel}: it lacks a permission ({permission}). Give it that permission there,"
                " or choose another channel in the settings.",
                channel=to(channel),
                permission=permission or "?",
            )
        case Fate(State.FAILED, Reason(Code.GONE)):
            return t(
                "A channel where the bot should post is gone, or hidden from it ({channel}). Show it to the bot, or"
                " choose another one in the settings.",
                channel=channel.id,
            )
        case Fate(State.FAILED, Reason(Code.ERROR | Code.BUSY)):
            return t(
                "A post in {channel} was given up: the platform could not take it, however often it was tried. What it"
                " said is missing there.",
                channel=to(channel),
            )
    return None


def _private_complaint(fate: Fate, space: str) -> Words | None:
    match fate:
        case Fate(State.UNCERTAIN):
            return t(
                "A private message in {space} may or may not have been sent: the platform did not answer, and cannot"
                " tell. It will not be sent again.",
                space=space,
            )
        case Fate(State.FAILED, Reason(Code.FORBIDDEN, text=permission)):
            return t(
                "The bot cannot write private messages in {space}: it lacks a permission ({permission}). Give it that"
                " permission.",
                space=space,
                permission=permission or "?",
            )
    return None

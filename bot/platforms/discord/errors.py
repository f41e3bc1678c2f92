"""What Discord refuses, in our words."""

from __future__ import annotations

from collections.abc import Callable

import aiohttp
import discord

from bot.chat.platform import Busy, Closed, Forbidden, NotFound, PlatformError, TooLate, Uncertain

UNKNOWN = frozenset({10003, 10004, 10006, 10007, 10008, 10011, 10013, 10026, 10066, 10070})
"""Channel, guild, invite, member, message, role, user, ban, AutoMod rule, scheduled event."""
CLOSED = frozenset({50007, 50278})
"""The member refuses direct messages, or shares no server with the bot any more."""
DENIED = frozenset({50001, 50013})
EXPIRED = frozenset({10062, 10015, 50027})
"""The interaction is unknown: answered too late, or its fifteen minutes are over."""
ACKNOWLEDGED = 40060
THREAD_EXISTS = 160004
OPENING_TOO_FAST = 40003
ANOTHERS = 50005
ARCHIVED = 50083
PINS_FULL = 30003

FORBIDDEN = {
    ANOTHERS: "change the messages of others",
    ARCHIVED: "Manage Threads (the thread is archived)",
    PINS_FULL: "unpin a message first: this channel has as many as Discord allows",
}
HIERARCHY = "a role above: drag the bot’s role over the role of whom it acts on"


class Barred(PlatformError):
    """Discord does not accept the token, and will not."""


Blame = Callable[[], str]
"""Names the permission that is missing."""


def nothing() -> str:
    return ""


def in_our_words(error: Exception, blame: Blame = nothing) -> PlatformError:
    """The error that a request of the library ended with, as the engine understands it."""
    match error:
        case PlatformError():
            return error
        case discord.RateLimited():
            return Busy(error.retry_after)
        case discord.HTTPException():
            return _refused(error, blame)
        case aiohttp.ClientConnectorError() | discord.GatewayNotFound():
            return Busy(5.0)
        case aiohttp.ClientError() | OSError() | TimeoutError():
            return Uncertain(f"Discord did not answer: {type(error).__name__}")
        case RuntimeError() | AttributeError():
            return Busy(5.0)  # the session is closed, or not open yet: nothing left
    return PlatformError(f"{type(error).__name__}: {error}")


def _refused(error: discord.HTTPException, blame: Blame) -> PlatformError:
    said = f"{error.code} {error.text}".strip()[:300]
    if error.code in CLOSED:
        return Closed(said)
    if error.code in EXPIRED:
        return TooLate(said)
    if error.code in UNKNOWN:
        return NotFound(said)
    if error.code in FORBIDDEN:
        return Forbidden(FORBIDDEN[error.code])
    if error.code in DENIED or error.status == 403:
        return Forbidden(blame() or said)
    if error.status == 429 or error.code == OPENING_TOO_FAST:
        return Busy(_after(error))
    if error.status >= 500:
        return Busy(5.0)
    if error.status == 401:
        return PlatformError("Discord no longer accepts the token: copy the new one from the application's Bot page")
    return NotFound(said) if error.status == 404 else PlatformError(f"Discord refused: {error.status} {said}")


def _after(error: discord.HTTPException) -> float:
    try:
        return float(error.response.headers.get("Retry-After", 60))
    except ValueError:
        return 60.0

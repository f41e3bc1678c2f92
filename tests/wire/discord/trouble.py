"""Trouble in the playground's words: which requests an effect is, and what Discord answers for an error."""

from __future__ import annotations

from bot.chat.platform import Busy, Closed, Forbidden, NotFound, PlatformError
from tests.wire.discord.bits import Json, Kind
from tests.wire.discord.errors import Refused
from tests.wire.discord.faults import Dropped, Fault, Faults
from tests.wire.discord.state import State

REQUESTS = {
    "post": "POST /channels/*/messages",
    "direct": "POST /channels/*/messages",
    "find": "GET /channels/*/messages",
    "edit": "PATCH /channels/*/messages/*",
    "delete": "DELETE /channels/*/messages/*",
    "react": "PUT /channels/*/messages/*/reactions/*",
    "thread": "POST /channels/*/messages/*/threads",
    "timeout": "PATCH /guilds/*/members/*",
    "kick": "DELETE /guilds/*/members/*",
    "ban": "PUT /guilds/*/bans/*",
    "unban": "DELETE /guilds/*/bans/*",
    "pin": "PUT /channels/*/messages/pins/*",
}
CHANGES = "[!G]*"
"""Whatever is not read only."""


def fail_next(state: State, faults: Faults, error: PlatformError, times: int, on: str | None) -> None:
    """Answer the next effects with an error, doing nothing."""
    faults.waiting.append(_fault(state, times, on, before=_refusal(error)))


def lose_next_answer(state: State, faults: Faults, times: int, on: str | None) -> None:
    """Carry out the next effects, and cut the connection."""
    faults.waiting.append(_fault(state, times, on, after=Dropped()))


def _fault(
    state: State, times: int, on: str | None, *, before: Refused | None = None, after: Dropped | None = None
) -> Fault:
    def here(path: str) -> bool:
        if on not in ("post", "direct"):
            return True
        channel = state.channels.get(path.split("/")[2])
        return channel is not None and (channel.kind is Kind.DM) is (on == "direct")

    return Fault(REQUESTS[on] if on else CHANGES, times, before=before, after=after, where=here)


def _refusal(error: PlatformError) -> Refused:
    match error:
        case Busy(after=after):
            body: Json = {"message": "You are being rate limited.", "retry_after": after, "global": False}
            return Refused(0, status=429, body=body, headers={"Retry-After": str(max(1, round(after)))})
        case Forbidden():
            return Refused(50013)
        case Closed():
            return Refused(50007)
        case NotFound():
            return Refused(10003)
    return Refused(50008)

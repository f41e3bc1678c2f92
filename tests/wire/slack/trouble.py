"""Trouble in the words of the playground's world: the neutral error, and the name of the effect that it strikes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.chat.platform import Busy, Closed, Forbidden, NotFound, PlatformError, Uncertain
from tests.wire.slack.errors import Dropped, Refused, rate_limited
from tests.wire.slack.faults import Fault, Faults, Where

DIRECT = ("D", "U")


def _direct(args: Mapping[str, Any]) -> bool:
    return str(args.get("channel", "")).startswith(DIRECT)


def _posted(args: Mapping[str, Any]) -> bool:
    """By itself, not as an answer: what Relais must find again has a key."""
    return not _direct(args) and bool(args.get("metadata"))


def _said(args: Mapping[str, Any]) -> bool:
    return not _direct(args) and not args.get("metadata")


EFFECTS: Mapping[str, tuple[tuple[str, Where | None], ...]] = {
    "post": (("chat.postMessage", _posted),),
    "direct": (("chat.postMessage", _direct),),
    "reply": (("response_url", None), ("chat.postEphemeral", None), ("chat.postMessage", _said)),
    "whisper": (("chat.postEphemeral", None),),
    "edit": (("chat.update", None),),
    "delete": (("chat.delete", None),),
    "react": (("reactions.add", None),),
    "pin": (("pins.add", None),),
    "find": (("conversations.history", None), ("conversations.replies", None)),
    "form": (("views.open", None),),
}
"""The methods behind each effect. A request that any of them takes uses the fault up."""


def _methods(on: str | None) -> tuple[tuple[str, Where | None], ...]:
    if on is not None:
        return EFFECTS[on]
    return tuple(one for effect in ("post", "direct", "edit", "delete", "react", "pin") for one in EFFECTS[effect])


def fail_next(faults: Faults, error: PlatformError, times: int, on: str | None) -> None:
    """Refuse the bot's next effects as Slack would."""
    faults.waiting.append(Fault(_methods(on), times, before=_refusal(error)))


def lose_next_answer(faults: Faults, times: int, on: str | None) -> None:
    """Carry out the bot's next effects, then cut the connection."""
    faults.waiting.append(Fault(_methods(on), times, after=Dropped()))


def _refusal(error: PlatformError) -> Refused | Dropped:
    match error:
        case Busy():
            return rate_limited(max(error.after, TOO_LONG))
        case Uncertain():
            return Dropped()
        case Forbidden():
            return Refused("restricted_action")
        case Closed():
            return Refused("cannot_dm_bot")
        case NotFound():
            return Refused("channel_not_found")
    return Refused("something_else")


TOO_LONG = 11
"""Seconds: the adapter waits by itself, on the real clock, for what is shorter."""

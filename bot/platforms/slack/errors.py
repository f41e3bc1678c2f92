"""Slack's errors in our words. What may have happened all the same is ``Uncertain``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.chat.platform import Busy, Closed, Forbidden, NotFound, PlatformError, Uncertain

NOT_FOUND = frozenset(
    {"channel_not_found", "message_not_found", "user_not_found", "users_not_found", "thread_not_found", "is_archived"}
    | {"file_not_found", "not_pinned", "no_pin", "no_reaction", "user_not_in_channel", "bad_timestamp"}
    | {"no_such_subteam", "invalid_users"}
)
FORBIDDEN = frozenset(
    {"not_in_channel", "no_permission", "access_denied", "not_authorized", "not_allowed_token_type", "user_is_bot"}
    | {"ekm_access_denied", "team_access_not_granted", "method_not_supported_for_channel_type", "edit_window_closed"}
    | {"posting_to_general_channel_denied", "user_is_restricted", "user_is_ultra_restricted", "no_dual_broadcast"}
    | {"channel_is_limited_access", "not_reactable", "too_many_pins", "thread_locked", "is_inactive"}
    | {"permission_denied", "paid_teams_only", "plan_upgrade_required", "subteam_max_users_exceeded"}
)
FORBIDDEN_BEGINNINGS = ("restricted_action", "cant_", "cannot_", "missing_")
CLOSED = frozenset({"cannot_dm_bot", "user_disabled", "user_not_visible", "messages_tab_disabled", "user_is_deleted"})
BUSY = frozenset({"ratelimited", "rate_limited", "service_unavailable", "message_limit_exceeded", "accesslimited"})
BROKEN = frozenset({"internal_error", "fatal_error", "request_timeout"})
"""Slack's own troubles: part of what was asked may be done."""
TOKEN = frozenset(
    {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "app_uninstalled"}
    | {"user_removed_from_team"}
)
OVER = frozenset({"account_inactive", "token_revoked", "app_uninstalled"})
"""The app was removed, or its token taken back: it will not work again."""
EXPIRED = frozenset({"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id", "trigger_expired"})

CONNECT = "apps.connections.open"
"""The one method of the app-level token."""
SERVER_PAUSE = 5.0
_TOKENS = re.compile(r"x(?:ox[a-z]|app)[-.][\w.-]+")


class Refused(PlatformError):
    """Slack said no, by a name that the neutral vocabulary has no word for; ``code`` is that name."""

    def __init__(self, method: str, code: str, details: str = "") -> None:
        super().__init__(f"Slack refuses {method}: {code or 'no reason given'}{f' ({details})' if details else ''}")
        self.code = code


class Unauthorised(PlatformError):
    """Slack does not accept a token; ``code`` says why. ``is_over`` when it certainly never will again."""

    def __init__(self, code: str, cure: str) -> None:
        super().__init__(cure.format(code=code))
        self.code = code
        self.is_over = code in OVER


@contextmanager
def in_our_words(method: str, *, writes: bool) -> Iterator[None]:
    """Raises ``PlatformError`` for whatever a call raises. ``writes`` when it changes something if it arrives."""
    try:
        yield
    except SlackApiError as error:
        raise of_answer(method, error.response, writes=writes) from None
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
        raise Busy(SERVER_PAUSE) from None
    except (TimeoutError, aiohttp.ClientConnectionError, aiohttp.ClientPayloadError) as error:
        raise _lost(method, type(error).__name__, writes) from None
    except (aiohttp.ClientError, SlackClientError) as error:
        raise PlatformError(f"{method}: {hidden(str(error))}") from None


def _lost(method: str, what: str, writes: bool) -> PlatformError:
    return Uncertain(f"{method}: no answer ({what})") if writes else Busy(SERVER_PAUSE)


def of_answer(method: str, response: Any, *, writes: bool) -> PlatformError:
    """What an answer that is not ``ok`` means."""
    status = int(getattr(response, "status_code", None) or getattr(response, "status", 0) or 0)
    data = getattr(response, "data", None)
    given: Mapping[str, Any] = data if isinstance(data, dict) else {}
    code = str(given.get("error") or "")
    if status == 429 or code in BUSY:
        return Busy(pause(getattr(response, "headers", None) or {}))
    if status >= 500:
        return Busy(SERVER_PAUSE)
    if code in BROKEN:
        return _lost(method, code, writes)
    return of_code(method, code, given)


def of_code(method: str, code: str, given: Mapping[str, Any]) -> PlatformError:
    """What Slack's name of an error means."""
    if code in CLOSED:
        return Closed(code)
    if code in NOT_FOUND:
        return NotFound(code)
    if code in TOKEN:
        return Unauthorised(code, APP_CURE if method == CONNECT else BOT_CURE)
    if code == "missing_scope":
        return Forbidden(str(given.get("needed") or code))
    if code in FORBIDDEN or code.startswith(FORBIDDEN_BEGINNINGS):
        return Forbidden(code)
    messages = (given.get("response_metadata") or {}).get("messages") or given.get("errors") or []
    return Refused(method, code, hidden("; ".join(map(str, messages))[:300]))


def pause(headers: Mapping[str, str]) -> float:
    """Seconds that Slack asks to wait."""
    asked = next((value for name, value in headers.items() if name.lower() == "retry-after"), "1")
    return float(asked) if asked.isdigit() else 1.0


def hidden(text: str) -> str:
    """``text`` without anything that looks like a token."""
    return _TOKENS.sub("(token)", text)


BOT_CURE = (
    "Slack does not accept the bot token ({code}). Copy the Bot User OAuth Token (xoxb-…) from OAuth & Permissions of"
    " your Slack app into SLACK_BOT_TOKEN; reinstall the app first if it was removed from the workspace."
)
APP_CURE = (
    "Slack does not accept the app-level token ({code}). Make one (xapp-…) with the scope connections:write in Basic"
    " Information of your Slack app, switch Socket Mode on there, and copy the token into SLACK_APP_TOKEN."
)
SWAPPED = (
    "{variable} holds the wrong kind of token. SLACK_BOT_TOKEN begins with xoxb- (OAuth & Permissions), SLACK_APP_TOKEN"
    " with xapp- (Basic Information): exchange the two, or copy the right one."
)
UNREACHABLE = "Slack cannot be reached: check this machine's connection, or SLACK_API_BASE if it is set"

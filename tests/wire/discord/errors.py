"""What Discord answers when it refuses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.wire.discord.bits import Json

KNOWN: Mapping[int, tuple[int, str]] = {
    0: (404, "404: Not Found"),
    10001: (404, "Unknown Account"),
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10006: (404, "Unknown Invite"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10009: (404, "Unknown Overwrite"),
    10011: (404, "Unknown Role"),
    10013: (404, "Unknown User"),
    10014: (400, "Unknown Emoji"),
    10015: (404, "Unknown Webhook"),
    10026: (404, "Unknown Ban"),
    10062: (404, "Unknown interaction"),
    10063: (404, "Unknown application command"),
    10070: (404, "Unknown Guild Scheduled Event"),
    10066: (404, "Unknown auto moderation rule"),
    20012: (403, "You are not authorized to perform this action on this application"),
    20016: (403, "This action cannot be performed due to slowmode rate limit"),
    30003: (400, "Maximum number of pins reached for the channel (250)"),
    30010: (400, "Maximum number of reactions reached (20)"),
    30030: (400, "Maximum number of server categories has been reached"),
    30034: (400, "Maximum number of daily application command creates has been reached (200)"),
    30038: (400, "Maximum number of guild scheduled events reached (100)"),
    30046: (429, "Maximum number of edits to messages older than 1 hour reached. Try again later"),
    40005: (413, "Request entity too large"),
    40007: (403, "The user is banned from this guild"),
    40060: (400, "Interaction has already been acknowledged."),
    50001: (403, "Missing Access"),
    50003: (403, "Cannot execute action on a DM channel"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50008: (400, "Cannot send messages in a non-text channel"),
    50013: (403, "Missing Permissions"),
    50016: (
        400,
        "Provided too few or too many messages to delete. Must provide at least 2 and fewer than 100 messages",
    ),
    50021: (403, "Cannot execute action on a system message"),
    50024: (403, "Cannot execute action on this channel type"),
    50027: (401, "Invalid Webhook Token"),
    50028: (400, "Invalid role"),
    50033: (400, "Invalid Recipient(s)"),
    50034: (400, "A message provided was too old to bulk delete"),
    50035: (400, "Invalid Form Body"),
    50083: (400, "Thread is archived"),
    50109: (400, "The request body contains invalid JSON."),
    50278: (403, "Cannot send messages to this user due to having no mutual guilds"),
    160004: (400, "A thread has already been created for this message"),
    160005: (403, "Thread is locked"),
}
"""Status and words of the documented codes."""


class Refused(Exception):
    """An answer that is an error."""

    def __init__(
        self,
        code: int,
        *,
        status: int | None = None,
        message: str | None = None,
        errors: Json | None = None,
        headers: Mapping[str, str] | None = None,
        body: Json | None = None,
    ) -> None:
        known_status, words = KNOWN.get(code, (400, "Error"))
        super().__init__(code, message or words)
        self.code = code
        self.status = status or known_status
        self.headers = dict(headers or {})
        self.body = body or {"message": message or words, "code": code}
        if errors:
            self.body["errors"] = errors


def unauthorized() -> Refused:
    """The token is wrong or missing."""
    return Refused(0, status=401, message="401: Unauthorized")


class Problems:
    """What is wrong in a body, by path: Discord's nested ``errors`` object."""

    def __init__(self) -> None:
        self.tree: Json = {}

    def add(self, path: tuple[str | int, ...], code: str, message: str) -> None:
        node: dict[str, Any] = self.tree
        for step in path:
            node = node.setdefault(str(step), {})
        node.setdefault("_errors", []).append({"code": code, "message": message})

    def stop(self) -> None:
        """Raise what was found, if anything."""
        if self.tree:
            raise Refused(50035, errors=self.tree)


def invalid(path: str, code: str, message: str) -> Refused:
    """One thing is wrong, at a dotted path."""
    problems = Problems()
    problems.add(tuple(path.split(".")) if path else (), code, message)
    return Refused(50035, errors=problems.tree)

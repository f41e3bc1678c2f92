"""What Slack answers when it refuses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.wire.slack.bits import Json


class Refused(Exception):
    """An answer with ``ok: false``; nearly always with status 200."""

    def __init__(self, error: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **more: Any) -> None:
        super().__init__(error)
        self.error = error
        self.status = status
        self.headers = dict(headers or {})
        self.body: Json = {"ok": False, "error": error, **more}


class Dropped(Exception):
    """The connection is cut instead of an answer."""


def rate_limited(after: float) -> Refused:
    """Status 429 with whole seconds to wait."""
    return Refused("ratelimited", status=429, headers={"Retry-After": str(max(1, -int(-after // 1)))})


def invalid_arguments(*messages: str) -> Refused:
    """One line for each problem, as the Web API explains them."""
    return Refused("invalid_arguments", response_metadata={"messages": [f"[ERROR] {words}" for words in messages]})


class Problems:
    """What is wrong in blocks or a view, by JSON pointer."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def add(self, words: str, *path: str | int) -> None:
        pointer = "".join(f"/{step}" for step in path)
        self.found.append(f"{words} [json-pointer:{pointer}]")

    def stop(self, error: str) -> None:
        """Refuse with this error if anything was found."""
        if self.found:
            if error == "invalid_arguments":
                raise invalid_arguments(*self.found)
            messages = [f"[ERROR] {words}" for words in self.found]
            raise Refused(error, errors=list(self.found), response_metadata={"messages": messages})

"""What the bot did and why, for the playground's side panel, rehearsals and the log."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.chat.words import Words

log: structlog.stdlib.BoundLogger = structlog.get_logger("relais")


@dataclass(frozen=True, slots=True)
class Step:
    """``kind``: event, guard, listener, command, button, form, job, fact, post, act, answer, late, error.

    ``said`` is the reason in words that wait for a language, where there are such words.
    """

    at: datetime
    kind: str
    what: str
    why: str
    community: str = ""
    said: Words = ""


class Trace:
    """The last steps, and who wants to hear of the next ones."""

    def __init__(self, now: Callable[[], datetime], size: int = 500) -> None:
        self.now = now
        self.steps: deque[Step] = deque(maxlen=size)
        self.listeners: list[Callable[[Step], None]] = []

    def add(self, kind: str, what: str, why: str = "", *, community: str = "", said: Words = "") -> None:
        self._keep(Step(self.now(), kind, what, why, community, said))
        log.debug(what, kind=kind, why=why, community=community)

    def warned(self, kind: str, what: str, why: str) -> None:
        """Something to know of that is no fault of ours: one line in the log too."""
        self._keep(Step(self.now(), kind, what, why))
        log.warning(what, kind=kind, why=why)

    def failed(self, what: str, error: BaseException, *, community: str = "") -> None:
        """A handler failed: the log has the whole story, the trace one line."""
        log.error(what, exc_info=error, community=community)
        self._keep(Step(self.now(), "error", what, f"{type(error).__name__}: {error}", community))

    def _keep(self, step: Step) -> None:
        self.steps.append(step)
        for listener in self.listeners:
            listener(step)

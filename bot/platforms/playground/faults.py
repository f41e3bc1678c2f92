"""What tests may break on purpose."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.chat.platform import PlatformError, Uncertain

LOOKS = frozenset({"find"})
"""What is no effect: broken only when named."""


@dataclass
class Fault:
    """One thing that will go wrong, ``times`` times; ``on`` one kind of call, or on any effect."""

    times: int
    on: str | None
    error: PlatformError | None = None

    def strikes(self, what: str) -> bool:
        return what == self.on if self.on is not None else what not in LOOKS


@dataclass
class Faults:
    """Errors that wait for the bot's next calls. One with no ``error`` loses the answer to a call that was done."""

    waiting: list[Fault] = field(default_factory=list)

    def before(self, what: str) -> None:
        """Raise what was prepared for this call, before anything is done."""
        fault = self._take(what, lost=False)
        if fault and fault.error:
            raise fault.error

    def after(self, what: str) -> None:
        """Raise ``Uncertain`` if the answer to this call was to be lost."""
        if self._take(what, lost=True):
            raise Uncertain(f"no answer to {what}")

    def _take(self, what: str, *, lost: bool) -> Fault | None:
        for fault in self.waiting:
            if (fault.error is None) is lost and fault.strikes(what):
                fault.times -= 1
                if not fault.times:
                    self.waiting.remove(fault)
                return fault
        return None

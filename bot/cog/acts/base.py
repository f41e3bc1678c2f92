"""What an act is, what came of it, and what a guard wants done."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

from bot.chat.platform import (
    Can,
    Platform,
)
from bot.chat.things import Made, Member, MessageRef, Space
from bot.chat.words import Phrase, Words
from bot.cog.texts import t

NOTHING = Made()


class Done(StrEnum):
    """What came of an act. ``FAILED``: the platform did not answer; it is not kept, and may be tried again."""

    DONE = "done"
    FALLBACK = "fallback"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What really happened, in words for the person who asked; ``made`` is what came of it on the platform."""

    done: Done
    words: Words
    made: Made = NOTHING


@dataclass(frozen=True, slots=True)
class Act:
    """``request`` is what the moderators are asked to do by hand where the platform gives the bot no such power.

    ``instead`` says so beforehand, to whoever sets Relais up.
    """

    why: str
    needs: ClassVar[Can]
    instead: ClassVar[Words] = t("the moderators are asked to do it")

    @property
    def space(self) -> Space:
        raise TypeError(f"{type(self).__name__} has no space")

    @property
    def request(self) -> Phrase:
        raise TypeError(f"{type(self).__name__} has no fallback")

    @property
    def message(self) -> MessageRef | None:
        """The message that it is about, if it is about one."""
        return None

    def carry_out(self, platform: Platform) -> Awaitable[Made | None]:
        raise TypeError(f"{type(self).__name__} does nothing")


@dataclass(frozen=True, slots=True)
class OnMember(Act):
    member: Member

    @property
    def space(self) -> Space:
        return self.member.space


@dataclass(frozen=True, slots=True)
class InSpace(Act):
    where: Space

    @property
    def space(self) -> Space:
        return self.where


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a guard found: the rule and its version, what shows it, and what to do.

    ``stop`` keeps the event from the listeners. The engine carries the actions out once per event and rule, then gives
    the verdict to the cog's ``@cog.verdict``, which finds in ``found`` what the guard left for it.
    Without a ``rule`` nobody stepped in: the cog only takes note of something. ``words`` say for people what ``rule``
    and ``evidence`` say for programs.
    """

    rule: str
    version: int
    evidence: str
    actions: tuple[Act, ...] = ()
    stop: bool = True
    found: Any = None
    words: Words = ""

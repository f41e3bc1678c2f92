"""What a trigger is."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, field
from typing import ClassVar
from zoneinfo import ZoneInfo

from bot.cog import Words
from cogs.moderation.rules.strict import Strict
from cogs.moderation.rules.view import Look, Sign, View
from cogs.moderation.seen import Moment

WRITTEN = frozenset({Moment.POSTED, Moment.EDITED})
POSTED = frozenset({Moment.POSTED})
ARRIVED = frozenset({Moment.JOINED})
NAMED = frozenset({Moment.JOINED, Moment.RENAMED})


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a community knows besides its rules.

    ``home`` are its own domains, ``invites`` the codes and ids of its own invitations, ``staff`` the visible names of
    its team, ``scams`` domains known for fraud, ``zone`` its wall clock, ``languages`` those of the curated lists that
    count.
    """

    home: frozenset[str] = frozenset()
    invites: frozenset[str] = frozenset()
    staff: frozenset[str] = frozenset()
    scams: frozenset[str] = frozenset()
    languages: tuple[str, ...] = ("en", "fr")
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))


@dataclass(frozen=True, slots=True)
class Making:
    """What a trigger is made ready with: ``name`` is unique among the triggers of a rulebook.

    ``memory`` names what is remembered of each member, ``depth`` is how many messages that is: rules that concern
    everybody share one.
    """

    name: str
    memory: str
    depth: int
    around: Surroundings


class TriggerBase(Strict):
    """Pure and synchronous: ``ready`` once, then its look at each message."""

    on: str
    needs: ClassVar[Sign] = Sign(0)
    """One of these must be seen; none: always worth a look."""
    moments: ClassVar[frozenset[Moment]] = WRITTEN
    remembers: ClassVar[bool] = False
    """Whether it counts over time: it is then told of each message that its rule concerns."""

    @property
    def depth(self) -> int:
        """How many messages of one member it must remember."""
        return 0

    def domains(self, around: Surroundings) -> frozenset[str]:
        """Those that must be found in a message however many links it holds."""
        return frozenset()

    @abstractmethod
    def ready(self, making: Making) -> Look:
        raise NotImplementedError

    @abstractmethod
    def missed(self, view: View) -> Words:
        """Why it did not match, for people."""
        raise NotImplementedError

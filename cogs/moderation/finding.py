"""What judging one message gives, and what judging one event gives in all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cogs.moderation.actions import Action
from cogs.moderation.seen import Hit, Seen

BY_OTHERS = frozenset({"flood"})
"""Triggers that count a whole channel: what others wrote there is no fault of theirs."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that matched, with the version that did, and what it asks for.

    ``observing`` is a rule in shadow mode: its hits are marked, its actions are not carried out.
    """

    rule: str
    version: int
    hit: Hit
    actions: tuple[Action, ...]
    observing: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What the rules found in one thing seen: a message, an arrival, a name."""

    seen: Seen
    findings: tuple[Finding, ...]

    def concerned(self) -> Iterable[tuple[Seen, Finding]]:
        """Each thing that a rule found, with those that belong to it: the rest of a flood, those who joined before."""
        for finding in self.findings:
            yield self.seen, finding
            for other in finding.hit.others:
                if other.author == self.seen.author or finding.hit.trigger not in BY_OTHERS:
                    yield other, finding

"""What judging one message gives."""

from __future__ import annotations

from dataclasses import dataclass

from cogs.moderation.actions import Action
from cogs.moderation.seen import Hit


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

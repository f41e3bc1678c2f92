"""A message under suspicion: its readings, and the way back from them to what the person wrote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from cogs.moderation.words.fold import Folding, hard, hard_places, soft, soft_places


@dataclass(frozen=True, slots=True)
class Region:
    """A part of ``Said.written``, found in the soft reading or in the hard one."""

    start: int
    end: int
    soft: bool


class Said:
    """A message. ``written`` is its text as Latin-1 has it; invisible characters beyond Latin-1 are left out."""

    def __init__(self, text: str, latin: bytes, folding: Folding) -> None:
        self.text, self.latin, self._folding = text, latin, folding
        self.written = latin.decode("latin-1")
        self._hard, softly = hard(latin), soft(latin)
        self.readings = b" %b " % self._hard if self._hard == softly else b" %b  %b " % (self._hard, softly)

    @cached_property
    def _hard_places(self) -> Sequence[int]:
        return hard_places(self.latin)

    @cached_property
    def _soft_places(self) -> Sequence[int]:
        return soft_places(self.latin)

    @cached_property
    def _owners(self) -> Sequence[int]:
        return self._folding.owners(self.text, self.latin)

    def region(self, start: int, end: int) -> Region:
        """Where ``readings[start:end]`` comes from."""
        before = len(self._hard) + 3
        if start < before:
            return Region(self._hard_places[start - 1], self._hard_places[end - 2] + 1, soft=False)
        return Region(self._soft_places[start - before], self._soft_places[end - 1 - before] + 1, soft=True)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where ``written[start:end]`` is in the text, with the invisible characters that follow it."""
        first, last = self._owners[start], self._owners[end - 1] + 1
        while last < len(self.text) and self._folding.unseen(self.text[last]):
            last += 1
        return first, last

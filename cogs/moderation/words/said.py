"""A message under suspicion: its readings, and the way back from them to what the person wrote."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cogs.moderation.words.fold import Folding, hard, hard_places, soft, soft_places


class Region(NamedTuple):
    """A part of ``Said.written``, found in the soft reading or in the hard one."""

    start: int
    end: int
    soft: bool


class Said:
    """A message. ``written`` is its text as Latin-1 has it; invisible characters beyond Latin-1 are left out."""

    def __init__(self, text: str, latin: bytes, folding: Folding) -> None:
        self.text, self.latin, self._folding = text, latin, folding
        self.written = latin.decode("latin-1")
        self._hard_places: Sequence[int] = ()
        self._soft_places: Sequence[int] = ()
        self._owners: Sequence[int] = ()
        self._hard, softly = hard(latin), soft(latin)
        self.readings = b" %b " % self._hard if self._hard == softly else b" %b  %b " % (self._hard, softly)

    def region(self, start: int, end: int) -> Region:
        """Where ``readings[start:end]`` comes from."""
        before = len(self._hard) + 3
        if start < before:
            places = self._hard_places = self._hard_places or hard_places(self.latin)
            return Region(places[start - 1], places[end - 2] + 1, soft=False)
        places = self._soft_places = self._soft_places or soft_places(self.latin)
        return Region(places[start - before], places[end - 1 - before] + 1, soft=True)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where ``written[start:end]`` is in the text, with the invisible characters that follow it."""
        owners = self._owners = self._owners or self._folding.owners(self.text)
        first, last = owners[start], owners[end - 1] + 1
        while last < len(self.text) and self._folding.unseen(self.text[last]):
            last += 1
        return first, last

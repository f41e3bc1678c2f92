"""A message under suspicion: its readings, and the way back from them to what the person wrote."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from cogs.moderation.words.fold import Folding, hard, hard_places, soft, soft_places, undecorated
from cogs.moderation.words.forms import STRICT

ROW = re.compile(rb" [a-z~](?: [a-z~])+(?= )")


class Region(NamedTuple):
    """A part of ``Said.written``, found in the soft reading or in the hard one."""

    start: int
    end: int
    soft: bool


class Said:
    """A message. ``written`` is its text as Latin-1 has it; invisible characters beyond Latin-1 are left out."""

    def __init__(self, text: str, latin: bytes, folding: Folding) -> None:
        self.text, self._folding = text, folding
        self.latin = latin = undecorated(latin)
        self.written = latin.decode("latin-1")
        first, second = hard(latin), soft(latin)
        self.readings = b" %b " % first if first == second else b" %b \n %b " % (first, second)
        self.softly = len(first) + 4
        """Where the soft reading begins in ``readings``."""

    @cached_property
    def _hard_places(self) -> Sequence[int]:
        return hard_places(self.latin)

    @cached_property
    def _soft_places(self) -> Sequence[int]:
        return soft_places(self.latin)

    @cached_property
    def _owners(self) -> Sequence[int]:
        return self._folding.owners(self.text)

    @cached_property
    def _rows(self) -> tuple[list[int], list[int]]:
        """Where letters stand alone one after another: where each row begins and ends in the readings."""
        spans = [row.span() for row in ROW.finditer(self.readings)]
        return [start + 1 for start, _ in spans], [end for _, end in spans]

    def alone(self, start: int, end: int) -> bool:
        """A word spelled in ``readings[start:end]`` is no part of a longer one: none, one or two more letters that
        stand alone may touch it on each side, as it is of three, four or more letters."""
        starts, ends = self._rows
        row = bisect_right(starts, start) - 1
        allowed = 2 * min(2, (end - start + 1) // 2 - STRICT)
        return start - starts[row] <= allowed and ends[row] - end <= allowed

    def region(self, start: int, end: int) -> Region:
        """Where ``readings[start:end]`` comes from."""
        if start < self.softly:
            places = self._hard_places
            return Region(places[start - 1], places[end - 2] + 1, soft=False)
        places = self._soft_places
        return Region(places[start - self.softly], places[end - 1 - self.softly] + 1, soft=True)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where ``written[start:end]`` is in the text, with the invisible characters that follow it."""
        first, last = self._owners[start], self._owners[end - 1] + 1
        while last < len(self.text) and self._folding.unseen(self.text[last]):
            last += 1
        return first, last

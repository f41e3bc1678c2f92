"""Which listed words does a message say, and where?"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator
from itertools import chain, islice

from cogs.moderation.words.automaton import Automaton
from cogs.moderation.words.entries import Entry, Match
from cogs.moderation.words.fold import AGAIN, HARD, MARKS, SOFT, SPACE, UNSEEN, Folding, collapsed
from cogs.moderation.words.forms import Folded, Shape, fold
from cogs.moderation.words.prepare import SHAPES, Plan
from cogs.moderation.words.said import Region, Said
from cogs.moderation.words.verify import Judge

STAR = ord("*")
STARRED = SOFT[:STAR] + b"*" + SOFT[STAR + 1 :]
NOT_STARS = bytes(set(UNSEEN + MARKS) - {STAR})
DROPPED = UNSEEN + MARKS
MOST = 25
"""Matches that are told of one message: more would not change what is done about it."""


class Matcher:
    """Made quickly from a plan; then a message costs about a microsecond unless it comes near a listed word."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._folding = Folding(plan.confusable)
        self._words, self._runs = Automaton(plan.words), Automaton(plan.runs)
        self._masks, self._allowed = Automaton(plan.masks), Automaton(plan.allowed)
        self._within = [literal for literal, _ in plan.literals if min(literal) <= "\xff"]
        self._beyond = [literal for literal, _ in plan.literals if min(literal) > "\xff"]
        self._known: dict[int, tuple[Entry, Folded]] = {}
        self._touches = self._words.touches

    def find(self, text: str, language: str = "") -> tuple[Match, ...]:
        """What the text says that is listed, in order, the longest where several meet; at most ``MOST``.

        With a ``language``, entries of other languages are left out.
        """
        return _longest(text, islice(self._matches(text, language), MOST)) if self._suspect(text) else ()

    def first(self, text: str, language: str = "") -> Match | None:
        """The first that is found, not always the leftmost: enough to act on a message."""
        return next(self._matches(text, language), None) if self._suspect(text) else None

    def _suspect(self, text: str) -> bool:
        """Can the text contain anything? Nearly always not, and this is all that is done."""
        try:
            latin = b" %b " % text.encode("latin-1")
        except UnicodeEncodeError:
            latin = b" %b " % self._folding.latin(text)
            if self._beyond and any(literal in text for literal in self._beyond):
                return True
        hard = latin.translate(HARD, UNSEEN).replace(b"  ", b" ")
        soft = latin.translate(SOFT, DROPPED)
        if self._touches(hard if hard == soft else hard + soft) or b"*" in latin:
            return True
        return bool(self._within) and any(literal in text for literal in self._within)

    def _matches(self, text: str, language: str) -> Iterator[Match]:
        said = Said(text, self._folding.latin(text), self._folding)
        seen = set()
        exonerated: list[tuple[int, int]] | None = None
        for number, start, end in self._found(said, language):
            if (number, start, end) in seen:
                continue
            seen.add((number, start, end))
            if exonerated is None:
                exonerated = self._exonerated(said)
            if not any(first <= start and end <= last for first, last in exonerated):
                yield Match(self._entry(number)[0], start, end)

    def _found(self, said: Said, language: str) -> Iterator[tuple[int, int, int]]:
        for number, start, end in chain(self._in_readings(said), self._masked(said), self._as_written(said.text)):
            spoken = self._plan.rows[number][1]
            if not language or spoken in ("", language):
                yield number, start, end

    def _in_readings(self, said: Said) -> Iterator[tuple[int, int, int]]:
        judge = Judge(said, self._plan.spared)
        runs, found = self._words.split(said.readings)
        for start, end, meaning in found:
            if accused := self._judge(said, judge, start, end, meaning):
                yield accused
        if runs:
            for start, end, meaning in self._in_runs(said.readings):
                if accused := self._judge(said, judge, start, end, meaning):
                    yield accused

    def _in_runs(self, readings: bytes) -> Iterator[tuple[int, int, int]]:
        """Where the readings say an entry when every run of a letter counts once."""
        found = self._runs.all(collapsed(readings))
        if found:
            places, dropped = [0], [0]
            for again in AGAIN.finditer(readings):
                places.append(again.start() - dropped[-1])
                dropped.append(dropped[-1] + 1)
            for start, end, meaning in found:
                first = start + dropped[bisect(places, start) - 1]
                yield first, end + dropped[bisect(places, end) - 1], meaning

    def _judge(self, said: Said, judge: Judge, start: int, end: int, meaning: int) -> tuple[int, int, int] | None:
        number, shape = divmod(meaning, SHAPES)
        folded = self._entry(number)[1]
        start += said.readings[start] == SPACE
        end -= shape == Shape.BANG or said.readings[end - 1] == SPACE
        if end - start < folded.size:
            return None
        region = said.region(start, end)
        if not judge.holds(region, folded, Shape(shape)):
            return None
        return number, *said.span(*_whole(said.latin, region, folded))

    def _masked(self, said: Said) -> Iterator[tuple[int, int, int]]:
        """``f*ck``: stars that stand for letters."""
        if b"*" not in said.latin:
            return
        reading = b" " + said.latin.translate(STARRED, NOT_STARS) + b" "
        places = [at for at, code in enumerate(said.latin) if code not in NOT_STARS]
        for start, end, meaning in self._masks.all(reading):
            first, last = places[start], places[end - 3] + 1
            inside = said.written[first:last]
            if all(char.isalpha() or char == "*" for char in inside):
                yield meaning // SHAPES, *said.span(first, last)

    def _as_written(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Entries without a letter: emoji, signs."""
        for literal, number in self._plan.literals:
            start = text.find(literal)
            while start >= 0:
                yield number, start, start + len(literal)
                start = text.find(literal, start + len(literal))

    def _exonerated(self, said: Said) -> list[tuple[int, int]]:
        """The parts of the text that an allowed word or phrase covers."""
        spans = []
        for start, end, _ in self._allowed.all(said.readings):
            start += said.readings[start] == SPACE
            end -= said.readings[end - 1] == SPACE
            region = said.region(start, end)
            spans.append(said.span(region.start, region.end))
        return spans

    def _entry(self, number: int) -> tuple[Entry, Folded]:
        known = self._known.get(number)
        if known is None:
            entry = Entry(*self._plan.rows[number])
            known = self._known[number] = entry, fold(entry, self._folding)
        return known


def _whole(latin: bytes, region: Region, folded: Folded) -> tuple[int, int]:
    """The word to its end, where the entry leaves it open."""
    start, end = region.start, region.end
    while folded.before and start > 0 and HARD[latin[start - 1]] != SPACE:
        start -= 1
    while folded.after and end < len(latin) and HARD[latin[end]] != SPACE:
        end += 1
    return start, end


def _longest(text: str, matches: Iterator[Match]) -> tuple[Match, ...]:
    """Those that do not overlap: the first, the longest, the one that is listed as it is written."""

    def order(match: Match) -> tuple[int, int, bool]:
        return match.start, -match.end, text[match.start : match.end].casefold() != match.entry.text.casefold()

    kept: list[Match] = []
    for match in sorted(matches, key=order):
        if not kept or match.start >= kept[-1].end:
            kept.append(match)
    return tuple(kept)

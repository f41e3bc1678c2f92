"""Which listed words does a message say, and where?"""

from __future__ import annotations

from collections.abc import Iterator

from cogs.moderation.words.automaton import Automaton
from cogs.moderation.words.entries import Entry, Match
from cogs.moderation.words.fold import HARD, MARKS, SOFT, SPACE, UNSEEN, Folding, squeezed
from cogs.moderation.words.forms import Folded, Shape, fold
from cogs.moderation.words.prepare import RUNS, SHAPES, Plan
from cogs.moderation.words.verify import Region, Said, holds

STAR = ord("*")
STARRED = SOFT[:STAR] + b"*" + SOFT[STAR + 1 :]
NOT_STARS = bytes(set(UNSEEN + MARKS) - {STAR})
DROPPED = UNSEEN + MARKS


class Matcher:
    """Made quickly from a plan; then a message costs about a microsecond unless it comes near a listed word."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._folding = Folding(plan.confusable)
        self._words, self._runs = Automaton(plan.words), Automaton(plan.runs)
        self._masks, self._allowed = Automaton(plan.masks), Automaton(plan.allowed)
        self._literals = plan.literals
        self._known: dict[int, tuple[Entry, Folded]] = {}
        self._touches = self._words.touches

    def find(self, text: str, language: str = "") -> tuple[Match, ...]:
        """Everything listed that the text says, in order, the longest where several meet.

        With a ``language``, entries of other languages are left out.
        """
        return _longest(self._matches(text, language)) if self._suspect(text) else ()

    def first(self, text: str, language: str = "") -> Match | None:
        """The first that is found, not always the leftmost: enough to act on a message."""
        return next(self._matches(text, language), None) if self._suspect(text) else None

    def _suspect(self, text: str) -> bool:
        """Can the text contain anything? Nearly always not, and this is all that is done."""
        try:
            latin = text.encode("latin-1")
        except UnicodeEncodeError:
            latin = self._folding.latin(text)
        hard = latin.translate(HARD, UNSEEN)
        if b"  " in hard:
            hard = squeezed(hard)
        if self._touches(b" %b  %b " % (hard, latin.translate(SOFT, DROPPED))):
            return True
        return b"*" in latin or (bool(self._literals) and self._literal(text.casefold()))

    def _literal(self, lower: str) -> bool:
        return any(literal in lower for literal, _ in self._literals)

    def _matches(self, text: str, language: str) -> Iterator[Match]:
        said = Said(text, self._folding.latin(text), self._folding)
        seen = set()
        exonerated: list[tuple[int, int]] | None = None
        for number, start, end in self._found(said):
            if (number, start, end) in seen:
                continue
            seen.add((number, start, end))
            entry = self._entry(number)[0]
            if language and entry.language not in ("", language):
                continue
            if exonerated is None:
                exonerated = self._exonerated(said)
            if not any(first <= start and end <= last for first, last in exonerated):
                yield Match(entry, start, end)

    def _found(self, said: Said) -> Iterator[tuple[int, int, int]]:
        yield from self._in_readings(said)
        if b"*" in said.latin:
            yield from self._masked(said)
        if self._literals:
            yield from self._as_written(said.text)

    def _in_readings(self, said: Said) -> Iterator[tuple[int, int, int]]:
        runs = False
        for start, end, meaning in self._words.all(said.readings):
            if meaning == RUNS:
                runs = True
            elif found := self._judge(said, start, end, meaning, said.readings):
                yield found
        if runs:
            yield from self._in_runs(said)

    def _in_runs(self, said: Said) -> Iterator[tuple[int, int, int]]:
        """With every run of a letter counted once."""
        readings = said.readings
        reading, starts = bytearray(), []
        last = 0
        for at, code in enumerate(readings):
            if code != last or code == SPACE:
                reading.append(code)
                starts.append(at)
            last = code
        starts.append(len(readings))
        for start, end, meaning in self._runs.all(bytes(reading)):
            if found := self._judge(said, starts[start], starts[end], meaning, readings):
                yield found

    def _judge(self, said: Said, start: int, end: int, meaning: int, reading: bytes) -> tuple[int, int, int] | None:
        number, shape = divmod(meaning, SHAPES)
        folded = self._entry(number)[1]
        start += reading[start] == SPACE
        end -= shape == Shape.BANG or reading[end - 1] == SPACE
        region = said.place(start, end)
        if not holds(said, region, folded, Shape(shape), self._plan.spared):
            return None
        return number, *said.span(*_whole(said.latin, region, folded))

    def _masked(self, said: Said) -> Iterator[tuple[int, int, int]]:
        """``f*ck``: stars that stand for letters."""
        reading = b" " + said.latin.translate(STARRED, NOT_STARS) + b" "
        places = [at for at, code in enumerate(said.latin) if code not in NOT_STARS]
        for start, end, meaning in self._masks.all(reading):
            first, last = places[start], places[end - 3] + 1
            inside = said.written[first:last]
            if all(char.isalpha() or char == "*" for char in inside):
                yield meaning // SHAPES, *said.span(first, last)

    def _as_written(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Entries without a letter: emoji, signs."""
        lower = text.casefold()
        if len(lower) == len(text):
            for literal, number in self._literals:
                start = lower.find(literal)
                while start >= 0:
                    yield number, start, start + len(literal)
                    start = lower.find(literal, start + len(literal))

    def _exonerated(self, said: Said) -> list[tuple[int, int]]:
        """The parts of the text that an allowed word or phrase covers."""
        spans = []
        for start, end, _ in self._allowed.all(said.readings):
            start += said.readings[start] == SPACE
            end -= said.readings[end - 1] == SPACE
            region = said.place(start, end)
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


def _longest(matches: Iterator[Match]) -> tuple[Match, ...]:
    kept: list[Match] = []
    for match in sorted(matches, key=lambda found: (found.start, -found.end)):
        if not kept or match.start >= kept[-1].end:
            kept.append(match)
    return tuple(kept)

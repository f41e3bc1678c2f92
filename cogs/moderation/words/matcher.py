"""Which listed words does a message say, and where?"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Container, Iterable, Iterator
from functools import partial
from itertools import accumulate, chain, compress, islice, pairwise
from operator import itemgetter

from cogs.moderation.words.automaton import Automaton, Hit
from cogs.moderation.words.beneath import MARKUP, NAMED_EMOJI, TURNED, Places, shown, turned, upside_down
from cogs.moderation.words.entries import Entry, Match
from cogs.moderation.words.fold import (
    HARD,
    HIDING,
    MARKS,
    SOFT,
    SPACE,
    UNSEEN,
    WARY,
    Folding,
    collapsed,
    letters_of,
    runs,
    shortened,
)
from cogs.moderation.words.forms import SHAPES, VEIL, Folded, Shape, fold
from cogs.moderation.words.glance import GLANCE
from cogs.moderation.words.plan import Plan
from cogs.moderation.words.said import Said
from cogs.moderation.words.verify import Judge, long_enough

STAR = ord("*")
STARRED = SOFT[:STAR] + b"*" + SOFT[STAR + 1 :]
NOT_STARS = bytes(set(UNSEEN + MARKS) - {STAR})
EDGES = re.compile(
    rb"[!|\xa1*](?:(?<![!|\xa1*].)[!|\xa1*]*+(?![\w\xc0-\xff@$])|(?<=(?<![\w\xc0-\xff@$!|\xa1*])\*)\**+)"
)
"""Where no letter can be hidden: markup and exclamation marks around a word."""
BETWEEN = re.compile(rb"[%b](?<=[a-z\xc0-\xff].)\)?(?=[a-z\xc0-\xff])" % HIDING.encode(), re.IGNORECASE)
"""A sign that may stand for a letter, as it may with its closing one."""
JOINING = re.compile(
    rb"[-.=/\xb7](?:(?<=[a-z\xc0-\xff].)(?<!['\x92][sdtm].)(?=[-.=/\xb7]?[a-z\xc0-\xff])"
    rb"|(?<=[a-z\xc0-\xff][-.=/\xb7].)(?=[a-z\xc0-\xff]))",
    re.IGNORECASE,
)
"""A sign that joins words, and may also stand for a letter, as each of two may; not in ``it's-it's``."""
VEILED = HARD[:1] + VEIL + HARD[2:]
HIDDEN = WARY[ord(HIDING[0])]
INSIDE = re.compile(rb"[a-z\xc0-\xff*\xad]+", re.IGNORECASE)
SEEN_STARRED = bytes(n not in NOT_STARS for n in range(256))
DROPPED = UNSEEN + MARKS
MOST = 10
"""Matches that are told of one message: more would not change what is done about it."""
EVERY = tuple(Shape)


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
        self._glance, self._touches = Automaton(plan.glance).touches, self._words.touches
        self._kind = plan.kind

    def find(self, text: str, language: str = "") -> tuple[Match, ...]:
        """What the text says that is listed, in order, the longest where several meet; at most ``MOST``.

        With a ``language``, entries of other languages are left out.
        """
        latin = self._suspected(text)
        return () if latin is None else _longest(text, islice(self._search(text, latin, language), MOST))

    def every(self, text: str, language: str = "") -> tuple[Match, ...]:
        """One entry of each kind that the text says, wherever it stands among others.

        Of one kind are those that differ in their text alone: whoever looks for one of them looks for all.
        """
        latin = self._suspected(text)
        if latin is None:
            return ()
        return tuple(sorted(self._search(text, latin, language, once=True), key=partial(_order, text)))

    def first(self, text: str, language: str = "") -> Match | None:
        """The first that is found, not always the leftmost: enough to act on a message."""
        latin = self._suspected(text)
        return None if latin is None else next(self._search(text, latin, language), None)

    def _search(self, text: str, latin: bytes, language: str, *, once: bool = False) -> Iterator[Match]:
        found = False
        for match in self._beneath(text, latin, language, once=once):
            found = True
            yield match
        if not found and upside_down(text):
            yield from self._upside_down(text, language, once=once)

    def _upside_down(self, text: str, language: str, *, once: bool) -> Iterator[Match]:
        """Who turns letters upside down also writes from the end, or does not."""
        upright, size = turned(text), len(text)
        back = upright[::-1]
        if (latin := self._suspected(back)) is not None:
            for match in self._beneath(back, latin, language, once=once):
                yield Match(match.entry, size - match.end, size - match.start)
        elif (latin := self._suspected(upright)) is not None:
            yield from self._beneath(upright, latin, language, once=once)

    def _beneath(self, text: str, latin: bytes, language: str, *, once: bool) -> Iterator[Match]:
        read, found = shown(text), False
        if read != text and (beneath := self._suspected(read)) is not None:
            places = Places(text)
            for match in self._matches(read, beneath, language, once=once):
                found = True
                yield Match(match.entry, *places.span(match.start, match.end))
        if read == text or (not found and NAMED_EMOJI.search(text)):
            yield from self._matches(text, latin, language, once=once)

    def _suspected(self, text: str) -> bytes | None:
        """The text in Latin-1, if it can contain anything. Nearly always it cannot, and this is all that is done."""
        try:
            framed = f" {text} ".encode("latin-1")
        except UnicodeEncodeError:
            framed = b" %b " % self._folding.latin(text)
            if (
                TURNED in text
                or upside_down(text)
                or (self._beyond and any(literal in text for literal in self._beyond))
            ):
                return framed[1:-1]
        if self._glance(framed.translate(GLANCE)) and self._seen(text, framed):
            return framed[1:-1]
        return framed[1:-1] if self._within and any(literal in text for literal in self._within) else None

    def _seen(self, text: str, framed: bytes) -> bool:
        """The second look, in both readings."""
        framed = shortened(framed)
        hard = framed.translate(WARY)
        if HIDDEN in hard:
            if BETWEEN.search(framed) or MARKUP.search(text):
                return True
            hard = hard.replace(b"\x02", b" ")
        elif framed.count(b":") > 1 and MARKUP.search(text):
            return True
        hard = b" %b " % b" ".join(hard.split())
        soft = framed.translate(SOFT, DROPPED)
        touched = self._touches(hard if hard == soft else hard + soft)
        if touched and (self._words.telling(touched) or self._touches(letters_of(framed))):
            return True
        veiled, signs = JOINING.subn(b"\x01", framed)
        return signs > 0 and bool(self._masks.touches(veiled.translate(VEILED)))

    def _matches(self, text: str, latin: bytes, language: str, *, once: bool) -> Iterator[Match]:
        said, told, seen = Said(text, latin, self._folding), self._foreign(language), set()
        exonerated: Covered | None = None
        for number, start, end in self._found(said, told):
            if self._kind[number] in told or (number, start, end) in seen:
                continue
            seen.add((number, start, end))
            if exonerated is None:
                exonerated = self._exonerated(said)
            if exonerated.hold(start, end):
                continue
            yield Match(self._entry(number)[0], start, end)
            if once:
                told.add(self._kind[number])
                if len(told) == len(self._plan.kinds):
                    return

    def _foreign(self, language: str) -> set[int]:
        """The kinds of entries that another language than this has."""
        spoken = "", language.partition("-")[0]
        return {at for at, (other, *_) in enumerate(self._plan.kinds) if language and other not in spoken}

    def _found(self, said: Said, told: Container[int]) -> Iterator[tuple[int, int, int]]:
        return chain(
            self._in_readings(said, told),
            self._masked(said, told),
            self._veiled(said, told),
            self._as_written(said.text),
        )

    def _in_readings(self, said: Said, told: Container[int]) -> Iterator[tuple[int, int, int]]:
        judge, kind = Judge(said, self._plan.spared), self._kind
        hits = self._words.hits(said.readings)
        half = bisect_right(hits, said.softly, key=itemgetter(1))
        for start, end, meaning in self._words.meant(chain(islice(hits, half, None), islice(hits, half))):
            if kind[meaning // SHAPES] not in told and (accused := self._judge(said, judge, start, end, meaning)):
                yield accused
        if self._words.marked(hits):
            for start, end, meaning in self._in_runs(said.readings, told):
                if accused := self._judge(said, judge, start, end, meaning):
                    yield accused

    def _in_runs(self, readings: bytes, told: Container[int]) -> Iterator[Hit]:
        """Where the readings say an entry when every run of a letter counts once."""
        hits = self._runs.hits(collapsed(readings))
        if not hits:
            return
        places = runs(readings)
        longer = [hit for hit in hits if places[hit[1]] - places[hit[0]] > hit[1] - hit[0]]
        for start, end, meaning in self._runs.meant(longer):
            number = meaning // SHAPES
            if self._kind[number] in told:
                continue
            first, last, folded = places[start], places[end], self._entry(number)[1]
            inner = places[start + (not folded.before) : end + folded.after]
            if long_enough([after - at for at, after in pairwise(inner)], folded.key_runs, folded):
                yield first, last, meaning

    def _judge(self, said: Said, judge: Judge, start: int, end: int, meaning: int) -> tuple[int, int, int] | None:
        number, shape = divmod(meaning, SHAPES)
        start += said.readings[start] == SPACE
        end -= 2 if shape == Shape.BANG else said.readings[end - 1] == SPACE
        if shape == Shape.SPELLED and not said.alone(start, end):
            return None
        folded = self._entry(number)[1]
        if end - start < folded.size:
            return None
        region = said.region(start, end)
        if not judge.holds(region, folded, EVERY[shape]):
            return None
        if folded.before or folded.after:
            region = said.region(*_word(said.readings, start, end, before=folded.before, after=folded.after))
        return number, *said.span(region.start, region.end)

    def _masked(self, said: Said, told: Container[int]) -> Iterator[tuple[int, int, int]]:
        """``f*ck``, ``f#ck``: what stands for a letter."""
        starred = BETWEEN.sub(lambda sign: b"*".ljust(len(sign[0]), b"\xad"), said.latin)
        if b"*" not in starred:
            return
        latin = EDGES.sub(lambda edge: b" " * len(edge[0]), starred)
        reading = b" " + latin.translate(STARRED, NOT_STARS) + b" "
        places = list(compress(range(len(latin)), latin.translate(SEEN_STARRED)))
        for start, end, meaning in self._masks.meant(self._masks.hits(reading)):
            if self._kind[meaning // SHAPES] in told:
                continue
            first, last = places[start], places[end - 3] + 1
            if INSIDE.fullmatch(starred, first, last):
                yield meaning // SHAPES, *said.span(first, last)

    def _veiled(self, said: Said, told: Container[int]) -> Iterator[tuple[int, int, int]]:
        """``f-ck``, ``f.ck``: a sign that elsewhere joins two words stands for a letter."""
        veiled, signs = JOINING.subn(b"\x01", said.latin)
        if signs:
            for start, end, meaning in self._masks.meant(self._masks.hits(b" " + veiled.translate(VEILED) + b" ")):
                if self._kind[meaning // SHAPES] not in told:
                    yield meaning // SHAPES, *said.span(start, end - 2)

    def _as_written(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Entries without a letter: emoji, signs."""
        for literal, number in self._plan.literals:
            start = text.find(literal)
            while start >= 0:
                yield number, start, start + len(literal)
                start = text.find(literal, start + len(literal))

    def _exonerated(self, said: Said) -> Covered:
        """The parts of the text that an allowed word or phrase covers, to the ends of its words."""
        spans = []
        for start, end, _ in self._allowed.meant(self._allowed.hits(said.readings)):
            start += said.readings[start] == SPACE
            end -= said.readings[end - 1] == SPACE
            region = said.region(*_word(said.readings, start, end))
            spans.append(said.span(region.start, region.end))
        return Covered(spans)

    def _entry(self, number: int) -> tuple[Entry, Folded]:
        known = self._known.get(number)
        if known is None:
            entry = Entry(self._plan.texts[number], *self._plan.kinds[self._kind[number]])
            known = self._known[number] = entry, fold(entry, self._folding)
        return known


class Covered:
    """Parts of a text, of which some may lie within others."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        ordered = sorted(spans)
        self._starts = [start for start, _ in ordered]
        self._reach = list(accumulate((end for _, end in ordered), max))

    def hold(self, start: int, end: int) -> bool:
        before = bisect_right(self._starts, start)
        return before > 0 and self._reach[before - 1] >= end


def _word(readings: bytes, start: int, end: int, *, before: bool = True, after: bool = True) -> tuple[int, int]:
    """To the ends of the word, on the sides that are open."""
    return readings.rfind(b" ", 0, start) + 1 if before else start, readings.find(b" ", end) if after else end


def _order(text: str, match: Match) -> tuple[int, int, bool]:
    return match.start, -match.end, text[match.start : match.end].casefold() != match.entry.text.casefold()


def _longest(text: str, matches: Iterator[Match]) -> tuple[Match, ...]:
    """Those that do not overlap: the first, the longest, the one that is listed as it is written."""

    found = tuple(matches)
    if len(found) < 2:
        return found
    kept: list[Match] = []
    for match in sorted(found, key=partial(_order, text)):
        if not kept or match.start >= kept[-1].end:
            kept.append(match)
    return tuple(kept)

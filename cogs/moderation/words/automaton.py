"""Many literals, one pass. Built in the worker, and read by the main process as it reads bytes."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from daachorse import DoubleArrayAhoCorasick

Hit = tuple[int, int, int]
"""Start, end, and the literal's number or its meaning."""
_literal = itemgetter(2)


@dataclass(frozen=True, slots=True)
class Built:
    """An automaton as bytes, and for each of its literals what it stands for."""

    data: bytes
    marks: int
    """How many of the first literals mean nothing by themselves."""
    first: array[int]
    others: Mapping[int, tuple[int, ...]]

    @classmethod
    def of(cls, literals: Iterable[tuple[bytes, int]], marks: Sequence[bytes] = ()) -> Built:
        meanings: dict[bytes, list[int]] = {mark: [0] for mark in marks}
        marked = frozenset(marks)
        for literal, meaning in literals:
            if literal in marked:
                continue
            known = meanings.setdefault(literal, [])
            if meaning not in known:
                known.append(meaning)
        if not meanings:
            return cls(b"", 0, array("I"), {})
        first = array("I", [known[0] for known in meanings.values()])
        others = {at: tuple(known[1:]) for at, known in enumerate(meanings.values()) if len(known) > 1}
        return cls(DoubleArrayAhoCorasick(list(meanings), 0).serialize(), len(marked), first, others)


class Automaton:
    """Finds the literals in a reading."""

    def __init__(self, built: Built) -> None:
        self._marks, self._first, self._others = built.marks, built.first, built.others
        automaton = DoubleArrayAhoCorasick.deserialize(built.data) if built.data else None
        self.touches = automaton.find if automaton else _nothing
        self.hits = automaton.find_overlapping if automaton else _nothing

    def meant(self, hits: Iterable[Hit]) -> Iterator[Hit]:
        """Where each literal stands, and what it means: start, end, meaning."""
        first, others, marks = self._first, self._others, self._marks
        for start, end, literal in hits:
            if literal >= marks:
                yield start, end, first[literal]
                for other in others.get(literal, ()):
                    yield start, end, other

    def telling(self, hits: Iterable[Hit]) -> bool:
        """Is there any that means something, or the last of the marks?"""
        return max(map(_literal, hits), default=-1) >= self._marks - 1

    def marked(self, hits: Iterable[Hit]) -> bool:
        """Is there any of those that mean nothing by themselves?"""
        return min(map(_literal, hits), default=self._marks) < self._marks


def _nothing(_: bytes) -> Sequence[Hit]:
    return ()

"""Many literals, one pass. Built in the worker, and read by the main process as it reads bytes."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from daachorse import DoubleArrayAhoCorasick


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
        self._everything = automaton.find_overlapping if automaton else _nothing

    def all(self, reading: bytes) -> list[tuple[int, int, int]]:
        """Where each literal stands, and what it means: start, end, meaning."""
        return self._meant(self._everything(reading))

    def split(self, reading: bytes) -> tuple[bool, list[tuple[int, int, int]]]:
        """The same, with the marks that mean nothing by themselves apart: is there any?"""
        found = self._everything(reading)
        meant = [hit for hit in found if hit[2] >= self._marks]
        return len(meant) < len(found), self._meant(meant)

    def _meant(self, found: Iterable[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
        meant = []
        for start, end, literal in found:
            meant.append((start, end, self._first[literal]))
            for other in self._others.get(literal, ()):
                meant.append((start, end, other))
        return meant


def _nothing(_: bytes) -> Sequence[tuple[int, int, int]]:
    return ()

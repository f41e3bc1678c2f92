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
    first: array[int]
    others: Mapping[int, tuple[int, ...]]

    @classmethod
    def of(cls, literals: Iterable[tuple[bytes, int]]) -> Built:
        meanings: dict[bytes, list[int]] = {}
        for literal, meaning in literals:
            known = meanings.setdefault(literal, [])
            if meaning not in known:
                known.append(meaning)
        if not meanings:
            return cls(b"", array("I"), {})
        first = array("I", [known[0] for known in meanings.values()])
        others = {at: tuple(known[1:]) for at, known in enumerate(meanings.values()) if len(known) > 1}
        return cls(DoubleArrayAhoCorasick(list(meanings), 0).serialize(), first, others)


class Automaton:
    """Finds the literals in a reading."""

    def __init__(self, built: Built) -> None:
        self._first, self._others = built.first, built.others
        automaton = DoubleArrayAhoCorasick.deserialize(built.data) if built.data else None
        self.touches = automaton.find if automaton else _nothing
        self._everything = automaton.find_overlapping if automaton else _nothing

    def all(self, reading: bytes) -> Iterable[tuple[int, int, int]]:
        """Where each literal stands, and what it means: start, end, meaning."""
        for start, end, literal in self._everything(reading):
            yield start, end, self._first[literal]
            for meaning in self._others.get(literal, ()):
                yield start, end, meaning


def _nothing(_: bytes) -> Sequence[tuple[int, int, int]]:
    return ()

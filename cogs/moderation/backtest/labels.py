"""A sample labelled by people, and the precision it gives."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import sqrt
from pathlib import Path

from bot.cog import Words, t, trouble_with
from cogs.moderation.backtest.trial import Judged
from cogs.moderation.records import as_line, record

RIGHT, WRONG, UNSURE = "right", "wrong", "unsure"
LABELS = frozenset({RIGHT, WRONG, UNSURE, ""})
Z = 1.959963984540054
"""The normal quantile of a two-sided interval of 95 %."""
LONGEST = 50_000_000
"""Bytes of a file of labels."""


class BadLabels(ValueError):
    """A file of labels that cannot be used; the argument is the words to say so."""

    def __init__(self, words: Words) -> None:
        super().__init__(words)
        self.words = words


@dataclass(slots=True)
class Precision:
    """Of the labelled hits, how many were right."""

    right: int = 0
    wrong: int = 0

    @property
    def all(self) -> int:
        return self.right + self.wrong

    @property
    def share(self) -> float:
        return self.right / self.all if self.all else 0.0

    def interval(self) -> tuple[float, float]:
        """Wilson's score interval at 95 % (E. B. Wilson, 1927)."""
        if not self.all:
            return 0.0, 1.0
        spread = Z * Z / self.all
        middle = (self.share + spread / 2) / (1 + spread)
        half = Z * sqrt(self.share * (1 - self.share) / self.all + spread / (4 * self.all)) / (1 + spread)
        return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(slots=True)
class Labelled:
    """The labels of a file, met again in a trial: by message, and by the rule that was shown."""

    labels: Mapping[tuple[str, str], str]
    met: set[tuple[str, str]] = field(default_factory=set)
    whole: Precision = field(default_factory=Precision)
    rules: dict[str, Precision] = field(default_factory=dict)

    def add(self, hit: Judged) -> None:
        for rule in hit.rules:
            label = self.labels.get((hit.key, rule))
            if label not in (RIGHT, WRONG) or (hit.key, rule) in self.met:
                continue
            self.met.add((hit.key, rule))
            for precision in (self.whole, self.rules.setdefault(rule, Precision())):
                precision.right += label == RIGHT
                precision.wrong += label == WRONG

    @property
    def gone(self) -> Precision:
        """Labelled hits that these rules do not match any more."""
        left = [label for key, label in self.labels.items() if key not in self.met]
        return Precision(left.count(RIGHT), left.count(WRONG))


def lines(hits: Iterable[Judged]) -> Iterator[bytes]:
    """A sample as JSON lines, each with an empty ``label`` to fill with right, wrong or unsure."""
    for hit in hits:
        yield as_line({"label": "", "key": hit.key, **record(hit.seen, hit.first)})


def read(path: Path) -> dict[tuple[str, str], str]:
    """The labels of a file. Raises ``BadLabels``."""
    try:
        if path.stat().st_size > LONGEST:
            raise BadLabels(t("{file} is too large for a file of labels.", file=str(path)))
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise BadLabels(t("{file} is not written in UTF-8.", file=str(path))) from None
    except OSError as error:
        raise BadLabels(t("{file} cannot be read ({why}).", file=str(path), why=trouble_with(error))) from None
    return dict(_label(path, number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip())


def _label(path: Path, number: int, line: str) -> tuple[tuple[str, str], str]:
    try:
        one = json.loads(line)
        key, rule, label = one["key"], one["rule"], one.get("label", "")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        key = rule = label = None
    if not (isinstance(key, str) and isinstance(rule, str) and isinstance(label, str) and label in LABELS):
        raise BadLabels(
            t(
                "{file}, line {number}: a label is an object with “key”, “rule” and a “label” that is right, wrong or"
                " unsure.",
                file=str(path),
                number=number,
            )
        )
    return (key, rule), label

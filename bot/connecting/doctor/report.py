"""How findings are shown: as lines on a terminal while they come, or as one JSON document."""

from __future__ import annotations

import json
import os
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import groupby
from typing import TextIO

from bot.chat.checkup import Finding, Mark
from bot.connecting.doctor.sheet import Row
from bot.logs import Redact

WIDTH = 80
SIGNS = {Mark.GOOD: "✓", Mark.NOTE: "·", Mark.WRONG: "✗"}
PLAIN = {Mark.GOOD: "+", Mark.NOTE: "-", Mark.WRONG: "x"}
"""For a terminal that has no others."""
COLOURS = {Mark.GOOD: "32", Mark.NOTE: "33", Mark.WRONG: "31"}
COLUMNS = (12, 26, 36)
"""Widths of the sheet's columns, with two spaces before each: 80 together at most."""


class Report:
    """Everything that was found. No secret leaves it."""

    def __init__(self, out: TextIO) -> None:
        self.out = out
        self.findings: list[Finding] = []
        self.rows: list[Row] = []
        self._redact = Redact()

    def hide(self, secrets: Iterable[str]) -> None:
        """Never show these from now on."""
        self._redact = Redact(secrets)

    def begin(self, part: str) -> None:
        """A part is being looked at."""

    def tell(self, finding: Finding) -> None:
        safe = self._redact.text
        self.findings.append(replace(finding, what=safe(finding.what), cure=safe(finding.cure)))

    def count(self, mark: Mark) -> int:
        return sum(finding.mark is mark for finding in self.findings)

    def end(self) -> None:
        """Nothing follows."""


class Document(Report):
    """One JSON object: ``findings``, ``capabilities``, and how many findings are ``wrong``."""

    def end(self) -> None:
        findings = [
            {"part": one.part, "mark": one.mark.value, "what": one.what, "cure": one.cure} for one in self.findings
        ]
        capabilities = [
            {"space": row.space.key, "feature": row.feature, "does": row.does, "mark": row.mark.value, "here": row.here}
            for row in self.rows
        ]
        document = {"wrong": self.count(Mark.WRONG), "findings": findings, "capabilities": capabilities}
        print(json.dumps(document, indent=2, ensure_ascii=False), file=self.out)


class Screen(Report):
    """Lines of at most 80 columns, in colour where the terminal has some; while one waits, a sign says so."""

    def __init__(self, out: TextIO) -> None:
        super().__init__(out)
        self._live = out.isatty()
        self._part = ""
        self._signs = SIGNS if can_show(out, "".join(SIGNS.values())) else PLAIN
        self._coloured = self._live and "NO_COLOR" not in os.environ

    def begin(self, part: str) -> None:
        self._part = part
        self._print(f"\n{self._in('1', part)}")
        self._wait()

    def tell(self, finding: Finding) -> None:
        super().tell(finding)
        told = self.findings[-1]
        self._print(*wrapped(told.what, f"  {self._in(COLOURS[told.mark], self._signs[told.mark])} ", "    "))
        if told.cure:
            self._print(*wrapped(told.cure, "    → ", "      "))
        self._wait()

    def end(self) -> None:
        self._print(*table(self.rows, self._signs), "", self._in("1", summary(self)))

    def _in(self, colour: str, text: str) -> str:
        return f"\033[{colour}m{text}\033[0m" if self._coloured else text

    def _print(self, *lines: str) -> None:
        clean = "\r\033[K" if self._live else ""
        print(clean + "\n".join(lines), file=self.out, flush=True)

    def _wait(self) -> None:
        if self._live:
            print(f"  … {self._part}", end="", file=self.out, flush=True)


def can_show(out: TextIO, text: str) -> bool:
    """Whether the encoding of a terminal has these characters."""
    try:
        text.encode(out.encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def wrapped(text: str, first: str, other: str) -> list[str]:
    """Lines; an address is never broken. Colours in ``first`` take no room."""
    body = textwrap.wrap(text, WIDTH - len(other), break_long_words=False, break_on_hyphens=False)
    return [f"{other if number else first}{line}" for number, line in enumerate(body)]


def summary(report: Report) -> str:
    count = report.count(Mark.WRONG)
    if not count:
        return "All is well."
    return "One thing needs a cure." if count == 1 else f"{count} things need a cure."


def table(rows: Iterable[Row], signs: Mapping[Mark, str] = SIGNS) -> Iterator[str]:
    """The sheet, space after space; what is not in it works everywhere."""
    for space, those in groupby(rows, key=lambda row: row.space):
        yield f"\nWhat features do in {space.name or space.id} ({space.platform})"
        feature = ""
        for row in those:
            name = "" if row.feature == feature else row.feature
            yield from line(name, row.does, f"{signs[row.mark]} {row.here}")
            feature = row.feature


def line(*cells: str) -> Iterator[str]:
    """One row of the table, as many lines as its longest cell wants."""
    columns = [textwrap.wrap(cell, width) for cell, width in zip(cells, COLUMNS, strict=True)]
    for number in range(max(map(len, columns))):
        texts = [column[number] if number < len(column) else "" for column in columns]
        yield "".join(f"  {text:<{width}}" for text, width in zip(texts, COLUMNS, strict=True)).rstrip()

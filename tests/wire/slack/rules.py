"""A small language for what JSON may hold; the words of the refusals are Slack's."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from tests.wire.slack.bits import Json
from tests.wire.slack.errors import Problems

Path = tuple[str | int, ...]
Rule = Callable[[Any, Problems, Path], None]
Check = Callable[[Json, Problems, Path], None]


def anything(value: Any, problems: Problems, path: Path) -> None:
    """Not looked at."""


def text(most: int = 0, *, least: int = 0, like: str = "") -> Rule:
    """A string of at most so many characters, if ``most`` is given."""

    def rule(value: Any, problems: Problems, path: Path) -> None:
        if not isinstance(value, str):
            problems.add("must provide a string", *path)
        elif most and len(value) > most:
            problems.add(f"must be less than {most + 1} characters", *path)
        elif len(value) < least:
            problems.add(f"must be more than {least - 1} characters", *path)
        elif like and not re.fullmatch(like, value):
            problems.add("must match the expected format", *path)

    return rule


def whole(least: int | None = None, most: int | None = None) -> Rule:
    def rule(value: Any, problems: Problems, path: Path) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            problems.add("must provide an integer", *path)
        elif least is not None and value < least:
            problems.add(f"must be greater than or equal to {least}", *path)
        elif most is not None and value > most:
            problems.add(f"must be less than or equal to {most}", *path)

    return rule


def number(value: Any, problems: Problems, path: Path) -> None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        problems.add("must provide a number", *path)


def flag(value: Any, problems: Problems, path: Path) -> None:
    if not isinstance(value, bool):
        problems.add("must provide a boolean", *path)


def one_of(*values: str) -> Rule:
    def rule(value: Any, problems: Problems, path: Path) -> None:
        if value not in values:
            problems.add(f"must be one of {', '.join(values)}", *path)

    return rule


def address(most: int = 3000) -> Rule:
    """A URL that a browser opens."""

    def rule(value: Any, problems: Problems, path: Path) -> None:
        text(most, least=1)(value, problems, path)
        if isinstance(value, str) and not re.match(r"(https?://[^\s/]+|mailto:|slack:)", value):
            problems.add("must be a valid URL", *path)

    return rule


def many(inner: Rule, most: int, least: int = 1) -> Rule:
    """A list."""

    def rule(value: Any, problems: Problems, path: Path) -> None:
        if not isinstance(value, list):
            return problems.add("must provide an array", *path)
        if len(value) > most:
            problems.add(f"no more than {most} items allowed", *path)
        if len(value) < least:
            problems.add(f"no fewer than {least} items allowed", *path)
        for index, item in enumerate(value):
            inner(item, problems, (*path, index))

    return rule


def shape(fields: Mapping[str, Rule], need: str = "", *checks: Check) -> Rule:
    """An object with these fields and no others; ``need`` names those it must have. ``null`` is as if left out."""

    def rule(value: Any, problems: Problems, path: Path) -> None:
        if not isinstance(value, dict):
            return problems.add("must provide an object", *path)
        before = len(problems.found)
        for name in need.split():
            if value.get(name) is None:
                problems.add(f"missing required field: {name}", *path)
        for name, inner in value.items():
            if name not in fields:
                problems.add(f"invalid additional property: {name}", *path)
            elif inner is not None:
                fields[name](inner, problems, (*path, name))
        if len(problems.found) == before:
            for check in checks:
                check(value, problems, path)

    return rule


def kinds(table: Mapping[str, Rule], allowed: frozenset[str] | None = None) -> Rule:
    """An object whose ``type`` says which rule it keeps."""

    def rule(value: Any, problems: Problems, path: Path) -> None:
        if not isinstance(value, dict):
            return problems.add("must provide an object", *path)
        kind = value.get("type")
        if kind is None:
            problems.add("missing required field: type", *path)
        elif kind not in table or (allowed is not None and kind not in allowed):
            problems.add(f"unsupported type: {kind}", *path, "type")
        else:
            table[kind](value, problems, path)

    return rule


def lazily(give: Callable[[], Rule]) -> Rule:
    """A rule that is made later: for what holds its like."""

    def rule(value: Any, problems: Problems, path: Path) -> None:
        give()(value, problems, path)

    return rule

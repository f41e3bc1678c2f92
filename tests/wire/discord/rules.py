"""What a body may hold, written as data: ``Shape({"content": Text(most=2000)}).check(…)``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from tests.wire.discord.errors import Problems

Path = tuple[str | int, ...]


class Rule(Protocol):
    """Notes in ``problems`` what is wrong with a value."""

    def check(self, value: Any, path: Path, problems: Problems) -> None: ...


Rules = dict[str, Rule]


@dataclass(frozen=True)
class Text:
    """``stripped`` counts without the spaces at both ends, as names are counted."""

    most: int = 1 << 30
    least: int = 0
    null: bool = True
    pattern: str = ""
    among: frozenset[str] = frozenset()

    def check(self, value: Any, path: Path, problems: Problems) -> None:
        if value is None and self.null:
            return
        if not isinstance(value, str):
            return problems.add(path, "BASE_TYPE_BAD_TYPE" if value else "BASE_TYPE_REQUIRED", "This field is required")
        if self.least and not value:
            problems.add(path, "BASE_TYPE_REQUIRED", "This field is required")
        elif not self.least <= len(value) <= self.most:
            self._length(value, path, problems)
        elif self.pattern and not re.search(self.pattern, value):
            problems.add(path, "STRING_TYPE_REGEX", "String value did not match validation regex.")
        elif self.among and value not in self.among:
            problems.add(path, "BASE_TYPE_CHOICES", f"Value must be one of {tuple(sorted(self.among))}.")

    def _length(self, value: str, path: Path, problems: Problems) -> None:
        if self.least:
            words = f"Must be between {self.least} and {self.most} in length."
            return problems.add(path, "BASE_TYPE_BAD_LENGTH", words)
        problems.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {self.most} or fewer in length.")


@dataclass(frozen=True)
class Whole:
    """A number; ``coerced`` accepts digits in a string, as bit fields are sent."""

    least: int = -(1 << 63)
    most: int = (1 << 63) - 1
    null: bool = True
    among: frozenset[int] = frozenset()
    coerced: bool = False

    def check(self, value: Any, path: Path, problems: Problems) -> None:
        if value is None and self.null:
            return
        if self.coerced and isinstance(value, str) and value.isascii() and value.isdigit():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            problems.add(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
        elif self.among and value not in self.among:
            problems.add(path, "BASE_TYPE_CHOICES", f"Value must be one of {tuple(sorted(self.among))}.")
        elif value > self.most:
            problems.add(path, "NUMBER_TYPE_MAX", f"int value should be less than or equal to {self.most}.")
        elif value < self.least:
            problems.add(path, "NUMBER_TYPE_MIN", f"int value should be greater than or equal to {self.least}.")


@dataclass(frozen=True)
class Number:
    def check(self, value: Any, path: Path, problems: Problems) -> None:
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            problems.add(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not float.')


@dataclass(frozen=True)
class YesNo:
    null: bool = True

    def check(self, value: Any, path: Path, problems: Problems) -> None:
        if not isinstance(value, bool) and not (value is None and self.null):
            problems.add(path, "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")


@dataclass(frozen=True)
class Snowflake:
    null: bool = True

    def check(self, value: Any, path: Path, problems: Problems) -> None:
        if value is None and self.null:
            return
        number = str(value)
        if isinstance(value, bool) or not (number.isascii() and number.isdigit() and int(number) < 1 << 64):
            problems.add(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')


@dataclass(frozen=True)
class Moment:
    def check(self, value: Any, path: Path, problems: Problems) -> None:
        if value is None:
            return
        try:
            datetime.fromisoformat(value)
        except (TypeError, ValueError):
            words = f'Could not parse "{value}". Should be ISO8601.'
            problems.add(path, "DATE_TIME_TYPE_PARSE", words)


@dataclass(frozen=True)
class Address:
    """A link. ``schemes`` are those that are accepted."""

    schemes: tuple[str, ...] = ("http", "https", "attachment")
    most: int = 2048
    null: bool = True

    def check(self, value: Any, path: Path, problems: Problems) -> None:
        if value is None and self.null:
            return
        before = len(problems.tree)
        Text(self.most, least=1, null=False).check(value, path, problems)
        if not isinstance(value, str) or len(problems.tree) != before:
            return
        scheme, colon, rest = value.partition("://")
        if not colon or scheme.lower() not in self.schemes:
            words = f"Scheme {scheme!r} is not supported. Scheme must be one of {self.schemes}."
            problems.add(path, "URL_TYPE_INVALID_SCHEME", words)
        elif not rest or re.search(r"\s", value):
            problems.add(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")


@dataclass(frozen=True)
class Many:
    """A list."""

    of: Rule
    most: int = 1 << 30
    least: int = 0
    null: bool = True
    unique: bool = False

    def check(self, value: Any, path: Path, problems: Problems) -> None:
        if value is None and self.null:
            return
        if not isinstance(value, list):
            return problems.add(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
        if not self.least <= len(value) <= self.most:
            words = f"Must be between {self.least} and {self.most} in length."
            problems.add(path, "BASE_TYPE_BAD_LENGTH", words)
        if self.unique and len({str(item) for item in value}) != len(value):
            problems.add(path, "SET_TYPE_CONTAINS_DUPLICATE", "The set contains a value more than once.")
        for index, item in enumerate(value):
            self.of.check(item, (*path, index), problems)


@dataclass(frozen=True)
class Named:
    """An object whose keys are data, for instance locales."""

    of: Rule
    keys: frozenset[str]

    def check(self, value: Any, path: Path, problems: Problems) -> None:
        if value is None:
            return
        if not isinstance(value, dict):
            return problems.add(path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
        for key, item in value.items():
            if key not in self.keys:
                problems.add((*path, key), "ENUM_TYPE_COERCE", f'Value "{key}" is not a valid enum value.')
            self.of.check(item, (*path, key), problems)


@dataclass(frozen=True)
class Shape:
    """An object. A field that is not named is refused, unless it is among those that Discord ignores (``ignored``)."""

    fields: Mapping[str, Rule]
    need: tuple[str, ...] = ()
    ignored: frozenset[str] = frozenset()
    null: bool = False
    also: Callable[[dict[str, Any], Path, Problems], None] | None = field(default=None, compare=False)

    def check(self, value: Any, path: Path, problems: Problems) -> None:
        if value is None and self.null:
            return
        if not isinstance(value, dict):
            return problems.add(path, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
        before = str(problems.tree)
        for name in self.need:
            if value.get(name) is None:
                problems.add((*path, name), "BASE_TYPE_REQUIRED", "This field is required")
        for name, item in value.items():
            self._field(name, item, path, problems)
        if self.also and str(problems.tree) == before:
            self.also(value, path, problems)

    def _field(self, name: str, value: Any, path: Path, problems: Problems) -> None:
        if name in self.fields:
            if value is not None or name not in self.need:
                self.fields[name].check(value, (*path, name), problems)
        elif name not in self.ignored:
            problems.add((*path, name), "UNKNOWN_FIELD", f'Unknown field "{name}".')


@dataclass(frozen=True)
class Kinds:
    """An object whose shape depends on its ``type``. Filled once its shapes exist, for they contain one another."""

    shapes: dict[int, Shape]
    default: int | None = None

    def check(self, value: Any, path: Path, problems: Problems) -> None:
        if not isinstance(value, dict):
            return problems.add(path, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
        shape = self.shapes.get(value.get("type", self.default) or 0)
        if shape is None:
            words = f"Value of field 'type' must be one of {tuple(int(it) for it in self.shapes)}."
            return problems.add((*path, "type"), "UNION_TYPE_CHOICES", words)
        shape.check(value, path, problems)


@dataclass(frozen=True)
class Anything:
    """Not checked here."""

    def check(self, value: Any, path: Path, problems: Problems) -> None:
        return None


def checked(rule: Rule, body: Any) -> Any:
    """The body, or ``Refused`` 50035."""
    problems = Problems()
    rule.check(body, (), problems)
    problems.stop()
    return body

"""Requests and answers checked against a published OpenAPI description."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

Schema = Mapping[str, Any]
Where = tuple[str | int, ...]
Extras = Callable[[str, str, Where], bool]
"""Whether a field that the description does not name is nevertheless accepted: method, template, path of the field."""


EXACT = 1 << 53
"""Above this JSON's numbers are not exact everywhere."""


def load(path: Path) -> Schema | None:
    """A description, if it is there."""
    if not path.exists():
        return None
    found: Schema = json.loads(path.read_text("utf-8"))
    return found


def nothing_else(method: str, template: str, where: Where) -> bool:
    """Only what the description names."""
    return False


@dataclass(frozen=True, slots=True)
class Problem:
    where: Where
    words: str
    unknown: bool = False

    def __str__(self) -> str:
        return f"{'.'.join(map(str, self.where)) or 'body'}: {self.words}"


class Checker:
    """An OpenAPI 3.1 document, looked up by method and path.

    ``coerced`` are the formats of text that a request may also write as a number; then numbers that may be too
    large for JSON may be written as text.
    """

    def __init__(self, document: Schema, *, coerced: frozenset[str] = frozenset()) -> None:
        self._document = document
        self._paths = [(self._pattern(it), it, item) for it, item in document["paths"].items()]
        self._paths.sort(key=lambda it: it[1].count("{"))
        self._shapes = Shapes(document)
        self._asked = Shapes(document, coerced=coerced)
        self._fitting: set[str] = set()

    @staticmethod
    def _pattern(template: str) -> re.Pattern[str]:
        return re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template)))

    def request(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        body: Any,
        content_type: str,
        extras: Extras = nothing_else,
    ) -> list[str]:
        """What is wrong with a request. One that fits is checked once: a bot sends all its commands at each start."""
        found = self._operation(method, path)
        if found is None:
            return ["the description has no such operation"]
        template, operation, shared = found
        known = json.dumps([method, template, dict(query), content_type, body])
        if known in self._fitting:
            return []
        problems = list(self._query(operation, shared, query))
        schema = self._body_schema(operation, content_type)
        if body is not None and schema is None and body != {}:
            problems.append(Problem((), f"no body of type {content_type} is described"))
        elif schema is not None and (body is not None or operation["requestBody"].get("required")):
            problems += self._asked.check({} if body is None else body, schema)
        if not problems:
            self._fitting.add(known)
        return [str(it) for it in problems if not (it.unknown and extras(method, template, it.where))]

    def answer(self, method: str, path: str, status: int, body: Any) -> list[str]:
        """What is wrong with an answer; fields that are not described are let through."""
        found = self._operation(method, path)
        if found is None or status >= 400:
            return []
        described = found[1]["responses"].get(str(status))
        if described is None:
            return [f"status {status} is not described"]
        schema = described.get("content", {}).get("application/json", {}).get("schema")
        if schema is None:
            return []
        return [f"answered {it}" for it in self._shapes.check(body, schema) if not it.unknown]

    def _operation(self, method: str, path: str) -> tuple[str, Schema, list[Schema]] | None:
        for pattern, template, item in self._paths:
            if pattern.fullmatch(path) and method.lower() in item:
                return template, item[method.lower()], item.get("parameters", [])
        return None

    def _query(self, operation: Schema, shared: list[Schema], query: Mapping[str, str]) -> Iterator[Problem]:
        described = {it["name"]: it for it in [*shared, *operation.get("parameters", [])] if it["in"] == "query"}
        for name, value in query.items():
            if name not in described:
                yield Problem(("query", name), "is not described", unknown=True)
                continue
            schema = self._shapes.resolved(described[name].get("schema", {}))
            for problem in self._asked.check(_read(value, schema), schema):
                yield Problem(("query", name), problem.words)
        for name, parameter in described.items():
            if parameter.get("required") and name not in query:
                yield Problem(("query", name), "is required")

    def _body_schema(self, operation: Schema, content_type: str) -> Schema | None:
        contents = operation.get("requestBody", {}).get("content", {})
        # The JSON part of a multipart request is what is checked: its files are not described further.
        found = contents.get("application/json") or contents.get(content_type)
        schema: Schema | None = found["schema"] if found else None
        return schema


def _read(value: str, schema: Schema) -> Any:
    """A query's text as its schema means it."""
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if "integer" in kinds and re.fullmatch(r"-?\d+", value):
        return int(value)
    if "boolean" in kinds and value.lower() in ("true", "false", "1", "0"):
        return value.lower() in ("true", "1")
    return value


_TYPES: dict[str, Callable[[Any], bool]] = {
    "object": lambda it: isinstance(it, dict),
    "array": lambda it: isinstance(it, list),
    "string": lambda it: isinstance(it, str),
    "integer": lambda it: isinstance(it, int) and not isinstance(it, bool),
    "number": lambda it: isinstance(it, int | float) and not isinstance(it, bool),
    "boolean": lambda it: isinstance(it, bool),
    "null": lambda it: it is None,
}


class Shapes:
    """The part of JSON Schema that descriptions use. A property that is not named is a problem marked ``unknown``."""

    def __init__(self, document: Schema, *, coerced: frozenset[str] = frozenset()) -> None:
        self._document = document
        self._coerced = coerced

    def resolved(self, schema: Schema) -> Schema:
        """What a reference stands for."""
        while "$ref" in schema:
            found: Any = self._document
            for step in schema["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            schema = found
        return schema

    def check(self, value: Any, schema: Schema, where: Where = ()) -> list[Problem]:
        """Everything that is wrong with a value."""
        schema = self.resolved(schema)
        value = self._read(value, schema)
        kinds = schema.get("type")
        if kinds is not None:
            allowed = [kinds] if isinstance(kinds, str) else kinds
            if not any(_TYPES[kind](value) for kind in allowed):
                return [Problem(where, f"{_short(value)} is not {' or '.join(allowed)}")]
        if "enum" in schema and value not in schema["enum"]:
            return [Problem(where, f"{_short(value)} is not one of {schema['enum']}")]
        if "const" in schema and value != schema["const"]:
            return [Problem(where, f"{_short(value)} is not {schema['const']!r}")]
        problems = [
            problem for check in (self._simple, self._list, self._object) for problem in check(value, schema, where)
        ]
        for key in ("oneOf", "anyOf"):
            if key in schema:
                problems += self._one(value, schema[key], where)
        return problems

    def _read(self, value: Any, schema: Schema) -> Any:
        """A value as a tolerant reader takes it."""
        if schema.get("format") in self._coerced and _TYPES["integer"](value):
            return str(value)
        whole = schema.get("type") in ("integer", ["integer", "null"]) and "format" not in schema
        wide = self._coerced and whole and schema.get("maximum", EXACT + 1) > EXACT
        return int(value) if wide and isinstance(value, str) and re.fullmatch(r"\d+", value) else value

    def _simple(self, value: Any, schema: Schema, where: Where) -> Iterator[Problem]:
        if isinstance(value, str):
            if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
                yield Problem(where, f"has {len(value)} characters")
            if "pattern" in schema and not re.search(schema["pattern"], value):
                yield Problem(where, f"{_short(value)} does not match {schema['pattern']}")
            if schema.get("format") == "date-time" and not _is_moment(value):
                yield Problem(where, f"{_short(value)} is not a date and time")
        elif _TYPES["number"](value) and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
            yield Problem(where, f"{value} is out of bounds")

    def _list(self, value: Any, schema: Schema, where: Where) -> Iterator[Problem]:
        if not isinstance(value, list):
            return
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            yield Problem(where, f"has {len(value)} items")
        if schema.get("uniqueItems") and len({json.dumps(it, sort_keys=True) for it in value}) != len(value):
            yield Problem(where, "holds something twice")
        if "items" in schema:
            for index, item in enumerate(value):
                yield from self.check(item, schema["items"], (*where, index))

    def _object(self, value: Any, schema: Schema, where: Where) -> Iterator[Problem]:
        if not isinstance(value, dict):
            return
        for name in schema.get("required", []):
            if name not in value:
                yield Problem((*where, name), "is required")
        if len(value) > schema.get("maxProperties", len(value)):
            yield Problem(where, f"has {len(value)} properties")
        named, others = schema.get("properties"), schema.get("additionalProperties")
        for name, item in value.items():
            if named and name in named:
                yield from self.check(item, named[name], (*where, name))
            elif isinstance(others, dict):
                yield from self.check(item, others, (*where, name))
            elif named is not None and not others:
                yield Problem((*where, name), "is not described", unknown=True)

    def _one(self, value: Any, choices: list[Schema], where: Where) -> list[Problem]:
        """No problem with one of the choices, else the problems with the one that fits best."""
        best: list[Problem] | None = None
        for choice in sorted(choices, key=lambda it: self._of_another_type(value, it)):
            problems = self.check(value, choice, where)
            if not problems:
                return []
            if best is None or _badness(problems, where) < _badness(best, where):
                best = problems
        return best or []

    def _of_another_type(self, value: Any, choice: Schema) -> bool:
        """Whether a choice certainly is not meant, because of its ``type``: it is looked at last."""
        kind = value.get("type") if isinstance(value, dict) else None
        named = self.resolved(self.resolved(choice).get("properties", {}).get("type", {}))
        return kind is not None and kind not in named.get("enum", [named.get("const", kind)])


def _badness(problems: list[Problem], where: Where) -> tuple[bool, bool, int]:
    """A choice of another type, or whose own ``type`` differs, is the worst."""
    other = any(it.where == (*where, "type") and not it.unknown for it in problems)
    return any(it.where == where for it in problems), other, len(problems)


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 60 else text[:57] + "..."

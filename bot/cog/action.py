"""Stable ids for buttons, menus and forms: a name and typed arguments in at most 100 characters."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, get_type_hints
from urllib.parse import quote, unquote

from pydantic import TypeAdapter, ValidationError

from bot.chat.card import MAX_ACTION


class Stale(Exception):
    """The id does not fit the handler any more: the component is older than the code."""


@dataclass(frozen=True, slots=True)
class ActionId:
    """``welcome.rules`` with the types of its arguments, in order."""

    name: str
    arguments: Mapping[str, TypeAdapter[Any]]

    @classmethod
    def of_function(cls, name: str, fn: Callable[..., Any], skip: int) -> ActionId:
        hints = get_type_hints(fn)
        parameters = list(inspect.signature(fn).parameters)[skip:]
        return cls(name, {p: TypeAdapter(hints[p]) for p in parameters})

    def of(self, *given: object, **named: object) -> str:
        """Raises ``ValueError`` over 100 characters and ``TypeError`` for arguments that do not fit."""
        values = {**dict(zip(self.arguments, given, strict=False)), **named}
        if values.keys() != self.arguments.keys() or len(given) > len(self.arguments):
            raise TypeError(f"{self.name} takes {', '.join(self.arguments) or 'no arguments'}")
        action = ":".join([self.name, *(quote(text_of(values[name]), safe="@/+ ") for name in self.arguments)])
        if len(action) > MAX_ACTION:
            raise ValueError(f"{action!r} is over {MAX_ACTION} characters: keep the data in a table, pass its key")
        return action

    def read(self, action: str) -> dict[str, Any]:
        """The arguments of an id that came back. Raises ``Stale``."""
        raw = action.split(":")[1:]
        if len(raw) != len(self.arguments):
            raise Stale(action)
        try:
            return {
                name: kind.validate_strings(unquote(text))
                for (name, kind), text in zip(self.arguments.items(), raw, strict=True)
            }
        except ValidationError as error:
            raise Stale(action) from error


def text_of(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | str):
        return str(value)
    raise TypeError(f"{value!r}: a component's arguments are text, whole numbers and booleans")

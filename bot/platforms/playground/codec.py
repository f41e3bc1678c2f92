"""Dataclasses to JSON and back, led by their annotations."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from bot.chat.text import Md

T = TypeVar("T")

MARKUP = "md"
"""Key of the object that stands for an ``Md``, so that data never comes back as markup."""


def dump(record: object) -> str:
    """One JSON document; what equals its default is left out."""
    return json.dumps(_plain(record), ensure_ascii=False, separators=(",", ":"))


def read(kind: type[T], document: str) -> T:
    """The record that ``dump`` wrote."""
    value: T = _build(kind, json.loads(document))
    return value


def _plain(value: object) -> Any:
    match value:
        case Enum():
            return value.value
        case bytes():
            return b64encode(value).decode("ascii")
        case datetime():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case Mapping():
            return {key: _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case Md():
            return {MARKUP: str(value)}
        case str() | int() | float() | None:
            return value
    if not is_dataclass(value):
        raise TypeError(f"{type(value).__name__} cannot be kept")
    return {f.name: _plain(item) for f in fields(value) if (item := getattr(value, f.name)) != f.default}


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _build(kind: Any, value: Any) -> Any:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return None if value is None else _build(_chosen(arguments, value), value)
    if origin is tuple:
        return tuple(_build(arguments[0], item) for item in value)
    if origin is list:
        return [_build(arguments[0], item) for item in value]
    if origin is not None and issubclass(origin, Mapping):
        return {key: _build(arguments[1], item) for key, item in value.items()}
    if is_dataclass(kind):
        hints = _hints(kind)  # type: ignore[arg-type]
        return kind(**{name: _build(hints[name], item) for name, item in value.items()})  # type: ignore[operator]
    return _scalar(kind, value)


def _chosen(arguments: tuple[Any, ...], value: Any) -> Any:
    if str in arguments and (isinstance(value, str) or MARKUP in value):
        return str
    return next(kind for kind in arguments if kind is not NoneType and kind is not str)


def _scalar(kind: Any, value: Any) -> Any:
    if kind is str and isinstance(value, dict):
        return Md(value[MARKUP])
    if kind is bytes:
        return b64decode(value)
    if kind is datetime:
        return datetime.fromisoformat(value)
    if kind is timedelta:
        return timedelta(seconds=value)
    return kind(value) if isinstance(kind, type) and issubclass(kind, Enum) else value

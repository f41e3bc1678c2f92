"""Types for the fields of documents that cogs read and write as text."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from bot.cog.dates import parse_duration, short
from bot.cog.fields.kinds import Unread
from bot.cog.texts import t


def _read(value: Any) -> Any:
    if isinstance(value, str):
        try:
            value = parse_duration(value, allow_zero=True)
        except ValueError:
            raise Unread(t("“{text}” is not a duration; write 7d, 2h30 or 90 min", text=value[:40])) from None
    if isinstance(value, timedelta) and value.microseconds:
        raise Unread(t("a duration is a whole number of seconds"))
    return value


Duration = Annotated[
    timedelta,
    BeforeValidator(_read),
    PlainSerializer(short, return_type=str),
    WithJsonSchema({"type": "string", "examples": ["7d", "2h30m", "90s"]}),
]
"""A length of time in whole seconds, written as people type it: ``7d``, ``2h30``, ``90 min``."""

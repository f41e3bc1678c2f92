"""The messages of all channels in the order of time, each once, in bounded memory.

They go through a temporary database of SQLite's, which keeps in memory what fits and spills the rest to a file that no
directory names.
"""

from __future__ import annotations

import marshal
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Any

from bot.cog.exports.said import Arrived, Event, ExportError, Said
from bot.cog.texts import t

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_NAMES = tuple(field.name for field in fields(Said) if field.name not in ("id", "at", "channel", "edited_at"))
_REST = attrgetter(*_NAMES)
_TABLE = "CREATE TABLE said (at INTEGER, channel TEXT, id TEXT, edited INTEGER, rest BLOB, PRIMARY KEY (channel, id))"
_PUT = """
INSERT INTO said VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
SET edited = excluded.edited, rest = excluded.rest WHERE coalesce(excluded.edited, 0) > coalesce(said.edited, 0)
"""
_TAKE = "SELECT at, channel, id, edited, rest FROM said ORDER BY at, rowid"
_ARRIVED = ""
"""The channel of those who arrive."""


def in_order(events: Iterable[Event]) -> Iterator[Event]:
    """``events`` by their moment. A message told twice comes once, as it was edited last.

    Raises ``ExportError`` when there is no room for the temporary file.
    """
    try:
        with closing(sqlite3.connect("", isolation_level=None)) as db:
            db.execute("PRAGMA synchronous=OFF")
            db.execute(_TABLE)
            db.execute("BEGIN")
            db.executemany(_PUT, map(_row, events))
            yield from map(_event, db.execute(_TAKE))
    except sqlite3.OperationalError as error:
        raise ExportError(
            t(
                "The messages cannot be put in order: the temporary folder has no room ({why}). Free some space, or"
                " name another folder in SQLITE_TMPDIR.",
                why=str(error),
            )
        ) from error


def _row(event: Event) -> tuple[Any, ...]:
    if isinstance(event, Arrived):
        rest = marshal.dumps((event.author, event.author_name))
        return _number(event.at), _ARRIVED, f"{event.author} {_number(event.at)}", None, rest
    edited = None if event.edited_at is None else _number(event.edited_at)
    return _number(event.at), event.channel, event.id, edited, marshal.dumps(_REST(event))


def _event(row: tuple[int, str, str, int | None, bytes]) -> Event:
    number, channel, id, edited, rest = row
    values = marshal.loads(rest)  # noqa: S302 - written above, in this process
    at = _moment(number)
    if channel == _ARRIVED and len(values) == 2:
        return Arrived(at=at, author=values[0], author_name=values[1])
    known: dict[str, Any] = dict(zip(_NAMES, values, strict=True))
    return Said(id=id, at=at, channel=channel, edited_at=None if edited is None else _moment(edited), **known)


def _number(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def _moment(number: int) -> datetime:
    return _EPOCH + timedelta(microseconds=number)


__all__ = ["in_order"]

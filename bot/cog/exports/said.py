"""What an export tells, in words of no platform."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from bot.chat.words import Words
from bot.cog.texts import Voice

_UNFIT = re.compile("[\x00\ud800-\udfff]")
_DISCORD = datetime(2015, 1, 1, tzinfo=UTC)
"""Discord's ids hold milliseconds since then, above 22 other bits (its reference, "Snowflakes")."""
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


class ExportError(Exception):
    """An export that cannot be read: what is wrong with which file, and what to do."""

    def __init__(self, words: Words) -> None:
        super().__init__(Voice().text(words))
        self.words = words


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One message. Ids are the platform's; ``author`` is empty when it is not known.

    ``text`` is what people read: mentions as ``@name``, links as their address, platform entities undone; what the
    author typed is otherwise as it was. ``quoted`` holds what it shows besides: embeds, forwarded messages.
    ``mentions`` are accounts, ``attachments`` file names; a ``thread`` is named after the message or channel it hangs
    from.
    """

    id: str
    at: datetime
    channel: str
    channel_name: str = ""
    thread: str = ""
    author: str = ""
    author_name: str = ""
    is_bot: bool = False
    text: str = ""
    edited_at: datetime | None = None
    reply_to: str = ""
    mentions: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    quoted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """Somebody joined."""

    at: datetime
    author: str
    author_name: str = ""


Event = Said | Arrived


def sound(text: str) -> str:
    """``text`` without what no database keeps: NUL and lone surrogates."""
    return _UNFIT.sub("\ufffd", text)


def words(value: object) -> str:
    """A text of an export; empty for anything else."""
    return sound(value) if isinstance(value, str) else ""


def name_of(known: Mapping[str, Any], *keys: str) -> str:
    """The first of these that is a text with something in it."""
    return next((found for key in keys if (found := words(known.get(key)).strip())), "")


def part(known: object, key: str) -> Mapping[str, Any]:
    """An object inside another; empty when it is not there."""
    found = known.get(key) if isinstance(known, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def parts(known: object, key: str) -> tuple[Mapping[str, Any], ...]:
    """The objects of a list inside an object."""
    found = known.get(key) if isinstance(known, Mapping) else None
    return tuple(one for one in found if isinstance(one, Mapping)) if isinstance(found, list) else ()


def iso(value: object) -> datetime | None:
    """A moment written with its offset; ``None`` for anything else."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        return believable(moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC))
    except (ValueError, OverflowError):
        return None


def epoch(value: object) -> datetime | None:
    """Seconds since 1970, as text or number; ``None`` for anything else."""
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return None
    try:
        return believable(datetime.fromtimestamp(float(value), UTC))
    except (ValueError, OverflowError, OSError):
        return None


def believable(moment: datetime) -> datetime | None:
    """Chats have dates between 1990 and 2200."""
    return moment if _EARLIEST <= moment < _LATEST else None


@lru_cache(10_000)
def account_made_at(platform: str, account: str) -> datetime | None:
    """When an account was created, where its id tells: on Discord."""
    if platform != "discord" or not account.isdecimal() or not account.isascii() or len(account) > 20:
        return None
    return believable(_DISCORD + timedelta(milliseconds=int(account) >> 22))

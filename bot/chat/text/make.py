"""Markup made from values: mentions, moments, links and filled templates."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Protocol
from urllib.parse import quote

from bot.chat.text.escapes import clean, escape
from bot.chat.text.tree import MOMENT_STYLES, Md

MAX_URL = 2000
"""Characters of a link's address once encoded; a longer one is refused."""

ID = r"[A-Za-z0-9_.\-]{1,64}"
"""A platform's identifiers, as a regular expression."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_ID = re.compile(ID)
_ADDRESS = re.compile(r"(?:https?://[^\s/?#]|mailto:\S)", re.IGNORECASE)
_UNSAFE = re.compile(r"""[\s()<>"'`\\]""")
_PLACEHOLDER = re.compile(r"\\.|\{(\w++)\}", re.DOTALL)


class Identified(Protocol):
    """Whatever has a platform's identifier: a member, a channel."""

    @property
    def id(self) -> str: ...


def at(member: Identified) -> Md:
    """A mention of ``member``. ``ValueError`` when its id could not be read back."""
    return Md(f"<@{_checked(member.id)}>")


def to(channel: Identified) -> Md:
    """A mention of ``channel``. ``ValueError`` when its id could not be read back."""
    return Md(f"<#{_checked(channel.id)}>")


def _checked(id: str) -> str:
    if _ID.fullmatch(id) is None:
        raise ValueError(f"only an id of 1 to 64 letters, digits, '_', '.' or '-' can be mentioned: {id[:100]!r}")
    return id


def when(moment: datetime, style: str = "f") -> Md:
    """A moment each reader sees in their own time zone, to the second.

    ``ValueError`` when it is naive, beyond what UTC can say, or when ``style`` is not one of ``MOMENT_STYLES``.
    """
    if moment.utcoffset() is None:
        raise ValueError(f"a moment needs a time zone: {moment!r}")
    if len(style) != 1 or style not in MOMENT_STYLES:
        raise ValueError(f"not a style of {MOMENT_STYLES}: {style!r}")
    seconds = (moment - EPOCH) // timedelta(seconds=1)
    if moment_at(seconds) is None:
        raise ValueError(f"out of range in UTC: {moment!r}")
    return Md(f"<t:{seconds}:{style}>")


def moment_at(seconds: int) -> datetime | None:
    """The moment ``seconds`` after 1970 in UTC, or ``None`` when ``datetime`` cannot hold it."""
    try:
        return EPOCH + timedelta(seconds=seconds)
    except OverflowError:
        return None


def link(label: str, url: str) -> Md:
    """A link; an empty ``label`` shows the address. ``label`` is data and is escaped.

    ``ValueError`` when ``url`` is not http, https or mailto, or exceeds ``MAX_URL`` characters once encoded.
    """
    address = safe_address(clean(url).strip())
    if address is None:
        raise ValueError(f"not an address in http, https or mailto: {url[:100]!r}")
    return Md(f"[{escape(label) or escape(address)}]({address})")


def safe_address(url: str) -> str | None:
    """``url`` with its delicate characters percent-encoded, or ``None`` when it cannot be linked. Idempotent."""
    if _ADDRESS.match(url) is None:
        return None
    address = _UNSAFE.sub(lambda found: quote(found[0], safe=""), url)
    return address if len(address) <= MAX_URL else None


def fill(template: str, /, **values: Md | str) -> Md:
    """``template`` with its ``{name}`` known in ``values`` replaced, once: ``Md`` as it is, ``str`` escaped.

    All other braces stay, and so does ``\\{name}``. Never raises.
    """

    def value(found: re.Match[str]) -> str:
        name = found[1]
        return found[0] if name is None or name not in values else _closed(values[name])

    return Md(_PLACEHOLDER.sub(value, template))


def _closed(value: Md | str) -> str:
    """A backslash left alone at the end of some ``Md`` must not undo the escaping of what follows."""
    if not isinstance(value, Md):
        return escape(value)
    alone = (len(value) - len(value.rstrip("\\"))) % 2
    return f"{value}\\" if alone else value

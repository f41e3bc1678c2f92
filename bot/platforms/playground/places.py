"""Where a message is on the page, for people to be led there."""

from __future__ import annotations

import re
from typing import NamedTuple

_ADDRESS = re.compile(r"/town/(t\d+)/([\w-]+)#(m\d+)")


class Address(NamedTuple):
    """The same whoever follows it: the page adds who they are."""

    town: str
    room: str
    message: str

    def __str__(self) -> str:
        return f"/town/{self.town}/{self.room}#{self.message}"


def address(url: str) -> Address | None:
    """What an address leads to; ``None`` for one of elsewhere."""
    found = _ADDRESS.fullmatch(url)
    return Address(*found.groups()) if found else None

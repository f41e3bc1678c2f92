"""Coloured initials, always the same for a name."""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

HUES = 12
"""Colours in ``chat.css``: ``.hue-0`` and on."""
SPREAD = 38
"""Chosen so that the people of the demo towns differ."""


@dataclass(frozen=True, slots=True)
class Avatar:
    initials: str
    hue: int


def avatar(name: str) -> Avatar:
    """The avatar of a name."""
    words = [word for word in name.split() if word[0].isalnum()]
    initials = "".join(word[0] for word in words[:2]) or name[:1] or "?"
    return Avatar(initials.upper(), crc32(name.encode()) // SPREAD % HUES)

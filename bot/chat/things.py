"""Who and where: the nouns every platform shares. Ids are the platform's own, as strings."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum


class Level(IntEnum):
    """Who may do a thing. Adapters map the platform's own permissions onto these."""

    EVERYONE = 0
    HELPER = 10
    MODERATOR = 20
    ADMIN = 30


@dataclass(frozen=True, slots=True)
class Space:
    """A place on a platform: a Discord guild, a Slack workspace, a playground town."""

    platform: str
    id: str
    name: str = field(default="", compare=False)
    language: str = field(default="en", compare=False)
    zone: str = field(default="UTC", compare=False)

    @property
    def key(self) -> str:
        """One string for the space, unique among all platforms: ``discord:1234``."""
        return f"{self.platform}:{self.id}"


@dataclass(frozen=True, slots=True)
class Community:
    """One community; it may live in several spaces.

    ``language`` is what public posts speak by default, ``zone`` its wall clock (an IANA name), ``address`` how
    members are addressed where the language distinguishes it: ``vous`` or ``tu``.
    """

    id: str
    name: str = field(default="", compare=False)
    language: str = field(default="en", compare=False)
    zone: str = field(default="UTC", compare=False)
    address: str = field(default="vous", compare=False)


@dataclass(frozen=True, slots=True)
class Channel:
    """Where people talk. A thread is named beside it, in ``MessageRef.thread``."""

    space: Space
    id: str
    name: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Member:
    """An account in a space, as the platform described it at that moment."""

    space: Space
    id: str
    name: str = field(default="", compare=False)
    level: Level = field(default=Level.EVERYONE, compare=False)
    language: str | None = field(default=None, compare=False)
    is_bot: bool = field(default=False, compare=False)
    pending: bool = field(default=False, compare=False)
    roles: tuple[str, ...] = field(default=(), compare=False)
    joined_at: datetime | None = field(default=None, compare=False)
    created_at: datetime | None = field(default=None, compare=False)

    @property
    def key(self) -> str:
        """One string for the account, unique among all platforms and spaces."""
        return f"{self.space.key}/{self.id}"


@dataclass(frozen=True, slots=True)
class MessageRef:
    """A storable address of one message."""

    channel: Channel
    id: str
    thread: str | None = None

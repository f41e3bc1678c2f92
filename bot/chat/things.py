"""Who and where: the nouns every platform shares. Ids are the platform's own, as strings."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
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


@dataclass(frozen=True, slots=True)
class ScheduledEvent:
    """A date that the platform announces and reminds of by itself.

    ``place`` is where people meet: a channel, or words (an address, a link).
    """

    name: str
    starts: datetime
    ends: datetime
    place: Channel | str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Invite:
    """A way into a space. ``uses`` counts who came by it; 0 ``max_uses`` and no ``expires`` mean without end."""

    space: Space
    code: str
    link: str = field(default="", compare=False)
    inviter: Member | None = field(default=None, compare=False)
    channel: Channel | None = field(default=None, compare=False)
    uses: int = field(default=0, compare=False)
    max_uses: int = field(default=0, compare=False)
    expires: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class NativeRule:
    """A rule for the platform's own filter, which sees a message before anybody does. ``name`` tells it from others.

    ``words`` stand alone, whatever their case; ``*`` at an end takes any letters there. ``patterns`` are expressions of
    Rust's regex. ``allowed`` are words and phrases that are spared. ``mentions`` is how many different people and roles
    a message may name, 0 for any number. With ``block`` nobody sees the message, and its author reads ``message``;
    ``alert`` is where moderators read of it; ``timeout`` silences its author. Who has the level ``exempt`` or more, who
    has one of ``exempt_roles`` (ids or names), and what is said in ``exempt_channels`` are left alone.
    """

    name: str
    words: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    mentions: int = 0
    block: bool = True
    message: str = ""
    alert: Channel | None = None
    timeout: timedelta = timedelta()
    exempt: Level | None = None
    exempt_roles: tuple[str, ...] = ()
    exempt_channels: tuple[Channel, ...] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """What an act brought into being on the platform: its ``id`` there, a ``link`` to it, and what had no room."""

    id: str = ""
    link: str = ""
    left_out: tuple[str, ...] = ()

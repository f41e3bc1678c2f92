"""What the playground holds: plain records, one document each when they are kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from bot.chat.card import Card
from bot.chat.events import Sanction
from bot.chat.forms import Sheet
from bot.chat.things import Channel, Level, Member, NativeRule, ScheduledEvent, Space

PLATFORM = "playground"
BOT = "bot"
"""Stands for Relais where an account's id is expected: the author of a post, the giver of a reaction."""


class Sent(StrEnum):
    """How a message came to be."""

    SAID = "said"
    POST = "post"
    DIRECT = "direct"
    REPLY = "reply"
    WHISPER = "whisper"


@dataclass
class Numbered:
    """A record whose id came from the counter."""

    id: str

    @property
    def key(self) -> str:
        return self.id


def number_of(id: str) -> int:
    """Where the counter stood when it gave this id."""
    return int(id[1:])


@dataclass
class Entry:
    """A way into a town, by its code. ``inviter`` is an account, or the bot."""

    room: str
    inviter: str
    uses: int = 0
    max_uses: int = 0
    expires: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        return (self.max_uses == 0 or self.uses < self.max_uses) and (self.expires is None or now < self.expires)


@dataclass
class Town(Numbered):
    """A space. ``bot_since`` is when Relais first came; ``denied`` names the powers it does not permit.

    ``filter`` are the rules that stop what people say before anybody sees it.
    """

    kind: ClassVar[str] = "town"
    name: str
    language: str = "en"
    zone: str = "UTC"
    screening: bool = False
    bot_since: datetime | None = None
    banned: list[str] = field(default_factory=list)
    denied: list[str] = field(default_factory=list)
    events: dict[str, ScheduledEvent] = field(default_factory=dict)
    invites: dict[str, Entry] = field(default_factory=dict)
    paused_until: datetime | None = None
    filter: list[NativeRule] = field(default_factory=list)


@dataclass
class Room(Numbered):
    """A channel, or the private conversation of the bot with ``owner``. ``level`` is the least that sees it."""

    kind: ClassVar[str] = "room"
    town: str
    name: str
    owner: str | None = None
    slow: int = 0
    closed: bool = False
    level: Level = Level.EVERYONE


@dataclass
class Account(Numbered):
    """Somebody, whether they are in a town or not."""

    kind: ClassVar[str] = "account"
    name: str
    level: Level = Level.EVERYONE
    language: str | None = None
    zone: str | None = None
    roles: tuple[str, ...] = ()
    is_bot: bool = False
    created_at: datetime | None = None
    direct_closed: bool = False


@dataclass
class Presence:
    """An account in a town; ``number`` orders those who came."""

    kind: ClassVar[str] = "presence"
    town: str
    account: str
    number: int
    joined_at: datetime
    pending: bool = False
    timeout_until: datetime | None = None

    @property
    def key(self) -> str:
        return presence_key(self.town, self.account)


def presence_key(town: str, account: str) -> str:
    """Names somebody in a town, whether they are there or not."""
    return f"{town}/{account}"


@dataclass
class Message(Numbered):
    """Something said by a person (``text``) or by the bot (``card``).

    ``only`` is the one person who can see it; ``thread`` the message under which it was written; ``revision`` the
    number of the counter when its words last changed.
    """

    kind: ClassVar[str] = "message"
    room: str
    at: datetime
    author: str
    sent: Sent
    text: str = ""
    card: Card | None = None
    post_key: str = ""
    only: str | None = None
    thread: str | None = None
    thread_name: str | None = None
    reply_to: str | None = None
    attachments: tuple[str, ...] = ()
    quoted: tuple[str, ...] = ()
    embeds: tuple[str, ...] = ()
    reactions: dict[str, list[str]] = field(default_factory=dict)
    pinned: bool = False
    revision: int = 0
    edited_at: datetime | None = None
    deleted_at: datetime | None = None


@dataclass
class OpenForm:
    """A form somebody has before their eyes. ``room`` is where they asked for it."""

    kind: ClassVar[str] = "form"
    account: str
    town: str
    room: str
    sheet: Sheet
    problems: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return presence_key(self.town, self.account)


@dataclass
class Notice(Numbered):
    """Something about ``account`` that is kept until the bot has heard of it."""

    town: str
    account: str
    at: datetime
    heard: bool = field(default=False, kw_only=True)


@dataclass
class Arrival(Notice):
    """Somebody joined, or was admitted."""

    kind: ClassVar[str] = "arrival"
    admitted: bool = False
    invited_by: str | None = None
    invite: str = ""


@dataclass
class Deed(Notice):
    """A moderator, ``by``, did something to somebody by hand."""

    kind: ClassVar[str] = "deed"
    by: str
    what: Sanction
    why: str = ""
    until: datetime | None = None
    role: str = ""


Record = Town | Room | Account | Presence | Message | OpenForm | Arrival | Deed


@dataclass(frozen=True, slots=True)
class Change:
    """A record is new, different or ``gone``. ``only`` is the one person who may know of it, if not everybody."""

    record: Record = field(repr=False)
    kind: str
    key: str
    town: str = ""
    room: str = ""
    only: str = ""
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Effect:
    """Something the bot did, in the words its reader sees.

    ``effect`` is one of post edit delete direct whisper reply form react timeout kick ban unban role pin unpin
    thread slow_mode event cancel_event invite delete_invite pause_invites resume_invites filter. ``to`` is the only
    reader, or the person acted upon. ``buttons`` are the labels of buttons and menus. ``language`` is the reader's.
    """

    at: datetime
    effect: str
    space: Space
    channel: Channel | None = None
    to: Member | None = None
    title: str = ""
    text: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    buttons: tuple[str, ...] = ()
    why: str = ""
    message_id: str = ""
    language: str = ""

"""What this Discord remembers: plain records, keyed by snowflakes as strings."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.wire.discord.bits import NOTHING, THREADS, Asked, Json, Kind, MessageFlag, Permission

NO_FLAGS = MessageFlag(0)


@dataclass
class User:
    """An account. ``locale`` and ``zone`` are those of its client; ``dm_closed`` shuts the door to direct messages."""

    id: str
    name: str
    bot: bool = False
    avatar: str | None = None
    locale: str = "en-US"
    language: str | None = None
    zone: str | None = None
    dm_closed: bool = False


@dataclass
class Role:
    id: str
    guild: str
    name: str
    permissions: Permission = NOTHING
    position: int = 1
    color: int = 0
    hoist: bool = False
    managed: bool = False
    mentionable: bool = False
    bot: str | None = None


@dataclass
class Overwrite:
    """``kind`` is 0 for a role, 1 for a member."""

    id: str
    kind: int
    allow: Permission = NOTHING
    deny: Permission = NOTHING


@dataclass
class Channel:
    """A channel, a thread (``parent`` is its channel) or a direct conversation (``guild`` is None)."""

    id: str
    kind: Kind
    guild: str | None = None
    name: str = ""
    parent: str | None = None
    position: int = 0
    topic: str | None = None
    slow: int = 0
    nsfw: bool = False
    overwrites: dict[str, Overwrite] = field(default_factory=dict)
    recipient: str = ""
    owner: str = ""
    archived: bool = False
    locked: bool = False
    archive_after: int = 4320
    archived_at: datetime | None = None
    joined: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    available_tags: list[Json] = field(default_factory=list)
    last_pin: datetime | None = None

    @property
    def is_thread(self) -> bool:
        return self.kind in THREADS


@dataclass
class Member:
    """An account in a guild."""

    user: str
    guild: str
    joined_at: datetime
    roles: list[str] = field(default_factory=list)
    nick: str | None = None
    avatar: str | None = None
    pending: bool = False
    timeout_until: datetime | None = None


@dataclass
class Attachment:
    id: str
    name: str
    size: int
    url: str
    media_type: str
    description: str | None = None
    ephemeral: bool = False


@dataclass
class Message:
    """``only`` is the one person who sees an ephemeral message; ``revision`` says when its words last changed."""

    id: str
    channel: str
    author: str
    at: datetime
    content: str = ""
    type: int = 0
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    flags: MessageFlag = NO_FLAGS
    nonce: str | int | None = None
    tts: bool = False
    mentions: list[str] = field(default_factory=list)
    mention_roles: list[str] = field(default_factory=list)
    mention_everyone: bool = False
    reactions: dict[str, list[str]] = field(default_factory=dict)
    pinned_at: datetime | None = None
    reply_to: str | None = None
    edited_at: datetime | None = None
    only: str | None = None
    webhook: str | None = None
    forwarded: list[str] = field(default_factory=list)
    interaction: str | None = None
    revision: int = 0

    @property
    def pinned(self) -> bool:
        return self.pinned_at is not None


@dataclass
class Invite:
    code: str
    guild: str
    channel: str
    inviter: str | None
    created_at: datetime
    uses: int = 0
    max_uses: int = 0
    max_age: int = 86400
    temporary: bool = False

    def is_open(self, now: datetime) -> bool:
        return not self.max_age or now < self.created_at + timedelta(seconds=self.max_age)


@dataclass
class AuditEntry:
    """``reason`` is what the request's X-Audit-Log-Reason header said."""

    id: str
    action: int
    user: str
    target: str | None
    reason: str | None
    changes: list[Json] = field(default_factory=list)


@dataclass
class Guild:
    id: str
    name: str
    owner: str
    locale: str
    language: str
    zone: str
    created_at: datetime
    screening: bool = False
    system_channel: str | None = None
    vanity: str | None = None
    vanity_uses: int = 0
    paused_until: datetime | None = None
    roles: dict[str, Role] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    bans: dict[str, str | None] = field(default_factory=dict)
    invites: dict[str, Invite] = field(default_factory=dict)
    events: dict[str, Json] = field(default_factory=dict)
    automod: dict[str, Json] = field(default_factory=dict)
    commands: list[Json] = field(default_factory=list)
    audit: list[AuditEntry] = field(default_factory=list)


@dataclass
class Interaction:
    """One interaction and how far it was answered.

    ``answered`` is the type of the first answer, ``opener`` the token of the interaction that opened a form.
    """

    id: str
    token: str
    kind: Asked
    user: str
    guild: str | None
    channel: str
    at: datetime
    started: float
    data: Json
    message: str | None = None
    answered: int | None = None
    ephemeral: bool = False
    original: str | None = None
    awaiting_followup: bool = False
    opener: str | None = None
    choices: list[Json] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    failed: bool = False


@dataclass
class OpenModal:
    """A form somebody has before their eyes; ``opener`` is the token of the interaction it answered."""

    user: str
    guild: str | None
    channel: str
    data: Json
    revision: int
    message: str | None = None
    opener: str | None = None


@dataclass
class Notice:
    """What a person's client alone says: an interaction that failed."""

    user: str
    guild: str | None
    words: str
    revision: int


@dataclass
class Application:
    """The bot's application. The switches of privileged intents are on unless a test turns them off."""

    id: str
    name: str
    flags: int
    commands: list[Json] = field(default_factory=list)
    description: str = ""
    identifies: int = 1000
    form: dict[str, Any] = field(default_factory=dict)

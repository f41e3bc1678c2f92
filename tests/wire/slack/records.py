"""What a Slack holds: plain records."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from tests.wire.slack.bits import Json


@dataclass
class SlashCommand:
    """A command of the app's manifest. With ``should_escape`` names in its text arrive as ``<@U1|ada>``."""

    name: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False


@dataclass
class App:
    """The bot's app. ``events`` are its subscriptions; ``None`` is everything its scopes allow.

    ``paused`` is Socket Mode switched off; without ``interactive`` no button or form is delivered. Unless it is
    ``distributed``, only the first workspace may add it.
    """

    id: str
    name: str
    signing_secret: str
    token: str
    commands: dict[str, SlashCommand] = field(default_factory=dict)
    events: set[str] | None = None
    interactive: bool = True
    paused: bool = False
    client_id: str = "100000000001.200000000002"
    client_secret: str = "slack-client-secret"
    redirect_urls: tuple[str, ...] = ()
    distributed: bool = True


@dataclass
class Grant:
    """A token: ``kind`` is bot, user or app. ``dead`` is the error it gets since it was revoked."""

    token: str
    kind: str
    scopes: set[str]
    team: str = ""
    user: str = ""
    dead: str = ""


@dataclass
class Code:
    """What OAuth gives for a token, once."""

    id: str
    team: str
    user: str
    scopes: tuple[str, ...]
    redirect: str
    at: datetime
    used: bool = False


@dataclass
class Team:
    """A workspace. ``bot`` is the app's user there; by default only admins may remove people from channels."""

    id: str
    name: str
    domain: str
    language: str = "en"
    zone: str = "UTC"
    bot: str = ""
    bot_id: str = ""
    restricts_kick: bool = True
    has_groups: bool = True
    emoji: dict[str, str] = field(default_factory=dict)


@dataclass
class User:
    """An account of a workspace. ``here`` since they joined it, ``deleted`` once deactivated."""

    id: str
    team: str
    handle: str
    name: str
    created: datetime
    here: bool = True
    deleted: bool = False
    is_admin: bool = False
    is_owner: bool = False
    is_bot: bool = False
    locale: str = "en-US"
    zone: str = "UTC"
    bot_id: str | None = None
    app_id: str | None = None
    updated: datetime | None = None
    joined_at: datetime | None = None
    closed: bool = False


@dataclass
class Channel:
    """A channel, or the app's conversation with ``partner``. Newcomers of the workspace are put in ``default`` ones."""

    id: str
    team: str
    name: str
    created: datetime
    creator: str
    private: bool = False
    partner: str | None = None
    members: list[str] = field(default_factory=list)
    archived: bool = False
    general: bool = False
    default: bool = False
    topic: str = ""
    purpose: str = ""
    pins: dict[str, Json] = field(default_factory=dict)

    @property
    def is_im(self) -> bool:
        return self.partner is not None

    @property
    def family(self) -> str:
        """The first half of the scopes for this kind of conversation."""
        return "im" if self.is_im else "groups" if self.private else "channels"

    @property
    def type(self) -> str:
        """The ``channel_type`` of its messages."""
        return "im" if self.is_im else "group" if self.private else "channel"


class Sent(StrEnum):
    """How a message of the bot came to be."""

    POST = "post"
    DIRECT = "direct"
    REPLY = "reply"
    WHISPER = "whisper"


@dataclass
class Message:
    """``only`` is the one person who sees an ephemeral message; ``revision`` counts changes of words."""

    ts: str
    channel: str
    user: str | None
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    thread_ts: str | None = None
    subtype: str | None = None
    bot_id: str | None = None
    app_id: str | None = None
    username: str | None = None
    icons: Json | None = None
    files: list[str] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    edited: tuple[str, str] | None = None
    only: str | None = None
    more: Json = field(default_factory=dict)
    revision: int = 0

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts


@dataclass
class View:
    """A modal or a Home tab before somebody's eyes: ``body`` as it was given, ``values`` what is typed in it."""

    id: str
    team: str
    user: str
    body: Json
    hash: str
    app_id: str
    bot_id: str
    root: str
    previous: str | None = None
    channel: str = ""
    values: dict[str, dict[str, Json]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    revision: int = 0

    @property
    def is_modal(self) -> bool:
        return self.body.get("type") == "modal"


@dataclass
class File:
    """``data`` is ``None`` until the bytes are there; ``shared`` are the channels where it is shown."""

    id: str
    team: str
    user: str
    name: str
    size: int
    created: datetime
    title: str = ""
    alt: str = ""
    data: bytes | None = None
    done: bool = False
    shared: list[str] = field(default_factory=list)


@dataclass
class UserGroup:
    id: str
    team: str
    name: str
    handle: str
    users: list[str] = field(default_factory=list)
    disabled: bool = False


@dataclass
class Trigger:
    """Lets the app open a view for ``user``; ``view`` is the modal where it arose."""

    id: str
    team: str
    user: str
    channel: str
    at: datetime
    view: str | None = None
    spent: bool = False


@dataclass
class Hook:
    """A response_url. ``message`` is what its interaction was about, if it was about one."""

    id: str
    team: str
    user: str
    channel: str
    at: datetime
    message: Message | None = None
    uses: int = 0


@dataclass
class Notice:
    """What a person's client alone says: a command that failed."""

    user: str
    words: str
    revision: int

"""What happens on a platform, in neutral words. ``id`` is the platform's own, stable across redelivery."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.chat.things import Channel, Member, MessageRef, Space

if TYPE_CHECKING:
    from bot.chat.platform import Responder


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    space: Space
    id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SpaceSeen(Event):
    """The bot is in this space: at start, and when it is added to one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpaceLost(Event):
    """The bot is not in this space any more: it was removed, or its access taken back. ``SpaceSeen`` if it returns.

    ``barred`` when the platform lets it in nowhere: only whoever runs Relais can mend that.
    """

    barred: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RightsChanged(Event):
    """Roles came to permit something else: others are of the team now, or the bot may do something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberJoined(Event):
    """``member.pending`` is true while the platform's own screening lasts; ``MemberAdmitted`` follows.

    ``invite`` is the code they came by, ``invited_by`` whose it is; both stay empty where that is not certain.
    """

    member: Member
    invited_by: Member | None = None
    invite: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberAdmitted(Event):
    """The platform's own screening (rules to accept, captcha) is over for this member."""

    member: Member


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberLeft(Event):
    member: Member


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRenamed(Event):
    """``member.name`` is what is shown now; ``before`` what was shown, ``None`` where nobody knows if it changed."""

    member: Member
    before: str | None


class Sanction(StrEnum):
    """What a moderator may do to somebody by hand."""

    TIMEOUT = "timeout"
    TIMEOUT_LIFTED = "timeout lifted"
    KICK = "kick"
    BAN = "ban"
    UNBAN = "unban"
    ROLE_GIVEN = "role given"
    ROLE_TAKEN = "role taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sanctioned(Event):
    """Somebody did this to a member on the platform itself, by hand or with another bot; never Relais.

    ``until`` is when a time-out ends, ``role`` the role given or taken.
    """

    member: Member
    by: Member | None
    what: Sanction
    why: str = ""
    until: datetime | None = None
    role: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file beside a message. ``type`` is its MIME type as far as the platform tells, ``size`` in bytes."""

    url: str
    name: str = ""
    type: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePosted(Event):
    """``text`` is our small Markdown as far as the platform's own can be read; spoilers keep their ``||``.

    ``quoted`` are the texts of messages forwarded or shared with it, ``embeds`` those of cards, polls and previews, a
    text for each. ``webhook`` tells a message that no member wrote: its ``member`` is a bot of the webhook's name.
    """

    member: Member
    ref: MessageRef
    text: str
    reply_to: MessageRef | None = None
    mentions: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    quoted: tuple[str, ...] = ()
    embeds: tuple[str, ...] = ()
    webhook: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageEdited(MessagePosted):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDeleted(Event):
    ref: MessageRef


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageStopped(Event):
    """The platform's own filter acted on what a member wrote, once for each rule.

    ``rule`` is its name, ``keyword`` what matched in the rule, ``matched`` what matched in the text, each empty where
    the platform does not tell. ``own`` tells a rule that ``Mirror`` gave, under the name it had there, from moderators'
    own. A message that was ``blocked`` was seen by nobody and has no ``ref``.
    """

    member: Member
    channel: Channel | None
    rule: str
    own: bool = False
    text: str = ""
    keyword: str = ""
    matched: str = ""
    blocked: bool = True
    ref: MessageRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reacted(Event):
    member: Member
    ref: MessageRef
    emoji: str
    added: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Interacted(Event):
    """Somebody did something and waits for an answer."""

    member: Member
    channel: Channel
    responder: Responder


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandUsed(Interacted):
    """``options`` hold what the platform understood: text, or ``Member``, ``Channel``, ``Upload``, numbers."""

    path: str
    options: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonPressed(Interacted):
    """``values`` are the options chosen when the component is a menu."""

    action: str
    ref: MessageRef | None = None
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSubmitted(Interacted):
    action: str
    values: Mapping[str, str] = field(default_factory=dict)

"""What happens on a platform, in neutral words. ``id`` is the platform's own, stable across redelivery."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
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
class MemberJoined(Event):
    """``member.pending`` is true while the platform's own screening lasts; ``MemberAdmitted`` follows."""

    member: Member
    invited_by: Member | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberAdmitted(Event):
    """The platform's own screening (rules to accept, captcha) is over for this member."""

    member: Member


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberLeft(Event):
    member: Member


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePosted(Event):
    """``text`` is our small Markdown as far as the platform's own can be read."""

    member: Member
    ref: MessageRef
    text: str
    reply_to: MessageRef | None = None
    mentions: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageEdited(MessagePosted):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDeleted(Event):
    ref: MessageRef


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

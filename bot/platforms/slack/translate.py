"""Slack's events in neutral words. Ids come from the messages' own, so that a twin or a redelivery has the same."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from bot.chat.events import (
    Attachment,
    MemberJoined,
    MemberLeft,
    MemberRenamed,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    Reacted,
)
from bot.chat.things import Channel, Member, MessageRef, Space
from bot.platforms.slack import content, emoji
from bot.platforms.slack.reading import read
from bot.platforms.slack.workspace import moment

Payload = Mapping[str, Any]

SAID = frozenset({None, "bot_message", "file_share", "thread_broadcast", "me_message"})
"""Subtypes of what people and apps say; all others are notices of Slack's own."""
TOMBSTONE = "tombstone"
WEBHOOK = "bot_message"
"""What a webhook or an old integration says; an app's own messages have its user."""
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")


def is_said(message: Payload) -> bool:
    """Whether it is something said, not a notice such as "Ada joined the channel"."""
    return message.get("subtype") in SAID and bool(message.get("ts")) and not message.get("hidden")


def ref_of(channel: Channel, message: Payload) -> MessageRef:
    ts, thread = str(message["ts"]), message.get("thread_ts")
    return MessageRef(channel, ts, str(thread) if thread and str(thread) != ts else None)


def posted(channel: Channel, message: Payload, author: Member) -> MessagePosted:
    """A message; its id is the channel's and its own."""
    ref = ref_of(channel, message)
    return MessagePosted(
        space=channel.space,
        id=f"{channel.id}:{ref.id}",
        at=moment(ref.id),
        member=_author(message, author),
        ref=ref,
        text=read(str(message.get("text") or "")),
        reply_to=MessageRef(channel, ref.thread) if ref.thread else None,
        mentions=tuple(dict.fromkeys(_MENTION.findall(str(message.get("text") or "")))),
        quoted=content.quoted(message) if message.get("attachments") else (),
        embeds=content.embeds(message) if message.get("attachments") or message.get("blocks") else (),
        webhook=message.get("subtype") == WEBHOOK and not message.get("user"),
        attachments=tuple(_attachment(file) for file in message.get("files") or [] if file.get("url_private")),
    )


def _attachment(file: Payload) -> Attachment:
    name, kind = str(file.get("name") or ""), str(file.get("mimetype") or "")
    return Attachment(str(file["url_private"]), name, kind, int(file.get("size") or 0))


def _author(message: Payload, author: Member) -> Member:
    return replace(author, is_bot=True) if message.get("bot_id") and not author.is_bot else author


def edited(channel: Channel, event: Payload, author: Member) -> MessageEdited | None:
    """A message in its new words. ``None`` when only its look changed: a preview, a reply counted."""
    message, before = event.get("message") or {}, event.get("previous_message") or {}
    if message.get("text") == before.get("text") or not message.get("ts"):
        return None
    first = posted(channel, message, author)
    at = str((message.get("edited") or {}).get("ts") or event.get("event_ts") or event.get("ts"))
    same = {field.name: getattr(first, field.name) for field in fields(first)}
    return MessageEdited(**same | {"id": f"{first.id}:{at}", "at": moment(at)})


def deleted(channel: Channel, event: Payload) -> MessageDeleted:
    """A message that is gone. One with replies leaves a tombstone, which counts as well."""
    before = event.get("previous_message") or event.get("message") or {}
    ts = str(event.get("deleted_ts") or before["ts"])
    at = moment(str(event.get("event_ts") or event.get("ts") or ts))
    ref = ref_of(channel, {"thread_ts": before.get("thread_ts"), "ts": ts})
    return MessageDeleted(space=channel.space, id=f"{channel.id}:{ts}:deleted", at=at, ref=ref)


def reacted(channel: Channel, event: Payload, member: Member) -> Reacted:
    """A reaction given or taken back."""
    added = event["type"] == "reaction_added"
    ts, at, name = str(event["item"]["ts"]), str(event["event_ts"]), str(event["reaction"])
    return Reacted(
        space=channel.space,
        id=f"{channel.id}:{ts}:{member.id}:{name}:{'+' if added else '-'}{at}",
        at=moment(at),
        member=member,
        ref=MessageRef(channel, ts),
        emoji=emoji.sign(name),
        added=added,
    )


def joined(space: Space, event: Payload, member: Member, now: datetime) -> MemberJoined:
    """Somebody new in the workspace."""
    at = event.get("event_ts")
    return MemberJoined(
        space=space, id=f"join:{member.id}:{at or ''}", at=moment(str(at)) if at else now, member=member
    )


def left(space: Space, user: Payload, member: Member, now: datetime) -> MemberLeft:
    """Somebody whose account was deactivated. Later changes of that account have another id."""
    return MemberLeft(space=space, id=f"left:{member.id}:{user.get('updated', '')}", at=now, member=member)


def renamed(space: Space, user: Payload, member: Member, before: Member | None, now: datetime) -> MemberRenamed:
    """Somebody whose profile shows another name, or of whom nobody knows which it showed."""
    told = f"renamed:{member.id}:{user.get('updated', '')}:{member.name}"
    return MemberRenamed(space=space, id=told, at=now, member=member, before=before.name if before else None)

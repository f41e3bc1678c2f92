"""Discord's payloads as neutral events. Pure: all that is not in the payload comes from a ``Town``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.chat.events import (
    Event,
    MemberAdmitted,
    MemberJoined,
    MemberLeft,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    MessageStopped,
)
from bot.chat.things import Member, MessageRef, Space
from bot.platforms.discord import content
from bot.platforms.discord.reading import Name, read
from bot.platforms.discord.town import Town, level_of

Payload = Mapping[str, Any]

DISCORD_EPOCH = 1_420_070_400
SAID = frozenset({0, 19})
"""Kinds of messages that people write: plain ones and replies. Others are the platform's own."""

MORE = ("attachments", "embeds", "message_snapshots", "components", "poll", "webhook_id")
"""Where a message may hold more than its own words; most have none of it."""


def moment(text: str | None) -> datetime | None:
    """A timestamp of Discord, in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC) if text else None


def born(id: str) -> datetime:
    """When what has this id was made."""
    return datetime.fromtimestamp(DISCORD_EPOCH + (int(id) >> 22) / 1000, UTC)


def language_of(locale: str | None) -> str | None:
    return locale.split("-")[0] if locale else None


def member(town: Town, given: Payload, user: Payload | None = None, *, locale: str | None = None) -> Member:
    """A member, from whatever Discord tells of them beside a message, an interaction or alone."""
    account = user or given["user"]
    id = str(account["id"])
    roles = [str(role) for role in given.get("roles", ())]
    known = [role for role in map(town.role, [town.space.id, *roles]) if role]
    permissions = int(given.get("permissions") or 0)
    for role in known:
        permissions |= role.permissions
    names = tuple(found.name if (found := town.role(role)) else role for role in roles)
    return Member(
        town.space,
        id,
        given.get("nick") or account.get("global_name") or account.get("username") or "",
        level=level_of(permissions, names, owner=id == town.owner),
        language=language_of(locale),
        is_bot=bool(account.get("bot")),
        pending=bool(given.get("pending")),
        roles=names,
        joined_at=moment(given.get("joined_at")),
        created_at=born(id),
    )


def somebody(space: Space, id: str) -> Member:
    """A member of whom only the id is known."""
    return Member(space, id, created_at=born(id))


def is_said(payload: Payload, me: str) -> bool:
    """Whether somebody else than the bot wrote it, be it through a webhook; the platform itself does not count."""
    author = payload.get("author")
    return author is not None and str(author["id"]) != me and payload.get("type", 0) in SAID


def by_people(payload: Payload, me: str) -> bool:
    """Whether somebody else than the bot wrote it; webhooks and the platform itself do not count."""
    return is_said(payload, me) and not payload.get("webhook_id")


def posted(town: Town, payload: Payload, author: Member | None = None) -> MessagePosted:
    """A message; the event has its id."""
    return MessagePosted(**_said(town, payload, author), id=str(payload["id"]), at=_at(payload))


def edited(town: Town, payload: Payload, author: Member | None = None) -> MessageEdited | None:
    """A message in its new words. ``None`` when only its look changed: an embed, a pin, a flag."""
    at = moment(payload.get("edited_timestamp"))
    if at is None or "content" not in payload:
        return None
    id = f"{payload['id']}:{payload['edited_timestamp']}"
    return MessageEdited(**_said(town, payload, author), id=id, at=at)


def _at(payload: Payload) -> datetime:
    return moment(payload.get("timestamp")) or born(str(payload["id"]))


def _said(town: Town, payload: Payload, author: Member | None) -> dict[str, Any]:
    channel, thread = town.place(str(payload["channel_id"]))
    said: dict[str, Any] = {
        "space": town.space,
        "member": author or member(town, payload.get("member") or {}, payload["author"]),
        "ref": MessageRef(channel, str(payload["id"]), thread),
        "text": read(payload.get("content") or "", _names(town)),
        "reply_to": _reply_to(town, payload),
        "mentions": tuple(str(user["id"]) for user in payload.get("mentions", ())),
    }
    if any(map(payload.get, MORE)):
        said |= _more(town, payload, said["member"])
    return said


def _more(town: Town, payload: Payload, author: Member) -> dict[str, Any]:
    by_webhook = bool(payload.get("webhook_id"))
    return {
        "member": replace(author, is_bot=True) if by_webhook else author,
        "attachments": content.attachments(payload),
        "quoted": content.quoted(payload, _names(town)),
        "embeds": content.embeds(payload, _names(town)),
        "webhook": by_webhook,
    }


def _names(town: Town) -> Name:
    """The names of a guild's roles."""
    return lambda id: role.name if (role := town.role(id)) else "role"


def _reply_to(town: Town, payload: Payload) -> MessageRef | None:
    """What a message answers; a forwarded one (type 1) answers nothing."""
    reference = payload.get("message_reference") or {}
    if "message_id" not in reference or reference.get("type", 0) != 0:
        return None
    channel, thread = town.place(str(reference.get("channel_id") or payload["channel_id"]))
    return MessageRef(channel, str(reference["message_id"]), thread)


def deleted(town: Town, payload: Payload, now: datetime) -> list[MessageDeleted]:
    """One message that is gone, or many at once."""
    channel, thread = town.place(str(payload["channel_id"]))
    ids: Iterable[Any] = payload.get("ids") or [payload["id"]]
    return [
        MessageDeleted(space=town.space, id=f"deleted:{id}", at=now, ref=MessageRef(channel, str(id), thread))
        for id in ids
    ]


def stopped(town: Town, payload: Payload, who: Member, now: datetime) -> MessageStopped:
    """A hit of AutoMod, by the id of its rule. What was blocked has no message."""
    place, message = payload.get("channel_id"), payload.get("message_id")
    channel, thread = town.place(str(place)) if place else (None, None)

    return MessageStopped(
        space=town.space,
        id=f"stopped:{payload['rule_id']}:{who.id}:{now.isoformat()}",
        at=now,
        member=who,
        channel=channel,
        rule=str(payload["rule_id"]),
        text=read(payload.get("content") or "", _names(town)),
        keyword=str(payload.get("matched_keyword") or ""),
        matched=str(payload.get("matched_content") or ""),
        blocked=not message,
        ref=MessageRef(channel, str(message), thread) if channel and message else None,
    )


def joined(town: Town, payload: Payload, now: datetime) -> MemberJoined:
    """Somebody came; the same id for the same coming."""
    who = member(town, payload)
    return MemberJoined(space=town.space, id=_arrival("join", payload), at=who.joined_at or now, member=who)


def admitted(town: Town, payload: Payload, at: datetime) -> MemberAdmitted:
    """The platform's screening of somebody is over."""
    return MemberAdmitted(space=town.space, id=_arrival("admitted", payload), at=at, member=member(town, payload))


def _arrival(what: str, payload: Payload) -> str:
    return f"{what}:{payload['user']['id']}:{payload.get('joined_at')}"


def left(town: Town, payload: Payload, id: str, now: datetime) -> MemberLeft:
    """Somebody went; Discord tells no moment, so the id is the caller's."""
    return MemberLeft(space=town.space, id=id, at=now, member=member(town, {}, payload["user"]))


def emoji(given: Payload) -> str:
    """A sign as it is, a server's own as ``name:id``: ``Platform.react`` takes both."""
    return f"{given.get('name')}:{given['id']}" if given.get("id") else str(given.get("name") or "")


def in_order(events: Iterable[Event]) -> list[Event]:
    return sorted(events, key=lambda event: (event.at, event.id))

"""Records told as events."""

from __future__ import annotations

import re
from dataclasses import fields
from mimetypes import guess_type

from bot.chat.events import (
    Attachment,
    MemberAdmitted,
    MemberJoined,
    MessageEdited,
    MessagePosted,
    MessageStopped,
    Sanctioned,
)
from bot.chat.text import plain
from bot.chat.things import MessageRef
from bot.platforms.playground.filter import Hit
from bot.platforms.playground.records import Arrival, Deed, Message
from bot.platforms.playground.state import State

_MEMBER = re.compile(r"(?<![\w<\\])@([\w.,'-]+(?: [\w.,'-]+){0,2})")
_CHANNEL = re.compile(r"(?<![\w<\\])#([\w-]+)")


def posted(state: State, message: Message) -> MessagePosted:
    """What somebody said; the event has the message's own id."""
    room = state.rooms[message.room]
    return MessagePosted(
        space=state.space(room.town),
        id=message.id,
        at=message.at,
        member=state.member(room.town, message.author),
        ref=state.ref(message),
        text=message.text,
        reply_to=_reply_to(state, message),
        mentions=mentioned(state, message.text),
        attachments=tuple(Attachment(name, name, guess_type(name)[0] or "") for name in message.attachments),
        quoted=message.quoted,
        embeds=message.embeds,
    )


def edited(state: State, message: Message) -> MessageEdited:
    """What somebody said, in its new words."""
    first = posted(state, message)
    same = {field.name: getattr(first, field.name) for field in fields(first)}
    return MessageEdited(**same | {"id": state.new_id("e"), "at": message.edited_at or first.at})


def stopped(state: State, message: Message, hit: Hit) -> MessageStopped:
    """What the town's filter found in something said, whether anybody saw it or not."""
    ref, town = state.ref(message), state.rooms[message.room].town
    return MessageStopped(
        space=ref.channel.space,
        id=state.new_id("e"),
        at=message.at,
        member=state.member(town, message.author),
        channel=ref.channel,
        rule=hit.rule.name,
        own=True,
        text=message.text,
        keyword=hit.keyword,
        matched=hit.matched,
        blocked=hit.rule.block,
        ref=None if hit.rule.block else ref,
    )


def arrived(state: State, arrival: Arrival) -> MemberJoined | MemberAdmitted:
    """Somebody joined or was admitted, under the arrival's own id."""
    space, member = state.space(arrival.town), state.member(arrival.town, arrival.account)
    if arrival.admitted:
        return MemberAdmitted(space=space, id=arrival.id, at=arrival.at, member=member)
    by = state.member(arrival.town, arrival.invited_by) if arrival.invited_by else None
    return MemberJoined(space=space, id=arrival.id, at=arrival.at, member=member, invited_by=by, invite=arrival.invite)


def done(state: State, deed: Deed) -> Sanctioned:
    """What a moderator did by hand, under the deed's own id."""
    return Sanctioned(
        space=state.space(deed.town),
        id=deed.id,
        at=deed.at,
        member=state.member(deed.town, deed.account),
        by=state.member(deed.town, deed.by),
        what=deed.what,
        why=deed.why,
        until=deed.until,
        role=deed.role,
    )


def mark_up(state: State, town: str, text: str) -> str:
    """What somebody typed, with ``@name`` and ``#channel`` turned into mentions where they name something."""

    def member(found: re.Match[str]) -> str:
        words = found[1].split(" ")
        for count in range(len(words), 0, -1):
            name = " ".join(words[:count]).rstrip(".,'-")
            if account := state.named(town, name):
                return f"<@{account.id}>{found[1][len(name) :]}"
        return found[0]

    def channel(found: re.Match[str]) -> str:
        room = state.room_named(town, found[1])
        return f"<#{room.id}>" if room else found[0]

    return _CHANNEL.sub(channel, _MEMBER.sub(member, text))


def mentioned(state: State, text: str) -> tuple[str, ...]:
    """Ids of those whom a text names."""
    found: dict[str, None] = {}

    def note(id: str) -> str:
        if id in state.accounts:
            found[id] = None
        return id

    plain(text, member=note)
    return tuple(found)


def _reply_to(state: State, message: Message) -> MessageRef | None:
    if message.reply_to is None:
        return None
    target = state.message(message.room, message.reply_to)
    return state.ref(target) if target else MessageRef(state.channel(message.room), message.reply_to, message.thread)

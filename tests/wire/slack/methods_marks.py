"""Reactions and pins: reactions.*, pins.*."""

from __future__ import annotations

import re

from tests.wire.slack import happenings, shapes, writing
from tests.wire.slack.bits import Json, seconds
from tests.wire.slack.call import Call, methods
from tests.wire.slack.emoji import picture
from tests.wire.slack.errors import Refused
from tests.wire.slack.records import Channel, Message

MOST_PINS = 100
MOST_REACTIONS = 23
MOST_OWN_REACTIONS = 23
_NAME = re.compile(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?")


def _about(call: Call) -> Message:
    """The message that channel and timestamp name."""
    channel = call.channel()
    call.inside(channel)
    if not call.text("timestamp"):
        raise Refused("no_item_specified")
    return call.message(channel, call.ts("timestamp", "bad_timestamp"))


def _emoji(call: Call) -> str:
    name = call.need("name").strip(":")
    if not _NAME.fullmatch(name):
        raise Refused("invalid_name")
    return name


@methods.on("reactions.add", "channel! timestamp! name!", scopes="reactions:write", tier=3)
def add(call: Call) -> Json:
    message, name = _about(call), _emoji(call)
    if call.state.channels[message.channel].archived:
        raise Refused("is_archived")
    givers = message.reactions.get(name, [])
    if call.me in givers:
        raise Refused("already_reacted")
    if name not in message.reactions and len(message.reactions) >= MOST_REACTIONS:
        raise Refused("too_many_emoji")
    message.reactions.setdefault(name, []).append(call.me)
    happenings.reacted(call.state, message, call.me, name, added=True)
    writing.note(call.state, "react", message, text=picture(name))
    return {}


@methods.on("reactions.remove", "channel timestamp name! file file_comment", scopes="reactions:write", tier=2)
def remove(call: Call) -> Json:
    message, name = _about(call), _emoji(call)
    givers = message.reactions.get(name, [])
    if call.me not in givers:
        raise Refused("no_reaction")
    givers.remove(call.me)
    if not givers:
        del message.reactions[name]
    happenings.reacted(call.state, message, call.me, name, added=False)
    return {}


@methods.on("reactions.get", "channel timestamp full file file_comment", scopes="reactions:read", tier=3)
def get(call: Call) -> Json:
    message = _about(call)
    shown = shapes.stored(call.state, message) | {"permalink": shapes.permalink(call.state, message)}
    return {"type": "message", "channel": message.channel, "message": shown}


@methods.on("reactions.list", "user full count page cursor limit", scopes="reactions:read", tier=2)
def list_own(call: Call) -> Json:
    user = call.text("user") or call.me
    rooms = [it for it in call.state.channels.values() if it.team == call.team and call.me in it.members]
    found = [it for room in rooms for it in call.state.messages(room.id)]
    mine = [it for it in found if any(user in givers for givers in it.reactions.values())]
    items = [{"type": "message", "channel": it.channel, "message": shapes.stored(call.state, it)} for it in mine]
    kept, more = call.page(items)
    return {"items": kept, "response_metadata": more}


# Pins


def _pinned(call: Call) -> tuple[Channel, Message]:
    channel = call.channel()
    call.inside(channel)
    if not call.text("timestamp"):
        raise Refused("no_item_specified")
    return channel, call.message(channel, call.ts("timestamp", "bad_timestamp"))


@methods.on("pins.add", "channel! timestamp", scopes="pins:write", tier=2)
def pin(call: Call) -> Json:
    channel, message = _pinned(call)
    if channel.archived:
        raise Refused("is_archived")
    if message.ts in channel.pins:
        raise Refused("already_pinned")
    if len(channel.pins) >= MOST_PINS:
        raise Refused("too_many_pins")
    channel.pins[message.ts] = {"channel": channel.id, "pinned_by": call.me, "pinned_ts": seconds(call.now)}
    happenings.pinned(call.state, message, call.me, added=True)
    writing.note(call.state, "pin", message)
    return {}


@methods.on("pins.remove", "channel! timestamp", scopes="pins:write", tier=2)
def unpin(call: Call) -> Json:
    channel, message = _pinned(call)
    if message.ts not in channel.pins:
        raise Refused("no_pin")
    del channel.pins[message.ts]
    happenings.pinned(call.state, message, call.me, added=False)
    writing.note(call.state, "unpin", message)
    return {}


@methods.on("pins.list", "channel!", scopes="pins:read", tier=2)
def pins(call: Call) -> Json:
    channel = call.channel()
    call.inside(channel)
    items = []
    for ts, pin in sorted(channel.pins.items(), reverse=True):
        if message := call.state.message(channel.id, ts):
            shown = shapes.stored(call.state, message) | {"permalink": shapes.permalink(call.state, message)}
            about = {"type": "message", "channel": channel.id, "message": shown}
            items.append({**about, "created": pin["pinned_ts"], "created_by": pin["pinned_by"]})
    return {"items": items}

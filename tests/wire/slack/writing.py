"""How words become messages: what is checked, whom they notify, and what is told of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from bot.platforms.playground.plain import NOTHING, Reading
from bot.platforms.playground.records import Effect
from tests.wire.slack import happenings, mrkdwn, plain, shapes
from tests.wire.slack.bits import Json, ts_number
from tests.wire.slack.blocks import checked_message, elements
from tests.wire.slack.errors import Refused, invalid_arguments
from tests.wire.slack.records import Channel, Message, Sent
from tests.wire.slack.state import State

MOST_TEXT = 40_000
MOST_TEXT_EDITED = 4_000
MOST_METADATA = 16_000
MAX_ATTACHMENTS = 100
WRITTEN = frozenset({*Sent, "edit"})
"""Effects that are read as words."""


def words(state: State, channel: Channel, args: Mapping[str, Any], *, most: int = MOST_TEXT) -> Json:
    """Text, blocks, attachments and metadata of a message, checked. Raises ``Refused``."""
    text, blocks, attachments = args.get("text") or "", args.get("blocks"), args.get("attachments")
    if not isinstance(text, str):
        raise invalid_arguments("must provide a string [json-pointer:/text]")
    if blocks is not None:
        checked_message(blocks)
    if not text.strip() and not blocks and not attachments:
        raise Refused("no_text")
    if len(text) > most:
        raise Refused("msg_too_long")
    names = str(args.get("parse") or "").lower() == "full" or args.get("link_names") in (True, 1, "1", "true")
    return {
        "text": mrkdwn.linked(state, channel.team, text, names=names),
        "blocks": complete(state, blocks or []),
        "attachments": _attachments(attachments),
        "metadata": _metadata(args.get("metadata")),
    }


def complete(state: State, blocks: list[Json]) -> list[Json]:
    """Blocks as they are kept: every one has an id, every element that acts too."""
    kept = deepcopy(blocks)
    for block in kept:
        block.setdefault("block_id", state.new.id("b"))
    for _, element in elements(kept):
        if element.get("type") not in ("image", "mrkdwn", "plain_text") and "elements" not in element:
            element.setdefault("action_id", state.new.id("a"))
    return kept


def _attachments(value: Any) -> list[Json]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(it, dict) for it in value):
        raise Refused("invalid_attachments")
    if len(value) > MAX_ATTACHMENTS:
        raise Refused("too_many_attachments")
    for index, attachment in enumerate(value, 1):
        if "blocks" in attachment:
            checked_message(attachment["blocks"])
        attachment.setdefault("id", index)
    return deepcopy(value)


def _metadata(value: Any) -> Json | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise Refused("invalid_metadata_format")
    payload = value.get("event_payload")
    if set(value) - {"event_type", "event_payload", "entities"} or not isinstance(value.get("event_type"), str):
        raise Refused("invalid_metadata_schema")
    if not value["event_type"] or not isinstance(payload, dict):
        raise Refused("invalid_metadata_schema")
    if len(json.dumps(value)) > MOST_METADATA:
        raise Refused("metadata_too_large")
    return deepcopy(value)


def in_thread(state: State, channel: Channel, ts: str) -> str | None:
    """The root of a thread: a reply's own root, whatever was asked."""
    if not ts:
        return None
    try:
        ts_number(ts)
    except ValueError:
        raise Refused("invalid_thread_ts") from None
    root = state.message(channel.id, ts)
    if root is None:
        raise Refused("thread_not_found")
    root.thread_ts = root.thread_ts or root.ts
    return root.thread_ts


def publish(state: State, message: Message) -> Message:
    """Keep a message, notify those it names and tell the app."""
    channel = state.channels[message.channel]
    state.add_message(message)
    reached = mrkdwn.notified(state, channel, message.text, [*message.blocks, *_marked(message.attachments)])
    state.notified.extend((message.ts, user) for user in reached if user != message.user)
    happenings.posted(state, message)
    return message


def _marked(attachments: list[Json]) -> list[Json]:
    """The texts of attachments as text objects, to look for mentions in them."""
    names = ("text", "pretext", "fallback")
    found = [it[name] for it in attachments for name in names if isinstance(it.get(name), str)]
    objects: list[Json] = [{"type": "mrkdwn", "text": words, "verbatim": True} for words in found]
    return objects + [block for it in attachments for block in it.get("blocks") or []]


def rewrite(state: State, message: Message, new: Json, editor: str) -> None:
    """Give a message other words, and tell the app. ``new`` comes from ``words``."""
    before = shapes.message(state, message, metadata=True)
    message.text, message.blocks, message.attachments = new["text"], new["blocks"], new["attachments"]
    message.metadata = new["metadata"] or message.metadata
    message.edited = (editor, state.new.ts())
    state.touch(message)
    if message.only is None:
        happenings.changed(state, message, before)


def erase(state: State, message: Message) -> None:
    """Take a message away, and tell the app. A root with replies leaves a tombstone."""
    channel = state.channels[message.channel]
    channel.pins.pop(message.ts, None)
    if message.only is not None:
        return state.drop_message(message)
    happenings.deleted(state, message)
    if state.replies(message):
        message.text, message.blocks, message.attachments = "This message was deleted.", [], []
        message.user, message.bot_id, message.subtype = "USLACKBOT", None, "tombstone"
        message.metadata, message.files = None, []
        state.touch(message)
    else:
        state.drop_message(message)


def by_bot(state: State, channel: Channel, new: Json, **more: Any) -> Message:
    """A message of the app, not kept yet. ``new`` comes from ``words``."""
    team = state.teams[channel.team]
    return Message(state.new.ts(), channel.id, team.bot, bot_id=team.bot_id, app_id=state.app.id, **new, **more)


# What the bot did


def note(state: State, effect: str, message: Message, *, text: str = "") -> None:
    """Note an effect about a message, in the words its reader sees; ``text`` says it otherwise."""
    channel = state.channels[message.channel]
    reader = message.only or channel.partner
    shown = effect in WRITTEN and not text
    reading = plain.message(state, message, reader) if shown else Reading(text=text)
    record(state, effect, channel.team, channel, to=reader, reading=reading, id=message.ts)


def record(
    state: State,
    effect: str,
    team: str,
    channel: Channel | None,
    *,
    to: str | None = None,
    reading: Reading = NOTHING,
    id: str = "",
) -> None:
    """Note an effect of the bot."""
    state.record(
        Effect(
            state.now(),
            effect,
            state.space(team),
            state.neutral(channel) if channel else None,
            state.member(state.users[to]) if to else None,
            reading.title,
            reading.text,
            reading.fields,
            reading.buttons,
            "",
            id,
        )
    )


def effect_of(channel: Channel) -> Sent:
    return Sent.DIRECT if channel.is_im else Sent.POST

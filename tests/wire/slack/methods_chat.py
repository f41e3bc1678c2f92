"""chat.*: saying, changing and taking back."""

from __future__ import annotations

from typing import Any

from tests.wire.slack import shapes, writing
from tests.wire.slack.bits import Json
from tests.wire.slack.blocks import checked_message
from tests.wire.slack.call import Call, methods
from tests.wire.slack.errors import Refused, invalid_arguments
from tests.wire.slack.records import Channel, Message, Sent

WORDS = "text blocks attachments metadata parse link_names mrkdwn unfurl_links unfurl_media as_user markdown_text"
LOOKS = "username icon_emoji icon_url"


def given(call: Call, channel: Channel, *, most: int = writing.MOST_TEXT) -> Json:
    """What is to be said, checked."""
    markdown = call.text("markdown_text")
    if markdown and (call.args.get("text") or call.args.get("blocks")):
        raise Refused("markdown_text_conflict")
    args: dict[str, Any] = {
        "text": call.text("text"),
        "blocks": call.json("blocks", "invalid_blocks_format"),
        "attachments": call.json("attachments", "invalid_attachments"),
        "metadata": call.json("metadata", "invalid_metadata_format"),
        "parse": call.text("parse"),
        "link_names": call.flag("link_names"),
    }
    if markdown:
        args["blocks"] = [{"type": "markdown", "text": markdown}]
    return writing.words(call.state, channel, args, most=most)


def target(call: Call) -> Channel:
    """Where a message goes: a conversation, ``#name``, or somebody's conversation with the app."""
    wanted, state = call.need("channel"), call.state
    if wanted[0] in "UW" and wanted in state.users:
        user = call.user(wanted)
        if user.is_bot:
            raise Refused("cannot_dm_bot")
        return state.direct(call.team, user.id)
    if named := state.channel_named(call.team, wanted):
        return named
    return call.channel()


def open_to(call: Call, channel: Channel) -> None:
    """Refuse where the app may not write."""
    partner = call.state.users.get(channel.partner or "")
    if channel.archived:
        raise Refused("is_archived")
    if partner is not None and (partner.deleted or not partner.here):
        raise Refused("account_inactive" if partner.deleted else "channel_not_found")
    if partner is not None and partner.closed:
        raise Refused("messages_tab_disabled")
    if call.me not in channel.members:
        if channel.private:
            raise Refused("channel_not_found")
        if "chat:write.public" not in call.grant.scopes:
            raise Refused("not_in_channel")


@methods.on(
    "chat.postMessage", f"channel! thread_ts reply_broadcast {WORDS} {LOOKS} client_msg_id", scopes="chat:write"
)
def post_message(call: Call) -> Json:
    channel = target(call)
    open_to(call, channel)
    new = given(call, channel)
    thread = writing.in_thread(call.state, channel, call.text("thread_ts"))
    looks = _looks(call)
    call.rates.message(channel.id)
    if thread and call.flag("reply_broadcast"):
        looks["subtype"] = "thread_broadcast"
    message = writing.by_bot(call.state, channel, new, thread_ts=thread, **looks)
    if message.subtype == "bot_message":
        message.user = None
    if call.grant.kind == "user":
        message.user, message.bot_id = call.me, None
    writing.publish(call.state, message)
    if call.grant.kind == "bot":
        writing.note(call.state, writing.effect_of(channel), message)
    shown = shapes.message(call.state, message, metadata=True)
    return {"channel": channel.id, "ts": message.ts, "message": shown}


def _looks(call: Call) -> Json:
    """Another name or face, which makes it a bot_message."""
    looks: Json = {}
    if name := call.text("username"):
        looks["username"] = name
    if icon := call.text("icon_emoji") or call.text("icon_url"):
        looks["icons"] = {"emoji" if call.text("icon_emoji") else "image_48": icon}
    if looks:
        call.scope("chat:write.customize")
        looks["subtype"] = "bot_message"
    return looks


@methods.on("chat.postEphemeral", f"channel! user! thread_ts {WORDS} {LOOKS}", scopes="chat:write", tier=4)
def post_ephemeral(call: Call) -> Json:
    channel = call.channel()
    if channel.archived:
        raise Refused("is_archived")
    call.inside(channel)
    user = call.state.users.get(call.need("user"))
    if user is None or user.team != call.team or user.deleted or user.id not in channel.members:
        raise Refused("user_not_in_channel")
    new = given(call, channel)
    thread = writing.in_thread(call.state, channel, call.text("thread_ts"))
    message = writing.by_bot(call.state, channel, new, thread_ts=thread, only=user.id)
    call.state.add_message(message)
    writing.note(call.state, Sent.WHISPER, message)
    return {"message_ts": message.ts}


@methods.on("chat.update", f"channel! ts! {WORDS} file_ids reply_broadcast", scopes="chat:write", tier=3)
def update(call: Call) -> Json:
    channel = call.channel()
    message = _own(call, channel, "cant_update_message")
    if channel.archived:
        raise Refused("is_archived")
    if not any(call.args.get(name) is not None for name in ("text", "blocks", "attachments", "markdown_text")):
        raise Refused("no_text")
    new = given(call, channel, most=writing.MOST_TEXT_EDITED)
    if call.args.get("blocks") is None and not call.text("markdown_text"):
        new["blocks"] = [] if call.text("text") else message.blocks
    if call.args.get("attachments") is None:
        new["attachments"] = message.attachments
    writing.rewrite(call.state, message, new, call.me)
    writing.note(call.state, "edit", message)
    shown = shapes.message(call.state, message, metadata=True)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": shown}


@methods.on("chat.delete", "channel! ts! as_user", scopes="chat:write", tier=3)
def delete(call: Call) -> Json:
    channel = call.channel()
    message = _own(call, channel, "cant_delete_message")
    writing.note(call.state, "delete", message)
    writing.erase(call.state, message)
    return {"channel": channel.id, "ts": message.ts}


def _own(call: Call, channel: Channel, error: str) -> Message:
    """A message that this token may change: the app's own, or what a user with the rights may delete."""
    message = call.message(channel, call.ts("ts"))
    if message.subtype == "tombstone":
        raise Refused("message_not_found")
    if call.grant.kind == "bot" and message.app_id != call.state.app.id:
        raise Refused(error)
    if call.grant.kind == "user" and message.user != call.me:
        user = call.state.users[call.me]
        if error != "cant_delete_message" or not (user.is_admin or user.is_owner):
            raise Refused(error)
    return message


@methods.on("chat.getPermalink", "channel! message_ts!", tier=4)
def get_permalink(call: Call) -> Json:
    channel = call.channel()
    message = call.message(channel, call.ts("message_ts"))
    return {"channel": channel.id, "permalink": shapes.permalink(call.state, message)}


@methods.on("chat.meMessage", "channel! text!", scopes="chat:write", tier=3)
def me_message(call: Call) -> Json:
    channel = target(call)
    open_to(call, channel)
    message = writing.by_bot(call.state, channel, given(call, channel), subtype="me_message")
    writing.publish(call.state, message)
    writing.note(call.state, writing.effect_of(channel), message)
    return {"channel": channel.id, "ts": message.ts}


@methods.on("blocks.validate", "blocks!", tier=4)
def validate(call: Call) -> Json:
    """Checks blocks and does nothing."""
    blocks = call.json("blocks", "invalid_blocks_format")
    if not isinstance(blocks, list):
        raise invalid_arguments("must provide an array [json-pointer:/blocks]")
    checked_message(blocks)
    return {}

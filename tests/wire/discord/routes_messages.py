"""Messages of a channel: writing, changing, reading, pinning, reacting."""

from __future__ import annotations

import unicodedata
from datetime import timedelta

from tests.wire.discord import happenings, shapes
from tests.wire.discord.bits import Intent, Json, Kind, MessageFlag, Permission
from tests.wire.discord.bodies import CREATE, EDIT
from tests.wire.discord.call import Call, Done, routes
from tests.wire.discord.errors import Refused, invalid
from tests.wire.discord.permissions import can_write, timed_out
from tests.wire.discord.records import Channel, Message
from tests.wire.discord.rules import Many, Shape, Snowflake
from tests.wire.discord.state import made_at
from tests.wire.discord.writing import write

MAX_PINS = 250
MAX_REACTIONS = 20
BULK_OLDEST = timedelta(days=14)
DEFAULT, PINNED, REPLY = 0, 6, 19

# Writing


@routes.on("POST", "/channels/{channel}/messages")
def create_message(call: Call) -> Json:
    channel = call.channel()
    may_write(call, channel)
    return shapes.message(call.state, post(call, channel, call.checked(CREATE)))


def post(call: Call, channel: Channel, body: Json) -> Message:
    """A new message of the bot; with an enforced nonce that is known, the message it made."""
    state, nonce = call.state, body.get("nonce")
    known = state.with_nonce(channel.id, call.me, nonce) if body.get("enforce_nonce") else None
    if known is not None:
        return known
    message = Message(state.ids.new(), channel.id, call.me, state.now(), nonce=nonce, tts=bool(body.get("tts")))
    _reply(call, channel, message, body.get("message_reference"))
    if body.get("flags") is not None:
        body = body | {"flags": body["flags"] & ~MessageFlag.EPHEMERAL}
    write(state, message, body, call.files)
    if channel.archived:
        channel.archived = False
        happenings.channel_changed(state, channel)
    state.add_message(message)
    happenings.message_posted(state, message)
    call.wrote("direct" if channel.kind is Kind.DM else "post", message)
    return message


def may_write(call: Call, channel: Channel) -> None:
    """Refuse as Discord does where the bot cannot write."""
    if channel.kind in (Kind.CATEGORY, Kind.FORUM):
        raise Refused(50008)
    if channel.kind is Kind.DM:
        return _may_write_to(call, channel.recipient)
    if channel.locked and not call.may(channel, Permission.MANAGE_THREADS):
        raise Refused(160005)
    guild = call.state.guilds[channel.guild or ""]
    if not can_write(call.state, channel, call.me) or timed_out(call.state, guild.members[call.me]):
        raise Refused(50013)


def _may_write_to(call: Call, recipient: str) -> None:
    if not call.state.mutual(recipient):
        raise Refused(50278)
    user = call.state.users[recipient]
    if user.dm_closed or user.bot:
        raise Refused(50007)


def _reply(call: Call, channel: Channel, message: Message, reference: Json | None) -> None:
    if reference is None:
        return
    if reference.get("type"):
        raise invalid("message_reference", "NOT_COVERED", "This Discord does not forward messages")
    target = call.state.message(channel.id, str(reference["message_id"]))
    if target is not None and target.only is None:
        call.need(channel, Permission.READ_MESSAGE_HISTORY)
        message.reply_to, message.type = target.id, REPLY
    elif reference.get("fail_if_not_exists") is not False:
        raise invalid("message_reference", "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "Unknown message")


@routes.on("PATCH", "/channels/{channel}/messages/{message}")
def edit_message(call: Call) -> Json:
    channel = call.channel()
    message = call.message(channel)
    body = call.checked(EDIT)
    hides_embeds = set(body) == {"flags"} and call.may(channel, Permission.MANAGE_MESSAGES)
    if message.author != call.me and not hides_embeds:
        raise Refused(50005)
    return shapes.message(call.state, rewrite(call, message, body))


def rewrite(call: Call, message: Message, body: Json, *, limited: bool = True) -> Message:
    """New words for a message that is there."""
    write(call.state, message, body, call.files, limited=limited)
    message.edited_at = call.state.now()
    happenings.message_changed(call.state, message)
    call.wrote("edit", message)
    return message


@routes.on("DELETE", "/channels/{channel}/messages/{message}")
def delete_message(call: Call) -> None:
    channel = call.channel()
    message = call.message(channel)
    if message.author != call.me:
        if channel.guild is None:
            raise Refused(50003)
        call.need(channel, Permission.MANAGE_MESSAGES)
        call.audit(call.state.guilds[channel.guild], 72, message.author)
    call.state.drop_message(message)
    happenings.message_deleted(call.state, message)
    call.wrote("delete", message)


@routes.on("POST", "/channels/{channel}/messages/bulk-delete")
def bulk_delete(call: Call) -> None:
    channel = call.channel()
    body = call.checked(Shape({"messages": Many(Snowflake(null=False), unique=True, null=False)}, need=("messages",)))
    if channel.guild is None:
        raise Refused(50003)
    call.need(channel, Permission.MANAGE_MESSAGES)
    ids = [str(id) for id in body["messages"]]
    if not 2 <= len(ids) <= 100:
        raise Refused(50016)
    if any(call.state.now() - made_at(id) > BULK_OLDEST for id in ids):
        raise Refused(50034)
    found = [it for id in ids if (it := call.state.message(channel.id, id)) and it.only is None]
    for message in found:
        call.state.drop_message(message)
        call.wrote("delete", message)
    happenings.messages_deleted(call.state, channel, [it.id for it in found])
    call.audit(call.state.guilds[channel.guild], 73, channel.id)


@routes.on("POST", "/channels/{channel}/messages/{message}/crosspost")
def crosspost(call: Call) -> Json:
    channel = call.channel()
    if channel.kind is not Kind.ANNOUNCEMENT:
        raise Refused(50024)
    return shapes.message(call.state, call.message(channel))


# Reading


@routes.on("GET", "/channels/{channel}/messages")
def history(call: Call) -> list[Json]:
    channel = call.channel()
    limit = call.number("limit", 50, 1, 100)
    for name in ("around", "before", "after"):
        call.number(name, 0, 0, (1 << 64) - 1)
    if channel.kind in (Kind.CATEGORY, Kind.FORUM):
        raise Refused(50024)
    if not call.may(channel, Permission.READ_MESSAGE_HISTORY):
        return []
    return [shown(call, it) for it in reversed(_page(call, channel, limit))]


def _page(call: Call, channel: Channel, limit: int) -> list[Message]:
    """Oldest first."""
    found = list(call.state.messages(channel.id))
    if around := int(call.query.get("around") or 0):
        older = [it for it in found if int(it.id) <= around][-(limit // 2 + 1) :]
        return (older + [it for it in found if int(it.id) > around][: limit // 2])[-limit:]
    if before := int(call.query.get("before") or 0):
        return [it for it in found if int(it.id) < before][-limit:]
    if "after" in call.query:
        return [it for it in found if int(it.id) > int(call.query["after"])][:limit]
    return found[-limit:]


@routes.on("GET", "/channels/{channel}/messages/{message}")
def get_message(call: Call) -> Json:
    channel = call.channel()
    call.need(channel, Permission.READ_MESSAGE_HISTORY)
    return shown(call, call.message(channel))


def shown(call: Call, message: Message) -> Json:
    """A message, without its words where the application may not read those of others."""
    found = shapes.message(call.state, message)
    may_read = call.state.intents_open & Intent.MESSAGE_CONTENT or call.state.channels[message.channel].guild is None
    if may_read or message.author == call.me or call.me in message.mentions:
        return found
    return found | {"content": "", "embeds": [], "attachments": [], "components": []}


# Pins


@routes.on("GET", "/channels/{channel}/messages/pins")
def pins(call: Call) -> Json:
    channel = call.channel()
    limit = call.number("limit", 50, 1, 50)
    found = sorted((it for it in call.state.messages(channel.id) if it.pinned), key=lambda it: str(it.pinned_at))
    if before := call.query.get("before"):
        found = [it for it in found if str(shapes.moment(it.pinned_at)) < before]
    items = [{"pinned_at": shapes.moment(it.pinned_at), "message": shown(call, it)} for it in reversed(found)]
    return {"items": items[:limit], "has_more": len(items) > limit}


@routes.on("PUT", "/channels/{channel}/pins/{message}")
@routes.on("PUT", "/channels/{channel}/messages/pins/{message}")
def pin(call: Call) -> None:
    channel = call.channel()
    message = call.message(channel)
    call.need(channel, Permission.PIN_MESSAGES)
    if message.pinned:
        return
    if sum(it.pinned for it in call.state.messages(channel.id)) >= MAX_PINS:
        raise Refused(30003)
    message.pinned_at = channel.last_pin = call.state.now()
    _pins_changed(call, channel, message, 74)
    notice = Message(call.state.ids.new(), channel.id, call.me, call.state.now(), type=PINNED, reply_to=message.id)
    call.state.add_message(notice)
    happenings.message_posted(call.state, notice)
    call.wrote("pin", message)


@routes.on("DELETE", "/channels/{channel}/pins/{message}")
@routes.on("DELETE", "/channels/{channel}/messages/pins/{message}")
def unpin(call: Call) -> None:
    channel = call.channel()
    message = call.message(channel)
    call.need(channel, Permission.PIN_MESSAGES)
    if message.pinned:
        message.pinned_at = None
        _pins_changed(call, channel, message, 75)
        call.wrote("unpin", message)


def _pins_changed(call: Call, channel: Channel, message: Message, action: int) -> None:
    happenings.pins_changed(call.state, channel)
    happenings.message_changed(call.state, message)
    if channel.guild:
        call.audit(call.state.guilds[channel.guild], action, message.author)


# Reactions

_REACTIONS = "/channels/{channel}/messages/{message}/reactions"


def is_emoji(text: str) -> bool:
    """Whether a text is one emoji of Unicode, as far as its first character tells."""
    if not text or len(text) > 32 or any(c.isascii() and (c.isalpha() or c.isspace()) for c in text):
        return False
    keycap = text[0] in "0123456789#*" and text.endswith("\u20e3")
    return keycap or text[0] == "ℹ" or (text[0] > "\xa8" and unicodedata.category(text[0]) in _EMOJI_CATEGORIES)


_EMOJI_CATEGORIES = frozenset({"So", "Sm", "Sk", "Po", "Pd"})


@routes.on("PUT", f"{_REACTIONS}/{{emoji}}/@me")
def react(call: Call) -> None:
    channel = call.channel()
    message, emoji = call.message(channel), call.args["emoji"]
    if not is_emoji(emoji):
        raise Refused(10014)
    call.need(channel, Permission.READ_MESSAGE_HISTORY)
    if emoji not in message.reactions:
        call.need(channel, Permission.ADD_REACTIONS)
        if len(message.reactions) >= MAX_REACTIONS:
            raise Refused(30010)
    givers = message.reactions.setdefault(emoji, [])
    if call.me not in givers:
        givers.append(call.me)
        happenings.reacted(call.state, message, call.me, emoji, added=True)
        call.watch(Done("react", channel.guild, channel.id, message, words=emoji))


@routes.on("DELETE", f"{_REACTIONS}/{{emoji}}/@me")
def unreact(call: Call) -> None:
    _take_back(call, call.me)


@routes.on("DELETE", f"{_REACTIONS}/{{emoji}}/{{user}}")
def remove_reaction(call: Call) -> None:
    call.need(call.channel(), Permission.MANAGE_MESSAGES)
    _take_back(call, call.user().id)


def _take_back(call: Call, user: str) -> None:
    message, emoji = call.message(call.channel()), call.args["emoji"]
    givers = message.reactions.get(emoji, [])
    if user not in givers:
        raise Refused(10014)
    givers.remove(user)
    if not givers:
        del message.reactions[emoji]
    happenings.reacted(call.state, message, user, emoji, added=False)


@routes.on("GET", f"{_REACTIONS}/{{emoji}}")
def who_reacted(call: Call) -> list[Json]:
    message = call.message(call.channel())
    after, limit = int(call.query.get("after") or 0), call.number("limit", 25, 1, 100)
    givers = sorted((id for id in message.reactions.get(call.args["emoji"], []) if int(id) > after), key=int)
    return [shapes.user(call.state.users[id]) for id in givers[:limit]]


@routes.on("DELETE", f"{_REACTIONS}/{{emoji}}")
def clear_reaction(call: Call) -> None:
    _clear(call, call.args["emoji"])


@routes.on("DELETE", _REACTIONS)
def clear_reactions(call: Call) -> None:
    _clear(call, None)


def _clear(call: Call, emoji: str | None) -> None:
    channel = call.channel()
    message = call.message(channel)
    call.need(channel, Permission.MANAGE_MESSAGES)
    if emoji is None:
        message.reactions.clear()
    elif message.reactions.pop(emoji, None) is None:
        raise Refused(10014)
    happenings.reactions_cleared(call.state, message, emoji)

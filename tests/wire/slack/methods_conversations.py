"""conversations.*: channels, their members and what was said there."""

from __future__ import annotations

from dataclasses import replace

from tests.wire.slack import happenings, shapes, writing
from tests.wire.slack.bits import Json, seconds, ts_number
from tests.wire.slack.call import Call, methods
from tests.wire.slack.errors import Refused
from tests.wire.slack.records import Channel, Message

READ = "channels:read groups:read mpim:read im:read"
HISTORY = "channels:history groups:history mpim:history im:history"
MANAGE = "channels:manage groups:write"
TYPES = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}


def _wanted(call: Call) -> set[str]:
    """The kinds of conversation that are asked for; each needs its scope."""
    types = call.names("types") or ["public_channel"]
    if any(kind not in TYPES for kind in types):
        raise Refused("invalid_types")
    for kind in types:
        call.scope(f"{TYPES[kind]}:read")
    return {TYPES[kind] for kind in types}


def _listed(call: Call, whose: str) -> list[Channel]:
    wanted, hidden = _wanted(call), call.flag("exclude_archived")
    found = [it for it in call.state.channels.values() if it.team == call.team and it.family in wanted]
    known = [it for it in found if it.family == "channels" or call.me in it.members]
    return [it for it in known if not (hidden and it.archived) and (not whose or whose in it.members)]


@methods.on("conversations.list", "types exclude_archived limit cursor", scopes=READ, tier=2)
def list_all(call: Call) -> Json:
    found, more = call.page(_listed(call, ""))
    return {"channels": [shapes.channel(call.state, it, call.me) for it in found], "response_metadata": more}


@methods.on("users.conversations", "user types exclude_archived limit cursor", scopes=READ, tier=3)
def of_user(call: Call) -> Json:
    whose = call.user(call.text("user") or call.me)
    found, more = call.page(_listed(call, whose.id))
    return {"channels": [shapes.channel(call.state, it, call.me) for it in found], "response_metadata": more}


@methods.on("conversations.info", "channel! include_locale include_num_members", scopes=READ, tier=3)
def info(call: Call) -> Json:
    channel = call.channel()
    call.scope_for(channel, "read")
    shown = shapes.channel(call.state, channel, call.me)
    if not call.flag("include_num_members"):
        shown.pop("num_members", None)
    if call.flag("include_locale"):
        shown["locale"] = call.state.users[call.me].locale
    return {"channel": shown}


@methods.on("conversations.members", "channel! limit cursor", scopes=READ, tier=4)
def members(call: Call) -> Json:
    channel = call.channel()
    call.scope_for(channel, "read")
    found, more = call.page(channel.members)
    return {"members": found, "response_metadata": more}


# What was said


@methods.on(
    "conversations.history",
    "channel! latest oldest inclusive limit cursor include_all_metadata",
    scopes=HISTORY,
    tier=3,
)
def history(call: Call) -> Json:
    """Newest first, replies left out unless they were broadcast."""
    channel = _readable(call)
    found = [it for it in call.state.messages(channel.id) if not it.is_reply or it.subtype == "thread_broadcast"]
    kept, more = call.page(_between(call, list(reversed(found))))
    metadata = call.flag("include_all_metadata")
    answer: Json = {
        "messages": [shapes.stored(call.state, it, metadata=metadata) for it in kept],
        "has_more": bool(more["next_cursor"]),
        "pin_count": len(channel.pins),
        "channel_actions_ts": None,
        "channel_actions_count": 0,
    }
    return answer | ({"response_metadata": more} if more["next_cursor"] else {})


@methods.on(
    "conversations.replies",
    "channel! ts! latest oldest inclusive limit cursor include_all_metadata",
    scopes=HISTORY,
    tier=3,
)
def replies(call: Call) -> Json:
    """The root and its replies, oldest first."""
    channel = _readable(call)
    root = call.message(channel, call.ts("ts", "thread_not_found"), "thread_not_found")
    found = [root, *_between(call, call.state.replies(root))]
    kept, more = call.page(found, 1000)
    metadata = call.flag("include_all_metadata")
    shown = [shapes.stored(call.state, it, metadata=metadata) for it in kept]
    answer: Json = {"messages": shown, "has_more": bool(more["next_cursor"])}
    return answer | ({"response_metadata": more} if more["next_cursor"] else {})


def _readable(call: Call) -> Channel:
    channel = call.channel()
    call.scope_for(channel, "history")
    call.inside(channel)
    return channel


def _between(call: Call, found: list[Message]) -> list[Message]:
    oldest, latest = _bound(call, "oldest"), _bound(call, "latest")
    inclusive = call.flag("inclusive")

    def kept(message: Message) -> bool:
        at = ts_number(message.ts)
        if inclusive and at in (oldest, latest):
            return True
        return (oldest is None or at > oldest) and (latest is None or at < latest)

    return [it for it in found if kept(it)]


def _bound(call: Call, name: str) -> int | None:
    value = call.text(name)
    if not value:
        return None
    try:
        return ts_number(value)
    except ValueError:
        raise Refused(f"invalid_ts_{name}") from None


# Coming and going


@methods.on("conversations.join", "channel!", scopes="channels:join", tier=3)
def join(call: Call) -> Json:
    channel = call.channel()
    if channel.private or channel.is_im:
        raise Refused("method_not_supported_for_channel_type")
    if channel.archived:
        raise Refused("is_archived")
    answer: Json = {}
    if call.me in channel.members:
        answer = {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
    else:
        happenings.entered(call.state, channel, call.me)
    return {"channel": shapes.channel(call.state, channel, call.me), **answer}


@methods.on("conversations.leave", "channel!", scopes=MANAGE, tier=3)
def leave(call: Call) -> Json:
    channel = call.channel()
    if channel.is_im:
        raise Refused("method_not_supported_for_channel_type")
    if channel.general:
        raise Refused("cant_leave_general")
    if call.me not in channel.members:
        return {"not_in_channel": True}
    happenings.left(call.state, channel, call.me)
    return {}


@methods.on("conversations.invite", "channel! users! force", scopes=MANAGE, tier=3)
def invite(call: Call) -> Json:
    channel = _managed(call)
    call.inside(channel)
    users = [call.user(id) for id in call.names("users")]
    for user in users:
        if user.id == call.me:
            raise Refused("cant_invite_self")
        if user.id in channel.members:
            raise Refused("already_in_channel")
    for user in users:
        happenings.entered(call.state, channel, user.id, call.me)
    return {"channel": shapes.channel(call.state, channel, call.me)}


@methods.on("conversations.kick", "channel! user!", scopes=MANAGE, tier=3)
def kick(call: Call) -> Json:
    channel = _managed(call)
    user = call.user(call.need("user"))
    if channel.general:
        raise Refused("cant_kick_from_general")
    if user.id == call.me:
        raise Refused("cant_kick_self")
    call.inside(channel)
    if user.id not in channel.members:
        raise Refused("not_in_channel")
    if call.state.teams[call.team].restricts_kick and not channel.private:
        raise Refused("restricted_action")
    happenings.left(call.state, channel, user.id)
    writing.record(call.state, "kick", call.team, channel, to=user.id)
    return {"errors": {}}


def _managed(call: Call) -> Channel:
    """A channel that this token may change."""
    channel = call.channel()
    if channel.is_im:
        raise Refused("method_not_supported_for_channel_type")
    call.scope("groups:write" if channel.private else "channels:manage")
    if channel.archived:
        raise Refused("is_archived")
    return channel


@methods.on("conversations.open", "channel users return_im prevent_creation", scopes="im:write mpim:write", tier=3)
def open_direct(call: Call) -> Json:
    """The app's conversation with one person."""
    state = call.state
    if call.text("channel"):
        channel = call.channel()
        if not channel.is_im:
            raise Refused("method_not_supported_for_channel_type")
    else:
        channel = _with(call, call.names("users"))
    shown = {"id": channel.id}
    if call.flag("return_im"):
        shown = shapes.channel(state, channel, call.me)
    return {"channel": shown, "no_op": True, "already_open": True}


def _with(call: Call, users: list[str]) -> Channel:
    if not users:
        raise Refused("users_list_not_supplied")
    if len(users) > 1:
        raise Refused("method_not_supported_for_channel_type")
    user = call.user(users[0])
    if user.is_bot:
        raise Refused("cannot_dm_bot")
    if user.deleted:
        raise Refused("user_disabled")
    return call.state.direct(call.team, user.id)


# Making and changing


@methods.on("conversations.create", "name! is_private", scopes=MANAGE, tier=2)
def create(call: Call) -> Json:
    private, name = call.flag("is_private"), call.need("name")
    call.scope("groups:write" if private else "channels:manage")
    _named(call, name)
    channel = Channel(call.state.new.id("C"), call.team, name, call.now, call.me, private, members=[call.me])
    call.state.channels[channel.id] = channel
    happenings.created(call.state, channel)
    return {"channel": shapes.channel(call.state, channel, call.me)}


def _named(call: Call, name: str) -> None:
    if call.state.channel_named(call.team, name):
        raise Refused("name_taken")
    if len(name) > 80:
        raise Refused("invalid_name_maxlength")
    if name != name.lower() or not all(c.isalnum() or c in "-_" for c in name):
        raise Refused("invalid_name_specials")


@methods.on("conversations.rename", "channel! name!", scopes=MANAGE, tier=2)
def rename(call: Call) -> Json:
    channel = _managed(call)
    call.inside(channel)
    if channel.creator != call.me:
        raise Refused("not_authorized")
    _named(call, call.need("name"))
    channel.name = call.need("name")
    happenings.renamed(call.state, channel)
    return {"channel": shapes.channel(call.state, channel, call.me)}


@methods.on("conversations.archive", "channel!", scopes=MANAGE, tier=2)
def archive(call: Call) -> Json:
    channel = call.channel()
    if channel.archived:
        raise Refused("already_archived")
    channel = _managed(call)
    if channel.general:
        raise Refused("cant_archive_general")
    call.inside(channel)
    channel.archived = True
    happenings.archived(call.state, channel, call.me)
    return {}


@methods.on("conversations.unarchive", "channel!", scopes=MANAGE, tier=2)
def unarchive(call: Call) -> Json:
    channel = call.channel()
    call.scope("groups:write" if channel.private else "channels:manage")
    if not channel.archived:
        raise Refused("not_archived")
    channel.archived = False
    happenings.archived(call.state, channel, call.me)
    return {}


@methods.on("conversations.setTopic", "channel! topic!", scopes=f"{MANAGE} channels:write.topic", tier=2)
def set_topic(call: Call) -> Json:
    return _set(call, "topic")


@methods.on("conversations.setPurpose", "channel! purpose!", scopes=f"{MANAGE} channels:write.topic", tier=2)
def set_purpose(call: Call) -> Json:
    return _set(call, "purpose")


def _set(call: Call, what: str) -> Json:
    channel = _managed(call)
    call.inside(channel)
    words = call.text(what)
    if len(words) > 250:
        raise Refused("too_long")
    setattr(channel, what, words)
    text = f"<@{call.me}> set the channel {what}: {words}"
    new = writing.by_bot(call.state, channel, {"text": text}, subtype=f"channel_{what}", more={what: words})
    writing.publish(call.state, replace(new, bot_id=None, app_id=None))
    shown = shapes.channel(call.state, channel, call.me)
    shown[what] = {"value": words, "creator": call.me, "last_set": seconds(call.now)}
    return {"channel": shown}


@methods.on("conversations.mark", "channel! ts!", scopes="channels:manage groups:write im:write", tier=3)
def mark(call: Call) -> Json:
    call.inside(call.channel())
    return {}

"""Threads and forum posts."""

from __future__ import annotations

from datetime import datetime

from tests.wire.discord import happenings, shapes
from tests.wire.discord.bits import THREADS, Json, Kind, MessageFlag, Permission
from tests.wire.discord.bodies import CREATE
from tests.wire.discord.call import Call, Created, Done, routes
from tests.wire.discord.errors import Refused, invalid
from tests.wire.discord.permissions import can_see
from tests.wire.discord.records import Channel, Message
from tests.wire.discord.routes_messages import post
from tests.wire.discord.rules import Anything, Many, Rule, Shape, Snowflake, Text, Whole, YesNo
from tests.wire.discord.state import State

_FIELDS: dict[str, Rule] = {
    "name": Text(100, least=1),
    "auto_archive_duration": Whole(among=frozenset({60, 1440, 4320, 10080})),
    "rate_limit_per_user": Whole(0, 21600),
}


@routes.on("POST", "/channels/{channel}/messages/{message}/threads")
def thread_under(call: Call) -> Created:
    """A thread has the id of the message it hangs from."""
    channel = call.channel()
    message = call.message(channel)
    body = call.checked(Shape(_FIELDS, need=("name",)))
    if channel.kind not in (Kind.TEXT, Kind.ANNOUNCEMENT):
        raise Refused(50024)
    if message.id in call.state.channels:
        raise Refused(160004)
    call.need(channel, Permission.CREATE_PUBLIC_THREADS)
    thread = open_thread(call.state, channel, body, call.me, message)
    call.watch(Done("thread", channel.guild, channel.id, message, words=thread.name))
    return Created(shapes.thread(call.state, thread))


def open_thread(state: State, channel: Channel, body: Json, owner: str, message: Message | None) -> Channel:
    """A new thread, told to everybody."""
    id = message.id if message else state.ids.new()
    thread = Channel(id, Kind(body.get("type") or Kind.PUBLIC_THREAD), channel.guild, body["name"], channel.id)
    thread.owner, thread.joined = owner, [owner]
    thread.archive_after = body.get("auto_archive_duration") or 4320
    thread.slow = body.get("rate_limit_per_user") or 0
    thread.tags = [str(id) for id in body.get("applied_tags") or []]
    state.add_channel(thread)
    happenings.channel_changed(state, thread, "CREATE")
    if message is not None:
        message.flags |= MessageFlag.HAS_THREAD
        happenings.message_changed(state, message)
    return thread


@routes.on("POST", "/channels/{channel}/threads")
def thread_alone(call: Call) -> Created:
    """A thread without a message; in a forum, a post with its first message."""
    channel = call.channel()
    if channel.kind is Kind.FORUM:
        return _forum_post(call, channel)
    kinds = Whole(among=frozenset(int(it) for it in THREADS))
    body = call.checked(Shape(_FIELDS | {"type": kinds, "invitable": YesNo(), "location": Anything()}, need=("name",)))
    if channel.kind not in (Kind.TEXT, Kind.ANNOUNCEMENT):
        raise Refused(50024)
    private = (body.get("type") or Kind.PRIVATE_THREAD) == Kind.PRIVATE_THREAD
    call.need(channel, Permission.CREATE_PRIVATE_THREADS if private else Permission.CREATE_PUBLIC_THREADS)
    kind = Kind.PRIVATE_THREAD if private else Kind.PUBLIC_THREAD
    thread = open_thread(call.state, channel, body | {"type": kind}, call.me, None)
    call.watch(Done("thread", channel.guild, channel.id, words=thread.name))
    return Created(shapes.thread(call.state, thread))


def _forum_post(call: Call, channel: Channel) -> Created:
    tags = Many(Snowflake(), most=5)
    body = call.checked(Shape(_FIELDS | {"message": CREATE, "applied_tags": tags}, need=("name", "message")))
    call.need(channel, Permission.SEND_MESSAGES)
    known = {it["id"] for it in channel.available_tags}
    if not {str(id) for id in body.get("applied_tags") or []} <= known:
        raise invalid("applied_tags", "INVALID_THREAD_TAG", "Unknown tag")
    thread = open_thread(call.state, channel, body, call.me, None)
    message = post(call, thread, body["message"])
    return Created(shapes.thread(call.state, thread) | {"message": shapes.message(call.state, message)})


# Who is in a thread


@routes.on("PUT", "/channels/{channel}/thread-members/@me")
def enter(call: Call) -> None:
    thread = _thread(call)
    if call.me not in thread.joined:
        thread.joined.append(call.me)


@routes.on("DELETE", "/channels/{channel}/thread-members/@me")
def leave(call: Call) -> None:
    thread = _thread(call)
    if call.me in thread.joined:
        thread.joined.remove(call.me)


@routes.on("PUT", "/channels/{channel}/thread-members/{user}")
def bring_in(call: Call) -> None:
    thread, user = _thread(call), call.user()
    if call.state.member(thread.guild, user.id) is None:
        raise Refused(10007)
    if user.id not in thread.joined:
        thread.joined.append(user.id)


@routes.on("DELETE", "/channels/{channel}/thread-members/{user}")
def put_out(call: Call) -> None:
    thread, user = _thread(call), call.user()
    call.need(thread, Permission.MANAGE_THREADS)
    if user.id not in thread.joined:
        raise Refused(10007)
    thread.joined.remove(user.id)


@routes.on("GET", "/channels/{channel}/thread-members")
def thread_members(call: Call) -> list[Json]:
    thread = _thread(call)
    return [shapes.thread_member(call.state, thread, user) for user in thread.joined]


def _thread(call: Call) -> Channel:
    thread = call.channel()
    if not thread.is_thread:
        raise Refused(50024)
    return thread


@routes.on("GET", "/channels/{channel}/threads/archived/public")
def archived_threads(call: Call) -> Json:
    channel = call.channel()
    call.need(channel, Permission.READ_MESSAGE_HISTORY)
    found = [it for it in call.state.threads(channel.id) if it.archived and it.kind is Kind.PUBLIC_THREAD]
    if before := call.query.get("before"):
        found = [it for it in found if it.archived_at and it.archived_at < datetime.fromisoformat(before)]
    found = sorted((it for it in found if can_see(call.state, it, call.me)), key=lambda it: str(it.archived_at))
    limit = call.number("limit", 50, 2, 100)
    threads = [shapes.thread(call.state, it) for it in reversed(found)]
    return {"threads": threads[:limit], "members": [], "has_more": len(threads) > limit}

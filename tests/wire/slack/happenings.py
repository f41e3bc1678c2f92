"""What happens in a workspace, told as Slack's events."""

from __future__ import annotations

from copy import deepcopy

from tests.wire.slack import shapes
from tests.wire.slack.bits import Json, seconds
from tests.wire.slack.mrkdwn import mentions
from tests.wire.slack.records import Channel, Grant, Message, Team, User, UserGroup
from tests.wire.slack.state import State

NEEDS = {
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "app_mention": "app_mentions:read",
    "team_join": "users:read",
    "user_change": "users:read",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "pin_added": "pins:read",
    "pin_removed": "pins:read",
    "channel_created": "channels:read",
    "channel_rename": "channels:read",
    "channel_archive": "channels:read",
    "channel_unarchive": "channels:read",
    "channel_deleted": "channels:read",
    "channel_left": "channels:read",
    "group_left": "groups:read",
    "group_rename": "groups:read",
    "group_archive": "groups:read",
    "group_unarchive": "groups:read",
    "subteam_created": "usergroups:read",
    "subteam_updated": "usergroups:read",
    "file_shared": "files:read",
}
"""The scope without which an app gets no such event. Those that depend on the channel are looked at there."""


def _tell(state: State, team: str, kind: str, event: Json) -> None:
    state.tell(team, kind, {**event, "event_ts": event.get("event_ts") or state.new.ts()})


def _about(state: State, channel: Channel, kind: str, event: Json) -> None:
    """An event of a channel: the app hears of those where it is a member."""
    if state.bot_in(channel):
        _tell(state, channel.team, kind, event)


def _words(state: State, channel: Channel, event: Json) -> None:
    kind = f"message.{'im' if channel.is_im else channel.family}"
    _about(state, channel, kind, {"channel": channel.id, "channel_type": channel.type, **event})


# Messages


def posted(state: State, message: Message) -> None:
    """Something was said; a mention of the app is told twice."""
    channel = state.channels[message.channel]
    shown = shapes.message(state, message, metadata=True)
    if message.subtype == "thread_broadcast" and (root := state.message(message.channel, message.thread_ts or "")):
        shown["root"] = shapes.message(state, root)
    _words(state, channel, {**shown, "event_ts": message.ts})
    bot = state.teams[channel.team].bot
    if message.user == bot or message.subtype or channel.is_im or bot not in mentions(message.text):
        return
    mention = {**shown, "type": "app_mention", "channel": channel.id, "event_ts": message.ts}
    _about(state, channel, "app_mention", mention)


def changed(state: State, message: Message, before: Json) -> None:
    """A message has new words; ``before`` is how it was shown."""
    channel = state.channels[message.channel]
    shown = shapes.message(state, message, metadata=True)
    event = {"message": shown, "previous_message": before, "hidden": True}
    _words(state, channel, _hidden(state, "message_changed", event))


def deleted(state: State, message: Message) -> None:
    """A message is gone."""
    channel = state.channels[message.channel]
    before = shapes.message(state, message, metadata=True)
    event = {"deleted_ts": message.ts, "previous_message": before, "hidden": True}
    _words(state, channel, _hidden(state, "message_deleted", event))


def _hidden(state: State, subtype: str, event: Json) -> Json:
    return {"type": "message", "subtype": subtype, "ts": state.new.ts(), **event}


# People


def team_joined(state: State, user: User) -> None:
    _tell(state, user.team, "team_join", {"type": "team_join", "user": shapes.user(state, user, locale=True)})


def user_changed(state: State, user: User) -> None:
    """Somebody's profile, rights or account changed."""
    user.updated = state.now()
    shown = shapes.user(state, user, locale=True)
    _tell(state, user.team, "user_change", {"type": "user_change", "user": shown, "cache_ts": user.updated.timestamp()})


def group_changed(state: State, group: UserGroup) -> None:
    """Others are in a user group."""
    shown = {**shapes.group(group), "users": list(group.users)}
    _tell(state, group.team, "subteam_updated", {"type": "subteam_updated", "subteam": shown})


def entered(state: State, channel: Channel, user: str, inviter: str | None = None) -> None:
    """Somebody is a new member of a channel, where Slack says so too."""
    channel.members.append(user)
    event: Json = {"type": "member_joined_channel", "user": user, "channel": channel.id, "team": channel.team}
    event |= {"channel_type": "G" if channel.private else "C"} | ({"inviter": inviter} if inviter else {})
    _about(state, channel, "member_joined_channel", event)
    subtype = "group_join" if channel.private else "channel_join"
    more: Json = {"inviter": inviter} if inviter else {}
    words = f"<@{user}> has joined the {'group' if channel.private else 'channel'}"
    posted(state, state.add_message(Message(state.new.ts(), channel.id, user, words, subtype=subtype, more=more)))


def left(state: State, channel: Channel, user: str) -> None:
    """Somebody is no longer a member of a channel."""
    event: Json = {"type": "member_left_channel", "user": user, "channel": channel.id, "team": channel.team}
    event |= {"channel_type": "G" if channel.private else "C"}
    was_there = state.bot_in(channel)
    channel.members.remove(user)
    if user == state.teams[channel.team].bot:
        kind = "group_left" if channel.private else "channel_left"
        _tell(state, channel.team, kind, {"type": kind, "channel": channel.id, "actor_id": user})
    elif was_there:
        _about(state, channel, "member_left_channel", event)


# The app


def tokens_revoked(state: State, grant: Grant) -> None:
    """A token of the app's, or of somebody who lent it theirs, works no longer."""
    who: dict[str, list[str]] = {"oauth": [], "bot": []} | {"bot" if grant.kind == "bot" else "oauth": [grant.user]}
    _tell(state, grant.team, "tokens_revoked", {"type": "tokens_revoked", "tokens": who})


def app_uninstalled(state: State, team: Team) -> None:
    _tell(state, team.id, "app_uninstalled", {"type": "app_uninstalled"})


# Reactions and pins


def reacted(state: State, message: Message, user: str, name: str, *, added: bool) -> None:
    kind = "reaction_added" if added else "reaction_removed"
    item = {"type": "message", "channel": message.channel, "ts": message.ts}
    event: Json = {"type": kind, "user": user, "reaction": name, "item": item}
    event |= {"item_user": message.user} if message.user else {}
    _about(state, state.channels[message.channel], kind, event)


def pinned(state: State, message: Message, user: str, *, added: bool) -> None:
    kind, channel = "pin_added" if added else "pin_removed", state.channels[message.channel]
    item = {"type": "message", "channel": channel.id, "created": 0, "created_by": user}
    item |= {"message": {**shapes.stored(state, message), "permalink": shapes.permalink(state, message)}}
    event: Json = {"type": kind, "user": user, "channel_id": channel.id, "item": item, "item_user": message.user}
    event |= {} if added else {"has_pins": bool(channel.pins)}
    event |= {"pin_count": len(channel.pins)}
    _about(state, channel, kind, event)


# Channels


def created(state: State, channel: Channel) -> None:
    """Only public channels are announced to everybody."""
    if not channel.private:
        shown = {"id": channel.id, "name": channel.name, "created": seconds(channel.created)}
        shown |= {"creator": channel.creator, "is_channel": True, "name_normalized": channel.name}
        _tell(state, channel.team, "channel_created", {"type": "channel_created", "channel": shown})


def renamed(state: State, channel: Channel) -> None:
    kind = "group_rename" if channel.private else "channel_rename"
    shown: Json = {"id": channel.id, "name": channel.name, "name_normalized": channel.name}
    shown |= {"created": seconds(channel.created), "is_channel": not channel.private, "is_mpim": False}
    _public_or_inside(state, channel, {"type": kind, "channel": shown})


def archived(state: State, channel: Channel, user: str) -> None:
    kind = f"{'group' if channel.private else 'channel'}_{'archive' if channel.archived else 'unarchive'}"
    _public_or_inside(state, channel, {"type": kind, "channel": channel.id, "user": user})


def _public_or_inside(state: State, channel: Channel, event: Json) -> None:
    if not channel.private or state.bot_in(channel):
        _tell(state, channel.team, event["type"], event)


def home_opened(state: State, user: User, view: Json | None) -> None:
    """Somebody looks at the app's Home tab."""
    channel = state.direct(user.team, user.id)
    event: Json = {"type": "app_home_opened", "user": user.id, "channel": channel.id, "tab": "home"}
    _tell(state, user.team, "app_home_opened", event | ({"view": deepcopy(view)} if view else {}))


def files_shared(state: State, channel: Channel, files: list[str], user: str) -> None:
    for id in files:
        event: Json = {"type": "file_shared", "file_id": id, "user_id": user, "file": {"id": id}}
        _about(state, channel, "file_shared", {**event, "channel_id": channel.id})

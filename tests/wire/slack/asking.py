"""What Slack sends when somebody asks the app for something."""

from __future__ import annotations

from copy import deepcopy

from tests.wire.slack import shapes
from tests.wire.slack.bits import Json
from tests.wire.slack.inputs import beginnings
from tests.wire.slack.records import Channel, Message, User, View
from tests.wire.slack.state import State


def command(state: State, user: User, channel: Channel, name: str, text: str) -> Json:
    """A slash command; everything is text."""
    team = state.teams[user.team]
    return {
        "token": state.app.token,
        "team_id": team.id,
        "team_domain": team.domain,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": user.id,
        "user_name": user.handle,
        "command": name,
        "text": text,
        "api_app_id": state.app.id,
        "is_enterprise_install": "false",
        "response_url": state.hook(team.id, user.id, channel.id),
        "trigger_id": state.trigger(team.id, user.id, channel.id).id,
    }


def channel_name(channel: Channel) -> str:
    """Private places have no name of their own here."""
    return "directmessage" if channel.is_im else "privategroup" if channel.private else channel.name


def _common(state: State, user: User) -> Json:
    team = state.teams[user.team]
    return {
        "user": {"id": user.id, "username": user.handle, "name": user.handle, "team_id": team.id},
        "api_app_id": state.app.id,
        "token": state.app.token,
        "team": {"id": team.id, "domain": team.domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def message_action(state: State, user: User, message: Message, action: Json) -> Json:
    """A button or menu of a message. What is ephemeral is not shown again."""
    channel = state.channels[message.channel]
    container: Json = {"type": "message", "message_ts": message.ts, "channel_id": channel.id}
    container |= {"is_ephemeral": message.only is not None}
    container |= {"thread_ts": message.thread_ts} if message.thread_ts else {}
    values = beginnings(message.blocks, channel.id)
    _put(values, action)
    payload: Json = {
        "type": "block_actions",
        **_common(state, user),
        "container": container,
        "trigger_id": state.trigger(user.team, user.id, channel.id).id,
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "state": {"values": values},
        "response_url": state.hook(user.team, user.id, channel.id, message),
        "actions": [action],
    }
    return payload if message.only is not None else payload | {"message": shapes.message(state, message)}


def view_action(state: State, user: User, view: View, action: Json) -> Json:
    """A button or menu of a modal or Home tab."""
    _put(view.values, action)
    trigger = state.trigger(user.team, user.id, view.channel, view.id if view.is_modal else None)
    return {
        "type": "block_actions",
        **_common(state, user),
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": trigger.id,
        "view": shapes.view(view),
        "actions": [action],
    }


def _put(values: dict[str, dict[str, Json]], action: Json) -> None:
    """A menu keeps what was chosen in it."""
    standing = values.get(action["block_id"], {}).get(action["action_id"])
    if standing is not None:
        standing |= {name: deepcopy(action[name]) for name in standing if name in action}


def submission(state: State, user: User, view: View) -> Json:
    """A modal that was sent."""
    return {
        "type": "view_submission",
        **_common(state, user),
        "trigger_id": state.trigger(user.team, user.id, view.channel, view.id).id,
        "view": shapes.view(view),
        "response_urls": [],
    }


def closing(state: State, user: User, view: View, *, cleared: bool) -> Json:
    """A modal that was dismissed."""
    return {"type": "view_closed", **_common(state, user), "view": shapes.view(view), "is_cleared": cleared}


def suggestion(state: State, user: User, block: Json, element: Json, typed: str, where: View | Message) -> Json:
    """What was typed in a menu whose options the app gives."""
    payload: Json = {
        "type": "block_suggestion",
        **_common(state, user),
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "value": typed,
    }
    if isinstance(where, View):
        return payload | {"container": {"type": "view", "view_id": where.id}, "view": shapes.view(where)}
    channel = {"id": where.channel, "name": channel_name(state.channels[where.channel])}
    container = {"type": "message", "message_ts": where.ts, "channel_id": where.channel, "is_ephemeral": False}
    return payload | {"container": container, "channel": channel, "message": shapes.message(state, where)}


def shortcut(state: State, user: User, callback: str, message: Message | None = None) -> Json:
    """A shortcut, global or on a message."""
    payload: Json = {**_common(state, user), "callback_id": callback, "action_ts": state.new.ts()}
    if message is None:
        trigger = state.trigger(user.team, user.id, "")
        return {"type": "shortcut", **payload, "trigger_id": trigger.id}
    channel = state.channels[message.channel]
    return {
        "type": "message_action",
        **payload,
        "trigger_id": state.trigger(user.team, user.id, channel.id).id,
        "message_ts": message.ts,
        "response_url": state.hook(user.team, user.id, channel.id),
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "message": shapes.message(state, message),
    }


KEPT = ("text", "value", "placeholder", "style", "url")


def action_of(state: State, block: Json, element: Json, given: Json) -> Json:
    """One entry of ``actions``."""
    kept: Json = {name: deepcopy(element[name]) for name in KEPT if name in element}
    common: Json = {"action_id": element["action_id"], "block_id": block["block_id"], "type": element["type"]}
    return {**common, **kept, **given, "action_ts": state.new.ts()}

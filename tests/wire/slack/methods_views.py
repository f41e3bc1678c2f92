"""views.*: modals and Home tabs."""

from __future__ import annotations

from tests.wire.slack import shapes, writing
from tests.wire.slack.bits import Json
from tests.wire.slack.blocks import checked_view
from tests.wire.slack.call import Call, methods
from tests.wire.slack.errors import Refused, invalid_arguments
from tests.wire.slack.inputs import beginnings
from tests.wire.slack.plain import Reader
from tests.wire.slack.records import View
from tests.wire.slack.state import State

DEEP = 3
"""Modals on top of each other."""


def given(call: Call, *surfaces: str) -> Json:
    view = call.json("view", "invalid_arguments")
    if view is None:
        raise invalid_arguments("missing required field: view")
    return checked_view(view, *surfaces)


def make(state: State, user: str, body: Json, *, previous: View | None = None, channel: str = "") -> View:
    """A new view before somebody's eyes. ``body`` was checked."""
    team = state.teams[state.users[user].team]
    external = body.get("external_id")
    open_ = [it for it in state.views.values() if it.team == team.id and _still_open(state, it)]
    if external and any(it.body.get("external_id") == external for it in open_):
        raise Refused("duplicate_external_id")
    id = state.new.id("V")
    root = previous.root if previous else id
    kept = {**body, "blocks": writing.complete(state, body["blocks"])}
    view = View(id, team.id, user, kept, shapes.fresh_hash(state), state.app.id, team.bot_id, root)
    view.previous, view.channel = (previous.id if previous else None), channel
    view.values = beginnings(kept["blocks"], channel)
    view.revision = state.tick()
    state.views[id] = view
    return view


def replace(state: State, view: View, body: Json) -> View:
    """Give a view another body. What was typed stays where block and action are still there."""
    kept = {**body, "blocks": writing.complete(state, body["blocks"])}
    before = view.values
    view.body, view.hash, view.errors = kept, shapes.fresh_hash(state), {}
    view.values = beginnings(kept["blocks"], view.channel)
    for block, actions in view.values.items():
        for action, value in actions.items():
            old = before.get(block, {}).get(action)
            if old and old["type"] == value["type"]:
                actions[action] = old
    view.revision = state.tick()
    return view


def push(state: State, below: View, body: Json) -> View:
    """A modal on top of another."""
    stack = state.stacks.get(below.user, [])
    if len(stack) >= DEEP:
        raise Refused("push_limit_reached")
    view = make(state, below.user, body, previous=below, channel=below.channel)
    state.stacks.setdefault(below.user, []).append(view.id)
    return view


def shown(state: State, view: View) -> None:
    """Note that the app shows somebody a form."""
    reading = Reader(state, view.team, view.user).view(view)
    writing.record(state, "form", view.team, state.channels.get(view.channel), to=view.user, reading=reading)


@methods.on("views.open", "trigger_id view! interactivity_pointer", tier=4)
def open_view(call: Call) -> Json:
    body = given(call, "modal")
    trigger = call.state.spend(call.need("trigger_id"))
    if trigger.team != call.team:
        raise Refused("invalid_trigger_id")
    view = make(call.state, trigger.user, body, channel=trigger.channel)
    call.state.stacks[trigger.user] = [view.id]
    shown(call.state, view)
    return {"view": shapes.view(view)}


@methods.on("views.push", "trigger_id view! interactivity_pointer", tier=4)
def push_view(call: Call) -> Json:
    body = given(call, "modal")
    trigger = call.state.spend(call.need("trigger_id"))
    below = call.state.views.get(trigger.view or "")
    if below is None or below.id not in call.state.stacks.get(trigger.user, ()):
        raise Refused("not_found")
    view = push(call.state, below, body)
    shown(call.state, view)
    return {"view": shapes.view(view)}


@methods.on("views.update", "view! view_id external_id hash", tier=4)
def update_view(call: Call) -> Json:
    id, external = call.text("view_id"), call.text("external_id")
    if bool(id) == bool(external):
        words = "Cannot provide both `view_id` and `external_id`" if id else "missing required field: view_id"
        raise invalid_arguments(words)
    known = [it for it in call.state.views.values() if _still_open(call.state, it)]
    view = next((it for it in known if it.id == id or (external and it.body.get("external_id") == external)), None)
    if view is None or view.team != call.team:
        raise Refused("not_found")
    body = given(call, "modal" if view.is_modal else "home")
    if (hash := call.text("hash")) and hash != view.hash:
        raise Refused("hash_conflict")
    replace(call.state, view, body)
    if view.is_modal:
        shown(call.state, view)
    return {"view": shapes.view(view)}


def _still_open(state: State, view: View) -> bool:
    return not view.is_modal or view.id in state.stacks.get(view.user, ())


@methods.on("views.publish", "user_id! view! hash", tier=4)
def publish(call: Call) -> Json:
    """The Home tab of one person."""
    body, user = given(call, "home"), call.user(call.need("user_id"))
    state = call.state
    view = state.views.get(state.homes.get(user.id, ""))
    if view is None:
        view = make(state, user.id, body)
        state.homes[user.id] = view.id
    elif (hash := call.text("hash")) and hash != view.hash:
        raise Refused("hash_conflict")
    else:
        replace(state, view, body)
    return {"view": shapes.view(view)}

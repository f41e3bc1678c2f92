"""Modals: what the app answers when one is sent, and how one looks in neutral words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.forms import Choice, FieldSpec, Kind, Sheet
from tests.wire.slack import methods_views
from tests.wire.slack.blocks import checked_view
from tests.wire.slack.errors import Refused
from tests.wire.slack.plain import Reader, options
from tests.wire.slack.records import View
from tests.wire.slack.state import State

if TYPE_CHECKING:
    from tests.wire.slack.delivery import Parcel

TROUBLE = "We had some trouble connecting. Try again?"
KINDS = {
    "number_input": Kind.NUMBER,
    "users_select": Kind.MEMBER,
    "channels_select": Kind.CHANNEL,
    "conversations_select": Kind.CHANNEL,
    "datetimepicker": Kind.MOMENT,
    "timepicker": Kind.TIME,
    "file_input": Kind.FILE,
}


def answered(state: State, view: View, parcel: Parcel) -> str:
    """Do what the app answered; gives what the client says when that cannot be done."""
    if not parcel.acked:
        return TROUBLE
    try:
        return _answered(state, view, parcel)
    except Refused:
        return TROUBLE


def _answered(state: State, view: View, parcel: Parcel) -> str:
    answer, stack = parcel.answer or {}, state.stacks.get(view.user, [])
    match answer.get("response_action"):
        case None if not answer:
            _close(stack, view)
        case "clear":
            stack.clear()
        case "update":
            methods_views.replace(state, view, checked_view(answer.get("view"), "modal"))
            methods_views.shown(state, view)
        case "push":
            pushed = methods_views.push(state, view, checked_view(answer.get("view"), "modal"))
            methods_views.shown(state, pushed)
        case "errors" if _fits(view, answer.get("errors")):
            view.errors, view.revision = dict(answer["errors"]), state.tick()
            methods_views.shown(state, view)
        case _:
            return TROUBLE
    return ""


def _close(stack: list[str], view: View) -> None:
    """The sent modal goes, with those below when it says so."""
    if view.id in stack:
        del stack[stack.index(view.id) :]
    if view.body.get("clear_on_close"):
        stack.clear()


def _fits(view: View, errors: object) -> bool:
    """Errors stand beside inputs that are there, and say something."""
    inputs = {block["block_id"] for block in view.body["blocks"] if block["type"] == "input"}
    return isinstance(errors, dict) and bool(errors) and errors.keys() <= inputs and all(errors.values())


def sheet(reader: Reader, view: View) -> Sheet:
    """A modal in neutral words; the names of its fields are the ids of its blocks."""
    fields, values = [], {}
    for block in view.body["blocks"]:
        if block["type"] != "input":
            continue
        element, name = block["element"], block["block_id"]
        choices = tuple(Choice(it["value"], reader.object(it["text"])) for it in options(element))
        kind = Kind.CHOICE if choices else KINDS.get(element["type"], Kind.TEXT)
        label, hint = reader.object(block["label"]), reader.object(block.get("hint"))
        required, multiline = not block.get("optional"), bool(element.get("multiline"))
        fields.append(FieldSpec(name, kind, label, hint, required, choices=choices, multiline=multiline))
        values[name] = reader.value(element, view.values[name])
    body = view.body
    action, title = body.get("callback_id") or "", reader.object(body["title"])
    return Sheet(action, title, tuple(fields), reader.object(body.get("submit")), values)

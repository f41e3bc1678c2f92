"""Answers to interactions: the first one, and what follows it."""

from __future__ import annotations

from typing import Any

from tests.wire.discord import happenings, shapes
from tests.wire.discord.asking import token_over, too_late
from tests.wire.discord.bits import Asked, Json, MessageFlag
from tests.wire.discord.bodies import ANSWER, EDIT, WEBHOOK
from tests.wire.discord.call import Call, Done, routes
from tests.wire.discord.command_rules import CHOICE
from tests.wire.discord.errors import Refused, invalid
from tests.wire.discord.modal_rules import MODAL
from tests.wire.discord.records import Interaction, Message, OpenModal
from tests.wire.discord.rules import Kinds, Many, Shape, Whole
from tests.wire.discord.writing import write

PONG, REPLY, DEFER, DEFER_UPDATE, UPDATE, CHOICES, MODAL_FORM = 1, 4, 5, 6, 7, 8, 9

_DATA: dict[int, Any] = {
    REPLY: ANSWER,
    DEFER: Shape({"flags": Whole()}, null=True, ignored=frozenset({"tts"})),
    UPDATE: Shape(EDIT.fields, null=True, ignored=frozenset({"tts"}), also=EDIT.also),
    CHOICES: Shape({"choices": Many(CHOICE, most=25)}, need=("choices",)),
    MODAL_FORM: MODAL,
}
_BODY = Kinds(
    {
        kind: Shape({"type": Whole(), "data": _DATA.get(kind, Shape({}, null=True))}, need=_need)
        for kind, _need in {
            PONG: (),
            REPLY: ("data",),
            DEFER: (),
            DEFER_UPDATE: (),
            UPDATE: ("data",),
            CHOICES: ("data",),
            MODAL_FORM: ("data",),
        }.items()
    }
)
_ALLOWED = {
    Asked.PING: (PONG,),
    Asked.COMMAND: (REPLY, DEFER, MODAL_FORM),
    Asked.COMPONENT: (REPLY, DEFER, DEFER_UPDATE, UPDATE, MODAL_FORM),
    Asked.AUTOCOMPLETE: (CHOICES,),
    Asked.MODAL: (REPLY, DEFER, DEFER_UPDATE, UPDATE),
}


@routes.on("POST", "/interactions/{interaction}/{token}/callback", token=False)
def answer(call: Call) -> Json | None:
    """The first answer, once and in time."""
    asked = call.state.by_token(call.args["token"])
    if asked is None or asked.id != call.args["interaction"]:
        raise Refused(10062)
    if asked.answered is not None:
        raise Refused(40060)
    if asked.failed or too_late(call.state, asked, call.state.patience):
        raise Refused(10062)
    body = call.checked(_BODY)
    kind = body["type"]
    if kind not in _ALLOWED[asked.kind] or (kind in (DEFER_UPDATE, UPDATE) and asked.message is None):
        raise invalid("type", "BASE_TYPE_CHOICES", f"An interaction of type {int(asked.kind)} has no such answer")
    message = _carry_out(call, asked, kind, body.get("data") or {})
    asked.answered = kind
    asked.over.set()
    return _response(call, asked, message) if call.yes("with_response") else None


def _carry_out(call: Call, asked: Interaction, kind: int, data: Json) -> Message | None:
    match kind:
        case 4:
            return _say(call, asked, data, original=True)
        case 5:
            return _defer(call, asked, data)
        case 6:
            asked.original = asked.message
        case 7:
            return _update(call, asked, data)
        case 8:
            asked.choices = data["choices"]
        case 9:
            _open(call, asked, data)
    return None


def _new(call: Call, asked: Interaction, flags: int) -> Message:
    state = call.state
    message = Message(state.ids.new(), asked.channel, call.me, state.now(), type=20 if asked.kind == 2 else 0)
    message.interaction, message.webhook = asked.token, state.application.id
    message.only = asked.user if flags & MessageFlag.EPHEMERAL else None
    return message


def _say(call: Call, asked: Interaction, data: Json, *, original: bool) -> Message:
    message = _new(call, asked, data.get("flags") or 0)
    write(call.state, message, data, call.files, limited=False)
    call.state.add_message(message)
    if original:
        asked.original, asked.ephemeral = message.id, message.only is not None
    happenings.message_posted(call.state, message)
    call.wrote("reply", message)
    return message


def _defer(call: Call, asked: Interaction, data: Json) -> Message:
    """A message that says the bot is thinking."""
    flags = data.get("flags") or 0
    message = _new(call, asked, flags)
    message.flags = MessageFlag(flags & MessageFlag.EPHEMERAL) | MessageFlag.LOADING
    call.state.add_message(message)
    asked.original, asked.ephemeral, asked.awaiting_followup = message.id, message.only is not None, True
    happenings.message_posted(call.state, message)
    return message


def _update(call: Call, asked: Interaction, data: Json) -> Message:
    message = _message(call, asked, asked.message)
    asked.original = message.id
    return _rewrite(call, message, data, "edit")


def _rewrite(call: Call, message: Message, data: Json, effect: str) -> Message:
    if data.get("flags") is not None:
        kept = int(message.flags & MessageFlag.EPHEMERAL)
        data = data | {"flags": data["flags"] & ~MessageFlag.EPHEMERAL | kept}
    write(call.state, message, data, call.files, limited=False)
    message.flags &= ~MessageFlag.LOADING
    message.edited_at = call.state.now()
    happenings.message_changed(call.state, message)
    call.wrote(effect, message)
    return message


def _open(call: Call, asked: Interaction, data: Json) -> None:
    form = OpenModal(asked.user, asked.guild, asked.channel, data, call.state.tick(), asked.message, asked.token)
    call.state.modals[asked.user] = form
    call.watch(Done("form", asked.guild, asked.channel, user=asked.user, form=data))


def _response(call: Call, asked: Interaction, message: Message | None) -> Json:
    about: Json = {"id": asked.id, "type": int(asked.kind), "channel_id": asked.channel}
    about |= {"guild_id": asked.guild} if asked.guild else {}
    if message is None:
        return {"interaction": about}
    about["response_message_id"] = message.id
    about["response_message_loading"] = bool(message.flags & MessageFlag.LOADING)
    about["response_message_ephemeral"] = message.only is not None
    if asked.answered == DEFER:
        return {"interaction": about}
    shown = shapes.message(call.state, message)
    return {"interaction": about, "resource": {"type": asked.answered, "message": shown}}


# What follows

_HOOK = "/webhooks/{application}/{token}"


def _asked(call: Call) -> Interaction:
    """The interaction of a token that is still good."""
    asked = call.state.by_token(call.args["token"])
    if asked is None or call.args["application"] != call.state.application.id or asked.answered is None:
        raise Refused(10015)
    if token_over(call.state, asked):
        raise Refused(50027)
    return asked


def _message(call: Call, asked: Interaction, id: str | None) -> Message:
    message = call.state.message(asked.channel, id or "")
    if message is None:
        raise Refused(10008)
    return message


def _theirs(call: Call) -> tuple[Interaction, Message]:
    """A message that this interaction made, or began with."""
    asked = _asked(call)
    named = call.args.get("message")
    message = _message(call, asked, asked.original if named is None else named)
    if message.interaction != asked.token and message.id != asked.original:
        raise Refused(10008)
    return asked, message


@routes.on("POST", _HOOK, token=False)
def follow_up(call: Call) -> Json:
    """After a deferral, the first of these is the answer that was awaited."""
    asked = _asked(call)
    body = call.checked(WEBHOOK)
    if asked.awaiting_followup and call.state.message(asked.channel, asked.original or ""):
        asked.awaiting_followup = False
        message = _rewrite(call, _message(call, asked, asked.original), body, "reply")
    else:
        message = _say(call, asked, body, original=False)
    return shapes.message(call.state, message)


@routes.on("GET", f"{_HOOK}/messages/@original", token=False)
@routes.on("GET", f"{_HOOK}/messages/{{message}}", token=False)
def get_answer(call: Call) -> Json:
    return shapes.message(call.state, _theirs(call)[1])


@routes.on("PATCH", f"{_HOOK}/messages/@original", token=False)
@routes.on("PATCH", f"{_HOOK}/messages/{{message}}", token=False)
def edit_answer(call: Call) -> Json:
    asked, message = _theirs(call)
    awaited = bool(message.flags & MessageFlag.LOADING)
    found = _rewrite(call, message, call.checked(EDIT), "reply" if awaited else "edit")
    asked.awaiting_followup = asked.awaiting_followup and not awaited
    return shapes.message(call.state, found)


@routes.on("DELETE", f"{_HOOK}/messages/@original", token=False)
@routes.on("DELETE", f"{_HOOK}/messages/{{message}}", token=False)
def delete_answer(call: Call) -> None:
    asked, message = _theirs(call)
    if message.id == asked.original:
        asked.awaiting_followup = False
    call.state.drop_message(message)
    happenings.message_deleted(call.state, message)
    call.wrote("delete", message)

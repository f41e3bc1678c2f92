"""What the person acted as does: talk, press, choose, fill in, react."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.datastructures import FormData, UploadFile

from bot.chat.card import Menu
from bot.chat.forms import MAX_UPLOAD, CommandSpec, FieldSpec, Kind, Upload
from bot.chat.things import Channel, Member, MessageRef
from bot.chat.words import Phrase, Words
from bot.platforms.playground.options import NoSuchCommand, Value, find_command
from bot.platforms.playground.page.view import View
from bot.platforms.playground.records import Message

MAX_TEXT = 4_000
"""Characters of a message that somebody types, as on Slack; Discord's limit is 2,000."""


@dataclass
class Refused(Exception):
    """What was asked is not possible; ``words`` say why."""

    words: Words


async def say(view: View, form: FormData) -> None:
    text = _text(form, "text").strip()
    if not text:
        raise Refused(Phrase("Write something first."))
    if len(text) > MAX_TEXT:
        raise Refused(Phrase("A message has at most {count} characters.", {"count": MAX_TEXT}))
    may_talk(view)
    reply = view.find(_text(form, "reply")) if _text(form, "reply") else None
    await view.actor.say(
        text,
        view.state.channel(view.room.id),
        thread=view.thread or None,
        reply_to=view.state.ref(reply) if reply else None,
    )


def may_talk(view: View) -> None:
    """Raises ``Refused`` when this person cannot write here."""
    if view.is_direct:
        raise Refused(Phrase("Relais reads no private messages. Type / to use a command."))
    presence = view.presence
    if presence is None:
        raise Refused(Phrase("{name} is not in this community.", {"name": view.account.name}))
    if presence.pending:
        raise Refused(Phrase("{name} is not admitted yet.", {"name": view.account.name}))
    if presence.timeout_until and presence.timeout_until > view.now:
        until = view.date(presence.timeout_until, "f")
        raise Refused(Phrase("{name} may write again on {moment}.", {"name": view.account.name, "moment": until}))


async def command(view: View, form: FormData) -> None:
    """Run a slash command. Options left empty are left out; a missing required one is refused."""
    path = _text(form, "path")
    try:
        spec = find_command(tuple(view.commands()), path)
    except NoSuchCommand:
        raise Refused(Phrase("There is no command /{path} for {name}.", _named(view, path))) from None
    if view.presence is None:
        raise Refused(Phrase("{name} is not in this community.", {"name": view.account.name}))
    options = await _options(view, spec, form)
    actor = view.actor
    actor.here = view.state.channel(view.room.id)
    await actor.run(spec.path, **options)


def _named(view: View, path: str) -> dict[str, object]:
    return {"path": path, "name": view.account.name}


async def _options(view: View, spec: CommandSpec, form: FormData) -> dict[str, Value]:
    options: dict[str, Value] = {}
    for field in spec.options:
        value = await _option(view, field, form.get(f"option-{field.name}"))
        if value is not None:
            options[field.name] = value
        elif field.required:
            raise Refused(Phrase("“{field}” is needed.", {"field": view.say(field.label)}))
    return options


async def _option(view: View, field: FieldSpec, given: UploadFile | str | None) -> Value | None:
    if isinstance(given, UploadFile):
        return await _upload(given) if given.filename else None
    if not given:
        return None
    if field.kind is Kind.MEMBER:
        return _member(view, given)
    if field.kind is Kind.CHANNEL:
        return _channel(view, given)
    return given


async def _upload(file: UploadFile) -> Upload:
    data = await file.read(MAX_UPLOAD + 1)
    if len(data) > MAX_UPLOAD:
        raise Refused(Phrase("A file has at most 1 MB."))
    return Upload(file.filename or "file", data)


def _member(view: View, id: str) -> Member:
    if id not in view.state.accounts:
        raise Refused(Phrase("Nobody here has that name."))
    return view.state.member(view.town.id, id)


def _channel(view: View, id: str) -> Channel:
    if id not in view.state.rooms:
        raise Refused(Phrase("There is no such channel."))
    return view.state.channel(id)


async def press(view: View, form: FormData) -> None:
    message, action = _message(view, form), _text(form, "action")
    if not any(button.action == action and not button.url for button in (message.card.buttons if message.card else ())):
        raise Refused(Phrase("This button is no longer there."))
    await view.actor.use(message, action)


async def choose(view: View, form: FormData) -> None:
    message, action = _message(view, form), _text(form, "action")
    menu = _menu(message, action)
    values = tuple(str(value) for value in form.getlist("value") if value)
    if not menu.least <= len(values) <= menu.most:
        raise Refused(_how_many(menu))
    if not set(values) <= {option.value for option in menu.options}:
        raise Refused(Phrase("This choice is no longer there."))
    await view.actor.use(message, action, values)


def _menu(message: Message, action: str) -> Menu:
    for menu in message.card.menus if message.card else ():
        if menu.action == action:
            return menu
    raise Refused(Phrase("This menu is no longer there."))


def _how_many(menu: Menu) -> Words:
    if menu.least == menu.most:
        return Phrase("Choose one.", {"count": menu.most}, "Choose {count}.", menu.most)
    return Phrase("Choose between {least} and {most}.", {"least": menu.least, "most": menu.most})


async def fill(view: View, form: FormData) -> None:
    """Send the open form."""
    opened = view.form
    if opened is None:
        raise Refused(Phrase("This form is no longer open."))
    values = {it.name: str(form.get(f"field-{it.name}", "")) for it in opened.sheet.fields}
    await view.actor.fill(**values)


async def close_form(view: View, form: FormData) -> None:
    if view.form:
        view.state.drop(view.form)


async def react(view: View, form: FormData) -> None:
    message, emoji = _message(view, form), _text(form, "emoji")
    if not emoji or len(emoji) > 16 or message.only:
        raise Refused(Phrase("This reaction is not possible."))
    ref = _ref(view, message)
    if view.account.id in message.reactions.get(emoji, []):
        await view.actor.unreact(emoji, ref=ref)
    else:
        await view.actor.react(emoji, ref=ref)


async def edit(view: View, form: FormData) -> None:
    message, text = _message(view, form), _text(form, "text").strip()
    if message.author != view.account.id or not text:
        raise Refused(Phrase("Only your own messages can be changed."))
    await view.actor.edit(text[:MAX_TEXT], ref=_ref(view, message))


async def delete(view: View, form: FormData) -> None:
    await view.actor.delete(ref=_ref(view, _message(view, form)))


def _ref(view: View, message: Message) -> MessageRef:
    return view.state.ref(message)


def _message(view: View, form: FormData) -> Message:
    message = view.find(_text(form, "message"))
    if message is None:
        raise Refused(Phrase("This message is no longer there."))
    return message


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""

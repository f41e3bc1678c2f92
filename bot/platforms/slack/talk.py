"""What people ask of the app: commands, presses, forms, the message shortcut, and mentions that are commands."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.chat.card import Button, Card
from bot.chat.events import ButtonPressed, CommandUsed, FormSubmitted
from bot.chat.forms import MAX_UPLOAD, CommandSpec, Kind, Upload
from bot.chat.platform import Hub, PlatformError
from bot.chat.text import Md, escape
from bot.chat.things import Channel, Member, MessageRef
from bot.chat.words import Phrase
from bot.platforms.slack import limits, modal
from bot.platforms.slack.commands import Asked, Book, usage
from bot.platforms.slack.modal import CHOOSE, COMMAND, FORM, PATH, Meta
from bot.platforms.slack.render import COPY, LINK, MENU
from bot.platforms.slack.responder import FORM_PATIENCE, PATIENCE, Ack, Acknowledge, Answer, House, Where
from bot.platforms.slack.workspace import Workspace

log = logging.getLogger("relais.slack")

RUN = "slack.run"
"""Begins the action of the adapter's own button: a command, with the options typed so far."""
_COPIED = re.compile(rf"{COPY}\d+$")
_MENTION = re.compile(r"\s*<@([UW][A-Z0-9]+)(?:\|[^>]*)?>[\s,:]*")
_ID = re.compile(r"<([@#])([A-Z0-9]+)>")

Payload = Mapping[str, Any]


class Talks:
    """Turns interactions into events; answers by itself where only Slack knows what to say."""

    def __init__(self, hub: Hub, house: House, book: Book) -> None:
        self.hub = hub
        self.house = house
        self.book = book

    # What Slack sends

    async def command(self, workspace: Workspace, body: Payload, acknowledge: Acknowledge) -> None:
        """``/welcome preview``"""
        ack = Ack(self.house, acknowledge)
        member = await workspace.directory.somebody(str(body["user_id"]), str(body.get("user_name", "")))
        channel = Channel(workspace.space, str(body["channel_id"]), str(body.get("channel_name", "")))
        where = self._where(workspace, member, channel, str(body.get("response_url") or ""))
        asked = self.book.understand(str(body["command"]), str(body.get("text") or ""))
        trigger = str(body.get("trigger_id") or "")
        answer = Answer(self.house, workspace, where, ack, trigger=trigger, again=_again(asked))
        await self._ask(workspace, member, answer, asked, f"command:{trigger}")

    async def press(self, workspace: Workspace, body: Payload, acknowledge: Acknowledge) -> None:
        """A button, or a choice in a menu."""
        ack = Ack(self.house, acknowledge)
        action, user, place = body["actions"][0], body["user"], body.get("container") or {}
        id, values = str(action["action_id"]), _values(action)
        if id.startswith(LINK) or not place.get("message_ts") or _too_few(action, values):
            await ack.give()
            return
        member = await workspace.directory.somebody(str(user["id"]), str(user.get("name", "")))
        where = self._pressed_where(workspace, member, body)
        trigger = str(body.get("trigger_id") or "")
        if id.startswith(RUN):
            await self._run(workspace, member, where, ack, trigger, action)
            return
        pressed = str(action.get("value") or _COPIED.sub("", id))
        again = None if values else Button("", pressed)
        shown = None if place.get("is_ephemeral") else MessageRef(where.channel, str(place["message_ts"]), where.thread)
        await self.hub.receive(
            ButtonPressed(
                space=workspace.space,
                id=f"press:{trigger}:{action.get('action_ts', '')}",
                at=self.hub.now(),
                member=member,
                channel=where.channel,
                responder=Answer(self.house, workspace, where, ack, trigger=trigger, again=again),
                action=pressed,
                ref=shown,
                values=values,
            )
        )

    async def submit(self, workspace: Workspace, body: Payload, acknowledge: Acknowledge) -> None:
        """A modal was sent."""
        view, user = body["view"], body["user"]
        kind = str(view.get("callback_id"))
        ack = Ack(self.house, acknowledge, FORM_PATIENCE if kind == FORM else PATIENCE)
        try:
            meta = Meta.load(str(view.get("private_metadata") or ""))
        except ValueError:
            await ack.give()
            return
        member = await workspace.directory.somebody(str(user["id"]), str(user.get("name", "")))
        where = self._meta_where(workspace, member, meta)
        id = str(body.get("trigger_id") or view.get("hash") or "")
        answer = Answer(self.house, workspace, where, ack, view=view, is_form=kind == FORM)
        if kind == FORM:
            await self._submitted(workspace, member, answer, meta, view, id)
        elif kind in (COMMAND, CHOOSE):
            await self._filled_in(workspace, member, answer, meta, view, id)
        else:
            await ack.give()

    async def shortcut(self, workspace: Workspace, body: Payload, acknowledge: Acknowledge) -> None:
        """ "Ask Relais" on a message, also in a thread."""
        ack = Ack(self.house, acknowledge)
        member = await workspace.directory.somebody(str(body["user"]["id"]), str(body["user"].get("name", "")))
        place, message = body.get("channel") or {}, body.get("message") or {}
        channel = Channel(workspace.space, str(place.get("id", "")), str(place.get("name", "")))
        where = self._where(workspace, member, channel, str(body.get("response_url") or ""))
        where = replace(where, thread=str(message.get("thread_ts") or message.get("ts") or "") or None)
        answer = Answer(self.house, workspace, where, ack, trigger=str(body.get("trigger_id") or ""))
        mine = [spec for spec in self.book.specs.values() if spec.level <= member.level]
        await answer.choose(mine)

    async def mentioned(self, workspace: Workspace, channel: Channel, event: Payload, *, direct: bool) -> None:
        """Words to the app: a command when they begin with its name, or in its own conversation."""
        text = str(event.get("text") or "")
        called = _MENTION.match(text)
        if called is None or called[1] != workspace.user:
            if not direct:
                return
            called = None
        member = await workspace.directory.somebody(str(event["user"]))
        thread = str(event.get("thread_ts") or "") or None
        where = Where(channel, member.id, self._language(workspace, member), thread=thread, direct=direct)
        asked = self.book.understand("", text[called.end() :] if called else text)
        answer = Answer(self.house, workspace, where, Ack(self.house, None), again=_again(asked))
        await self._ask(workspace, member, answer, asked, f"{channel.id}:{event['ts']}:command")

    # What becomes of it

    async def _ask(self, workspace: Workspace, member: Member, answer: Answer, asked: Asked, id: str) -> None:
        """Run a command, ask for what it needs, or say which commands there are."""
        if asked.spec is None:
            await answer.reply(self.listing(member, asked.root, answer.where.language), private=True)
        elif asked.missing and asked.spec.level <= member.level:
            await answer.ask_options(asked.spec, asked.options)
        else:
            options = {one.name: one.kind for one in asked.spec.options}
            known = {name: await self._value(workspace, options[name], text) for name, text in asked.options.items()}
            await self._use(workspace, member, answer, asked.spec, known, id)

    async def _use(
        self,
        workspace: Workspace,
        member: Member,
        answer: Answer,
        spec: CommandSpec,
        options: Mapping[str, object],
        id: str,
    ) -> None:
        answer.private = spec.private
        await self.hub.receive(
            CommandUsed(
                space=workspace.space,
                id=id,
                at=self.hub.now(),
                member=member,
                channel=answer.where.channel,
                responder=answer,
                path=spec.path,
                options=options,
            )
        )

    async def _run(
        self, workspace: Workspace, member: Member, where: Where, ack: Ack, trigger: str, action: Payload
    ) -> None:
        """The adapter's own button, pressed."""
        asked = _remembered(self.book, str(action.get("value") or ""))
        answer = Answer(self.house, workspace, where, ack, trigger=trigger, again=_again(asked))
        await self._ask(workspace, member, answer, asked, f"press:{trigger}:{action.get('action_ts', '')}")

    async def _submitted(
        self, workspace: Workspace, member: Member, answer: Answer, meta: Meta, view: Payload, id: str
    ) -> None:
        await self.hub.receive(
            FormSubmitted(
                space=workspace.space,
                id=f"form:{view.get('id', '')}:{id}",
                at=self.hub.now(),
                member=member,
                channel=answer.where.channel,
                responder=answer,
                action=meta.what,
                values=modal.typed(view),
            )
        )

    async def _filled_in(
        self, workspace: Workspace, member: Member, answer: Answer, meta: Meta, view: Payload, id: str
    ) -> None:
        """The options of a command, or which command."""
        typed = modal.typed(view)
        spec = self.book.specs.get(typed.get(PATH, "") if view.get("callback_id") == CHOOSE else meta.what)
        if spec is None:
            await answer.reply(self.listing(member, "", answer.where.language), private=True)
            return
        if view.get("callback_id") == CHOOSE:
            if spec.options:
                await answer.ask_options(spec, {})
            else:
                await self._use(workspace, member, answer, spec, {}, f"form:{view.get('id', '')}:{id}")
            return
        kinds = {one.name: one.kind for one in spec.options}
        options = {
            name: await self._value(workspace, kinds[name], text)
            for name, text in typed.items()
            if name in kinds and text.strip()
        }
        for name, file in modal.files(view).items():
            upload = await self._upload(workspace, answer, file)
            if upload is None:
                return
            options[name] = upload
        await self._use(workspace, member, answer, spec, options, f"form:{view.get('id', '')}:{id}")

    async def _upload(self, workspace: Workspace, answer: Answer, file: Payload) -> Upload | None:
        url = str(file.get("url_private_download") or file.get("url_private") or "")
        try:
            data = await workspace.api.download(url, MAX_UPLOAD) if url else None
        except PlatformError as error:
            log.warning("a file could not be read: %s", error)
            data = None
        if data is None:
            words = Phrase("This file is too large, or Relais may not read it.")
            await answer.reply(Card(self.house.say(words, answer.where.language)), private=True)
            return None
        return Upload(str(file.get("name") or "file"), data)

    async def _value(self, workspace: Workspace, kind: Kind, text: str) -> object:
        """Members and channels as themselves, when an id or a mention says which; anything else as it was typed."""
        found = _ID.fullmatch(text.strip())
        id = found[2] if found else text.strip()
        if kind is Kind.MEMBER and (member := await _member(workspace, id)):
            return member
        if kind is Kind.CHANNEL:
            await _channels(workspace)
            if known := workspace.directory.resolve("#", id):
                return workspace.directory.channel(known)
        return text

    # Where it happens

    def _language(self, workspace: Workspace, member: Member) -> str:
        return member.language or workspace.space.language

    def _where(self, workspace: Workspace, member: Member, channel: Channel, url: str) -> Where:
        until = self.house.seconds() + limits.RESPONSE_SECONDS
        direct = workspace.directory.is_direct(channel.id)
        language = self._language(workspace, member)
        return Where(channel, member.id, language, direct=direct, url=url, until=until)

    def _pressed_where(self, workspace: Workspace, member: Member, body: Payload) -> Where:
        place, given = body.get("container") or {}, body.get("channel") or {}
        id = str(place.get("channel_id") or given.get("id") or "")
        known = workspace.directory.channel(id, str(given.get("name", "")))
        thread = place.get("thread_ts") or (body.get("message") or {}).get("thread_ts")
        where = self._where(workspace, member, known, str(body.get("response_url") or ""))
        own = id.startswith("D") and not place.get("is_ephemeral")
        inside = str(thread) if thread and str(thread) != str(place.get("message_ts")) else None
        return replace(where, thread=inside, direct=where.direct or own)

    def _meta_where(self, workspace: Workspace, member: Member, meta: Meta) -> Where:
        channel = workspace.directory.channel(meta.channel, meta.name)
        direct = meta.direct or workspace.directory.is_direct(meta.channel)
        language = self._language(workspace, member)
        return Where(channel, member.id, language, meta.thread or None, direct, meta.url, meta.until)

    # What there is

    def listing(self, member: Member, root: str, language: str) -> Card:
        """The commands that this member may use, below one word or all of them."""
        mine = [
            spec
            for spec in self.book.specs.values()
            if spec.level <= member.level and (not root or spec.path.split()[0] == root)
        ]
        lines = [
            f"`{escape(usage(spec, self.book, language))}`\\\n{escape(self.house.say(spec.help, language))}"
            for spec in mine
        ]
        nothing = self.house.say(Phrase("There is no command here that you may use."), language)
        text = Md("\n\n".join(lines)) if lines else nothing
        return Card(text, self.house.say(Phrase("What you can do here"), language))


def _values(action: Payload) -> tuple[str, ...]:
    chosen = action.get("selected_options") or ([action["selected_option"]] if action.get("selected_option") else [])
    return tuple(str(one["value"]) for one in chosen)


def _too_few(action: Payload, values: tuple[str, ...]) -> bool:
    """A menu of several choices tells each change, also one that leaves fewer than it wants."""
    kind, _, rest = str(action.get("block_id", "")).partition(".")
    least = rest.rpartition(".")[2]
    return kind == MENU and least.isdigit() and len(values) < int(least)


def _again(asked: Asked) -> Button | None:
    if asked.spec is None:
        return None
    value = f"{RUN}:{json.dumps({'path': asked.spec.path, 'options': dict(asked.options)}, ensure_ascii=False)}"
    if limits.size(value) > limits.BUTTON_VALUE:
        value = f"{RUN}:{json.dumps({'path': asked.spec.path})}"
    return Button("", value)


def _remembered(book: Book, value: str) -> Asked:
    try:
        given = json.loads(value.removeprefix(f"{RUN}:"))
        return Asked(book.specs.get(str(given["path"])), dict(given.get("options") or {}))
    except (ValueError, KeyError, TypeError):
        return Asked(None)


async def _member(workspace: Workspace, id: str) -> Member | None:
    try:
        return await workspace.directory.member(id)
    except PlatformError:
        return None


async def _channels(workspace: Workspace) -> None:
    try:
        await workspace.channels()
    except PlatformError as error:
        log.warning("channels could not be listed: %s", error)


__all__ = ["RUN", "Talks"]

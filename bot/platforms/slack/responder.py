"""What may be said back to one interaction.

Slack wants an acknowledgement within three seconds. It is given with the first answer, after the handler stored what
matters; when the handler is slow, after two. A form stays open a little longer, since its acknowledgement closes it
and only an open form can show what is wrong in it.

Private answers use the interaction's ``response_url`` (five times, half an hour), then ``chat.postEphemeral``, then a
direct message. A form needs a ``trigger_id``, three seconds old at most: without one, a button opens it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Protocol

from bot.chat.card import Button, Card, Style
from bot.chat.forms import CommandSpec, FieldSpec, Kind, Sheet
from bot.chat.platform import Forbidden, NotFound, PlatformError
from bot.chat.things import Channel, MessageRef
from bot.chat.words import Phrase, Words
from bot.platforms.slack.directory import Directory
from bot.platforms.slack.errors import EXPIRED, Refused
from bot.platforms.slack.modal import Meta, Modals, problems
from bot.platforms.slack.workspace import Workspace

log = logging.getLogger("relais.slack")

PATIENCE, FORM_PATIENCE = 2.0, 2.4

Acknowledge = Callable[..., Awaitable[Any]]


class House(Protocol):
    """What answers need of the adapter."""

    def say(self, words: Words, language: str) -> str: ...
    def spawn(self, work: Coroutine[Any, Any, Any]) -> None: ...
    def seconds(self) -> float: ...

    @property
    def patience(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Where:
    """Where an interaction took place, and who waits. ``direct`` in the app's own conversation with them."""

    channel: Channel
    user: str
    language: str
    thread: str | None = None
    direct: bool = False
    url: str = ""
    until: float = 0.0

    def meta(self, what: str) -> Meta:
        """What a modal carries to find its way back."""
        return Meta(what, self.channel.id, self.channel.name, self.thread or "", self.url, self.until, self.direct)


class Ack:
    """Slack's acknowledgement, given once: by the first answer, or when ``patience`` is over."""

    def __init__(self, house: House, acknowledge: Acknowledge | None, patience: float | None = None) -> None:
        self.acknowledge = acknowledge
        self.given = acknowledge is None
        self._timer = None
        if acknowledge is not None:
            loop = asyncio.get_running_loop()
            after = house.patience if patience is None else patience
            self._timer = loop.call_later(after, lambda: house.spawn(self.give()))

    async def give(self, **payload: Any) -> bool:
        """Whether this was the first time."""
        if self.given or self.acknowledge is None:
            return False
        self.given = True
        if self._timer:
            self._timer.cancel()
        await self.acknowledge(**payload)
        return True


class Answer:
    """A ``Responder``. ``again`` does the same once more, with a fresh trigger; ``view`` is the modal that was sent.

    A modal of a command's options may turn into a form; a form may not (``is_form``).
    """

    def __init__(
        self,
        house: House,
        workspace: Workspace,
        where: Where,
        ack: Ack,
        *,
        trigger: str = "",
        again: Button | None = None,
        view: Mapping[str, Any] | None = None,
        is_form: bool = False,
    ) -> None:
        self.private = True
        self.where = where
        self.ack = ack
        self._house = house
        self._workspace = workspace
        self._trigger = trigger
        self._again = again
        self._view = view
        self._is_form = is_form

    async def reply(self, card: Card, *, private: bool) -> MessageRef | None:
        """Answer in the channel, or to this person alone. What only they see in a channel cannot be addressed again."""
        await self.ack.give()
        if private and not self.where.direct:
            return await self._privately(card)
        where = self.where
        try:
            ts = await self._workspace.send(where.channel.id, card, thread=where.thread)
        except (Forbidden, NotFound):
            if not await self._by_url(card, "in_channel"):
                raise
            return None
        return MessageRef(where.channel, ts, where.thread)

    async def _privately(self, card: Card) -> MessageRef | None:
        """Files cannot be shown to one person in a channel: such a card goes to their direct messages."""
        if card.files or card.picture:
            sent = await self._workspace.direct(self.where.user, card)
            await self._whisper(Card(self._say(FILES)))
            return sent
        return await self._whisper(card)

    async def _whisper(self, card: Card) -> MessageRef | None:
        if await self._by_url(card, "ephemeral"):
            return None
        where = self.where
        try:
            await self._workspace.whisper(where.channel.id, where.user, card, thread=where.thread, join=False)
        except (Forbidden, NotFound, Refused):
            return await self._workspace.direct(where.user, card)
        return None

    async def _by_url(self, card: Card, kind: str) -> bool:
        """Whether the interaction's own address took it."""
        where = self.where
        if not where.url or self._house.seconds() >= where.until:
            return False
        message = await self._workspace.rendered(card)
        body = {"response_type": kind, "replace_original": False, **message.body}
        body |= {"thread_ts": where.thread} if where.thread else {}
        try:
            await self._workspace.api.answer(where.url, body)
        except Refused as error:
            log.debug("response_url no longer answers: %s", error)
            self.where = replace(where, url="")
            return False
        return True

    async def done(self) -> None:
        """No answer comes any more: Slack waits no longer."""
        await self.ack.give()

    # Forms

    async def ask(self, sheet: Sheet) -> None:
        """Open a form. When Slack's three seconds are over, a button to open it is shown instead."""
        if self._is_form:
            raise PlatformError("a form cannot open a form")
        modals = await self._modals(sheet.fields, sheet.values)
        await self._open(modals.form(sheet, self.where.meta(sheet.action)))

    async def ask_options(self, spec: CommandSpec, values: Mapping[str, str]) -> None:
        """Ask for the options of a command in a form."""
        modals = await self._modals(spec.options, values)
        await self._open(modals.command(spec, values, self.where.meta(spec.path)))

    async def choose(self, specs: Sequence[CommandSpec]) -> None:
        """Ask which command to use."""
        modals = await self._modals((), {})
        await self._open(modals.choose(specs, self.where.meta("choose")))

    async def _open(self, view: Mapping[str, Any]) -> None:
        if self._view is not None:
            if not await self.ack.give(response_action="update", view=view):
                await self._offer()
            return
        if not self._trigger:
            await self._offer()
            return
        try:
            await self._workspace.api.write("views.open", trigger_id=self._trigger, view=view)
        except Refused as error:
            if error.code not in EXPIRED:
                raise
            await self._offer()
        await self.ack.give()

    async def _offer(self) -> None:
        """A button that opens the form."""
        if self._again is None:
            raise PlatformError("Slack opens forms within three seconds only")
        label = self._say(Phrase("Open the form"))
        button = replace(self._again, label=label, style=Style.PRIMARY)
        await self.reply(Card(self._say(Phrase("A few answers are needed.")), buttons=(button,)), private=True)

    async def refuse(self, told: Mapping[str, str], sheet: Sheet) -> bool:
        """Show what is wrong beside each field, while the form is still open."""
        if not self._is_form or self._view is None or self.ack.given:
            return False
        errors = problems(told, self._view.get("blocks") or [])
        return bool(errors) and await self.ack.give(response_action="errors", errors=errors)

    async def _modals(self, fields: Sequence[FieldSpec], values: Mapping[str, str]) -> Modals:
        directory = self._workspace.directory
        for one in fields:
            if one.kind in SIGNS and (value := values.get(one.name, one.default)):
                await self._look_up(directory, one.kind, value)
        return Modals(self._say, lambda kind, value: directory.resolve(SIGNS[kind], value))

    async def _look_up(self, directory: Directory, kind: Kind, value: str) -> None:
        if directory.resolve(SIGNS[kind], value):
            return
        with suppress(PlatformError):
            if kind is Kind.CHANNEL:
                await self._workspace.channels()
            elif await directory.member(value.strip("<@>")) is None:
                await directory.members()

    def _say(self, words: Words) -> str:
        return self._house.say(words, self.where.language)


SIGNS: Mapping[Kind, str] = {Kind.MEMBER: "@", Kind.CHANNEL: "#"}
FILES = Phrase("You find the answer, with its file, in your direct messages with Relais.")

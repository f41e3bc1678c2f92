"""What may be said back to one interaction.

Discord gives three seconds. After two without an answer it is acknowledged: a command or a form shows "thinking…" to
the reader, or to all, as it declares; a button just stops waiting, since its handler may have nothing to say. An
answer with another privacy than the acknowledgement takes its place, so that what is private stays so.

When the three seconds passed all the same, or fifteen minutes since, whoever asked is answered by direct message.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

import discord

from bot.chat.card import Card
from bot.chat.forms import Sheet
from bot.chat.platform import PlatformError, TooLate
from bot.chat.things import Channel, MessageRef
from bot.platforms.discord.components import tagged
from bot.platforms.discord.errors import ACKNOWLEDGED, EXPIRED, in_our_words
from bot.platforms.discord.modal import Form
from bot.platforms.discord.render import Parcel, render
from bot.platforms.discord.rest import Payload, Rest

log = logging.getLogger("relais.discord")

PATIENCE = 2.0
MESSAGE, DEFER, DEFER_QUIETLY, SUGGEST, MODAL = 4, 5, 6, 8, 9
"""Kinds of answers."""
EPHEMERAL = 1 << 6
OVERDUE = "Discord waits three seconds for an answer, and they were over"


class Asked(Enum):
    """What somebody did."""

    COMMAND = 2
    COMPONENT = 3
    SUGGESTION = 4
    FORM = 5


class Stage(Enum):
    NEW = "nothing was answered"
    QUIET = "acknowledged, nothing is announced"
    THINKING = "an answer is announced"
    ANSWERED = "more may follow"
    OVER = "Discord waits no more"


@dataclass(frozen=True, slots=True)
class Where:
    """Where an interaction took place, and whose it is. ``direct`` in a private conversation, where all is private."""

    user: str
    channel: Channel
    thread: str | None
    direct: bool
    embeds: bool

    @property
    def guild(self) -> str:
        """What components must carry."""
        return self.channel.space.id if self.direct else ""


class Answer:
    """A ``Responder``. ``spell`` names commands in the reader's language."""

    def __init__(
        self,
        rest: Rest,
        spawn: Callable[[Any], object],
        payload: Payload,
        where: Where,
        form: Form,
        *,
        private: bool = True,
        patience: float = PATIENCE,
        spell: Callable[[Card], Card] = lambda card: card,
    ) -> None:
        self.private = private
        self.where = where
        self._rest = rest
        self._id, self._token = str(payload["id"]), str(payload["token"])
        self._asked = Asked(payload["type"])
        self._form = form
        self._spell = spell
        self._stage = Stage.NEW
        self._promised_private = self._late = False
        self._turn = asyncio.Lock()
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(patience, lambda: spawn(self._acknowledge()))

    def close(self) -> None:
        """Nobody will answer any more."""
        self._timer.cancel()

    async def reply(self, card: Card, *, private: bool) -> MessageRef | None:
        """The first answer or a further one. What only its reader sees cannot be addressed again."""
        card = self._spell(card)
        parcel = render(card, embeds=self.where.embeds, guild=self.where.guild)
        async with self._turn:
            self._timer.cancel()
            sent = await self._say(parcel, private and not self.where.direct)
            if sent is None:
                await self._directly(card)
        if sent is None or (private and not self.where.direct) or "id" not in sent:
            return None
        return MessageRef(self.where.channel, str(sent["id"]), self.where.thread)

    async def ask(self, sheet: Sheet) -> None:
        """Open a form. It must be the first answer, and not an answer to a form."""
        if self._asked is Asked.FORM:
            raise PlatformError("a form cannot open a form")
        data = self._form.modal(sheet, tagged(sheet.action, self.where.guild))
        async with self._turn:
            self._timer.cancel()
            if self._stage is Stage.ANSWERED:
                raise PlatformError("a form must be the first answer")
            if self._stage is not Stage.NEW or await self._first(Parcel({"type": MODAL, "data": data})) is None:
                raise TooLate("a form must be the first answer, within three seconds")

    async def refuse(self, problems: Mapping[str, str], sheet: Sheet) -> bool:
        """Never: Discord's forms cannot show what is wrong beside a field."""
        return False

    async def done(self) -> None:
        """Without this, a handler that answers nothing would leave "thinking…" for a quarter of an hour.

        Raises ``TooLate`` when nobody answered within three seconds.
        """
        async with self._turn:
            self._timer.cancel()
            if self._stage is Stage.NEW:
                await self._defer(private=True)
            if self._stage is Stage.THINKING:
                await self._rest.drop_answer(self._token)
                self._stage = Stage.ANSWERED
            if self._late:
                raise TooLate(OVERDUE)

    async def suggest(self, choices: list[dict[str, Any]]) -> None:
        """What to propose while an option is typed. Too late is no error: the next letter asks again."""
        self._timer.cancel()
        try:
            await self._first(Parcel({"type": SUGGEST, "data": {"choices": choices}}))
        except PlatformError as error:
            log.debug("suggestions came too late: %s", error)

    async def _acknowledge(self) -> None:
        async with self._turn:
            if self._stage is not Stage.NEW:
                return
            try:
                await self._defer(private=self.private and not self.where.direct)
            except TooLate:
                pass  # ``done`` tells
            except PlatformError as error:
                log.warning("an interaction could not be acknowledged: %s", error)

    async def _defer(self, *, private: bool) -> None:
        """Acknowledge: a component quietly, anything else with "thinking…"."""
        if self._asked is Asked.COMPONENT:
            if await self._first(Parcel({"type": DEFER_QUIETLY})) is not None:
                self._stage = Stage.QUIET
            return
        data = {"data": {"flags": EPHEMERAL}} if private else {}
        if await self._first(Parcel({"type": DEFER, **data})) is not None:
            self._stage, self._promised_private = Stage.THINKING, private

    async def _directly(self, card: Card) -> None:
        """The only way that is left. Raises ``TooLate`` when they accept no direct message."""
        try:
            place = await self._rest.open_direct(self.where.user)
            await self._rest.send(place, render(card, guild=self.where.channel.space.id))
        except PlatformError as error:
            raise TooLate(f"{OVERDUE}; nor by direct message: {error}") from error

    async def _say(self, parcel: Parcel, private: bool) -> Payload | None:
        """``None`` when Discord waits no more."""
        try:
            return await self._say_there(parcel, private)
        except TooLate:
            self._stage = Stage.OVER
            return None

    async def _say_there(self, parcel: Parcel, private: bool) -> Payload:
        flags = EPHEMERAL if private else 0
        if self._stage is Stage.OVER:
            raise TooLate(OVERDUE)
        if self._stage is Stage.NEW:
            given = await self._first(parcel.wrapped(MESSAGE, flags))
            if given is not None:
                message: Payload = (given.get("resource") or {}).get("message") or {}
                return message
        if self._stage is Stage.THINKING and self._promised_private is private:
            sent = await self._rest.edit_answer(self._token, parcel)
            self._stage = Stage.ANSWERED
            return sent
        if self._stage is Stage.THINKING:
            await self._rest.drop_answer(self._token)
            self._stage = Stage.ANSWERED
        return await self._rest.follow_up(self._token, parcel.adding(flags=flags) if flags else parcel)

    async def _first(self, parcel: Parcel) -> Payload | None:
        """The answer that Discord waits for; ``None`` when it already has one. ``TooLate`` when it waits no more."""
        try:
            given = await self._rest.callback(self._id, self._token, parcel)
        except discord.HTTPException as error:
            if error.code in EXPIRED:
                self._stage, self._late = Stage.OVER, True
                raise TooLate(OVERDUE) from error
            if error.code != ACKNOWLEDGED:
                raise in_our_words(error) from error
            self._stage = Stage.ANSWERED
            return None
        except Exception as error:
            raise in_our_words(error) from error
        self._stage = Stage.ANSWERED
        return given

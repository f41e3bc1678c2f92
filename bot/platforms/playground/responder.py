"""What the bot may say back to one interaction on the playground. It never expires."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bot.chat.card import Card
from bot.chat.forms import Sheet
from bot.chat.platform import PlatformError
from bot.chat.things import MessageRef
from bot.platforms.playground.records import OpenForm, Room, Sent

if TYPE_CHECKING:
    from bot.platforms.playground.world import Line, World


class Answer:
    """A ``Responder``. ``typed`` is what was in the form, when the interaction is one that was sent."""

    def __init__(
        self,
        world: World,
        line: Line,
        account: str,
        room: Room,
        *,
        thread: str | None = None,
        private: bool = True,
        typed: Mapping[str, str] | None = None,
    ) -> None:
        self.private = private
        self._world = world
        self._line = line
        self._account = account
        self._room = room
        self._thread = thread
        self._typed = typed
        self._answered = False

    async def reply(self, card: Card, *, private: bool) -> MessageRef | None:
        """Answer in the channel, or to this person alone; what only they see in a channel cannot be addressed again."""
        only = self._account if private else self._room.owner
        async with self._world.doing(self._line, "reply"):
            message = self._world.write(self._room, card, Sent.REPLY, only=only, thread=self._thread)
            self._answered = True
        addressable = only is None or self._room.owner is not None
        return self._world.state.ref(message) if addressable else None

    async def ask(self, sheet: Sheet) -> None:
        """Open a form. As on Discord it must be the first answer, and not an answer to a form."""
        if self._typed is not None:
            raise PlatformError("a form cannot open a form")
        if self._answered:
            raise PlatformError("a form must be the first answer")
        await self._open(sheet, {})

    async def refuse(self, problems: Mapping[str, str], sheet: Sheet) -> bool:
        """Open the form again, with what is wrong beside each field and what was typed still there."""
        await self._open(sheet, problems)
        return True

    async def _open(self, sheet: Sheet, problems: Mapping[str, str]) -> None:
        values = {**sheet.values, **(self._typed or {})}
        shown = Sheet(sheet.action, sheet.title, sheet.fields, sheet.submit, values)
        form = OpenForm(self._account, self._room.town, self._room.id, shown, dict(problems))
        async with self._world.doing(self._line, "form"):
            self._world.state.put(form)
            reading = self._world.reader(self._room.town, self._account).form(form)
            self._world.record("form", self._room.town, room=self._room, to=self._account, reading=reading)
            self._answered = True

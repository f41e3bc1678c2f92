"""People, as tests, rehearsals and the page make them act."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.chat.card import Button, Menu
from bot.chat.events import ButtonPressed, CommandUsed, Event, FormSubmitted, Reacted
from bot.chat.forms import Sheet
from bot.chat.things import Channel, Level, Member, MessageRef, Space
from bot.platforms.playground.filter import hits
from bot.platforms.playground.happenings import arrived, edited, mark_up, mentioned, posted, stopped
from bot.platforms.playground.moderating import Moderating
from bot.platforms.playground.options import Away, Impossible, NothingToPress, Stopped, Typing, Value, find_command
from bot.platforms.playground.plain import Reader
from bot.platforms.playground.records import (
    BOT,
    Account,
    Arrival,
    Entry,
    Message,
    OpenForm,
    Presence,
    Room,
    Sent,
    Town,
)
from bot.platforms.playground.responder import Answer

if TYPE_CHECKING:
    from bot.platforms.playground.world import Line, World


class Actor(Moderating):
    """Somebody in a town. Each act returns once the world has settled.

    Without a channel they act ``here``: in "general" at first, in the town's first channel when there is none.
    What the platform itself would refuse (talking while timed out, pressing what one cannot see) raises
    ``Impossible``, an ``AssertionError``.
    """

    def __init__(self, world: World, town: str, account: str) -> None:
        self.here: str | Channel = "general"
        self._world = world
        self._state = world.state
        self._town = town
        self._id = account
        self._read_up_to = 0
        self._form_read: OpenForm | None = None

    def __repr__(self) -> str:
        return f"<{self.name} in {self.space.name}>"

    # Who they are

    @property
    def id(self) -> str:
        return self._id

    @property
    def account(self) -> Account:
        return self._state.accounts[self._id]

    @property
    def name(self) -> str:
        return self.account.name

    @property
    def space(self) -> Space:
        return self._state.space(self._town)

    @property
    def member(self) -> Member:
        return self._state.member(self._town, self._id)

    def change(
        self,
        *,
        name: str | None = None,
        level: Level | None = None,
        language: str | None = None,
        zone: str | None = None,
        direct_closed: bool | None = None,
    ) -> None:
        """Change who they are on the platform; ``direct_closed`` shuts their door to direct messages."""
        account = self.account
        account.name = account.name if name is None else name
        account.level = account.level if level is None else level
        account.language = account.language if language is None else language
        account.zone = account.zone if zone is None else zone
        account.direct_closed = account.direct_closed if direct_closed is None else direct_closed
        self._state.put(account)

    # Coming and going

    async def join(self, via: Actor | str | None = None) -> None:
        """Enter the town, by an invite of ``via``: somebody's own, or a code."""
        town, now = self._state.towns[self._town], self._world.now()
        if self._id in town.banned:
            raise Impossible(f"{self.name} is banned")
        if self._state.presence(self._town, self._id):
            raise Impossible(f"{self.name} is already here")
        if town.paused_until and now < town.paused_until:
            raise Impossible(f"{town.name} lets nobody in until {town.paused_until}")
        code = via.invite() if isinstance(via, Actor) else via or ""
        by = self._use(town, code) if code else None
        self._state.put(Presence(self._town, self._id, self._state.tick(), now, pending=town.screening))
        arrival = Arrival(self._state.new_id("e"), self._town, self._id, now, invited_by=by, invite=code)
        await self._arrive(arrival)

    def invite(self) -> str:
        """The code of their own invite, made when it is needed."""
        town = self._state.towns[self._town]
        for code, entry in town.invites.items():
            if entry.inviter == self._id:
                return code
        code = self._state.new_id("i")
        town.invites[code] = Entry(self._room(None).id, self._id)
        self._state.put(town)
        return code

    def _use(self, town: Town, code: str) -> str | None:
        """Whose invite it is, if a member's."""
        entry = town.invites.get(code)
        if entry is None or not entry.is_open(self._world.now()):
            raise Impossible(f"the invite {code} is not valid")
        entry.uses += 1
        self._state.put(town)
        return None if entry.inviter == BOT else entry.inviter

    async def admit(self) -> None:
        """The platform's own screening is over."""
        presence = self._presence()
        presence.pending = False
        self._state.put(presence)
        await self._arrive(Arrival(self._state.new_id("e"), self._town, self._id, self._world.now(), admitted=True))

    async def _arrive(self, arrival: Arrival) -> None:
        self._state.put(arrival)
        await self._tell(arrived(self._state, arrival))

    async def leave(self) -> None:
        """Go, of their own will."""
        await self._tell(self._world.remove(self._presence()))

    # Talking

    async def say(
        self,
        text: str,
        to: str | Channel | None = None,
        *,
        reply_to: MessageRef | None = None,
        attach: Iterable[str] = (),
        thread: str | None = None,
        forward: Iterable[str] = (),
    ) -> MessageRef:
        """Write in a channel (``here`` by default). ``@name`` and ``#channel`` are understood as a client would.

        ``forward`` are texts of others that go with it. Raises ``Stopped`` when the town's filter lets nobody see it.
        """
        room = self._room(to)
        self._may_talk(room)
        if thread is not None and self._state.message(room.id, thread) is None:
            raise Impossible(f"there is no thread {thread!r} in #{room.name}")
        message = Message(
            self._state.new_id("m"),
            room.id,
            self._world.now(),
            self._id,
            Sent.SAID,
            mark_up(self._state, self._town, text),
            thread=thread or (reply_to.thread if reply_to else None),
            reply_to=reply_to.id if reply_to else None,
            attachments=tuple(attach),
            quoted=tuple(forward),
        )
        await self._filtered(message)
        message.revision = self._state.progress.counter
        self._state.put(message)
        await self._tell(posted(self._state, message))
        return self._state.ref(message)

    async def _filtered(self, message: Message) -> None:
        """The town's filter looks at what they say. Raises ``Stopped``."""
        town, presence, mentions = self._state.towns[self._town], self._presence(), mentioned(self._state, message.text)
        for hit in hits(town.filter, self.member, message.room, message.text, len(mentions)):
            if hit.rule.timeout:
                presence.timeout_until = self._world.now() + hit.rule.timeout
                self._state.put(presence)
            await self._tell(stopped(self._state, message, hit))
            if hit.rule.block:
                raise Stopped(hit.rule.message or hit.rule.name)

    async def edit(self, text: str, to: str | Channel | None = None, *, ref: MessageRef | None = None) -> None:
        """Change the words of their last message there, or of ``ref``."""
        message = self._message(to, ref, own=True)
        message.text = mark_up(self._state, self._town, text)
        message.edited_at, message.revision = self._world.now(), self._state.tick()
        self._state.put(message)
        await self._tell(edited(self._state, message))

    async def delete(self, to: str | Channel | None = None, *, ref: MessageRef | None = None) -> None:
        """Delete their last message there, or ``ref``, which a moderator may do to anybody's."""
        message = self._message(to, ref, own=ref is None or self.account.level < Level.MODERATOR)
        message.deleted_at = self._world.now()
        self._state.put(message)
        await self._tell(self._world.deleted(message))

    async def react(self, emoji: str, to: str | Channel | None = None, *, ref: MessageRef | None = None) -> None:
        """React to the last message there, or to ``ref``."""
        await self._react(emoji, self._message(to, ref, own=False), added=True)

    async def unreact(self, emoji: str, to: str | Channel | None = None, *, ref: MessageRef | None = None) -> None:
        """Take a reaction back."""
        await self._react(emoji, self._message(to, ref, own=False), added=False)

    async def _react(self, emoji: str, message: Message, *, added: bool) -> None:
        givers = message.reactions.setdefault(emoji, [])
        if added is (self._id in givers):
            raise Impossible(f"{self.name} has {'already' if added else 'not'} reacted with {emoji}")
        if added:
            givers.append(self._id)
        else:
            givers.remove(self._id)
        self._state.put(message)
        await self._tell(
            Reacted(
                space=self.space,
                id=self._state.new_id("e"),
                at=self._world.now(),
                member=self.member,
                ref=self._state.ref(message),
                emoji=emoji,
                added=added,
            )
        )

    # Asking the bot

    async def run(self, path: str, /, **options: Value) -> None:
        """Use a slash command, ``here``."""
        line, room = self._line(), self._room(None)
        command = find_command(line.commands, path)
        await self._tell(
            CommandUsed(
                space=self.space,
                id=self._state.new_id("e"),
                at=self._world.now(),
                member=self.member,
                channel=self._state.channel(room.id),
                responder=Answer(self._world, line, self._id, room, private=command.private),
                path=command.path,
                options=self._typing.options(command, options),
            )
        )

    async def press(self, label: str) -> None:
        """Press the newest button with this label, in a channel or in what only they see."""
        labels = []
        for message, button in self._buttons():
            labels.append(self._words.words(button.label))
            if label in (button.label, labels[-1]):
                return await self.use(message, button.action)
        raise NothingToPress(f"{self.name} sees no button {label!r}; there is {list(dict.fromkeys(labels))}")

    async def choose(self, label: str, values: str | Sequence[str]) -> None:
        """Choose options (values or labels) in the newest menu with this label."""
        labels, wanted = [], (values,) if isinstance(values, str) else tuple(values)
        for message, menu in self._menus():
            labels.append(self._words.words(menu.label))
            if label in (menu.label, labels[-1]):
                return await self.use(message, menu.action, self._typing.chosen(menu, wanted))
        raise NothingToPress(f"{self.name} sees no menu {label!r}; there is {list(dict.fromkeys(labels))}")

    async def fill(self, /, **values: Value) -> None:
        """Send the open form; fields that are not named keep what stands in them."""
        line, form = self._line(), self._state.form(self._town, self._id)
        if form is None:
            raise NothingToPress(f"{self.name} has no form open")
        typed, room = self._typing.answers(form, values), self._state.rooms[form.room]
        self._state.drop(form)
        await self._tell(
            FormSubmitted(
                space=self.space,
                id=self._state.new_id("e"),
                at=self._world.now(),
                member=self.member,
                channel=self._state.channel(room.id),
                responder=Answer(self._world, line, self._id, room, typed=typed),
                action=form.sheet.action,
                values=typed,
            )
        )

    async def use(self, message: Message, action: str, values: tuple[str, ...] = ()) -> None:
        """Press the button or choose in the menu of this message that has this action."""
        line, room = self._line(), self._state.rooms[message.room]
        addressable = message.only is None or room.owner is not None
        await self._tell(
            ButtonPressed(
                space=self.space,
                id=self._state.new_id("e"),
                at=self._world.now(),
                member=self.member,
                channel=self._state.channel(room.id),
                responder=Answer(self._world, line, self._id, room, thread=message.thread),
                action=action,
                ref=self._state.ref(message) if addressable else None,
                values=values,
            )
        )

    # What they see

    @property
    def sees(self) -> str:
        """All that this person alone was shown since ``forget()``, and the form before their eyes."""
        new = [m for m in self._state.private(self._town, self._id) if m.revision > self._read_up_to]
        shown = [str(self._words.card(message.card)) for message in new if message.card]
        form = self._state.form(self._town, self._id)
        if form and form is not self._form_read:
            shown.append(str(self._words.form(form)))
        return "\n".join(shown)

    def reads(self, channel: str | Channel | None = None) -> str:
        """What everybody can read in a channel, each message after its author's name, since ``forget()``."""
        public = self._world.reader(self._town)
        messages = self._state.messages(self._room(channel).id)
        return "\n".join(public.message(m) for m in messages if m.revision > self._read_up_to)

    @property
    def form(self) -> Sheet | None:
        """The form before their eyes."""
        form = self._state.form(self._town, self._id)
        return form.sheet if form else None

    def forget(self) -> None:
        """Leave out from now on what ``sees`` and ``reads`` gave so far."""
        self._read_up_to = self._state.progress.counter
        self._form_read = self._state.form(self._town, self._id)

    # Their hands and eyes

    @property
    def _words(self) -> Reader:
        return self._world.reader(self._town, self._id)

    @property
    def _typing(self) -> Typing:
        return Typing(self._state, self._words)

    def _buttons(self) -> Iterator[tuple[Message, Button]]:
        for message in self._state.newest(self._town, self._id):
            for button in message.card.buttons if message.card else ():
                if not button.url:
                    yield message, button

    def _menus(self) -> Iterator[tuple[Message, Menu]]:
        for message in self._state.newest(self._town, self._id):
            for menu in message.card.menus if message.card else ():
                yield message, menu

    def _presence(self) -> Presence:
        presence = self._state.presence(self._town, self._id)
        if presence is None:
            raise Impossible(f"{self.name} is not in {self.space.name}")
        return presence

    def _line(self) -> Line:
        if self._world.line is None:
            raise Away("the bot is not there to answer")
        return self._world.line

    def _room(self, to: str | Channel | None) -> Room:
        state, town, where = self._state, self._town, to or self.here
        room = state.rooms.get(where.id) if isinstance(where, Channel) else state.room_named(town, where)
        if room is None and to is None:
            room = next(iter(state.public_rooms(town)), None)
        if room is None:
            raise Impossible(f"there is no channel {where!r}")
        return room

    def _may_talk(self, room: Room) -> None:
        presence, now = self._presence(), self._world.now()
        if self.account.level < room.level:
            raise Impossible(f"{self.name} does not see #{room.name}")
        if presence.pending:
            raise Impossible(f"{self.name} is not admitted yet")
        if presence.timeout_until and presence.timeout_until > now:
            raise Impossible(f"{self.name} is timed out until {presence.timeout_until}")
        if room.slow and self.account.level < Level.MODERATOR:
            since = now - timedelta(seconds=room.slow)
            if any(m.author == self._id and m.at > since for m in self._state.messages(room.id)):
                raise Impossible(f"#{room.name} is slow: one message every {room.slow} s")

    def _message(self, to: str | Channel | None, ref: MessageRef | None, *, own: bool) -> Message:
        if ref is not None:
            named = self._state.message(ref.channel.id, ref.id)
            candidates = [named] if named else []
        else:
            candidates = [*reversed(self._state.messages(self._room(to).id))]
        for message in candidates:
            if not own or message.author == self._id:
                return message
        raise Impossible(f"there is no such message {'of ' + self.name if own else ''}")

    async def _tell(self, event: Event) -> None:
        await self._world.deliver(event)
        await self._world.settle()

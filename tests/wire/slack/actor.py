"""People, as tests and rehearsals make them act: the playground's ``Actor``, through Slack's protocol."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from bot.chat.forms import Sheet, Upload
from bot.chat.things import Channel as Place
from bot.chat.things import Level, Member, MessageRef, Space
from bot.platforms.playground.options import Away, Impossible, NoSuchCommand, NothingToPress, Value
from tests.wire.slack import asking, happenings, shapes, writing
from tests.wire.slack.bits import Json
from tests.wire.slack.blocks import elements
from tests.wire.slack.delivery import NoLine, Parcel
from tests.wire.slack.emoji import name_of
from tests.wire.slack.forms import answered, sheet
from tests.wire.slack.hands import Typing, mark_up, upload
from tests.wire.slack.plain import Reader
from tests.wire.slack.records import Channel, Message, Notice, User, View
from tests.wire.slack.responses import respond
from tests.wire.slack.rich import typed

if TYPE_CHECKING:
    from tests.wire.slack.world import World

BUTTONS = frozenset({"button", "icon_button", "workflow_button"})
SPOKEN = frozenset({None, "file_share", "thread_broadcast", "bot_message", "me_message"})
"""Subtypes of messages that have words of somebody."""


class Actor:
    """Somebody in a workspace. Each act returns once the world has settled.

    Without a channel they act ``here``: in "general" at first, in the workspace's first channel when there is none.
    What Slack or its client would refuse raises ``Impossible``, an ``AssertionError``.
    """

    def __init__(self, world: World, user: str) -> None:
        self.here: str | Place = "general"
        self._world = world
        self._state = world.state
        self._id = user
        self._read_up_to = 0

    def __repr__(self) -> str:
        return f"<{self.name} in {self.space.name}>"

    # Who they are

    @property
    def id(self) -> str:
        return self._id

    @property
    def account(self) -> User:
        return self._state.users[self._id]

    @property
    def name(self) -> str:
        return self.account.name

    @property
    def space(self) -> Space:
        return self._state.space(self.account.team)

    @property
    def member(self) -> Member:
        return self._state.member(self.account)

    def change(
        self,
        *,
        name: str | None = None,
        level: Level | None = None,
        language: str | None = None,
        zone: str | None = None,
        direct_closed: bool | None = None,
    ) -> None:
        """Change who they are; ``direct_closed`` refuses what the app writes to them alone."""
        user = self.account
        user.closed = user.closed if direct_closed is None else direct_closed
        self._world.describe(user, name=name, level=level, language=language, zone=zone)
        if user.here:
            happenings.user_changed(self._state, user)

    # Coming and going

    async def join(self, via: Actor | None = None) -> None:
        """Enter the workspace and its default channels. Slack does not say who invited whom (``via``)."""
        user = self.account
        if user.here and not user.deleted:
            raise Impossible(f"{self.name} is already here")
        came_back, user.here, user.deleted = user.deleted, True, False
        user.joined_at = self._state.now()
        if came_back:
            happenings.user_changed(self._state, user)
        else:
            happenings.team_joined(self._state, user)
        for channel in self._state.rooms(user.team):
            if channel.default and not channel.archived:
                happenings.entered(self._state, channel, user.id)
        await self._world.settle()

    async def rename(self, name: str) -> None:
        """Show another name from now on."""
        self._present()
        self.change(name=name)
        await self._world.settle()

    async def admit(self) -> None:
        """Slack has no screening of its own."""
        raise Impossible("Slack screens nobody")

    async def leave(self) -> None:
        """Have their account deactivated."""
        user = self._present()
        user.deleted = True
        for channel in self._state.rooms(user.team):
            if user.id in channel.members:
                channel.members.remove(user.id)
        self._state.stacks.pop(user.id, None)
        happenings.user_changed(self._state, user)
        await self._world.settle()

    async def enter(self, channel: str | Place, via: Actor | None = None) -> None:
        """Become a member of a channel, invited by ``via``."""
        self._present()
        room = self._room(channel)
        if room.private and via is None:
            raise Impossible(f"{self.name} was not invited to #{room.name}")
        happenings.entered(self._state, room, self._id, via.id if via else None)
        await self._world.settle()

    async def quit(self, channel: str | Place) -> None:
        """Leave one channel."""
        room = self._inside(self._room(channel), join=False)
        happenings.left(self._state, room, self._id)
        await self._world.settle()

    # Talking

    async def say(
        self,
        text: str,
        to: str | Place | None = None,
        *,
        reply_to: MessageRef | None = None,
        attach: Iterable[str] = (),
        thread: str | None = None,
        forward: Iterable[str] = (),
    ) -> MessageRef:
        """Write in a channel, or answer in a thread. ``@name`` and ``#channel`` are understood as the client does.

        ``forward`` are texts of others that are shared with it.
        """
        user, state = self._present(), self._state
        room = self._inside(self._room(to))
        root = thread or ((reply_to.thread or reply_to.id) if reply_to else None)
        if root is not None and state.message(room.id, root) is None:
            raise Impossible(f"there is no thread {root!r} in #{room.name}")
        thread_ts = writing.in_thread(state, room, root) if root else None
        words = mark_up(state, user.team, text)
        message = Message(state.new.ts(), room.id, user.id, words, thread_ts=thread_ts, bot_id=user.bot_id)
        message.app_id = user.app_id
        message.blocks = typed(words, state.new.id("b")) if words else []
        message.more = {"client_msg_id": state.new.id("msg-").lower()} if not user.is_bot else {}
        message.files = [upload(state, user, name, b"").id for name in attach]
        message.attachments = [{"is_share": True, "is_msg_unfurl": True, "text": it, "fallback": it} for it in forward]
        message.subtype = "file_share" if message.files else None
        writing.publish(state, message)
        happenings.files_shared(state, room, message.files, user.id)
        await self._world.settle()
        return state.ref(message)

    async def edit(self, text: str, to: str | Place | None = None, *, ref: MessageRef | None = None) -> None:
        """Change the words of their last message there, or of ``ref``."""
        message = self._message(to, ref, own=True)
        words = mark_up(self._state, self.account.team, text)
        new: Json = {
            "text": words,
            "blocks": typed(words, self._state.new.id("b")),
            "attachments": [],
            "metadata": None,
        }
        writing.rewrite(self._state, message, new, self._id)
        await self._world.settle()

    async def delete(self, to: str | Place | None = None, *, ref: MessageRef | None = None) -> None:
        """Delete their last message there, or ``ref``, which an admin may do to anybody's."""
        admin = self.account.is_admin or self.account.is_owner
        writing.erase(self._state, self._message(to, ref, own=ref is None or not admin))
        await self._world.settle()

    async def react(self, emoji: str, to: str | Place | None = None, *, ref: MessageRef | None = None) -> None:
        """React to the last message there, or to ``ref``, with a picture or its name."""
        await self._react(emoji, self._message(to, ref, own=False), added=True)

    async def unreact(self, emoji: str, to: str | Place | None = None, *, ref: MessageRef | None = None) -> None:
        """Take a reaction back."""
        await self._react(emoji, self._message(to, ref, own=False), added=False)

    async def _react(self, emoji: str, message: Message, *, added: bool) -> None:
        name = name_of(emoji)
        if name is None:
            raise Impossible(f"Slack has no emoji {emoji!r} that is known here")
        givers = message.reactions.setdefault(name, [])
        if added is (self._id in givers):
            raise Impossible(f"{self.name} has {'already' if added else 'not'} reacted with {emoji}")
        if added:
            givers.append(self._id)
        else:
            givers.remove(self._id)
        if not givers:
            del message.reactions[name]
        happenings.reacted(self._state, message, self._id, name, added=added)
        await self._world.settle()

    # Asking the bot

    async def run(self, path: str, /, **options: Value) -> None:
        """Type a slash command ``here``: ``/welcome preview member:@bob``.

        A command line takes no file: they are named, and given in the form that the bot opens instead, if it does.
        """
        user, channel = self._present(), self._room(None)
        first, *words = path.split()
        command = self._state.app.commands.get(f"/{first}")
        if command is None:
            known = ", ".join(self._state.app.commands) or "none"
            raise NoSuchCommand(f"/{first} is not a valid command; there is {known}")
        files = {name: value for name, value in options.items() if isinstance(value, Upload)}
        said = {name: value for name, value in options.items() if name not in files}
        text = Typing(self._state, user).command(words, said, escaped=command.should_escape)
        text = " ".join((text, *(f"{name}:" for name in files)))
        await self.type(command.name, text, channel)
        if files:
            await self.fill(**files)

    async def type(self, name: str, text: str, channel: Channel | None = None) -> None:
        """Send a slash command with exactly this text."""
        room = channel or self._room(None)
        payload = asking.command(self._state, self._present(), room, name, text)
        parcel = await self._ask("slash_commands", payload)
        if not parcel.acked:
            error = "operation_timeout" if "timeout" in parcel.reason else "dispatch_failed"
            self._notice(f'{name} failed with the error "{error}"')
        elif parcel.answer:
            respond(self._state, self._state.hooks[payload["response_url"].split("/")[-2]], parcel.answer)
        await self._world.settle()

    async def press(self, label: str) -> None:
        """Press the newest button with this label: in the open form, in a channel, or in what only they see."""
        labels = []
        for where, block, element in self._elements():
            if element["type"] not in BUTTONS:
                continue
            labels.append(self._reader.object(element["text"]))
            if label == labels[-1]:
                return await self._act(where, block, element, {})
        raise NothingToPress(f"{self.name} sees no button {label!r}; there is {list(dict.fromkeys(labels))}")

    async def choose(self, label: str, values: str | Sequence[str]) -> None:
        """Choose options (values or labels) in the newest menu with this placeholder, or beside this text."""
        labels, wanted = [], (values,) if isinstance(values, str) else tuple(values)
        for where, block, element in self._elements():
            if element["type"] in BUTTONS or element["type"] == "image" or block["type"] == "input":
                continue
            shown = element.get("placeholder") or block.get("text")
            labels.append(self._reader.object(shown))
            if label in (labels[-1], element["action_id"]):
                value = Typing(self._state, self.account).value(
                    await self._offered(where, block, element, wanted), wanted
                )
                return await self._act(where, block, element, value)
        raise NothingToPress(f"{self.name} sees no menu {label!r}; there is {list(dict.fromkeys(labels))}")

    async def _offered(self, where: View | Message, block: Json, element: Json, wanted: tuple[str, ...]) -> Json:
        """A menu with its options, asked of the app when they are not in it."""
        if "external" not in element["type"]:
            return element
        payload = asking.suggestion(self._state, self._present(), block, element, wanted[0] if wanted else "", where)
        parcel = await self._ask("interactive", payload)
        return {**element, "options": (parcel.answer or {}).get("options", [])}

    async def _act(self, where: View | Message, block: Json, element: Json, given: Json) -> None:
        user = self._present()
        action = asking.action_of(self._state, block, element, given)
        if isinstance(where, View):
            payload = asking.view_action(self._state, user, where, action)
        else:
            payload = asking.message_action(self._state, user, where, action)
        parcel = await self._ask("interactive", payload)
        if not parcel.acked:
            self._notice("This app is not responding")
        await self._world.settle()

    async def fill(self, **values: Value) -> None:
        """Send the open form; fields that are not named keep what stands in them."""
        view = self._state.open_view(self._id)
        if view is None:
            raise NothingToPress(f"{self.name} has no form open")
        typing = Typing(self._state, self._present())
        typing.fill(view, values)
        view.errors, view.revision = typing.problems(view), self._state.tick()
        if not view.errors:
            parcel = await self._ask("interactive", asking.submission(self._state, self.account, view))
            if words := answered(self._state, view, parcel):
                self._notice(words)
        await self._world.settle()

    async def close(self) -> None:
        """Dismiss the open form."""
        view = self._state.open_view(self._id)
        if view is None:
            raise NothingToPress(f"{self.name} has no form open")
        self._state.stacks[self._id].pop()
        if view.body.get("notify_on_close"):
            await self._ask("interactive", asking.closing(self._state, self._present(), view, cleared=False))
        await self._world.settle()

    async def use_shortcut(self, callback: str, ref: MessageRef | None = None) -> None:
        """Use a shortcut of the app, on a message if ``ref`` is one."""
        message = self._message(None, ref, own=False) if ref else None
        parcel = await self._ask("interactive", asking.shortcut(self._state, self._present(), callback, message))
        if not parcel.acked:
            self._notice("This app is not responding")
        await self._world.settle()

    async def open_home(self) -> None:
        """Look at the app's Home tab."""
        view = self._home
        happenings.home_opened(self._state, self._present(), shapes.view(view) if view else None)
        await self._world.settle()

    async def _ask(self, kind: str, payload: Json) -> Parcel:
        if kind == "interactive" and not self._state.app.interactive:
            raise Away("the app takes no interactions")
        await self._world.told()
        try:
            return await self._world.delivery.ask(kind, payload)
        except NoLine:
            raise Away("the bot is not there to answer") from None

    def _notice(self, words: str) -> None:
        self._state.notices.append(Notice(self._id, words, self._state.tick()))

    # What they see

    @property
    def sees(self) -> str:
        """All that this person alone was shown since ``forget()``, and the form before their eyes."""
        new = [it for it in self._private() if it.revision > self._read_up_to]
        shown = [str(self._reader.message(it)) for it in new]
        notices = [it for it in self._state.notices if it.user == self._id and it.revision > self._read_up_to]
        shown += [it.words for it in notices]
        view = self._state.open_view(self._id)
        if view and view.revision > self._read_up_to:
            shown.append(str(self._reader.view(view)))
        return "\n".join(shown)

    def reads(self, channel: str | Place | None = None) -> str:
        """What everybody can read in a channel, each message after its author's name, since ``forget()``."""
        public = Reader(self._state, self.account.team)
        said = [it for it in self._state.messages(self._room(channel).id) if it.subtype in SPOKEN]
        return "\n".join(public.signed(it) for it in said if it.revision > self._read_up_to)

    @property
    def home(self) -> str:
        """The app's Home tab as they see it."""
        view = self._home
        return str(self._reader.view(view)) if view else ""

    @property
    def form(self) -> Sheet | None:
        """The form before their eyes."""
        view = self._state.open_view(self._id)
        return sheet(self._reader, view) if view else None

    def forget(self) -> None:
        """Leave out from now on what ``sees`` and ``reads`` gave so far."""
        self._read_up_to = self._state.revision

    # Their hands and eyes

    @property
    def direct(self) -> Place:
        """Their conversation with the app, to write there."""
        return self._state.neutral(self._state.direct(self.account.team, self._id))

    @property
    def _reader(self) -> Reader:
        return Reader(self._state, self.account.team, self._id)

    @property
    def _home(self) -> View | None:
        return self._state.views.get(self._state.homes.get(self._id, ""))

    def _private(self) -> list[Message]:
        """Oldest first: ephemeral messages, and what the app wrote to them alone."""
        room = self._state.direct_with(self._id)
        said = [it for it in self._state.messages(room.id if room else "") if it.user != self._id]
        return sorted([*said, *self._state.hidden(self._id)], key=lambda it: it.ts)

    def _elements(self) -> Iterator[tuple[View | Message, Json, Json]]:
        """Elements that act: of the open form, then of messages, newest first, then of the Home tab."""
        views = [self._state.open_view(self._id)]
        places: list[View | Message] = [it for it in views if it]
        if not places:
            places = [*self._state.visible(self._id), *([self._home] if self._home else [])]
        for where in places:
            blocks = where.body["blocks"] if isinstance(where, View) else _blocks(where)
            for block, element in elements(blocks):
                if "action_id" in element:
                    yield where, block, element

    def _present(self) -> User:
        user = self.account
        if not user.here or user.deleted:
            raise Impossible(f"{self.name} is not in {self.space.name}")
        return user

    def _room(self, to: str | Place | None) -> Channel:
        where, team = to or self.here, self.account.team
        found = (
            self._state.channels.get(where.id) if isinstance(where, Place) else self._state.channel_named(team, where)
        )
        if found is None and to is None:
            found = next((it for it in self._state.rooms(team) if not it.private), None)
        if found is None or found.team != team:
            raise Impossible(f"there is no channel {where!r}")
        return found

    def _inside(self, room: Channel, *, join: bool = True) -> Channel:
        """A channel where they may write; the client lets them join a public one first."""
        if room.archived:
            raise Impossible(f"#{room.name} is archived")
        if self._id not in room.members:
            if room.private or not join:
                raise Impossible(f"{self.name} is not in #{room.name}")
            happenings.entered(self._state, room, self._id)
        return room

    def _message(self, to: str | Place | None, ref: MessageRef | None, *, own: bool) -> Message:
        if ref is not None:
            named = self._state.message(ref.channel.id, ref.id)
            candidates = [named] if named else []
        else:
            room = self._room(to)
            candidates = [it for it in reversed(self._state.messages(room.id)) if it.subtype in SPOKEN]
        for message in candidates:
            if not own or message.user == self._id:
                return message
        raise Impossible(f"there is no such message {'of ' + self.name if own else ''}")


def _blocks(message: Message) -> list[Json]:
    return [*message.blocks, *(block for it in message.attachments for block in it.get("blocks") or ())]

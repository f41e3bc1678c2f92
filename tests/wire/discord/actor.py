"""People, as tests and rehearsals make them act: the playground's ``Actor``, through Discord's protocol."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.chat.forms import Sheet
from bot.chat.things import Channel as Place
from bot.chat.things import Level, Member, MessageRef, Space
from bot.platforms.playground.options import Away, Impossible, NothingToPress, Stopped, Value
from tests.wire.discord import happenings
from tests.wire.discord.asking import ask
from tests.wire.discord.bits import SELECTS, Asked, Component, Json, MessageFlag, Permission, locale_of
from tests.wire.discord.bodies import walk
from tests.wire.discord.hands import Resolved, Typing, mark_up
from tests.wire.discord.moderating import Moderating, filtered
from tests.wire.discord.permissions import can_see, can_write, in_channel, timed_out
from tests.wire.discord.plain import label_of, sheet_of
from tests.wire.discord.records import Channel, Guild, Interaction, Invite, Message, Notice, OpenModal, User
from tests.wire.discord.records import Member as Presence
from tests.wire.discord.writing import mention

if TYPE_CHECKING:
    from tests.wire.discord.world import World

SPOKEN = (0, 19, 20, 23)
"""Types of message that have words: said, answered, from commands."""
JOINED = 7


class Actor(Moderating):
    """Somebody in a guild. Each act returns once the world has settled.

    Without a channel they act ``here``: in "general" at first, in the guild's first channel when there is none.
    What Discord or its client would refuse raises ``Impossible``, an ``AssertionError``.
    """

    def __init__(self, world: World, guild: str, user: str) -> None:
        self.here: str | Place = "general"
        self.wanted: tuple[Level, tuple[str, ...]] = (Level.EVERYONE, ())
        self.guild = guild
        self._world = world
        self._state = world.state
        self._id = user
        self._read_up_to = 0
        self._came = 0

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
        return self._world.space(self.guild)

    @property
    def member(self) -> Member:
        return self._world.member(self.guild, self._id)

    def change(
        self,
        *,
        name: str | None = None,
        level: Level | None = None,
        language: str | None = None,
        zone: str | None = None,
        direct_closed: bool | None = None,
    ) -> None:
        """Change who they are; ``direct_closed`` shuts their door to direct messages."""
        user = self.account
        user.name = user.name if name is None else name
        user.language = user.language if language is None else language
        user.locale = user.locale if language is None else locale_of(language)
        user.zone = user.zone if zone is None else zone
        user.dm_closed = user.dm_closed if direct_closed is None else direct_closed
        self.wanted = self.wanted if level is None else (level, self.wanted[1])
        presence = self._state.member(self.guild, self._id)
        if presence:
            self._world.give_wanted(self)
            happenings.member_changed(self._state, presence)

    # Coming and going

    async def join(self, via: Actor | str | None = None) -> None:
        """Enter the guild, by an invite of ``via``: somebody's own, or a code."""
        guild = self._state.guilds[self.guild]
        if guild.paused_until and self._state.now() < guild.paused_until:
            raise Impossible(f"{guild.name} lets nobody in until {guild.paused_until}")
        if self._id in guild.bans:
            raise Impossible(f"{self.name} is banned")
        if self._id in guild.members:
            raise Impossible(f"{self.name} is already here")
        if via is not None:
            self._use(guild, via.invite() if isinstance(via, Actor) else via)
        member = Presence(self._id, guild.id, self._moment_of_coming(), pending=guild.screening)
        guild.members[self._id] = member
        self._world.give_wanted(self)
        happenings.member_joined(self._state, member)
        if guild.system_channel:
            notice = Message(self._state.ids.new(), guild.system_channel, self._id, self._state.now(), type=JOINED)
            happenings.message_posted(self._state, self._state.add_message(notice))
        await self._world.settle()

    def _moment_of_coming(self) -> datetime:
        """Discord counts microseconds: no two arrivals have the same, not even when the clock stands still."""
        self._came += 1
        return self._state.now() + timedelta(microseconds=self._came - 1)

    def _use(self, guild: Guild, code: str) -> None:
        """An invite that was used up is gone, and nobody's deed."""
        if code == guild.vanity:
            guild.vanity_uses += 1
            return
        invite = guild.invites.get(code)
        if invite is None or not invite.is_open(self._state.now()):
            raise Impossible(f"the invite {code} is not valid")
        invite.uses += 1
        if invite.uses == invite.max_uses:
            del guild.invites[code], self._state.invites[code]
            happenings.invite_gone(self._state, invite)

    def invite(self) -> str:
        """The code of their own invite to the guild, made when it is needed."""
        guild = self._state.guilds[self.guild]
        for invite in guild.invites.values():
            if invite.inviter == self._id:
                return invite.code
        code = f"invite{self._id}"
        channel = self._state.guild_channels(guild.id)[0]
        made = Invite(code, guild.id, channel.id, self._id, self._state.now(), max_age=0)
        guild.invites[code] = self._state.invites[code] = made
        happenings.invite_made(self._state, made)
        return code

    async def admit(self) -> None:
        """The guild's own screening is over."""
        presence = self._presence()
        presence.pending = False
        happenings.member_changed(self._state, presence)
        await self._world.settle()

    async def leave(self) -> None:
        """Go, of their own will."""
        presence = self._presence()
        del self._state.guilds[self.guild].members[self._id]
        happenings.member_left(self._state, presence)
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
        """Write in a channel (``here`` by default). ``@name`` and ``#channel`` are understood as a client would.

        ``forward`` are texts of others that go with it. Raises ``Stopped`` when AutoMod lets nobody see it.
        """
        channel = self._channel(to)
        thread = thread or (reply_to.thread if reply_to else None)
        if thread is not None:
            if thread not in {it.id for it in self._state.threads(channel.id)}:
                raise Impossible(f"there is no thread {thread!r} in #{channel.name}")
            channel = self._state.channels[thread]
        self._may_talk(channel)
        return self._world.ref(await self._write(channel, text, reply_to, attach, forward))

    async def whisper(self, text: str) -> MessageRef:
        """Write to the bot alone."""
        channel = self._state.direct(self._id)
        return self._world.ref(await self._write(channel, text, None, ()), self.guild)

    async def _write(
        self,
        channel: Channel,
        text: str,
        reply_to: MessageRef | None,
        attach: Iterable[str],
        forward: Iterable[str] = (),
    ) -> Message:
        state = self._state
        message = Message(state.ids.new(), channel.id, self._id, state.now(), mark_up(state, self.guild, text))
        if reply_to:
            message.type, message.reply_to = 19, reply_to.id
        kind = "application/octet-stream"
        message.attachments = [state.attach(channel.id, name, b"file", kind) for name in attach]
        message.forwarded = list(forward)
        mention(state, message, None)
        if channel.guild and (words := filtered(state, message)):
            await self._world.settle()
            raise Stopped(words)
        state.add_message(message)
        happenings.message_posted(state, message)
        await self._world.settle()
        return message

    async def edit(self, text: str, to: str | Place | None = None, *, ref: MessageRef | None = None) -> None:
        """Change the words of their last message there, or of ``ref``."""
        message = self._message(to, ref, own=True)
        message.content, message.edited_at = mark_up(self._state, self.guild, text), self._state.now()
        mention(self._state, message, None)
        self._state.touch(message)
        happenings.message_changed(self._state, message)
        await self._world.settle()

    async def delete(self, to: str | Place | None = None, *, ref: MessageRef | None = None) -> None:
        """Delete their last message there, or ``ref``, which those who manage messages may do to anybody's."""
        channel = self._state.channels[self._channel_of(ref)] if ref else self._channel(to)
        manages = in_channel(self._state, channel, self._id) & Permission.MANAGE_MESSAGES
        message = self._message(to, ref, own=ref is None or not manages)
        self._state.drop_message(message)
        happenings.message_deleted(self._state, message)
        await self._world.settle()

    async def react(self, emoji: str, to: str | Place | None = None, *, ref: MessageRef | None = None) -> None:
        """React to the last message there, or to ``ref``."""
        await self._react(emoji, self._message(to, ref, own=False), added=True)

    async def unreact(self, emoji: str, to: str | Place | None = None, *, ref: MessageRef | None = None) -> None:
        """Take a reaction back."""
        await self._react(emoji, self._message(to, ref, own=False), added=False)

    async def _react(self, emoji: str, message: Message, *, added: bool) -> None:
        place = self._state.channels[message.channel]
        givers = message.reactions.get(emoji, [])
        if added is (self._id in givers):
            raise Impossible(f"{self.name} has {'already' if added else 'not'} reacted with {emoji}")
        if added and not givers and not in_channel(self._state, place, self._id) & Permission.ADD_REACTIONS:
            raise Impossible(f"{self.name} may not react in #{place.name}")
        message.reactions[emoji] = [*givers, self._id] if added else [it for it in givers if it != self._id]
        if not message.reactions[emoji]:
            del message.reactions[emoji]
        happenings.reacted(self._state, message, self._id, emoji, added=added)
        await self._world.settle()

    # Asking the bot

    async def run(self, path: str, /, **options: Value) -> None:
        """Use a slash command, ``here``."""
        if timed_out(self._state, self._presence()):
            raise Impossible(f"{self.name} is timed out")
        channel, resolved = self._channel(None), Resolved(self._state, self.guild)
        typing = Typing(self._state, self.guild, self._id, channel)
        top, chain = typing.command(path)
        given = typing.options(chain[-1] if chain else top, options, resolved)
        for one in reversed(chain):
            given = [{"type": one["type"], "name": one["name"], "options": given}]
        await self._ask(Asked.COMMAND, channel, _command(top, given, resolved))

    async def suggest(self, path: str, option: str, typed: str) -> list[str]:
        """What is proposed while they type into an option."""
        channel, resolved = self._channel(None), Resolved(self._state, self.guild)
        top, chain = Typing(self._state, self.guild, self._id, channel).command(path)
        leaf = chain[-1] if chain else top
        asked = next((it for it in leaf.get("options") or [] if it["name"] == option), None)
        if asked is None or not asked.get("autocomplete"):
            raise Impossible(f"{path!r} proposes nothing for {option!r}")
        given: list[Json] = [{"type": asked["type"], "name": option, "value": typed, "focused": True}]
        for one in reversed(chain):
            given = [{"type": one["type"], "name": one["name"], "options": given}]
        interaction = await self._ask(Asked.AUTOCOMPLETE, channel, _command(top, given, resolved))
        return [choice["name"] for choice in interaction.choices]

    async def press(self, label: str) -> None:
        """Press the newest button with this label, in a channel or in what only they see."""
        labels = []
        for message, button in self._components(Component.BUTTON):
            if button.get("url") or button.get("disabled"):
                continue
            labels.append(label_of(button))
            if label == labels[-1]:
                return await self.use(message, button["custom_id"])
        raise NothingToPress(f"{self.name} sees no button {label!r}; there is {list(dict.fromkeys(labels))}")

    async def choose(self, label: str, values: str | Sequence[str]) -> None:
        """Choose options (values or labels) in the newest menu with this label."""
        labels, wanted = [], (values,) if isinstance(values, str) else tuple(values)
        for message, menu in self._components(*SELECTS):
            labels.append(label_of(menu))
            if label == labels[-1] and not menu.get("disabled"):
                resolved = Resolved(self._state, self.guild)
                typing = Typing(self._state, self.guild, self._id, self._state.channels[message.channel])
                chosen = typing.chosen(menu, wanted, resolved)
                return await self._pressed(message, menu, {"values": chosen, "resolved": resolved.found})
        raise NothingToPress(f"{self.name} sees no menu {label!r}; there is {list(dict.fromkeys(labels))}")

    async def fill(self, **values: Value) -> None:
        """Send the open form; fields that are not named keep what stands in them."""
        form = self._modal
        if form is None:
            raise NothingToPress(f"{self.name} has no form open")
        channel, resolved = self._state.channels[form.channel], Resolved(self._state, self.guild)
        parts = Typing(self._state, self.guild, self._id, channel).answers(form.data, values, resolved)
        del self._state.modals[self._id]
        data: Json = {"custom_id": form.data["custom_id"], "components": parts}
        data |= {"resolved": resolved.found} if resolved.found else {}
        message = self._state.message(form.channel, form.message or "")
        await self._ask(Asked.MODAL, channel, data, message, form.opener)

    async def use(self, message: Message, action: str, values: tuple[str, ...] = ()) -> None:
        """Press the button or choose in the menu of this message that has this ``custom_id``."""
        component = next((it for it in walk(message.components) if it.get("custom_id") == action), None)
        if component is None:
            raise NothingToPress(f"there is no {action!r} in that message")
        await self._pressed(message, component, {"values": list(values)} if component["type"] in SELECTS else {})

    async def _pressed(self, message: Message, component: Json, more: Json) -> None:
        more = {key: value for key, value in more.items() if value or key == "values"}
        data = {"custom_id": component["custom_id"], "component_type": component["type"], "id": component["id"]} | more
        await self._ask(Asked.COMPONENT, self._state.channels[message.channel], data, message)

    async def _ask(
        self, kind: Asked, channel: Channel, data: Json, message: Message | None = None, opener: str | None = None
    ) -> Interaction:
        """Send an interaction and wait for its first answer, as long as Discord does."""
        if not self._world.gateway.live:
            raise Away("the bot is not there to answer")
        guild = None if channel.guild is None else self.guild
        self._state.modals.pop(self._id, None)
        asked = ask(self._state, kind, self._id, guild, channel, data, message, opener)
        try:
            await asyncio.wait_for(asked.over.wait(), self._state.patience)
        except TimeoutError:
            asked.failed = True
            words = "The application did not respond" if kind is Asked.COMMAND else "This interaction failed"
            self._state.notices.append(Notice(self._id, self.guild, words, self._state.tick()))
        await self._world.settle()
        return asked

    # What they see

    @property
    def sees(self) -> str:
        """All that this person alone was shown since ``forget()``, and the form before their eyes."""
        reader = self._world.reader(self.guild, self._id)
        mine = [it for it in self._private() if it.revision > self._read_up_to]
        shown = [str(reader.reading(it)) for it in mine]
        notices = (it for it in self._state.notices if it.user == self._id and it.guild == self.guild)
        shown += [it.words for it in notices if it.revision > self._read_up_to]
        form = self._modal
        if form and form.revision > self._read_up_to:
            shown.append(str(reader.form(form)))
        return "\n".join(shown)

    def reads(self, channel: str | Place | None = None) -> str:
        """What everybody can read in a channel, each message after its author's name, since ``forget()``."""
        public, place = self._world.reader(self.guild), self._channel(channel)
        messages = [it for c in (place, *self._state.threads(place.id)) for it in self._state.messages(c.id)]
        said = [it for it in messages if it.type in SPOKEN and it.revision > self._read_up_to and _spoken(it)]
        return "\n".join(public.said(it) for it in sorted(said, key=lambda it: int(it.id)))

    @property
    def form(self) -> Sheet | None:
        """The form before their eyes."""
        form = self._modal
        return sheet_of(form.data) if form else None

    def forget(self) -> None:
        """Leave out from now on what ``sees`` and ``reads`` gave so far."""
        self._read_up_to = self._state.revision

    # Their hands and eyes

    @property
    def _modal(self) -> OpenModal | None:
        form = self._state.modals.get(self._id)
        return form if form and form.guild in (self.guild, None) else None

    def _private(self) -> list[Message]:
        """Oldest first: ephemeral messages of this guild, and what the bot wrote to them."""
        found = []
        for message in self._state.all_messages():
            channel = self._state.channels[message.channel]
            direct = channel.recipient == self._id and message.author != self._id
            whispered = message.only == self._id and channel.guild in (self.guild, None)
            if (direct or whispered) and message.type in SPOKEN and _spoken(message):
                found.append(message)
        return found[::-1]

    def _components(self, *kinds: Component) -> Iterator[tuple[Message, Json]]:
        """Components of these kinds that they see, newest first."""
        for message in self._state.all_messages():
            channel = self._state.channels[message.channel]
            here = channel.guild == self.guild and (message.only in (None, self._id))
            if (here or channel.recipient == self._id) and can_see(self._state, channel, self._id):
                for one in walk(message.components):
                    if one["type"] in kinds:
                        yield message, one

    def _presence(self) -> Presence:
        presence = self._state.member(self.guild, self._id)
        if presence is None:
            raise Impossible(f"{self.name} is not in {self.space.name}")
        return presence

    def _channel(self, to: str | Place | None) -> Channel:
        state = self._state
        where = to or self.here
        found = state.channels.get(where.id) if isinstance(where, Place) else state.channel_named(self.guild, where)
        if found is None and to is None:
            found = next(iter(state.guild_channels(self.guild)), None)
        if found is None:
            raise Impossible(f"there is no channel {to or self.here!r}")
        return found

    def _may_talk(self, channel: Channel) -> None:
        presence, now = self._presence(), self._state.now()
        if presence.pending:
            raise Impossible(f"{self.name} is not admitted yet")
        if timed_out(self._state, presence):
            raise Impossible(f"{self.name} is timed out until {presence.timeout_until}")
        if not can_write(self._state, channel, self._id) or channel.locked:
            raise Impossible(f"{self.name} cannot write in #{channel.name}")
        free = Permission.MANAGE_MESSAGES | Permission.MANAGE_CHANNELS | Permission.BYPASS_SLOWMODE
        if channel.slow and not in_channel(self._state, channel, self._id) & free:
            since = now - timedelta(seconds=channel.slow)
            if any(it.author == self._id and it.at > since for it in self._state.messages(channel.id)):
                raise Impossible(f"#{channel.name} is slow: one message every {channel.slow} s")

    def _channel_of(self, ref: MessageRef) -> str:
        return ref.thread or ref.channel.id

    def _message(self, to: str | Place | None, ref: MessageRef | None, *, own: bool) -> Message:
        if ref is not None:
            named = self._state.message(self._channel_of(ref), ref.id) or self._state.message(ref.channel.id, ref.id)
            candidates = [named] if named else []
        else:
            candidates = [it for it in reversed(self._state.messages(self._channel(to).id)) if it.type in SPOKEN]
        for message in candidates:
            if not own or message.author == self._id:
                return message
        raise Impossible(f"there is no such message {'of ' + self.name if own else ''}")


def _command(top: Json, options: list[Json], resolved: Resolved) -> Json:
    data: Json = {"id": top["id"], "name": top["name"], "type": top["type"], "options": options}
    data |= {"guild_id": top["guild_id"]} if "guild_id" in top else {}
    return data | ({"resolved": resolved.found} if resolved.found else {})


def _spoken(message: Message) -> bool:
    """Not "the bot is thinking"."""
    return not message.flags & MessageFlag.LOADING

"""All the records of one Slack, and how they are found."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from bot.chat.things import Channel as NeutralChannel
from bot.chat.things import Level, MessageRef, Space
from bot.chat.things import Member as NeutralMember
from bot.platforms.playground.plain import MomentFormat, readable
from bot.platforms.playground.records import Effect
from tests.wire.slack.bits import PLATFORM, Counter, Json, moment_of, ts_number
from tests.wire.slack.errors import Refused
from tests.wire.slack.records import (
    App,
    Channel,
    Code,
    File,
    Grant,
    Hook,
    Message,
    Notice,
    Team,
    Trigger,
    User,
    UserGroup,
    View,
)

TRIGGER_LASTS = timedelta(seconds=3)
HOOK_LASTS = timedelta(minutes=30)
HOOK_USES = 5
MAX_EFFECTS = 10_000
HELPERS = {Level.HELPER: "helpers", Level.MODERATOR: "moderators"}
"""Slack knows admins only: other levels are user groups with these handles."""

Tell = Callable[[str, str, Json], None]
"""Deliver an event: the workspace, the subscription it belongs to, its body."""


class State:
    """Workspaces and all that is in them. ``tell`` is the delivery's; ``revision`` counts changes of words."""

    def __init__(self, now: Callable[[], datetime], app: App) -> None:
        self.now = now
        self.app = app
        self.new = Counter(now)
        self.moment: MomentFormat = readable
        self.tell: Tell = lambda team, kind, event: None
        self.base = ""
        self.revision = 0
        self.teams: dict[str, Team] = {}
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.groups: dict[str, UserGroup] = {}
        self.grants: dict[str, Grant] = {}
        self.codes: dict[str, Code] = {}
        self.files: dict[str, File] = {}
        self.views: dict[str, View] = {}
        self.stacks: dict[str, list[str]] = {}
        self.homes: dict[str, str] = {}
        self.triggers: dict[str, Trigger] = {}
        self.hooks: dict[str, Hook] = {}
        self.tickets: dict[str, datetime] = {}
        self.notices: list[Notice] = []
        self.effects: deque[Effect] = deque(maxlen=MAX_EFFECTS)
        self.on_effect: list[Callable[[Effect], None]] = []
        self.notified: deque[tuple[str, str]] = deque(maxlen=MAX_EFFECTS)
        self._messages: dict[str, dict[str, Message]] = {}
        self._hidden: dict[str, dict[str, Message]] = {}

    def tick(self) -> int:
        self.revision += 1
        return self.revision

    # Making

    def add_message(self, message: Message) -> Message:
        """Keep a message; an ephemeral one among those of its reader."""
        message.revision = self.tick()
        shelf = self._messages.setdefault(message.channel, {})
        if message.only is not None:
            shelf = self._hidden.setdefault(message.only, {})
        shelf[message.ts] = message
        return message

    def touch(self, message: Message) -> None:
        """Its words changed."""
        message.revision = self.tick()

    def drop_message(self, message: Message) -> None:
        shelf = self._messages[message.channel] if message.only is None else self._hidden[message.only]
        shelf.pop(message.ts, None)

    def direct(self, team: str, user: str) -> Channel:
        """The app's conversation with somebody, made when it is needed."""
        if found := self.direct_with(user):
            return found
        bot = self.teams[team].bot
        channel = Channel(self.new.id("D"), team, "", self.now(), bot, partner=user, members=[bot, user])
        self.channels[channel.id] = channel
        return channel

    def direct_with(self, user: str) -> Channel | None:
        """The app's conversation with somebody, if there is one."""
        return next((it for it in self.channels.values() if it.partner == user), None)

    def trigger(self, team: str, user: str, channel: str, view: str | None = None) -> Trigger:
        id = f"{self.new.id('')}.{team[1:]}.{self.new.id('x').lower()}"
        self.triggers[id] = Trigger(id, team, user, channel, self.now(), view)
        return self.triggers[id]

    def spend(self, id: str) -> Trigger:
        """Use a trigger, which works once and for three seconds."""
        trigger = self.triggers.get(id)
        if trigger is None:
            raise Refused("invalid_trigger_id")
        if trigger.spent:
            raise Refused("exchanged_trigger_id")
        if self.now() - trigger.at > TRIGGER_LASTS:
            raise Refused("expired_trigger_id")
        trigger.spent = True
        return trigger

    def hook(self, team: str, user: str, channel: str, message: Message | None = None) -> str:
        """The address of a new response_url."""
        id = self.new.id("").lower()
        self.hooks[id] = Hook(id, team, user, channel, self.now(), message)
        return f"{self.base}/actions/{team}/{id}/{self.new.id('h').lower()}"

    # Finding

    def messages(self, channel: str) -> tuple[Message, ...]:
        """What everybody sees in a channel, threads included, oldest first."""
        return tuple(self._messages.get(channel, {}).values())

    def message(self, channel: str, ts: str) -> Message | None:
        """A message that is not ephemeral."""
        return self._messages.get(channel, {}).get(ts)

    def hidden(self, user: str) -> tuple[Message, ...]:
        """Ephemeral messages for somebody, oldest first."""
        return tuple(self._hidden.get(user, {}).values())

    def replies(self, message: Message) -> list[Message]:
        return [it for it in self.messages(message.channel) if it.thread_ts == message.ts and it.is_reply]

    def visible(self, user: str) -> Iterator[Message]:
        """All that somebody sees, newest first."""
        rooms = [it.id for it in self.channels.values() if user in it.members]
        found = [message for room in rooms for message in self.messages(room)]
        yield from sorted([*found, *self.hidden(user)], key=lambda it: ts_number(it.ts), reverse=True)

    def people(self, team: str) -> list[User]:
        """Everybody who ever was there, deactivated accounts and the bot included, in the order of arrival."""
        return [user for user in self.users.values() if user.team == team and user.here]

    def named(self, team: str, name: str) -> User | None:
        """Somebody present by handle or by name."""
        bare = name.removeprefix("@").casefold()
        present = [user for user in self.people(team) if not user.deleted]
        return next((user for user in present if bare in (user.handle.casefold(), user.name.casefold())), None)

    def channel_named(self, team: str, name: str) -> Channel | None:
        bare = name.removeprefix("#").casefold()
        return next((it for it in self.rooms(team) if it.name == bare), None)

    def rooms(self, team: str) -> list[Channel]:
        """Channels without conversations."""
        return [it for it in self.channels.values() if it.team == team and not it.is_im]

    def group_named(self, team: str, handle: str) -> UserGroup | None:
        bare = handle.removeprefix("@").casefold()
        return next((it for it in self.groups.values() if it.team == team and it.handle == bare), None)

    def grant_of(self, team: str) -> Grant:
        """The bot's token in a workspace."""
        return next(it for it in self.grants.values() if it.team == team and it.kind == "bot")

    def bot_in(self, channel: Channel) -> bool:
        return self.teams[channel.team].bot in channel.members

    def open_view(self, user: str) -> View | None:
        """The modal on top of somebody's stack."""
        stack = self.stacks.get(user)
        return self.views[stack[-1]] if stack else None

    # In neutral words

    def space(self, team: str) -> Space:
        it = self.teams[team]
        return Space(PLATFORM, it.id, it.name, it.language, it.zone)

    def neutral(self, channel: Channel) -> NeutralChannel:
        return NeutralChannel(self.space(channel.team), channel.id, channel.name)

    def member(self, user: User) -> NeutralMember:
        """An account in neutral words; its level is what Slack knows of it, or its user group."""
        return NeutralMember(
            self.space(user.team),
            user.id,
            user.name,
            level=self.level(user),
            language=user.locale.partition("-")[0],
            is_bot=user.is_bot,
            roles=tuple(it.name for it in self.groups.values() if user.id in it.users),
            joined_at=user.joined_at,
            created_at=user.created,
        )

    def level(self, user: User) -> Level:
        if user.is_admin or user.is_owner:
            return Level.ADMIN
        handles = {it.handle for it in self.groups.values() if user.id in it.users}
        return max((level for level, handle in HELPERS.items() if handle in handles), default=Level.EVERYONE)

    def ref(self, message: Message) -> MessageRef:
        thread = message.thread_ts if message.is_reply else None
        return MessageRef(self.neutral(self.channels[message.channel]), message.ts, thread)

    def at(self, message: Message) -> datetime:
        return moment_of(message.ts)

    # What the bot did

    def record(self, effect: Effect) -> None:
        """Note something that the bot did."""
        self.effects.append(effect)
        for watcher in self.on_effect:
            watcher(effect)

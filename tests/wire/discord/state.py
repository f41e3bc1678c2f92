"""All the records of one Discord, and how they are found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from heapq import merge

from tests.wire.discord.bits import INTENT_FLAGS, LIMITED_FLAGS, PLATFORM, Json, Kind
from tests.wire.discord.records import (
    Application,
    Attachment,
    Channel,
    Guild,
    Interaction,
    Invite,
    Member,
    Message,
    Notice,
    OpenModal,
    Role,
    User,
)

EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
NONCE_LASTS = timedelta(minutes=2)
""""In the past few minutes", says the documentation; two is the cautious reading."""

Tell = Callable[[str, Json, str | None, str | None], None]
"""Dispatch an event: its name, its data, its guild and its channel."""


class Snowflakes:
    """Ids made from the injected clock and a counter; always growing."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._last = 0
        self._old = 0

    def new(self) -> str:
        self._last = max(self._last + 1, _bits(self._now()))
        return str(self._last)

    def of(self, moment: datetime) -> str:
        """An id made in the past: it says when an account was created."""
        if moment >= self._now():
            return self.new()
        self._old += 1
        return str(_bits(moment) + self._old)


def _bits(moment: datetime) -> int:
    return int((moment - EPOCH) / timedelta(milliseconds=1)) << 22


def made_at(snowflake: str) -> datetime:
    """When an id was made."""
    return EPOCH + timedelta(milliseconds=int(snowflake) >> 22)


class State:
    """Guilds, people, messages. ``tell`` is the gateway's; ``revision`` counts changes of words."""

    def __init__(self, now: Callable[[], datetime], *, bot_name: str, token: str) -> None:
        self.now = now
        self.token = token
        self.ids = Snowflakes(now)
        self.tell: Tell = lambda name, data, guild, channel: None
        self.cdn_base = ""
        self.gateway_url = ""
        self.patience = 3.0
        self.revision = 0
        self.guilds: dict[str, Guild] = {}
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.files: dict[str, bytes] = {}
        self.invites: dict[str, Invite] = {}
        self.interactions: dict[str, Interaction] = {}
        self.modals: dict[str, OpenModal] = {}
        self.notices: list[Notice] = []
        self._messages: dict[str, dict[str, Message]] = {}
        self._direct: dict[str, str] = {}
        self._nonces: dict[tuple[str, str], Message] = {}
        flags = LIMITED_FLAGS
        self.application = Application(self.ids.new(), bot_name, flags)
        self.bot = self.add_user(User(self.application.id, bot_name, bot=True))

    # Making

    def tick(self) -> int:
        self.revision += 1
        return self.revision

    def add_user(self, user: User) -> User:
        self.users[user.id] = user
        return user

    def add_channel(self, channel: Channel) -> Channel:
        self.channels[channel.id] = channel
        return channel

    def add_message(self, message: Message) -> Message:
        message.revision = self.tick()
        self._messages.setdefault(message.channel, {})[message.id] = message
        if message.nonce is not None:
            self._nonces[message.channel, str(message.nonce)] = message
        return message

    def attach(self, channel: str, name: str, data: bytes, media_type: str, *, ephemeral: bool = False) -> Attachment:
        """Keep a file on the CDN."""
        id = self.ids.new()
        path = f"{'ephemeral-' if ephemeral else ''}attachments/{channel}/{id}/{name}"
        self.files[path] = data
        return Attachment(id, name, len(data), f"{self.cdn_base}/{path}", media_type, ephemeral=ephemeral)

    def touch(self, message: Message) -> None:
        """Its words changed."""
        message.revision = self.tick()

    def drop_message(self, message: Message) -> None:
        del self._messages[message.channel][message.id]

    def drop_channel(self, channel: Channel) -> None:
        """A channel goes with its threads and messages."""
        for other in [channel, *self.threads(channel.id)]:
            self.channels.pop(other.id, None)
            self._messages.pop(other.id, None)

    # Finding

    def messages(self, channel: str) -> tuple[Message, ...]:
        """What everybody sees in a channel, oldest first."""
        return tuple(it for it in self._messages.get(channel, {}).values() if it.only is None)

    def last(self, channel: str) -> Message | None:
        """The newest message that everybody sees."""
        return next((it for it in reversed(self._messages.get(channel, {}).values()) if it.only is None), None)

    def message(self, channel: str, id: str) -> Message | None:
        """A message, ephemeral or not."""
        return self._messages.get(channel, {}).get(id)

    def all_messages(self) -> Iterator[Message]:
        """Every message, newest first."""
        shelves = (reversed(shelf.values()) for shelf in self._messages.values())
        return merge(*shelves, key=lambda message: -int(message.id))

    def with_nonce(self, channel: str, author: str, nonce: str | int | None) -> Message | None:
        """The message that was sent with this nonce in the past few minutes."""
        found = self._nonces.get((channel, str(nonce)))
        recent = found and found.author == author and self.now() - found.at <= NONCE_LASTS
        return found if recent else None

    def member(self, guild: str | None, user: str) -> Member | None:
        return self.guilds[guild].members.get(user) if guild in self.guilds else None

    def role_named(self, guild: str, name: str) -> Role | None:
        wanted = name.removeprefix("@")
        return next((role for role in self.guilds[guild].roles.values() if role.name == wanted), None)

    def guild_channels(self, guild: str) -> tuple[Channel, ...]:
        """Channels without threads, in their order."""
        found = (it for it in self.channels.values() if it.guild == guild and not it.is_thread)
        return tuple(sorted(found, key=lambda it: (it.position, int(it.id))))

    def channel_named(self, guild: str, name: str) -> Channel | None:
        wanted = name.removeprefix("#")
        return next((it for it in self.guild_channels(guild) if it.name == wanted), None)

    def threads(self, parent: str) -> tuple[Channel, ...]:
        return tuple(it for it in self.channels.values() if it.is_thread and it.parent == parent)

    def direct(self, user: str) -> Channel:
        """The conversation of the bot with somebody, made when it is needed."""
        if user not in self._direct:
            channel = self.add_channel(Channel(self.ids.new(), Kind.DM, recipient=user))
            self._direct[user] = channel.id
        return self.channels[self._direct[user]]

    def named(self, guild: str, name: str) -> User | None:
        """Somebody present, by the name they show there."""
        bare = name.removeprefix("@").casefold()
        for member in self.guilds[guild].members.values():
            user = self.users[member.user]
            if bare in (user.name.casefold(), (member.nick or "").casefold()):
                return user
        return None

    def display_name(self, guild: str | None, user: str) -> str:
        member = self.member(guild, user)
        return (member.nick if member else None) or self.users[user].name

    def mutual(self, user: str) -> bool:
        """Whether the bot and somebody share a guild."""
        return any(user in guild.members and self.bot.id in guild.members for guild in self.guilds.values())

    def by_token(self, token: str) -> Interaction | None:
        return self.interactions.get(token)

    @property
    def intents_open(self) -> int:
        """Privileged intents that the application may ask for."""
        return sum(intent for intent, flags in INTENT_FLAGS.items() if self.application.flags & flags)


__all__ = ["EPOCH", "PLATFORM", "Snowflakes", "State", "made_at"]

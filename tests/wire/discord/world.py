"""The people and places of one Discord, built and watched with the words of the playground's world."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

from bot.chat.platform import Can, NotFound, PlatformError
from bot.chat.things import Channel as Place
from bot.chat.things import Level, Member, MessageRef, Space
from bot.platforms.playground.plain import MomentFormat, Reading, readable
from bot.platforms.playground.records import Effect
from tests.wire.discord import happenings, trouble
from tests.wire.discord.actor import Actor
from tests.wire.discord.bits import (
    BOTS,
    EVERYBODY,
    HELPERS,
    MODERATORS,
    NOTHING,
    PLATFORM,
    Kind,
    Permission,
    locale_of,
)
from tests.wire.discord.call import Done
from tests.wire.discord.faults import Faults
from tests.wire.discord.gateway import Gateway
from tests.wire.discord.permissions import in_guild
from tests.wire.discord.plain import Reader
from tests.wire.discord.records import Channel, Guild, Message, OpenModal, Overwrite, Role, User
from tests.wire.discord.records import Member as Presence
from tests.wire.discord.shapes import guild_create
from tests.wire.discord.state import State, made_at
from tests.wire.discord.writing import notified

MAX_EFFECTS = 10_000
BOT_POSITION = 100

LEVELS: dict[Level, tuple[str, Permission, int]] = {
    Level.HELPER: ("Helpers", HELPERS, 10),
    Level.MODERATOR: ("Moderators", MODERATORS, 20),
    Level.ADMIN: ("Admins", Permission.ADMINISTRATOR, 30),
}
"""The roles of each level, with what they permit and where they stand."""

NEEDED: dict[Can, Permission] = {
    Can.DELETE_ANY: Permission.MANAGE_MESSAGES,
    Can.TIMEOUT: Permission.MODERATE_MEMBERS,
    Can.KICK: Permission.KICK_MEMBERS,
    Can.BAN: Permission.BAN_MEMBERS,
    Can.ROLES: Permission.MANAGE_ROLES,
    Can.PINS: Permission.PIN_MESSAGES,
    Can.SLOW_MODE: Permission.MANAGE_CHANNELS,
    Can.WHISPER: NOTHING,
    Can.EVENTS: Permission.CREATE_EVENTS | Permission.MANAGE_EVENTS,
    Can.INVITES: Permission.MANAGE_GUILD,
    Can.PAUSE_INVITES: Permission.MANAGE_GUILD,
    Can.AUTOMOD: Permission.MANAGE_GUILD,
}


class World:
    """Guilds, channels, people.

    ``settle`` is awaited after each act of an actor. ``effects`` is what the bot did, newest last; ``notified`` who
    was pinged, as (message id, user id).
    """

    def __init__(self, state: State, gateway: Gateway, faults: Faults, settle: Callable[[], Awaitable[None]]) -> None:
        self.state = state
        self.gateway = gateway
        self.faults = faults
        self.settle = settle
        self.moment: MomentFormat = readable
        self.effects: deque[Effect] = deque(maxlen=MAX_EFFECTS)
        self.notified: deque[tuple[str, str]] = deque(maxlen=MAX_EFFECTS)

    def now(self) -> datetime:
        return self.state.now()

    # Building

    def add_space(
        self,
        name: str = "Town",
        *,
        language: str = "en",
        zone: str = "UTC",
        screening: bool = False,
        channels: tuple[str, ...] = ("general",),
        with_bot: bool = True,
    ) -> Space:
        """Build a guild, with the bot in it. With ``screening`` newcomers are pending until they ``admit()``."""
        state, now = self.state, self.state.now()
        owner = state.add_user(User(state.ids.new(), f"owner of {name}"))
        guild = Guild(state.ids.new(), name, owner.id, locale_of(language), language, zone, now, screening)
        state.guilds[guild.id] = guild
        guild.roles[guild.id] = Role(guild.id, guild.id, "@everyone", EVERYBODY, position=0)
        guild.members[owner.id] = Presence(owner.id, guild.id, now)
        for channel in channels:
            self._add_channel(guild, channel)
        if with_bot:
            self.invite_bot(self.space(guild.id))
        return self.space(guild.id)

    def invite_bot(self, space: Space, permissions: Permission = BOTS) -> None:
        """The bot enters a guild with its own role, above all others."""
        state, guild = self.state, self.town(space)
        bot = state.bot
        role = Role(state.ids.new(), guild.id, bot.name, permissions, BOT_POSITION, managed=True, bot=bot.id)
        guild.roles[role.id] = role
        guild.members[bot.id] = member = Presence(bot.id, guild.id, state.now(), [role.id])
        state.tell("GUILD_CREATE", guild_create(state, guild, [member]), guild.id, None)

    def remove_bot(self, space: Space) -> None:
        """The bot is sent away from a guild."""
        self.state.tell("GUILD_DELETE", {"id": space.id}, space.id, None)
        del self.town(space).members[self.state.bot.id]

    def add_channel(self, name: str, space: Space | None = None, *, kind: Kind = Kind.TEXT) -> Place:
        channel = self._add_channel(self.town(space), name, kind)
        happenings.channel_changed(self.state, channel, "CREATE")
        return self.place(channel)

    def _add_channel(self, guild: Guild, name: str, kind: Kind = Kind.TEXT) -> Channel:
        position = len(self.state.guild_channels(guild.id))
        name = name.removeprefix("#")
        return self.state.add_channel(Channel(self.state.ids.new(), kind, guild.id, name, position=position))

    def add_role(
        self,
        name: str,
        permissions: Permission = NOTHING,
        *,
        position: int = 1,
        mentionable: bool = False,
        space: Space | None = None,
    ) -> Role:
        guild = self.town(space)
        role = Role(self.state.ids.new(), guild.id, name, permissions, position, mentionable=mentionable)
        guild.roles[role.id] = role
        happenings.role_changed(self.state, role, new=True)
        return role

    def person(
        self,
        name: str,
        *,
        level: Level = Level.EVERYONE,
        language: str | None = None,
        zone: str | None = None,
        created_at: datetime | None = None,
        roles: tuple[str, ...] = (),
        is_bot: bool = False,
        here: bool = False,
        space: Space | None = None,
    ) -> Actor:
        """A new account, outside the guild until it ``join()``s, or ``here`` since before the bot looked."""
        state, guild = self.state, self.town(space)
        id = state.ids.of(created_at) if created_at else state.ids.new()
        user = state.add_user(
            User(id, name, is_bot, locale=locale_of(language or guild.language), language=language, zone=zone)
        )
        if here:
            guild.members[id] = Presence(id, guild.id, guild.created_at)
        actor = Actor(self, guild.id, user.id)
        actor.wanted = (level, tuple(roles))
        if here:
            self.give_wanted(actor)
        return actor

    def actor(self, account: str, space: Space | None = None) -> Actor:
        """Somebody who exists, in a guild."""
        return Actor(self, self.town(space).id, self.state.users[account].id)

    def give_wanted(self, actor: Actor) -> None:
        """Give an actor the roles of its level, and its own."""
        guild = self.state.guilds[actor.guild]
        level, names = actor.wanted
        levels = {it[0] for it in LEVELS.values()}
        member = guild.members[actor.id]
        member.roles = [it for it in member.roles if guild.roles[it].name not in levels]
        wanted = (*names, LEVELS[level][0]) if level in LEVELS else names
        member.roles += [it for it in (self._role(guild, name).id for name in wanted) if it not in member.roles]

    def _role(self, guild: Guild, name: str) -> Role:
        if found := self.state.role_named(guild.id, name):
            return found
        _, permissions, position = next((it for it in LEVELS.values() if it[0] == name), ("", NOTHING, 1))
        return self.add_role(name, permissions, position=position, space=self.space(guild.id))

    # Naming

    @property
    def spaces(self) -> tuple[Space, ...]:
        return tuple(map(self.space, self.state.guilds))

    def space(self, guild: str) -> Space:
        it = self.state.guilds[guild]
        return Space(PLATFORM, it.id, it.name, it.language, it.zone)

    def town(self, space: Space | None = None) -> Guild:
        """The record of a space; the first one by default."""
        if space is None:
            return next(iter(self.state.guilds.values()))
        if space.platform != PLATFORM or space.id not in self.state.guilds:
            raise NotFound(space.key)
        return self.state.guilds[space.id]

    def channel(self, name: str, space: Space | None = None) -> Place:
        """A channel by name."""
        found = self.state.channel_named(self.town(space).id, name)
        if found is None:
            raise NotFound(f"#{name}")
        return self.place(found)

    def place(self, channel: Channel, guild: str | None = None) -> Place:
        """A channel in neutral words; a thread is its channel."""
        if channel.is_thread and channel.parent:
            channel = self.state.channels[channel.parent]
        return Place(self.space(channel.guild or guild or next(iter(self.state.guilds))), channel.id, channel.name)

    def ref(self, message: Message, guild: str | None = None) -> MessageRef:
        channel = self.state.channels[message.channel]
        return MessageRef(self.place(channel, guild), message.id, channel.id if channel.is_thread else None)

    def member(self, guild: str, user: str) -> Member:
        """An account as a guild shows it, even after it left."""
        it, presence = self.state.users[user], self.state.member(guild, user)
        roles = self.state.guilds[guild].roles
        return Member(
            self.space(guild),
            user,
            self.state.display_name(guild, user),
            level=self.level(guild, user),
            language=it.language,
            is_bot=it.bot,
            pending=presence.pending if presence else False,
            roles=tuple(roles[id].name for id in presence.roles) if presence else (),
            joined_at=presence.joined_at if presence else None,
            created_at=made_at(user),
        )

    def level(self, guild: str, user: str) -> Level:
        """The level whose permissions somebody has."""
        found = in_guild(self.state, self.state.guilds[guild], user)
        reached = [level for level, (_, permissions, _) in LEVELS.items() if found & permissions == permissions]
        return max(reached, default=Level.EVERYONE)

    def reader(self, guild: str | None, user: str | None = None) -> Reader:
        """Plain words, for the public of a guild or for one person there."""
        return Reader(self.state, self.moment, guild, user)

    # What may be in the bot's way

    def close_channel(self, channel: Place, closed: bool = True) -> None:
        """Close a channel to the bot, or open it again."""
        it, bot = self.state.channels[channel.id], self.state.bot.id
        it.overwrites.pop(bot, None)
        if closed:
            it.overwrites[bot] = Overwrite(bot, 1, deny=Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES)
        happenings.channel_changed(self.state, it)

    def deny(self, space: Space, *powers: Can) -> None:
        """The powers that a guild does not permit; none permits everything again."""
        denied = NOTHING
        for power in powers:
            denied |= NEEDED[power]
        self.permit(BOTS & ~denied, space)

    def permit(self, permissions: Permission, space: Space | None = None) -> None:
        """Give the bot's own role exactly these permissions."""
        role = next(it for it in self.town(space).roles.values() if it.bot == self.state.bot.id)
        role.permissions = permissions
        happenings.role_changed(self.state, role)

    def fail_next(self, error: PlatformError, times: int = 1, *, on: str | None = None) -> None:
        """Refuse the bot's next effects (or those named ``on``, for instance "post" or "find")."""
        trouble.fail_next(self.state, self.faults, error, times, on)

    def lose_next_answer(self, times: int = 1, *, on: str | None = None) -> None:
        """Carry out the bot's next effects, then cut the connection."""
        trouble.lose_next_answer(self.state, self.faults, times, on)

    # Watching

    def note(self, done: Done) -> None:
        """Keep what the bot did as an effect, and whom it pinged."""
        if done.message is not None and done.effect in ("post", "reply"):
            self.notified.extend((done.message.id, id) for id in notified(self.state, done.message))
        only = done.user or (done.message.only if done.message else None)
        channel = self.state.channels.get(done.channel or "")
        if channel is not None and channel.kind is Kind.DM:
            only = channel.recipient
        guild = done.guild or self._home(only)
        if guild is None:
            return
        reading = self._reading(done, guild, only)
        self.effects.append(
            Effect(
                self.now(),
                done.effect,
                self.space(guild),
                self.place(channel, guild) if channel else None,
                self.member(guild, only) if only else None,
                reading.title,
                reading.text,
                reading.fields,
                reading.buttons,
                done.reason,
                done.message.id if done.message else "",
            )
        )

    def _home(self, user: str | None) -> str | None:
        """A guild that somebody and the bot share."""
        shared = (it.id for it in self.state.guilds.values() if user in it.members)
        return next(shared, None)

    def _reading(self, done: Done, guild: str, only: str | None) -> Reading:
        reader = self.reader(guild, only)
        if done.form is not None:
            return reader.form(OpenModal(only or "", guild, done.channel or "", done.form, 0))
        if done.effect == "timeout" and done.words:
            return Reading(text=reader.moment(datetime.fromisoformat(done.words)))
        if done.effect == "thread":
            return Reading(title=done.words)
        if done.message is not None and done.effect in ("post", "reply", "direct", "edit"):
            return reader.reading(done.message)
        return replace(Reading(), text=done.words)

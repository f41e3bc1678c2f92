"""One request as its handler sees it, and the table of routes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from tests.wire.discord import happenings
from tests.wire.discord.bits import Json, Permission
from tests.wire.discord.errors import Refused, invalid
from tests.wire.discord.happenings import audited
from tests.wire.discord.permissions import can_see, in_channel, in_guild
from tests.wire.discord.records import AuditEntry, Channel, Guild, Member, Message, Role, User
from tests.wire.discord.rules import Rule, checked
from tests.wire.discord.state import State


@dataclass(frozen=True)
class Upload:
    """A file of a multipart request."""

    name: str
    data: bytes
    media_type: str


@dataclass(frozen=True)
class Done:
    """An effect of the bot, for those who watch; ``message`` is what it concerns, ``words`` what else to say."""

    effect: str
    guild: str | None
    channel: str | None = None
    message: Message | None = None
    user: str | None = None
    words: str = ""
    form: Json | None = None
    reason: str = ""


@dataclass
class Call:
    """``args`` are the parts of the path, ``reason`` what the audit log is told."""

    state: State
    args: Mapping[str, str]
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    files: Mapping[int, Upload] = field(default_factory=dict)
    reason: str | None = None
    watch: Callable[[Done], None] = lambda done: None

    # What is asked

    def checked(self, rule: Rule) -> Json:
        """The body, an object that keeps the rule."""
        found: Json = checked(rule, {} if self.body is None else self.body)
        return found

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """A number of the query."""
        raw = self.query.get(name)
        if raw is None:
            return default
        if not raw.isdigit():
            raise invalid(name, "NUMBER_TYPE_COERCE", f'Value "{raw}" is not int.')
        if not least <= int(raw) <= most:
            bound = ("NUMBER_TYPE_MAX", "less", most) if int(raw) > most else ("NUMBER_TYPE_MIN", "greater", least)
            raise invalid(name, bound[0], f"int value should be {bound[1]} than or equal to {bound[2]}.")
        return int(raw)

    def yes(self, name: str) -> bool:
        return self.query.get(name, "").lower() in ("1", "true")

    # What the path names

    @property
    def me(self) -> str:
        return self.state.bot.id

    def guild(self) -> Guild:
        guild = self.state.guilds.get(self._id("guild"))
        if guild is None or self.me not in guild.members:
            raise Refused(10004)
        return guild

    def channel(self, name: str = "channel") -> Channel:
        """A channel that the bot sees."""
        channel = self.state.channels.get(self._id(name))
        if channel is None or (channel.guild and self.me not in self.state.guilds[channel.guild].members):
            raise Refused(10003)
        if not can_see(self.state, channel, self.me):
            raise Refused(50001)
        return channel

    def message(self, channel: Channel) -> Message:
        message = self.state.message(channel.id, self._id("message"))
        if message is None or message.only is not None:
            raise Refused(10008)
        return message

    def user(self) -> User:
        user = self.state.users.get(self._id("user"))
        if user is None:
            raise Refused(10013)
        return user

    def member(self, guild: Guild) -> Member:
        member = guild.members.get(self.user().id)
        if member is None:
            raise Refused(10007)
        return member

    def role(self, guild: Guild) -> Role:
        role = guild.roles.get(self._id("role"))
        if role is None:
            raise Refused(10011)
        return role

    def _id(self, name: str) -> str:
        id = self.args[name]
        if not id.isdigit():
            raise invalid(f"{name}_id", "NUMBER_TYPE_COERCE", f'Value "{id}" is not snowflake.')
        return id

    # What the bot may do

    def need(self, where: Guild | Channel, wanted: Permission) -> None:
        """Refuse unless the bot has all of these permissions."""
        if not self.may(where, wanted):
            raise Refused(50013)

    def may(self, where: Guild | Channel, wanted: Permission) -> bool:
        if isinstance(where, Guild):
            return in_guild(self.state, where, self.me) & wanted == wanted
        return in_channel(self.state, where, self.me) & wanted == wanted

    # What was done

    def audit(self, guild: Guild, action: int, target: str | None, changes: list[Json] | None = None) -> None:
        """An entry of the audit log, with the reason that the request gave."""
        state = self.state
        entry = AuditEntry(state.ids.new(), action, self.me, target, self.reason, changes or [])
        guild.audit.append(entry)
        if in_guild(state, guild, self.me) & Permission.VIEW_AUDIT_LOG:
            audited(state, guild, entry)

    def wrote(self, effect: str, message: Message) -> None:
        """The bot wrote or changed a message."""
        channel = self.state.channels[message.channel]
        self.watch(Done(effect, channel.guild, channel.id, message, reason=self.reason or ""))

    def changed(self, member: Member) -> None:
        happenings.member_changed(self.state, member)

    def did(self, effect: str, guild: Guild, words: str = "") -> None:
        """The bot did something to a guild as a whole."""
        self.watch(Done(effect, guild.id, words=words, reason=self.reason or ""))

    def acted(self, effect: str, guild: Guild, user: str, words: str = "") -> None:
        """The bot did something to somebody."""
        self.watch(Done(effect, guild.id, user=user, words=words, reason=self.reason or ""))


Handler = Callable[[Call], Any]


@dataclass(frozen=True)
class Created:
    """An answer with status 201."""

    body: Any


@dataclass(frozen=True)
class Route:
    """``template`` is as the documentation writes it; without ``token`` the route needs no Authorization header."""

    method: str
    template: str
    handler: Handler
    token: bool = True
    pattern: re.Pattern[str] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(self.template))
        object.__setattr__(self, "pattern", re.compile(pattern))


class Routes:
    """Handlers by method and path."""

    def __init__(self) -> None:
        self._all: list[Route] = []

    def on(self, method: str, template: str, *, token: bool = True) -> Callable[[Handler], Handler]:
        def keep(handler: Handler) -> Handler:
            self._all.append(Route(method, template, handler, token))
            self._all.sort(key=lambda it: it.template.count("{"))
            return handler

        return keep

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | int:
        """The route for a path, or the status of the refusal. Literal parts win over named ones."""
        status = 404
        for route in self._all:
            if found := route.pattern.fullmatch(path):
                if route.method == method:
                    return route, found.groupdict()
                status = 405
        return status


routes = Routes()

LONGEST_TIMEOUT = timedelta(days=28)

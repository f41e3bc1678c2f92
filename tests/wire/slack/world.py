"""The people and places of one Slack, built and watched with the words of the playground's world."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from bot.chat.platform import Can, NotFound, PlatformError
from bot.chat.things import Channel as Place
from bot.chat.things import Level, Space
from bot.platforms.playground.plain import MomentFormat
from bot.platforms.playground.records import Effect
from tests.wire.slack import happenings, oauth, trouble
from tests.wire.slack.actor import Actor
from tests.wire.slack.bits import PLATFORM, SCOPES
from tests.wire.slack.delivery import Delivery
from tests.wire.slack.faults import Faults
from tests.wire.slack.plain import BOT_NAME, Reader
from tests.wire.slack.records import Channel, Grant, SlashCommand, Team, User, UserGroup
from tests.wire.slack.state import HELPERS, State

LOCALES = {"en": "en-US", "fr": "fr-FR", "de": "de-DE", "es": "es-ES", "pt": "pt-BR", "ja": "ja-JP", "it": "it-IT"}
NEEDED = {
    Can.PINS: "pins:write",
    Can.WHISPER: "chat:write",
    Can.ROLES: "usergroups:write",
    Can.KICK: "channels:manage",
}


class World:
    """Workspaces, channels, people.

    ``settle`` is awaited after each act of an actor. ``effects`` is what the bot did, newest last, told to
    ``on_effect`` as it happens; ``notified`` who was pinged, as (ts, user id).
    """

    def __init__(
        self,
        state: State,
        delivery: Delivery,
        faults: Faults,
        settle: Callable[[], Awaitable[None]],
        told: Callable[[], Awaitable[None]],
    ) -> None:
        self.state = state
        self.delivery = delivery
        self.faults = faults
        self.settle = settle
        self._told = told
        self._news = False

    def now(self) -> datetime:
        return self.state.now()

    async def told(self) -> None:
        """The app has heard of what changed about people: nobody acts in the same instant."""
        if self._news:
            self._news = False
            await self._told()

    @property
    def effects(self) -> deque[Effect]:
        return self.state.effects

    @property
    def on_effect(self) -> list[Callable[[Effect], None]]:
        return self.state.on_effect

    @property
    def notified(self) -> deque[tuple[str, str]]:
        return self.state.notified

    @property
    def moment(self) -> MomentFormat:
        return self.state.moment

    @moment.setter
    def moment(self, format: MomentFormat) -> None:
        self.state.moment = format

    # The app

    def register(self, *names: str, should_escape: bool = False) -> None:
        """Slash commands of the manifest."""
        for name in names:
            command = SlashCommand(f"/{name.removeprefix('/')}", should_escape=should_escape)
            self.state.app.commands[command.name] = command

    def install(self, manifest: Mapping[str, Any]) -> None:
        """What a manifest says: commands, bot scopes of every workspace, subscriptions."""
        features, settings = manifest.get("features", {}), manifest.get("settings", {})
        app = self.state.app
        app.commands = {}
        for it in features.get("slash_commands", ()):
            hint, escaped = it.get("usage_hint", ""), bool(it.get("should_escape"))
            app.commands[it["command"]] = SlashCommand(it["command"], it.get("description", ""), hint, escaped)
        app.events = set(settings.get("event_subscriptions", {}).get("bot_events", ()))
        app.interactive = bool(settings.get("interactivity", {}).get("is_enabled"))
        ways = manifest.get("oauth_config", {})
        app.redirect_urls, scopes = tuple(ways.get("redirect_urls", ())), ways.get("scopes", {})
        for team in self.state.teams:
            self.state.grant_of(team).scopes = {*scopes.get("bot", ())}

    def token(self, space: Space | None = None) -> str:
        """The bot's token in a workspace."""
        return self.state.grant_of(self.town(space).id).token

    def user_token(self, actor: Actor, *scopes: str) -> str:
        """A token that acts as somebody."""
        token = f"xoxp-{actor.id}"
        self.state.grants[token] = Grant(token, "user", set(scopes), actor.account.team, actor.id)
        return token

    def grant(self, *scopes: str, space: Space | None = None) -> None:
        """Give the bot exactly these scopes."""
        self.state.grant_of(self.town(space).id).scopes = set(scopes)

    def revoke(self, space: Space | None = None, *, error: str = "token_revoked") -> None:
        """The bot's token works no longer."""
        self.state.grant_of(self.town(space).id).dead = error

    async def uninstall(self, space: Space | None = None) -> None:
        """An administrator removes the app from a workspace."""
        oauth.removed(self.state, self.town(space))
        await self.settle()

    # Building

    def add_space(
        self,
        name: str = "Town",
        *,
        language: str = "en",
        zone: str = "UTC",
        screening: bool = False,
        channels: tuple[str, ...] = ("general",),
        installed: bool = True,
    ) -> Space:
        """Build a workspace, where the app is ``installed`` or will be. Slack has no ``screening``."""
        state = self.state
        team = Team(state.new.id("T"), name, _slug(name), language, zone)
        state.teams[team.id] = team
        bot = User(state.new.id("U"), team.id, _slug(state.app.name), state.app.name, state.now(), is_bot=True)
        bot.bot_id, bot.app_id = state.new.id("B"), state.app.id
        team.bot, team.bot_id = bot.id, bot.bot_id
        state.users[bot.id] = bot
        token = f"xoxb-{team.id}"
        state.grants[token] = Grant(token, "bot", set(SCOPES) if installed else set(), team.id, bot.id)
        state.grants[token].dead = "" if installed else "account_inactive"
        for channel in channels:
            self.add_channel(channel, state.space(team.id))
        return state.space(team.id)

    def add_channel(
        self,
        name: str,
        space: Space | None = None,
        *,
        private: bool = False,
        with_bot: bool = True,
        default: bool = True,
    ) -> Place:
        """A channel, with the bot in it; newcomers find themselves in ``default`` ones."""
        state, team = self.state, self.town(space)
        id = state.new.id("C")
        name = name.removeprefix("#")
        channel = Channel(id, team.id, name, state.now(), team.bot, private, default=default and not private)
        channel.general = not any(it.general for it in state.rooms(team.id)) and not private
        present = [it.id for it in state.people(team.id) if not it.deleted and it.id != team.bot]
        channel.members = [*([team.bot] if with_bot else []), *(present if channel.default else [])]
        state.channels[id] = channel
        happenings.created(state, channel)
        return state.neutral(channel)

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
        """A new account, outside the workspace until it ``join()``s, or ``here`` since before the bot looked."""
        state, team = self.state, self.town(space)
        made = created_at or state.now()
        user = User(state.new.id("U"), team.id, self._handle(team.id, name), name, made, here=here, is_bot=is_bot)
        user.zone = team.zone
        user.locale = locale_of(team.language)
        if is_bot:
            user.bot_id, user.app_id = state.new.id("B"), state.new.id("A")
        state.users[user.id] = user
        self.describe(user, level=level, language=language, zone=zone)
        for role in roles:
            group = self._group(team.id, role, role)
            group.users.append(user.id)
            happenings.group_changed(state, group)
        if here:
            user.joined_at = made
            for channel in state.rooms(team.id):
                if channel.default:
                    channel.members.append(user.id)
        return Actor(self, user.id)

    def _handle(self, team: str, name: str) -> str:
        taken = {it.handle for it in self.state.users.values() if it.team == team}
        handle, count = _slug(name), 1
        while handle in taken:
            count += 1
            handle = f"{_slug(name)}{count}"
        return handle

    def describe(
        self,
        user: User,
        *,
        name: str | None = None,
        level: Level | None = None,
        language: str | None = None,
        zone: str | None = None,
    ) -> None:
        """Change an account. Admins are Slack's own; lower levels are user groups of that name."""
        user.name = user.name if name is None else name
        user.locale = user.locale if language is None else locale_of(language)
        user.zone = user.zone if zone is None else zone
        self._news = True
        if level is None:
            return
        user.is_admin = level >= Level.ADMIN
        for other, handle in HELPERS.items():
            if other == level or self.state.group_named(user.team, handle):
                users = self._group(user.team, handle.capitalize(), handle).users
                wanted = [it for it in users if it != user.id] + ([user.id] if other == level else [])
                if wanted != users:
                    users[:] = wanted
                    happenings.group_changed(self.state, self._group(user.team, handle.capitalize(), handle))

    def add_group(self, name: str, *members: Actor, space: Space | None = None) -> UserGroup:
        """A user group, which Slack never leaves empty once somebody is in it."""
        group = self._group(self.town(space).id, name, name)
        group.users = [it.id for it in members]
        happenings.group_changed(self.state, group)
        return group

    def _group(self, team: str, name: str, handle: str) -> UserGroup:
        found = self.state.group_named(team, _slug(handle))
        if found is None:
            found = UserGroup(self.state.new.id("S"), team, name, _slug(handle))
            self.state.groups[found.id] = found
        return found

    def actor(self, account: str, space: Space | None = None) -> Actor:
        """Somebody who exists."""
        return Actor(self, self.state.users[account].id)

    # Naming

    @property
    def spaces(self) -> tuple[Space, ...]:
        return tuple(map(self.state.space, self.state.teams))

    def town(self, space: Space | None = None) -> Team:
        """The record of a space; the first one by default."""
        if space is None:
            return next(iter(self.state.teams.values()))
        if space.platform != PLATFORM or space.id not in self.state.teams:
            raise NotFound(space.key)
        return self.state.teams[space.id]

    def channel(self, name: str, space: Space | None = None) -> Place:
        """A channel by name."""
        found = self.state.channel_named(self.town(space).id, name)
        if found is None:
            raise NotFound(f"#{name}")
        return self.state.neutral(found)

    def reader(self, team: str, user: str | None = None) -> Reader:
        """Plain words, for the public of a workspace or for one person there."""
        return Reader(self.state, team, user)

    # What may be in the bot's way

    def close_channel(self, channel: Place, closed: bool = True) -> None:
        """Make a channel private and put the bot out of it, or let it in again."""
        it = self.state.channels[channel.id]
        bot = self.state.teams[it.team].bot
        if closed and bot in it.members:
            happenings.left(self.state, it, bot)
        it.private = closed
        if not closed and bot not in it.members:
            happenings.entered(self.state, it, bot)

    def fail_next(self, error: PlatformError, times: int = 1, *, on: str | None = None) -> None:
        """Refuse the bot's next effects (or those named ``on``, for instance "post" or "find")."""
        trouble.fail_next(self.faults, error, times, on)

    def lose_next_answer(self, times: int = 1, *, on: str | None = None) -> None:
        """Carry out the bot's next effects, then cut the connection."""
        trouble.lose_next_answer(self.faults, times, on)

    def deny(self, space: Space, *powers: Can) -> None:
        """The powers that a workspace does not permit; none permits all that Slack has, kicking included."""
        team = self.town(space)
        grant = self.state.grant_of(team.id)
        grant.scopes |= {scope for power, scope in NEEDED.items() if power not in powers}
        grant.scopes -= {scope for power, scope in NEEDED.items() if power in powers}
        team.restricts_kick = Can.KICK in powers


def _slug(name: str) -> str:
    return re.sub(r"[^\w.-]+", "-", name.strip().lower()).strip("-") or "x"


def locale_of(language: str) -> str:
    return language if "-" in language else LOCALES.get(language, f"{language}-{language.upper()}")


__all__ = ["BOT_NAME", "World"]

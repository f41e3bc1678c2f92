"""Who and what is in a workspace, asked once and kept up to date by events.

Owners and administrators of the workspace are administrators of the community. Slack has no moderators: they are a user
group called ``moderators`` or ``moderation`` (helpers: ``helpers`` or ``helper``), when the workspace has user groups
and granted ``usergroups:read``, and the ids given to the adapter.
"""

from __future__ import annotations

import re
from collections import Counter, OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.chat.platform import NotFound, PlatformError
from bot.chat.things import Channel, Level, Member, Space
from bot.platforms.slack import limits
from bot.platforms.slack.api import Api

KEPT = 20_000
FRESH = timedelta(minutes=10)
"""How long a list is believed; events correct it meanwhile."""
MAX_PAGES = 100
LOOKED_AT = 5
"""Pages of members from which the workspace's language and zone are read."""
SLACKBOT = "USLACKBOT"
GROUPS: Mapping[str, Level] = {
    "moderators": Level.MODERATOR,
    "moderation": Level.MODERATOR,
    "helpers": Level.HELPER,
    "helper": Level.HELPER,
}
USER = re.compile(r"[UW][A-Z0-9]{2,30}")
User = Mapping[str, Any]


def name_of(user: User) -> str:
    """The name that members see."""
    profile = user.get("profile") or {}
    names = (profile.get("display_name"), profile.get("real_name"), user.get("real_name"), user.get("name"))
    return str(next((name for name in names if name), user.get("id", "")))


def _group(given: Mapping[str, Any]) -> Group:
    users = tuple(map(str, given.get("users") or ()))
    return Group(str(given["id"]), str(given.get("handle", "")), str(given.get("name", "")), users)


def is_admin(user: User) -> bool:
    return any(user.get(flag) for flag in ("is_admin", "is_owner", "is_primary_owner"))


def zone_of(users: Iterable[User]) -> str:
    """The time zone of most people."""
    zones = Counter(str(user["tz"]) for user in users if user.get("tz"))
    return next((zone for zone, _ in zones.most_common() if is_zone(zone)), "UTC")


def is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError):
        return False
    return True


def language_of(users: Iterable[User]) -> str:
    """The language of the workspace's first owner, else of most people."""
    known = [user for user in users if user.get("locale")]
    owner = next((user for user in known if user.get("is_primary_owner")), None)
    if owner:
        return base_language(str(owner["locale"]))
    most = Counter(base_language(str(user["locale"])) for user in known).most_common(1)
    return most[0][0] if most else "en"


def base_language(locale: str) -> str:
    """``fr`` for ``fr-FR``; Slack has locales that others refuse, such as ``es-LA``."""
    return locale.replace("_", "-").split("-")[0].lower() or "en"


@dataclass(frozen=True, slots=True)
class Group:
    """A user group as it was last read."""

    id: str
    handle: str
    name: str
    users: tuple[str, ...]


class Directory:
    """Members and channels of one workspace."""

    def __init__(self, api: Api, space: Space, now: Callable[[], datetime], moderators: Collection[str] = ()) -> None:
        self.api = api
        self.space = space
        self.now = now
        self.moderators = frozenset(moderators)
        self.people: OrderedDict[str, Member] = OrderedDict()
        self.levels: dict[str, Level] = {}
        self.groups: tuple[Group, ...] = ()
        self.roles: dict[str, tuple[str, ...]] = {}
        self.has_groups = False
        self.joined: frozenset[str] = frozenset()
        self._channels: dict[str, Channel] = {}
        self._listed: dict[str, datetime] = {}
        self._directs: OrderedDict[str, str] = OrderedDict()

    # Members

    def learn(self, user: User) -> Member:
        """What a payload tells about somebody."""
        id = str(user["id"])
        locale = user.get("locale")
        before = self.people.get(id)
        member = Member(
            self.space,
            id,
            name_of(user),
            level=self._level(user),
            language=base_language(str(locale)) if locale else before.language if before else None,
            is_bot=bool(user.get("is_bot")) or id == SLACKBOT,
            roles=self.roles.get(id, ()),
        )
        self.people[id] = member
        self.people.move_to_end(id)
        if len(self.people) > KEPT:
            self.people.popitem(last=False)
        return member

    def _level(self, user: User) -> Level:
        id = str(user["id"])
        if is_admin(user):
            return Level.ADMIN
        return Level.MODERATOR if id in self.moderators else self.levels.get(id, Level.EVERYONE)

    def forget(self, id: str) -> None:
        self.people.pop(id, None)

    async def member(self, id: str) -> Member | None:
        """Somebody by id; ``None`` for one who is not there."""
        if id in self.people:
            return self.people[id]
        if USER.fullmatch(id) is None:
            return None
        try:
            user = (await self.api.read("users.info", user=id, include_locale=True))["user"]
        except NotFound:
            return None
        return None if user.get("deleted") else self.learn(user)

    async def somebody(self, id: str, name: str = "") -> Member:
        """Somebody who certainly exists, as well as they can be known now."""
        try:
            found = await self.member(id)
        except PlatformError:
            found = None
        return found or Member(self.space, id, name)

    async def members(self) -> tuple[Member, ...]:
        """Everybody in the workspace, bots included, the deactivated and Slackbot left out."""
        if not self._is_fresh("members"):
            users = self.api.pages("users.list", "members", most=MAX_PAGES, limit=limits.PAGE, include_locale=True)
            present = {str(user["id"]): self.learn(user) async for user in users if not user.get("deleted")}
            self.people = OrderedDict(present)
            self._listed["members"] = self.now()
        return tuple(member for member in self.people.values() if member.id != SLACKBOT)

    async def survey(self) -> Space:
        """Read the language and the zone of the workspace from those who are in it."""
        pages = self.api.pages("users.list", "members", most=LOOKED_AT, limit=limits.PAGE, include_locale=True)
        users = [user async for user in pages if not user.get("deleted")]
        people = [user for user in users if not user.get("is_bot") and user.get("id") != SLACKBOT]
        self.space = replace(self.space, language=language_of(people), zone=zone_of(people))
        for user in users:
            self.learn(user)
        return self.space

    async def read_groups(self) -> None:
        """Levels and roles from user groups."""
        answer = await self.api.read("usergroups.list", include_users=True)
        self.groups = tuple(_group(given) for given in answer.get("usergroups") or [])
        self.has_groups = True
        levels: dict[str, Level] = {}
        roles: dict[str, list[str]] = {}
        for group in self.groups:
            for user in group.users:
                roles.setdefault(user, []).append(group.name or group.handle)
                levels[user] = max(levels.get(user, Level.EVERYONE), GROUPS.get(group.handle, Level.EVERYONE))
        self.levels = levels
        self.roles = {user: tuple(names) for user, names in roles.items()}
        for id, member in list(self.people.items()):
            self.people[id] = replace(member, level=self._regraded(member), roles=self.roles.get(id, ()))

    def group(self, role: str) -> Group | None:
        """A user group by its id, its handle or its name."""
        wanted = role.removeprefix("@").casefold()
        return next((one for one in self.groups if wanted in map(str.casefold, (one.id, one.handle, one.name))), None)

    def _regraded(self, member: Member) -> Level:
        if member.level is Level.ADMIN:
            return Level.ADMIN
        return self._level({"id": member.id})

    async def names(self, ids: Iterable[str]) -> dict[str, str]:
        """Names of members, for texts that mention them."""
        found = {id: await self.somebody(id) for id in ids}
        return {id: member.name for id, member in found.items() if member.name}

    # Channels

    async def channels(self, types: str) -> tuple[Channel, ...]:
        """Public channels, and the private ones in which the app is."""
        if not self._is_fresh("channels"):
            pages = self.api.pages(
                "conversations.list", "channels", most=MAX_PAGES, limit=limits.PAGE, types=types, exclude_archived=True
            )
            given = [one async for one in pages if not one.get("is_archived")]
            listed = [Channel(self.space, str(one["id"]), str(one.get("name", ""))) for one in given]
            self._channels = {channel.id: channel for channel in listed}
            self.joined = frozenset(str(one["id"]) for one in given if one.get("is_member"))
            self._listed["channels"] = self.now()
        return tuple(self._channels.values())

    def channel(self, id: str, name: str = "") -> Channel:
        """A channel with its name, when it is known."""
        return self._channels.get(id) or Channel(self.space, id, name)

    def knows(self, channel: str) -> bool:
        """Whether a channel is one of this workspace's, or the app's own conversation with somebody there."""
        return channel in self._channels or self.is_direct(channel)

    def channels_changed(self) -> None:
        self._listed.pop("channels", None)

    def _is_fresh(self, what: str) -> bool:
        at = self._listed.get(what)
        return at is not None and self.now() - at < FRESH

    async def direct(self, id: str) -> str:
        """The private conversation with a member."""
        if id not in self._directs:
            answer = await self.api.write("conversations.open", users=id)
            self._directs[id] = str(answer["channel"]["id"])
            if len(self._directs) > KEPT:
                self._directs.popitem(last=False)
        return self._directs[id]

    def is_direct(self, channel: str) -> bool:
        """Whether it is known to be the app's own conversation with somebody."""
        return channel in self._directs.values()

    def resolve(self, what: str, value: str) -> str:
        """The id of a member (``@``) or a channel (``#``) that is known, by id, mention or name."""
        wanted = value.strip().removeprefix("<").removesuffix(">").lstrip("@#").split("|")[0]
        known: Iterable[Member | Channel] = self.people.values() if what == "@" else self._channels.values()
        by_id = next((one.id for one in known if one.id == wanted), "")
        return by_id or next((one.id for one in known if one.name.casefold() == wanted.casefold()), "")

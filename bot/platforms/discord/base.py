"""What the parts of the adapter share: the connection of the moment, guilds, members."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from bot.chat.platform import Busy, Hub, NotFound, PlatformError
from bot.chat.things import Channel, Member, Space
from bot.platforms.discord import limits
from bot.platforms.discord.errors import Blame
from bot.platforms.discord.feed import Recent
from bot.platforms.discord.gateway import Gateway
from bot.platforms.discord.markup import SNOWFLAKE
from bot.platforms.discord.offered import Offered
from bot.platforms.discord.rest import Payload, Rest
from bot.platforms.discord.town import PLATFORM, GuildTown, Town, Unseen
from bot.platforms.discord.translate import member as member_of

log = logging.getLogger("relais.discord")

FRESH = timedelta(minutes=1)
"""How long what Discord told of a member is believed."""
KNOWN = 5_000
"""Members remembered, of all guilds together."""
MOST_PAGES = 20
"""Pages of a thousand members read to list a guild's."""


class Base:
    """The connection, and what is looked up through it."""

    hub: Hub
    offered: Offered

    def __init__(self) -> None:
        self.gateway: Gateway | None = None
        self._rest: Rest | None = None
        self._towns: dict[str, GuildTown] = {}
        self._members: Recent[tuple[str, str], tuple[datetime, Member]] = Recent(KNOWN)
        self._told: Recent[tuple[str, str], tuple[Payload | None, Payload]] = Recent(KNOWN)
        self._lists: Recent[str, tuple[datetime, tuple[Member, ...]]] = Recent(100)

    @property
    def rest(self) -> Rest:
        """Raises ``Busy`` while there is no connection."""
        if self._rest is None:
            raise Busy(5.0)
        return self._rest

    @property
    def me(self) -> str:
        """The bot's own id."""
        return self.gateway.me if self.gateway else ""

    def towns(self) -> tuple[GuildTown, ...]:
        guilds = self.gateway.guilds if self.gateway else ()
        return tuple(GuildTown(guild) for guild in guilds if not guild.unavailable)

    def seen(self, guild: str) -> GuildTown | None:
        """A guild in reach."""
        town = self._towns.get(guild) or self._look_up(guild)
        return town if town and not town.guild.unavailable else None

    def _look_up(self, guild: str) -> GuildTown | None:
        found = self.gateway.get_guild(int(guild)) if self.gateway and SNOWFLAKE.fullmatch(guild) else None
        if found is None:
            return None
        town = self._towns[guild] = GuildTown(found)
        return town

    def forget_town(self, guild: str) -> None:
        """What was remembered of a guild may be wrong now: its name, and what its roles permit."""
        self._towns.pop(guild, None)
        self._told.drop(lambda key: key[0] == guild)

    def town(self, space: Space) -> GuildTown:
        """Raises ``NotFound`` for a guild where the bot is not, ``Busy`` while there is no connection."""
        if space.platform != PLATFORM:
            raise NotFound(space.key)
        if self.gateway is None or not self.gateway.guilds:
            raise Busy(5.0)
        if found := self.seen(space.id):
            return found
        known = self.gateway.get_guild(int(space.id)) if SNOWFLAKE.fullmatch(space.id) else None
        raise Busy(30.0) if known else NotFound(f"the bot is not in the server {space.id}")

    def town_of(self, guild: str) -> Town:
        """A guild for translating, known or not."""
        return self.seen(guild) or Unseen(guild)

    def lacking(self, town: GuildTown, *permissions: str, channel: str | None = None) -> Blame:
        """Names what is missing, when asked."""
        return lambda: town.missing(permissions, channel)

    def is_direct(self, channel: Channel) -> bool:
        """Whether a channel is a private conversation: none of its guild's."""
        found = self.seen(channel.space.id)
        return found is not None and not found.holds(channel.id)

    # Members

    def note(self, member: Member) -> Member:
        """Remember for a while what Discord told of somebody."""
        key = (member.space.id, member.id)
        self._told.pop(key)
        self._members.put(key, (self.hub.now(), member))
        return member

    def author(self, town: Town, payload: Payload) -> Member:
        """Who wrote a message. Discord mostly tells of somebody what it told the last time."""
        told = payload.get("member"), payload["author"]
        key = (town.space.id, str(told[1]["id"]))
        known = self._members.get(key) if self._told.get(key) == told else None
        who = self.note(known[1] if known else member_of(town, told[0] or {}, told[1]))
        self._told.put(key, told)
        return who

    def forget(self, space: Space, id: str) -> None:
        self._members.pop((space.id, id))
        self._lists.pop(space.id)

    def known(self, space: Space, id: str) -> Member | None:
        """What was told of somebody lately."""
        at, member = self._members.get((space.id, id)) or (None, None)
        return member if at and self.hub.now() - at <= FRESH else None

    def once_known(self, space: Space, id: str) -> Member | None:
        """What was told of somebody last, however long ago."""
        return (self._members.get((space.id, id)) or (None, None))[1]

    async def member(self, space: Space, id: str) -> Member | None:
        if not SNOWFLAKE.fullmatch(id):
            return None
        if known := self.known(space, id):
            return known
        town = self.town(space)
        try:
            given: Payload = await self.rest.do(lambda http: http.get_member(int(space.id), int(id)))
        except NotFound:
            return None
        return self.note(member_of(town, given))

    async def members(self, space: Space) -> tuple[Member, ...]:
        """Who is there. Without the members intent Discord does not tell: those met lately."""
        town = self.town(space)
        if self.gateway is None or not self.gateway.intents.members:
            return tuple(member for _, member in self._members.values() if member.space == space)
        at, listed = self._lists.get(space.id) or (None, ())
        if at and self.hub.now() - at <= FRESH:
            return listed
        found = tuple(member_of(town, given) for given in await self.member_pages(space.id, MOST_PAGES))
        self._lists.put(space.id, (self.hub.now(), found))
        return found

    async def member_pages(self, guild: str, most: int) -> list[Payload]:
        """Members as Discord tells them, a thousand at a time."""
        found: list[Payload] = []
        for _ in range(most):
            after = int(found[-1]["user"]["id"]) if found else None
            page = await self._member_page(int(guild), after)
            found += page
            if len(page) < limits.MEMBERS_PAGE:
                return found
        log.warning("only the first %s members of a server were read", len(found))
        return found

    async def _member_page(self, guild: int, after: int | None) -> list[Payload]:
        page = await self.rest.do(lambda http: http.get_members(guild, limits.MEMBERS_PAGE, after))
        return [*page]

    async def try_member(self, space: Space, id: str) -> Member | None:
        """``member``, or ``None`` when Discord cannot tell now."""
        try:
            return await self.member(space, id)
        except PlatformError:
            return None

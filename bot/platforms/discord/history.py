"""What was said before, and what was missed.

Whenever a guild comes into reach (at start, after a failed resume, after an outage) its events wait while the bot reads
what it did not hear: of each channel the newest messages (``CATCH_UP``) after its mark (``Hub.last_seen``), or since
the bot last listened where there is none; who came since then; and what moderators did, from the audit log. They are
told with the ids they would have had, so that what was heard after all is dropped. Edits, deletions and reactions that
were missed are not told: Discord keeps no list.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta
from functools import partial

import discord

from bot.chat.events import Event, MessagePosted, SpaceSeen
from bot.chat.missed import CATCH_UP, patiently
from bot.chat.platform import PlatformError
from bot.chat.things import Channel
from bot.platforms.discord import limits
from bot.platforms.discord.rest import Payload, number
from bot.platforms.discord.town import GuildTown
from bot.platforms.discord.translate import admitted, by_people, in_order, joined, member, moment, posted
from bot.platforms.discord.watching import Members, Watching

log = logging.getLogger("relais.discord")

AT_ONCE = 4
"""Channels read side by side."""
IN_DOUBT = timedelta(minutes=5)
"""Arrivals before the bot fell silent that are told again: it may not have noticed at once."""
SCREENED = timedelta(days=1)
"""How long an admission is looked for, where Discord screens newcomers."""
MEMBER_PAGES = 10
"""Pages of a thousand members read for those who came meanwhile; a larger server's are not looked for."""
SCREENING = "MEMBER_VERIFICATION_GATE_ENABLED"

NOBODY: Members = {}

HEARD = "heard"
"""The store's document with the moment when the bot last listened."""


class History(Watching):
    """Reading messages, and catching up."""

    _heard_at: datetime | None = None

    def __init__(self) -> None:
        super().__init__()
        self._arrivals: dict[Event, None] = {}
        """Who came and may not be dealt with yet, in order."""

    async def history(
        self, channel: Channel, *, after: str | None = None, limit: int = 100
    ) -> tuple[MessagePosted, ...]:
        """Messages of people, oldest first; from the channel's beginning without ``after``."""
        town, found = self.town(channel.space), list[MessagePosted]()
        after = after or "0"
        while len(found) < limit:
            page = await self.rest.messages(channel.id, limits.PAGE, after)
            found += [await self._posted(town, one) for one in page if by_people(one, self.me)]
            if len(page) < limits.PAGE:
                break
            after = str(page[-1]["id"])
        return tuple(found[:limit])

    async def _posted(self, town: GuildTown, payload: Payload, known: Members = NOBODY) -> MessagePosted:
        """Discord tells of an author's roles only beside a message that just came: they are looked up."""
        if payload.get("member"):
            return posted(town, payload)
        author = payload["author"]
        if given := known.get(str(author["id"])):
            return posted(town, payload, self.note(member(town, given)))
        who = None if author.get("bot") else await self.try_member(town.space, str(author["id"]))
        return posted(town, payload, who)

    # Catching up

    async def listened(self) -> None:
        """Write down that the bot hears everything up to now, once all who came until now are dealt with.

        No list of Discord's tells it again of who came before that moment.
        """
        now, told = self.hub.now(), tuple(self._arrivals)
        for event in told:
            await self.hub.handled(event)
            self._arrivals.pop(event, None)
        self._heard_at = now
        await self.hub.store.save(HEARD, {HEARD: self._heard_at.isoformat()})

    async def recall(self) -> None:
        """Read when the bot last listened."""
        kept = (await self.hub.store.load(HEARD)).get(HEARD)
        self._heard_at = datetime.fromisoformat(kept) if kept else None

    async def missed(self, guild: str) -> list[Event]:
        """That the bot is there, then what it did not hear, in order. Never raises: what cannot be read is logged."""
        town = self.seen(guild)
        if town is None:
            return []
        now = self.hub.now()
        here = SpaceSeen(space=town.space, id=f"seen:{guild}:{now.isoformat()}", at=now)
        members = await self._all_members(town)
        try:
            told = [*await self._messages_missed(town, members), *self._arrivals_missed(town, members)]
            if (since := self._silent_since(town)) is not None:
                told += await self.deeds_missed(town, since, members)
        except PlatformError as error:
            log.warning("could not catch up in %s: %s", town.space.name, error)
            told = []
        return [here, *in_order(told)]

    async def _all_members(self, town: GuildTown) -> Members:
        """Those of a server that is not too large, where it matters who came meanwhile; else nobody."""
        intents = self.gateway.intents if self.gateway else discord.Intents.none()
        count = town.guild.member_count or 0
        if self._heard_at is None or not intents.members or count > MEMBER_PAGES * limits.MEMBERS_PAGE:
            return NOBODY
        try:
            pages = await self.member_pages(town.space.id, MEMBER_PAGES)
        except PlatformError as error:
            log.warning("the members of %s could not be read: %s", town.space.name, error)
            return NOBODY
        return {str(one["user"]["id"]): one for one in pages}

    async def _messages_missed(self, town: GuildTown, members: Members) -> list[Event]:
        turn = asyncio.Semaphore(AT_ONCE)
        never_heard = self._silent_since(town)

        async def read(place: discord.TextChannel | discord.Thread, channel: Channel) -> list[MessagePosted]:
            mark = await self.hub.last_seen(channel)
            after = number(mark) if mark is not None else never_heard
            if after is None or (place.last_message_id or 0) <= after:
                return []
            async with turn:
                return await self._newer(town, str(place.id), after, members)

        found: list[Event] = []
        for told in await asyncio.gather(*(read(*one) for one in _readable(town)), return_exceptions=True):
            if isinstance(told, PlatformError):
                log.warning("a channel of %s could not be read again: %s", town.space.name, told)
            elif isinstance(told, BaseException):
                raise told
            else:
                found += told
        return found

    def _silent_since(self, town: GuildTown) -> int | None:
        """The id after which all of what has no mark is missed: a channel with its first messages, the audit log."""
        if self._heard_at is None:
            return None
        since = max(self._heard_at - IN_DOUBT, town.came or self._heard_at - IN_DOUBT)
        return discord.utils.time_snowflake(since) - 1

    async def _newer(self, town: GuildTown, place: str, mark: int, members: Members) -> list[MessagePosted]:
        """The newest after a mark, page by page from now backwards."""
        found: list[Payload] = []
        before: str | None = None
        while len(found) < CATCH_UP:
            page = await patiently(partial(self.rest.messages, place, limits.PAGE, before=before))
            found = [*(one for one in page if int(one["id"]) > mark), *found]
            if len(page) < limits.PAGE or int(page[0]["id"]) <= mark:
                break
            before = str(page[0]["id"])
        missed = [one for one in found[-CATCH_UP:] if by_people(one, self.me)]
        return [await self._posted(town, one, members) for one in missed]

    def _arrivals_missed(self, town: GuildTown, members: Members) -> list[Event]:
        if self._heard_at is None:
            return []
        since, now = self._heard_at - IN_DOUBT, self.hub.now()
        invited = town.came
        screened = SCREENING in town.guild.features
        told: list[Event] = []
        for given in members.values():
            came = moment(given.get("joined_at"))
            if came is None or (invited is not None and came <= invited):
                continue  # the bot itself, and those who were there before it
            if came >= since:
                told.append(joined(town, given, now))
            elif screened and not given.get("pending") and came >= since - SCREENED:
                told.append(admitted(town, given, came))
        return told


def _readable(town: GuildTown) -> list[tuple[discord.TextChannel | discord.Thread, Channel]]:
    """Channels and their threads that the bot may read, each with the channel that its mark is kept for."""
    places: list[tuple[discord.TextChannel | discord.Thread, Channel]] = []
    everywhere: list[discord.TextChannel | discord.Thread] = [*town.guild.text_channels, *town.guild.threads]
    for one in everywhere:
        if town.may("view_channel", str(one.id)) and town.may("read_message_history", str(one.id)):
            places.append((one, town.place(str(one.id))[0]))
    return places

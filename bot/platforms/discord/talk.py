"""The bot's own messages: posting once, editing, threads, reactions.

A post carries its key as an enforced nonce: for a few minutes Discord gives the first message again instead of a
second one. Whether a post whose answer was lost exists is told, in this order, by the gateway (which repeats the nonce
of our own messages), by the age of the attempt (as long as Discord remembers the nonce, sending again is harmless), and
by what the channel holds: a message of ours since then, not known to be another post, in the same words. Past a
thousand messages, nobody can tell.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

import discord

from bot.chat.card import Card
from bot.chat.platform import PlatformError
from bot.chat.things import Channel, Member, MessageRef
from bot.platforms.discord import limits
from bot.platforms.discord.base import Base
from bot.platforms.discord.errors import THREAD_EXISTS
from bot.platforms.discord.feed import Recent
from bot.platforms.discord.limits import cut
from bot.platforms.discord.render import Parcel, render
from bot.platforms.discord.rest import Payload, number
from bot.platforms.discord.town import GuildTown

NONCE_KEPT = timedelta(minutes=2)
"""How long a repeated nonce surely gives the first message; Discord says "a few minutes"."""
MARGIN = timedelta(minutes=1)
"""Callers look for a post from a minute before its first attempt: clocks differ."""
LOOKED_AT = 10
"""Pages of what was said since then that are searched for a post."""
ECHOES = 2_000
DIRECTS = 5_000
ARCHIVE_AFTER: Final = 10080
"""Minutes of silence after which a thread is put away: a week."""


UNKNOWABLE = "Discord cannot tell whether a post of some minutes ago was made"


class Talk(Base):
    """What the bot says on its own."""

    def __init__(self) -> None:
        super().__init__()
        self._echoes: Recent[str, tuple[str, str]] = Recent(ECHOES)
        self._directs: Recent[str, str] = Recent(DIRECTS)

    def heard_own(self, payload: Payload) -> None:
        """Remember the key of a message of ours."""
        if nonce := payload.get("nonce"):
            self._echoes.put(str(nonce), (str(payload["channel_id"]), str(payload["id"])))

    async def post(self, channel: Channel, card: Card, *, key: str, thread: str | None = None) -> MessageRef:
        town, place = self.town(channel.space), thread or channel.id
        parcel = self._rendered(town, card, place)
        speak = "send_messages_in_threads" if thread else "send_messages"
        files = ("attach_files",) if parcel.files else ()
        blame = self.lacking(town, "view_channel", speak, *files, channel=place)
        sent = await self.rest.send(place, keyed(parcel, key), blame)
        return MessageRef(channel, str(sent["id"]), thread)

    async def direct(self, member: Member, card: Card, *, key: str) -> MessageRef:
        """Write to somebody alone. Buttons there remember the guild they came from."""
        town = self.town(member.space)
        channel = Channel(member.space, await self._direct_channel(member))
        sent = await self.rest.send(
            channel.id, keyed(self._rendered(town, card, channel.id, direct=True, language=member.language), key)
        )
        return MessageRef(channel, str(sent["id"]))

    async def _direct_channel(self, member: Member) -> str:
        known = self._directs.get(member.id)
        if known is None:
            known = await self.rest.open_direct(member.id)
            self._directs.put(member.id, known)
        return known

    def _rendered(
        self, town: GuildTown, card: Card, place: str, *, direct: bool = False, language: str | None = None
    ) -> Parcel:
        """For a channel, or ``direct`` for one reader alone; in the server's language where none is given."""
        spelled = self.offered.card(card, language or town.space.language)
        embeds = direct or town.may("embed_links", place)
        return render(spelled, embeds=embeds, guild=town.space.id if direct else "")

    async def find(
        self, channel: Channel, key: str, *, since: datetime, card: Card | None = None, others: Collection[str] = ()
    ) -> MessageRef | None:
        """See the module's words. Raises ``PlatformError`` when nobody can tell."""
        town, places = self.town(channel.space), [channel.id, *self._threads(channel)]
        said = {place: self._rendered(town, card, place) if card else None for place in places}
        return await self._find(channel, key, since, said, others)

    async def find_direct(
        self, member: Member, key: str, *, since: datetime, card: Card | None = None, others: Collection[str] = ()
    ) -> MessageRef | None:
        town, channel = self.town(member.space), Channel(member.space, await self._direct_channel(member))
        said = self._rendered(town, card, channel.id, direct=True, language=member.language) if card else None
        return await self._find(channel, key, since, {channel.id: said}, others)

    async def _find(
        self, channel: Channel, key: str, since: datetime, said: Mapping[str, Parcel | None], others: Collection[str]
    ) -> MessageRef | None:
        """``said`` is what the post says in each place where it may be."""
        if echo := self._echoes.get(nonce(key)):
            place, id = echo
            return MessageRef(channel, id, None if place == channel.id else place)
        if self.hub.now() - since <= NONCE_KEPT + MARGIN:
            return None
        for place, parcel in said.items():
            ours = [one async for one in self._spoken(place, since) if str(one["id"]) not in others]
            alike = [one for one in ours if parcel is None or letters(one) == letters(parcel.payload)]
            if parcel is not None and len(alike) == 1:
                return MessageRef(channel, str(alike[0]["id"]), None if place == channel.id else place)
            if alike:
                raise PlatformError(UNKNOWABLE)
        return None

    def _threads(self, channel: Channel) -> list[str]:
        """The open threads of a channel: a key does not tell which one it was meant for."""
        found = self.seen(channel.space.id)
        return [str(one.id) for one in found.guild.threads if str(one.parent_id) == channel.id] if found else []

    async def _spoken(self, place: str, since: datetime) -> AsyncIterator[Payload]:
        """What the bot wrote there since then. Raises ``PlatformError`` when more was said than is searched."""
        start = str(discord.utils.time_snowflake(since))
        for _ in range(LOOKED_AT):
            page = await self.rest.messages(place, limits.PAGE, start)
            for one in page:
                if str(one["author"]["id"]) == self.me:
                    yield one
            if len(page) < limits.PAGE:
                return
            start = str(page[-1]["id"])
        raise PlatformError(UNKNOWABLE)

    async def edit(self, ref: MessageRef, card: Card) -> None:
        town, place = self.town(ref.channel.space), ref.thread or ref.channel.id
        parcel = self._rendered(town, card, place, direct=self.is_direct(ref.channel))
        blame = self.lacking(town, "view_channel", channel=ref.channel.id)
        await self.rest.edit(place, ref.id, parcel, blame)

    async def delete(self, ref: MessageRef) -> None:
        channel, message = number(ref.thread or ref.channel.id), number(ref.id)
        blame = self.lacking(self.town(ref.channel.space), "view_channel", channel=ref.channel.id)
        await self.rest.do(lambda http: http.delete_message(channel, message), blame)

    async def react(self, ref: MessageRef, emoji: str) -> None:
        """``emoji`` is a sign, or ``name:id`` for a server's own."""
        town, place = self.town(ref.channel.space), ref.thread or ref.channel.id
        channel, message = number(place), number(ref.id)
        blame = self.lacking(town, "view_channel", "read_message_history", "add_reactions", channel=place)
        await self.rest.do(lambda http: http.add_reaction(channel, message, emoji.strip("<>")), blame)

    async def permalink(self, ref: MessageRef) -> str:
        return f"https://discord.com/channels/{ref.channel.space.id}/{ref.thread or ref.channel.id}/{ref.id}"

    async def open_thread(self, ref: MessageRef, name: str) -> str:
        """A thread has the id of the message it was opened under; there is none inside another."""
        if ref.thread is not None:
            return ref.thread
        town, channel, message = self.town(ref.channel.space), number(ref.channel.id), number(ref.id)
        blame = self.lacking(town, "view_channel", "create_public_threads", channel=ref.channel.id)
        title = cut(name.strip(), limits.THREAD_NAME) or "…"
        return await self.rest.do(lambda http: _opened(http, channel, message, title), blame)


async def _opened(http: discord.http.HTTPClient, channel: int, message: int, name: str) -> str:
    try:
        opened = await http.start_thread_with_message(channel, message, name=name, auto_archive_duration=ARCHIVE_AFTER)
    except discord.HTTPException as error:
        if error.code != THREAD_EXISTS:
            raise
        return str(message)
    return str(opened["id"])


def letters(message: Payload) -> str:
    """The letters and digits of a message, which Discord gives back as they were sent."""
    embeds = message.get("embeds") or []
    texts = [str(message.get("content") or ""), *(text for embed in embeds for text in _texts(embed))]
    return "".join(sign for text in texts for sign in text if sign.isalnum())


def _texts(embed: Payload) -> Iterator[str]:
    yield str(embed.get("title") or "")
    yield str(embed.get("description") or "")
    for field in embed.get("fields") or []:
        yield f"{field['name']} {field['value']}"
    yield str((embed.get("footer") or {}).get("text") or "")


def nonce(key: str) -> str:
    """A key as a nonce: itself where it fits."""
    if len(key) <= limits.NONCE:
        return key
    return hashlib.blake2b(key.encode(), digest_size=12).hexdigest()


def keyed(parcel: Parcel, key: str) -> Parcel:
    return parcel.adding(nonce=nonce(key), enforce_nonce=True) if key else parcel

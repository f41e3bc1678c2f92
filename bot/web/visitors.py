"""Who reads a page, and what they may: asked of the platform at each request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from starlette.requests import Request

from bot.chat.platform import PlatformError
from bot.chat.text import plain
from bot.chat.things import Community, Level, Member, Space
from bot.chat.words import Words
from bot.cog.texts import Voice, spoken, t
from bot.engine.entrance import Seat
from bot.engine.host import Engine
from bot.engine.interactions import LEVELS
from bot.web.cookies import Cookies


class Stop(Exception):
    """This is as far as it goes: a page with these words. ``sign_in`` says that signing in again helps."""

    def __init__(self, status: int, title: Words, words: Words, *, sign_in: bool = False) -> None:
        super().__init__(status)
        self.status = status
        self.title = title
        self.words = words
        self.sign_in = sign_in


class SignedOut(Exception):
    """Nobody is signed in, and the page is not for everybody."""


@dataclass(frozen=True, slots=True)
class Reader:
    """How to speak to who reads: in their language, on the clock of the community, with its channels' names."""

    voice: Voice
    channels: Mapping[str, str]

    def say(self, words: Words) -> str:
        return plain(self.voice.md(words), channel=self._channel, moment=lambda it: self.voice.moment(it.at))

    def moment(self, moment: datetime) -> str:
        return self.voice.moment(moment)

    def _channel(self, id: str) -> str:
        return f"#{self.channels.get(id, id)}"


@dataclass(frozen=True, slots=True)
class Visitor:
    """A member as the platform describes them right now, in ``space``; they signed in at ``home``."""

    community: Community
    space: Space
    home: Space
    member: Member
    person: str
    voice: Voice

    def need(self, level: Level) -> None:
        """Raises ``Stop`` when the member has not this level."""
        if self.member.level < level:
            raise Stop(403, t("This is not open to you"), LEVELS[level])

    def href(self, path: str, **query: object) -> str:
        """An address of ours, that stays in the same space."""
        query = {"space": self.space.key, **query} if self.space != self.home else query
        return f"{path}?{urlencode(query)}" if query else path


class Visitors:
    """Recognises them."""

    def __init__(self, engine: Engine, cookies: Cookies) -> None:
        self.engine = engine
        self.cookies = cookies

    async def of(self, request: Request) -> Visitor:
        """Raises ``SignedOut``, or ``Stop`` when the platform does not answer or knows them no more."""
        visitor = await self.maybe(request)
        if visitor is None:
            raise SignedOut
        request.state.visitor = visitor
        return visitor

    async def maybe(self, request: Request) -> Visitor | None:
        """Who is signed in, if anybody."""
        seat = await self.cookies.read(request)
        return await self.seated(seat, request) if seat and await self.holds(seat) else None

    async def holds(self, seat: Seat) -> bool:
        """Whether a seat is still somebody's."""
        spaces = self.engine.spaces
        try:
            return await self.engine.entrance.knows(spaces.community_of(spaces.by_key(seat.space)).id, seat)
        except LookupError:
            return False

    async def seated(self, seat: Seat, request: Request) -> Visitor:
        """Who has this seat, in the space that the address names if any."""
        home = self.space(seat.space)
        space = self.space(request.query_params.get("space") or home.key)
        community = self.engine.community(home)
        if self.engine.community(space) != community:
            raise nowhere()
        member = await self._member(seat, space)
        if member is None:
            raise Stop(
                403,
                t("You are not a member there"),
                t("The platform says that you do not belong to {space}.", space=space.name),
                sign_in=space == home,
            )
        voice = self.engine.voice(community, member.language or language_of(request, community.language))
        return Visitor(community, space, home, member, seat.person, voice)

    def space(self, key: str) -> Space:
        """Raises ``Stop`` for a space that Relais does not know."""
        try:
            return self.engine.spaces.by_key(key)
        except LookupError:
            raise nowhere() from None

    async def _member(self, seat: Seat, space: Space) -> Member | None:
        """The account that signed in, or elsewhere another account of the same person."""
        if space.key == seat.space:
            return await self.member(space, seat.account)
        for platform, account in await self.engine.people.accounts(seat.person):
            if platform == space.platform and (found := await self.member(space, account)):
                return found
        return None

    async def member(self, space: Space, account: str) -> Member | None:
        """What the platform says of an account right now. Raises ``Stop`` when it says nothing."""
        try:
            return await self.engine.member(space, account)
        except (PlatformError, KeyError) as error:
            self.engine.trace.failed("page", error)
            raise Stop(
                503,
                t("The platform does not answer"),
                t("So Relais cannot tell what you may do. Try again in a moment."),
            ) from error

    def guest(self, request: Request) -> Voice:
        """How to speak to somebody unknown: as their browser asks."""
        return Voice(language_of(request), ZoneInfo("UTC"))

    async def reader(self, visitor: Visitor) -> Reader:
        """Words for the visitor, with the channels of the space by name."""
        try:
            channels = await self.engine.channels(visitor.space)
        except (PlatformError, KeyError):
            channels = ()
        return Reader(visitor.voice, {channel.id: channel.name for channel in channels})


def nowhere() -> Stop:
    return Stop(404, t("There is nothing here"), t("The address may be mistyped, or what it led to is gone."))


def language_of(request: Request, otherwise: str = "en") -> str:
    """The first language of the browser that Relais speaks."""
    for entry in request.headers.get("accept-language", "").split(","):
        if language := spoken(entry.partition(";")[0].strip(), ""):
            return language
    return otherwise


__all__ = ["Reader", "SignedOut", "Stop", "Visitor", "Visitors", "language_of", "nowhere"]

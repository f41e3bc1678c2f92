"""The page as one person sees it: who acts, where, in which language."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from bot.chat.forms import CommandSpec
from bot.chat.text import Moment
from bot.chat.things import Level
from bot.chat.words import Phrase, Words
from bot.platforms.playground.actor import Actor
from bot.platforms.playground.page.avatar import Avatar, avatar
from bot.platforms.playground.page.markup import Chip, Pen
from bot.platforms.playground.page.messages import Shown, shown, snippet
from bot.platforms.playground.page.reasons import reason
from bot.platforms.playground.places import address
from bot.platforms.playground.records import BOT, Account, Message, OpenForm, Presence, Room, Town, number_of
from bot.platforms.playground.state import State, direct_id

if TYPE_CHECKING:
    from bot.platforms.playground.page.house import House

PAGE = 100
"""Messages shown at first, and added by "earlier"."""

LEVELS: dict[Level, Words] = {
    Level.EVERYONE: Phrase("Member"),
    Level.HELPER: Phrase("Helper"),
    Level.MODERATOR: Phrase("Moderator"),
    Level.ADMIN: Phrase("Admin"),
}


@dataclass(frozen=True, slots=True)
class Tab:
    """A channel in the list; ``closed`` to members."""

    id: str
    name: str
    href: str
    unread: int
    here: bool
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the list of people."""

    id: str
    name: str
    avatar: Avatar
    level: Level
    words: str
    href: str
    here: bool
    pending: bool
    silenced: str
    present: bool
    language: str


@dataclass
class View:
    """``browser`` is the language that the browser prefers; ``shown`` how many messages are on the page."""

    page: House
    town: Town
    room: Room
    account: Account
    browser: str
    thread: str = ""
    shown: int = PAGE

    @property
    def state(self) -> State:
        return self.page.world.state

    @property
    def language(self) -> str:
        return "fr" if (self.account.language or self.browser).lower().startswith("fr") else "en"

    @property
    def zone(self) -> str:
        return self.account.zone or self.town.zone

    @property
    def now(self) -> datetime:
        return self.page.world.now()

    @property
    def actor(self) -> Actor:
        return Actor(self.page.world, self.town.id, self.account.id)

    @property
    def presence(self) -> Presence | None:
        return self.state.presence(self.town.id, self.account.id)

    @property
    def is_direct(self) -> bool:
        return self.room.owner is not None

    # Words

    def say(self, words: Words) -> str:
        """Words in this person's language."""
        return self.page.hub.say(words, self.language)

    def date(self, moment: datetime, style: str) -> str:
        if style == "R":
            return self.distance(moment)
        return self.page.controls.date(moment, style, self.zone, self.language)

    def distance(self, moment: datetime) -> str:
        """How far a moment is: "in 3 hours"."""
        away = moment - self.now
        if abs(away) < timedelta(minutes=1):
            return self.say(Phrase("now"))
        said = self.page.controls.duration(_rounded(abs(away)), self.language)
        return self.say(
            Phrase("in {duration}", {"duration": said})
            if away > timedelta()
            else Phrase("{duration} ago", {"duration": said})
        )

    @cached_property
    def pen(self) -> Pen:
        return Pen(
            self.mention,
            self.channel_chip,
            self._moment,
            self.say(Phrase("Hidden: show")),
            self.say(Phrase("Show more")),
        )

    def _moment(self, moment: Moment) -> tuple[str, str]:
        return self.date(moment.at, moment.style), self.date(moment.at, "F")

    def mention(self, id: str) -> Chip:
        return Chip(f"@{self.name_of(id)}", own=id == self.account.id)

    def channel_chip(self, id: str) -> Chip:
        room = self.state.rooms.get(id)
        if room is None or room.town != self.town.id:
            return Chip("#?")
        return Chip(f"#{room.name}", self.href(room=id) if room.level <= self.account.level else "")

    def name_of(self, id: str) -> str:
        if id == BOT:
            return "Relais"
        account = self.state.accounts.get(id)
        return account.name if account else "?"

    # Addresses

    def href(self, *, room: str = "", account: str = "", thread: str = "", shown: int = 0) -> str:
        """The address of the page, elsewhere or as somebody else."""
        query = {"as": account or self.account.id}
        if thread:
            query["thread"] = thread
        if shown:
            query["shown"] = str(shown)
        return f"/town/{self.town.id}/{room or self.room.id}?{urlencode(query)}"

    def way(self, url: str) -> str:
        """Where a link of a card leads within the town, with enough of the channel to hold it; empty for elsewhere."""
        to = address(url)
        room = self.state.rooms.get(to.room) if to and to.town == self.town.id else None
        if to is None or room is None:
            return ""
        message = self.state.message(to.room, to.message)
        newer = sum(number_of(it.id) >= number_of(to.message) for it in self.visible(room))
        thread = message.thread or "" if message else ""
        shown = newer + PAGE if newer > PAGE // 2 else 0
        return f"{self.href(room=room.id, thread=thread, shown=shown)}#{to.message}"

    # What there is

    def visible(self, room: Room) -> list[Message]:
        """All messages of a room that this person sees, oldest first."""
        private = [it for it in self.state.private(self.town.id, self.account.id) if it.room == room.id]
        public = () if room.owner else self.state.messages(room.id)
        return sorted([*public, *private], key=lambda it: number_of(it.id)) if private else list(public)

    def find(self, id: str) -> Message | None:
        """A message that this person sees here."""
        return next((it for it in self.visible(self.room) if it.id == id), None)

    @cached_property
    def everything(self) -> list[Message]:
        return self.visible(self.room)

    @cached_property
    def selected(self) -> list[Message]:
        """The messages of the channel, or of the thread that is open."""
        if self.thread:
            return [it for it in self.everything if self.thread in (it.id, it.thread)]
        return [it for it in self.everything if it.thread is None or it.thread == it.id or it.only is not None]

    @property
    def earlier(self) -> int:
        """How many older messages are not on the page."""
        return max(0, len(self.selected) - self.shown)

    def messages(self) -> list[Shown]:
        """What is on the page; it counts as read from now on."""
        replies = Counter(it.thread for it in self.everything if it.thread and it.only is None)
        up_to = self.page.marks.up_to(self.account.id, self.room.id)
        rows = list(shown(self, self.selected[-self.shown :], {k: v for k, v in replies.items() if k}, up_to))
        self.page.seen(self)
        return rows

    def tabs(self) -> list[Tab]:
        return [self._tab(room) for room in self.state.rooms_of(self.town.id, self.account)]

    def directs(self) -> list[Tab]:
        """The conversation with the bot, there from the start."""
        room = self.state.direct_room(self.town.id, self.account.id)
        id = direct_id(self.town.id, self.account.id)
        return [self._tab(room) if room else Tab(id, "Relais", self.href(room=id), 0, self.room.id == id)]

    def _tab(self, room: Room) -> Tab:
        unread = self.page.marks.unread(self.account.id, room.id, self.visible(room)) if self.presence else 0
        closed = room.level > Level.EVERYONE
        return Tab(room.id, room.name, self.href(room=room.id), unread, room.id == self.room.id, closed)

    def towns(self) -> list[tuple[str, str, bool]]:
        return [(it.name, f"/town/{it.id}", it.id == self.town.id) for it in self.state.towns.values()]

    @property
    def moderates(self) -> bool:
        """Whether the person acted as may act on others."""
        return self.presence is not None and self.account.level >= Level.MODERATOR

    def people(self) -> list[Person]:
        """Who is here, the most responsible first, then who left."""
        here = [self.state.accounts[p.account] for p in self.state.presences.values() if p.town == self.town.id]
        present = {presence.account for presence in self.state.presences.values()}
        gone = [it for it in self.state.accounts.values() if it.id not in present]
        ordered = sorted(here, key=lambda it: -it.level)
        return [self._person(it) for it in (*ordered, *gone)]

    def _person(self, account: Account) -> Person:
        presence = self.state.presence(self.town.id, account.id)
        until = presence.timeout_until if presence else None
        room = "" if self.is_direct else self.room.id
        return Person(
            id=account.id,
            name=account.name,
            avatar=avatar(account.name),
            level=account.level,
            words=self.say(LEVELS[account.level]),
            href=self.href(room=room or direct_id(self.town.id, account.id), account=account.id, thread=self.thread),
            here=account.id == self.account.id,
            pending=bool(presence and presence.pending),
            silenced=self.date(until, "f") if until and until > self.now else "",
            present=presence is not None,
            language=account.language or "",
        )

    @property
    def form(self) -> OpenForm | None:
        return self.state.form(self.town.id, self.account.id)

    def commands(self) -> list[CommandSpec]:
        """Those this person may use."""
        line = self.page.world.line
        mine = [it for it in (line.commands if line else ()) if it.level <= self.account.level]
        return sorted(mine, key=lambda it: it.path)

    def why(self, message: str) -> str:
        """Why the bot wrote a message, as long as it is remembered."""
        return reason(self, self.page.journal.why(message))

    def root(self) -> str:
        """The beginning of the message whose thread is open."""
        message = self.find(self.thread)
        return snippet(self, message) if message else ""


def _rounded(delta: timedelta) -> timedelta:
    """Without what nobody needs to know: minutes after a day, seconds after a minute."""
    unit = 3600 if delta >= timedelta(days=1) else 60
    return timedelta(seconds=round(delta.total_seconds() / unit) * unit)

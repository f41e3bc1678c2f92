"""Plays a script with the people of a town: what it says happens through the same acts as on the page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.chat.card import Button
from bot.chat.things import MessageRef
from bot.chat.words import Phrase, Words
from bot.platforms.playground.actor import Actor
from bot.platforms.playground.options import Impossible
from bot.platforms.playground.page import script
from bot.platforms.playground.page.script import Join, Press, React, Run, Say, Step, Wait
from bot.platforms.playground.records import Message, Room

if TYPE_CHECKING:
    from bot.platforms.playground.page.house import House, Show

BEAT = 1.1
"""Seconds between two steps at normal pace."""
MORNING, NOON = 8, 11
"""A day begins at nine, unless it is already morning."""


def lively_day(house: House, town: str, pace: float) -> Callable[[Show], Coroutine[None, None, None]]:
    """A day of a town, in its language."""

    async def play(show: Show) -> None:
        language = house.world.state.towns[town].language
        steps = script.DAYS.get(language[:2], script.DAYS["en"])
        await Player(house, town, pace, show).play(steps)

    return play


@dataclass
class Player:
    """Knows who plays which part, and where."""

    house: House
    town: str
    pace: float
    show: Show
    actors: dict[str, Actor] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    said: dict[str, MessageRef] = field(default_factory=dict)

    async def play(self, steps: tuple[Step, ...]) -> None:
        """All steps, one after the other; one that is not possible here is left out."""
        self._cast()
        await self._begin()
        for number, step in enumerate(steps, 1):
            room = self._room(step.where)
            self.show.at(number / len(steps), self._words(step), room.id)
            await asyncio.sleep(self._length(step))
            try:
                await self._do(step, room)
            except Impossible:
                continue
            await self.house.keep()
        await asyncio.sleep(BEAT * self.pace)

    def _length(self, step: Step) -> float:
        """Seconds; what is long to read is also long to write."""
        words = len(step.text) if isinstance(step, Say) else 0
        return (BEAT + min(1.0, words / 120)) * self.pace

    def _cast(self) -> None:
        """Members who are here play hosts; newcomers have names that nobody here has."""
        state = self.house.world.state
        here = [it for it in state.present(self.town) if not it.is_bot]
        hosts = sorted(here, key=lambda it: (-it.level, int(it.id[1:])))
        for number, account in enumerate(hosts, 1):
            self.actors[f"h{number}"] = self.house.world.actor(account.id, state.space(self.town))
            self.names[f"h{number}"] = account.name
        taken = {account.name for account in state.accounts.values()}
        language = state.towns[self.town].language[:2]
        for number, name in zip(range(1, script.NEWCOMERS + 1), _names(language, taken), strict=False):
            self.names[f"n{number}"] = name

    async def _begin(self) -> None:
        """The day begins at nine."""
        now = self.house.world.now()
        local = now.astimezone(ZoneInfo(self.house.world.state.towns[self.town].zone))
        if not MORNING <= local.hour < NOON:
            start = local.replace(hour=9, minute=0, second=0, microsecond=0)
            await self._until(start if local.hour < MORNING else start + timedelta(days=1))

    async def _until(self, moment: datetime) -> None:
        async def seen() -> None:
            await asyncio.sleep(0.3 * self.pace)

        await self.house.controls.travel(moment, seen)

    def _room(self, where: str) -> Room:
        """A room by its part: their order in the town is that of ``script.ROOMS``."""
        rooms = self.house.world.state.public_rooms(self.town)
        number = script.ROOMS.index(where)
        return rooms[number] if number < len(rooms) else rooms[0]

    async def _do(self, step: Step, room: Room) -> None:
        match step:
            case Wait(minutes):
                await self._until(self.house.world.now() + timedelta(minutes=minutes))
            case Join(who):
                await self._join(who)
            case Say(who, _, text, name, to):
                await self._say(self._actor(who), room, text, name, self.said.get(to))
            case Press(who, action, values):
                await self._press(self._actor(who), action, values)
            case Run(who, command, options):
                self._actor(who).here = self.house.world.state.channel(room.id)
                await self._actor(who).run(command, **options)
            case React(who, _, emoji, to):
                ref = self.said.get(to)
                await self._actor(who).react(emoji, None if ref else room.name, ref=ref)

    def _actor(self, who: str) -> Actor:
        if who not in self.actors:
            raise Impossible(f"nobody plays {who}")
        return self.actors[who]

    async def _join(self, who: str) -> None:
        world, state = self.house.world, self.house.world.state
        town = state.towns[self.town]
        actor = world.person(self.names[who], language=town.language, space=state.space(self.town))
        self.actors[who] = actor
        await actor.join()
        if town.screening:
            await actor.admit()

    async def _say(self, actor: Actor, room: Room, text: str, name: str, to: MessageRef | None) -> None:
        ref = await actor.say(text.format(**self.names), self.house.world.state.channel(room.id), reply_to=to)
        if name:
            self.said[name] = ref

    async def _press(self, actor: Actor, action: str, values: dict[str, str]) -> None:
        """Press the newest button of a cog, and fill the form it opens."""
        for message, button in _buttons(self.house.world.state.newest(self.town, actor.id)):
            if button.action.split(":")[0] == action:
                await actor.use(message, button.action)
                break
        form = actor.form
        if form and values:
            await asyncio.sleep(BEAT * self.pace)
            known = {it.name for it in form.fields}
            await actor.fill(**{name: value for name, value in values.items() if name in known})

    def _words(self, step: Step) -> Words:
        match step:
            case Wait():
                return Phrase("Time passes")
            case Join(who):
                return Phrase("{name} joins", {"name": self._name(who)})
            case Say(who):
                return Phrase("{name} is writing", {"name": self._name(who)})
            case Press(who):
                return Phrase("{name} presses a button", {"name": self._name(who)})
            case Run(who, command):
                return Phrase("{name} types /{command}", {"name": self._name(who), "command": command})
            case React(who):
                return Phrase("{name} reacts", {"name": self._name(who)})

    def _name(self, who: str) -> str:
        return self.names.get(who, "")


def _names(language: str, taken: set[str]) -> Iterator[str]:
    """First names that nobody has yet."""
    known = script.NAMES.get(language, script.NAMES["en"])
    for again in range(1, 100):
        for name in known:
            one = name if again == 1 else f"{name} {again}"
            if one not in taken:
                yield one


def _buttons(messages: Iterator[Message]) -> Iterator[tuple[Message, Button]]:
    for message in messages:
        for button in message.card.buttons if message.card else ():
            yield message, button

"""What the bot may do to a town as a whole: its dates, its doors and its own filter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.chat.platform import Can, NotFound
from bot.chat.things import Channel, Invite, Made, NativeRule, ScheduledEvent, Space
from bot.platforms.playground.lookup import Lookup
from bot.platforms.playground.plain import Reading
from bot.platforms.playground.records import BOT, Entry, Town


class Guarding(Lookup):
    """Scheduled events, invites, the pause of invites, and the filter."""

    # Scheduled events

    async def schedule_event(self, space: Space, event: ScheduledEvent, why: str) -> Made:
        async with self.world.doing(self, "event"):
            town = self._town(space, Can.EVENTS)
            same = (id for id, it in town.events.items() if (it.name, it.starts) == (event.name, event.starts))
            return self._set_event(town, next(same, None) or self.world.state.new_id("s"), event, why)

    async def change_event(self, space: Space, id: str, event: ScheduledEvent, why: str) -> Made:
        async with self.world.doing(self, "event"):
            town = self._town(space, Can.EVENTS)
            self._event(town, id)
            return self._set_event(town, id, event, why)

    def _set_event(self, town: Town, id: str, event: ScheduledEvent, why: str) -> Made:
        if town.events.get(id) != event:
            town.events[id] = event
            self.world.state.put(town)
            place = f"#{event.place.name}" if isinstance(event.place, Channel) else event.place
            moment = self.world.reader(town.id).moment(event.starts)
            text = "\n".join(part for part in (f"{moment} · {place}", event.description) if part)
            self.world.record("event", town.id, reading=Reading(title=event.name, text=text), reason=why)
        return Made(id)

    async def cancel_event(self, space: Space, id: str, why: str) -> None:
        async with self.world.doing(self, "cancel_event"):
            town = self._town(space, Can.EVENTS)
            name = self._event(town, id).name
            del town.events[id]
            self._changed(town, "cancel_event", name, why)

    def _event(self, town: Town, id: str) -> ScheduledEvent:
        if id not in town.events:
            raise NotFound(f"event {id}")
        return town.events[id]

    # Doors

    async def invites(self, space: Space) -> tuple[Invite, ...]:
        town = self._town(space, Can.INVITES)
        return tuple(self._invite(town, code, it) for code, it in town.invites.items())

    def _invite(self, town: Town, code: str, it: Entry) -> Invite:
        state = self.world.state
        inviter = None if it.inviter == BOT else state.member(town.id, it.inviter)
        channel = state.channel(it.room)
        return Invite(state.space(town.id), code, "", inviter, channel, it.uses, it.max_uses, it.expires)

    async def create_invite(self, channel: Channel, max_uses: int, max_age: timedelta, why: str) -> Made:
        async with self.world.doing(self, "invite"):
            town, room = self._town(channel.space, Can.INVITES), self._open_room(channel)
            code = self.world.state.new_id("i")
            expires = self.world.now() + max_age if max_age else None
            town.invites[code] = Entry(room.id, BOT, 0, max_uses, expires)
            self._changed(town, "invite", code, why)
        return Made(code)

    async def delete_invite(self, space: Space, code: str, why: str) -> None:
        async with self.world.doing(self, "delete_invite"):
            town = self._town(space, Can.INVITES)
            if town.invites.pop(code, None) is None:
                raise NotFound(f"invite {code}")
            self._changed(town, "delete_invite", code, why)

    async def pause_invites(self, space: Space, until: datetime | None, why: str) -> None:
        effect = "pause_invites" if until else "resume_invites"
        async with self.world.doing(self, effect):
            town = self._town(space, Can.PAUSE_INVITES)
            town.paused_until = until
            self._changed(town, effect, self.world.reader(town.id).moment(until) if until else "", why)

    # The filter

    async def mirror(self, space: Space, rules: Sequence[NativeRule], why: str) -> Made:
        """The playground's filter knows words and mentions; patterns have no room."""
        async with self.world.doing(self, "filter"):
            town = self._town(space, Can.AUTOMOD)
            if town.filter != [*rules]:
                town.filter = [*rules]
                self._changed(town, "filter", ", ".join(rule.name for rule in rules), why)
        return Made(left_out=tuple(pattern for rule in rules for pattern in rule.patterns))

    def _town(self, space: Space, needs: Can) -> Town:
        town = self.world.town(space)
        self._permitted(town.id, needs)
        return town

    def _changed(self, town: Town, effect: str, text: str, why: str) -> None:
        self.world.state.put(town)
        self.world.record(effect, town.id, reading=Reading(text=text), reason=why)

"""What the adapter looks up in its world, and how it notes what it did there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from bot.chat.platform import Can, Forbidden, NotFound
from bot.chat.things import Channel, Member, MessageRef, Space
from bot.platforms.playground.plain import NOTHING, Reading
from bot.platforms.playground.records import Message, Presence, Room
from bot.platforms.playground.world import Line, World

Profile = Literal["discord", "slack"]

PERMITTED: Mapping[Profile, frozenset[Can]] = {
    "discord": frozenset(Can) - {Can.WHISPER},
    "slack": frozenset({Can.PINS, Can.WHISPER}),
}
"""What the imitated platform has, from its documentation."""


class Lookup(Line):
    """The parts of the adapter stand on this."""

    world: World
    profile: Profile | None

    def permits(self, space: Space, what: Can) -> bool:
        imitated = self.profile is None or what in PERMITTED[self.profile]
        return imitated and what.value not in self.world.town(space).denied

    def _permitted(self, town: str, what: Can) -> None:
        if not self.permits(self.world.state.space(town), what):
            raise Forbidden(what.value)

    def _room(self, channel: Channel) -> Room:
        room = self.world.state.rooms.get(channel.id)
        if room is None or room.town != channel.space.id:
            raise NotFound(f"channel {channel.id}")
        return room

    def _open_room(self, channel: Channel) -> Room:
        room = self._room(channel)
        if room.closed:
            raise Forbidden("write here")
        return room

    def _message(self, ref: MessageRef) -> tuple[Room, Message]:
        room = self._open_room(ref.channel)
        message = self.world.state.message(room.id, ref.id)
        if message is None:
            raise NotFound(f"message {ref.id}")
        return room, message

    def _account(self, member: Member) -> None:
        if member.id not in self.world.state.accounts:
            raise NotFound(f"member {member.id}")

    def _presence(self, member: Member) -> Presence:
        presence = self.world.state.presence(self.world.town(member.space).id, member.id)
        if presence is None:
            raise NotFound(f"member {member.id}")
        return presence

    def _record_on(
        self, effect: str, room: Room, message: Message, reading: Reading = NOTHING, *, why: str = ""
    ) -> None:
        self.world.state.put(message)
        self.world.record(
            effect, room.town, room=room, to=message.only, reading=reading, message_id=message.id, reason=why
        )

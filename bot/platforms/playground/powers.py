"""What the bot may do to people and channels of the playground: every optional power."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from bot.chat.card import Card
from bot.chat.platform import Can, NotFound
from bot.chat.things import Channel, Member, MessageRef
from bot.platforms.playground.guarding import Guarding
from bot.platforms.playground.plain import Reading
from bot.platforms.playground.records import BOT, Sent


class Powers(Guarding):
    """Messages, people and channels."""

    async def whisper(self, channel: Channel, member: Member, card: Card) -> None:
        async with self.world.doing(self, "whisper"):
            room = self._open_room(channel)
            self._permitted(room.town, Can.WHISPER)
            self._presence(member)
            self.world.write(room, card, Sent.WHISPER, only=member.id)

    async def delete_any(self, ref: MessageRef, why: str) -> None:
        async with self.world.doing(self, "delete"):
            room, message = self._message(ref)
            self._permitted(room.town, Can.DELETE_ANY)
            message.deleted_at = self.world.now()
            self._record_on("delete", room, message, why=why)
            if message.author != BOT:
                await self.world.deliver(self.world.deleted(message))

    async def delete_many(self, refs: Sequence[MessageRef], why: str) -> None:
        for ref in refs:
            with suppress(NotFound):
                await self.delete_any(ref, why)

    async def timeout(self, member: Member, until: datetime | None, why: str) -> None:
        async with self.world.doing(self, "timeout"):
            self._permitted(member.space.id, Can.TIMEOUT)
            presence = self._presence(member)
            presence.timeout_until = until
            self.world.state.put(presence)
            text = self.world.reader(presence.town).moment(until) if until else ""
            self.world.record("timeout", presence.town, to=member.id, reading=Reading(text=text), reason=why)

    async def kick(self, member: Member, why: str) -> None:
        async with self.world.doing(self, "kick"):
            self._permitted(member.space.id, Can.KICK)
            presence = self._presence(member)
            self.world.record("kick", presence.town, to=member.id, reason=why)
            await self.world.deliver(self.world.remove(presence))

    async def ban(self, member: Member, why: str, delete_messages: timedelta = timedelta()) -> None:
        async with self.world.doing(self, "ban"):
            self._permitted(member.space.id, Can.BAN)
            town = self.world.town(member.space)
            self._account(member)
            if member.id not in town.banned:
                town.banned.append(member.id)
                self.world.state.put(town)
            presence = self.world.state.presence(town.id, member.id)
            self.world.record("ban", town.id, to=member.id, reason=why)
            if presence:
                await self.world.deliver(self.world.remove(presence))
            for event in self.world.forget_words(town.id, member.id, self.world.now() - delete_messages):
                await self.world.deliver(event)

    async def unban(self, member: Member, why: str) -> None:
        async with self.world.doing(self, "unban"):
            self._permitted(member.space.id, Can.BAN)
            town = self.world.town(member.space)
            if member.id not in town.banned:
                raise NotFound(f"no ban of {member.id}")
            town.banned.remove(member.id)
            self.world.state.put(town)
            self.world.record("unban", town.id, to=member.id, reason=why)

    async def give_role(self, member: Member, role: str, why: str) -> None:
        await self._set_role(member, role, why, given=True)

    async def take_role(self, member: Member, role: str, why: str) -> None:
        await self._set_role(member, role, why, given=False)

    async def _set_role(self, member: Member, role: str, why: str, *, given: bool) -> None:
        async with self.world.doing(self, "role"):
            self._permitted(member.space.id, Can.ROLES)
            account = self.world.state.accounts[self._presence(member).account]
            others = tuple(it for it in account.roles if it != role)
            account.roles = (*others, role) if given else others
            self.world.state.put(account)
            text = f"{'+' if given else '-'}{role}"
            self.world.record("role", member.space.id, to=member.id, reading=Reading(text=text), reason=why)

    async def pin(self, ref: MessageRef) -> None:
        await self._set_pin(ref, pinned=True)

    async def unpin(self, ref: MessageRef) -> None:
        await self._set_pin(ref, pinned=False)

    async def _set_pin(self, ref: MessageRef, *, pinned: bool) -> None:
        effect = "pin" if pinned else "unpin"
        async with self.world.doing(self, effect):
            room, message = self._message(ref)
            self._permitted(room.town, Can.PINS)
            if message.pinned is not pinned:
                message.pinned = pinned
                self._record_on(effect, room, message)

    async def slow_mode(self, channel: Channel, seconds: int) -> None:
        async with self.world.doing(self, "slow_mode"):
            room = self._open_room(channel)
            self._permitted(room.town, Can.SLOW_MODE)
            room.slow = seconds
            self.world.state.put(room)
            self.world.record("slow_mode", room.town, room=room, reading=Reading(text=f"{seconds} s"))

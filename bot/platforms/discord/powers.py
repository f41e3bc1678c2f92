"""What the bot may do to people and channels. The reason goes to the audit log.

Each refusal names the permission that is missing, or the hierarchy: the bot acts only below its own highest role.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from bot.chat.platform import Can, Forbidden, NotFound
from bot.chat.things import Channel, Member, MessageRef, Space
from bot.platforms.discord import limits
from bot.platforms.discord.errors import HIERARCHY
from bot.platforms.discord.guarding import Guarding, reason
from bot.platforms.discord.rest import number
from bot.platforms.discord.town import NEEDS, GuildTown
from bot.platforms.discord.translate import born


class Powers(Guarding):
    """The optional powers of ``bot.chat.platform``, all but whispering."""

    def permits(self, space: Space, what: Can) -> bool:
        town = self.seen(space.id)
        return town is not None and what in NEEDS and town.may(NEEDS[what])

    async def delete_any(self, ref: MessageRef, why: str) -> None:
        town, place = self.town(ref.channel.space), ref.thread or ref.channel.id
        blame = self.lacking(town, "view_channel", "manage_messages", channel=place)
        channel, message = number(place), number(ref.id)
        await self.rest.do(lambda http: http.delete_message(channel, message, reason=reason(why)), blame)

    async def delete_many(self, refs: Sequence[MessageRef], why: str) -> None:
        """In bulk what Discord takes so, the rest one by one."""
        places: dict[tuple[Channel, str | None], list[MessageRef]] = defaultdict(list)
        for ref in refs:
            places[ref.channel, ref.thread].append(ref)
        oldest = self.hub.now() - limits.BULK_AGE + timedelta(minutes=1)
        for group in places.values():
            recent = [ref for ref in dict.fromkeys(group) if born(ref.id) > oldest]
            most = limits.BULK[-1]
            for part in (recent[at : at + most] for at in range(0, len(recent), most)):
                await self._delete_together(part, why)
            await self._delete_each([ref for ref in group if born(ref.id) <= oldest], why)

    async def _delete_together(self, refs: Sequence[MessageRef], why: str) -> None:
        if len(refs) not in limits.BULK:
            return await self._delete_each(refs, why)
        first = refs[0]
        ids: list[int | str] = [number(ref.id) for ref in refs]
        town, place = self.town(first.channel.space), first.thread or first.channel.id
        blame, channel = self.lacking(town, "view_channel", "manage_messages", channel=place), number(place)
        await self.rest.do(lambda http: http.delete_messages(channel, ids, reason=reason(why)), blame)

    async def _delete_each(self, refs: Sequence[MessageRef], why: str) -> None:
        for ref in refs:
            with suppress(NotFound):
                await self.delete_any(ref, why)

    async def timeout(self, member: Member, until: datetime | None, why: str) -> None:
        """At most 28 days: Discord's limit."""
        if until is not None:
            until = min(until, self.hub.now() + limits.TIMEOUT)
        fields = {"communication_disabled_until": until.isoformat() if until else None}
        guild, id = number(member.space.id), number(member.id)
        await self._on(
            member,
            "moderate_members",
            lambda: self.rest.do(lambda http: http.edit_member(guild, id, reason=reason(why), **fields)),
        )

    async def kick(self, member: Member, why: str) -> None:
        guild, id = number(member.space.id), number(member.id)
        await self._on(
            member, "kick_members", lambda: self.rest.do(lambda http: http.kick(id, guild, reason=reason(why)))
        )
        self.forget(member.space, member.id)

    async def ban(self, member: Member, why: str, delete_messages: timedelta = timedelta()) -> None:
        guild, id = number(member.space.id), number(member.id)
        seconds = int(min(delete_messages, limits.BAN_MESSAGES).total_seconds())
        await self._on(
            member, "ban_members", lambda: self.rest.do(lambda http: http.ban(id, guild, seconds, reason=reason(why)))
        )
        self.forget(member.space, member.id)

    async def unban(self, member: Member, why: str) -> None:
        guild, id, town = number(member.space.id), number(member.id), self.town(member.space)
        blame = self.lacking(town, "ban_members")
        await self.rest.do(lambda http: http.unban(id, guild, reason=reason(why)), blame)

    async def give_role(self, member: Member, role: str, why: str) -> None:
        await self._set_role(member, role, why, given=True)

    async def take_role(self, member: Member, role: str, why: str) -> None:
        await self._set_role(member, role, why, given=False)

    async def _set_role(self, member: Member, role: str, why: str, *, given: bool) -> None:
        town = self.town(member.space)
        found = town.role_id(role)
        if found is None:
            raise NotFound(f"no role {role}")
        guild, id, wanted = number(member.space.id), number(member.id), number(found)

        def blame() -> str:
            return town.missing(["manage_roles"]) or ("" if town.below([found]) else HIERARCHY)

        await self.rest.do(
            lambda http: (http.add_role if given else http.remove_role)(guild, id, wanted, reason=reason(why)), blame
        )
        self.forget(member.space, member.id)

    async def pin(self, ref: MessageRef) -> None:
        await self._set_pin(ref, pinned=True)

    async def unpin(self, ref: MessageRef) -> None:
        await self._set_pin(ref, pinned=False)

    async def _set_pin(self, ref: MessageRef, *, pinned: bool) -> None:
        town, place = self.town(ref.channel.space), ref.thread or ref.channel.id
        channel, message = number(place), number(ref.id)
        blame = self.lacking(town, "view_channel", "pin_messages", channel=place)
        await self.rest.do(
            lambda http: (http.pin_message if pinned else http.unpin_message)(channel, message, reason=reason("")),
            blame,
        )

    async def slow_mode(self, channel: Channel, seconds: int) -> None:
        town, id = self.town(channel.space), number(channel.id)
        wanted = max(0, min(seconds, limits.SLOW_MODE))
        blame = self.lacking(town, "view_channel", "manage_channels", channel=channel.id)
        await self.rest.do(lambda http: http.edit_channel(id, reason=reason(""), rate_limit_per_user=wanted), blame)

    async def _on(self, member: Member, permission: str, act: Callable[[], Awaitable[object]]) -> None:
        """Act on somebody; a refusal despite the permission is the hierarchy's."""
        town = self.town(member.space)
        try:
            await act()
        except Forbidden as refused:
            raise Forbidden(town.missing([permission]) or await self._above(town, member) or refused.permission) from (
                refused
            )

    async def _above(self, town: GuildTown, member: Member) -> str:
        target = await self.try_member(town.space, member.id)
        roles = [id for name in (target.roles if target else ()) if (id := town.role_id(name))]
        return "" if town.below(roles) and member.id != town.owner else HIERARCHY

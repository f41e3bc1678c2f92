"""What the bot may do to people and channels. The reason goes to the audit log.

Each refusal names the permission that is missing, or the hierarchy: the bot acts only below its own highest role.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.chat.platform import Can, Forbidden, NotFound, why
from bot.chat.things import Channel, Member, MessageRef, Space
from bot.platforms.discord import limits
from bot.platforms.discord.base import Base
from bot.platforms.discord.errors import HIERARCHY
from bot.platforms.discord.rest import audited, number
from bot.platforms.discord.town import NEEDS, GuildTown


class Powers(Base):
    """The optional powers of ``bot.chat.platform``, all but whispering."""

    def permits(self, space: Space, what: Can) -> bool:
        town = self.seen(space.id)
        return town is not None and what in NEEDS and town.may(NEEDS[what])

    async def delete_any(self, ref: MessageRef, why: str) -> None:
        town, place = self.town(ref.channel.space), ref.thread or ref.channel.id
        blame = self.lacking(town, "view_channel", "manage_messages", channel=place)
        channel, message = number(place), number(ref.id)
        await self.rest.do(lambda http: http.delete_message(channel, message, reason=_reason(why)), blame)

    async def timeout(self, member: Member, until: datetime | None, why: str) -> None:
        """At most 28 days: Discord's limit."""
        if until is not None:
            until = min(until, self.hub.now() + limits.TIMEOUT)
        fields = {"communication_disabled_until": until.isoformat() if until else None}
        guild, id = number(member.space.id), number(member.id)
        await self._on(
            member,
            "moderate_members",
            lambda: self.rest.do(lambda http: http.edit_member(guild, id, reason=_reason(why), **fields)),
        )

    async def kick(self, member: Member, why: str) -> None:
        guild, id = number(member.space.id), number(member.id)
        await self._on(
            member, "kick_members", lambda: self.rest.do(lambda http: http.kick(id, guild, reason=_reason(why)))
        )
        self.forget(member.space, member.id)

    async def ban(self, member: Member, why: str) -> None:
        """Their messages stay: what is deleted is the engine's to decide."""
        guild, id = number(member.space.id), number(member.id)
        await self._on(
            member, "ban_members", lambda: self.rest.do(lambda http: http.ban(id, guild, 0, reason=_reason(why)))
        )
        self.forget(member.space, member.id)

    async def unban(self, member: Member, why: str) -> None:
        guild, id, town = number(member.space.id), number(member.id), self.town(member.space)
        blame = self.lacking(town, "ban_members")
        await self.rest.do(lambda http: http.unban(id, guild, reason=_reason(why)), blame)

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
            lambda http: (http.add_role if given else http.remove_role)(guild, id, wanted, reason=_reason(why)), blame
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
            lambda http: (http.pin_message if pinned else http.unpin_message)(channel, message, reason=_reason("")),
            blame,
        )

    async def slow_mode(self, channel: Channel, seconds: int) -> None:
        town, id = self.town(channel.space), number(channel.id)
        wanted = max(0, min(seconds, limits.SLOW_MODE))
        blame = self.lacking(town, "view_channel", "manage_channels", channel=channel.id)
        await self.rest.do(lambda http: http.edit_channel(id, reason=_reason(""), rate_limit_per_user=wanted), blame)

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


def _reason(given: str) -> str | None:
    return audited(given or why.get())

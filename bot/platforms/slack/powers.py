"""What the adapter can do beyond the common ground, and when a workspace permits it.

Slack has no time-outs, bans or slow mode, and an app removes nobody from a workspace: those powers are not here, so
that a cog is told so before it promises anything. Taking somebody out of a channel, which they may join again, is no
kick: the moderators are asked instead. Roles are user groups, on the plans that have them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from bot.chat.card import Card
from bot.chat.platform import Can, Forbidden, NotFound, PlatformError
from bot.chat.things import Channel, Member, MessageRef, Space
from bot.platforms.slack.api import Api
from bot.platforms.slack.errors import Unauthorised
from bot.platforms.slack.workspace import Workspace

log = logging.getLogger("relais.slack")

NEEDS: Mapping[Can, str] = {Can.PINS: "pins:write", Can.WHISPER: "chat:write", Can.ROLES: "usergroups:write"}
"""The scope behind each power."""
LENT = "chat:write (user token)"
NOBODY_LEFT = "a user group keeps one member"


class Powers:
    """Pins, whispers, user groups; other people's messages with a moderator's own token."""

    moderators: dict[str, Api]
    """By workspace: who speaks for the moderator whose token was configured, where Slack takes it."""

    workspace: Callable[[Space], Workspace]

    def permits(self, space: Space, what: Can) -> bool:
        """What the granted scopes and the plan allow."""
        try:
            workspace = self.workspace(space)
        except NotFound:
            return False
        if what is Can.DELETE_ANY:
            return space.id in self.moderators
        if what is Can.ROLES and not workspace.directory.has_groups:
            return False
        return what in NEEDS and workspace.has(NEEDS[what])

    async def pin(self, ref: MessageRef) -> None:
        """Pin a message; a second time changes nothing."""
        await self._pin("pins.add", ref, "already_pinned")

    async def unpin(self, ref: MessageRef) -> None:
        """Unpin a message; a second time changes nothing."""
        await self._pin("pins.remove", ref, "no_pin")

    async def _pin(self, method: str, ref: MessageRef, done: str) -> None:
        api = self.workspace(ref.channel.space).api
        try:
            await api.write(method, channel=ref.channel.id, timestamp=ref.id)
        except PlatformError as error:
            if done not in (str(error), getattr(error, "code", "")):
                raise

    async def whisper(self, channel: Channel, member: Member, card: Card) -> None:
        """Show a card to one member in a channel. They must be there: ``NotFound`` otherwise."""
        await self.workspace(channel.space).whisper(channel.id, member.id, card)

    async def delete_any(self, ref: MessageRef, why: str) -> None:
        """Delete anybody's message, in the name of the moderator whose token was configured."""
        moderator = self.moderators.get(ref.channel.space.id)
        if moderator is None:
            raise Forbidden(LENT)
        try:
            await moderator.write("chat.delete", channel=ref.channel.id, ts=ref.id)
        except Unauthorised:
            self.moderators.pop(ref.channel.space.id, None)
            await moderator.close()
            log.warning("Slack no longer takes the user token of a moderator: make another for SLACK_USER_TOKEN")
            raise Forbidden(LENT) from None

    async def give_role(self, member: Member, role: str, why: str) -> None:
        """Put somebody in a user group, by its handle. ``NotFound`` without such a group."""
        await self._regroup(member, role, given=True)

    async def take_role(self, member: Member, role: str, why: str) -> None:
        """Take somebody out of a user group. ``Forbidden`` for its last member, whom Slack does not let go."""
        await self._regroup(member, role, given=False)

    async def _regroup(self, member: Member, role: str, *, given: bool) -> None:
        """Slack is told the whole group: one change at a time, from what it is now."""
        workspace = self.workspace(member.space)
        async with workspace.regrouping:
            await workspace.directory.read_groups()
            group = workspace.directory.group(role)
            if group is None:
                raise NotFound(f"no user group {role}")
            if (member.id in group.users) is given:
                return
            users = [*group.users, member.id] if given else [one for one in group.users if one != member.id]
            if not users:
                raise Forbidden(NOBODY_LEFT)
            await workspace.api.touch("usergroups.users.update", usergroup=group.id, users=",".join(users))
            await workspace.directory.read_groups()

"""What the adapter can do beyond the common ground, and when a workspace permits it.

Slack has no time-outs, bans, roles or slow mode, and nobody can be removed from a workspace: those powers are not here,
so that a cog is told so before it promises anything. ``remove_from`` takes somebody out of one channel, which they may
join again; it is no ``kick``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.chat.card import Card
from bot.chat.platform import Can, Forbidden, NotFound, PlatformError
from bot.chat.things import Channel, Member, MessageRef, Space
from bot.platforms.slack.api import Api
from bot.platforms.slack.workspace import Workspace

NEEDS: Mapping[Can, str] = {Can.PINS: "pins:write", Can.WHISPER: "chat:write"}
"""The scope behind each power."""


class Powers:
    """Pins and whispers; other people's messages with a moderator's own token."""

    moderator: Api | None = None
    """Speaks for the person whose token was configured; ``None`` without one, or when Slack refuses it."""

    workspace: Callable[[Space], Workspace]

    def permits(self, space: Space, what: Can) -> bool:
        """What the granted scopes allow."""
        if what is Can.DELETE_ANY:
            return self.moderator is not None
        try:
            return what in NEEDS and self.workspace(space).has(NEEDS[what])
        except NotFound:
            return False

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
        if self.moderator is None:
            raise Forbidden("chat:write (user token)")
        await self.moderator.write("chat.delete", channel=ref.channel.id, ts=ref.id)

    async def remove_from(self, channel: Channel, member: Member, why: str) -> None:
        """Take somebody out of a channel. ``Forbidden`` where only administrators may, and in the general channel."""
        await self.workspace(channel.space).api.write("conversations.kick", channel=channel.id, user=member.id)

"""From what an export or the archive tells to what rules look at, with what is known of each member by then."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.cog import Arrived, Said, account_made_at, as_typed
from cogs.moderation.seen import Moment, Seen


@dataclass(slots=True)
class Known:
    """A member, as far as the history has gone."""

    since: datetime
    messages: int = 0


@dataclass(slots=True)
class Members:
    """Everybody met so far: a member is there since they were seen to join, or else since their first message."""

    known: dict[str, Known] = field(default_factory=dict)

    def seen(self, platform: str, event: Said | Arrived) -> Seen:
        made = account_made_at(platform, event.author)
        return self._arrival(event, made) if isinstance(event, Arrived) else self._message(event, made)

    def _arrival(self, event: Arrived, made: datetime | None) -> Seen:
        member = self.known.setdefault(event.author, Known(event.at))
        member.since = event.at
        return Seen(
            text=event.author_name,
            moment=Moment.JOINED,
            at=event.at,
            author=event.author,
            author_name=event.author_name,
            joined_at=event.at,
            created_at=made,
        )

    def _message(self, event: Said, made: datetime | None) -> Seen:
        member = self.known.get(event.author)
        if member is None:
            member = self.known[event.author] = Known(event.at)
        earlier, member.messages = member.messages, member.messages + 1
        return Seen(
            text=as_typed(event.text),
            id=event.id,
            at=event.at,
            author=event.author,
            author_name=event.author_name,
            channel=event.channel,
            channel_name=event.channel_name,
            parent=event.thread,
            roles=event.roles,
            joined_at=member.since,
            created_at=made,
            earlier=earlier,
            mentions=event.mentions,
            attachments=event.attachments,
            quoted=tuple(map(as_typed, event.quoted)),
            is_bot=event.is_bot,
        )

"""Acts on a space: its events, the ways into it, its own filter."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from bot.chat.platform import (
    Can,
    Filters,
    InvitePauses,
    Invites,
    Platform,
    Schedules,
)
from bot.chat.text import to
from bot.chat.things import Channel, Made, NativeRule, ScheduledEvent, Space
from bot.chat.words import Phrase
from bot.cog.acts.base import Act, InSpace
from bot.cog.texts import listing, t


@dataclass(frozen=True, slots=True)
class ScheduleEvent(InSpace):
    """``Outcome.made`` has the event's id, for the two acts below, and its link."""

    event: ScheduledEvent
    needs = Can.EVENTS

    @property
    def request(self) -> Phrase:
        return t(
            "Please schedule “{event}” for {start}: {why}", event=self.event.name, start=self.event.starts, why=self.why
        )

    def carry_out(self, platform: Platform) -> Awaitable[Made | None]:
        return cast(Schedules, platform).schedule_event(self.where, self.event, self.why)


@dataclass(frozen=True, slots=True)
class ChangeEvent(InSpace):
    id: str
    event: ScheduledEvent
    needs = Can.EVENTS

    @property
    def request(self) -> Phrase:
        return t(
            "Please change the event “{event}”, which starts {start}: {why}",
            event=self.event.name,
            start=self.event.starts,
            why=self.why,
        )

    def carry_out(self, platform: Platform) -> Awaitable[Made | None]:
        return cast(Schedules, platform).change_event(self.where, self.id, self.event, self.why)


@dataclass(frozen=True, slots=True)
class CancelEvent(InSpace):
    """``name`` is for the moderators, should they have to."""

    id: str
    name: str
    needs = Can.EVENTS

    @property
    def request(self) -> Phrase:
        return t("Please cancel the event “{event}”: {why}", event=self.name, why=self.why)

    def carry_out(self, platform: Platform) -> Awaitable[Made | None]:
        return cast(Schedules, platform).cancel_event(self.where, self.id, self.why)


@dataclass(frozen=True, slots=True)
class CreateInvite(Act):
    """``Outcome.made`` has the code as its id, and the link. 0 uses or no age mean without end."""

    channel: Channel
    max_uses: int = 0
    max_age: timedelta = timedelta()
    needs = Can.INVITES

    @property
    def space(self) -> Space:
        return self.channel.space

    @property
    def request(self) -> Phrase:
        return t("Please make an invite to {channel}: {why}", channel=to(self.channel), why=self.why)

    def carry_out(self, platform: Platform) -> Awaitable[Made | None]:
        return cast(Invites, platform).create_invite(self.channel, self.max_uses, self.max_age, self.why)


@dataclass(frozen=True, slots=True)
class DeleteInvite(InSpace):
    code: str
    needs = Can.INVITES

    @property
    def request(self) -> Phrase:
        return t("Please delete the invite {code}: {why}", code=self.code, why=self.why)

    def carry_out(self, platform: Platform) -> Awaitable[Made | None]:
        return cast(Invites, platform).delete_invite(self.where, self.code, self.why)


@dataclass(frozen=True, slots=True)
class PauseInvites(InSpace):
    """Nobody new comes in until then (Discord: a day at most)."""

    until: datetime
    needs = Can.PAUSE_INVITES

    @property
    def request(self) -> Phrase:
        return t("Please let nobody new in until {until}: {why}", until=self.until, why=self.why)

    def carry_out(self, platform: Platform) -> Awaitable[Made | None]:
        return cast(InvitePauses, platform).pause_invites(self.where, self.until, self.why)


@dataclass(frozen=True, slots=True)
class ResumeInvites(InSpace):
    needs = Can.PAUSE_INVITES

    @property
    def request(self) -> Phrase:
        return t("Please let new members in again: {why}", why=self.why)

    def carry_out(self, platform: Platform) -> Awaitable[Made | None]:
        return cast(InvitePauses, platform).pause_invites(self.where, None, self.why)


@dataclass(frozen=True, slots=True)
class Mirror(InSpace):
    """Give the platform's own filter these rules in place of those it was given before.

    Moderators' own rules stay as they are. ``Outcome.made.left_out`` names what had no room there.
    """

    rules: tuple[NativeRule, ...]
    needs = Can.AUTOMOD

    @property
    def request(self) -> Phrase:
        if not self.rules:
            return t("Please take the bot’s rules out of the platform’s own filter: {why}", why=self.why)
        names = listing(*(rule.name for rule in self.rules))
        return t("Please put these rules into the platform’s own filter: {rules}. {why}", rules=names, why=self.why)

    def carry_out(self, platform: Platform) -> Awaitable[Made | None]:
        return cast(Filters, platform).mirror(self.where, self.rules, self.why)

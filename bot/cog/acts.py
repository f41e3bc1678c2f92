"""What may be done to people and channels, each with what Relais does instead where it cannot."""

from __future__ import annotations

from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, cast

from bot.chat.platform import (
    Bans,
    BulkDeletes,
    Can,
    Deletes,
    Filters,
    InvitePauses,
    Invites,
    Kicks,
    NotFound,
    Pins,
    Platform,
    Roles,
    Schedules,
    SlowModes,
    Timeouts,
)
from bot.chat.text import at, to
from bot.chat.things import Channel, Made, Member, MessageRef, NativeRule, ScheduledEvent, Space
from bot.chat.words import Phrase, Words
from bot.cog.texts import listing, plural, t

NOTHING = Made()


class Done(StrEnum):
    DONE = "done"
    FALLBACK = "fallback"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What really happened, in words for the person who asked; ``made`` is what came of it on the platform."""

    done: Done
    words: Words
    made: Made = NOTHING


@dataclass(frozen=True, slots=True)
class Act:
    """``request`` is what the moderators are asked to do by hand where the platform gives the bot no such power.

    ``instead`` says so beforehand, to whoever sets Relais up.
    """

    why: str
    needs: ClassVar[Can]
    instead: ClassVar[Words] = t("the moderators are asked to do it")

    @property
    def space(self) -> Space:
        raise TypeError(f"{type(self).__name__} has no space")

    @property
    def request(self) -> Phrase:
        raise TypeError(f"{type(self).__name__} has no fallback")

    def carry_out(self, platform: Platform) -> Awaitable[Made | None]:
        raise TypeError(f"{type(self).__name__} does nothing")


@dataclass(frozen=True, slots=True)
class OnMember(Act):
    member: Member

    @property
    def space(self) -> Space:
        return self.member.space


@dataclass(frozen=True, slots=True)
class Timeout(OnMember):
    until: datetime
    needs = Can.TIMEOUT

    @property
    def request(self) -> Phrase:
        return t("Please silence {member} until {until}: {why}", member=at(self.member), until=self.until, why=self.why)

    def carry_out(self, platform: Platform) -> Awaitable[None]:
        return cast(Timeouts, platform).timeout(self.member, self.until, self.why)


@dataclass(frozen=True, slots=True)
class EndTimeout(OnMember):
    needs = Can.TIMEOUT

    @property
    def request(self) -> Phrase:
        return t("Please let {member} speak again: {why}", member=at(self.member), why=self.why)

    def carry_out(self, platform: Platform) -> Awaitable[None]:
        return cast(Timeouts, platform).timeout(self.member, None, self.why)


@dataclass(frozen=True, slots=True)
class Kick(OnMember):
    needs = Can.KICK

    @property
    def request(self) -> Phrase:
        return t("Please remove {member}: {why}", member=at(self.member), why=self.why)

    def carry_out(self, platform: Platform) -> Awaitable[None]:
        return cast(Kicks, platform).kick(self.member, self.why)


@dataclass(frozen=True, slots=True)
class Ban(OnMember):
    """Works when the member left already. What they wrote in ``delete_messages`` before goes too (Discord: 7 days)."""

    delete_messages: timedelta = timedelta()
    needs = Can.BAN

    @property
    def request(self) -> Phrase:
        return t("Please ban {member}: {why}", member=at(self.member), why=self.why)

    def carry_out(self, platform: Platform) -> Awaitable[None]:
        return cast(Bans, platform).ban(self.member, self.why, self.delete_messages)


@dataclass(frozen=True, slots=True)
class Unban(OnMember):
    needs = Can.BAN

    @property
    def request(self) -> Phrase:
        return t("Please lift the ban of {member}: {why}", member=at(self.member), why=self.why)

    def carry_out(self, platform: Platform) -> Awaitable[None]:
        return cast(Bans, platform).unban(self.member, self.why)


@dataclass(frozen=True, slots=True)
class GiveRole(OnMember):
    role: str
    needs = Can.ROLES

    @property
    def request(self) -> Phrase:
        return t("Please give {member} the role {role}: {why}", member=at(self.member), role=self.role, why=self.why)

    def carry_out(self, platform: Platform) -> Awaitable[None]:
        return cast(Roles, platform).give_role(self.member, self.role, self.why)


@dataclass(frozen=True, slots=True)
class TakeRole(OnMember):
    role: str
    needs = Can.ROLES

    @property
    def request(self) -> Phrase:
        return t(
            "Please take the role {role} from {member}: {why}", member=at(self.member), role=self.role, why=self.why
        )

    def carry_out(self, platform: Platform) -> Awaitable[None]:
        return cast(Roles, platform).take_role(self.member, self.role, self.why)


@dataclass(frozen=True, slots=True)
class RemoveMessage(Act):
    ref: MessageRef
    needs = Can.DELETE_ANY

    @property
    def space(self) -> Space:
        return self.ref.channel.space

    @property
    def request(self) -> Phrase:
        return t("Please delete a message in {channel}: {why}", channel=to(self.ref.channel), why=self.why)

    def carry_out(self, platform: Platform) -> Awaitable[None]:
        return cast(Deletes, platform).delete_any(self.ref, self.why)


@dataclass(frozen=True, slots=True)
class RemoveMessages(Act):
    """Messages of one space, at least one; those already gone do not count."""

    refs: tuple[MessageRef, ...]
    needs = Can.DELETE_ANY

    @property
    def space(self) -> Space:
        return self.refs[0].channel.space

    @property
    def request(self) -> Phrase:
        channels = dict.fromkeys(ref.channel for ref in self.refs)
        return plural(
            "Please delete a message in {channels}: {why}",
            "Please delete {count} messages in {channels}: {why}",
            count=len(self.refs),
            channels=listing(*map(to, channels)),
            why=self.why,
        )

    async def carry_out(self, platform: Platform) -> None:
        if isinstance(platform, BulkDeletes):
            return await platform.delete_many(self.refs, self.why)
        for ref in self.refs:
            with suppress(NotFound):
                await cast(Deletes, platform).delete_any(ref, self.why)


@dataclass(frozen=True, slots=True)
class Pin(Act):
    ref: MessageRef
    needs = Can.PINS

    @property
    def space(self) -> Space:
        return self.ref.channel.space

    @property
    def request(self) -> Phrase:
        return t("Please pin a message in {channel}: {why}", channel=to(self.ref.channel), why=self.why)

    def carry_out(self, platform: Platform) -> Awaitable[None]:
        return cast(Pins, platform).pin(self.ref)


@dataclass(frozen=True, slots=True)
class SlowDown(Act):
    """One message of each member in so many seconds; 0 lifts it."""

    channel: Channel
    seconds: int
    needs = Can.SLOW_MODE

    @property
    def space(self) -> Space:
        return self.channel.space

    @property
    def request(self) -> Phrase:
        if self.seconds == 0:
            return t("Please lift the slow mode of {channel}: {why}", channel=to(self.channel), why=self.why)
        return t("Please calm {channel} down: {why}", channel=to(self.channel), why=self.why)

    def carry_out(self, platform: Platform) -> Awaitable[None]:
        return cast(SlowModes, platform).slow_mode(self.channel, self.seconds)


@dataclass(frozen=True, slots=True)
class InSpace(Act):
    where: Space

    @property
    def space(self) -> Space:
        return self.where


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


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a guard found: the rule and its version, what shows it, and what to do.

    ``stop`` keeps the event from the listeners. The engine carries the actions out once per event and rule, then gives
    the verdict to the cog's ``@cog.verdict``, which finds in ``found`` what the guard left for it.
    """

    rule: str
    version: int
    evidence: str
    actions: tuple[Act, ...] = ()
    stop: bool = True
    found: Any = None

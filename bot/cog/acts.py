"""What may be done to people and channels, each with what Relais does instead where it cannot."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, cast

from bot.chat.platform import Bans, Can, Deletes, Kicks, Pins, Platform, Roles, SlowModes, Timeouts
from bot.chat.text import at, to
from bot.chat.things import Channel, Member, MessageRef, Space
from bot.chat.words import Phrase, Words
from bot.cog.texts import t


class Done(StrEnum):
    DONE = "done"
    FALLBACK = "fallback"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What really happened, in words for the person who asked."""

    done: Done
    words: Words


@dataclass(frozen=True, slots=True)
class Act:
    """``request`` is what the moderators are asked to do by hand where the platform gives the bot no such power."""

    why: str
    needs: ClassVar[Can]

    @property
    def space(self) -> Space:
        raise TypeError(f"{type(self).__name__} has no space")

    @property
    def request(self) -> Phrase:
        raise TypeError(f"{type(self).__name__} has no fallback")

    @property
    def message(self) -> MessageRef | None:
        """The message that it is about, if it is about one."""
        return None

    def carry_out(self, platform: Platform) -> Awaitable[None]:
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
    needs = Can.BAN

    @property
    def request(self) -> Phrase:
        return t("Please ban {member}: {why}", member=at(self.member), why=self.why)

    def carry_out(self, platform: Platform) -> Awaitable[None]:
        return cast(Bans, platform).ban(self.member, self.why)


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
    def message(self) -> MessageRef:
        return self.ref

    @property
    def request(self) -> Phrase:
        return t("Please delete a message in {channel}: {why}", channel=to(self.ref.channel), why=self.why)

    def carry_out(self, platform: Platform) -> Awaitable[None]:
        return cast(Deletes, platform).delete_any(self.ref, self.why)


@dataclass(frozen=True, slots=True)
class Pin(Act):
    ref: MessageRef
    needs = Can.PINS

    @property
    def space(self) -> Space:
        return self.ref.channel.space

    @property
    def message(self) -> MessageRef:
        return self.ref

    @property
    def request(self) -> Phrase:
        return t("Please pin a message in {channel}: {why}", channel=to(self.ref.channel), why=self.why)

    def carry_out(self, platform: Platform) -> Awaitable[None]:
        return cast(Pins, platform).pin(self.ref)


@dataclass(frozen=True, slots=True)
class SlowDown(Act):
    channel: Channel
    seconds: int
    needs = Can.SLOW_MODE

    @property
    def space(self) -> Space:
        return self.channel.space

    @property
    def request(self) -> Phrase:
        return t("Please calm {channel} down: {why}", channel=to(self.channel), why=self.why)

    def carry_out(self, platform: Platform) -> Awaitable[None]:
        return cast(SlowModes, platform).slow_mode(self.channel, self.seconds)


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

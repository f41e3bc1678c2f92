"""Acts on members."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from bot.chat.platform import (
    Bans,
    Can,
    Kicks,
    Platform,
    Roles,
    Timeouts,
)
from bot.chat.text import at
from bot.chat.words import Phrase
from bot.cog.acts.base import OnMember
from bot.cog.texts import t


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

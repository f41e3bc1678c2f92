"""What a rule does when it matches; read from rule files, carried out by the cog, simulated by the back-test."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.cog import Alert, Duration, Words, listing, plural, t


class ActionBase(BaseModel):
    """``words`` say what it does, for people."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @property
    @abstractmethod
    def words(self) -> Words:
        """What it does, for people."""


class Remind(ActionBase):
    """Tell the author privately which rule of netiquette this is about; ``rule`` is its text or number."""

    do: Literal["remind"] = "remind"
    rule: str = ""

    @property
    def words(self) -> Words:
        return t("remind privately")


class Rephrase(ActionBase):
    """Give the author their text back privately and ask them to say it otherwise."""

    do: Literal["rephrase"] = "rephrase"

    @property
    def words(self) -> Words:
        return t("ask to rephrase")


class Delete(ActionBase):
    """Delete the message; where the bot may not, ask the moderators to."""

    do: Literal["delete"] = "delete"

    @property
    def words(self) -> Words:
        return t("delete")


class Hold(ActionBase):
    """Take the message away and let a moderator release or refuse it."""

    do: Literal["hold"] = "hold"

    @property
    def words(self) -> Words:
        return t("hold for review")


class Points(ActionBase):
    """Add points to the author; the ladder turns them into sanctions."""

    do: Literal["points"] = "points"
    points: Annotated[int, Field(ge=1, le=100)] = 1

    @property
    def words(self) -> Words:
        return plural("{count} point", "{count} points", count=self.points)


class TimeOut(ActionBase):
    """Silence the author for a while: 28 days at most, Discord's limit."""

    do: Literal["timeout"] = "timeout"
    length: Annotated[Duration, Field(gt=timedelta(0), le=timedelta(days=28))] = timedelta(minutes=10)

    @property
    def words(self) -> Words:
        return t("time-out of {length}", length=self.length)


class KickOut(ActionBase):
    do: Literal["kick"] = "kick"

    @property
    def words(self) -> Words:
        return t("remove")


class BanOut(ActionBase):
    """Ban the author and delete what they posted during ``delete``: 7 days at most, Discord's limit."""

    do: Literal["ban"] = "ban"
    delete: Annotated[Duration, Field(ge=timedelta(0), le=timedelta(days=7))] = timedelta(0)

    @property
    def words(self) -> Words:
        return t("ban")


class SlowMode(ActionBase):
    """Let each member post once in ``every`` in that channel, for ``length``."""

    do: Literal["slow_mode"] = "slow_mode"
    every: Annotated[Duration, Field(gt=timedelta(0), le=timedelta(hours=6))] = timedelta(seconds=30)
    length: Duration = timedelta(minutes=10)

    @property
    def words(self) -> Words:
        return t("slow mode of {every}", every=self.every)


class StopInvites(ActionBase):
    """Pause invitations for a while: 24 hours at most, Discord's limit."""

    do: Literal["pause_invites"] = "pause_invites"
    length: Annotated[Duration, Field(gt=timedelta(0), le=timedelta(hours=24))] = timedelta(hours=1)

    @property
    def words(self) -> Words:
        return t("pause invites for {length}", length=self.length)


class RaiseAlert(ActionBase):
    """Raise the community's alert level for a while."""

    do: Literal["raise_alert"] = "raise_alert"
    level: Alert = Alert.WATCH
    length: Duration = timedelta(hours=1)

    @property
    def words(self) -> Words:
        return t("raise the alert level")


class Tell(ActionBase):
    """Alert the moderators, with buttons; once for a burst."""

    do: Literal["tell"] = "tell"

    @property
    def words(self) -> Words:
        return t("alert the moderators")


Action = Annotated[
    Remind
    | Rephrase
    | Delete
    | Hold
    | Points
    | TimeOut
    | KickOut
    | BanOut
    | SlowMode
    | StopInvites
    | RaiseAlert
    | Tell,
    Field(discriminator="do"),
]


def words_of(actions: Iterable[Action]) -> Words:
    """What a rule does, for people."""
    said = [action.words for action in actions]
    return listing(*said) if said else t("nothing")

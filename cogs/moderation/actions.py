"""What a rule does when it matches; read from rule files, carried out by the cog, simulated by the back-test."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.cog import Alert, Duration


class ActionBase(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Remind(ActionBase):
    """Tell the author privately which rule of netiquette this is about; ``rule`` is its text or number."""

    do: Literal["remind"] = "remind"
    rule: str = ""


class Rephrase(ActionBase):
    """Give the author their text back privately and ask them to say it otherwise."""

    do: Literal["rephrase"] = "rephrase"


class Delete(ActionBase):
    """Delete the message; where the bot may not, ask the moderators to."""

    do: Literal["delete"] = "delete"


class Hold(ActionBase):
    """Take the message away and let a moderator release or refuse it."""

    do: Literal["hold"] = "hold"


class Points(ActionBase):
    """Add points to the author; the ladder turns them into sanctions."""

    do: Literal["points"] = "points"
    points: Annotated[int, Field(ge=1, le=100)] = 1


class TimeOut(ActionBase):
    """Silence the author for a while: 28 days at most, Discord's limit."""

    do: Literal["timeout"] = "timeout"
    length: Annotated[Duration, Field(gt=timedelta(0), le=timedelta(days=28))] = timedelta(minutes=10)


class KickOut(ActionBase):
    do: Literal["kick"] = "kick"


class BanOut(ActionBase):
    """Ban the author and delete what they posted during ``delete``: 7 days at most, Discord's limit."""

    do: Literal["ban"] = "ban"
    delete: Annotated[Duration, Field(ge=timedelta(0), le=timedelta(days=7))] = timedelta(0)


class SlowMode(ActionBase):
    """Let each member post once in ``every`` in that channel, for ``length``."""

    do: Literal["slow_mode"] = "slow_mode"
    every: Annotated[Duration, Field(gt=timedelta(0), le=timedelta(hours=6))] = timedelta(seconds=30)
    length: Duration = timedelta(minutes=10)


class StopInvites(ActionBase):
    """Pause invitations for a while: 24 hours at most, Discord's limit."""

    do: Literal["pause_invites"] = "pause_invites"
    length: Annotated[Duration, Field(gt=timedelta(0), le=timedelta(hours=24))] = timedelta(hours=1)


class RaiseAlert(ActionBase):
    """Raise the community's alert level for a while."""

    do: Literal["raise_alert"] = "raise_alert"
    level: Alert = Alert.WATCH
    length: Duration = timedelta(hours=1)


class Tell(ActionBase):
    """Alert the moderators, with buttons; once for a burst."""

    do: Literal["tell"] = "tell"


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

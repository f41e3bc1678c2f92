"""What may be done to people and channels, each with what Relais does instead where it cannot."""

from bot.cog.acts.base import NOTHING, Act, Done, InSpace, OnMember, Outcome, Verdict
from bot.cog.acts.members import Ban, EndTimeout, GiveRole, Kick, TakeRole, Timeout, Unban
from bot.cog.acts.messages import Pin, RemoveMessage, RemoveMessages, SlowDown
from bot.cog.acts.spaces import (
    CancelEvent,
    ChangeEvent,
    CreateInvite,
    DeleteInvite,
    Mirror,
    PauseInvites,
    ResumeInvites,
    ScheduleEvent,
)

__all__ = [
    "NOTHING",
    "Act",
    "Ban",
    "CancelEvent",
    "ChangeEvent",
    "CreateInvite",
    "DeleteInvite",
    "Done",
    "EndTimeout",
    "GiveRole",
    "InSpace",
    "Kick",
    "Mirror",
    "OnMember",
    "Outcome",
    "PauseInvites",
    "Pin",
    "RemoveMessage",
    "RemoveMessages",
    "ResumeInvites",
    "ScheduleEvent",
    "SlowDown",
    "TakeRole",
    "Timeout",
    "Unban",
    "Verdict",
]

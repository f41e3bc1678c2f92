"""What a rule looks for; each says of one message where it matched, or why it did not."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from cogs.moderation.rules.triggers.base import Making, Surroundings, TriggerBase
from cogs.moderation.rules.triggers.files import AttachmentsTrigger
from cogs.moderation.rules.triggers.flood import DuplicatesTrigger, FloodTrigger
from cogs.moderation.rules.triggers.links import InvitesTrigger, LinksTrigger, LookalikesTrigger, ScamsTrigger
from cogs.moderation.rules.triggers.listed import Listing, WordsTrigger
from cogs.moderation.rules.triggers.mentions import MentionsTrigger
from cogs.moderation.rules.triggers.pattern import PatternTrigger
from cogs.moderation.rules.triggers.people import AgeTrigger, FirstTrigger, NameTrigger
from cogs.moderation.rules.triggers.raid import CreatedTogetherTrigger, JoinRateTrigger, NamedAlikeTrigger
from cogs.moderation.rules.triggers.shape import (
    CapitalsTrigger,
    EmojiTrigger,
    LengthTrigger,
    LinesTrigger,
    RepeatsTrigger,
    ZalgoTrigger,
)

Trigger = Annotated[
    WordsTrigger
    | PatternTrigger
    | LinksTrigger
    | InvitesTrigger
    | ScamsTrigger
    | LookalikesTrigger
    | MentionsTrigger
    | CapitalsTrigger
    | EmojiTrigger
    | LinesTrigger
    | ZalgoTrigger
    | RepeatsTrigger
    | LengthTrigger
    | AttachmentsTrigger
    | FloodTrigger
    | DuplicatesTrigger
    | FirstTrigger
    | AgeTrigger
    | NameTrigger
    | JoinRateTrigger
    | CreatedTogetherTrigger
    | NamedAlikeTrigger,
    Field(discriminator="on"),
]

__all__ = [
    "AgeTrigger",
    "AttachmentsTrigger",
    "CapitalsTrigger",
    "CreatedTogetherTrigger",
    "DuplicatesTrigger",
    "EmojiTrigger",
    "FirstTrigger",
    "FloodTrigger",
    "InvitesTrigger",
    "JoinRateTrigger",
    "LengthTrigger",
    "LinesTrigger",
    "LinksTrigger",
    "Listing",
    "LookalikesTrigger",
    "Making",
    "MentionsTrigger",
    "NameTrigger",
    "NamedAlikeTrigger",
    "PatternTrigger",
    "RepeatsTrigger",
    "ScamsTrigger",
    "Surroundings",
    "Trigger",
    "TriggerBase",
    "WordsTrigger",
    "ZalgoTrigger",
]

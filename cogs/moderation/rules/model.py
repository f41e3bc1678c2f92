"""A rule, and the document that holds a community's: what a rule file says, typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from bot.cog import Level, Unread, t
from cogs.moderation.actions import Action
from cogs.moderation.rules.conditions import Exempt, Where
from cogs.moderation.rules.strict import Strict
from cogs.moderation.rules.triggers import Trigger
from cogs.moderation.rules.triggers.listed import Language, OwnWord

MOST_RULES = 200

_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")


def _name(written: str) -> str:
    if not _NAME.fullmatch(written):
        raise Unread(
            t("“{name}” is no name: small letters, digits and hyphens, a letter first, 40 at most", name=written[:40])
        )
    return written


Name = Annotated[str, AfterValidator(_name)]
Title = Annotated[str, Field(max_length=100)]
Netiquette = Annotated[str, Field(max_length=500)]
Budget = Annotated[float, Field(ge=0, le=1)]
Triggers = Annotated[tuple[Trigger, ...], Field(min_length=1, max_length=20)]
Actions = Annotated[tuple[Action, ...], Field(max_length=12)]
Version = Annotated[int, Field(ge=1)]


class Mode(StrEnum):
    """``observe`` is shadow mode: hits are shown to moderators, nothing is done."""

    OFF = "off"
    OBSERVE = "observe"
    ACT = "act"


class Preset(StrEnum):
    GENTLE = "gentle"
    STANDARD = "standard"
    STRICT = "strict"


class Rule(Strict):
    """Any of ``triggers``, when all of ``only`` and none of ``unless`` hold, asks for all ``actions``.

    ``netiquette`` says what is expected of people, for reminders. ``budget`` is the share of its hits, from 0 to 1,
    that may be mistaken before an observed rule is refused. ``version`` grows with each change of what the rule does.
    """

    name: Name
    title: Title = ""
    mode: Mode = Mode.ACT
    triggers: Triggers
    only: Where = Where()
    unless: Where = Where()
    actions: Actions = ()
    netiquette: Netiquette = ""
    budget: Budget = 0.05
    version: Version = 1

    def same(self, other: Rule) -> bool:
        """Whether both do the same, versions aside."""
        return self == other.model_copy(update={"version": self.version})


class Change(Strict):
    """What differs from a preset's rule; what is not named stays as the preset has it."""

    title: Title | None = None
    mode: Mode | None = None
    triggers: Triggers | None = None
    only: Where | None = None
    unless: Where | None = None
    actions: Actions | None = None
    netiquette: Netiquette | None = None
    budget: Budget | None = None
    version: Version | None = None

    def of(self, rule: Rule) -> Rule:
        given = {name: value for name in type(self).model_fields if (value := getattr(self, name)) is not None}
        return rule.model_copy(update=given)


class WordList(Strict):
    """A community's own list, for triggers to name in ``lists``. ``language`` is empty for words of any language."""

    words: Annotated[tuple[OwnWord, ...], Field(max_length=20_000)]
    language: Language = ""
    severity: Annotated[int, Field(ge=1, le=3)] = 1


class RuleSet(Strict):
    """A community's rules: those of a preset with ``changes``, and its own.

    ``format`` is the version of this shape. ``exempt`` is the level from which nobody is judged, or ``nobody``
    (also ``none``) when everybody is. ``allow`` are words that no list finds.
    """

    relais: Literal["rules"] = "rules"
    format: Annotated[int, Field(ge=1, le=1)] = 1
    preset: Preset | None = None
    exempt: Exempt = Level.HELPER
    allow: Annotated[tuple[OwnWord, ...], Field(max_length=20_000)] = ()
    lists: Annotated[Mapping[Name, WordList], Field(max_length=50)] = Field(default_factory=dict)
    changes: Mapping[Name, Change] = Field(default_factory=dict)
    rules: Annotated[tuple[Rule, ...], Field(max_length=MOST_RULES)] = ()

"""Who writes or arrives: first messages, young accounts, names."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import Field
from rapidfuzz.distance import OSA

from bot.cog import Duration, Words, t
from cogs.moderation.rules.domains import skeleton
from cogs.moderation.rules.triggers.base import NAMED, POSTED, Making, TriggerBase
from cogs.moderation.rules.triggers.listed import Listing
from cogs.moderation.rules.triggers.pattern import Pattern, compiled
from cogs.moderation.rules.view import Look, View
from cogs.moderation.seen import Hit, Moment

Age = Annotated[Duration, Field(gt=timedelta(0), le=timedelta(days=3650))]


class FirstTrigger(TriggerBase):
    """One of the member's first ``messages`` here."""

    on: Literal["first"] = "first"
    moments: ClassVar[frozenset[Moment]] = POSTED
    messages: Annotated[int, Field(ge=1, le=100)] = 1

    def ready(self, making: Making) -> Look:
        on, messages = self.on, self.messages

        def look(view: View) -> Hit | None:
            earlier = view.seen.earlier
            return Hit(on, detail=str(earlier + 1)) if earlier is not None and earlier < messages else None

        return look

    def missed(self, view: View) -> Words:
        return t("It is not among the first {count} messages of its author.", count=self.messages)


class AgeTrigger(TriggerBase):
    """The ``account`` was made, or the member joined, less than that time ago; looks at arrivals and at messages."""

    on: Literal["age"] = "age"
    moments: ClassVar[frozenset[Moment]] = frozenset({Moment.POSTED, Moment.EDITED, Moment.JOINED})
    account: Age | None = None
    member: Age | None = None

    def ready(self, making: Making) -> Look:
        on, account, member = self.on, self.account, self.member

        def look(view: View) -> Hit | None:
            seen = view.seen
            if seen.at is None:
                return None
            if account and seen.created_at and seen.at - seen.created_at < account:
                return Hit(on, detail=f"account {seen.created_at:%Y-%m-%d}")
            if member and seen.joined_at and seen.at - seen.joined_at < member:
                return Hit(on, detail=f"member {seen.joined_at:%Y-%m-%d}")
            return None

        return look

    def missed(self, view: View) -> Words:
        return t("Neither the account nor the membership is that young, or nobody knows.")


class NameTrigger(Listing):
    """The visible name, at arrival and when it changes: listed words, ``patterns``, or one of the team's.

    With ``staff``, a name that only looks like one of the team's counts too.
    """

    on: Literal["name"] = "name"
    moments: ClassVar[frozenset[Moment]] = NAMED
    patterns: Annotated[tuple[Pattern, ...], Field(max_length=50)] = ()
    staff: bool = False

    def ready(self, making: Making) -> Look:
        on, wanted = self.on, self.wanted(making)
        searches = [(pattern, compiled(pattern).search) for pattern in self.patterns]
        team = {_shape(name): name for name in making.around.staff} if self.staff else {}

        def look(view: View) -> Hit | None:
            for _, match in view.words:
                if wanted(match, view.language):
                    return view.hit(on, match.start, match.end, detail=match.entry.text)
            for quote, text in view.texts if searches else ():
                for pattern, search in searches:
                    if found := search(text):
                        return view.hit(on, found.start(), found.end(), quote=quote, detail=pattern)
            if team and (imitated := _one_of(team, _shape(view.text))):
                return view.hit(on, 0, len(view.text), detail=imitated)
            return None

        return look

    def missed(self, view: View) -> Words:
        return t("Nothing in the name is listed, nor is it like one of the team’s.")


def _shape(name: str) -> str:
    """What the eye sees of a name: no decoration, letters drawn alike are one."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return skeleton("".join(filter(str.isalnum, folded)))


def _one_of(team: Mapping[str, str], shape: str) -> str:
    if found := team.get(shape):
        return found
    near = (name for known, name in team.items() if len(known) >= 6 and OSA.distance(known, shape, score_cutoff=1) <= 1)
    return next(near, "")

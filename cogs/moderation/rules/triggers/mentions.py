"""Mentions of members, roles and everybody."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from bot.cog import Words, plural
from cogs.moderation.rules.triggers.base import Making, TriggerBase
from cogs.moderation.rules.view import Look, Sign, View, spoken
from cogs.moderation.seen import Hit

MENTION = re.compile(
    r"<@!?(?P<member>[A-Za-z0-9]{1,30})(?:\|[^<>]*)?>"
    r"|<(?:@&|!subteam\^)(?P<role>[A-Za-z0-9]{1,30})(?:\|[^<>]*)?>"
    r"|<!(?P<all>here|channel|everyone)(?:\|[^<>]*)?>"
    r"|(?<![\w.+@/-])@(?:(?P<typed>everyone|here|channel)\b|(?P<name>\w[\w.-]{1,40}+)(?!/\w|\())",
    re.IGNORECASE,
)
"""As Discord and Slack write them, and as people type them; ``@scope/package`` and ``@decorator(…)`` name nobody."""
EVERYONE = "everyone"
"""The detail of a hit that calls everybody."""


Span = tuple[int, int]


@lru_cache(maxsize=4)
def mentioned(text: str) -> tuple[Span | None, Mapping[str, Span]]:
    """Where everybody is called, and where each member and role is first named: remembered for the next rule."""
    called: Span | None = None
    named: dict[str, Span] = {}
    for found in MENTION.finditer(spoken(text)):
        kind = found.lastgroup or 0
        if kind in ("all", "typed"):
            called = called or found.span()
        else:
            named.setdefault(found[kind].lower(), found.span())
    return called, named


class MentionsTrigger(TriggerBase):
    """At least ``count`` different members and roles, or with ``everyone`` an attempt to call everybody.

    Code names nobody.
    """

    on: Literal["mentions"] = "mentions"
    needs: ClassVar[Sign] = Sign.AT
    count: Annotated[int, Field(ge=1, le=100)] = 6
    everyone: bool = False

    def ready(self, making: Making) -> Look:
        on, count, everyone = self.on, self.count, self.everyone

        def look(view: View) -> Hit | None:
            called, named = mentioned(view.text)
            if everyone and called:
                return view.hit(on, *called, detail=EVERYONE)
            number = max(len(named), len(set(view.seen.mentions)))
            if number < count:
                return None
            places = list(named.values()) or [(0, 0)]
            return view.hit(on, places[0][0], places[-1][1], detail=str(number))

        return look

    def missed(self, view: View) -> Words:
        count = max(len(mentioned(view.text)[1]), len(set(view.seen.mentions)))
        return plural(
            "{count} mention, fewer than {least}.",
            "{count} mentions, fewer than {least}.",
            count=count,
            least=self.count,
        )

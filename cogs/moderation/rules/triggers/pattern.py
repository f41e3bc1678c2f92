"""Patterns written by users: RE2 alone, which takes linear time whatever they write."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any, Literal

import re2
from pydantic import AfterValidator, Field

from bot.cog import Unread, Words, t
from cogs.moderation.rules.triggers.base import Making, TriggerBase
from cogs.moderation.rules.view import Look, View
from cogs.moderation.seen import Hit

LONGEST = 500
"""Characters of one pattern."""
MEMORY = 8 << 20
"""Bytes RE2 may use for one pattern."""

_ADVICE: tuple[tuple[tuple[str, ...], Words], ...] = (
    (("(?=", "(?!", "(?<=", "(?<!"), t("RE2 has no look-ahead nor look-behind; say it with several patterns")),
    (tuple(f"\\{n}" for n in range(1, 10)), t("RE2 has no back-references")),
    (("(?>", "*+", "++", "?+"), t("RE2 has no possessive or atomic groups; it needs none")),
)


def compiled(pattern: str) -> Any:
    """Case is ignored unless the pattern says ``(?-i)``. Raises ``re2.error``."""
    return re2.compile(pattern, _options())


@lru_cache(1)
def _options() -> Any:
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = MEMORY
    return options


def _checked(pattern: str) -> str:
    try:
        made = compiled(pattern)
    except re2.error as error:
        raise Unread(_trouble(pattern, _said(error))) from None
    if made.search("") is not None:
        raise Unread(t("this pattern matches an empty text, and so every message; make a part of it required"))
    return pattern


def _said(error: re2.error) -> str:
    said = error.args[0]
    return said.decode(errors="replace") if isinstance(said, bytes) else str(said)


def _trouble(pattern: str, said: str) -> Words:
    what, _, fragment = said.partition(": ")
    signs = ((sign, advice) for all_signs, advice in _ADVICE for sign in all_signs if sign in pattern)
    sign, advice = next(signs, (fragment, what))
    at = pattern.find(sign)
    if not sign or at < 0:
        return advice
    return t("at character {number}, “{sign}”: {advice}", number=at + 1, sign=sign, advice=advice)


Pattern = Annotated[str, Field(min_length=1, max_length=LONGEST), AfterValidator(_checked)]


class PatternTrigger(TriggerBase):
    """Regular expressions in RE2's syntax; case is ignored unless one begins with ``(?-i)``."""

    on: Literal["pattern"] = "pattern"
    patterns: Annotated[tuple[Pattern, ...], Field(min_length=1, max_length=50)]

    def ready(self, making: Making) -> Look:
        on, searches = self.on, [(pattern, compiled(pattern).search) for pattern in self.patterns]

        def look(view: View) -> Hit | None:
            for quote, text in view.texts:
                for pattern, search in searches:
                    if found := search(text):
                        return view.hit(on, found.start(), found.end(), quote=quote, detail=pattern)
            return None

        return look

    def missed(self, view: View) -> Words:
        return t("No pattern matches it.")

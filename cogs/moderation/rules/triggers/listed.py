"""Words and phrases, on the one search that all rules share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from bot.cog import Unread, Words, t
from cogs.moderation.rules.triggers.base import Making, TriggerBase
from cogs.moderation.rules.view import Look, Sign, View
from cogs.moderation.seen import Hit, base_language
from cogs.moderation.words import Entry, Match

OWN = "own"
"""The source of a community's own words."""

Language = Annotated[str, Field(max_length=10), AfterValidator(base_language)]
"""``fr``, also written ``fr-CA`` or ``FR``."""

OwnWord = Annotated[str, Field(min_length=1, max_length=200)]


class Listing(TriggerBase):
    """``lists`` name curated lists or the community's own, ``severity`` is the least of their words that count.

    ``words`` are more of them, for this rule alone. ``languages`` are those whose words count, by default the
    community's and those of its own lists; words of no language always do.
    """

    lists: tuple[str, ...] = ()
    severity: Annotated[int, Field(ge=1, le=3)] = 1
    words: Annotated[tuple[OwnWord, ...], Field(max_length=20_000)] = ()
    languages: tuple[Language, ...] = ()

    def wanted(self, making: Making) -> Callable[[Match, str], bool]:
        """Whether a match of the common search, which tells a word once for each list, answers to this trigger."""
        lists, severity, own = frozenset(self.lists), self.severity, own_category(making.name)
        spoken, everywhere = ("", *(self.languages or making.around.languages)), not self.languages

        def answers(match: Match, language: str) -> bool:
            one = match.entry
            if language and one.language not in ("", language):
                return False
            if one.category == own:
                return True
            meant = (everywhere and one.source == OWN) or len(spoken) == 1 or one.language in spoken
            return meant and one.category in lists and one.severity >= severity

        return answers

    def own(self, name: str) -> tuple[Entry, ...]:
        """Its own words; ``name`` is that of the trigger among all."""
        return tuple(Entry(word, category=own_category(name), source=OWN) for word in self.words)


def own_category(name: str) -> str:
    """Words of a trigger are of a category for themselves: finding those of one leaves the others to be found."""
    return f"{OWN} {name}"


class WordsTrigger(Listing):
    """Words and phrases, however disguised."""

    on: Literal["words"] = "words"
    needs: ClassVar[Sign] = Sign.LISTED

    @model_validator(mode="after")
    def _some(self) -> Self:
        if not self.lists and not self.words:
            raise Unread(t("name a list in “lists”, or write “words”"))
        return self

    def ready(self, making: Making) -> Look:
        on, wanted = self.on, self.wanted(making)

        def look(view: View) -> Hit | None:
            for quote, match in view.words:
                if wanted(match, view.language):
                    return view.hit(on, match.start, match.end, quote=quote, detail=match.entry.text)
            return None

        return look

    def missed(self, view: View) -> Words:
        return t("No listed word is in it.")

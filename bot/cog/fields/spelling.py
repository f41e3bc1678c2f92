"""Words that stand for values, as people type them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import islice

from bot.chat.words import Words
from bot.cog.texts import Voice, languages

ADDRESSES = ("vous", "tu")
_WORD = re.compile(r"\S+")
_SAME = {ord("’"): "'", ord("_"): " ", ord("-"): " "}


class Spelling:
    """Each value is typed as it is called inside or by any of its words, in any language and whatever the case,
    the accents, the hyphens. The first of its words is the one that people are shown.
    """

    def __init__(self, words: Mapping[str, tuple[Words, ...]]) -> None:
        self.words = words

    def typed(self, value: str, voice: Voice) -> str:
        """A value as somebody of that language would type it."""
        return voice.text(self.words[value][0])

    def read(self, text: str) -> tuple[str, str] | None:
        """The value that a text begins with, and the rest of the text; the longest spelling counts."""
        most = max((spelling.count(" ") + 1 for spelling in self._known), default=0)
        for end in reversed([found.end() for found in islice(_WORD.finditer(text), most)]):
            if value := self._known.get(folded(text[:end])):
                return value, text[end:].strip()
        return None

    def whole(self, text: str) -> str | None:
        """The value that a text is."""
        found = self.read(text)
        return found[0] if found and not found[1] else None

    @cached_property
    def _known(self) -> dict[str, str]:
        return dict(self._spellings())

    def _spellings(self) -> Iterator[tuple[str, str]]:
        voices = [Voice(language, address=address) for language in languages() for address in ADDRESSES]
        for value, words in self.words.items():
            yield folded(value), value
            for word in words:
                yield from ((folded(voice.text(word)), value) for voice in voices)


def folded(text: str) -> str:
    """Without case, accents and hyphens, words one space apart."""
    apart = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return " ".join(apart.translate(_SAME).casefold().split())

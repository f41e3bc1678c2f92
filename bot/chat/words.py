"""Words that wait for their reader's language.

A cog writes ``t("Welcome {member}!", member=at(member))``; what it gets is a ``Phrase``, turned into text only when
the reader is known. A plain ``str`` is data (a name, what somebody typed) and is escaped; ``Md`` is markup.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

COMMAND_WORD = "a word of a command"
"""The context of phrases that name a command: ``/welcome preview`` is also typed ``bienvenue aperçu``."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence of the catalogue with its arguments.

    ``source`` is the English text, ``plural`` its plural form and ``count`` the number that chooses between them.
    Formatting a phrase with an f-string raises ``TypeError``: its language would be lost; pass it as an argument.
    """

    source: str
    arguments: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    plural: str | None = None
    count: int = 1
    context: str | None = None

    def __format__(self, spec: str) -> str:
        raise TypeError(f"{self.source!r} has no language yet: give it to t() as an argument, not to an f-string")


@dataclass(frozen=True, slots=True)
class Listing:
    """Several words joined as the reader's language does: "Ada, Bob and Chloé"."""

    items: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """Several words, one a line."""

    items: tuple[Words, ...]


Words = str | Phrase | Listing | Lines

"""What is an ordinary word. Read at compile time, in the worker: a second and tens of megabytes a language."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from cogs.moderation.words.entries import LISTS

INNOCENT = tuple(line for line in (LISTS / "innocent.txt").read_text("utf-8").splitlines() if not line.startswith("#"))
ELIDED = tuple(word for word in INNOCENT if not word.isalpha())
"""Words with an apostrophe, of which a part alone may be listed."""


class Dictionary:
    """The words of a language; none where there is no dictionary."""

    def __init__(self, language: str) -> None:
        dictionaries: Any = import_module("simplemma.strategies.dictionaries")  # by the worker: the bot needs none
        try:
            self._lemmas: Mapping[str, str] = dictionaries.DefaultDictionaryFactory().get_dictionary(language)
        except ValueError:
            self._lemmas = {}
        self.words = tuple(word for word in (*self._lemmas, *INNOCENT) if word.isalpha())

    def lemma(self, word: str) -> str:
        return self._lemmas.get(word, word)

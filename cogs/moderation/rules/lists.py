"""Which words the rules look for: the curated lists, the community's own, and those of single rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from cogs.moderation.rules.model import Mode, Rule, RuleSet
from cogs.moderation.rules.triggers import Listing
from cogs.moderation.rules.triggers.listed import OWN
from cogs.moderation.words import ALLOW, Entry, read_list

LISTS = Path(__file__).parent.parent / "words" / "lists"


@lru_cache
def curated() -> tuple[Entry, ...]:
    """The lists written for this project, one file a language; an entry's category is the name of its list."""
    return tuple(
        entry
        for path in sorted(LISTS.glob("*.txt"))
        for entry in read_list(path.read_text("utf-8"), language=path.stem, source=path.stem)
    )


def entries_of(rules: RuleSet, active: Iterable[Rule]) -> Mapping[str, tuple[Entry, ...]]:
    """The entries of each list that a rule names, by the list's name; under the empty name those of single rules.

    A list of the community's takes the place of a curated one of the same name. The words of single rules are of a
    category for each, so that finding those of one leaves the others to be found.
    """
    triggers = [
        one for rule in active if rule.mode is not Mode.OFF for one in rule.triggers if isinstance(one, Listing)
    ]
    if not triggers:
        return {}
    named = {ALLOW} | {name for trigger in triggers for name in trigger.lists}
    found = {name: tuple(entry for entry in curated() if entry.category == name) for name in named - rules.lists.keys()}
    for name in named & rules.lists.keys():
        own = rules.lists[name]
        found[name] = tuple(Entry(word, own.language, name, own.severity, OWN) for word in own.words)
    single = (replace(entry, category=f"own {at}") for at, trigger in enumerate(triggers) for entry in trigger.own())
    return {**found, "": tuple(single)}


def known_lists(rules: RuleSet) -> tuple[str, ...]:
    """The names that a trigger may give in ``lists``."""
    return tuple(sorted({*rules.lists, *(entry.category for entry in curated())} - {ALLOW}))

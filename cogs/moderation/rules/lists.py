"""Which words the rules look for: the curated lists, the community's own, and those of single rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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

    A list of the community's takes the place of a curated one of the same name.
    """
    triggers = {
        f"{rule.name}.{number}": trigger
        for rule in active
        if rule.mode is not Mode.OFF
        for number, trigger in enumerate(rule.triggers)
        if isinstance(trigger, Listing)
    }
    if not triggers:
        return {}
    named = {ALLOW} | {name for trigger in triggers.values() for name in trigger.lists}
    found = {name: tuple(entry for entry in curated() if entry.category == name) for name in named - rules.lists.keys()}
    for name in named & rules.lists.keys():
        own = rules.lists[name]
        found[name] = tuple(Entry(word, own.language, name, own.severity, OWN) for word in own.words)
    return {**found, "": tuple(entry for name, trigger in triggers.items() for entry in trigger.own(name))}


def known_lists(rules: RuleSet) -> tuple[str, ...]:
    """The names that a trigger may give in ``lists``."""
    return tuple(sorted({*rules.lists, *(entry.category for entry in curated())} - {ALLOW}))

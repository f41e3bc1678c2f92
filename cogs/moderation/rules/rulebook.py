"""A community's rules made ready: judges one thing seen in microseconds, and explains itself at leisure.

recipe = Recipe(rules, around)          # where settings and tables are read
prepared = prepare(recipe)              # in a worker process: the word lists take a while
book = Rulebook(prepared)               # in a thread: patterns and lists that cannot travel
findings = book.judge(seen, windows)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial

from bot.cog import Level, Words, lines, t
from cogs.moderation.finding import Finding
from cogs.moderation.rules.addresses import Wanted, addresses
from cogs.moderation.rules.found import found_words
from cogs.moderation.rules.lists import entries_of
from cogs.moderation.rules.model import Mode, Rule, RuleSet
from cogs.moderation.rules.presets import effective
from cogs.moderation.rules.titles import title_of
from cogs.moderation.rules.triggers import Making, Surroundings, TriggerBase
from cogs.moderation.rules.view import Links, Look, Search, View, signs
from cogs.moderation.rules.windows import Windows
from cogs.moderation.seen import Hit, Moment, Seen
from cogs.moderation.words import Entry, Match, Matcher, Plan
from cogs.moderation.words import prepare as prepare_words

POSTED = Moment.POSTED
ABOVE_ALL = max(Level) + 1


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a rulebook is made of. Can be pickled."""

    rules: RuleSet
    around: Surroundings = field(default_factory=Surroundings)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A recipe with its word lists compiled, ``None`` when it lists no words. Can be pickled."""

    recipe: Recipe
    plan: Plan | None


def prepare(recipe: Recipe) -> Prepared:
    """The heavy part: a second or so, more for lists of thousands of words."""
    listed = unique(entries_of(recipe.rules, effective(recipe.rules)))
    plan = _planned(listed, recipe.rules.allow, recipe.around.languages) if listed else None
    return Prepared(recipe, plan)


_planned = lru_cache(4)(prepare_words)
"""Changing rules, or a second space, leaves most lists as they were."""


Applies = Callable[[Seen], bool]
"""Whether a rule's conditions hold and none of its exceptions does."""


@dataclass(frozen=True, slots=True)
class Check:
    """One trigger of one rule."""

    rule: Rule
    trigger: TriggerBase
    look: Look
    applies: Applies | None
    """``None`` when the rule holds everywhere."""


@dataclass(frozen=True, slots=True)
class Explained:
    """One rule before one message: what it found, or why it found nothing. ``why`` is one sentence for each trigger."""

    rule: Rule
    finding: Finding | None
    why: Words


class Rulebook:
    """Synchronous, and safe to share: what it remembers is in the windows that it is given."""

    def __init__(self, prepared: Prepared) -> None:
        self.rules = effective(prepared.recipe.rules)
        exempt = prepared.recipe.rules.exempt
        self._exempt = ABOVE_ALL if exempt is None else int(exempt)
        self._search: Search = Matcher(prepared.plan).every if prepared.plan else _nothing
        self._zone = prepared.recipe.around.zone
        self._checks = tuple(self._made(prepared))
        self._links: Links = partial(addresses, wanted=self._wanted(prepared.recipe.around))
        self._worthwhile: Mapping[Moment, dict[int, tuple[Check, ...]]] = {moment: {} for moment in Moment}
        self._posted = self._worthwhile[Moment.POSTED]

    def spares(self, level: Level) -> bool:
        """Whether nobody of that level is judged."""
        return level >= self._exempt

    def judge(self, seen: Seen, windows: Windows) -> tuple[Finding, ...]:
        """What the rules find in this, in their order; each rule once."""
        if seen.is_bot or seen.level >= self._exempt:
            return ()
        view = View(seen, windows, self._search, self._links)
        hits = [(check, hit) for check in self._worth(view) if (hit := check.look(view)) is not None]
        return tuple(_findings(seen, hits)) if hits else ()

    def explain(self, seen: Seen, windows: Windows) -> tuple[Explained, ...]:
        """Every rule, those that are off too. What it counts is told to the windows: give it some of their own."""
        return tuple(self._explained(rule, seen, windows) for rule in self.rules)

    def _made(self, prepared: Prepared) -> Iterator[Check]:
        active = [(rule, self._conditions(rule)) for rule in self.rules if rule.mode is not Mode.OFF]
        shared = _depth(rule for rule, applies in active if applies is None)
        for rule, applies in active:
            depth = _depth([rule]) if applies else shared
            memory = f"{rule.name if applies else ''} {depth}"
            for number, trigger in enumerate(rule.triggers):
                name = f"{rule.name}.{number}"
                making = Making(name, memory, depth, prepared.recipe.around)
                look = trigger.ready(making)
                if trigger.remembers and applies:
                    look = _counting(look, applies)
                yield Check(rule, trigger, look, applies)

    def _wanted(self, around: Surroundings) -> Wanted:
        return Wanted(domain for check in self._checks for domain in check.trigger.domains(around))

    def _conditions(self, rule: Rule) -> Applies | None:
        only = [question.holds for question in rule.only.questions(self._zone)]
        unless = [question.holds for question in rule.unless.questions(self._zone)]

        if not only and not unless:
            return None

        def applies(seen: Seen) -> bool:
            return all(holds(seen) for holds in only) and not any(holds(seen) for holds in unless)

        return applies

    def _worth(self, view: View) -> tuple[Check, ...]:
        """The checks that such a message is worth: most need a sign that it does not show."""
        moment, found = view.seen.moment, signs(view)
        known = self._posted if moment is POSTED else self._worthwhile[moment]
        if (checks := known.get(found)) is None:
            checks = known[found] = tuple(self._needed(moment, found))
        return checks

    def _needed(self, moment: Moment, found: int) -> Iterator[Check]:
        for check in self._checks:
            needs = check.trigger.needs
            if moment in check.trigger.moments and (not needs or needs & found):
                yield check

    def _explained(self, rule: Rule, seen: Seen, windows: Windows) -> Explained:
        if rule.mode is Mode.OFF:
            return Explained(rule, None, t("Off."))
        if seen.is_bot:
            return Explained(rule, None, t("Bots are not judged."))
        if self.spares(seen.level):
            return Explained(rule, None, t("Its author is exempt: the team is not judged."))
        if stopped := self._stopped(rule, seen):
            return Explained(rule, None, stopped)
        view = View(seen, windows, self._search, self._links)
        told = [(check, self._tried(check, view)) for check in self._checks if check.rule is rule]
        hits = [(check, hit) for check, hit in told if hit is not None]
        return Explained(rule, next(_findings(seen, hits), None), lines(*_said(told, view)))

    def _tried(self, check: Check, view: View) -> Hit | None:
        return check.look(view) if view.seen.moment in check.trigger.moments else None

    def _stopped(self, rule: Rule, seen: Seen) -> Words:
        """The condition or exception that keeps a rule from looking; empty when none does."""
        for question in rule.only.questions(self._zone):
            if not question.holds(seen):
                return t("It only looks under this condition: {condition}.", condition=question.words)
        for question in rule.unless.questions(self._zone):
            if question.holds(seen):
                return t("This exception holds: {condition}.", condition=question.words)
        return ""


def _nothing(text: str, language: str) -> tuple[Match, ...]:
    return ()


def unique(entries: Mapping[str, tuple[Entry, ...]]) -> tuple[Entry, ...]:
    """Every entry of every list, once."""
    return tuple(dict.fromkeys(entry for listed in entries.values() for entry in listed))


def _depth(rules: Iterable[Rule]) -> int:
    return max((trigger.depth for rule in rules for trigger in rule.triggers), default=0)


def _counting(look: Look, applies: Applies) -> Look:
    """What a rule does not concern is not counted either."""
    return lambda view: look(view) if applies(view.seen) else None


def _findings(seen: Seen, hits: list[tuple[Check, Hit]]) -> Iterator[Finding]:
    found: set[str] = set()
    for check, hit in hits:
        rule = check.rule
        if rule.name not in found and (check.applies is None or check.trigger.remembers or check.applies(seen)):
            found.add(rule.name)
            yield Finding(rule.name, rule.version, hit, rule.actions, rule.mode is Mode.OBSERVE)


def _said(told: list[tuple[Check, Hit | None]], view: View) -> list[Words]:
    """What each trigger of a rule says, each thing once; triggers of several kinds say which one they are."""
    several = len({check.trigger.on for check, _ in told}) > 1
    said: list[Words] = []
    for check, hit in told:
        why = _missed(check, view) if hit is None else _found(hit)
        elsewhere = hit is None and view.seen.moment not in check.trigger.moments
        words = t("{trigger}: {why}", trigger=title_of(check.trigger), why=why) if several and not elsewhere else why
        if words not in said:
            said.append(words)
    return said


def _missed(check: Check, view: View) -> Words:
    if view.seen.moment not in check.trigger.moments:
        return t("Not for a message like this.")
    return check.trigger.missed(view)


def _found(hit: Hit) -> Words:
    if not hit.matched:
        return found_words(hit.trigger, hit.detail)
    if hit.matched.casefold() == hit.detail.casefold():
        return t("found “{matched}”", matched=hit.matched)
    return t("found “{matched}” ({detail})", matched=hit.matched[:100], detail=found_words(hit.trigger, hit.detail))

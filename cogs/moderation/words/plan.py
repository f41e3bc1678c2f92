"""From lists to a plan: all that is slow about word lists, done in a worker process."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, permutations, product

from cogs.moderation.words.automaton import Built
from cogs.moderation.words.dictionary import ELIDED, Dictionary
from cogs.moderation.words.entries import ALLOW, Entry
from cogs.moderation.words.fold import APOSTROPHES, CLASSES, WARY, Folding, collapsed, confusables, soft
from cogs.moderation.words.forms import SHAPES, Folded, Shape, collapsed_forms, fold, forms, masked, veiled
from cogs.moderation.words.glance import glances
from cogs.moderation.words.verify import disguised

RICH = 2_500
"""Up to this many entries each is also searched cut in two and with two letters doubled."""
ALONE = "acdegijklmnorstuxyàô"
"""Letters that stand alone in a sentence, or for a word in hurried writing."""
LONG_RUN, LONG_I = 3, 5
"""From how many in a row a letter's run is no ordinary one; ``i`` also stands for ``l``, ``1`` and ``!``."""


@dataclass(frozen=True, slots=True)
class Collision:
    """An ordinary word that an entry comes near to.

    ``spared``: the word is left alone, only the entry as it is spelled and its disguises are found. Otherwise the entry
    itself is that word in ``language``: whoever uses it innocently is found too.
    """

    entry: Entry
    word: str
    language: str
    spared: bool


Kind = tuple[str, str, int, str]
"""All of an entry but its text."""


def kind_of(entry: Entry) -> Kind:
    return entry.language, entry.category, entry.severity, entry.source


@dataclass(frozen=True, slots=True)
class Plan:
    """What a ``Matcher`` is made of. Travels from the worker to the main process."""

    texts: tuple[str, ...]
    kinds: tuple[Kind, ...]
    kind: array[int]
    """Of each entry its text, and the number of its kind."""
    collisions: tuple[Collision, ...]
    confusable: Mapping[int, str]
    spared: frozenset[str]
    glance: Built
    words: Built
    runs: Built
    masks: Built
    allowed: Built
    literals: tuple[tuple[str, int], ...]


def prepare(entries: Sequence[Entry], allow: Sequence[str], languages: Sequence[str]) -> Plan:
    """Compile lists. ``languages`` are those whose ordinary words are spared.

    Takes seconds and hundreds of megabytes for ten thousand entries: run it in a worker process.
    """
    wanted = tuple(dict.fromkeys(entry for entry in entries if entry.category != ALLOW and entry.text.strip("* ")))
    allowed = [*allow, *ELIDED, *(entry.text for entry in entries if entry.category == ALLOW)]
    kinds = {kind: at for at, kind in enumerate(dict.fromkeys(map(kind_of, wanted)))}
    confusable = confusables()
    folding = Folding(confusable)
    folded = [fold(entry, folding) for entry in wanted]
    dictionaries = {language: Dictionary(language) for language in dict.fromkeys(languages)}
    found = tuple(_collisions(wanted, folded, dictionaries, folding))
    ordinary = _ordinary(dictionaries, folding)
    words = list(_words(folded, ordinary))
    marks = tuple(dict.fromkeys(_marks()))
    return Plan(
        texts=tuple(entry.text for entry in wanted),
        kinds=tuple(kinds),
        kind=array("H", map(kinds.__getitem__, map(kind_of, wanted))),
        collisions=found,
        confusable=confusable,
        spared=frozenset(folding.latin(collision.word).decode("latin-1") for collision in found if collision.spared),
        glance=Built.of((literal, 0) for literal in chain(marks, glances(words))),
        words=Built.of(words, marks),
        runs=Built.of(_meaning(folded, collapsed_forms)),
        masks=Built.of(_meaning(folded, partial(_masks, ordinary, rich=len(folded) <= RICH))),
        allowed=Built.of(_meaning([fold(Entry(text), folding) for text in allowed], _exact)),
        literals=tuple((one.text.strip("* "), at) for at, one in enumerate(wanted) if not folded[at].words),
    )


def collisions(entries: Sequence[Entry], language: str) -> tuple[Collision, ...]:
    """The ordinary words of a language that a list comes near to: what a manager is shown when it is loaded."""
    folding = Folding(confusables())
    wanted = [entry for entry in entries if entry.category != ALLOW]
    return tuple(
        _collisions(wanted, [fold(entry, folding) for entry in wanted], {language: Dictionary(language)}, folding)
    )


def _meaning(folded: Sequence[Folded], literals: Callable[[Folded], Iterable[bytes]]) -> Iterator[tuple[bytes, int]]:
    for at, one in enumerate(folded):
        if one.words:
            for literal in literals(one):
                yield literal, at * SHAPES


def _masks(ordinary: frozenset[bytes], folded: Folded, *, rich: bool) -> Iterator[bytes]:
    return chain(masked(folded, rich=rich), veiled(folded, ordinary))


def _exact(folded: Folded) -> Iterator[bytes]:
    yield (b"" if folded.before else b" ") + folded.key + (b"" if folded.after else b" ")


def _words(folded: Sequence[Folded], ordinary: frozenset[bytes]) -> Iterator[tuple[bytes, int]]:
    rich = len(folded) <= RICH
    for at, one in enumerate(folded):
        if one.words:
            for literal, shape in forms(one, ordinary, rich=rich):
                yield literal, at * SHAPES + shape


def _marks() -> Iterator[bytes]:
    """What ordinary words do not have: long runs of a letter, a pair at the beginning, one pair after another, single
    letters far apart, what ``WARY`` marks. None is a hit, each is a reason to read the message again; the last is one
    without a look at the numbers."""
    paired = [letter for letter in CLASSES if letter[0] not in b"iu"]
    yield from (letter * (LONG_I if letter == b"i" else LONG_RUN) for letter in CLASSES)
    yield from (b" " + letter * 2 for letter in paired if letter not in b"eo")
    yield from (one * 2 + other * 2 for one, other in permutations(paired, 2) if other not in b"aeo" or one in b"aeo")
    yield from (b"  " + letter + b"  " for letter in CLASSES)
    yield from (b" %b  %b " % pair for pair in product(CLASSES, repeat=2))
    yield bytes([WARY[0]])


def _classes(words: Sequence[str], folding: Folding) -> list[bytes]:
    return soft(folding.latin(" ".join(words)).translate(None, APOSTROPHES.encode("latin-1"))).split(b" ")


def _ordinary(dictionaries: Mapping[str, Dictionary], folding: Folding) -> frozenset[bytes]:
    """Words as classes of letters; of the letters, those that stand alone in a sentence."""
    words = [word for one in dictionaries.values() for word in one.words if len(word) > 1 or word in ALONE]
    return frozenset(_classes(words, folding))


def _collisions(
    entries: Sequence[Entry],
    folded: Sequence[Folded],
    dictionaries: Mapping[str, Dictionary],
    folding: Folding,
) -> Iterator[Collision]:
    keys: dict[bytes, list[int]] = {}
    for at, one in enumerate(folded):
        if len(one.words) == 1 and not (one.before or one.after):
            keys.setdefault(collapsed(one.key), []).append(at)
    listed = {spelled for one in folded for spelled in (one.plain, one.spelled)}
    for language, known in dictionaries.items():
        classes = collapsed(b" ".join(_classes(known.words, folding))).split(b" ")
        near = ((word, at) for word, key in zip(known.words, classes, strict=True) for at in keys.get(key, ()))
        for word, at in near:
            entry, one, lower = entries[at], folded[at], word.casefold()
            plain = folding.latin(lower).decode("latin-1")
            if plain == one.plain:
                if entry.language != language:
                    yield Collision(entry, lower, language, spared=False)
            elif plain not in listed and _reaches(lower, one, folding) and not _inflected(word, known, one):
                yield Collision(entry, lower, language, spared=True)


def _reaches(word: str, folded: Folded, folding: Folding) -> bool:
    written = folding.latin(word).decode("latin-1")
    return not folded.bare and disguised(written, folded, Shape.WHOLE, softly=False, spared=frozenset())


def _inflected(word: str, known: Dictionary, folded: Folded) -> bool:
    """``encule`` is the same verb as ``enculé``: what writes an entry without its accent is no other word."""
    stem, lemma = folded.text.rstrip("eé"), known.lemma(word).casefold()
    return lemma != word.casefold() and len(stem) > 2 and lemma.startswith(stem)

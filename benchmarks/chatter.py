"""Messages for the word benchmarks: what a chat says, and the worst that one message can hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random

from simplemma.strategies.dictionaries import DefaultDictionaryFactory

SHARED = Path(__file__).parent.parent.parent / "shared" / "data"
LIST_SIZE = 492
COMMON = (
    "the of and to a in is you that it he was for on are as with his they I at be this have from or one had by but not "
    "what all were we when your can said there use an each which she do how their if will up other about out many then "
    "them these so some her would make like him into time has look two more write go see number no way could people my "
    "than first water been call who oil its now find long down day did get come made may part don't I'm it's can't lol "
    "ok yeah thanks please good morning game night stream music video tomorrow tonight really think know want going "
    "still never always maybe server channel link bug update release week weekend anyone someone hello hey guys nice"
).split()
SYLLABLES = "ba co di fu ge ha jo ki la me no pi ra so tu ve wa zo cha bri tra plo men ter und ost".split()


def listed(random: Random) -> list[str]:
    """The public list when it lies beside the project, otherwise one of its shape."""
    paths = [SHARED / f"words-{language}.txt" for language in ("en", "fr")]
    if all(path.exists() for path in paths):
        lines = [line.strip().lower() for path in paths for line in path.read_text("utf-8").splitlines()]
        return list(dict.fromkeys(line for line in lines if line))
    return invented(LIST_SIZE, random)


def invented(count: int, random: Random) -> list[str]:
    """Words that no dictionary has."""
    known = DefaultDictionaryFactory().get_dictionary("en")
    found: dict[str, None] = {}
    while len(found) < count:
        word = "".join(random.choices(SYLLABLES, k=random.choice((2, 3, 3, 4))))
        if word not in known:
            found[word] = None
    return list(found)


def messages(count: int, entries: Sequence[str], random: Random) -> list[str]:
    """Chat-length English: 95 characters on average, a link in one of 17, one in 14 beyond ASCII, one in 300 a hit.

    Real chat says a word of a public list in 0.15 to 0.42 % of its messages.
    """
    taken = set(entries)
    words = [word for word in DefaultDictionaryFactory().get_dictionary("en") if word.isalpha() and word.isascii()]
    rare = [word for word in random.sample(words, 4_000) if word.lower() not in taken]
    said = []
    for _ in range(count):
        size = max(1, min(60, int(random.lognormvariate(2.5, 0.8))))
        text = " ".join(random.choice(COMMON) if random.random() < 0.8 else random.choice(rare) for _ in range(size))
        chance = random.random()
        if chance < 0.06:
            text += f" https://example.org/{random.choice(rare)}/{random.randrange(10**6)}"
        elif chance < 0.13:
            text += random.choice(("… 😀", " café", " 🎉🎉", " déjà vu", " – you’ll see"))
        elif chance < 0.1333:
            text += f" {random.choice(entries)}"
        said.append(text + random.choice(("", ".", "!", "?", "")))
    return said


def adversarial(entries: Sequence[str], length: int = 4_000) -> Mapping[str, str]:
    """Messages that cost a matcher more than others, by what they are made of."""
    plain = [entry for entry in entries if entry.isascii() and entry.isalpha() and len(entry) > 3]

    def filled(parts: Sequence[str], glue: str = " ") -> str:
        text = glue.join(parts)
        return (text * (length // max(1, len(text)) + 1))[:length]

    return {
        "one letter": "a" * length,
        "f": "f" * length,
        "spaced letters": " ".join("fuckyoushitass" * length)[:length],
        "list prefixes": filled([entry[:-1] for entry in plain]),
        "digits": filled(["1", "455", "5417", "10110", "0"]),
        "stacked marks": "".join("fuck"[at % 4] + "\u0301\u0330\u0327" for at in range(length))[:length],
        "Cyrillic": filled(["привет как дела сука хорошо"]),
        "emoji": filled(["😀🖕🏽👩‍👩‍👧‍👦🇫🇷"], ""),
        "punctuation": filled([".,;:!?-_*'\"()[]{}<>|/\\@#$%^&+=~`"], ""),
        "hits": filled(plain),
        "near misses": filled([f"{entry[:2]}x{entry[2:]}" for entry in plain]),
        "addresses": filled([f"https://example.org/{entry}/a.b-c_d?e={entry}" for entry in plain]),
        "ordinary": filled(COMMON),
        "cut short": filled([entry[: len(entry) // 2] for entry in plain]),
        "pairs": filled(["".join(char * 2 for char in entry) for entry in plain]),
        "stretched": filled(["".join(char * 4 for char in entry) for entry in plain]),
        "collapsing to entries": filled(["as", "aas", "as5as", "asss.a"]),
        "bangs": filled([f"{entry}!!!!x" for entry in plain]),
        "spared words": filled(["peter", "annal", "baisser", "success"]),
        "stars": filled([f"{entry[0]}*{entry[2:]}" for entry in plain]),
        "dotted": filled([".".join(entry) for entry in plain]),
        "half dotted": filled([f"{entry[:2]}.{entry[2:]}" for entry in plain]),
        "numbers for letters": filled(["455 5417 8008 8178 455h0 0455"]),
        "spaces": "a" + " " * (length - 2) + "b",
        "homoglyphs": filled(["fцск", "ѕһіт", "сосκ"]),
        "spelled cut short": filled([" ".join(entry[:-1]) for entry in plain]),
    }

"""How people disguise a word: generators that share no table with the code under test."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from random import Random

from confusable_homoglyphs.confusables import confusables_data

LEET: Mapping[str, str] = {
    **{"a": "4@", "b": "8", "e": "3", "g": "96", "i": "1!|", "l": "1|", "o": "0", "s": "5$", "t": "7+", "z": "2"},
    **{"c": "¢", "u": "µ"},
}
KEYBOARD: Mapping[str, str] = {"a": "а", "c": "с", "e": "е", "i": "і", "o": "о", "p": "р", "x": "х", "y": "у", "s": "ѕ"}
GREEK: Mapping[str, str] = {"a": "α", "e": "ε", "i": "ι", "k": "κ", "n": "η", "o": "ο", "p": "ρ", "t": "τ", "u": "υ"}
MARKS = "".join(chr(code) for code in range(0x300, 0x340))
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e"
ALPHABETS = (
    "ค๒ς๔єtﻮђเןкl๓ภ๏קợгรtยשฬאץz αв¢∂єƒgнιנкℓмησρqяѕтυνωχуz ąҍçժҽƒցհìʝҟӀʍղօքզɾʂէմѵա×վՀ "
    "ᏗᏰፈᎴᏋᎦᎶᏂᎥᏠᏦᏝᎷᏁᎧᎮᎤᏒᏕᏖᏬᏉᏇጀᎩፚ ǟɮƈɖɛʄɢɦɨʝӄʟʍռօքզʀֆȶʊʋաӼʏʐ ᗩᗷᑕᗪEᖴGᕼIᒍKᒪᗰᑎOᑭᑫᖇᔕTᑌᐯᗯ᙭Yᘔ "
    "ﾑ乃cd乇ｷgんﾉﾌズﾚﾶ刀oｱq尺丂ｲu√wﾒﾘ乙 卂乃匚ᗪ乇千Ꮆ卄丨ﾌҜㄥ爪几ㄖ卩Ɋ尺丂ㄒㄩᐯ山乂ㄚ乙 "
    "₳฿₵ĐɆ₣₲ⱧłJ₭Ⱡ₥₦Ø₱QⱤ₴₮ɄV₩ӾɎⱫ ȺƁȻĐɆFǤĦƗɈꝀŁMNØⱣꝖɌSŦᵾVWXɎƵ ДБCDΞFGHIJҜLMИФPQЯSΓЦVЩЖУZ "
    "ꍏꌃꉓꀸꍟꎇꁅꃅꀤꀭꀘ꒒ꂵꈤꂦꉣꆰꋪꌗ꓄ꀎꃴꅏꊼꌩꁴ "
    "ꋬꃳꉔ꒯ꏂꊰꍌꁝ꒐꒻ꀘ꒒ꂵꋊꄲꉣꆰꋪꇙ꓄꒤꒦ꅐꉧꌦꁴ αႦƈԃҽϝɠԋιʝƙʅɱɳσρϙɾʂƚυʋɯxყȥ "
    "ɑҍϲժҽƒցհíյƘӏണղօթգɾՏԵմѵաאყՀ აႦცძεƒგհιյкլოղօრզɾรთυνωჯყʐ ልጌርዕቿቻኗዘጎጋጕረጠክዐየዒዪነፕሁሀሠሸሃጊ "
    "ᐃBᑕᗞᗴᖴᘜᕼᓰᒚkᒪᗰᘉᓍᕵᕴᖇSᖶᑘᐺᘺ᙭ᖻᗱ"
).split()
"""Alphabets that pages for ornate writing offer, ``a`` to ``z`` each."""
SEPARATORS = ".-_*,~/·'"
CONFUSABLE: dict[str, str] = {}
for _char, _likes in confusables_data.items():
    for _like in _likes:
        if (
            len(_char) == 1
            and not _char.isascii()
            and len(_like["c"]) == 1
            and _like["c"] in "abcdefghijklmnopqrstuvwxyz"
        ):
            CONFUSABLE[_like["c"]] = CONFUSABLE.get(_like["c"], "") + _char

Disguise = Callable[[str, Random], str]


def _replace(word: str, random: Random, table: Mapping[str, str], *, least: int = 1, share: float = 0.5) -> str:
    places = [at for at, char in enumerate(word) if char in table]
    if not places:
        return word
    chosen = set(random.sample(places, max(least, round(len(places) * share)))) if places else set()
    return "".join(random.choice(table[char]) if at in chosen else char for at, char in enumerate(word))


def leet(word: str, random: Random) -> str:
    return _replace(word, random, LEET, share=random.choice((0.3, 0.5, 0.7)))


def ornate(word: str, random: Random) -> str:
    alphabet = dict(zip("abcdefghijklmnopqrstuvwxyz", random.choice(ALPHABETS), strict=True))
    return "".join(alphabet.get(letter, letter) for letter in word)


def spaced(word: str, random: Random) -> str:
    return " ".join(word)


def dotted(word: str, random: Random) -> str:
    return random.choice(SEPARATORS).join(word)


def cut(word: str, random: Random) -> str:
    at = random.randint(1, len(word) - 1)
    return word[:at] + random.choice(SEPARATORS) + word[at:]


def parted(word: str, random: Random) -> str:
    at = random.randint(1, len(word) - 1)
    return word[:at] + " " + word[at:]


def homoglyph(word: str, random: Random) -> str:
    return _replace(word, random, random.choice((KEYBOARD, GREEK, CONFUSABLE, CONFUSABLE)))


def doubled(word: str, random: Random) -> str:
    at = random.randrange(len(word))
    return word[:at] + word[at] * 2 + word[at + 1 :]


def stretched(word: str, random: Random) -> str:
    return "".join(char * random.choice((1, 1, 2, 3, 5)) for char in word)


def invisible(word: str, random: Random) -> str:
    return "".join(char + (random.choice(INVISIBLE) if random.random() < 0.6 else "") for char in word)


def accented(word: str, random: Random) -> str:
    marked = "".join(char + "".join(random.choices(MARKS, k=random.choice((0, 1, 1, 3)))) for char in word)
    return random.choice((marked, unicodedata.normalize("NFC", marked)))


def _shifted(word: str, start: int) -> str:
    return "".join(chr(start + ord(char) - 97) if "a" <= char <= "z" else char for char in word)


def alphabet(word: str, random: Random) -> str:
    """Full width, mathematical, circled, squared, small capitals are left out: they have no letter for all."""
    return _shifted(word, random.choice((0xFF41, 0xFF21, 0x1D41A, 0x1D4EA, 0x1D586, 0x1D68A, 0x24D0, 0x24B6, 0x1F170)))


def capitals(word: str, random: Random) -> str:
    return "".join(random.choice((char.upper(), char)) for char in word)


KINDS: Mapping[str, Disguise] = {
    "leet": leet,
    "spaced": spaced,
    "dotted": dotted,
    "cut": cut,
    "parted": parted,
    "homoglyph": homoglyph,
    "doubled": doubled,
    "stretched": stretched,
    "invisible": invisible,
    "accented": accented,
    "alphabet": alphabet,
    "ornate": ornate,
    "capitals": capitals,
    "leet, dotted": lambda word, random: dotted(leet(word, random), random),
    "homoglyph, invisible": lambda word, random: invisible(homoglyph(word, random), random),
    "accented, doubled": lambda word, random: accented(doubled(word, random), random),
    "capitals, leet": lambda word, random: leet(capitals(word, random), random),
    "leet, stretched": lambda word, random: stretched(leet(word, random), random),
}

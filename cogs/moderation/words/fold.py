"""Reading through disguise: every character becomes the plain letter it is drawn like.

A message is read twice. The *hard* reading keeps letters alone: all else is a boundary. The *soft* reading takes digits
and symbols for the letters they imitate, and drops the marks between letters. Letters drawn alike share a class: ``l``
is read as ``i``, ``v`` as ``u``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from itertools import chain, compress, repeat

LETTERS = "abcdefghijklmnopqrstuvwxyz"
MERGED: Mapping[int, str] = {ord("l"): "i", ord("v"): "u"}

DIGITS: Mapping[str, str] = dict(zip("0123456789", "oizeasgtbg", strict=True))
SYMBOLS: Mapping[str, str] = {
    **dict.fromkeys("!|¡", "i"),
    **{"$": "s", "§": "s", "@": "a", "ª": "a", "+": "t", "¢": "c", "©": "c", "¤": "e", "£": "l", "µ": "u", "º": "o"},
    **{"×": "x", "®": "r", "¥": "y"},
}
"""Symbols that people write for a letter, within Latin-1. The euro sign lands on ``¤``."""

LATIN: Mapping[str, str] = {"ß": "s", "æ": "a", "ð": "d", "ø": "o", "þ": "p"}
"""Letters of Latin-1 that do not decompose."""

DRAWN_LIKE: Mapping[str, str] = {
    "a": "аАαΑλΛΔДдᗩⲁᎪค卂Ꮧ₳ﾑꍏꋬꭺაልᐃ",
    "b": "вВбЪъЬьβΒҍⲃᏴᗷ๒乃Ᏸɮ฿ꌃꃳႦጌ",
    "c": "сСςϲɔⲥᏟᑕ匚ⅽፈ₵ꉓꉔცር",
    "d": "ԁժɗⲇᎠᗪ∂๔ᗞᎴԃꀸ꒯ძꭰዕ",
    "e": "еЕєЄэЭεΕξΣǝəɛⲉᎬ乇ɘᏋꍟꏂꭼቿᗴ",
    "f": "ғϝʄɟᖴ千Ꭶ₣ｷꎇꊰቻꮀ",
    "g": "ɡցԍɢᏀﻮᎶ₲ꁅꍌგኗᘜ",
    "h": "нНһҺΗհɥⲎⲏᎻᕼђ卄んꃅꁝԋዘ",
    "i": "іІıιΙᴉɩӏⲓᏆเ丨ɨﾉꀤ꒐ꮖጎᓰ",
    "j": "јЈʝյᎫᒍןﾌנᏠꀭ꒻ꭻጋᒚ",
    "k": "кКқκΚʞⲕᏦᛕҜҟӄ₭ズꀘꮶጕ",
    "l": "ℓʅլ⅃ᏞᒪꓡㄥɭᏝﾚ꒒ᄂꮮረ",
    "m": "мМΜⲙᎷᗰ๓爪ʍﾶ₥ꂵണოꮇጠ",
    "n": "пПηиИΝπΠողⲛᑎภ几Ꮑ₦刀ꈤꋊክᘉ",
    "o": "оОοΟσθΘΦфӨօՕⲟ๏ㄖɵ⭕Ꭷꂦꄲꮎዐᓍ",
    "p": "рРρΡⲣᏢᑭק卩քᎮ₱ｱꉣթꮲየᕵ",
    "q": "ԛզᑫợɊᎤꆰϙዒᕴ",
    "r": "гГяЯɹրᎡᏒᖇ尺ɾꋪꮢዪ",
    "s": "ѕЅՏʂᏕᔕᏚร丂Ƨ₴ֆꌗꇙነ",
    "t": "тТτΤʇեҭⲧᎢㄒᏖ₮ｲ꓄էΓƚთፕᖶ",
    "u": "υμцЦսՍʊⲩᑌยㄩʉᏬᵾꀎ꒤մሁᑘ",
    "v": "νѵѴʌᏙᐯשʋᏉ√ꃴ꒦ሀᐺ",
    "w": "ԝшШщЩωΩաⲱᏔᗯฬ山Ꮗ₩ꅏꅐɯሠᘺ",
    "x": "хХҳҲχΧ×ⲭ᙭ᚷאㄨ乂❌✖❎ጀӼӾﾒЖꊼꉧჯሸ",
    "y": "уУγΥүʎᎩᎽץㄚﾘꌩꌦվꮍሃᖻ",
    "z": "ΖζᴢʐƵⲍᏃᘔ乙ፚꁴՀጊᗱ",
    "3": "зЗӡ",
    "4": "чЧ",
    "¤": "€",
    "!": "ǃ❗❕",
    "|": "∣│┃ǀ",
    "*": "∗⁎✱✶★☆⭐",
    "$": "💲",
    "'": "’‘ʼ′",
    "+": "†",
}
"""What neither Unicode's decomposition nor its confusables read as a person would."""

INVISIBLE = frozenset("\u115f\u1160\u2800\u3164\uffa0")
NAMED = re.compile(
    r"(?:LATIN (?:SMALL |CAPITAL )?LETTER (?:SMALL CAPITAL |TURNED |REVERSED )?"
    r"|(?:NEGATIVE |CROSSED NEGATIVE )?(?:CIRCLED|SQUARED|PARENTHESIZED) LATIN (?:SMALL|CAPITAL) LETTER "
    r"|REGIONAL INDICATOR SYMBOL LETTER )([A-Z])(?: WITH .*)?"
)
OTHER_LETTER, SEPARATOR = "÷", "·"


def confusables() -> dict[int, str]:
    """What Unicode lists as confusable with an ASCII letter or digit. Loads a megabyte: for the worker."""
    from confusable_homoglyphs.confusables import confusables_data

    found: dict[int, str] = {}
    for char, likes in confusables_data.items():
        if len(char) == 1 and ord(char) > 0xFF:
            plain = [like["c"] for like in likes if like["c"].isascii() and like["c"].isalnum()]
            if plain:
                found[ord(char)] = min(plain, key=len).lower()
    return found


class Plain(dict[int, str]):
    """For ``str.translate``: the characters of Latin-1 that a character is read as."""

    def __init__(self, confusable: Mapping[int, str]) -> None:
        drawn = {char: plain for plain, chars in DRAWN_LIKE.items() for char in chars}
        small = {char.lower(): plain for char, plain in drawn.items()}
        super().__init__({ord(char): plain for char, plain in (small | drawn).items()})
        self._confusable = confusable

    def __missing__(self, code: int) -> str:
        self[code] = plain = chr(code) if code < 0x100 else self._read(chr(code))
        return plain

    def _read(self, char: str) -> str:
        if unicodedata.category(char) in {"Mn", "Me", "Cf", "Cc", "Cs"} or char in INVISIBLE:
            return ""
        if char.isspace():
            return " "
        parts = unicodedata.normalize("NFKD", char)
        kept = "".join(part for part in parts if not unicodedata.combining(part))
        if kept != char and any(map(str.isalnum, kept)):
            return kept.translate(self)
        if named := NAMED.fullmatch(unicodedata.name(char, "")):
            return named[1].lower()
        if plain := self._confusable.get(ord(char)):
            return plain
        if (other := kept if kept != char else char.lower()) != char:
            return other.translate(self)
        return OTHER_LETTER if char.isalpha() and unicodedata.category(char) != "Lm" else SEPARATOR


def letter(char: str) -> str:
    """The letter that a character of Latin-1 is, or an empty text."""
    first = LATIN.get(char.lower()) or unicodedata.normalize("NFD", char.lower())[0]
    return first if first in LETTERS else ""


def _table(*, soft: bool) -> bytes:
    """What each character of Latin-1 becomes in a reading; ``~`` is a letter that no entry has."""
    codes = []
    for char in map(chr, range(256)):
        imitated = DIGITS.get(char) or SYMBOLS.get(char) or ""
        read = letter(char) or (imitated if soft else "") or ("~" if char == OTHER_LETTER else " ")
        codes.append(read.translate(MERGED))
    return "".join(codes).encode()


SPACE = ord(" ")
HARD, SOFT = _table(soft=False), _table(soft=True)
CLASSES = tuple(bytes([code]) for code in sorted(set(HARD) - set(b" ~")))
"""The letters of a reading."""
UNSEEN = bytes(n for n in range(256) if unicodedata.category(chr(n)) in {"Cc", "Cf"} and not chr(n).isspace())
APOSTROPHES = "'´`"
MARKS = bytes(
    n for n in range(256) if SOFT[n] == SPACE and n not in UNSEEN and not chr(n).isspace() and chr(n) not in APOSTROPHES
)
"""What may stand between the letters of a word, and the soft reading drops. Apostrophes stay: most are ordinary."""
HIDING = "#%(<&_?@~^"
"""Signs that between two letters may stand for one more."""
WARY = bytes(1 if n in UNSEEN or chr(n) in "*|`\\" else 2 if chr(n) in HIDING else HARD[n] for n in range(256))
"""The hard reading at first sight: 1 is a reason to look again, and so is 2 between letters."""
SEEN_HARD = bytes(n not in UNSEEN for n in range(256))
SEEN_SOFT = bytes(n not in UNSEEN + MARKS for n in range(256))
SPACES = bytes(n == SPACE for n in range(256))
GAP = re.compile(rb"  +")
APART = re.compile(
    rb"(?<![\w\xc0-\xff|!\xa1+$\xa7@\xa3])(?<!\| )(?=.( ?[|!\xa1+$\xa7@\xa3] ?))"
    rb"(?! |\1)\S(?:\1(?! |\1)\S){2,}+(?![\w\xc0-\xff|]| \|)"
)
"""Three characters or more with the same symbol between each two of them, perhaps between spaces."""
SYMBOL = re.compile(rb"[|!\xa1+$\xa7@\xa3] ?[^ ] ?[|!\xa1+$\xa7@\xa3]")
"""Without two of them nothing is ``APART``."""
CODE = re.compile(rb"(?<=[\w\xc0-\xff])`([^\s`]{2,12})`|`([^\s`]{2,12})`(?=[\w\xc0-\xff])")
"""Part of a word in the type of code."""
BUILT: Mapping[bytes, bytes] = {
    **{b"\\/\\/": b"w", b"|\\/|": b"m", b"|_|": b"u", b"|-|": b"h", b"|\\|": b"n", b"/-\\": b"a"},
    **{b"|=": b"f", b"|<": b"k", b"|)": b"d", b"|_": b"l", b"/\\": b"a", b"\\/": b"v"},
}
"""Letters put together from signs."""
ANY_BUILT = b"|".join(map(re.escape, BUILT))
BUILDING = re.compile(
    rb"(?=[\\|/(])(?:(?<=[a-z])(?:%b)|(?:%b)(?=[a-z])|(?<=[a-z])\(\)(?=[a-z]))" % (ANY_BUILT, ANY_BUILT), re.IGNORECASE
)
NUMBER = re.compile(rb"[0-9](?<![^\s/=.,:;()#-].)[0-9]*(?![^\s/=.,:;()?&#-])")
BEYOND = re.compile(r"[^\0-\xff](?:.*[^\0-\xff])?", re.DOTALL)
"""From the first character beyond Latin-1 to the last."""
LONG, STRETCH, ENOUGH = 400, 50, 10
"""Bytes of a text that is worth being shortened, letters of a run that is, and how many are left of it."""
STRETCHED = re.compile(rb"([a-z\xc0-\xff])\1{%d,}" % STRETCH, re.IGNORECASE)
SMALL_CAPITALS = "ᴀ-ᴢʙɢʜɪʟɴʀʏꜰꜱғ"
SMALL_Q = re.compile(f"ǫ(?=[{SMALL_CAPITALS}])|(?<=[{SMALL_CAPITALS}])ǫ")
"""There was no small capital ``Q``: among the others an ``o`` with a tail takes its place."""


def shortened(latin: bytes, left: bytes = b"") -> bytes:
    """A letter held down says no more than ten of it, and costs no more then; ``left`` stands for each one less."""
    if len(latin) < LONG or bytes(STRETCH) not in _changes(latin.lower()):
        return latin
    return STRETCHED.sub(lambda run: run[0][:ENOUGH] + left * (len(run[0]) - ENOUGH), latin)


def undecorated(latin: bytes) -> bytes:
    """A symbol that is drawn like a letter is none where it hides text or stands between all letters.

    Two pairs of bars are a spoiler; a single bar is drawn like an ``i``. The length stays.
    """
    latin = shortened(latin, b"\xad")
    if latin.count(b"||") > 1:
        latin = latin.replace(b"||", b"\xad\xad")
    if b"`" in latin:
        latin = CODE.sub(lambda code: code[0].replace(b"`", b"\xad"), latin)
    if b"|" in latin or b"\\" in latin or b"()" in latin:
        latin = BUILDING.sub(lambda built: BUILT.get(built[0], b"o").ljust(len(built[0]), b"\xad"), latin)
    if SYMBOL.search(latin):
        latin = APART.sub(lambda apart: apart[0].replace(apart[1].strip(), b"\xa6"), latin)
    return latin


def squeezed(reading: bytes) -> bytes:
    """Each run of spaces once."""
    while b"  " in reading:
        reading = reading.replace(b"  ", b" ")
    return reading


def collapsed(reading: bytes) -> bytes:
    """Each run of a letter once."""
    return bytes(compress(reading, _changes(reading)))


def runs(reading: bytes) -> list[int]:
    """For each byte of ``collapsed(reading)`` the index where its run begins, and then the end."""
    return [*compress(range(len(reading)), _changes(reading)), len(reading)]


def _changes(reading: bytes) -> bytes:
    """Zero for each letter that is the same as the one before."""
    changes = int.from_bytes(reading) ^ int.from_bytes(reading[:-1]) | int.from_bytes(reading.translate(SPACES))
    return changes.to_bytes(len(reading))


class Folding:
    """How characters are read, once the confusables are known."""

    def __init__(self, confusable: Mapping[int, str]) -> None:
        self.plain = Plain(confusable)

    def latin(self, text: str) -> bytes:
        """The text in Latin-1, before it is known whether a symbol stands for a letter."""
        try:
            return text.encode("latin-1")
        except UnicodeEncodeError:
            if "ǫ" in text:
                text = SMALL_Q.sub("q", text)
            return BEYOND.sub(self._read, text).encode("latin-1", "replace")

    def _read(self, beyond: re.Match[str]) -> str:
        return beyond[0].translate(self.plain)

    def owners(self, text: str) -> Sequence[int]:
        """For each byte of ``latin(text)`` the index of the character it comes from."""
        try:
            return range(len(text.encode("latin-1")))
        except UnicodeEncodeError:
            read = {char: len(self.plain[ord(char)]) for char in set(text)}
            if set(read.values()) == {1}:
                return range(len(text))
            return list(chain.from_iterable(map(repeat, range(len(text)), map(read.__getitem__, text))))

    def unseen(self, char: str) -> bool:
        """Is this a character that nobody sees, or that only marks the one before?"""
        return not self.plain[ord(char)] or ((char.isascii() or char == "\xad") and ord(char) in UNSEEN)

    def words(self, text: str) -> list[bytes]:
        """An entry's words as classes of letters."""
        trimmed = " ".join(word.strip("!|+¡") or word for word in text.split())
        return self.latin(trimmed).translate(SOFT, UNSEEN).split()

    def letters(self, text: str) -> str:
        """The letters of a text, imitated ones too, before those drawn alike are merged."""
        latin = self.latin(text).decode("latin-1")
        return "".join(letter(char) or DIGITS.get(char) or SYMBOLS.get(char) or "" for char in latin)


def hard(latin: bytes) -> bytes:
    return squeezed(latin.translate(HARD, UNSEEN))


def soft(latin: bytes) -> bytes:
    return latin.translate(SOFT, UNSEEN + MARKS)


def letters_of(latin: bytes) -> bytes:
    """Both readings without the numbers: their digits imitate no letters."""
    bare = NUMBER.sub(b" ", latin)
    return hard(bare) + soft(bare)


def hard_places(latin: bytes) -> Sequence[int]:
    """For each byte of ``hard(latin)`` its index in ``latin``."""
    loose = latin.translate(HARD, UNSEEN)
    seen: Sequence[int] = range(len(latin))
    if len(loose) < len(latin):
        seen = list(compress(seen, latin.translate(SEEN_HARD)))
    places: list[int] = []
    last = 0
    for gap in GAP.finditer(loose):
        places += seen[last : gap.start() + 1]
        last = gap.end()
    places += seen[last:]
    return places


def soft_places(latin: bytes) -> Sequence[int]:
    """For each byte of ``soft(latin)`` its index in ``latin``."""
    return list(compress(range(len(latin)), latin.translate(SEEN_SOFT)))

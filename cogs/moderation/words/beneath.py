"""What a text says beneath its markup, and where: entities decoded, what people put between letters taken out."""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from functools import cached_property
from html import unescape
from itertools import chain, repeat
from urllib.parse import unquote

TURNED = "\u202e"
"""From here on text runs from right to left."""
LETTERS = r"(?<!%[46][1-9a-fA-F]%)(?<!%[57][\daA]%)(?:[46][1-9a-fA-F]|[57][\daA])(?:%(?:[46][1-9a-fA-F]|[57][\daA]))*+"
"""All that stand in a row in an address's code, after the first percent sign."""
DRAWN = r"(?:regional_indicator_|alphabet[_-]|alphabet-(?:white|yellow)-|letter[_-])[a-zA-Z]"
"""What emoji that are letters are called: on Discord, on Slack, and where people add their own."""
EMOJI = r"(?!\d+:)[a-z0-9_+'-]{2,50}:"
NAMED_EMOJI = re.compile(f":{EMOJI}")
"""An emoji by its name, or a word between colons: nobody can tell."""
MARKUP = re.compile(
    rf"<a?:(?:[a-zA-Z]_|{DRAWN}):\d{{1,20}}>(?P<own>)"
    rf"|:(?:{DRAWN}:(?P<drawn>)|(?<=\w:){EMOJI}(?=\w)|(?<=(?<!\w)\w :){EMOJI}(?= \w(?!\w)))"
    r"|<(?<=\w<)(?:@[!&]?|#|a?:\w{1,32}:)\w{1,25}>(?=\w)"
    r"|<(?<=\w<)/?[a-zA-Z]{1,10}>(?:</?[a-zA-Z]{1,10}>)*+(?=\w)"
    r"|<!--[^<>]{0,99}-->(?=\w)"
    rf"|%(?:(?<=[^\W\d_]%){LETTERS}|{LETTERS}(?=[^\W\d_]))(?P<quoted>)"
    r"|\]\([^()\s]{1,300}\)(?=\w)"
    r"|\](?P<label>\()"
    r"|<(?:https?://|mailto:|[@#!])[^\s|<>]{1,2000}\|(?P<titled>)"
    r"|&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,31});(?P<entity>)"
    f"|{TURNED}{TURNED}*+(?P<reversed>[^\u202c\u202e\n]*)"
)
"""Letters drawn as emoji; mentions, emoji, tags, comments, letters in an address's code, addresses of links between
letters; the end of a link's label; what Slack's labels stand for; entities; what a control character turns round.

Each begins with a plain character, and the search jumps from one of these to the next."""
LYING = "ɐɔǝɟƃɓɥᴉıɾʞʅꞁɯɹʇʌʍʎ"
UPSIDE = str.maketrans(f"{LYING}nubqdp", "acefgghiijkllmrtvwyunqbpd")
"""Letters turned upside down, and those that are another letter then."""
LYING_LETTER = re.compile(f"[{LYING}]")
LYING_WORD = re.compile(rf"(?<!\w)(?=\w{{3}})[nubqdposxzlNOSXZHI]*+[{LYING}][{LYING}nubqdposxzlNOSXZHI]*+(?!\w)")
BETWEEN = "·"


def shown(text: str) -> str:
    """The text as it is read: what stood between letters is one mark between them."""
    return MARKUP.sub(_read, text)


def _read(markup: re.Match[str]) -> str:
    if markup["label"]:
        return "] ("
    if markup["titled"] is not None:
        return markup[0][:-1] + " "
    if markup["own"] is not None or markup["drawn"] is not None:
        return markup[0].partition(":")[2].partition(":")[0].rstrip("_")[-1]
    if markup["quoted"] is not None:
        return unquote(markup[0])
    if markup["entity"] is not None:
        return unescape(markup[0])
    return markup[0][::-1] if markup["reversed"] is not None else BETWEEN


def upside_down(text: str) -> bool:
    """Is there a word of letters that stand upside down, or look the same then?"""
    return LYING_LETTER.search(text) is not None and LYING_WORD.search(text) is not None


def turned(text: str) -> str:
    """Letters that stand upside down set upright, each in its place."""
    return text.lower().translate(UPSIDE) if len(text.lower()) == len(text) else text.translate(UPSIDE)


class Places:
    """The way back from ``shown(text)`` to the text."""

    def __init__(self, text: str) -> None:
        self._text = text

    def span(self, start: int, end: int) -> tuple[int, int]:
        starts, ends = self._places
        return min(starts[start:end]), max(ends[start:end]) + 1

    @cached_property
    def _places(self) -> tuple[Sequence[int], Sequence[int]]:
        """For each character of what is shown the first and the last one it stands for."""
        starts, ends, last = array("I"), array("I"), 0
        for markup in MARKUP.finditer(self._text):
            start, end = markup.span()
            plain, read = range(last, start), len(_read(markup))
            turned = markup["reversed"] is not None
            starts.extend(chain(plain, reversed(range(start, end)) if turned else repeat(start, read)))
            ends.extend(chain(plain, reversed(range(start, end)) if turned else repeat(end - 1, read)))
            last = end
        rest = range(last, len(self._text))
        starts.extend(rest)
        ends.extend(rest)
        return starts, ends

"""The links of a message: where each stands, which host it really leads to, and what it claims to be.

Browsers decide what a host is: a full-width dot separates labels, ``user@`` in front is no host, ``\\`` is ``/``,
percent codes and compatibility forms are folded, ``xn--`` is the written form of other alphabets.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice
from urllib.parse import unquote

import re2
from publicsuffixlist import PSLFILE, PublicSuffixList

LONGEST_HOST = 253
MOST = 30
"""Different links read in one text, and one more: whoever writes that many is found for it."""
CARRIED = 3
"""Links read inside one link."""

_DOTS = "。．｡"
_HIDDEN = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_FOLD: Mapping[int, str | None] = {**dict.fromkeys(map(ord, _HIDDEN)), **dict.fromkeys(map(ord, _DOTS), ".")}
_LABEL = rf"[\pL\pN\pM_{_HIDDEN}](?:[\pL\pN\pM_{_HIDDEN}-]*[\pL\pN\pM_{_HIDDEN}])?"
_LINK = re2.compile(
    rf"[a-zA-Z][a-zA-Z0-9+-]{{1,15}}:[/\\]{{2}}[^\s<>\"`|]+"
    rf"|(?:{_LABEL}[.{_DOTS}])+\pL[\pL\pN\pM{_HIDDEN}-]*[\pL\pN\pM](?::[0-9]{{1,5}})?(?:[/?#\\][^\s<>\"`|\]]*)?"
)
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+-]{1,15}):[/\\]{2}")
_END_OF_PLACE = re.compile(r"[/\\?#]")
_TRAILING = ".,;:!?'\"*_~»”’…)]}"
_OPENING: Mapping[str, str] = {")": "(", "]": "[", "}": "{"}

suffixes = PublicSuffixList()


@dataclass(frozen=True, slots=True)
class Address:
    """A link as written from ``start`` to ``end``. ``host`` is in small letters and in its own alphabet.

    ``rest`` is what follows the host. ``real`` when it has a scheme, so that platforms make it a link; ``label`` is the
    text that stands for it on the page, ``inside`` when another link carries it.
    """

    start: int
    end: int
    host: str
    rest: str
    real: bool
    label: str = ""
    inside: bool = False

    @property
    def domains(self) -> Iterator[str]:
        """The host, then each domain it belongs to: ``a.b.org``, ``b.org``, ``org``."""
        host = self.host
        while host:
            yield host
            host = host.partition(".")[2]


def addresses(text: str) -> tuple[Address, ...]:
    """The different links of a text, in order, ``MOST`` and one more; a link carried by another follows it."""
    if "." not in text and not any(dot in text for dot in _DOTS):
        return ()
    return tuple(_found(text))


def _found(text: str) -> Iterator[Address]:
    count, known = 0, set()
    for match in _LINK.finditer(text):
        start, end = match.span()
        if not _SCHEME.match(text, start) and _no_host(text, start, end):
            continue
        said = match[0], _label(text, start)
        if said in known:
            continue
        known.add(said)
        written = _trimmed(said[0])
        found = _address(written, start, start + len(written), said[1])
        if found is None:
            continue
        yield found
        yield from _carried(found)
        count += 1
        if count > MOST:
            return


def _no_host(text: str, start: int, end: int) -> bool:
    """Part of an e-mail address or of a path; a sentence that begins right after a full stop; ``self.name``."""
    last = text[start:end].rpartition(".")[2]
    ending = _split_place(text[start:end])[0].rpartition(".")[2]
    if ending.isascii() and ending.isalpha() and ending.lower() not in endings():
        return True
    sentence = last[:1].isupper() and not last.isupper()
    return sentence or text[max(0, start - 1) : start] in ("@", "/", "\\") or text[end : end + 1] == "@"


def _trimmed(written: str) -> str:
    """Without what belongs to the sentence: a full stop, a bracket that was opened before the link."""
    while written and written[-1] in _TRAILING:
        opening = _OPENING.get(written[-1])
        if opening and written.count(opening) >= written.count(written[-1]):
            break
        written = written[:-1]
    return written


def _address(written: str, start: int, end: int, label: str = "") -> Address | None:
    scheme = _SCHEME.match(written)
    place, rest = _split_place(written[scheme.end() :] if scheme else written)
    name = normal_host(place)
    if not name or not (scheme or known_suffix(name)):
        return None
    return Address(start, end, name, rest, scheme is not None, label)


def _split_place(after: str) -> tuple[str, str]:
    """The host of what follows the scheme, and the rest from its slash on."""
    end = _END_OF_PLACE.search(after)
    cut = end.start() if end else len(after)
    place, rest = after[:cut].rpartition("@")[2], after[cut:]
    host, colon, port = place.rpartition(":")
    return (host if colon and port.isdecimal() else place), rest


@lru_cache(4096)
def normal_host(written: str) -> str:
    """A host as lists compare it; empty for what is none."""
    host = unquote(written) if "%" in written else written
    host = unicodedata.normalize("NFKC", host.translate(_FOLD)).translate(_FOLD).casefold().strip(".")
    if not host or len(host) > LONGEST_HOST or "." not in host:
        return ""
    return ".".join(map(_own_alphabet, host.split(".")))


def _own_alphabet(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label


@lru_cache(4096)
def known_suffix(host: str) -> bool:
    """Whether it ends as addresses do: ``org`` does, ``txt`` does not."""
    return suffixes.privatesuffix(host, accept_unknown=False) is not None


@cache
def endings() -> frozenset[str]:
    """The last labels of all addresses there are."""
    with open(PSLFILE, encoding="utf-8") as file:
        return frozenset(line.strip().rpartition(".")[2] for line in file if line.strip() and line[:2] != "//")


@lru_cache(4096)
def registered(host: str) -> str:
    """The domain somebody registered: ``example.co.uk`` of ``www.example.co.uk``; the host itself when unknown."""
    return suffixes.privatesuffix(host) or host


def _label(text: str, start: int) -> str:
    """``[label](address)``: what the page shows instead of the address."""
    before = start - 1 - (text[start - 1 : start] == "<")
    if before < 2 or text[before - 1 : before + 1] != "](":
        return ""
    opened = text.rfind("[", max(0, before - 200), before - 1)
    return "" if opened < 0 else text[opened + 1 : before - 1]


def _carried(outer: Address) -> Iterator[Address]:
    """Links in the path and query of a link: what redirectors lead to."""
    if "http" not in outer.rest and "%2F%2F" not in outer.rest.upper():
        return
    rest = unquote(outer.rest)
    for match in islice(_LINK.finditer(rest), CARRIED):
        written = match[0]
        if _SCHEME.match(written) and (found := _address(_trimmed(written), outer.start, outer.end)):
            yield Address(outer.start, outer.end, found.host, found.rest, found.real, inside=True)

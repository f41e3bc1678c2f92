"""The links of a message: where each stands, which host it really leads to, and what it claims to be.

Browsers decide what a host is: a full-width dot separates labels, ``user@`` in front is no host, ``\\`` is ``/``,
percent codes and compatibility forms are folded, ``xn--`` is the written form of other alphabets.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice
from urllib.parse import unquote

from publicsuffixlist import PSLFILE, PublicSuffixList

LONGEST_HOST = 253
MOST = 30
"""Different links that are read in one text, and one more: of those beyond, only where they lead."""
CARRIED = 3
"""Links read inside one link."""

_DOTS = "。．｡"
_HIDDEN = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_FOLD = (*((hidden, "") for hidden in _HIDDEN), *((dot, ".") for dot in _DOTS))
_MARKS = "".join(chr(code) for code in range(0x300, 0x3100) if unicodedata.category(chr(code))[0] == "M")
_LETTERS = rf"[\w{_MARKS}]++"
_TIES = f"[-{_HIDDEN}]"
_BREAKS = f"[-.{_DOTS}{_HIDDEN}]"
_IN_HOST = rf"-.\w{_HIDDEN}{_MARKS}{_DOTS}"
_LABEL = f"{_TIES}*+{_LETTERS}(?:{_TIES}++{_LETTERS})*+"
_HOST = f"{_BREAKS}*+(?:({_LABEL}){_TIES}*+[.{_DOTS}]++(?={_TIES}*+{_LETTERS}))++(?P<ending>{_LABEL}){_BREAKS}*+"
"""From the first letter or dot of a row to its last, so that no part of a text is read twice.

Its groups are the last two labels.
"""
_INNER_DOT = re.compile(rf"[.{_DOTS}][^\s.]")
"""Every link has one, and most sentences do not."""
_HOSTS = re.compile(f"(?<![{_IN_HOST}]){_HOST}")
_LINK = re.compile(
    rf"(?<![a-zA-Z0-9+-])[a-zA-Z0-9+-]++:[/\\]{{2}}[^\s<>\"`|]++"
    rf"|(?<![{_IN_HOST}@/\\]){_HOST}(?!:[/\\]{{2}})(?::[0-9]{{1,5}}+)?+(?:[/?#\\][^\s<>\"`|\]]*+)?+(?!@)"
)
"""What stands beside ``@``, or after ``/``, is part of an e-mail address or of a path."""
_SCHEME = re.compile(r"[a-zA-Z0-9+-]++:[/\\]{2}")
_END_OF_PLACE = re.compile(r"[/\\?#]")
_REST = re.compile(r"[/\\?#][^\s<>\"`|\]]*+")
_TRAILING = frozenset(".,;:!?'\"*_~»”’…)]}")
_OPENING: Mapping[str, str] = {")": "(", "]": "[", "}": "{"}

suffixes = PublicSuffixList()


@dataclass(frozen=True, slots=True)
class Address:
    """A link as written from ``start`` to ``end``. ``host`` is in small letters and in its own alphabet.

    ``rest`` is what follows the host. ``real`` when it has a scheme, so that platforms make it a link; ``label`` is the
    text that stands for it on the page, ``inside`` when another link carries it or it is one of too many.
    """

    start: int
    end: int
    host: str
    rest: str
    real: bool
    label: str = ""
    inside: bool = False

    @property
    def domains(self) -> tuple[str, ...]:
        """The host, then each domain it belongs to: ``a.b.org``, ``b.org``, ``org``."""
        return domains_of(self.host)


class Wanted:
    """Domains whose links are found however many others stand before them."""

    def __init__(self, domains: Iterable[str] = ()) -> None:
        self._domains = frozenset(domains)
        self._tails = frozenset(tuple(domain.split(".")[-2:]) for domain in self._domains)

    def may_be_in(self, text: str) -> bool:
        """False when no host of a text ends as one of them does."""
        text = text.casefold()
        return "xn--" in text or not self._tails.isdisjoint(_HOSTS.findall(text))

    def holds(self, host: str) -> bool:
        """Whether it is one of them or belongs to one."""
        return not self._domains.isdisjoint(domains_of(host))


NONE_WANTED = Wanted()


def addresses(text: str, wanted: Wanted = NONE_WANTED) -> tuple[Address, ...]:
    """The different links of a text, in order, ``MOST`` and one more; a link carried by another follows it.

    Of the links beyond these, such as are ``wanted``.
    """
    if not _INNER_DOT.search(text):
        return ()
    return tuple(_found(text, wanted))


def _found(text: str, wanted: Wanted) -> Iterator[Address]:
    count, known = 0, set()
    for match in _LINK.finditer(text):
        ending, start = match["ending"], match.start()
        if ending and not _ends_a_link(ending):
            continue
        said = match[0], _label(text, start)
        if said in known:
            continue
        known.add(said)
        found = _address(match[0], start, said[1])
        if found is None:
            continue
        yield found
        yield from _carried(found)
        count += 1
        if count > MOST:
            yield from _beyond(text, match.end(), wanted)
            return


@lru_cache(4096)
def _ends_a_link(ending: str) -> bool:
    """Not ``self.name``, and no sentence that begins right after a full stop."""
    sentence = ending[:1].isupper() and not ending.isupper()
    return not sentence and _own_alphabet(_folded(ending)) in endings()


def _beyond(text: str, start: int, wanted: Wanted) -> Iterator[Address]:
    """The ``wanted`` links in what nobody reads to the end, however they are carried."""
    read = _compatible(text[start:])
    if not wanted.may_be_in(read):
        return
    for match in _HOSTS.finditer(read):
        host = match[0]
        name = normal_host(host)
        if wanted.holds(name):
            at = text.find(host, start)
            first, last = (at, at + len(host)) if at >= 0 else (start, len(text))
            rest = _REST.match(read, match.end())
            yield Address(first, last, name, rest[0] if rest else "", real=True, inside=True)


def _trimmed(written: str) -> str:
    """Without what belongs to the sentence: a full stop, a bracket that was opened before the link."""
    if written[-1:] not in _TRAILING:
        return written
    count = Counter(written)
    end = len(written)
    while end and (last := written[end - 1]) in _TRAILING:
        if last in _OPENING and count[_OPENING[last]] >= count[last]:
            break
        count[last] -= 1
        end -= 1
    return written[:end]


def _address(written: str, start: int, label: str = "") -> Address | None:
    leading = len(written) - len(written.lstrip(f"-.{_DOTS}"))
    written = _trimmed(written[leading:])
    scheme = _SCHEME.match(written)
    place, rest = _split_place(written[scheme.end() :] if scheme else written)
    name = normal_host(place)
    if not name:
        return None
    return Address(start + leading, start + leading + len(written), name, rest, scheme is not None, label)


def _split_place(after: str) -> tuple[str, str]:
    """The host of what follows the scheme, and the rest from its slash on."""
    end = _END_OF_PLACE.search(after)
    cut = end.start() if end else len(after)
    place, rest = after[:cut].rpartition("@")[2], after[cut:]
    host, colon, port = place.rpartition(":")
    return (host if colon and port.isdecimal() else place), rest


@lru_cache(4096)
def domains_of(host: str) -> tuple[str, ...]:
    """A host, then each domain it belongs to."""
    labels = host.split(".")
    return tuple(".".join(labels[at:]) for at in range(len(labels)))


@lru_cache(4096)
def normal_host(written: str) -> str:
    """A host as lists compare it; empty for what is none."""
    host = _folded(written).strip(".-")
    if "." not in host or len(host) > LONGEST_HOST:
        return ""
    if "xn--" not in host:
        return host
    return ".".join(map(_own_alphabet, host.split(".")))


def _folded(written: str) -> str:
    if written.isascii() and "%" not in written:
        return written.lower()
    return _compatible(written).casefold()


def _compatible(text: str) -> str:
    """As browsers read it: percent codes and compatibility forms resolved, dots plain, nothing hidden."""
    read = unicodedata.normalize("NFKC", unquote(text))
    for sign, plain in _FOLD:
        read = read.replace(sign, plain)
    return read


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
        if _SCHEME.match(written) and (found := _address(written, 0)):
            yield Address(outer.start, outer.end, found.host, found.rest, found.real, inside=True)

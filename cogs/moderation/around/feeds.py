"""Lists of domains known for fraud, as others publish them: one a line, as a hosts file, or as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from ipaddress import ip_address
from typing import Any

from cogs.moderation.rules.addresses import known_suffix, normal_host

MOST = 200_000
"""Domains taken from one feed."""


JSON = re.compile(r"""\s*(\{|\[\s*["{\[\]\d])""")
"""How JSON begins; ``[Adblock Plus]`` is the title of a list."""


class BadFeed(ValueError):
    """What was fetched is no list of domains."""


def read_feed(body: bytes, *, most: int = MOST) -> frozenset[str]:
    """The domains of a feed, at most ``most``, in the form that links are compared in.

    Lines may be domains, ``0.0.0.0 domain`` as in a hosts file, ``||domain^`` as blockers write, or whole addresses;
    ``#`` and ``!`` open comments. JSON is a list of texts or of objects with ``domain``, ``host`` or ``url``, alone or
    under one key. Raises ``BadFeed`` for what holds no domain, such as a page that says the feed has moved.
    """
    text = body.decode("utf-8-sig", errors="replace")
    said = _of_json(text) if JSON.match(text) else _of_lines(text)
    domains: set[str] = set()
    for one in said:
        if len(domains) >= most:
            break
        if domain := _domain(one):
            domains.add(domain)
    if not domains:
        raise BadFeed("no domain in it")
    return frozenset(domains)


def _of_lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        said = line.partition("#")[0].split()
        if said and not said[0].startswith(("!", "[", "<")):
            yield said[1] if len(said) > 1 and _numbers(said[0]) else said[0]


def _of_json(text: str) -> Iterable[str]:
    try:
        return tuple(_said(json.loads(text)))
    except (ValueError, RecursionError):
        raise BadFeed("broken JSON") from None


def _said(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        lists = [inner for inner in value.values() if isinstance(inner, list)]
        value = lists[0] if len(lists) == 1 else list(value)
    for one in value if isinstance(value, list) else ():
        if isinstance(one, dict):
            one = next((one[key] for key in ("domain", "host", "url") if isinstance(one.get(key), str)), "")
        if isinstance(one, str):
            yield one


def _domain(written: str) -> str:
    """Empty for what is no domain: a single word, a number, a whole suffix such as ``co.uk``."""
    after = written.partition("://")[2] or written.removeprefix("||").removeprefix("*.")
    host = normal_host(after.partition("/")[0].partition("^")[0].partition(":")[0])
    if not host or any(one in host for one in " <>\"'()[]{}=,;") or _numbers(host):
        return ""
    return host if known_suffix(host) else ""


def _numbers(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True

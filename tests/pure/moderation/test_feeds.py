"""Feeds of fraudulent domains, as others publish them and as they break."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogs.moderation.around.feeds import BadFeed, read_feed

TWO = frozenset({"scam.org", "free-coins.com"})


@pytest.mark.parametrize(
    "body",
    [
        "scam.org\nfree-coins.com\n",
        "\ufeff# a list\r\nSCAM.org # since Monday\r\n\r\n! other\r\nfree-coins.com.\r\n",
        "127.0.0.1 localhost\n0.0.0.0 scam.org\n0.0.0.0\tfree-coins.com\n::1 localhost",
        "[Adblock Plus]\n||scam.org^\n||free-coins.com^$third-party",
        "https://scam.org/login?x=1\nhttp://free-coins.com:8080/",
        "*.scam.org\nfree-coins.com\nnot a domain\nco.uk\n192.0.2.1",
        json.dumps(["scam.org", "free-coins.com", 3, None]),
        json.dumps({"updated": "today", "domains": ["scam.org", "free-coins.com"]}),
        json.dumps([{"domain": "scam.org", "seen": 3}, {"url": "https://free-coins.com/x"}, {"other": 1}]),
        json.dumps({"scam.org": 1, "free-coins.com": {"since": "today"}}),
    ],
)
def test_every_usual_form_is_read(body: str) -> None:
    assert read_feed(body.encode()) == TWO


def test_domains_are_compared_as_links_are() -> None:
    assert read_feed(b"xn--bcher-kva.org") == {"bücher.org"}


@pytest.mark.parametrize(
    "body", [b"", b"<html><body>Moved</body></html>", b"[1, 2", b"{}", b"\xff\xfe\x00", b"[" * 100_000]
)
def test_what_is_no_feed_is_refused(body: bytes) -> None:
    with pytest.raises(BadFeed):
        read_feed(body)


def test_no_more_than_the_cap_is_taken() -> None:
    assert len(read_feed("".join(f"scam{n}.org\n" for n in range(100)).encode(), most=10)) == 10


@given(st.binary(max_size=300))
def test_anything_may_come(body: bytes) -> None:
    try:
        assert all("." in domain for domain in read_feed(body))
    except BadFeed:
        return

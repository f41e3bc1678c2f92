"""Fetching from addresses that people choose: a server here stands for the internet, and for what lies behind it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from ipaddress import IPv4Address, ip_address
from socket import AF_INET, AddressFamily

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.test_utils import TestServer

from bot.cog import Fetched, Unreachable, Voice
from bot.engine.fetching import Address, Fetcher, public

HERE = ip_address("127.0.0.1")


class Names(AbstractResolver):
    """``feed.example`` is our server, ``inside.example`` a machine nobody may reach."""

    async def resolve(self, host: str, port: int = 0, family: AddressFamily = AF_INET) -> list[ResolveResult]:
        if host.endswith(".example"):
            address = {"feed.example": "127.0.0.1"}.get(host, "10.0.0.1")
            return [ResolveResult(hostname=host, host=address, port=port, family=AF_INET, proto=0, flags=0)]
        raise OSError("no such name")

    async def close(self) -> None:
        """Nothing is open."""


def here_or_public(address: Address) -> bool:
    return address == HERE or public(address)


async def feed(request: web.Request) -> web.StreamResponse:
    if request.headers.get("If-None-Match") == '"one"':
        return web.Response(status=304, headers={"ETag": '"one"'})
    return web.Response(
        text="scam.example\n", headers={"ETag": '"one"', "Last-Modified": "Mon, 23 Nov 2026 08:00:00 GMT"}
    )


async def to(request: web.Request) -> web.StreamResponse:
    raise web.HTTPFound(request.query["url"])


async def endless(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse()
    await answer.prepare(request)
    while True:
        await answer.write(b"x" * 65_536)


async def never(request: web.Request) -> web.StreamResponse:
    await asyncio.Event().wait()
    raise AssertionError


async def packed(request: web.Request) -> web.StreamResponse:
    return web.Response(body=b"x", headers={"Content-Encoding": "gzip"})


async def gone(request: web.Request) -> web.StreamResponse:
    raise web.HTTPGone


@pytest.fixture
async def port() -> AsyncIterator[int]:
    app = web.Application()
    app.add_routes([web.get(f"/{fn.__name__}", fn) for fn in (feed, to, endless, never, packed, gone)])
    async with TestServer(app) as server:
        assert server.port
        yield server.port


@pytest.fixture
def fetcher() -> Fetcher:
    return Fetcher(allowed=here_or_public, resolver=Names, time=5)


async def refused(fetcher: Fetcher, url: str, limit: int = 1000) -> str:
    with pytest.raises(Unreachable) as error:
        await fetcher.fetch(url, limit=limit)
    return Voice().text(error.value.words)


async def test_what_an_address_gives(fetcher: Fetcher, port: int) -> None:
    got = await fetcher.fetch(f"http://feed.example:{port}/feed")
    assert got == Fetched(
        f"http://feed.example:{port}/feed", b"scam.example\n", "text/plain", '"one"', "Mon, 23 Nov 2026 08:00:00 GMT"
    )
    again = await fetcher.fetch(got.url, etag=got.etag, modified=got.modified)
    assert again.body is None
    assert again.etag == got.etag


async def test_a_redirection_is_followed(fetcher: Fetcher, port: int) -> None:
    got = await fetcher.fetch(f"http://feed.example:{port}/to?url=/feed")
    assert got.body == b"scam.example\n"


@pytest.mark.parametrize(
    "target",
    [
        "http://inside.example/",
        "http://10.0.0.1/",
        "http://[::1]/",
        "http://169.254.169.254/latest",
        "http://[::ffff:10.0.0.1]/",
    ],
)
async def test_what_is_not_public_is_refused_even_behind_a_redirection(
    fetcher: Fetcher, port: int, target: str
) -> None:
    assert "not on the public internet" in await refused(fetcher, target)
    assert "not on the public internet" in await refused(fetcher, f"http://feed.example:{port}/to?url={target}")


async def test_our_own_machine_is_refused(port: int) -> None:
    for host in ("127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433", "0x7f.1"):
        assert await refused(Fetcher(time=5), f"http://{host}:{port}/feed")
    assert "not on the public internet" in await refused(Fetcher(resolver=Names), f"http://feed.example:{port}/feed")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/endless", "more than 100,000 bytes"),
        ("/packed", "packed data"),
        ("/gone", "error 410"),
        ("/nowhere", "error 404"),
        ("/to?url=file:///etc/passwd", "begins with https://"),
        ("/to?url=http://a:b@feed.example/", "no password"),
    ],
)
async def test_what_cannot_be_used_is_said(fetcher: Fetcher, port: int, path: str, words: str) -> None:
    assert words in await refused(fetcher, f"http://feed.example:{port}{path}", limit=100_000)


async def test_a_circle_ends(fetcher: Fetcher, port: int) -> None:
    circle = f"http://feed.example:{port}/to?url=/to%3Furl%3D"
    assert await refused(fetcher, circle + "/to")
    assert await refused(fetcher, f"http://feed.example:{port}/to?url={'/to%3Furl='}x")


async def test_who_never_answers_is_given_up(port: int) -> None:
    quick = Fetcher(allowed=here_or_public, resolver=Names, time=0.2)
    assert "too long" in await refused(quick, f"http://feed.example:{port}/never")


@pytest.mark.parametrize(
    "url", ["", "feed.example", "ftp://feed.example", "https://", "http://a b/", "https://u:p@feed.example"]
)
async def test_what_is_no_address_is_refused(fetcher: Fetcher, url: str) -> None:
    assert await refused(fetcher, url)


async def test_a_name_that_nobody_has(fetcher: Fetcher) -> None:
    assert "cannot be reached" in await refused(fetcher, "https://nowhere.invalid/")


async def test_a_rehearsal_reaches_nobody() -> None:
    assert "rehearsal" in await refused(Fetcher(online=False), "https://feed.example")


@pytest.mark.parametrize(
    ("address", "is_public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("100.64.0.1", False),
        ("192.168.1.1", False),
        ("172.16.0.1", False),
        ("0.0.0.0", False),
        ("255.255.255.255", False),
        ("224.0.0.1", False),
        ("fe80::1", False),
        ("fc00::1", False),
        ("::", False),
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::", False),
        ("::ffff:192.168.0.1", False),
        ("64:ff9b::5db8:d70e", True),
    ],
)
def test_public_addresses(address: str, is_public: bool) -> None:
    assert public(ip_address(address)) is is_public
    assert isinstance(HERE, IPv4Address)

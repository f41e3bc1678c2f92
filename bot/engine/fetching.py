"""Fetching from addresses that people choose, without becoming their hand inside the network we run in.

Every name is resolved here, what is not public is refused, and the connection goes to the very address that was
checked: a name that answers differently the second time gains nothing. Each redirection is checked again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from socket import AddressFamily
from typing import Any

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from bot.cog.fetched import LIMIT, Fetched, Unreachable
from bot.cog.texts import t

Address = IPv4Address | IPv6Address
TIME = 20.0
"""Seconds for one request, its redirections included."""
REDIRECTIONS = 5
TRANSLATED = IPv6Network("64:ff9b::/96")
"""IPv4 behind a translator (RFC 6052): what counts is the address in its last four bytes."""


def public(address: Address) -> bool:
    """Whether an address is reachable by everybody: not loopback, private, link-local, shared, multicast, reserved."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if address in TRANSLATED:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return public(inner)
    return address.is_global and not address.is_multicast


class _NotPublic(OSError):
    """The address of a host is none of the internet's."""


class _Checking(AbstractResolver):
    """Resolves names to allowed addresses alone."""

    def __init__(self, resolver: AbstractResolver, allowed: Callable[[Address], bool]) -> None:
        self.resolver = resolver
        self.allowed = allowed

    async def resolve(
        self, host: str, port: int = 0, family: AddressFamily = AddressFamily.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await self.resolver.resolve(host, port, family)
        if not found or not all(self.allowed(ip_address(one["host"].partition("%")[0])) for one in found):
            raise _NotPublic(host)
        return found

    async def close(self) -> None:
        await self.resolver.close()


class Fetcher:
    """``online`` is false in rehearsals, which reach nobody. ``allowed`` says which addresses may be asked."""

    def __init__(
        self,
        *,
        online: bool = True,
        allowed: Callable[[Address], bool] = public,
        resolver: Callable[[], AbstractResolver] = ThreadedResolver,
        time: float = TIME,
    ) -> None:
        self.online = online
        self.allowed = allowed
        self.resolver = resolver
        self.time = time

    async def fetch(self, url: str, *, etag: str = "", modified: str = "", limit: int = LIMIT) -> Fetched:
        """Raises ``Unreachable`` with words for whoever chose the address."""
        if not self.online:
            raise Unreachable(t("A rehearsal reaches nobody outside."))
        headers = {"User-Agent": "Relais", "Accept-Encoding": "identity"}
        headers |= {"If-None-Match": etag} if etag else {}
        headers |= {"If-Modified-Since": modified} if modified else {}
        try:
            async with asyncio.timeout(self.time), self._session() as session:
                return await self._follow(session, _address(url), headers, limit)
        except TimeoutError:
            raise Unreachable(t("This address takes too long to answer.")) from None
        except _NotPublic:
            raise Unreachable(t("This address is not on the public internet.")) from None
        except (ClientError, OSError, ValueError) as error:
            if isinstance(error.__cause__, _NotPublic):
                raise Unreachable(t("This address is not on the public internet.")) from None
            raise Unreachable(t("This address cannot be reached.")) from None

    def _session(self) -> ClientSession:
        connector = TCPConnector(resolver=_Checking(self.resolver(), self.allowed), use_dns_cache=False)
        timeout = ClientTimeout(total=self.time)
        return ClientSession(connector=connector, timeout=timeout, cookie_jar=DummyCookieJar(), auto_decompress=False)

    async def _follow(self, session: ClientSession, url: URL, headers: dict[str, str], limit: int) -> Fetched:
        for _ in range(REDIRECTIONS + 1):
            self._check(url)
            async with session.get(url, headers=headers, allow_redirects=False) as answer:
                if answer.status not in (301, 302, 303, 307, 308):
                    return await _read(answer, limit)
                following = _address(str(url.join(URL(answer.headers.get("Location", "")))))
            if url.scheme == "https" and following.scheme != "https":
                raise Unreachable(t("This address leads from https to http, which is not safe."))
            url = following
        raise Unreachable(t("This address leads from one to another without end."))

    def _check(self, url: URL) -> None:
        """An address written in numbers is not resolved: it is checked here."""
        try:
            address = ip_address((url.host or "").partition("%")[0])
        except ValueError:
            return
        if not self.allowed(address):
            raise _NotPublic(url.host)


def _address(written: str) -> URL:
    refusal = Unreachable(t("An address begins with https:// and holds no password."))
    try:
        url = URL(written)
    except ValueError:
        raise refusal from None
    if url.scheme not in ("http", "https") or not url.host or url.user is not None or url.password is not None:
        raise refusal
    return url


async def _read(answer: ClientResponse, limit: int) -> Fetched:
    known: dict[str, Any] = {
        "url": str(answer.url),
        "media": answer.content_type,
        "etag": answer.headers.get("ETag", ""),
        "modified": answer.headers.get("Last-Modified", ""),
    }
    if answer.status == 304:
        return Fetched(body=None, **known)
    if answer.status != 200:
        raise Unreachable(t("This address answers with the error {status}.", status=str(answer.status)))
    if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Unreachable(t("This address sends packed data that was not asked for."))
    body = bytearray()
    async for chunk in answer.content.iter_chunked(65_536):
        body += chunk
        if len(body) > limit:
            raise Unreachable(t("This address sends more than {limit} bytes.", limit=limit))
    return Fetched(body=bytes(body), **known)

"""What is known of domains: who shortens, who invites, who is imitated, and when two of them look alike.

The names were written down for this project in November 2026 from what the services themselves document.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from confusable_homoglyphs import confusables
from rapidfuzz.distance import OSA

from cogs.moderation.rules.addresses import Address, addresses, domains_of, registered

SHORTENERS: frozenset[str] = frozenset(
    "adf.ly bit.do bit.ly bl.ink buff.ly clck.ru cutt.ly goo.gl grabify.link is.gd iplogger.org ow.ly "
    "qr.ae rb.gy rebrand.ly s.id short.io shorte.st shorturl.at soo.gd t.ly t2m.io tiny.cc tinyurl.com "
    "tr.im trib.al urlz.fr v.gd vu.fr x.gd".split()
)
"""Whom people ask to shorten a link. Networks that do it to every link without being asked are not among them."""

WELL_KNOWN: frozenset[str] = frozenset(
    "adobe.com airbnb.com amazon.com amazon.fr ameli.fr apple.com binance.com blizzard.com booking.com coinbase.com "
    "discord.com discord.gg discordapp.com dropbox.com ebay.com epicgames.com facebook.com github.com gitlab.com "
    "gmail.com google.com icloud.com impots.gouv.fr instagram.com laposte.fr leboncoin.fr linkedin.com live.com "
    "metamask.io microsoft.com minecraft.net netflix.com office.com opensea.io outlook.com paypal.com paypal.me "
    "playstation.com reddit.com roblox.com slack.com spotify.com steamcommunity.com steampowered.com stripe.com "
    "telegram.org tiktok.com twitch.tv twitter.com vinted.fr whatsapp.com wikipedia.org xbox.com yahoo.com "
    "youtube.com zoom.us".split()
)


@dataclass(frozen=True, slots=True)
class Invitation:
    """``path`` is what comes before the code."""

    platform: str
    path: str = "/"


INVITES: Mapping[str, Invitation] = {
    "discord.gg": Invitation("Discord"),
    "discord.com": Invitation("Discord", "/invite/"),
    "discordapp.com": Invitation("Discord", "/invite/"),
    "canary.discord.com": Invitation("Discord", "/invite/"),
    "ptb.discord.com": Invitation("Discord", "/invite/"),
    "dsc.gg": Invitation("Discord"),
    "discord.me": Invitation("Discord"),
    "discord.io": Invitation("Discord"),
    "invite.gg": Invitation("Discord"),
    "join.slack.com": Invitation("Slack", "/t/"),
    "t.me": Invitation("Telegram"),
    "telegram.me": Invitation("Telegram"),
    "telegram.dog": Invitation("Telegram"),
    "chat.whatsapp.com": Invitation("WhatsApp"),
    "signal.group": Invitation("Signal"),
    "guilded.gg": Invitation("Guilded"),
}


def code_of(one: Address) -> str | None:
    """The code of an invitation; ``None`` for any other link. Slack's is its workspace's name."""
    kind = INVITES.get(one.host.removeprefix("www."))
    if kind is None:
        return None
    rest = one.rest.replace("\\", "/")
    if not rest.lower().startswith(kind.path):
        return None
    code = rest[len(kind.path) :].removeprefix("invite/").split("/")[0].split("?")[0].strip()
    if code == "#" or (code.startswith("#") and len(code) < 3):
        return None
    return code.removeprefix("#") or None


_ALIKE = str.maketrans({"0": "o", "1": "l", "i": "l", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "9": "g"})
SHORTEST = 5
"""Letters of the shortest name of which imitations are looked for: nearly every word is near to a shorter one."""
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("nn", "m"))


@lru_cache(4096)
def skeleton(domain: str) -> str:
    """What the eye sees of a domain: letters drawn alike are one, hyphens are gone."""
    seen = "".join(map(_drawn, domain)).translate(_ALIKE)
    for pair, one in _PAIRS:
        seen = seen.replace(pair, one)
    return seen.replace("-", "")


@lru_cache(4096)
def _drawn(letter: str) -> str:
    """The small Latin letter that a letter is drawn like, or itself."""
    if letter.isascii():
        return letter
    plain = "".join(c for c in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(c))
    if plain.isascii():
        return plain.lower()
    found = confusables.is_confusable(letter, greedy=True, preferred_aliases=["latin"])
    alike = [one["c"] for group in found or () for one in group["homoglyphs"] if one["c"].isascii()]
    return alike[0].lower() if alike else letter


BAITS = frozenset(
    map(
        skeleton,
        "account airdrop app auth bonus claim code connexion free gift gifts giveaway help login nitro official "
        "pay promo reward secure security service signin support team trade update verify verification wallet".split(),
    )
)


_FILE = re.compile(r"\.(?:cc|md|mov|pl|ps|py|rs|sh|so|zip)$")
"""Endings of files that are countries' or other domains' too."""
_LABEL_ENDS = re.compile(r"[.-]")


class Genuine:
    """Domains that others imitate."""

    def __init__(self, domains: Iterable[str]) -> None:
        self.domains = frozenset(domains)
        self.names = {domain.partition(".")[0]: domain for domain in sorted(self.domains, reverse=True)}
        self.shapes = {skeleton(name): name for name in self.names}
        self.long = frozenset(shape for shape in self.shapes if len(shape) >= SHORTEST)
        self.begins: dict[str, list[str]] = {}
        for shape in self.long:
            self.begins.setdefault(shape[0], []).append(shape)
        self.imitated = lru_cache(4096)(self._imitated)

    def claimed(self, one: Address) -> str:
        """The domain that a link's label shows when it leads elsewhere; empty when none, or when it names the file."""
        if not one.label:
            return ""
        own, path = registered(one.host), one.rest.casefold()
        shown = (found.host for found in addresses(one.label) if not (_FILE.search(found.host) and found.host in path))
        return next((domain for domain in map(registered, shown) if domain != own), "")

    def _imitated(self, host: str) -> str:
        """The genuine domain that a host is made to be taken for; empty when none."""
        if not self.domains.isdisjoint(domains_of(host)):
            return ""
        return self._led_by(host) or self._shaped_like(registered(host).partition(".")[0])

    def _led_by(self, host: str) -> str:
        """``paypal.com.example.org`` begins as ``paypal.com`` does, and is not."""
        parts = (host[: end.start()] for end in _LABEL_ENDS.finditer(host))
        return next((part for part in parts if part in self.domains), "")

    def _shaped_like(self, name: str) -> str:
        if name in self.names:
            return ""
        shape = skeleton(name)
        known = shape if shape in self.shapes else self._baiting(name, shape) or self._slipped(shape)
        return self.names[self.shapes[known]] if known else ""

    def _baiting(self, name: str, shape: str) -> str:
        """The shape of a known name beside a word that attracts: ``discord-nitro``, ``steamgift``."""
        for at in range(1, len(shape)):
            first, second = shape[:at], shape[at:]
            if first in self.long and second in BAITS:
                return first
            if first in BAITS and second in self.long:
                return second
        parts = [skeleton(part) for part in name.split("-")]
        return "" if BAITS.isdisjoint(parts) else next((part for part in parts if part in self.long), "")

    def _slipped(self, shape: str) -> str:
        """A shape one slip of the finger away, with the same first letter; a plural is a word of its own."""
        near = (known for known in self.begins.get(shape[:1], ()) if shape.removesuffix("s") != known)
        return next((known for known in near if len(known) > SHORTEST and _slip(shape, known)), "")


def _slip(shape: str, known: str) -> bool:
    return OSA.distance(shape, known, score_cutoff=1) <= 1

"""Links: domains that may or may not be there, invitations elsewhere, fraud, and domains that look like others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from bot.cog import Unread, Words, t
from cogs.moderation.rules.addresses import MOST, Address, normal_host, registered
from cogs.moderation.rules.domains import INVITES, SHORTENERS, WELL_KNOWN, Genuine, code_of
from cogs.moderation.rules.triggers.base import Making, Surroundings, TriggerBase
from cogs.moderation.rules.view import Look, Sign, View
from cogs.moderation.seen import Hit

BEYOND = f">{MOST}"
"""The detail of a hit that stands for more links than are read."""


def _domain(written: str) -> str:
    host = normal_host(written.strip().removeprefix("*.").rstrip("/"))
    if not host or "/" in host or " " in host or ":" in host:
        raise Unread(t("“{domain}” is not a domain; write example.org", domain=written[:60]))
    return host


Domain = Annotated[str, AfterValidator(_domain)]
Domains = Annotated[tuple[Domain, ...], Field(max_length=10_000)]


class OnLinks(TriggerBase):
    """``real``: only what the platform makes a link, with its ``https://``."""

    needs: ClassVar[Sign] = Sign.DOT | Sign.FOREIGN
    real: bool = False

    def links(self, view: View) -> Iterator[tuple[int | None, Address]]:
        for quote, one in view.addresses:
            if one.real or not self.real:
                yield quote, one

    def hit(self, view: View, quote: int | None, one: Address, detail: str) -> Hit:
        return view.hit(self.on, one.start, one.end, quote=quote, detail=detail)

    def too_many(self, view: View) -> Hit | None:
        """More links than are read, in the text or in one quote: what stands behind them would escape."""
        if len(view.addresses) <= MOST:
            return None
        count = Counter(quote for quote, one in view.addresses if not one.inside)
        beyond = [(quote, one) for quote, one in view.addresses if count[quote] > MOST and not one.inside]
        return self.hit(view, *beyond[-1], BEYOND) if beyond else None


class LinksTrigger(OnLinks):
    """Links to a domain of ``deny`` or its subdomains, to ``shorteners``, or with ``any`` to whatever ``allow`` spares.

    The community's own domains are allowed. More than 30 different links in one text, which nobody reads to the end,
    are found too.
    """

    on: Literal["links"] = "links"
    deny: Domains = ()
    allow: Domains = ()
    any: bool = False
    shorteners: bool = False

    def domains(self, around: Surroundings) -> frozenset[str]:
        return frozenset(self.deny) | (SHORTENERS if self.shorteners else frozenset())

    def ready(self, making: Making) -> Look:
        deny = self.domains(making.around)
        allow = frozenset(self.allow) | making.around.home

        def look(view: View) -> Hit | None:
            for quote, one in self.links(view):
                for domain in one.domains:
                    if domain in deny:
                        return self.hit(view, quote, one, domain)
                    if domain in allow:
                        break
                else:
                    if self.any and (one.real or one.rest):
                        return self.hit(view, quote, one, one.host)
            return self.too_many(view)

        return look

    def missed(self, view: View) -> Words:
        return t("All its links are allowed.") if view.addresses else t("There is no link in it.")


class InvitesTrigger(OnLinks):
    """Invitations to other servers, workspaces and groups; ``allow`` holds codes that are welcome."""

    on: Literal["invites"] = "invites"
    allow: tuple[str, ...] = ()

    def domains(self, around: Surroundings) -> frozenset[str]:
        return frozenset(INVITES)

    def ready(self, making: Making) -> Look:
        allow = frozenset(self.allow) | making.around.invites

        def look(view: View) -> Hit | None:
            for quote, one in self.links(view):
                code = code_of(one)
                if code is not None and code not in allow and one.host not in making.around.home:
                    return self.hit(view, quote, one, INVITES[one.host.removeprefix("www.")].platform)
            return None

        return look

    def missed(self, view: View) -> Words:
        return t("There is no invitation to another place in it.")


class ScamsTrigger(OnLinks):
    """Links to domains known for fraud; the list comes from outside, ``deny`` adds to it."""

    on: Literal["scams"] = "scams"
    deny: Domains = ()

    def domains(self, around: Surroundings) -> frozenset[str]:
        return around.scams | frozenset(self.deny)

    def ready(self, making: Making) -> Look:
        scams, home = self.domains(making.around), making.around.home

        def look(view: View) -> Hit | None:
            for quote, one in self.links(view):
                for domain in one.domains:
                    if domain in home:
                        break
                    if domain in scams:
                        return self.hit(view, quote, one, domain)
            return None

        return look

    def missed(self, view: View) -> Words:
        return t("None of its links is known for fraud.") if view.addresses else t("There is no link in it.")


class LookalikesTrigger(OnLinks):
    """Domains made to be taken for another: for a well-known one, one of ``protect``, or the community's own.

    Also a link whose label shows another domain than the one it leads to, and more than 30 different links in one text:
    what stands behind them would escape.
    """

    on: Literal["lookalikes"] = "lookalikes"
    protect: Domains = ()
    allow: Domains = ()

    def ready(self, making: Making) -> Look:
        genuine = Genuine((*WELL_KNOWN, *self.protect, *map(registered, making.around.home)))
        allow = frozenset(self.allow)

        def look(view: View) -> Hit | None:
            if many := self.too_many(view):
                return many
            for quote, one in self.links(view):
                if not allow.isdisjoint(one.domains):
                    continue
                if imitated := genuine.imitated(one.host) or genuine.claimed(one):
                    return self.hit(view, quote, one, imitated)
            return None

        return look

    def missed(self, view: View) -> Words:
        return t("None of its links imitates another.") if view.addresses else t("There is no link in it.")

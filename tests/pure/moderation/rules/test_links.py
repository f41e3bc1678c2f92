"""Which links a message holds, where they really lead, and what they pretend to be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogs.moderation.rules import Surroundings
from cogs.moderation.rules.addresses import Wanted, addresses
from cogs.moderation.rules.triggers.links import BEYOND

Make = Callable[..., Any]


@pytest.mark.parametrize(
    ("text", "written", "host"),
    [
        ("see https://example.org.", "https://example.org", "example.org"),
        (
            "(https://fr.wikipedia.org/wiki/Pont_(rivière))",
            "https://fr.wikipedia.org/wiki/Pont_(rivière)",
            "fr.wikipedia.org",
        ),
        ("<https://example.org/a|here>", "https://example.org/a", "example.org"),
        ("||https://example.org||", "https://example.org", "example.org"),
        ("HTTPS://EXAMPLE.ORG/A?B", "HTTPS://EXAMPLE.ORG/A?B", "example.org"),
        ("example.co.uk/path", "example.co.uk/path", "example.co.uk"),
        ("http://user:word@evil.example:8080/x", "http://user:word@evil.example:8080/x", "evil.example"),
        ("https://discord.com@evil.example/", "https://discord.com@evil.example/", "evil.example"),
        ("https:\\\\evil.example\\a", "https:\\\\evil.example\\a", "evil.example"),
        ("https://ex\u200bample.org", "https://ex\u200bample.org", "example.org"),
        ("example。org", "example。org", "example.org"),
        ("https://ｅｘａｍｐｌｅ.org", "https://ｅｘａｍｐｌｅ.org", "example.org"),
        ("https://%65xample.org", "https://%65xample.org", "example.org"),
        ("http://xn--bcher-kva.example", "http://xn--bcher-kva.example", "bücher.example"),
        ("http://bücher.example", "http://bücher.example", "bücher.example"),
        ("example.org/?u=x://y", "example.org/?u=x://y", "example.org"),
        ("x.https://example.org/a", "https://example.org/a", "example.org"),
        ("http://192.0.2.1/x", "http://192.0.2.1/x", "192.0.2.1"),
    ],
)
def test_a_link_is_read_as_browsers_do(text: str, written: str, host: str) -> None:
    (found,) = addresses(text)
    assert (text[found.start : found.end], found.host) == (written, host)


@pytest.mark.parametrize(
    "text",
    [
        "ada@example.org",
        "mailto:ada@example.org",
        "C’est fini.Il part",
        "3.14 and 1.2.3",
        "e.g. this",
        "readme.txt",
        "a.b",
        "…",
    ],
)
def test_what_is_no_link(text: str) -> None:
    assert addresses(text) == ()


def test_a_link_that_carries_another_shows_both() -> None:
    hosts = [one.host for one in addresses("https://www.google.com/url?q=https%3A%2F%2Fevil.example%2Fx&sa=D")]
    assert hosts == ["www.google.com", "evil.example"]


@given(st.text(alphabet="a.:/@[]()%- \u200bé。<>|\ud800x", max_size=60))
def test_links_stand_in_the_text(text: str) -> None:
    if text.isascii() or "\ud800" not in text:
        for one in addresses(text):
            assert 0 <= one.start < one.end <= len(text)
            assert "." in one.host


@pytest.mark.parametrize(
    ("trigger", "text", "detail"),
    [
        ({"deny": ["evil.example"]}, "https://evil.example", "evil.example"),
        ({"deny": ["*.evil.example"]}, "go to www.a.evil.example/x", None),
        ({"deny": ["evil.org"]}, "go to www.a.evil.org/x", "evil.org"),
        ({"deny": ["evil.org"]}, "https://notevil.org", None),
        ({"deny": ["bücher.org"]}, "https://xn--bcher-kva.org", "bücher.org"),
        ({"deny": ["evil.org"], "allow": ["good.evil.org"]}, "https://good.evil.org", None),
        ({"deny": ["evil.org"], "real": True}, "evil.org", None),
        ({"any": True, "allow": ["example.org"]}, "https://www.example.org https://other.org", "other.org"),
        ({"any": True}, "https://home.example.net/x", None),
        ({"any": True}, "no link here. None", None),
        ({"shorteners": True}, "https://bit.ly/3xyz", "bit.ly"),
        ({"shorteners": True}, "https://habit.ly/3xyz", None),
    ],
)
def test_links_allowed_and_denied(rule: Make, trigger: dict[str, Any], text: str, detail: str | None) -> None:
    around = Surroundings(languages=(), home=frozenset({"example.net"}))
    hit = rule({"on": "links", **trigger}, around=around).sees(text)
    assert (hit and hit.detail) == detail
    assert hit is None or text[slice(*hit.span)] == hit.matched


@pytest.mark.parametrize(
    ("text", "platform"),
    [
        ("discord.gg/abcDEF", "Discord"),
        ("https://discord.com/invite/abcDEF?event=1", "Discord"),
        ("https://www.discord.gg/abc", "Discord"),
        ("https://discord.com/channels/1/2", None),
        ("https://join.slack.com/t/other/shared_invite/zt-1", "Slack"),
        ("https://t.me/+abc", "Telegram"),
        ("https://chat.whatsapp.com/abc", "WhatsApp"),
        ("discord.gg/ours", None),
        ("discord.gg", None),
        ("our discord. Great", None),
    ],
)
def test_invitations(rule: Make, text: str, platform: str | None) -> None:
    around = Surroundings(languages=(), invites=frozenset({"ours"}))
    hit = rule({"on": "invites"}, around=around).sees(text)
    assert (hit and hit.detail) == platform


def test_fraud_is_known_from_outside(rule: Make) -> None:
    around = Surroundings(languages=(), scams=frozenset({"steam-gifts.example", "free.example"}))
    desk = rule({"on": "scams", "deny": ["own.example"]}, around=around)
    assert desk.sees("https://login.steam-gifts.example/x").detail == "steam-gifts.example"
    assert desk.sees("https://own.example")
    assert desk.sees("see [this](https://a.org/?u=https://free.example)").detail == "free.example"
    assert desk.sees("https://example") is None
    assert desk.sees("", quoted=("embed https://free.example",)).quote == 0


@pytest.mark.parametrize(
    ("text", "imitated"),
    [
        ("https://dlscord.com/nitro", "discord.com"),
        ("https://paypaI.com", "paypal.com"),
        ("https://раураl.com", "paypal.com"),
        ("https://xn--pypal-4ve.com", "paypal.com"),
        ("https://steamcommunlty.com/id", "steamcommunity.com"),
        ("https://discord-nitro.com", "discord.com"),
        ("https://discordgift.ru", "discord.com"),
        ("https://paypal.com.evil.ru/login", "paypal.com"),
        ("https://discrod.com", "discord.com"),
        ("https://rnicrosoft.com", "microsoft.com"),
        ("[discord.com](https://evil.org/x)", "discord.com"),
        ("https://our-cIub.org", "our-club.org"),
        ("https://discord.com https://www.paypal.com/fr https://google.fr https://amazon.de", None),
        ("https://en.wikipedia.org/wiki/PayPal https://github.io https://docs.python.org", None),
        ("https://shopify.com https://office.fr https://stripes.com https://our-club.org", None),
        ("[the page](https://example.org/a) [example.org](https://www.example.org)", None),
        ("https://applesandpears.org https://livemusic.org", None),
    ],
)
def test_lookalikes(rule: Make, text: str, imitated: str | None) -> None:
    around = Surroundings(languages=(), home=frozenset({"our-club.org"}), zone=ZoneInfo("Europe/Paris"))
    hit = rule({"on": "lookalikes"}, around=around).sees(text)
    assert (hit and hit.detail) == imitated


@pytest.mark.parametrize("trigger", [{"on": "links", "deny": ["bad.example.org"]}, {"on": "lookalikes"}])
@pytest.mark.parametrize("link", ["https://place{}.example.net", "https://example.net/{}", "place{}.example.net"])
def test_no_link_hides_behind_many_others(rule: Make, trigger: dict[str, Any], link: str) -> None:
    desk = rule(trigger)
    many = [link.format(at) for at in range(40)]
    assert desk.sees(" ".join(many[:30])) is None
    hit = desk.sees(" ".join([*many, "https://other.example.org"]))
    assert hit.detail == BEYOND
    assert hit.matched == many[30]
    assert desk.sees("hm", quoted=(" ".join(many),)).quote == 0


@pytest.mark.parametrize("padding", ["self.name ", "a full stop.Then ", "https://example.net ", "ada@example.net "])
def test_a_bad_link_is_found_behind_whatever_is_no_other_link(rule: Make, padding: str) -> None:
    desk = rule({"on": "links", "deny": ["bad.example.org"]})
    assert desk.sees(padding * 200) is None
    assert desk.sees(padding * 200 + "bad.example.org/a.html").matched == "bad.example.org/a.html"


def test_a_label_may_name_the_file_it_leads_to(rule: Make) -> None:
    desk = rule({"on": "lookalikes"})
    assert desk.sees("see [the README.md](https://github.com/club/bot/blob/main/README.md#start)") is None
    assert desk.sees("see [tree.py](https://other.example.org/x)")
    assert desk.sees("see [paypal.com](https://other.example.org/paypal.com)")


def test_an_address_as_label_does_not_hide_the_link() -> None:
    (found,) = addresses("see [https\\://blog.example.org/tea](https://blog.example.org/tea)")
    assert (found.host, found.real) == ("blog.example.org", True)


@pytest.mark.parametrize(
    ("trigger", "link", "detail"),
    [
        ({"on": "scams", "deny": ["free.example.org"]}, "https://www.free.example.org/x", "free.example.org"),
        ({"on": "scams", "deny": ["free.example.org"]}, "https://FREE%2eexample。org", "free.example.org"),
        ({"on": "scams", "deny": ["free.example.org"]}, "[a](https://a.org/?u=https%3A%2F%2Ffree.example.org)", None),
        ({"on": "scams", "deny": ["bücher.example"]}, "https://xn--bcher-kva.example", "bücher.example"),
        ({"on": "invites"}, "https://discord.com/invite/abcDEF", "Discord"),
        ({"on": "invites"}, "discord.gg/abcDEF", "Discord"),
    ],
)
@pytest.mark.parametrize("padding", ["https://place{}.example.net", "place{}.example.net/a", "ac.uk{} co.uk gov.uk"])
def test_links_before_it_do_not_hide_a_bad_one(
    rule: Make, trigger: dict[str, Any], link: str, detail: str | None, padding: str
) -> None:
    many = " ".join(padding.format(at) for at in range(60))
    hit = rule(trigger).sees(f"{many} {link}, {many}")
    assert hit.detail == (detail or trigger["deny"][0])
    assert hit.matched in link or link in hit.matched
    assert rule(trigger).sees(many) is None


def test_a_welcome_invitation_behind_many_links_is_one() -> None:
    many = " ".join(f"https://place{at}.example.net" for at in range(60))
    found = addresses(f"{many} discord.gg/ours?x=1 discord.gg", wanted=Wanted({"discord.gg"}))[-2:]
    assert [(one.host, one.rest) for one in found] == [("discord.gg", "/ours?x=1"), ("discord.gg", "")]

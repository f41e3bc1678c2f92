"""What people write on Slack, in our small Markdown; emoji; and Slack's errors."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.platform import Busy, Closed, Forbidden, NotFound, PlatformError, Uncertain
from bot.chat.text import as_typed, clean, escape, parse, plain
from bot.platforms.slack import emoji
from bot.platforms.slack.api import base_url
from bot.platforms.slack.errors import CONNECT, Refused, hidden, in_our_words, of_answer
from bot.platforms.slack.mrkdwn import APART, TICK, Writer
from bot.platforms.slack.reading import read
from tests.platforms.slack.rules import TEXTS


def bare(text: str) -> str:
    return "".join(text.replace(APART, "").split())


@pytest.mark.parametrize(
    ("sent", "read_as"),
    [
        ("hello", "hello"),
        ("*bold* _it_ ~no~ `a&lt;b`", "**bold** *it* ~~no~~ `a\\<b`"),
        ("*a _b_*", "**a *b***"),
        ("snake_case 2 * 3 * 4", "snake\\_case 2 \\* 3 \\* 4"),
        ("<@U0ADA> <@U0ADA|ada> <#C1|general>", "<@U0ADA> <@U0ADA> <#C1>"),
        ("<!here> <!subteam^S1|@mods>", "\\@here \\@mods"),
        ("<https://e.org/?a=1&amp;b=2|here>", "[here](https://e.org/?a=1&b=2)"),
        ("<https://e.org>", "[https\\://e.org](https://e.org)"),
        ("<tel:123|call>", "call"),
        ("<!date^1700000000^{date}|then>", "<t:1700000000:f>"),
        ("<!date^nonsense|then>", "then"),
        ("&lt;@U1&gt; **x** # y", "\\<\\@U1\\> \\*\\*x\\*\\* \\# y"),
        ("&gt; quoted\nnot", "> quoted\nnot"),
        ("```a &lt; `b`\nc```", "```\na < \\`b\\`\nc\n```"),
        ("- no list", "\\- no list"),
        (":tada: :unknown: 12:30:45", "🎉 \\:unknown\\: 12\\:30\\:45"),
    ],
)
def test_reading(sent: str, read_as: str) -> None:
    assert read(sent) == read_as


def test_what_rules_look_at_is_what_was_typed() -> None:
    sent = "n*ce_try &lt;b&gt; &amp; co: <https://example.org/a_b> <https://example.org|example.org>"
    assert as_typed(read(sent)) == "n*ce_try <b> & co: https://example.org/a_b example.org"


@given(st.one_of(TEXTS, st.text()))
def test_reading_never_fails(text: str) -> None:
    parse(read(text))


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Zs", "Zl", "Zp"]), max_size=80))
def test_data_comes_back_as_it_was(text: str) -> None:
    """Apart from spaces, invisible characters, look-alike backticks, addresses and emoji."""
    said = clean(text).replace("`", TICK).replace(":", ";").strip("\n")
    sent = "\n".join(Writer().pieces(escape(said), 3000))
    assert bare(plain(read(sent))) == bare(said)


def test_long_lines_of_markers_are_read_quickly() -> None:
    assert read("*a " * 13_000)


@pytest.mark.parametrize(("sign", "name"), [("👍", "+1"), ("❤️", "heart"), ("❤", "heart"), ("👍🏽", "+1::skin-tone-4")])
def test_emoji_both_ways(sign: str, name: str) -> None:
    assert emoji.name(sign) == name
    assert emoji.name(emoji.sign(name)) == name


def test_a_workspace_s_own_emoji_keeps_its_name() -> None:
    assert emoji.sign("party-parrot") == "party-parrot"
    assert emoji.name(":party-parrot:") == "party-parrot"


# Errors


@dataclass
class Reply:
    data: dict[str, Any]
    status_code: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("channel_not_found", NotFound),
        ("message_not_found", NotFound),
        ("user_not_found", NotFound),
        ("not_in_channel", Forbidden),
        ("restricted_action", Forbidden),
        ("restricted_action_thread_only_channel", Forbidden),
        ("cant_delete_message", Forbidden),
        ("cannot_dm_bot", Closed),
        ("user_disabled", Closed),
        ("ratelimited", Busy),
        ("internal_error", Uncertain),
        ("invalid_blocks", Refused),
        ("expired_trigger_id", Refused),
    ],
)
def test_errors_by_name(code: str, kind: type[PlatformError]) -> None:
    assert type(of_answer("chat.postMessage", Reply({"ok": False, "error": code}), writes=True)) is kind


def test_a_missing_scope_is_named() -> None:
    error = of_answer("pins.add", Reply({"ok": False, "error": "missing_scope", "needed": "pins:write"}), writes=True)
    assert isinstance(error, Forbidden)
    assert error.permission == "pins:write"


def test_slack_says_how_long_to_wait() -> None:
    error = of_answer("x", Reply({}, 429, {"Retry-After": "30"}), writes=True)
    assert isinstance(error, Busy)
    assert error.after == 30
    assert isinstance(of_answer("x", Reply({}, 503), writes=True), Busy)


def test_reading_is_never_uncertain() -> None:
    assert isinstance(of_answer("x", Reply({"error": "fatal_error"}), writes=False), Busy)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (TimeoutError(), Uncertain),
        (aiohttp.ServerDisconnectedError(), Uncertain),
        (aiohttp.ClientOSError(104, "reset"), Uncertain),
        (aiohttp.ClientConnectorError(None, OSError(111, "refused")), Busy),  # type: ignore[arg-type]
        (aiohttp.InvalidURL("nonsense"), PlatformError),
    ],
)
def test_connections(error: Exception, kind: type[PlatformError]) -> None:
    with pytest.raises(kind), in_our_words("chat.postMessage", writes=True):
        raise error


def test_a_refused_token_is_told_with_its_cure_and_never_shown() -> None:
    told = str(of_answer("auth.test", Reply({"error": "invalid_auth"}), writes=False))
    assert "SLACK_BOT_TOKEN" in told
    assert "SLACK_APP_TOKEN" in str(of_answer(CONNECT, Reply({"error": "invalid_auth"}), writes=False))
    assert hidden("bad xoxb-123-abc and xapp-1-A2") == "bad (token) and (token)"


@pytest.mark.parametrize("address", ["http://127.0.0.1:80/api", "http://localhost/api/", "https://slack.example/api"])
def test_addresses_of_the_api(address: str) -> None:
    assert base_url(address) == f"{address.rstrip('/')}/"


def test_an_open_connection_to_elsewhere_is_refused() -> None:
    assert base_url(None) == "https://slack.com/api/"
    with pytest.raises(PlatformError, match="https"):
        base_url("http://slack.example/api")

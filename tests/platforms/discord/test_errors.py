"""What Discord refuses, by name; reasons and ids made fit."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import aiohttp
import discord
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.platform import Busy, Closed, Forbidden, NotFound, PlatformError, TooLate, Uncertain
from bot.platforms.discord.errors import in_our_words
from bot.platforms.discord.gateway import granted, intents, unprivileged
from bot.platforms.discord.rest import audited, number
from bot.platforms.discord.talk import nonce


def refusal(status: int, code: int = 0, /, **headers: str) -> discord.HTTPException:
    response: Any = SimpleNamespace(status=status, reason="no", headers=headers)
    return discord.HTTPException(response, {"code": code, "message": "words"})


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (refusal(403, 50007), Closed),
        (refusal(403, 50278), Closed),
        (refusal(403, 50001), Forbidden),
        (refusal(403, 50013), Forbidden),
        (refusal(403, 50005), Forbidden),
        (refusal(404, 10003), NotFound),
        (refusal(404, 10008), NotFound),
        (refusal(404, 10007), NotFound),
        (refusal(404, 10004), NotFound),
        (refusal(404, 10062), TooLate),
        (refusal(429), Busy),
        (refusal(500), Busy),
        (refusal(503), Busy),
        (discord.RateLimited(40), Busy),
        (TimeoutError(), Uncertain),
        (aiohttp.ServerDisconnectedError(), Uncertain),
        (aiohttp.ClientOSError(104, "reset"), Uncertain),
        (ConnectionResetError(), Uncertain),
        (aiohttp.ClientConnectorError(SimpleNamespace(ssl=None), OSError(111, "refused")), Busy),  # type: ignore[arg-type]
        (RuntimeError("Session is closed"), Busy),
        (refusal(401), PlatformError),
        (refusal(400, 50035), PlatformError),
    ],
)
def test_errors_by_name(error: Exception, kind: type[PlatformError]) -> None:
    assert type(in_our_words(error)) is kind


def test_what_is_missing_is_named_and_how_long_to_wait() -> None:
    refused = in_our_words(refusal(403, 50013), lambda: "Manage Messages")
    assert isinstance(refused, Forbidden)
    assert refused.permission == "Manage Messages"
    busy = in_our_words(refusal(429, 0, **{"Retry-After": "12.5"}))
    assert isinstance(busy, Busy)
    assert busy.after == 12.5


@settings(deadline=None)
@given(st.text())
def test_a_reason_fits_the_audit_log(text: str) -> None:
    reason = audited(text.encode("utf-8", "ignore").decode())
    assert reason is None or 0 < len(quote(reason, safe="/ ")) <= 512


def test_a_long_reason_is_cut() -> None:
    assert audited("a" * 512) == "a" * 512
    assert len(audited("a" * 513) or "") == 512
    assert 80 <= len(audited("é" * 513) or "") <= 85
    assert audited(" \n ") is None


def test_ids_and_keys() -> None:
    assert number("123") == 123
    for wrong in ("", "abc", "-1", "1" * 21, "²"):
        with pytest.raises(NotFound):
            number(wrong)
    assert nonce("short") == "short"
    assert len(nonce("k" * 26)) <= 25
    assert nonce("k" * 26) != nonce("k" * 27)


def test_intents_follow_what_the_application_was_given() -> None:
    flags = discord.ApplicationFlags
    assert granted(intents(), flags(gateway_guild_members_limited=True, gateway_message_content=True)) == intents()
    assert granted(intents(), flags()) == unprivileged(intents())
    only = granted(intents(), flags(gateway_message_content_limited=True))
    assert only.message_content
    assert not only.members

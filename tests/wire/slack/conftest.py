"""A Slack with Ada and Bob in one workspace."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.wire.slack.bed import Bed


@pytest.fixture
async def bed(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bed]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "SLACK_BOT_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    bed = Bed()
    async with bed.server, aiohttp.ClientSession() as http:
        bed.http = http
        yield bed

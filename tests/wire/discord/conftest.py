"""A Discord with Ada and Bob in one guild."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.wire.discord.bed import Bed


@pytest.fixture
async def bed() -> AsyncIterator[Bed]:
    bed = Bed()
    async with bed.server, aiohttp.ClientSession() as http:
        bed.http = http
        yield bed

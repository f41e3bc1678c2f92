"""A clinic whose servers listen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.connecting.doctor.clinic import Clinic


@pytest.fixture
async def clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Clinic]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    clinic = Clinic(tmp_path, monkeypatch)
    async with clinic.discord, clinic.slack:
        clinic.connect()
        yield clinic

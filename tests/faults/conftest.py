"""Processes that end with their test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.process import Relais


@pytest.fixture
def relais(tmp_path: Path) -> Iterator[Relais]:
    """A process of this test's own, with an empty database, not started yet."""
    process = Relais(tmp_path)
    yield process
    process.kill()

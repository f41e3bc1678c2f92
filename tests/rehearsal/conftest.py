"""Scripts written in tests, played with the parrot alone or with Relais whole."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.rehearsal import Report, add, read, rehearse, run
from tests.rehearsal import parrot

HEAD = """\
community: {name: Club, zone: Europe/Paris, start: 2026-11-23T08:00}
channels: [hall, general]
settings: {parrot: {channel: hall}}
people: {ada: {level: admin}, bob: {account_age: 400d}, eve: {}}
"""

Play = Callable[..., Awaitable[Report]]


@pytest.fixture
def play() -> Play:
    """Play steps with the parrot; ``head`` replaces the usual community."""

    async def play(steps: str, head: str = HEAD) -> Report:
        return await rehearse(read(f"{head}steps:\n{steps.lstrip(chr(10))}"), cogs=(parrot.cog,))

    return play


@pytest.fixture
def relais(tmp_path: Path) -> Callable[..., int]:
    """``relais rehearse`` on a text, with Relais' own cogs."""

    def relais(source: str | bytes, *options: str, name: str = "club.yaml") -> int:
        file = tmp_path / name
        file.write_bytes(source if isinstance(source, bytes) else source.encode())
        return rehearse_file(file, *options)

    return relais


def rehearse_file(file: Path, *options: str) -> int:
    parser = ArgumentParser()
    add(parser)
    args: Any = parser.parse_args([str(file), *options])
    return run(args)

"""Every script of ``tests/rehearsals`` holds, and holds again when the process dies after each step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.rehearsal import Script, load, rehearse
from bot.rehearsal.command import explain
from bot.rehearsal.steps import Restart, Step

FOLDER = Path(__file__).parent.parent / "rehearsals"
FILES = sorted(FOLDER.glob("*.yaml"))

each = pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])


@each
async def test_it_holds(file: Path) -> None:
    report = await rehearse(load(file))
    assert report.exit_code == 0, "\n".join([*report.transcript, *explain(report, file.name)])


@each
async def test_it_survives_death_after_every_step(file: Path) -> None:
    script = load(file)
    await survives(script, tuple(killed_often(script.steps)))


@pytest.mark.soak
@each
async def test_it_survives_death_after_any_step(file: Path) -> None:
    script = load(file)
    for number in range(len(script.steps) + 1):
        await survives(script, (*script.steps[:number], Restart(), *script.steps[number:]))


def killed_often(steps: tuple[Step, ...]) -> Iterator[Step]:
    yield Restart()
    for step in steps:
        yield step
        yield Restart()


async def survives(script: Script, steps: tuple[Step, ...]) -> None:
    """The bot does the same when the process dies on the way."""
    whole, cut = await rehearse(script), await rehearse(replace(script, steps=steps))
    assert [it.json() for it in cut.effects] == [it.json() for it in whole.effects]
    assert cut.errors == whole.errors == ()

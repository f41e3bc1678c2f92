"""Every script of ``tests/rehearsals`` holds, and holds again when the process dies after each step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.rehearsal import Report, Script, load, rehearse
from bot.rehearsal.command import explain
from bot.rehearsal.scene import scene_on
from bot.rehearsal.steps import Restart, Step

FOLDER = Path(__file__).parent.parent / "rehearsals"
FILES = sorted(FOLDER.glob("*.yaml"))

NOT_ON_SLACK = {"moderation": "Slack lets no bot delete or silence; see tests/cogs/moderation/test_fallback.py"}

each = pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])


@pytest.fixture(autouse=True)
def _plays_there(file: Path, on: str) -> None:
    if on == "slack" and file.stem in NOT_ON_SLACK:
        pytest.skip(NOT_ON_SLACK[file.stem])


@each
async def test_it_holds_and_survives(file: Path, on: str) -> None:
    """Dying after each step in the playground, and on servers, where a start is long, after each third one."""
    script = load(file)
    report = await rehearse(script, scene=scene_on(on))
    assert report.exit_code == 0, "\n".join([*report.transcript, *explain(report, file.name)])
    await survives(script, tuple(killed_often(script.steps, 1 if on == "playground" else 3)), report, on)


@pytest.mark.soak
@each
async def test_it_survives_death_after_any_step(file: Path, on: str) -> None:
    script = load(file)
    whole = await rehearse(script, scene=scene_on(on))
    for number in range(len(script.steps) + 1):
        await survives(script, (*script.steps[:number], Restart(), *script.steps[number:]), whole, on)


def killed_often(steps: tuple[Step, ...], every: int) -> Iterator[Step]:
    yield Restart()
    for number, step in enumerate(steps, 1):
        yield step
        if number % every == 0:
            yield Restart()


async def survives(script: Script, steps: tuple[Step, ...], whole: Report, on: str) -> None:
    """The bot does the same when the process dies on the way."""
    cut = await rehearse(replace(script, steps=steps), scene=scene_on(on))
    assert [it.json() for it in cut.effects] == [it.json() for it in whole.effects]
    assert cut.errors == whole.errors == ()

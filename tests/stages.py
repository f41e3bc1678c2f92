"""On which platform a test's stage stands.

What is listed in ``ALSO_ON_DISCORD`` runs over the wire in every run, beside the playground; ``--on=discord`` runs
there, and there only, each test of a cog that asks for a stage.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.rehearsal.scene import scene_on
from bot.rehearsal.stage import Stage

PLATFORMS = ("playground", "discord")
ALSO_ON_DISCORD = frozenset(
    {
        "tests/cogs/test_help.py",
        "tests/cogs/test_people.py",
        "tests/cogs/test_settings.py",
        "tests/cogs/test_welcome.py",
        "tests/rehearsal/test_rehearsals.py",
    }
)
ANYWHERE = ("tests/cogs/", "tests/rehearsal/test_rehearsals.py")
"""Tests of these do not lean on one platform."""

OnlyThere = dict[str, str]
ONLY_ON_THE_PLAYGROUND: OnlyThere = {}
"""Tests of ``ANYWHERE`` that cannot hold on Discord, each with the reason."""

MakeStage = Callable[..., Stage]


def stage_on(platform: str) -> MakeStage:
    """Makes stages on a platform."""

    def make(**options: object) -> Stage:
        return Stage(scene=None if platform == "playground" else scene_on(platform), **options)  # type: ignore[arg-type]

    return make


def platforms_of(metafunc: pytest.Metafunc) -> tuple[str, ...]:
    """Where a test runs in this run of pytest."""
    path = metafunc.definition.path.relative_to(metafunc.config.rootpath).as_posix()
    asked: str = metafunc.config.getoption("--on")
    if not path.startswith(ANYWHERE) or metafunc.definition.originalname in ONLY_ON_THE_PLAYGROUND:
        return ("playground",)
    if asked != "playground":
        return (asked,)
    return PLATFORMS if path in ALSO_ON_DISCORD else ("playground",)

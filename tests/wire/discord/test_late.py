"""Interactions whose three seconds passed: one line for whoever runs Relais, and an answer all the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.chat.things import Level
from bot.rehearsal.scene import scene_on
from bot.rehearsal.stage import Stage
from tests.wire.discord import DiscordServer
from tests.wire.discord.scene import DiscordScene

CALLBACK = "POST /interactions/*/*/callback"
UNKNOWN = (404, 10062)


def server_of(stage: Stage) -> DiscordServer:
    assert isinstance(stage.scene, DiscordScene)
    return stage.scene.server


@contextmanager
def too_late(stage: Stage) -> Iterator[None]:
    """The next answer is refused, and the person's screen does not wait for another one."""
    server = server_of(stage)
    server.faults.fail(*UNKNOWN, on=CALLBACK)
    patience, server.state.patience = server.state.patience, 0.1
    yield
    server.state.patience = patience


def warned(stage: Stage) -> list[str]:
    return [f"{step.kind}: {step.what}" for step in stage.app.engine.trace.steps if step.kind in ("late", "error")]


async def test_the_answer_comes_as_a_direct_message() -> None:
    async with Stage(scene=scene_on("discord")) as stage:
        ada = stage.person("ada", here=True)
        with too_late(stage):
            await ada.run("help")
        assert "What you can do here" in ada.sees
        assert ada.reads("general") == ""
        assert warned(stage) == ["late: /help"]
        assert 'relais_late_total{platform="discord"} 1.0' in stage.app.engine.figures.page().decode()


async def test_a_form_comes_as_a_button_that_works_after_a_restart() -> None:
    async with Stage(scene=scene_on("discord")) as stage:
        boss = stage.person("boss", level=Level.ADMIN, here=True)
        await stage.set("welcome", channel="general", introductions="general")
        await boss.run("welcome preview")
        with too_late(stage):
            await boss.press("Introduce myself")
        assert boss.form is None
        await stage.restart()
        await boss.press("Open the form")
        await boss.fill(about="I repair clocks.")
        assert "Thank you" in boss.sees
        assert "I repair clocks." in boss.reads("general")


@pytest.mark.parametrize("closed", [True, False])
async def test_who_cannot_be_reached_is_told_of_in_a_line(closed: bool) -> None:
    async with Stage(scene=scene_on("discord")) as stage:
        ada = stage.person("ada", here=True)
        ada.change(direct_closed=closed)
        with too_late(stage):
            await ada.run("help")
        assert ("What you can do here" in ada.sees) is not closed
        assert warned(stage) == ["late: /help"]

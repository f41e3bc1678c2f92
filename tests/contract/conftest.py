"""One body for each case, on every platform.

``PLATFORMS`` are the parameters of ``stage``. Another platform is one more name there, and its branch in
``open_stage``; what it must bring is written down in ``tests/contract/stage.py``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime

import pytest

from bot.rehearsal.stage import START
from tests.contract.cog import COGS, notes
from tests.contract.discord import NOT_ON_DISCORD, DiscordStage
from tests.contract.playground import PlaygroundStage
from tests.contract.slack import SlackStage
from tests.contract.stage import Cogs, Stage

PLATFORMS = ("playground", "discord", "slack")
POWERS = ("playground", "playground:discord", "playground:slack", "discord", "slack")
"""Where acts on people are tried: the playground also with what the imitated platforms lack."""

Open = Callable[..., Awaitable[Stage]]


async def open_stage(
    platform: str,
    cogs: Cogs = COGS,
    *,
    start: datetime = START,
    zone: str = "UTC",
    screening: bool = False,
) -> Stage:
    """A running Relais on a platform, with an empty community."""
    match platform.split(":")[0]:
        case "playground":
            return await PlaygroundStage(platform, cogs=cogs, start=start, zone=zone, screening=screening).start()
        case "discord":
            return await DiscordStage(platform, cogs=cogs, start=start, zone=zone, screening=screening).start()
        case "slack":
            return await SlackStage(platform, cogs=cogs, start=start, zone=zone, screening=screening).start()
    raise LookupError(f"nobody knows how to open a stage on {platform}")


NOT_ON_SLACK = {
    "test_screening": "Slack screens nobody",
    "test_what_an_act_made_is_known": "Slack has no events or invites for an app: see test_an_act_is_done_or_asked_for",
    "test_who_comes_by_whose_invite_is_heard": "Slack does not say who invited whom",
    "test_what_a_moderator_does_by_hand_is_heard_and_what_the_bot_does_is_not": "Slack tells no app of it",
    "test_the_platforms_filter_stops_a_message_and_it_is_heard_once": "Slack has no filter of its own",
    "test_the_platforms_filter_spares_who_is_above": "Slack has no filter of its own",
    "test_nobody_comes_in_while_invites_are_paused": "Slack has no pause of invites",
    "test_a_ban_is_lifted": "Slack has no bans: see test_an_act_is_done_or_asked_for",
    "test_a_silence_ends_by_itself": "Slack silences nobody",
    "test_an_act_on_somebody_who_is_gone": "nobody can be removed from a workspace: see test_slack.py",
    "test_commands_explain_themselves_in_the_readers_language": "commands have one language: see test_slack.py",
    "test_every_error_is_said_at_once": "its client checks numbers by itself: see test_slack.py",
    "test_every_part_has_a_visible_form[edit]": "an edit cannot bring files: see test_slack.py",
    "test_ten_thousand_characters_are_not_refused[edit]": "an edit cannot bring files: see test_slack.py",
}
"""Cases that Slack cannot play, each with the reason."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    for name, usual in (("platform", PLATFORMS), ("powers", POWERS)):
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, _platforms_of(metafunc, usual), indirect=True)


def _platforms_of(metafunc: pytest.Metafunc, usual: tuple[str, ...]) -> tuple[str, ...]:
    test, asked = metafunc.definition.originalname, metafunc.config.getoption("--on")
    without = {"discord": NOT_ON_DISCORD, "slack": NOT_ON_SLACK}
    if asked == "playground":
        return tuple(platform for platform in usual if platform.startswith(asked))
    if asked in without:
        return usual[:1] if test in without[asked] else (asked,)
    return tuple(platform for platform in usual if test not in without.get(platform, {}))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Single parameters that Slack cannot play."""
    for item in items:
        name, _, given = item.name.partition("[")
        words = given.rstrip("]").split("-")
        if "slack" in words and any(f"{name}[{word}]" in NOT_ON_SLACK for word in words):
            item.add_marker(pytest.mark.skip(reason=NOT_ON_SLACK[f"{name}[edit]"]))


@pytest.fixture
def platform(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(autouse=True)
def _notes() -> None:
    notes.clear()


@pytest.fixture
async def opened() -> AsyncIterator[Open]:
    """Opens stages, and closes them; a handler that failed fails the test."""
    stages: list[Stage] = []

    async def open_one(platform: str, **options: object) -> Stage:
        stages.append(await open_stage(platform, **options))  # type: ignore[arg-type]
        return stages[-1]

    yield open_one
    notes.release()
    for stage in stages:
        await stage.stop()
        assert not stage.errors, stage.errors


@pytest.fixture
async def stage(platform: str, opened: Open) -> Stage:
    return await opened(platform)


@pytest.fixture
async def powers(request: pytest.FixtureRequest, opened: Open) -> Stage:
    """A stage on a platform, or on the playground with a platform's profile."""
    return await opened(request.param)

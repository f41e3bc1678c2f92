"""On which platform a test's stage stands.

Tests of cogs and rehearsals run in the playground, and each third of them on Discord or on Slack as well, so that every
cog is seen everywhere in a run of minutes. ``--on=discord`` and ``--on=slack`` run all of them there: ``make wire``.
"""

from __future__ import annotations

from collections.abc import Callable
from zlib import crc32

import pytest

from bot.platforms.playground import Actor, Impossible
from bot.platforms.playground.options import Value
from bot.rehearsal.scene import scene_on
from bot.rehearsal.stage import Stage
from tests.wire.discord.scene import DiscordScene
from tests.wire.slack.scene import SlackScene

PLATFORMS = ("playground", "discord", "slack")
ANYWHERE = ("tests/cogs/", "tests/rehearsal/test_rehearsals.py")
"""Tests of these do not lean on one platform."""

OnlyThere = dict[str, str]
NOT_ON_DISCORD: OnlyThere = {
    "test_looking_in_follows_the_settings_and_survives_a_restart": "Discord tells no newcomer's language",
    "test_nobody_separates_the_accounts_of_others": "presses a button of somebody else's private message",
    "test_a_join_heard_of_too_late_is_not_greeted_publicly": "the world makes up an event; see tests/contract",
    "test_a_join_heard_twice_is_greeted_once": "the world makes up an event; see tests/contract",
}
"""Tests of ``ANYWHERE`` that Discord cannot play, each with the reason."""

NO_POWER = "Slack lets no bot delete, silence or ban; see tests/cogs/moderation/test_fallback.py"

NOT_ON_SLACK: OnlyThere = {
    "tests/cogs/test_community.py": "several spaces: one token is one workspace",
    "tests/cogs/test_link.py": "several spaces: one token is one workspace",
    "tests/cogs/moderation/test_hands.py": "its moderators have no such tools",
    "tests/cogs/moderation/test_raid.py": NO_POWER,
    "tests/cogs/moderation/test_trial.py": NO_POWER,
    "tests/cogs/moderation/test_wave.py": NO_POWER,
    **dict.fromkeys(
        (
            "test_reversing_lifts_the_mute_takes_the_points_and_tells",
            "test_a_mute_holds_after_leaving_and_coming_back",
            "test_a_mute_longer_than_the_platforms_longest_is_renewed",
            "test_the_ban_is_told_before_and_its_appeal_brings_back",
            "test_a_second_ban_says_there_is_one",
            "test_moderators_are_asked_when_there_were_cases_before",
            "test_kills_between_do_nothing_twice",
            "test_what_the_bot_did_is_not_said_to_be_asked_for",
            "test_a_listed_word_is_taken_away_and_its_author_told_why",
            "test_a_message_heard_again_after_a_kill_is_acted_upon_once",
            "test_points_lead_up_the_ladder",
            "test_one_burst_is_one_case",
            "test_a_newcomers_link_waits_and_is_released",
            "test_a_message_kept_away_is_explained",
            "test_a_busy_channel_is_slow_for_a_while",
            "test_who_is_banned_can_appeal",
            "test_moderators_read_titles_in_their_language",
            "test_a_ban_that_the_platform_failed_at_is_carried_out_once_it_answers",
            "test_a_ban_that_the_platform_failed_to_lift_is_lifted_once_it_answers",
            "test_each_message_that_waits_names_the_rule_that_holds_it",
        ),
        NO_POWER,
    ),
    "test_screening_comes_first": "Slack screens nobody",
    "test_a_channel_is_known_by_its_name": "nobody added the bot to the other channel, so it hears nothing there",
    "test_a_refused_form_keeps_what_was_typed": "its client checks numbers; see tests/contract/test_slack.py",
    "test_a_join_heard_of_too_late_is_not_greeted_publicly": "the world makes up an event; see tests/contract",
    "test_a_join_heard_twice_is_greeted_once": "the world makes up an event; see tests/contract",
}
"""The same for Slack, also of whole files."""

MakeStage = Callable[..., Stage]


def stage_on(platform: str) -> MakeStage:
    """Makes stages on a platform."""

    def make(**options: object) -> Stage:
        return Stage(scene=None if platform == "playground" else scene_on(platform), **options)  # type: ignore[arg-type]

    return make


def visible(text: str) -> str:
    """What was written without the joiners that nobody sees."""
    return text.replace("\u2060", "").replace("\u200b", "")


def town(stage: Stage) -> str:
    """The platform as people call it."""
    return stage.world.spaces[0].platform.title()


async def refused(who: Actor, path: str, **options: Value) -> bool:
    """Whether somebody is told that a command is not for them or wants something else, or cannot even send it."""
    who.forget()
    try:
        await who.run(path, **options)
    except Impossible:
        return True
    return "This is for the community's" in who.sees or "At least" in who.sees


async def reopened(stage: Stage, who: Actor) -> None:
    """The refused form is before their eyes, by itself or after its button where a platform cannot show it again."""
    if who.form is None:
        assert isinstance(stage.scene, DiscordScene)
        await stage.scene.reopen(who)  # type: ignore[arg-type]


def last_file(stage: Stage, who: Actor) -> bytes:
    """The last file that somebody alone was given."""
    if isinstance(stage.scene, DiscordScene | SlackScene):
        return stage.scene.files_of(who)[0]  # type: ignore[arg-type]
    found = stage.world.state.newest(who.space.id, who.id)
    return next(file.data for it in found if it.card for file in it.card.files)


def last_address(stage: Stage, who: Actor) -> str:
    """The address that the last private card of somebody leads to."""
    if isinstance(stage.scene, DiscordScene | SlackScene):
        return stage.scene.addresses_of(who)[0]  # type: ignore[arg-type]
    found = stage.world.state.newest(who.space.id, who.id)
    return next(button.url for it in found if it.card for button in it.card.buttons if button.url)


def platforms_of(metafunc: pytest.Metafunc) -> tuple[str, ...]:
    """Where a test runs in this run of pytest."""
    path = metafunc.definition.path.relative_to(metafunc.config.rootpath).as_posix()
    name = metafunc.definition.originalname
    if not path.startswith(ANYWHERE):
        return ("playground",)
    without = {"playground": {}, "discord": NOT_ON_DISCORD, "slack": NOT_ON_SLACK}
    everywhere = tuple(platform for platform in PLATFORMS if not {path, name} & without[platform].keys())
    asked: str | None = metafunc.config.getoption("--on")
    if asked is None:
        third = crc32(f"{path} {name}".encode()) % len(PLATFORMS)
        return tuple(platform for platform in everywhere if platform in ("playground", PLATFORMS[third]))
    return (asked,) if asked in everywhere else ("playground",)

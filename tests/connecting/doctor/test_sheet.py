"""The capability sheet: what a feature does in a space, and what instead."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from random import Random

import pytest

from bot.chat.checkup import Mark, Sight
from bot.chat.events import MemberJoined
from bot.chat.platform import Can
from bot.chat.things import Space
from bot.cog import Cog, Context, t
from bot.cog.declare import CogSettings
from bot.connecting.doctor import sheet
from bot.connecting.doctor.report import table
from bot.engine import migrate
from bot.engine.clock import SystemClock
from bot.engine.host import Engine
from bot.engine.models import SettingRow
from bot.engine.session import Database


class Strictness(CogSettings):
    strict: bool = False


def guardian() -> Cog[Strictness]:
    cog = Cog("guardian", Strictness, title="Guardian")
    cog.uses(Can.TIMEOUT, t("silences who floods a channel"))
    cog.uses(Can.BAN, t("bans who was silenced often"), when=lambda settings: settings.strict)
    cog.uses(Can.WHISPER, t("shows the rule to its reader alone"), instead=t("it is sent as a private message"))

    @cog.on(MemberJoined)
    async def look(ctx: Context[Strictness], event: MemberJoined) -> None: ...

    return cog


LACKS = {Can.TIMEOUT: "Slack gives no app this power", Can.WHISPER: "no"}


@pytest.fixture
async def engine() -> AsyncIterator[Engine]:
    """One that knows the guardian."""
    database = Database("sqlite://")
    await migrate.upgrade(database)
    yield Engine(
        database=database, clock=SystemClock(), random=Random(1), cogs=(guardian(),), owner="one", side_by_side=1
    )
    await database.close()


async def test_the_sheet_says_what_is_done_instead(engine: Engine) -> None:
    sight = Sight(Space("slack", "T1", "Office"), LACKS)
    found = {row.does: (row.mark, row.here) for row in sheet.rows(engine, [sight])}
    assert sheet.wanted(engine) == {Can.TIMEOUT, Can.WHISPER}
    assert found["notices who joins"] == (Mark.GOOD, "yes")
    mark, here = found["silences who floods a channel"]
    assert mark is Mark.WRONG
    assert here == "Slack gives no app this power: nothing is done, nobody is asked"
    assert sheet.helpless(engine, [sight]) == [sight.space]
    assert found["shows the rule to its reader alone"] == (Mark.NOTE, "no: it is sent as a private message")
    assert "bans who was silenced often" not in found
    printed = list(table(sheet.rows(engine, [sight])))
    assert "Office (slack)" in printed[0]
    assert max(map(len, printed)) <= 80


async def test_a_space_where_the_bot_was_is_named_until_it_is_seen_again(engine: Engine) -> None:
    office, now = Space("slack", "T1", "Office"), engine.now()
    await engine.see(office)
    assert sheet.lost(engine, "slack", ()) == []
    engine.spaces.left(office, now)
    assert sheet.lost(engine, "discord", ()) == []
    assert sheet.lost(engine, "slack", ()) == [(office, now)]
    assert sheet.lost(engine, "slack", [Sight(office, {})]) == []


async def test_the_sheet_follows_the_settings(engine: Engine) -> None:
    space = Space("slack", "T1", "Office")
    community = await engine.spaces.see(space)
    given = {"community.moderators": json.dumps({space.key: "C1"}), "guardian.strict": "true"}
    async with engine.database.transaction() as db:
        for (section, name), value in ((full.split("."), value) for full, value in given.items()):
            db.add(SettingRow(community=community.id, section=section, name=name, value=value))
    await engine.settings.reload()
    found = {row.does: row.here for row in sheet.rows(engine, [Sight(space, LACKS)])}
    assert found["silences who floods a channel"] == "Slack gives no app this power: the moderators are asked to do it"
    assert found["bans who was silenced often"] == "yes"
    assert sheet.helpless(engine, [Sight(space, LACKS)]) == []
    assert sheet.wanted(engine) == {Can.TIMEOUT, Can.WHISPER, Can.BAN}
    assert [(one.setting, one.channel.id) for one in sheet.chosen(engine)] == [("community.moderators", "C1")]

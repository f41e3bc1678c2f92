"""The archive on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from bot.chat.things import Community, Space
from bot.cog.archive import Stored
from bot.cog.exports import Said
from bot.engine import archive as module
from bot.engine import migrate
from bot.engine.archive import MessageArchive
from bot.engine.people import People
from bot.engine.session import Database
from bot.engine.spaces import Spaces

START = datetime(2025, 3, 1, 10, tzinfo=UTC)


@pytest.fixture
async def database(empty_url: str) -> AsyncIterator[Database]:
    database = Database(empty_url)
    await database.open()
    await migrate.upgrade(database)
    yield database
    await database.close()


@pytest.fixture
async def community(database: Database) -> Community:
    return await Spaces(database, Random(1)).see(Space("discord", "1", "Les Relais"))


@pytest.fixture
def archive(database: Database, monkeypatch: pytest.MonkeyPatch) -> MessageArchive:
    monkeypatch.setattr(module, "PAGE", 3)
    return MessageArchive(database, People(database, Random(2), lambda: START))


def said(id: int, text: str = "x", **more: object) -> Said:
    moment = START + timedelta(minutes=id // 2)
    return Said(id=str(id), at=moment, channel="c", author=f"u{id % 2}", author_name="U", text=text, **more)  # type: ignore[arg-type]


async def kept(archive: MessageArchive, community: Community, **between: datetime) -> list[Said]:
    return [one.said async for one in archive.messages(community, **between)]


async def test_everything_comes_back_page_by_page_in_order(archive: MessageArchive, community: Community) -> None:
    messages = [said(number, roles=("a", "é"), attachments=("f",), quoted=("q",)) for number in range(10)]
    assert await archive.store(community, "discord", messages) == Stored(10, 0, 10)
    assert await kept(archive, community) == messages
    assert await archive.count(community) == 10
    assert await kept(archive, community, since=messages[4].at, until=messages[8].at) == messages[4:8]


async def test_known_messages_stay_and_edited_ones_change(archive: MessageArchive, community: Community) -> None:
    await archive.store(community, "discord", [said(1, "before")])
    assert await archive.store(community, "discord", [said(1, "other")]) == Stored(0, 0, 1)
    edited = [
        said(1, "later", edited_at=START + timedelta(days=2)),
        said(1, "after", edited_at=START + timedelta(days=1)),
    ]
    assert await archive.store(community, "discord", edited) == Stored(0, 1, 2)
    assert [one.text for one in await kept(archive, community)] == ["later"]


async def test_ids_are_those_of_a_platform_and_a_channel(archive: MessageArchive, community: Community) -> None:
    other = Said(id="1", at=START, channel="d", text="elsewhere")
    await archive.store(community, "discord", [said(1), other])
    assert await archive.store(community, "slack", [said(1)]) == Stored(1, 0, 1)
    assert await archive.count(community) == 3

"""Accounts and their people: one person for one account whoever asks, exported, erased and merged as declared."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import Column, String, Table, func, select

from bot.chat.events import MessageEdited, MessagePosted
from bot.chat.things import Channel, Community, Member, MessageRef, Space
from bot.cog.table import Base, Personal
from bot.engine.activity import Activity
from bot.engine.clock import HandClock
from bot.engine.models import AccountRow, Draft, FactRow, JobRow, PersonRow, SettingChange
from bot.engine.people import People
from bot.engine.session import Database
from bot.engine.spaces import Spaces

START = datetime(2026, 11, 23, 8, tzinfo=UTC)
TOWN = Space("town", "1", "Les Relais", "fr", "Europe/Paris")
OFFICE = Space("office", "1", "Relais SA", "en", "UTC")
SQUARE = Channel(TOWN, "square")
ADA = Member(TOWN, "ada", "Ada")
BOB = Member(TOWN, "bob", "Bob")


class House:
    """The parts that know people, on one database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = HandClock(START)
        random = Random(7)
        self.spaces = Spaces(database, random)
        self.people = People(database, random, self.clock.now)
        self.activity = Activity(database, self.clock.now, self.people, self.spaces)
        self.community = Community("")

    async def move_in(self) -> House:
        self.community = await self.spaces.see(TOWN)
        return self

    async def meet(self, member: Member) -> str:
        return await self.people.person_of(member, self.community.id)

    async def add(self, *rows: Base) -> None:
        async with self.database.transaction() as db:
            db.add_all(rows)

    async def count(self, table: type[Base]) -> int:
        async with self.database.reading() as db:
            return await db.scalar(select(func.count()).select_from(table)) or 0

    def change(self, by: str, by_name: str) -> SettingChange:
        names = {"section": "welcome", "name": "channel", "before": None, "after": "{}"}
        return SettingChange(community=self.community.id, at=START, by=by, by_name=by_name, **names)

    def fact(self, id: str, person: str) -> FactRow:
        return FactRow(
            id=id, key=id, name="IntroductionMade", payload="{}", person=person, community=self.community.id, at=START
        )

    def draft(self, id: str, person: str) -> Draft:
        return Draft(
            id=id, action="welcome.introduce", values="{}", person=person, community=self.community.id, created_at=START
        )


@pytest.fixture
async def house(database: Database) -> House:
    return await House(database).move_in()


def message(id: str, *, by: Member = ADA, after: timedelta = timedelta(), channel: Channel = SQUARE) -> MessagePosted:
    return MessagePosted(
        space=channel.space, id=id, at=START + after, member=by, ref=MessageRef(channel, id), text="hello"
    )


async def test_a_space_founds_a_community_with_its_language_and_zone(house: House) -> None:
    assert (house.community.language, house.community.zone) == ("fr", "Europe/Paris")
    assert await house.spaces.see(TOWN) == house.community


async def test_two_tasks_that_see_a_space_found_one_community(house: House) -> None:
    first, second = Spaces(house.database, Random(1)), Spaces(house.database, Random(2))
    found = await asyncio.gather(*(spaces.see(OFFICE) for spaces in (first, second) for _ in range(3)))
    assert len({community.id for community in found}) == 1
    await first.load()
    assert first.spaces_of(found[0].id) == (OFFICE,)


async def test_spaces_are_known_again_after_a_restart(house: House) -> None:
    again = Spaces(house.database, Random(3))
    await again.load()
    assert again.knows(TOWN)
    assert again.by_key("town:1").name == "Les Relais"
    assert again.community_of(TOWN) == house.community


async def test_a_space_that_changed_is_written_down(house: House) -> None:
    await house.spaces.see(replace(TOWN, name="Les Grands Relais"))
    again = Spaces(house.database, Random(3))
    await again.load()
    assert again.by_key(TOWN.key).name == "Les Grands Relais"
    assert again.community_of(TOWN).name == "Les Relais"


async def test_a_space_may_join_another_community(house: House) -> None:
    await house.spaces.see(OFFICE)
    assert await house.spaces.join(OFFICE, house.community.id) == house.community
    assert house.spaces.spaces_of(house.community.id) == (TOWN, OFFICE)
    await house.spaces.load()
    assert house.spaces.community_of(OFFICE) == house.community


async def test_an_unknown_space_is_an_error(house: House) -> None:
    assert not house.spaces.knows(OFFICE)
    with pytest.raises(LookupError, match="never seen"):
        house.spaces.community_of(OFFICE)
    with pytest.raises(LookupError, match="never seen"):
        house.spaces.by_key(OFFICE.key)


async def test_an_account_has_one_person_whoever_meets_it(house: House) -> None:
    other = People(house.database, Random(1), house.clock.now)
    met = await asyncio.gather(
        *(people.person_of(ADA, house.community.id) for people in (house.people, other) for _ in range(4))
    )
    assert len(set(met)) == 1
    assert len(met[0]) == 16
    assert await house.count(PersonRow) == 1


async def test_a_new_name_is_written_down(house: House) -> None:
    await house.meet(ADA)
    await house.meet(replace(ADA, name="Ada Lovelace"))
    await house.meet(replace(ADA, name=""))
    async with house.database.reading() as db:
        assert await db.scalar(select(AccountRow.name)) == "Ada Lovelace"


async def test_export_tells_what_names_the_person_and_nobody_else(house: House) -> None:
    ada, bob = await house.meet(ADA), await house.meet(BOB)
    await house.add(house.change(ada, "Ada"), house.change(bob, "Bob"), house.fact("f", ada))
    told = await house.people.export(house.community, ada)
    assert json.loads(json.dumps(told)) == told
    assert told["account"][0]["name"] == "Ada"
    assert [(row["by"], row["at"]) for row in told["setting_change"]] == [(ada, "2026-11-23T08:00:00Z")]
    assert set(told) == {"person", "account", "setting_change", "fact"}
    assert bob not in json.dumps(told)


async def test_nobody_is_exported_or_erased_from_another_community(house: House) -> None:
    ada = await house.meet(ADA)
    other = await house.spaces.see(OFFICE)
    assert await house.people.export(other, ada) == {}
    assert await house.people.erase(other, ada) == {}
    assert await house.count(AccountRow) == 1


async def test_erasing_deletes_and_anonymises_as_declared(house: House) -> None:
    ada, bob = await house.meet(ADA), await house.meet(BOB)
    await house.add(house.change(ada, "Ada"), house.change(bob, "Bob"), house.draft("d", ada), house.fact("f", bob))
    touched = await house.people.erase(house.community, ada)
    assert touched == {"draft": 1, "setting_change": 1, "account": 1, "person": 1}
    async with house.database.reading() as db:
        changes = (
            await db.execute(select(SettingChange.by, SettingChange.by_name).order_by(SettingChange.number))
        ).all()
    assert [tuple(change) for change in changes] == [(None, None), (bob, "Bob")]
    assert await house.people.export(house.community, ada) == {}


async def test_an_erased_person_who_comes_back_is_somebody_new(house: House) -> None:
    ada = await house.meet(ADA)
    await house.people.erase(house.community, ada)
    assert await house.meet(ADA) != ada


async def test_erasing_forgets_what_was_noted_but_not_written(house: House) -> None:
    ada = await house.meet(ADA)
    house.activity.note(message("1"))
    await house.people.erase(house.community, ada)
    await house.activity.flush()
    assert await house.count(AccountRow) == 0


async def test_merging_moves_everything_and_keeps_what_the_first_one_has(house: House) -> None:
    ada, gone = await house.meet(ADA), await house.meet(replace(ADA, space=OFFICE, id="U1"))
    await house.add(house.change(gone, "Ada"), house.fact("f", gone), house.draft("d", gone))
    await house.people.merge(house.community, into=ada, gone=gone)
    assert await house.people.accounts(ada) == (("town", "ada"), ("office", "U1"))
    assert await house.meet(replace(ADA, space=OFFICE, id="U1")) == ada
    told = await house.people.export(house.community, ada)
    assert {table: len(rows) for table, rows in told.items()} == {
        "person": 1,
        "account": 2,
        "setting_change": 1,
        "fact": 1,
        "draft": 1,
    }


@pytest.fixture
async def votes(database: Database) -> AsyncIterator[Table]:
    """A table with every policy: one vote each, counted by somebody, reported by a person kept for the law."""
    table = Table(
        "vote",
        Base.metadata,
        Column("poll", String, primary_key=True),
        Column("voter", String, primary_key=True, info={"personal": Personal("delete", "who votes")}),
        Column("choice", String, info={"personal": Personal("delete", "what they chose", of="voter")}),
        Column("counter", String, info={"personal": Personal("anonymise", "who counted")}),
        Column("note", String, info={"personal": Personal("anonymise", "what the counter said", of="counter")}),
        Column("reporter", String, info={"personal": Personal("keep", "the law")}),
        Column("reason", String, info={"personal": Personal("anonymise", "in their words", of="reporter")}),
    )
    async with database.restructuring() as connection:
        await connection.run_sync(table.create)
    yield table
    Base.metadata.remove(table)


async def vote(house: House, votes: Table, *rows: dict[str, str]) -> list[dict[str, str]]:
    """Add votes, then give them all, without what is empty."""
    async with house.database.transaction() as db:
        for row in rows:
            await db.execute(votes.insert().values(row))
        found = (await db.execute(select(votes).order_by(votes.c.poll, votes.c.voter))).mappings().all()
    return [{name: value for name, value in row.items() if value is not None} for row in found]


async def test_merging_keeps_the_first_ones_row_where_both_have_one(house: House, votes: Table) -> None:
    ada, gone = await house.meet(ADA), await house.meet(BOB)
    ballots = [("both", ada, "tea"), ("both", gone, "coffee"), ("one", gone, "cake")]
    await vote(house, votes, *({"poll": poll, "voter": voter, "choice": choice} for poll, voter, choice in ballots))
    await house.people.merge(house.community, into=ada, gone=gone)
    assert await vote(house, votes) == [
        {"poll": "both", "voter": ada, "choice": "tea"},
        {"poll": "one", "voter": ada, "choice": "cake"},
    ]


async def test_each_policy_does_what_it_says(house: House, votes: Table) -> None:
    ada = await house.meet(ADA)
    others = {"counter": "c", "note": "quick", "reporter": "r", "reason": "fraud"}
    await vote(
        house,
        votes,
        {"poll": "1", "voter": ada, **others},
        {"poll": "2", "voter": "v", **others, "counter": ada},
        {"poll": "3", "voter": "v", **others, "reporter": ada},
    )
    told = (await house.people.export(house.community, ada))["vote"]
    assert [set(row) for row in told] == [
        {"poll", "voter", "choice"},
        {"poll", "counter", "note"},
        {"poll", "reporter", "reason"},
    ]
    assert (await house.people.erase(house.community, ada))["vote"] == 3
    assert await vote(house, votes) == [
        {"poll": "2", "voter": "v", "reporter": "r", "reason": "fraud"},
        {"poll": "3", "voter": "v", "counter": "c", "note": "quick", "reporter": ada},
    ]


async def test_only_people_of_one_community_are_merged(house: House) -> None:
    ada = await house.meet(ADA)
    with pytest.raises(LookupError, match="same community"):
        await house.people.merge(house.community, into=ada, gone="nobody")


def test_policies_tell_every_personal_column() -> None:
    told = People.policies(None)  # type: ignore[arg-type]
    assert ("setting_change", "anonymise", "the author's name at that moment") in told
    assert ("account", "delete", "the platform's id of the account") in told


async def test_messages_are_counted_and_marked_together(house: House) -> None:
    house.activity.note(message("1"))
    house.activity.note(message("2", after=timedelta(minutes=1)))
    house.activity.note(message("3", by=BOB, after=timedelta(minutes=2)))
    await house.activity.flush()
    async with house.database.reading() as db:
        rows = await db.execute(select(AccountRow.name, AccountRow.messages).order_by(AccountRow.name))
        assert [tuple(row) for row in rows] == [("Ada", 2), ("Bob", 1)]
    again = Activity(house.database, house.clock.now, house.people, house.spaces)
    assert await again.last_seen(SQUARE) == "3"


async def test_the_latest_message_is_the_mark_whatever_comes_late(house: House) -> None:
    house.activity.note(message("2", after=timedelta(minutes=1)))
    house.activity.note(message("1"))
    assert await house.activity.last_seen(SQUARE) == "2"
    assert await house.activity.last_seen(Channel(TOWN, "nowhere")) is None


async def test_late_messages_are_counted_all_the_same(house: House) -> None:
    house.activity.note(message("2", after=timedelta(minutes=1)))
    await house.activity.flush()
    house.activity.note(message("1"))
    await house.activity.flush()
    ada = await house.meet(ADA)
    assert await house.people.last_spoke(ada, house.activity) == START + timedelta(minutes=1)
    async with house.database.reading() as db:
        assert await db.scalar(select(AccountRow.messages)) == 2


async def test_edits_and_bots_are_not_counted(house: House) -> None:
    edit = MessageEdited(space=TOWN, id="e", at=START, member=ADA, ref=MessageRef(SQUARE, "1"), text="hi")
    house.activity.note(edit)
    house.activity.note(message("2", by=replace(BOB, is_bot=True)))
    await house.activity.flush()
    assert await house.count(AccountRow) == 0
    assert await house.activity.last_seen(SQUARE) == "2"


async def test_last_spoke_knows_what_is_not_written_yet(house: House) -> None:
    ada = await house.meet(ADA)
    assert await house.people.last_spoke(ada, house.activity) is None
    house.activity.note(message("1"))
    assert await house.people.last_spoke(ada, house.activity) == START
    await house.activity.flush()
    assert await house.people.last_spoke(ada, house.activity) == START


async def test_what_could_not_be_written_is_written_next_time(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.activity.note(message("1"))
    with monkeypatch.context() as broken:
        broken.setattr(house.activity, "_write", lambda channels: asyncio.sleep(0, result=1 / 0))
        with pytest.raises(ZeroDivisionError):
            await house.activity.flush()
    house.activity.note(message("2"))
    await house.activity.flush()
    async with house.database.reading() as db:
        assert await db.scalar(select(AccountRow.messages)) == 2


def job(key: str, person: str, community: str) -> JobRow:
    return JobRow(
        community=community,
        name="welcome.look_in",
        key=key,
        space=TOWN.key,
        arguments="{}",
        person=person,
        due_at=START,
        state="due",
    )


async def test_jobs_about_somebody_go_with_them(house: House) -> None:
    ada = await house.meet(ADA)
    await house.add(job("k", ada, house.community.id))
    assert (await house.people.erase(house.community, ada))["job"] == 1
    assert await house.count(JobRow) == 0

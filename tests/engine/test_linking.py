"""Codes and links on both databases: two processes that race make one person, or one community, and no mess."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot.chat.things import Community, Member, Space
from bot.cog import Code, Context, Joining, Leaving, Linked, Refusal, Refused
from bot.cog.table import Base
from bot.engine import codes
from bot.engine.clock import HandClock
from bot.engine.host import Engine
from bot.engine.models import AccountRow, Draft, PersonRow, SpaceMove, WrongCode
from bot.engine.session import Database

START = datetime(2026, 11, 23, 8, tzinfo=UTC)
TOWN = Space("town", "1", "Les Relais", "fr", "Europe/Paris")
OFFICE = Space("office", "1", "Relais SA", "en", "UTC")
ADA = Member(TOWN, "ada", "Ada")
COUNTESS = Member(OFFICE, "U1", "Countess")


class Process:
    """One of the engines on a database."""

    def __init__(self, database: Database, clock: HandClock, seed: int) -> None:
        self.engine = Engine(
            database=database, clock=clock, random=Random(seed), cogs=(), owner=str(seed), side_by_side=1
        )

    async def start(self, *spaces: Space) -> Process:
        await self.engine.spaces.load()
        for space in spaces:
            await self.engine.see(space)
        return self

    def community(self, space: Space) -> Community:
        return self.engine.community(space)

    async def code(self, member: Member) -> Code:
        return await self.engine.desk.links.code(self.community(member.space), member)

    async def link(self, member: Member, typed: str) -> Linked | Refused:
        engine, community = self.engine, self.community(member.space)
        await engine.people.person_of(member, community.id)
        ctx = engine.context(Context, engine.retry_cog, member.space, cause="test")
        async with engine.db(ctx) as db:
            return await engine.desk.links.link(db, community, member, typed)

    async def join(self, member: Member, typed: str) -> Joining | Refused:
        return await self.engine.desk.spaces.join(self.community(member.space), member, typed)

    async def person(self, member: Member) -> str:
        return await self.engine.people.person_of(member, self.community(member.space).id)


@pytest.fixture
async def two(database: Database) -> tuple[Process, Process]:
    """Two processes, and one community in two spaces."""
    clock = HandClock(START)
    first = await Process(database, clock, 1).start(TOWN, OFFICE)
    await first.engine.spaces.join(OFFICE, first.community(TOWN).id)
    return first, await Process(database, clock, 2).start()


async def count(process: Process, table: type[Base]) -> int:
    async with process.engine.database.reading() as db:
        return await db.scalar(select(func.count()).select_from(table)) or 0


@given(st.integers(min_value=0))
def test_a_code_is_forty_bits_without_signs_that_look_alike(seed: int) -> None:
    code = codes.fresh(Random(seed))
    assert len(code) == 9
    assert not set(code.replace("-", "")) & set("ILOU")
    assert len(codes.ALPHABET) ** codes.LENGTH >= 2**40


@given(st.integers(min_value=0), st.sampled_from(["lower", "upper"]), st.sampled_from(["-", "", " ", " – "]))
def test_a_code_is_read_as_people_type_it(seed: int, case: str, between: str) -> None:
    code = codes.fresh(Random(seed))
    typed = getattr(code.replace("0", "O").replace("1", "l"), case)().replace("-", between)
    assert codes.digest(f" {typed} ") == codes.digest(code)


def test_codes_differ() -> None:
    random = Random(1)
    assert len({codes.digest(codes.fresh(random)) for _ in range(1000)}) == 1000


async def test_two_who_type_each_others_code_become_one_person(two: tuple[Process, Process]) -> None:
    first, second = two
    north, south = (await first.code(ADA)).text, (await first.code(COUNTESS)).text
    done = await asyncio.gather(first.link(COUNTESS, north), second.link(ADA, south))
    assert sorted(type(one).__name__ for one in done) == ["Linked", "Refused"]
    assert Refused(Refusal.TOGETHER) in done
    fresh = await Process(first.engine.database, HandClock(START), 3).start()
    assert await fresh.person(ADA) == await fresh.person(COUNTESS)
    assert await count(first, PersonRow) == 1


async def test_one_code_typed_by_many_at_once_links_one(two: tuple[Process, Process]) -> None:
    code = (await two[0].code(ADA)).text
    others = [replace(COUNTESS, id=f"U{number}") for number in range(6)]
    done = await asyncio.gather(*(two[n % 2].link(member, code) for n, member in enumerate(others)))
    assert sum(isinstance(one, Linked) for one in done) == 1
    assert {one.why for one in done if isinstance(one, Refused)} == {Refusal.USED}
    assert await count(two[0], PersonRow) == len(others)
    assert await count(two[0], AccountRow) == len(others) + 1


async def test_the_same_link_twice_at_once(two: tuple[Process, Process]) -> None:
    code = (await two[0].code(ADA)).text
    done = await asyncio.gather(*(process.link(COUNTESS, code) for process in two))
    assert {type(one) for one in done} == {Linked, Refused}
    assert Refused(Refusal.TOGETHER) in done


async def test_what_a_link_does_is_undone_with_its_transaction(two: tuple[Process, Process]) -> None:
    first, _ = two
    engine, community = first.engine, first.community(TOWN)
    code = (await first.code(ADA)).text
    before = await first.person(COUNTESS)
    ctx = engine.context(Context, engine.retry_cog, OFFICE, cause="test")

    async def killed_before_it_is_stored() -> None:
        async with engine.db(ctx) as db:
            assert isinstance(await engine.desk.links.link(db, community, COUNTESS, code), Linked)
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        await killed_before_it_is_stored()
    assert await first.person(COUNTESS) == before
    assert isinstance(await first.link(COUNTESS, code), Linked)


async def test_rows_of_both_are_one_persons_and_stay_with_the_first(two: tuple[Process, Process]) -> None:
    first, _ = two
    gone, community = await first.person(COUNTESS), first.community(TOWN)
    async with first.engine.database.transaction() as db:
        draft = {"id": "d", "action": "a", "values": "{}", "created_at": START}
        db.add(Draft(person=gone, community=community.id, **draft))
    await first.link(COUNTESS, (await first.code(ADA)).text)
    ada = await first.person(ADA)
    assert await first.person(COUNTESS) == ada
    told = await first.engine.people.export(community, ada)
    assert (len(told["account"]), len(told["draft"])) == (2, 1)
    desk = first.engine.desk.links
    assert await desk.unlink(community, ada, "office", "U1")
    assert not await desk.unlink(community, ada, "office", "U1")
    assert not await desk.unlink(community, ada, "town", "ada")
    fresh = await first.person(COUNTESS)
    assert fresh not in (ada, gone)
    assert "draft" in await first.engine.people.export(community, ada)
    assert "draft" not in await first.engine.people.export(community, fresh)


async def test_wrong_codes_are_counted_where_a_restart_finds_them(two: tuple[Process, Process]) -> None:
    first, second = two
    for process in (first, second, first, second, first):
        assert await process.link(COUNTESS, "0000-0000") == Refused(Refusal.WRONG)
    refused = await second.link(COUNTESS, (await first.code(ADA)).text)
    assert refused == Refused(Refusal.TOO_MANY, START + codes.WRONG_WITHIN)
    assert await count(first, WrongCode) == 5
    assert isinstance(await first.link(ADA, (await first.code(COUNTESS)).text), Linked)


async def test_two_spaces_that_join_each_other_at_once_are_one_community(database: Database) -> None:
    clock = HandClock(START)
    first = await Process(database, clock, 1).start(TOWN, OFFICE)
    desk = first.engine.desk.spaces
    north = (await desk.code(first.community(TOWN), ADA)).text
    south = (await desk.code(first.community(OFFICE), COUNTESS)).text
    done = await asyncio.gather(first.join(COUNTESS, north), first.join(ADA, south), return_exceptions=True)
    assert sum(isinstance(one, Joining) for one in done) == 1
    await first.engine.spaces.load()
    assert first.community(TOWN).id == first.community(OFFICE).id
    assert await count(first, SpaceMove) == 1


async def test_a_space_leaves_once(database: Database) -> None:
    first = await Process(database, HandClock(START), 1).start(TOWN, OFFICE)
    desk = first.engine.desk.spaces
    old = first.community(OFFICE).id
    await first.join(COUNTESS, (await desk.code(first.community(TOWN), ADA)).text)
    community = first.community(OFFICE)
    left = await desk.leave(community, COUNTESS)
    assert isinstance(left, Leaving)
    assert left.back
    assert first.community(OFFICE).id == old
    assert await desk.leave(first.community(OFFICE), COUNTESS) is None
    with pytest.raises(LookupError, match="any more"):
        await desk.leave(community, COUNTESS)

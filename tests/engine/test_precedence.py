"""What somebody pressed or typed does not wait behind what the community does by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bot.cog import Askable, Cog, CogSettings, Context, Fact, MemberJoined
from bot.engine.models import JobRow
from bot.rehearsal.stage import Stage
from tests.engine.test_jobs import DUE


@dataclass(frozen=True, slots=True, kw_only=True)
class Stepped(Fact):
    number: int


cog = Cog("crowded", CogSettings, title="Crowded")
signs: dict[str, asyncio.Event] = {}
"""What has begun, may go on, was typed; made for each test, in its event loop."""
done: list[str] = []


@cog.on(MemberJoined)
async def many(ctx: Context[CogSettings], event: MemberJoined) -> None:
    async with ctx.db() as db:
        for what in ("first", "second", "third"):
            await db.later(work, at=ctx.now, key=what, arguments={"what": what})


@cog.command("do")
async def do(ctx: Askable[CogSettings]) -> None:
    """Do something, now and tomorrow."""
    async with ctx.db() as db:
        await db.later(work, at=ctx.now, key="typed", arguments={"what": "typed"})
        await db.later(work, at=ctx.now + timedelta(days=1), key="later", arguments={"what": "later"})
    signs["typed"].set()


@cog.command("begin")
async def begin(ctx: Askable[CogSettings], steps: int) -> None:
    """Begin something of several steps."""
    async with ctx.db() as db:
        await db.later(step, at=ctx.now, key="0", arguments={"number": 0, "steps": steps})
    signs["typed"].set()


@cog.job()
async def step(ctx: Context[CogSettings], number: int, steps: int) -> None:
    done.append(f"step {number}")
    async with ctx.db() as db:
        await db.tell(Stepped(number=number))
        await db.later(work, at=ctx.now + timedelta(days=1), key=f"after {number}", arguments={"what": "late"})
        if number + 1 < steps:
            arguments = {"number": number + 1, "steps": steps}
            await db.later(step, at=ctx.now, key=str(number + 1), arguments=arguments)


@cog.on(Stepped)
async def heard(ctx: Context[CogSettings], fact: Stepped) -> None:
    done.append(f"heard {fact.number}")


@cog.job()
async def work(ctx: Context[CogSettings], what: str) -> None:
    signs["begun"].set()
    await signs["gate"].wait()
    done.append(what)


@asynccontextmanager
async def crowd(path: str, **options: Any) -> AsyncIterator[Stage]:
    """Ada types something while the first of three jobs that nobody asked for runs."""
    signs.update({name: asyncio.Event() for name in ("begun", "gate", "typed")})
    done.clear()
    async with Stage(cogs=(cog,)) as stage:
        ada, bob = stage.person("ada", here=True), stage.person("bob")
        joined = asyncio.create_task(bob.join())
        await signs["begun"].wait()
        asked = asyncio.create_task(ada.run(path, **options))
        await signs["typed"].wait()
        signs["gate"].set()
        await asyncio.gather(joined, asked)
        yield stage


async def test_what_somebody_typed_goes_before_what_waits() -> None:
    async with crowd("do"):
        assert done == ["first", "typed", "second", "third"]


async def test_what_follows_from_it_goes_first_too() -> None:
    async with crowd("begin", steps=1) as stage:
        assert done == ["first", "step 0", "heard 0", "second", "third"]
        async with stage.app.database.reading() as db:
            rows = {row.key: row.asked for row in await db.scalars(select(JobRow))}
        asked = {"0": True, "first": False, "second": False, "third": False, "after 0": False}
        assert rows.items() >= asked.items()


async def test_what_goes_on_and_on_lets_the_others_have_a_turn() -> None:
    async with crowd("begin", steps=5):
        assert done[:4] == ["first", "step 0", "heard 0", "step 1"]
        assert done.index("third") < done.index("step 4")
        assert len(done) == 13


async def test_a_job_that_failed_goes_first_again(world: Any) -> None:
    async def fail_once(life: Any, claimed: Any) -> None:
        if claimed.key == "asked" and not claimed.tries:
            raise ValueError("not yet")

    world.handler = fail_once
    life = world.life()
    await life.job(key="asked", asked=True)
    assert await life.jobs.run_due() == 1
    await life.job(key="old", due_at=DUE)
    world.forward(minutes=1)
    await life.jobs.run_due()
    assert [ran.key for ran in world.ran] == ["asked", "asked", "old"]

"""What somebody pressed or typed does not wait behind what the community does by itself."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from bot.cog import Askable, Cog, CogSettings, Context, MemberJoined
from bot.rehearsal.stage import Stage
from tests.engine.test_jobs import DUE

cog = Cog("crowded", CogSettings, title="Crowded")
begun, gate, typed = asyncio.Event(), asyncio.Event(), asyncio.Event()
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
    typed.set()


@cog.job()
async def work(ctx: Context[CogSettings], what: str) -> None:
    begun.set()
    await gate.wait()
    done.append(what)


async def test_what_somebody_typed_goes_before_what_waits() -> None:
    for one in (begun, gate, typed):
        one.clear()
    done.clear()
    async with Stage(cogs=(cog,)) as stage:
        ada, bob = stage.person("ada", here=True), stage.person("bob")
        crowd = asyncio.create_task(bob.join())
        await begun.wait()
        asked = asyncio.create_task(ada.run("do"))
        await typed.wait()
        gate.set()
        await asyncio.gather(crowd, asked)
        assert done == ["first", "typed", "second", "third"]


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

"""What was written is not kept for ever."""

from __future__ import annotations

from sqlalchemy import select

from bot.platforms.playground import Actor
from bot.rehearsal.stage import Stage
from cogs.moderation.tables import Case, RuleHit


async def kept(stage: Stage) -> tuple[list[str], list[str | None]]:
    """What the hits and the cases still quote."""
    async with stage.app.database.reading() as db:
        hits = list(await db.scalars(select(RuleHit.text).order_by(RuleHit.id)))
        return hits, list(await db.scalars(select(Case.evidence).order_by(Case.id)))


async def test_hits_without_a_case_forget_what_was_written(listed: Stage, boss: Actor, mod: Actor, ada: Actor) -> None:
    await ada.say("grumpf, for the record")
    await boss.run("moderation rule mode", name="own-words", mode="observe")
    await listed.advance(minutes=5)
    await ada.say("grumpf, only seen")
    await listed.advance(days=29)
    assert await kept(listed) == (["grumpf, for the record", "grumpf, only seen"], ["grumpf, for the record"])
    await listed.advance(days=3)
    assert await kept(listed) == (["grumpf, for the record", ""], ["grumpf, for the record"])
    mod.forget()
    await mod.run("moderation review")
    assert "Nothing is left to mark" in mod.sees
    await mod.run("moderation report", days=60)
    assert "2 hits" in mod.sees

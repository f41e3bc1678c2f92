"""Guards see messages first, read what their cog built from its settings, and their verdicts are carried out once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Annotated, Any

import pytest
from pydantic import Field

from bot.cog import Askable, Cog, CogSettings, Context, Glance, MessagePosted, RemoveMessage, Timeout, Verdict, t
from bot.engine.workers import Workers
from bot.rehearsal.stage import Stage


class Settings(CogSettings):
    words: Annotated[tuple[str, ...], Field(title="Words that are not said here")] = ("darn",)


cog = Cog("strict", Settings)


ADDED: set[str] = set()
"""What stands in the cog's own tables."""


def folded(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word.casefold() for word in words)


@cog.snapshot(work=folded, build=frozenset)
async def compiled(ctx: Context[Settings]) -> tuple[str, ...] | None:
    """A dash is no word: whoever sets it forbids nothing."""
    return tuple(word for word in (*ctx.settings.words, *sorted(ADDED)) if word != "-") or None


@cog.command("forbid")
async def forbid(ctx: Askable[Settings], word: str) -> None:
    """Forbid a word."""
    ADDED.add(word)
    await ctx.refresh()
    await ctx.reply(t("Forbidden."))


@cog.verdict
async def note(ctx: Context[Settings], event: MessagePosted, verdict: Verdict) -> None:
    await ctx.direct(event.member, t("Not said here: {word}", word=verdict.found))


@cog.guard(MessagePosted)
def words(ctx: Glance[Settings], event: MessagePosted) -> Verdict | None:
    said = (ctx.snapshot or set()) & set(event.text.casefold().split())
    if not said:
        return None
    window = ctx.window("hits", event.member.key)
    window.add(ctx.now, event.text)
    acts = [RemoveMessage("not said here", event.ref)]
    if len(window.within(timedelta(minutes=5), now=ctx.now)) > 1:
        acts.append(Timeout("again", event.member, ctx.now + timedelta(hours=1)))  # type: ignore[arg-type]
    return Verdict("words", 1, ", ".join(said), tuple(acts), found=min(said), words=t("Rules"))


@cog.on(MessagePosted)
async def echo(ctx: Context[Settings], event: MessagePosted) -> None:
    await ctx.post(event.ref.channel, t("heard: {text}", text=event.text))


@pytest.fixture
async def town() -> AsyncIterator[Stage]:
    ADDED.clear()
    async with Stage(cogs=(cog,)) as stage:
        yield stage
        assert not stage.errors


def kinds(town: Stage) -> list[str]:
    return [effect.effect for effect in town.world.effects]


async def test_a_verdict_stops_the_message_before_listeners(town: Stage) -> None:
    ada = town.person("ada", here=True)
    await ada.say("a darn thing")
    assert kinds(town) == ["delete", "direct"]
    assert "Not said here: darn" in ada.sees
    await ada.say("a fine thing")
    assert "heard: a fine thing" in ada.reads()


async def test_windows_remember_and_acts_go_in_order(town: Stage) -> None:
    ada = town.person("ada", here=True)
    await ada.say("darn")
    await ada.say("darn again")
    assert kinds(town) == ["delete", "direct", "delete", "timeout", "direct"]


async def test_a_message_heard_again_after_a_kill_is_acted_upon_once(town: Stage) -> None:
    ada = town.person("ada", here=True)
    await ada.say("darn")
    await town.restart()
    await town.restart()
    assert kinds(town) == ["delete", "direct"]


async def test_settings_rebuild_what_guards_read(town: Stage) -> None:
    ada = town.person("ada", here=True)
    await town.set("strict", words=["bother"])
    await ada.say("darn")
    await ada.say("bother")
    assert kinds(town) == ["post", "delete", "direct"]


async def test_a_cog_asks_for_a_new_snapshot_and_a_restart_finds_it(town: Stage) -> None:
    ada = town.person("ada", here=True)
    await ada.run("forbid", word="Bother")
    await ada.say("bother")
    assert kinds(town)[-2:] == ["delete", "direct"]
    await town.restart()
    await ada.say("bother")
    assert kinds(town)[-2:] == ["delete", "direct"]


async def test_of_nothing_nothing_is_made(town: Stage) -> None:
    given: list[object] = []
    town.app.engine.memory.workers = Noting(given)
    await town.set("strict", words="-")
    assert given == []
    ada = town.person("ada", here=True)
    await ada.say("darn")
    assert "darn" in ada.reads("general")
    await ada.run("forbid", word="heck")
    assert given == [("heck",)]


class Noting(Workers):
    """Notes what it is given to work on."""

    def __init__(self, given: list[object]) -> None:
        super().__init__(apart=False)
        self._given = given

    async def run(self, work: Callable[[Any], Any], given: Any) -> Any:
        self._given.append(given)
        return await super().run(work, given)


async def test_work_done_in_another_process() -> None:
    workers = Workers(apart=True)
    assert await asyncio.gather(*(workers.run(folded, (word,)) for word in ("A", "B"))) == [("a",), ("b",)]
    with pytest.raises(AttributeError):
        await workers.run(folded, (1,))  # type: ignore[arg-type]


async def test_what_the_platform_cannot_do_is_asked_of_the_moderators() -> None:
    async with Stage(cogs=(cog,), profile="slack", channels=("general", "team")) as town:
        ada = town.person("ada", here=True)
        await town.set("community", moderators="team")
        await ada.say("darn")
        assert "delete" not in kinds(town)
        assert "Please delete a message in #general" in ada.reads("team")
        await town.restart()
        assert ada.reads("team").count("Please delete") == 1


async def test_the_trace_tells_a_verdict_once_in_the_communitys_words(town: Stage) -> None:
    await town.speaks("fr")
    ada = town.person("ada", here=True)
    await ada.say("a darn thing")
    told = [step for step in town.app.engine.trace.steps if step.kind == "guard"]
    assert [step.what for step in told] == ["strict.words: words v1"]
    assert told[0].said == t("Rules")
    assert [effect.why for effect in town.world.effects if effect.effect == "direct"] == ["Règles"]

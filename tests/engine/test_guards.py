"""Guards see messages first, read what their cog built from its settings, and their verdicts are carried out once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Annotated

import pytest
from pydantic import Field

from bot.cog import Cog, CogSettings, Context, Glance, MessagePosted, RemoveMessage, Timeout, Verdict, t
from bot.rehearsal.stage import Stage


class Settings(CogSettings):
    words: Annotated[tuple[str, ...], Field(title="Words that are not said here")] = ("darn",)


cog = Cog("strict", Settings)


@cog.snapshot
def compiled(settings: Settings) -> frozenset[str]:
    return frozenset(word.casefold() for word in settings.words)


@cog.guard(MessagePosted)
def words(ctx: Glance[Settings], event: MessagePosted) -> Verdict | None:
    said = ctx.snapshot & set(event.text.casefold().split())
    if not said:
        return None
    window = ctx.window("hits", event.member.key)
    window.add(ctx.now, event.text)
    acts = [RemoveMessage("not said here", event.ref)]
    if len(window.within(timedelta(minutes=5), now=ctx.now)) > 1:
        acts.append(Timeout("again", event.member, ctx.now + timedelta(hours=1)))  # type: ignore[arg-type]
    return Verdict("words", 1, ", ".join(said), tuple(acts))


@cog.on(MessagePosted)
async def echo(ctx: Context[Settings], event: MessagePosted) -> None:
    await ctx.post(event.ref.channel, t("heard: {text}", text=event.text))


@pytest.fixture
async def town() -> AsyncIterator[Stage]:
    async with Stage(cogs=(cog,)) as stage:
        yield stage
        assert not stage.errors


def kinds(town: Stage) -> list[str]:
    return [effect.effect for effect in town.world.effects]


async def test_a_verdict_stops_the_message_before_listeners(town: Stage) -> None:
    ada = town.person("ada", here=True)
    await ada.say("a darn thing")
    assert kinds(town) == ["delete"]
    await ada.say("a fine thing")
    assert "heard: a fine thing" in ada.reads()


async def test_windows_remember_and_acts_go_in_order(town: Stage) -> None:
    ada = town.person("ada", here=True)
    await ada.say("darn")
    await ada.say("darn again")
    assert kinds(town) == ["delete", "delete", "timeout"]


async def test_a_message_heard_again_after_a_kill_is_acted_upon_once(town: Stage) -> None:
    ada = town.person("ada", here=True)
    await ada.say("darn")
    await town.restart()
    await town.restart()
    assert kinds(town) == ["delete"]


async def test_settings_rebuild_what_guards_read(town: Stage) -> None:
    ada = town.person("ada", here=True)
    await town.set("strict", words=["bother"])
    await ada.say("darn")
    await ada.say("bother")
    assert kinds(town) == ["post", "delete"]


async def test_what_the_platform_cannot_do_is_asked_of_the_moderators() -> None:
    async with Stage(cogs=(cog,), profile="slack", channels=("general", "team")) as town:
        ada = town.person("ada", here=True)
        await town.set("community", moderators="team")
        await ada.say("darn")
        assert "delete" not in kinds(town)
        assert "Please delete a message in #general" in ada.reads("team")
        await town.restart()
        assert ada.reads("team").count("Please delete") == 1

"""What moderators are asked to do by hand is settled once, by whoever is first."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

import pytest
from sqlalchemy import delete, select

from bot.chat.card import Card
from bot.chat.events import ButtonPressed
from bot.chat.forms import Sheet
from bot.chat.platform import Can
from bot.chat.things import Level, MessageRef
from bot.cog import Cog, CogSettings, Context, DoneByHand, Kick, MessagePosted, t
from bot.engine.models import PostRow
from bot.platforms.playground import Actor
from bot.rehearsal.stage import Stage

cog: Cog[CogSettings] = Cog("strict", CogSettings)


@cog.on(MessagePosted)
async def out(ctx: Context[CogSettings], event: MessagePosted) -> None:
    await ctx.act(Kick("a test", event.member), key=f"out of {event.member.name}")


@cog.on(DoneByHand)
async def gone(ctx: Context[CogSettings], fact: DoneByHand) -> None:
    assert ctx.moderators
    await ctx.post(ctx.moderators, t("By hand: {act}", act=fact.act))


@dataclass
class Said:
    """A ``Responder`` that keeps what is answered."""

    private: bool = True
    cards: list[Card] = field(default_factory=list)

    async def reply(self, card: Card, *, private: bool) -> None:
        self.cards.append(card)

    async def ask(self, sheet: Sheet) -> None:
        raise AssertionError(sheet)

    async def refuse(self, problems: Mapping[str, str], sheet: Sheet) -> bool:
        raise AssertionError(problems)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with Stage(cogs=(cog,), channels=("general", "mods")) as stage:
        stage.world.deny(stage.world.spaces[0], Can.KICK)
        await stage.set("community", moderators=stage.world.channel("mods"))
        yield stage
        assert not stage.errors, stage.errors


async def request(stage: Stage) -> MessageRef:
    """Where the moderators are asked to remove Eve."""
    await stage.person("Eve", here=True).say("hello")
    async with stage.app.database.reading() as db:
        row = (await db.scalars(select(PostRow))).one()
    return MessageRef(stage.world.channel("mods"), str(row.message))


async def press(stage: Stage, who: Actor, ref: MessageRef) -> str:
    """A press from a client that still shows the button; gives what they are told."""
    said = Said()
    await stage.app.engine.dispatcher.receive(
        ButtonPressed(
            space=who.space,
            id=f"press {who.id}",
            at=stage.now,
            member=who.member,
            channel=ref.channel,
            responder=said,
            action="relais.done",
            ref=ref,
        )
    )
    await stage.settle()
    return " ".join(str(card.text) for card in said.cards)


async def test_the_second_press_changes_nothing(stage: Stage) -> None:
    mo, hal = stage.person("Mo", level=Level.MODERATOR, here=True), stage.person("Hal", level=Level.HELPER, here=True)
    ref = await request(stage)
    assert "sees that it is done" in await press(stage, mo, ref)
    assert "done already" in await press(stage, hal, ref)
    assert "Done by @Mo" in mo.reads("mods")
    assert "Hal" not in mo.reads("mods")


async def test_a_request_that_is_forgotten_says_so(stage: Stage) -> None:
    mo = stage.person("Mo", level=Level.MODERATOR, here=True)
    ref = await request(stage)
    async with stage.app.database.transaction() as db:
        await db.execute(delete(PostRow))
    assert "too old" in await press(stage, mo, ref)


async def test_only_helpers_and_moderators_settle_it(stage: Stage) -> None:
    ref = await request(stage)
    eve = stage.person("Another", here=True)
    assert "helpers and moderators" in await press(stage, eve, ref)
    assert "Done by" not in eve.reads("mods")


async def test_who_asked_hears_that_it_was_done_and_of_what(stage: Stage) -> None:
    mo = stage.person("Mo", level=Level.MODERATOR, here=True)
    ref = await request(stage)
    await press(stage, mo, ref)
    await press(stage, mo, ref)
    assert mo.reads("mods").count("By hand: out of Eve") == 1


async def test_the_same_act_is_asked_for_once(stage: Stage) -> None:
    mo, eve = stage.person("Mo", level=Level.MODERATOR, here=True), stage.person("Eve", here=True)
    await eve.say("hello")
    await eve.say("again")
    assert mo.reads("mods").count("Please remove @Eve") == 1

"""The world survives in its store."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.card import Button, Card, Field, File, Menu, Option, Picture, Style, Tone
from bot.chat.text import Md
from bot.chat.things import Member, Space
from bot.platforms.playground import World, restore
from bot.platforms.playground.codec import dump, read
from bot.platforms.playground.records import Message, Sent
from bot.platforms.playground.state import MAX_MESSAGES

if TYPE_CHECKING:
    from bot.chat.forms import Sheet
    from tests.playground.conftest import Bed

WORDS = st.text(max_size=20) | st.text(max_size=20).map(lambda words: Md(words))
MEMBERS = st.builds(Member, st.builds(Space, st.just("playground"), st.just("t1")), st.just("u1"), name=st.text())
CARDS = st.builds(
    Card,
    text=WORDS,
    title=WORDS,
    fields=st.lists(st.builds(Field, WORDS, WORDS, st.booleans()), max_size=2).map(tuple),
    buttons=st.lists(st.builds(Button, WORDS, style=st.sampled_from(Style)), max_size=2).map(tuple),
    menus=st.lists(
        st.builds(Menu, WORDS, st.just("a.b"), st.lists(st.builds(Option, WORDS, st.text()), max_size=2).map(tuple)),
        max_size=1,
    ).map(tuple),
    picture=st.none() | st.builds(Picture, st.binary(max_size=20), WORDS),
    files=st.lists(st.builds(File, st.binary(max_size=20), st.text()), max_size=1).map(tuple),
    tone=st.sampled_from(Tone),
    pings=st.lists(MEMBERS, max_size=2).map(tuple),
)
MOMENTS = st.datetimes(timezones=st.just(UTC))
MESSAGES = st.builds(
    Message,
    st.just("m1"),
    st.just("c1"),
    MOMENTS,
    st.just("u1"),
    st.sampled_from(Sent),
    text=st.text(),
    card=st.none() | CARDS,
    thread=st.none() | st.just("m0"),
    reactions=st.dictionaries(st.text(), st.lists(st.just("u1"))),
    deleted_at=st.none() | MOMENTS,
)


@given(MESSAGES)
def test_a_message_comes_back_as_it_was(message: Message) -> None:
    back = read(Message, dump(message))
    assert back == message
    if message.card and back.card and message.card.text:
        assert type(back.card.text) is type(message.card.text)


async def test_a_whole_world_comes_back(bed: Bed, sheet: Sheet) -> None:
    await bed.restart(keep=True)
    card = Card("Look", buttons=(Button("Go", "a.go"),), picture=Picture(b"\x89PNG", "A cat"))
    await bed.playground.post(bed.general, card, key="k")
    await bed.playground.direct(bed.ada.member, Card("Psst"), key="k")
    await bed.bob.say("Hello @Ada")
    await bed.bob.react("👍")
    await bed.playground.ban(bed.world.person("Mallory").member, "rude")
    await bed.playground.timeout(bed.bob.member, bed.time, "rude")
    await bed.world.person("Eve").join(via=bed.ada)
    await bed.answered(lambda responder: responder.ask(sheet))
    copy = await copied(bed)
    assert by_key(copy) == by_key(bed.world)
    assert copy.state.public_rooms(bed.space.id) == bed.world.state.public_rooms(bed.space.id)
    assert copy.state.progress == bed.world.state.progress
    assert copy.actor(bed.ada.id).sees == bed.ada.sees
    assert copy.actor(bed.ada.id).reads() == bed.ada.reads()
    assert copy.state.new_id("m") == bed.world.state.new_id("m")


async def test_what_was_handed_over_or_answered_is_kept(bed: Bed) -> None:
    await bed.restart(keep=True)
    await bed.ada.say("Hello")
    await bed.playground.post(bed.general, Card("Hello"), key="k")
    assert (await copied(bed)).actor(bed.ada.id).reads() == "Ada: Hello\nRelais: Hello"


async def test_only_what_changed_is_written(bed: Bed) -> None:
    await bed.restart(keep=True)
    await bed.ada.say("Hello")
    bed.store.written.clear()
    ref = await bed.ada.say("Again")
    assert bed.store.written == [("progress", "progress"), ("message", ref.id)]
    bed.store.written.clear()
    await bed.bob.leave()
    assert bed.store.written == [("progress", "progress")]
    assert list(bed.store.kinds["presence"]) == [f"{bed.space.id}/{bed.ada.id}"]


async def test_what_changed_without_a_keeper_is_written_at_start(bed: Bed) -> None:
    await bed.restart(keep=True)
    await bed.playground.stop()
    ref = await bed.ada.say("Hello")
    await bed.bob.leave()
    bed.store.written.clear()
    await bed.begin(keep=True)
    await bed.playground.stop()
    assert [place for place in bed.store.written if place[0] != "progress"] == [("message", ref.id)]
    assert by_key(await copied(bed)) == by_key(bed.world)


async def test_a_failed_write_is_written_later(bed: Bed, monkeypatch: pytest.MonkeyPatch) -> None:
    await bed.restart(keep=True)

    async def broken(kind: str, documents: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(bed.store, "save", broken)
        with pytest.raises(OSError, match="disk full"):
            await bed.ada.say("Hello")
    await bed.playground.stop()
    assert (await copied(bed)).actor(bed.ada.id).reads() == "Ada: Hello"


async def test_an_empty_store_restores_nothing(bed: Bed) -> None:
    assert not await restore(World(lambda: bed.time).state, bed.store)


async def test_old_messages_are_forgotten(bed: Bed) -> None:
    await bed.restart(keep=True)
    for n in range(MAX_MESSAGES + 2):
        await bed.ada.say(f"{n}")
    assert len(bed.ada.reads().splitlines()) == MAX_MESSAGES
    assert len(bed.store.kinds["message"]) == MAX_MESSAGES


def by_key(world: World) -> dict[tuple[str, str], object]:
    return {(record.kind, record.key): record for record in world.state.records()}


async def copied(bed: Bed) -> World:
    copy = World(lambda: bed.time)
    assert await restore(copy.state, bed.store)
    return copy


def test_defaults_are_left_out() -> None:
    message = Message("m1", "c1", datetime(2026, 11, 23, tzinfo=UTC), "u1", Sent.SAID)
    assert len(fields(message)) > 10
    assert dump(message) == (
        '{"id":"m1","room":"c1","at":"2026-11-23T00:00:00+00:00","author":"u1","sent":"said","reactions":{}}'
    )

"""Answers to interactions: once, in time, and private when they must be."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import discord
import pytest

from bot.chat.card import Button, Card
from bot.chat.forms import FieldSpec, Kind, Sheet
from bot.chat.platform import PlatformError, TooLate
from bot.chat.things import Channel, MessageRef
from bot.platforms.discord.components import untagged
from bot.platforms.discord.errors import in_our_words
from bot.platforms.discord.feed import Tasks
from bot.platforms.discord.modal import Form
from bot.platforms.discord.responder import Answer, Where
from tests.platforms.discord.conftest import SPACE

HERE = Channel(SPACE, "200")
SHEET = Sheet("cog.form", "Title", (FieldSpec("a", Kind.TEXT, "A"),), "Send", {})
COMMAND, BUTTON, FORM = 2, 3, 5


class PaperRest:
    """Notes what would be sent; ``refusals`` are raised first."""

    def __init__(self, *refusals: int) -> None:
        self.sent: list[tuple[str, Any]] = []
        self.refusals = list(refusals)

    def _refuse(self) -> discord.HTTPException:
        response: Any = SimpleNamespace(status=400, reason="no", headers={})
        return discord.HTTPException(response, {"code": self.refusals.pop(0), "message": "no"})

    async def callback(self, id: str, token: str, parcel: Any) -> Any:
        if self.refusals:
            raise self._refuse()
        self.sent.append(("callback", parcel.payload))
        return {"resource": {"message": {"id": "1"}}}

    async def edit_answer(self, token: str, parcel: Any) -> Any:
        self.sent.append(("edit", parcel.payload))
        return {"id": "2"}

    async def drop_answer(self, token: str) -> None:
        self.sent.append(("drop", None))

    async def open_direct(self, user: str) -> str:
        if self.refusals:
            raise in_our_words(self._refuse())
        return f"dm-{user}"

    async def send(self, channel: str, parcel: Any) -> Any:
        self.sent.append((channel, parcel.payload))
        return {"id": "4"}

    async def follow_up(self, token: str, parcel: Any) -> Any:
        if self.refusals:
            raise in_our_words(self._refuse())
        self.sent.append(("follow", parcel.payload))
        return {"id": "3"}

    @property
    def told(self) -> list[str]:
        """What was sent, in short: what, its kind, and ``!`` when only its reader sees it."""
        return [self._short(what, payload or {}) for what, payload in self.sent]

    def _short(self, what: str, payload: Any) -> str:
        flags = payload.get("flags", payload.get("data", {}).get("flags", 0))
        return f"{what}{payload.get('type', '')}{'!' if flags == 64 else ''}"


def answer(rest: PaperRest, kind: int, *, private: bool = True, direct: bool = False, patience: float = 60) -> Answer:
    given: Any = rest
    where = Where("7", HERE, None, direct, True)
    form = Form(str, lambda kind, text: None)
    return Answer(
        given, Tasks().spawn, {"id": "5", "token": "t", "type": kind}, where, form, private=private, patience=patience
    )


async def late(rest: PaperRest, kind: int, *, private: bool) -> Answer:
    """One that was acknowledged already."""
    made = answer(rest, kind, private=private, patience=0)
    await asyncio.sleep(0.01)
    return made


async def test_an_answer_in_time_is_the_first_then_more_follow() -> None:
    rest = PaperRest()
    one = answer(rest, COMMAND)
    assert await one.reply(Card("a"), private=True) is None
    assert await one.reply(Card("b"), private=False) == MessageRef(HERE, "3")
    assert rest.told == ["callback4!", "follow"]


async def test_what_was_announced_takes_its_place() -> None:
    rest = PaperRest()
    assert await (await late(rest, COMMAND, private=False)).reply(Card("a"), private=False) == MessageRef(HERE, "2")
    assert rest.told == ["callback5", "edit"]


@pytest.mark.parametrize("private", [True, False])
async def test_what_is_private_stays_so_whatever_was_announced(private: bool) -> None:
    rest = PaperRest()
    await (await late(rest, COMMAND, private=not private)).reply(Card("a"), private=private)
    assert rest.told == (["callback5", "drop", "follow!"] if private else ["callback5!", "drop", "follow"])


async def test_a_slow_button_stops_waiting_and_may_say_nothing() -> None:
    rest = PaperRest()
    one = await late(rest, BUTTON, private=True)
    assert rest.told == ["callback6"]
    await one.reply(Card("a"), private=True)
    assert rest.told == ["callback6", "follow!"]


async def test_a_form_opens_first_or_never() -> None:
    rest = PaperRest()
    await answer(rest, COMMAND).ask(SHEET)
    assert rest.told == ["callback9"]
    with pytest.raises(TooLate, match="three seconds"):
        await (await late(rest, COMMAND, private=True)).ask(SHEET)
    one = answer(rest, BUTTON)
    await one.reply(Card("a"), private=True)
    with pytest.raises(PlatformError, match=r"first answer$"):
        await one.ask(SHEET)
    with pytest.raises(PlatformError, match="cannot open a form"):
        await answer(rest, FORM).ask(SHEET)
    assert await answer(rest, FORM).refuse({"a": "no"}, SHEET) is False


async def test_an_interaction_acknowledged_elsewhere_is_followed() -> None:
    rest = PaperRest(40060)
    await answer(rest, COMMAND).reply(Card("a"), private=True)
    assert rest.told == ["follow!"]


@pytest.mark.parametrize("kind", [COMMAND, BUTTON, FORM])
@pytest.mark.parametrize("private", [True, False])
async def test_whom_discord_waits_for_no_more_is_answered_directly(kind: int, private: bool) -> None:
    rest = PaperRest(10062)
    one = answer(rest, kind)
    assert await one.reply(Card("a", buttons=(Button("b", "c.d"),)), private=private) is None
    await one.reply(Card("b"), private=private)
    assert [where for where, _ in rest.sent] == ["dm-7", "dm-7"]
    assert untagged(rest.sent[0][1]["components"][0]["components"][0]["custom_id"]) == ("c.d", SPACE.id)
    with pytest.raises(TooLate):
        await one.done()


async def test_an_acknowledgement_that_came_too_late_is_told_at_the_end() -> None:
    rest = PaperRest(10062)
    one = await late(rest, COMMAND, private=True)
    with pytest.raises(TooLate, match="first answer"):
        await one.ask(SHEET)
    await one.reply(Card("a"), private=True)
    assert [where for where, _ in rest.sent] == ["dm-7"]
    with pytest.raises(TooLate):
        await one.done()


async def test_an_answer_after_a_quarter_of_an_hour_goes_directly() -> None:
    rest = PaperRest()
    one = answer(rest, BUTTON)
    await one.reply(Card("a"), private=True)
    rest.refusals = [50027]
    await one.reply(Card("b"), private=True)
    assert [where for where, _ in rest.sent] == ["callback", "dm-7"]
    await one.done()


async def test_who_accepts_no_direct_message_either_is_not_reached() -> None:
    with pytest.raises(TooLate, match="nor by direct message"):
        await answer(PaperRest(10062, 50007), COMMAND).reply(Card("a"), private=True)
    with pytest.raises(TooLate):
        await answer(PaperRest(10062), COMMAND).ask(SHEET)
    with pytest.raises(TooLate):
        await answer(PaperRest(40060), COMMAND).ask(SHEET)


async def test_in_private_everything_has_an_address_and_carries_its_guild() -> None:
    rest = PaperRest()
    one = answer(rest, BUTTON, direct=True)
    assert await one.reply(Card("a", buttons=(Button("b", "c.d"),)), private=True) == MessageRef(HERE, "1")
    payload = rest.sent[0][1]["data"]
    assert "flags" not in payload
    assert untagged(payload["components"][0]["components"][0]["custom_id"]) == ("c.d", SPACE.id)


@pytest.mark.parametrize(
    ("kind", "told"), [(COMMAND, ["callback5!", "drop"]), (BUTTON, ["callback6"]), (FORM, ["callback5!", "drop"])]
)
async def test_nothing_is_announced_when_a_handler_said_nothing(kind: int, told: list[str]) -> None:
    rest = PaperRest()
    await answer(rest, kind).done()
    assert rest.told == told


async def test_an_announced_answer_that_never_comes_is_taken_back() -> None:
    rest = PaperRest()
    await (await late(rest, COMMAND, private=True)).done()
    assert rest.told == ["callback5!", "drop"]


async def test_what_was_answered_stays() -> None:
    rest = PaperRest()
    made = answer(rest, COMMAND)
    await made.reply(Card("Hello"), private=True)
    await made.done()
    assert rest.told == ["callback4!"]

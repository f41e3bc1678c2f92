"""What people do on the playground, and what the bot is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.chat.card import Button, Card, Menu, Option
from bot.chat.events import (
    ButtonPressed,
    CommandUsed,
    FormSubmitted,
    MemberAdmitted,
    MemberJoined,
    MemberLeft,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    Reacted,
)
from bot.chat.platform import PlatformError
from bot.platforms.playground import Away, Impossible, NoSuchCommand, NothingToPress

if TYPE_CHECKING:
    from bot.chat.forms import Sheet
    from bot.chat.platform import Responder
    from tests.playground.conftest import Bed


async def test_join_through_screening_and_leave(bed: Bed) -> None:
    gate = bed.world.add_space("Gate", screening=True)
    eve = bed.world.person("Eve", space=gate)
    zoe = bed.world.person("Zoe", space=gate, here=True)
    await eve.join(via=zoe)
    joined = bed.hub.only(MemberJoined)
    assert (joined.member, joined.member.pending, joined.invited_by) == (eve.member, True, zoe.member)
    with pytest.raises(Impossible, match="admitted"):
        await eve.say("Hello")
    await eve.admit()
    assert bed.hub.only(MemberAdmitted).member.pending is False
    await eve.leave()
    assert bed.hub.only(MemberLeft).member == joined.member
    with pytest.raises(Impossible):
        await eve.say("Still here?")


async def test_say_edit_delete(bed: Bed) -> None:
    first = await bed.ada.say("Hello @Bob, see #random", attach=["cat.png"])
    await bed.bob.say("Hi", reply_to=first)
    posted, reply = bed.hub.all(MessagePosted)
    assert (posted.id, posted.ref, posted.attachments[0].type) == (first.id, first, "image/png")
    assert posted.mentions == (bed.bob.id,)
    assert reply.reply_to == first
    assert bed.bob.reads() == "Ada: Hello @Bob, see #random\n(cat.png)\nBob: Hi"
    await bed.ada.edit("Bye")
    assert (bed.hub.only(MessageEdited).ref, bed.hub.only(MessageEdited).text) == (first, "Bye")
    await bed.ada.delete()
    assert bed.hub.only(MessageDeleted).ref == first
    assert bed.ada.reads() == "Bob: Hi"
    assert bed.ada.reads("random") == ""
    with pytest.raises(Impossible):
        await bed.ada.edit("Nothing left")


async def test_talk_in_a_thread(bed: Bed) -> None:
    root = await bed.ada.say("Cats")
    thread = await bed.playground.open_thread(root, "On cats")
    await bed.bob.say("Indeed", thread=thread)
    assert bed.hub.all(MessagePosted)[-1].ref.thread == thread
    with pytest.raises(Impossible, match="thread"):
        await bed.bob.say("Hello?", thread="m999")


async def test_a_moderator_deletes_what_others_said(bed: Bed) -> None:
    ref = await bed.ada.say("Rude")
    reply = await bed.bob.say("Stop")
    with pytest.raises(Impossible):
        await bed.ada.delete(ref=reply)
    await bed.bob.delete(ref=ref)
    assert bed.ada.reads() == "Bob: Stop"


async def test_reactions(bed: Bed) -> None:
    ref = await bed.ada.say("Cake?")
    await bed.bob.react("🎂")
    await bed.bob.unreact("🎂", ref=ref)
    given, taken = bed.hub.all(Reacted)
    assert (given.emoji, given.added, given.ref, given.member) == ("🎂", True, ref, bed.bob.member)
    assert not taken.added
    with pytest.raises(Impossible):
        await bed.bob.unreact("🎂")


async def test_commands_carry_what_a_platform_understands(bed: Bed) -> None:
    await bed.ada.run("welcome preview", member=bed.bob)
    await bed.ada.run("welcome preview", member="bob")
    await bed.ada.run("welcome preview", member="Nobody")
    await bed.bob.run("welcome setup", channel="#random")
    await bed.bob.run("contest new", title="Cats", winners=3, public=True, kind="A draw")
    assert [dict(event.options) for event in bed.hub.all(CommandUsed)] == [
        {"member": bed.bob.member},
        {"member": bed.bob.member},
        {"member": "Nobody"},
        {"channel": bed.world.channel("random")},
        {"title": "Cats", "winners": "3", "public": "yes", "kind": "draw"},
    ]
    assert [event.responder.private for event in bed.hub.all(CommandUsed)] == [True, True, True, False, True]


async def test_unknown_commands_and_options_say_what_there_is(bed: Bed) -> None:
    with pytest.raises(NoSuchCommand, match="welcome preview, welcome setup"):
        await bed.ada.run("welcome")
    with pytest.raises(Impossible, match="winners"):
        await bed.ada.run("contest new", prize="Cake")


async def test_private_answers_are_private(bed: Bed) -> None:
    async def answer(responder: Responder) -> None:
        assert await responder.reply(Card("Secret", buttons=(Button("More", "a.more"),)), private=True) is None
        assert await responder.reply(Card("Open"), private=False) is not None

    await bed.answered(answer)
    assert bed.ada.sees == "Secret\n[More]"
    assert bed.ada.reads() == bed.bob.reads() == "Relais: Open"
    assert bed.bob.sees == ""
    assert [(it.effect, it.to) for it in bed.world.effects] == [("reply", bed.ada.member), ("reply", None)]
    with pytest.raises(NothingToPress):
        await bed.bob.press("More")
    await bed.ada.press("More")
    pressed = bed.hub.only(ButtonPressed)
    assert (pressed.action, pressed.ref, pressed.channel) == ("a.more", None, bed.general)


async def test_press_takes_the_newest_visible_button(bed: Bed) -> None:
    await bed.playground.post(bed.general, Card("1", buttons=(Button("Go", "a.go:1"),)), key="1")
    links = (Button("Go", "a.go:2"), Button("Site", url="https://example.org"))
    ref = await bed.playground.direct(bed.ada.member, Card("2", buttons=links), key="2")
    await bed.ada.press("Go")
    await bed.bob.press("Go")
    ada, bob = bed.hub.all(ButtonPressed)
    assert (ada.action, ada.ref, bob.action) == ("a.go:2", ref, "a.go:1")
    with pytest.raises(NothingToPress, match=r"\['Go'\]"):
        await bed.ada.press("Site")
    await ada.responder.reply(Card("Done"), private=False)
    assert bed.bob.reads() == "Relais: 1\n[Go]"
    await bed.playground.edit(ref, Card("Gone"))
    await bed.ada.press("Go")
    assert bed.hub.all(ButtonPressed)[-1].action == "a.go:1"


async def test_who_left_sees_no_channel(bed: Bed) -> None:
    await bed.playground.post(bed.general, Card("1", buttons=(Button("Go", "a.go"),)), key="1")
    await bed.ada.leave()
    with pytest.raises(NothingToPress):
        await bed.ada.press("Go")


async def test_menus(bed: Bed) -> None:
    menu = Menu("Topics", "a.topics", (Option("Cats", "c"), Option("Dogs", "d")), most=2)
    await bed.playground.post(bed.general, Card("Pick", menus=(menu,)), key="k")
    assert bed.ada.reads() == "Relais: Pick\n[Topics]\n· Cats\n· Dogs"
    await bed.ada.choose("Topics", ["Cats", "d"])
    assert bed.hub.only(ButtonPressed).values == ("c", "d")
    with pytest.raises(NothingToPress, match="Dogs"):
        await bed.ada.choose("Topics", "Birds")
    with pytest.raises(Impossible, match="between 1 and 2"):
        await bed.ada.choose("Topics", [])
    with pytest.raises(NothingToPress, match="Topics"):
        await bed.ada.choose("Colours", "Red")


async def test_a_form_is_opened_filled_and_refused(bed: Bed, sheet: Sheet) -> None:
    await bed.answered(lambda responder: responder.ask(sheet))
    assert bed.ada.form == sheet
    assert bed.ada.sees == "Introduce yourself\nAbout you: I am\nWho brought you: \n[Send]"
    await bed.ada.fill(sponsor=bed.bob)
    sent = bed.hub.only(FormSubmitted)
    assert (sent.action, dict(sent.values)) == ("welcome.introduce", {"about": "I am", "sponsor": bed.bob.id})
    assert bed.ada.form is None
    assert await sent.responder.refuse({"about": "Too short", "": "Try again"}, sheet)
    assert "Try again" in bed.ada.sees
    assert "About you: I am (Too short)" in bed.ada.sees
    await bed.ada.fill(about="I am Ada")
    assert dict(bed.hub.all(FormSubmitted)[-1].values) == {"about": "I am Ada", "sponsor": bed.bob.id}
    assert bed.effects == ["form", "form"]
    with pytest.raises(NothingToPress, match="no form"):
        await bed.ada.fill(about="Again")


async def test_forms_come_first_and_from_no_form(bed: Bed, sheet: Sheet) -> None:
    async def too_late(responder: Responder) -> None:
        await responder.reply(Card("Wait"), private=True)
        with pytest.raises(PlatformError, match="first"):
            await responder.ask(sheet)

    await bed.answered(too_late)
    await bed.answered(lambda responder: responder.ask(sheet))
    with pytest.raises(Impossible, match="about"):
        await bed.ada.fill(age="12")
    await bed.ada.fill(about="")
    with pytest.raises(PlatformError, match="cannot open"):
        await bed.hub.only(FormSubmitted).responder.ask(sheet)


async def test_forget_shows_only_what_is_new(bed: Bed, sheet: Sheet) -> None:
    ref = await bed.playground.post(bed.general, Card("Old"), key="1")
    await bed.playground.direct(bed.ada.member, Card("Old"), key="1")
    await bed.answered(lambda responder: responder.ask(sheet))
    bed.ada.forget()
    assert (bed.ada.sees, bed.ada.reads()) == ("", "")
    assert bed.bob.reads() == "Relais: Old"
    await bed.playground.direct(bed.ada.member, Card("New"), key="2")
    await bed.playground.edit(ref, Card("Changed"))
    assert (bed.ada.sees, bed.ada.reads()) == ("New", "Relais: Changed")


async def test_acts_end_when_the_world_has_settled(bed: Bed) -> None:
    settled: list[int] = []

    async def settle() -> None:
        settled.append(len(bed.hub.received))

    bed.world.settle = settle
    await bed.ada.say("Hello")
    assert settled == [len(bed.hub.received)]


async def test_nobody_answers_while_the_bot_is_away(bed: Bed) -> None:
    await bed.playground.post(bed.general, Card("1", buttons=(Button("Go", "a.go"),)), key="1")
    await bed.playground.stop()
    with pytest.raises(Away):
        await bed.ada.press("Go")
    with pytest.raises(Away):
        await bed.ada.run("welcome preview")

"""Who comes, goes and says what; and what is done to people, or asked of the moderators where it cannot be."""

from __future__ import annotations

import pytest

from bot.chat.platform import Can
from bot.chat.things import Level
from bot.platforms.playground import Impossible, Stopped
from tests.contract.cog import notes
from tests.contract.conftest import Open
from tests.contract.stage import Person, Stage

ACTS = {
    "timeout": Can.TIMEOUT,
    "endtimeout": Can.TIMEOUT,
    "kick": Can.KICK,
    "ban": Can.BAN,
    "give": Can.ROLES,
    "pin": Can.PINS,
    "slow": Can.SLOW_MODE,
    "clear": Can.DELETE_ANY,
    "event": Can.EVENTS,
    "invite": Can.INVITES,
    "pause": Can.PAUSE_INVITES,
    "mirror": Can.AUTOMOD,
}
SHOWN_AS = {"slow": "slow_mode", "clear": "delete", "pause": "pause_invites", "mirror": "filter"}
"""Names of effects that differ from those of the acts."""
REQUESTS = {
    "timeout": "Please silence @eve until",
    "endtimeout": "Please let @eve speak again",
    "kick": "Please remove @eve",
    "ban": "Please ban @eve",
    "give": "Please give @eve the role Friends",
    "pin": "Please pin a message in #general",
    "slow": "Please calm #general down",
    "clear": "Please delete a message in #general",
    "event": "Please schedule “Book club” for",
    "invite": "Please make an invite to #general",
    "pause": "Please let nobody new in until",
    "mirror": "Please put these rules into the platform’s own filter: swearing",
}


async def test_who_joins_and_leaves_is_heard(stage: Stage) -> None:
    eve = stage.person("eve")
    await eve.join()
    await eve.leave()
    await eve.join()
    assert notes.heard == ["joined eve", "left eve", "joined eve"]


async def test_a_join_that_is_told_again_is_heard_once(stage: Stage) -> None:
    await stage.person("eve").join()
    await stage.redeliver()
    assert notes.heard == ["joined eve"]


async def test_who_is_there_is_known(stage: Stage) -> None:
    ada, bob, eve = stage.person("ada", here=True), stage.person("bob", here=True), stage.person("eve")
    await eve.join()
    assert {"ada", "bob", "eve"} <= {member.name for member in await stage.adapter.members(stage.space)}
    found = await stage.adapter.member(stage.space, ada.id)
    assert found is not None
    assert (found.id, found.name, found.level) == (ada.id, "ada", Level.EVERYONE)
    await bob.leave()
    assert await stage.adapter.member(stage.space, bob.id) is None
    assert await stage.adapter.member(stage.space, "999999") is None


async def test_levels_are_known(stage: Stage) -> None:
    for level in Level:
        person = stage.person(f"one-{level.name.lower()}", level=level, here=True)
        await stage.settle()
        found = await stage.adapter.member(stage.space, person.id)
        assert found is not None
        assert found.level == level


async def test_screening(platform: str, opened: Open) -> None:
    stage = await opened(platform, screening=True)
    eve = stage.person("eve")
    await eve.join()
    with pytest.raises(Impossible):
        await eve.say("hello")
    await eve.admit()
    assert notes.heard == ["joined eve pending", "admitted eve"]
    await eve.say("hello")
    assert notes.heard[-1] == "hello"


async def test_words_that_are_changed_or_deleted(stage: Stage) -> None:
    ada = stage.person("ada", here=True)
    ref = await ada.say("frist")
    await ada.edit("first")
    await ada.delete()
    assert notes.heard == ["frist", "edited: first", f"deleted {ref.id}"]


async def test_reactions_are_heard(stage: Stage) -> None:
    ada, bob = stage.person("ada", here=True), stage.person("bob", here=True)
    await ada.say("hello")
    await bob.react("🎉")
    await bob.unreact("🎉")
    assert notes.heard == ["hello", "bob +🎉", "bob -🎉"]


async def test_history_after_a_message(stage: Stage) -> None:
    [general] = stage.channels("general")
    ada = stage.person("ada", here=True)
    refs = [await ada.say(f"answer {number}") for number in range(5)]
    history = await stage.adapter.history(general, after=refs[1].id)
    assert [it.text for it in history] == ["answer 2", "answer 3", "answer 4"]
    assert [it.ref.id for it in history] == [ref.id for ref in refs[2:]]
    assert {it.member.id for it in history} == {ada.id}
    assert [it.text for it in await stage.adapter.history(general, limit=2)] in (
        ["answer 0", "answer 1"],
        ["answer 3", "answer 4"],
    )


async def test_what_names_somebody_is_read_as_naming_them(stage: Stage) -> None:
    [general] = stage.channels("general")
    ada, bob = stage.person("ada", here=True), stage.person("bob", here=True)
    await ada.say("hello @bob in #general")
    [message] = await stage.adapter.history(general)
    assert message.mentions == (bob.id,)
    assert message.text == f"hello <@{bob.id}> in <#{general.id}>"


# Guards


async def test_a_guard_stops_a_message_before_anybody_hears_it(powers: Stage) -> None:
    [mods] = powers.channels("mods")
    await powers.set("community", moderators=mods)
    ada = powers.person("ada", here=True)
    await ada.say("how rude")
    assert notes.heard == [] or notes.heard[0].startswith("deleted")
    if powers.can(Can.DELETE_ANY):
        assert "rude" not in ada.reads("general")
        assert powers.posts(mods) == ()
    else:
        assert "how rude" in ada.reads("general")
        assert "Please delete a message in #general: it is rude" in ada.reads("mods")


async def test_a_guard_hears_what_is_changed(powers: Stage) -> None:
    [mods] = powers.channels("mods")
    await powers.set("community", moderators=mods)
    ada = powers.person("ada", here=True)
    await ada.say("how kind")
    await ada.edit("how rude")
    assert "how rude" not in notes.heard
    assert "edited: how rude" not in notes.heard
    assert powers.can(Can.DELETE_ANY) is ("rude" not in ada.reads("general"))


async def test_a_guard_may_let_pass(powers: Stage) -> None:
    ada = powers.person("ada", here=True)
    await ada.say("how odd")
    assert notes.heard == ["how odd"]
    assert powers.effects.count("pin") == int(powers.can(Can.PINS))


async def test_a_message_told_again_is_judged_once(powers: Stage) -> None:
    [mods] = powers.channels("mods")
    await powers.set("community", moderators=mods)
    ada = powers.person("ada", here=True)
    ref = await ada.say("how rude")
    before = (powers.effects.count("delete"), len(powers.posts(mods)))
    assert sum(before) == 1
    if not powers.can(Can.DELETE_ANY):
        await powers.redeliver()
        await powers.restart()
        await powers.redeliver()
    assert (powers.effects.count("delete"), len(powers.posts(mods))) == before
    assert ref.id


# Acts


async def effect_of(what: str, stage: Stage, eve: Person) -> bool:
    """Whether an act changed what it says."""
    here = await stage.adapter.member(stage.space, eve.id)
    match what:
        case "timeout":
            return await _silenced(eve)
        case "endtimeout":
            return not await _silenced(eve)
        case "kick":
            return here is None
        case "ban":
            with pytest.raises(Impossible):
                await eve.join()
            return here is None
        case "give":
            return here is not None and "Friends" in here.roles
    return SHOWN_AS.get(what, what) in stage.effects


async def _silenced(person: Person) -> bool:
    try:
        await person.say("may I?")
    except Impossible:
        return True
    return False


@pytest.mark.parametrize("what", ACTS)
async def test_an_act_is_done_or_asked_for(powers: Stage, what: str) -> None:
    [mods] = powers.channels("mods")
    await powers.set("community", moderators=mods)
    mo, eve = powers.person("mo", level=Level.MODERATOR, here=True), powers.person("eve", here=True)
    ref = await eve.say("hello")
    await mo.run("contract act", what=what, account=eve.id, message=ref.id)
    if powers.can(ACTS[what]):
        assert "done: Done." in mo.sees
        assert await effect_of(what, powers, eve)
        assert powers.posts(mods) == ()
    else:
        assert "fallback: The bot may not do this here: the moderators were asked to." in mo.sees
        assert REQUESTS[what] in mo.reads("mods")
        assert "a test" in mo.reads("mods")
        assert len(powers.posts(mods)) == 1
        assert not await _silenced(eve)
    assert not powers.notified


@pytest.mark.parametrize("what", ["timeout", "kick", "ban", "slow", "give"])
async def test_an_act_that_a_space_does_not_permit_is_asked_for(stage: Stage, what: str) -> None:
    [mods] = stage.channels("mods")
    await stage.set("community", moderators=mods)
    mo, eve = stage.person("mo", level=Level.MODERATOR, here=True), stage.person("eve", here=True)
    stage.deny(ACTS[what])
    await mo.run("contract act", what=what, account=eve.id)
    assert "fallback" in mo.sees
    assert REQUESTS[what] in mo.reads("mods")
    stage.deny()
    mo.forget()
    await mo.run("contract act", what=what, account=eve.id)
    assert ("done" if stage.can(ACTS[what]) else "fallback") in mo.sees


async def test_a_request_is_settled_by_one_press(stage: Stage) -> None:
    [mods] = stage.channels("mods")
    await stage.set("community", moderators=mods)
    mo, eve = stage.person("mo", level=Level.MODERATOR, here=True), stage.person("eve", here=True)
    ref = await eve.say("hello")
    stage.deny(Can.PINS)
    await mo.run("contract act", what="pin", account=eve.id, message=ref.id)
    assert "See the message" in mo.reads("mods")
    await eve.press("Done")
    assert "This is for the community's helpers and moderators." in eve.sees
    await stage.restart()
    await mo.press("Done")
    assert "Please pin a message in #general" in mo.reads("mods")
    assert "Done by @mo" in mo.reads("mods")
    with pytest.raises(Impossible):
        await mo.press("Done")
    assert not stage.notified


async def test_without_a_channel_for_moderators_it_is_said(stage: Stage) -> None:
    mo, eve = stage.person("mo", level=Level.MODERATOR, here=True), stage.person("eve", here=True)
    stage.deny(Can.KICK)
    await mo.run("contract act", what="kick", account=eve.id)
    assert "refused" in mo.sees
    assert "/settings set community.moderators" in mo.sees


async def test_an_act_on_somebody_who_is_gone(stage: Stage) -> None:
    mo, eve = stage.person("mo", level=Level.MODERATOR, here=True), stage.person("eve", here=True)
    await eve.leave()
    await mo.run("contract act", what="kick", account=eve.id)
    assert "refused: Nothing to do: it is no longer there." in mo.sees


@pytest.mark.parametrize("what", ["event", "invite"])
async def test_what_an_act_made_is_known(stage: Stage, what: str) -> None:
    mo = stage.person("mo", level=Level.MODERATOR, here=True)
    await mo.run("contract act", what=what, account=mo.id)
    assert len(notes.heard[-1]) > len("made ")


async def test_who_comes_by_whose_invite_is_heard(stage: Stage) -> None:
    ada, eve = stage.person("ada", here=True), stage.person("eve")
    await eve.join(via=ada)
    assert notes.heard[-1] == "joined eve by ada"


async def test_another_name_is_heard(stage: Stage) -> None:
    eve = stage.person("eve", here=True)
    await eve.say("hello")
    await eve.rename("Evelyn")
    assert notes.heard[-1] == "eve is now Evelyn"


async def test_what_a_moderator_does_by_hand_is_heard_and_what_the_bot_does_is_not(stage: Stage) -> None:
    mo, eve = stage.person("mo", level=Level.MODERATOR, here=True), stage.person("eve", here=True)
    await mo.kick(eve, "spam")
    assert "mo: kick eve (spam)" in notes.heard
    await eve.join()
    await mo.run("contract act", what="kick", account=eve.id)
    assert len([it for it in notes.heard if "kick eve" in it]) == 1


async def test_the_platforms_filter_stops_a_message_and_it_is_heard_once(stage: Stage) -> None:
    mo, eve = stage.person("mo", level=Level.MODERATOR, here=True), stage.person("eve", here=True)
    await mo.run("contract act", what="mirror", account=eve.id)
    with pytest.raises(Stopped):
        await eve.say("damn it")
    assert "damn" not in mo.reads("general")
    assert [it for it in notes.heard if "damn" in it] == ["eve stopped by swearing: damn it"]


async def test_the_platforms_filter_spares_who_is_above(stage: Stage) -> None:
    mo = stage.person("mo", level=Level.MODERATOR, here=True)
    await mo.run("contract act", what="mirror", account=mo.id)
    await mo.say("damn it")
    assert "damn it" in mo.reads("general")


async def test_nobody_comes_in_while_invites_are_paused(stage: Stage) -> None:
    mo, eve = stage.person("mo", level=Level.MODERATOR, here=True), stage.person("eve")
    await mo.run("contract act", what="pause", account=mo.id)
    with pytest.raises(Impossible):
        await eve.join()
    await stage.advance(hours=2)
    await eve.join()


async def test_what_is_forwarded_is_heard(stage: Stage) -> None:
    await stage.person("eve", here=True).say("look", forward=["buy this"])
    assert notes.heard[-1] == "look > buy this"


async def test_a_ban_is_lifted(stage: Stage) -> None:
    mo, eve = stage.person("mo", level=Level.MODERATOR, here=True), stage.person("eve", here=True)
    await mo.run("contract act", what="ban", account=eve.id)
    await mo.run("contract act", what="unban", account=eve.id)
    await eve.join()
    assert notes.heard[-1] == "joined eve"


async def test_a_role_is_taken_back(stage: Stage) -> None:
    mo, eve = stage.person("mo", level=Level.MODERATOR, here=True), stage.person("eve", here=True)
    await mo.run("contract act", what="give", account=eve.id)
    await mo.run("contract act", what="take", account=eve.id)
    assert "Friends" not in eve.member.roles


async def test_a_silence_ends_by_itself(stage: Stage) -> None:
    mo, eve = stage.person("mo", level=Level.MODERATOR, here=True), stage.person("eve", here=True)
    await mo.run("contract act", what="timeout", account=eve.id)
    assert await _silenced(eve)
    await stage.advance(hours=2)
    assert not await _silenced(eve)

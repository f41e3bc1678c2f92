"""What Relais tells of its own posts, and the alert level."""

from __future__ import annotations

from datetime import timedelta

from bot.chat.things import Level
from bot.cog import Alert, State, Tally, Voice
from bot.platforms.playground import Actor
from bot.rehearsal.stage import Stage
from cogs.attention import report_card, sentences
from tests.stages import refused


def moderator(world: Stage, name: str = "mo") -> Actor:
    return world.person(name, level=Level.MODERATOR, here=True)


async def test_nothing_yet(world: Stage) -> None:
    mo = moderator(world)
    await mo.run("attention report")
    assert "Nothing was posted during the last" in mo.sees
    assert "/settings set welcome.channel" in mo.sees


async def test_what_was_posted(world: Stage) -> None:
    mo = moderator(world)
    world.channels("accueil")
    await world.set("welcome", channel="accueil")
    for name in ("ada", "bob"):
        await world.person(name).join()
    await mo.run("attention report", days=1)
    assert "2 posts in all were sent." in mo.sees
    assert "Welcome: 2 sent at once" in mo.sees
    await world.advance(days=3)
    mo.forget()
    await mo.run("attention report", days=1)
    assert "Nothing was posted" in mo.sees


async def test_days_have_bounds(world: Stage) -> None:
    mo = moderator(world)
    assert await refused(mo, "attention report", days=0)


async def test_the_report_is_for_moderators(world: Stage) -> None:
    bob = world.person("bob", here=True)
    assert await refused(bob, "attention report")


async def test_alert_levels(world: Stage) -> None:
    mo = moderator(world)
    await mo.run("alert show")
    assert "Alert level: calm" in mo.sees
    mo.forget()
    await mo.run("alert set", level="lockdown", reason="A raid", lasting="2h")
    assert "Alert level: lockdown" in mo.sees
    assert "then calm again" in mo.sees
    assert world.app.engine.alert(world.community.id) is Alert.LOCKDOWN
    await world.restart()
    assert world.app.engine.alert(world.community.id) is Alert.LOCKDOWN
    await world.advance(hours=2)
    assert world.app.engine.alert(world.community.id) is Alert.CALM


async def test_an_alert_without_end_and_the_way_back(world: Stage) -> None:
    mo = moderator(world)
    await mo.run("alert set", level="watch", reason="Odd links")
    await world.advance(days=3)
    mo.forget()
    await mo.run("alert show")
    assert "Alert level: watch" in mo.sees
    mo.change(level=Level.EVERYONE)
    await mo.press("Return to calm")
    assert "This is for the community's moderators." in mo.sees
    mo.change(level=Level.MODERATOR)
    await mo.press("Return to calm")
    assert world.app.engine.alert(world.community.id) is Alert.CALM


async def test_greetings_go_on_in_lockdown_and_looking_in_waits(world: Stage) -> None:
    mo, ada = moderator(world), world.person("ada")
    world.channels("accueil")
    await world.set("welcome", channel="accueil", look_in_after="1 day")
    await mo.run("alert set", level="lockdown", reason="A raid", lasting="25 hours")
    await ada.join()
    assert "Welcome" in ada.reads("accueil")
    await world.advance(hours=24, minutes=30)
    assert ada.sees == ""
    await mo.run("attention report")
    assert "1 waiting: the community is in lockdown" in mo.sees
    await world.advance(hours=1)
    assert "Hello ada" in ada.sees
    mo.forget()
    await mo.run("attention report")
    assert "1 sent later: the community is in lockdown" in mo.sees


async def test_a_duration_that_is_not_clear(world: Stage) -> None:
    mo = moderator(world)
    await mo.run("alert set", level="watch", reason="x", lasting="a while")
    assert "This duration is not clear" in mo.sees
    assert world.app.engine.alert(world.community.id) is Alert.CALM


def test_sentences_add_up_what_left_at_once() -> None:
    tallies = [
        Tally("welcome", State.SENT, "it answers somebody", 3),
        Tally("welcome", State.SENT, "nothing held it back", 2),
        Tally("welcome", State.SENT, "quiet hours", 1, delayed=True),
        Tally("welcome", State.MERGED, "it left together with another post", 4),
        Tally("welcome", State.DROPPED, "its time was over", 1),
    ]
    assert [Voice().text(one) for one in sentences(tallies)] == [
        "5 sent at once",
        "1 sent later: quiet hours",
        "4 merged with other posts",
        "1 dropped: its time was over",
    ]


def test_a_report_by_cog() -> None:
    tallies = [Tally(name, State.SENT, "", 1) for name in ("prompts", "welcome")]
    card = report_card(tallies, {"welcome": "Welcome"}, timedelta(days=7))
    assert [field.name for field in card.fields] == ["prompts", "Welcome"]

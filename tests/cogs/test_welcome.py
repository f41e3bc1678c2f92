"""What newcomers read, alone or in a crowd, late or twice; and what managers see of it beforehand."""

from __future__ import annotations

from datetime import timedelta

from bot.chat.events import MemberJoined
from bot.chat.things import Community, Level
from bot.cog import Voice
from bot.platforms.playground import Actor
from bot.rehearsal.stage import Stage
from cogs.welcome.words import variants, written
from tests.stages import refused, visible

HOSTILE = "**x** @everyone {member}"
CLUB = Community("1", "The club")


def joined(who: Actor, world: Stage, *, minutes_ago: float = 0, id: str = "again") -> MemberJoined:
    """Their join as a platform would tell it, perhaps late."""
    return MemberJoined(space=who.space, id=id, at=world.now - timedelta(minutes=minutes_ago), member=who.member)


# Greeting


async def test_a_newcomer_is_greeted_and_pinged_alone(club: Stage) -> None:
    ada = club.person("ada")
    await ada.join()
    assert "Welcome" in ada.reads("accueil")
    assert "@ada" in ada.reads("accueil")
    assert "[Introduce myself] [Rules]" in ada.reads("accueil")
    assert ada.reads("general") == ""
    assert [member for _, member in club.world.notified] == [ada.id]
    assert ada.sees == ""


async def test_nothing_is_posted_until_a_channel_is_chosen(world: Stage) -> None:
    ada = world.person("ada")
    await ada.join()
    assert ada.reads("general") == ""
    assert ada.sees == ""


async def test_a_greeting_in_private_with_the_same_buttons(world: Stage) -> None:
    await world.set("welcome", greet_privately=True)
    ada = world.person("ada")
    await ada.join()
    assert "Welcome" in ada.sees
    assert "[Introduce myself] [Rules]" in ada.sees


async def test_a_closed_door_is_no_error(club: Stage) -> None:
    await club.set("welcome", greet_privately=True)
    ada = club.person("ada")
    ada.change(direct_closed=True)
    await ada.join()
    assert ada.sees == ""
    assert "Welcome" in ada.reads("accueil")
    assert not club.complaints


async def test_greetings_can_be_switched_off(club: Stage) -> None:
    await club.set("welcome", greet_in_channel=False)
    ada = club.person("ada")
    await ada.join()
    assert ada.reads("accueil") == ""


async def test_greetings_vary(club: Stage) -> None:
    ada = club.person("ada", here=True)
    texts = set()
    for number in range(12):
        ada.forget()
        await club.person(f"m{number}").join()
        texts.add(ada.reads("accueil").replace(f"m{number}", "…"))
        await club.advance(minutes=2)
    assert len(texts) == 3


async def test_the_community_writes_its_own_greetings(club: Stage) -> None:
    await club.set("welcome", greetings=["Hey {member}, {community} **loves** you, {really}", "Hey {member}, again"])
    ada = club.person("ada")
    await ada.join()
    assert "Hey @ada, " in ada.reads("accueil")


async def test_bots_are_not_greeted(club: Stage) -> None:
    await club.person("robot", is_bot=True).join()
    assert club.person("ada", here=True).reads("accueil") == ""


async def test_in_the_language_of_the_community(club: Stage) -> None:
    await club.speaks("fr")
    ada = club.person("ada", language="en")
    await ada.join()
    assert "Bienvenue" in ada.reads("accueil")
    assert "[Me présenter] [Règles]" in ada.reads("accueil")


async def test_a_hostile_name_is_only_a_name(club: Stage) -> None:
    await club.set("welcome", greet_privately=True, greetings=["Hello {member} {nothing}"])
    mallory = club.person(HOSTILE)
    await mallory.join()
    assert f"Hello @{HOSTILE} {{nothing}}" in mallory.reads("accueil")
    assert f"Welcome to Town, {HOSTILE}." in visible(mallory.sees)
    await mallory.press("Introduce myself")
    await mallory.fill(about=HOSTILE)
    assert f"Meet {HOSTILE}\n{HOSTILE}" in visible(mallory.reads("accueil"))
    assert {member for _, member in club.world.notified} == {mallory.id}


# Bursts, delays, redelivery


async def test_a_burst_is_greeted_together(club: Stage) -> None:
    ada = club.person("ada", here=True)
    people = [club.person(f"m{number}") for number in range(10)]
    for person in people:
        await person.join()
    assert ada.reads("accueil").count("Relais:") == 3
    await club.advance(minutes=1)
    assert ada.reads("accueil").count("Relais:") == 4
    for person in people:
        assert ada.reads("accueil").count(f"@{person.name}") == 1
    assert "@m8, and @m9! Glad to have you all" in ada.reads("accueil")
    assert {member for _, member in club.world.notified} == {person.id for person in people}
    await club.advance(minutes=5)
    assert ada.reads("accueil").count("Relais:") == 4


async def test_a_crowd_is_counted_beyond_twenty(club: Stage) -> None:
    ada = club.person("ada", here=True)
    for number in range(30):
        await club.person(f"m{number}").join()
    await club.advance(minutes=1)
    assert "and 7 other newcomers!" in ada.reads("accueil")
    assert len(club.world.notified) == 23


async def test_one_who_left_while_waiting_is_not_greeted(club: Stage) -> None:
    ada = club.person("ada", here=True)
    people = [club.person(f"m{number}") for number in range(5)]
    for person in people:
        await person.join()
    await people[3].leave()
    await club.advance(minutes=1)
    assert "@m3" not in ada.reads("accueil")
    assert "@m4" in ada.reads("accueil")


async def test_those_who_wait_are_greeted_after_a_restart(club: Stage) -> None:
    ada = club.person("ada", here=True)
    for number in range(5):
        await club.person(f"m{number}").join()
    await club.restart()
    await club.advance(minutes=1)
    assert ada.reads("accueil").count("Relais:") == 4


async def test_after_a_long_absence_those_who_waited_are_not_greeted(club: Stage) -> None:
    ada = club.person("ada", here=True)
    for number in range(5):
        await club.person(f"m{number}").join()
    await club.app.stop()
    club.clock.move_to(club.now + timedelta(hours=1))
    await club.restart()
    await club.advance(minutes=2)
    assert ada.reads("accueil").count("Relais:") == 3


async def test_a_join_heard_of_too_late_is_not_greeted_publicly(club: Stage) -> None:
    ada = club.person("ada", here=True)
    await club.world.deliver(joined(ada, club, minutes_ago=11))
    await club.settle()
    assert ada.reads("accueil") == ""
    await club.advance(days=7)
    assert "Hello ada" in ada.sees


async def test_screening_comes_first(club: Stage) -> None:
    club.world.town().screening = True
    ada = club.person("ada")
    await ada.join()
    await club.advance(hours=2)
    assert ada.reads("accueil") == ""
    await ada.admit()
    assert "Welcome" in ada.reads("accueil")


async def test_a_join_heard_twice_is_greeted_once(club: Stage) -> None:
    await club.set("welcome", greet_privately=True)
    ada = club.person("ada")
    await ada.join()
    await club.world.deliver(joined(ada, club))
    await club.restart()
    await club.world.deliver(joined(ada, club, id="once more"))
    await club.settle()
    assert ada.reads("accueil").count("Relais:") == 1
    assert ada.sees.count("Welcome") == 1


async def test_who_comes_back_another_day_is_greeted_again(club: Stage) -> None:
    ada = club.person("ada")
    await ada.join()
    await ada.leave()
    await club.advance(days=1)
    await ada.join()
    assert ada.reads("accueil").count("Relais:") == 2


# Buttons


async def test_rules_of_relais_then_of_the_community(club: Stage) -> None:
    ada = club.person("ada")
    await ada.join()
    await ada.press("Rules")
    assert "Behind every name there is a person" in ada.sees
    assert "has not written its own rules yet" in ada.sees
    await club.set("welcome", rules="1. Be **brief**.\n2. Be kind.")
    ada.forget()
    await ada.press("Rules")
    assert "Be brief." in ada.sees
    assert "not written" not in ada.sees
    assert ada.reads("accueil").count("Relais:") == 0


async def test_buttons_work_after_a_restart(club: Stage) -> None:
    ada = club.person("ada")
    await ada.join()
    await club.restart()
    await ada.press("Rules")
    assert "Good manners" in ada.sees
    await ada.press("Introduce myself")
    await ada.fill(about="I keep bees.")
    assert "I keep bees." in ada.reads("accueil")


async def test_each_reader_in_their_language(club: Stage) -> None:
    await club.speaks("fr")
    ada, bob = club.person("ada", language="en"), club.person("bob", language="fr")
    await ada.join()
    await bob.join()
    await ada.press("Règles")
    await bob.press("Règles")
    assert "Behind every name" in ada.sees
    assert "Behind every name" not in bob.sees


# Preview


async def test_a_preview_shows_what_is_read_and_where(club: Stage) -> None:
    await club.set("welcome", greet_privately=True)
    ada, bob = club.person("ada", level=Level.MODERATOR, here=True), club.person("bob", here=True)
    await ada.run("welcome preview", member=bob)
    assert "In public: Posted in #accueil." in ada.sees
    assert "@bob" in ada.sees
    assert "Welcome to Town, bob." in ada.sees
    assert "Hello bob." in ada.sees
    assert ada.reads("accueil") == ""
    assert bob.sees == ""
    assert not club.world.notified
    await ada.press("Rules")
    assert "Good manners" in ada.sees


async def test_a_preview_of_nothing_says_what_to_do(world: Stage) -> None:
    ada = world.person("ada", level=Level.ADMIN, here=True)
    await ada.run("welcome preview")
    assert "No channel is chosen yet, so nothing is posted: /settings set welcome.channel" in ada.sees
    assert "Posted where the button is pressed" in ada.sees


async def test_a_preview_is_in_its_readers_languages(club: Stage) -> None:
    await club.speaks("fr")
    ada = club.person("ada", level=Level.MODERATOR, language="en", here=True)
    await ada.run("welcome preview")
    assert "What a newcomer reads" in ada.sees
    assert "Bienvenue" in ada.sees
    assert "[Me présenter] [Règles]" in ada.sees


async def test_a_preview_is_for_moderators(club: Stage) -> None:
    bob = club.person("bob", here=True)
    assert await refused(bob, "welcome preview")


# Pure


def test_every_variant_says_welcome_and_the_name() -> None:
    said = [Voice().text(one) for one in variants("Ada", CLUB)]
    assert all("Welcome" in one and "Ada" in one and "The club" in one for one in said)
    assert len(set(said)) == 3


def test_own_texts_are_data_to_the_filling() -> None:
    said = written("{member} {community} {member.__class__} {} {0} {{member}}", HOSTILE, Community("1", "{member}"))
    assert Voice().text(said) == f"{HOSTILE} {{member}} {{member.__class__}} {{}} {{0}} {{{HOSTILE}}}"

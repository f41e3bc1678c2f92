"""What newcomers read, what they say of themselves, and what happens when they stay silent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.chat.events import MemberJoined
from bot.chat.platform import Busy, Forbidden
from bot.chat.things import Community, Level
from bot.cog import Voice
from bot.engine.models import FactRow
from bot.platforms.playground import Actor
from bot.rehearsal.stage import Stage
from cogs.welcome.words import variants, written

HOSTILE = "**x** @everyone {member}"
CLUB = Community("1", "The club")


@pytest.fixture
async def club(world: Stage) -> Stage:
    """A community that greets in #accueil."""
    world.channels("accueil", "general")
    await world.set("welcome", channel="accueil")
    return world


def joined(who: Actor, world: Stage, *, minutes_ago: float = 0, id: str = "again") -> MemberJoined:
    """Their join as a platform would tell it, perhaps late."""
    return MemberJoined(space=who.space, id=id, at=world.now - timedelta(minutes=minutes_ago), member=who.member)


async def introduced(who: Actor, **values: str) -> None:
    await who.press("Introduce myself")
    await who.fill(**values)


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
    assert f"Welcome to Town, {HOSTILE}." in mallory.sees
    await introduced(mallory, about=HOSTILE)
    assert f"Meet {HOSTILE}\n{HOSTILE}" in mallory.reads("accueil")
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
    await introduced(ada, about="I keep bees.")
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


# Introductions


async def test_an_introduction_is_posted_and_its_author_thanked(club: Stage) -> None:
    ada = club.person("ada")
    await ada.join()
    ada.forget()
    await introduced(ada, about="I keep bees.", interests="Honey")
    post = ada.reads("accueil")
    assert "Meet ada\nI keep bees." in post
    assert "Member: @ada" in post
    assert "Here for: Honey" in post
    assert "Say hello with 👋" in post
    assert "Thank you, ada! Your introduction is in #accueil." in ada.sees
    assert [effect.text for effect in club.world.effects if effect.effect == "react"] == ["👋"]


async def test_introductions_have_their_own_channel(club: Stage) -> None:
    club.channels("presentations")
    await club.set("welcome", introductions="presentations", ask_to_greet=False)
    ada = club.person("ada")
    await ada.join()
    await introduced(ada, about="I keep bees.")
    assert "I keep bees." in ada.reads("presentations")
    assert "Say hello" not in ada.reads("presentations")
    assert "bees" not in ada.reads("accueil")


async def test_an_introduction_from_a_private_greeting(club: Stage) -> None:
    await club.set("welcome", greet_in_channel=False, greet_privately=True)
    ada = club.person("ada")
    await ada.join()
    await introduced(ada, about="I keep bees.")
    assert "I keep bees." in ada.reads("accueil")


async def test_nowhere_to_introduce_oneself(world: Stage) -> None:
    await world.set("welcome", greet_privately=True)
    ada = world.person("ada")
    await ada.join()
    await introduced(ada, about="I keep bees.")
    assert "There is nowhere to post this yet" in ada.sees
    world.channels("accueil")
    await world.set("welcome", channel="accueil")
    await ada.fill()
    assert "I keep bees." in ada.reads("accueil")


async def test_what_was_typed_is_kept_when_refused(club: Stage) -> None:
    ada = club.person("ada")
    await ada.join()
    await introduced(ada, about="x", interests="Honey")
    assert ada.form is not None
    assert ada.form.values["interests"] == "Honey"
    assert "At least 2 characters." in ada.sees
    await ada.fill(about=" y ")
    assert "a few are needed" in ada.sees
    await ada.fill(about="Bees")
    assert "Here for: Honey" in ada.reads("accueil")


async def test_introducing_oneself_again_edits_the_introduction(club: Stage) -> None:
    ada = club.person("ada")
    await ada.join()
    await introduced(ada, about="I keep bees.", interests="Honey")
    await club.advance(days=1)
    await introduced(ada, about="I keep wasps.")
    assert "I keep wasps." in ada.reads("accueil")
    assert "bees" not in ada.reads("accueil")
    assert ada.reads("accueil").count("Meet ada") == 1
    assert "Your introduction in #accueil is up to date." in ada.sees
    assert await facts(club) == 1


async def test_a_form_sent_twice_posts_once(club: Stage) -> None:
    ada = club.person("ada")
    await ada.join()
    for _ in range(2):
        await introduced(ada, about="I keep bees.")
    await club.advance(hours=1)
    assert ada.reads("accueil").count("Meet ada") == 1
    assert await facts(club) == 1


async def test_an_introduction_deleted_by_hand_is_posted_anew(club: Stage) -> None:
    ada = club.person("ada")
    await ada.join()
    await introduced(ada, about="I keep bees.")
    channel = club.world.channel("accueil")
    post = next(m for m in reversed(club.world.state.messages(channel.id)) if m.card and "Meet" in str(m.card.title))
    await club.person("mo", level=Level.MODERATOR, here=True).delete(ref=club.world.state.ref(post))
    assert "bees" not in ada.reads("accueil")
    await introduced(ada, about="I keep wasps.")
    assert "I keep wasps." in ada.reads("accueil")
    assert await facts(club) == 1


async def test_a_channel_closed_to_the_bot_loses_nothing(club: Stage) -> None:
    ada = club.person("ada")
    await ada.join()
    club.world.fail_next(Forbidden("Send Messages"), on="post")
    await introduced(ada, about="I keep bees.")
    assert "Your introduction could not be posted" in ada.sees
    assert ada.form is not None
    assert ada.form.values["about"] == "I keep bees."
    await ada.fill()
    assert "I keep bees." in ada.reads("accueil")
    assert club.complaints


async def test_a_reaction_that_fails_is_no_matter(club: Stage) -> None:
    ada = club.person("ada")
    await ada.join()
    club.world.fail_next(Forbidden("Add Reactions"), on="react")
    await introduced(ada, about="I keep bees.")
    assert "Thank you, ada!" in ada.sees


async def test_an_introduction_whose_answer_was_lost_is_found_again(club: Stage) -> None:
    ada = club.person("ada")
    await ada.join()
    club.world.lose_next_answer(on="post")
    await introduced(ada, about="I keep bees.")
    await club.advance(hours=1)
    assert ada.reads("accueil").count("Meet ada") == 1
    assert await facts(club) == 1


async def test_an_introduction_that_waits_for_the_platform_is_told_once_posted(club: Stage) -> None:
    ada = club.person("ada")
    await ada.join()
    club.world.fail_next(Busy(90), times=3, on="post")
    await introduced(ada, about="I keep bees.")
    assert "will soon be in #accueil" in ada.sees
    await club.restart()
    await club.advance(hours=1)
    assert ada.reads("accueil").count("Meet ada") == 1
    assert await facts(club) == 1
    await introduced(ada, about="I keep wasps.")
    assert ada.reads("accueil").count("Meet ada") == 1
    assert "wasps" in ada.reads("accueil")


async def test_a_process_that_dies_before_posting_posts_later(club: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    async def die(*_: object) -> None:
        raise RuntimeError("the process dies here")

    ada = club.person("ada")
    await ada.join()
    with monkeypatch.context() as dying:
        dying.setattr("cogs.welcome.put_up", die)
        await introduced(ada, about="I keep bees.")
    club.errors.clear()
    await club.restart()
    assert "bees" not in ada.reads("accueil")
    await club.advance(minutes=1)
    assert ada.reads("accueil").count("Meet ada") == 1
    assert await facts(club) == 1


async def facts(world: Stage) -> int:
    async with world.app.engine.database.reading() as db:
        rows = await db.scalars(select(FactRow).where(FactRow.name.contains("IntroductionMade")))
        return len(rows.all())


# Looking in


async def test_a_silent_newcomer_is_written_to_once(club: Stage) -> None:
    ada = club.person("ada")
    await ada.join()
    await club.advance(days=6, hours=23)
    assert ada.sees == ""
    await club.advance(hours=1)
    assert "Hello ada. Would you like to say a few words about yourself in Town?" in ada.sees
    assert "because you joined Town 7 days ago" in ada.sees
    await club.advance(days=60)
    assert ada.sees.count("Hello ada") == 1
    await introduced(ada, about="I keep bees.")
    assert "I keep bees." in ada.reads("accueil")


async def test_who_spoke_is_left_alone(club: Stage) -> None:
    ada = club.person("ada")
    await ada.join()
    await club.advance(days=1)
    await ada.say("Hello!", to="general")
    await club.advance(days=30)
    assert ada.sees == ""


async def test_who_introduced_themselves_is_left_alone(club: Stage) -> None:
    ada = club.person("ada")
    await ada.join()
    await introduced(ada, about="I keep bees.")
    ada.forget()
    await club.advance(days=30)
    assert ada.sees == ""


async def test_who_left_is_left_alone_and_who_returned_is_not(club: Stage) -> None:
    ada = club.person("ada")
    await ada.join()
    await ada.leave()
    await club.advance(days=30)
    assert ada.sees == ""
    await ada.join()
    await club.advance(days=7)
    assert "Hello ada" in ada.sees


async def test_looking_in_follows_the_settings_and_survives_a_restart(club: Stage) -> None:
    await club.set("welcome", look_in_after="2 days")
    ada, bob = club.person("ada", language="fr"), club.person("bob")
    await ada.join()
    await club.restart()
    await club.advance(days=2)
    assert "Town" in ada.sees
    assert "Hello" not in ada.sees
    await bob.join()
    await club.set("welcome", look_in=False)
    await club.advance(days=2)
    assert bob.sees == ""


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
    await bob.run("welcome preview")
    assert "This is for the community's moderators." in bob.sees


# Pure


def test_every_variant_says_welcome_and_the_name() -> None:
    said = [Voice().text(one) for one in variants("Ada", CLUB)]
    assert all("Welcome" in one and "Ada" in one and "The club" in one for one in said)
    assert len(set(said)) == 3


def test_own_texts_are_data_to_the_filling() -> None:
    said = written("{member} {community} {member.__class__} {} {0} {{member}}", HOSTILE, Community("1", "{member}"))
    assert Voice().text(said) == f"{HOSTILE} {{member}} {{member.__class__}} {{}} {{0}} {{{HOSTILE}}}"

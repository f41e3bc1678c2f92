"""What newcomers say of themselves, and what happens when they stay silent."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.chat.platform import Busy, Forbidden
from bot.chat.things import Level, MessageRef
from bot.engine.models import FactRow, JobRow
from bot.platforms.playground import Actor
from bot.rehearsal.stage import Stage
from tests.stages import reopened


async def introduced(who: Actor, **values: str) -> None:
    await who.press("Introduce myself")
    await who.fill(**values)


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
    await reopened(world, ada)
    await ada.fill()
    assert "I keep bees." in ada.reads("accueil")


async def test_what_was_typed_is_kept_when_refused(club: Stage) -> None:
    ada = club.person("ada")
    await ada.join()
    await introduced(ada, about=" x", interests="Honey")
    await reopened(club, ada)
    assert ada.form is not None
    assert ada.form.values["interests"] == "Honey"
    assert "but a few are needed" in ada.sees
    await ada.fill(about=" y ")
    assert "a few are needed" in ada.sees
    await reopened(club, ada)
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
    post = next(it for it in club.world.effects if it.effect == "post" and "Meet" in it.title)
    assert post.channel is not None
    ref = MessageRef(post.channel, post.message_id)
    await club.person("mo", level=Level.ADMIN, here=True).delete(ref=ref)
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
    await reopened(club, ada)
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


async def test_who_says_it_again_while_it_waits_is_introduced_once_in_the_last_words(club: Stage) -> None:
    ada = club.person("ada")
    await ada.join()
    club.world.fail_next(Busy(90), times=3, on="post")
    await introduced(ada, about="I keep bees.")
    await introduced(ada, about="I keep wasps.")
    await introduced(ada, about="I keep hornets.")
    async with club.app.database.reading() as db:
        waiting = (await db.scalars(select(JobRow).where(JobRow.name == "welcome.finish_introduction"))).all()
    assert len(waiting) == 1
    await club.advance(hours=1)
    assert ada.reads("accueil").count("Meet ada") == 1
    assert "hornets" in ada.reads("accueil")
    assert await facts(club) == 1


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
    await club.advance(days=8)
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

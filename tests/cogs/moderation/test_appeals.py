"""An appeal: asked by the member, put before the moderators, decided with words, never forgotten."""

from __future__ import annotations

from bot.platforms.playground import Actor
from bot.rehearsal.stage import Stage


async def appeal(who: Actor, words: str = "I was quoting the book of the month.") -> None:
    await who.press("Appeal")
    await who.fill(words=words)


async def test_an_overturned_case_counts_no_more(town: Stage, mod: Actor, boss: Actor, ada: Actor) -> None:
    await mod.run("mod mute", member=ada, duration="1 d", reason="Rude")
    await appeal(ada)
    assert "with the moderators" in ada.sees
    assert "Ada appeals case 1" in ada.reads("team")
    await town.restart()
    ada.forget()
    await boss.press("Overturn")
    await boss.fill(words="It was a quotation, sorry.")
    assert "It was a quotation, sorry." in ada.sees
    await ada.say("thanks")
    assert "Overturned by Boss" in ada.reads("team")
    await boss.run("appeals list")
    assert "No appeal waits" in boss.sees


async def test_an_upheld_one_may_be_asked_again_later(town: Stage, mod: Actor, boss: Actor, ada: Actor) -> None:
    await mod.run("mod warn", member=ada, reason="Rude")
    await appeal(ada)
    await ada.press("Appeal")
    assert "You appealed already" in ada.sees
    await boss.press("Uphold")
    await boss.fill(words="Twice in a day is enough.")
    assert "Twice in a day is enough." in ada.sees
    ada.forget()
    await ada.press("Appeal")
    assert "You may appeal again" in ada.sees
    await town.advance(days=31)
    await appeal(ada)
    assert "with the moderators" in ada.sees


async def test_only_ones_own_case_can_be_appealed(town: Stage, mod: Actor, ada: Actor) -> None:
    bob = town.person("Bob", here=True)
    await mod.run("mod warn", member=ada, reason="Rude")
    await bob.run("why")
    assert "nothing about you" in bob.sees


async def test_moderators_are_reminded_of_what_waits(town: Stage, mod: Actor, ada: Actor) -> None:
    await mod.run("mod warn", member=ada, reason="Rude")
    await appeal(ada)
    mod.forget()
    await town.advance(hours=71)
    assert "An appeal waits" not in mod.reads("team")
    await town.advance(hours=2)
    assert "Ada has been waiting" in mod.reads("team")
    await town.advance(hours=72)
    assert mod.reads("team").count("Ada has been waiting") == 2
    await mod.press("Uphold")
    await mod.fill(words="It stands.")
    mod.forget()
    await town.advance(days=10)
    assert "has been waiting" not in mod.reads("team")


async def test_a_decision_is_taken_once(town: Stage, mod: Actor, boss: Actor, ada: Actor) -> None:
    await mod.run("mod warn", member=ada, reason="Rude")
    await appeal(ada)
    await mod.press("Uphold")
    await boss.press("Overturn")
    await boss.fill(words="It was a joke.")
    await mod.fill(words="It stands.")
    assert "decided already" in mod.sees
    await ada.run("why")
    assert "It stands." not in ada.sees


async def test_who_is_banned_can_appeal(town: Stage, mod: Actor, boss: Actor, ada: Actor) -> None:
    await mod.run("mod ban", member=ada, reason="Sold things")
    await appeal(ada, "My account was stolen, I have it back now.")
    assert "My account was stolen" in boss.reads("team")
    await boss.press("Overturn")
    await boss.fill(words="Welcome back.")
    await ada.join()
